"""``sparsec ...``: the command line, one file a command.

What was asked for goes to stdout (with ``--json``: exactly one JSON document), everything else to stderr.
Exit codes: 0 done, 1 a fault of sparsec (such as a pass), 2 a fault of the command line, the model or a path.
PyTorch is imported by the commands that need it, so that ``--help`` is quick.
"""

from __future__ import annotations

import sys
import traceback as tracebacks
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from .compile import compile_model
from .explain import explain
from .kernels import kernels
from .methods import list_methods
from .passes import list_passes
from .profile import calibrate, profile
from .prune import prune
from .recover import recover
from .run import run
from .run_onnx import run_onnx
from .sensitivity import sensitivity
from .terminal import DONE, YOURS, fail

# A blank line between them keeps examples apart in the help.
EXAMPLES = """Examples:

  sparsec explain model.pt2

  sparsec explain model.pt2 --layouts

  sparsec compile model.pt2 -o model.onnx

  sparsec compile bert-pruned/ -o model.onnx

  sparsec compile model.pt2 -o small.pt2 --report report.html

  sparsec prune bert/ --data texts.txt --pattern 8x1 --sparsity 0.5 -o small.onnx

  sparsec run -p fold-weights,remove-channels model.pt2 --diff

  sparsec run-onnx model.onnx --threads 4

  sparsec kernels --target cuda:sm_90 fast.pt2

Exit codes: 0 done, 1 a fault of sparsec, 2 a fault of the command line, the model or a path."""

app = typer.Typer(
    epilog=EXAMPLES,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit code."""
    words = sys.argv[1:] if argv is None else [*argv]
    try:
        code = app(words, prog_name="sparsec", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence and an exit code
        if "--traceback" in words:
            tracebacks.print_exc()
        return fail(error, as_json="--json" in words)
    return code if isinstance(code, int) else DONE


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Turn the zeros of a pruned neural network into speed, exactly."""
    if version:
        from ... import __version__

        typer.echo(f"sparsec {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(YOURS)


_COMMANDS: dict[str, tuple[Callable[..., None], str]] = {
    "compile": (compile_model, "Example:  sparsec compile model.pt2 -o model.onnx --report report.html"),
    "explain": (explain, "Example:  sparsec explain model.pt2 --all --html report.html"),
    "run": (run, "Example:  sparsec run -p fold-weights,remove-channels model.pt2 --diff"),
    "prune": (
        prune,
        "Example:  sparsec prune model.pt2 --data calib.safetensors --units neuron,head --macs 0.7 -o small.pt2",
    ),
    "recover": (
        recover,
        "Example:  sparsec recover model.pt2 pruned.pt2 --data calib.safetensors --minutes 10 -o small.pt2",
    ),
    "sensitivity": (
        sensitivity,
        "Example:  sparsec sensitivity model.pt2 --data calib.safetensors --html curves.html",
    ),
    "methods": (list_methods, "Example:  sparsec methods importance"),
    "passes": (list_passes, "Other packages add theirs through the entry point group 'sparsec.passes'."),
    "profile": (profile, "Example:  sparsec profile --target onnxruntime"),
    "kernels": (kernels, "Example:  sparsec kernels --target cuda:sm_90 fast.pt2"),
    "run-onnx": (run_onnx, "Example:  sparsec run-onnx model.onnx --threads 4 --input x=images.npy"),
}
for _name, (_command, _epilog) in _COMMANDS.items():
    app.command(name=_name, epilog=_epilog)(_command)
app.command(name="calibrate", hidden=True)(calibrate)
