"""What several commands have in common: their arguments and options, and what is made of them before the work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...runtime import targets
from ..errors import UserError
from ..paths import writable

if TYPE_CHECKING:
    from ...passes.base import Pass

# What is written most; other targets have files of their own.
MODEL_FILES = (".onnx", ".pt2")

Model = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL",
        show_default=False,
        help="A .pt2 file from torch.export.save, an .onnx file, a folder from save_pretrained, or a .gguf file.",
    ),
]
FAST_ON = f"What to be fast on: {', '.join(targets.names())}."
Target = Annotated[
    str, typer.Option("--target", "-t", show_default="onnxruntime of a .onnx file, else cpu", help=FAST_ON)
]
TargetOfFile = Annotated[
    str, typer.Option("--target", "-t", show_default="onnxruntime for a .onnx file, else cpu", help=FAST_ON)
]
Verify = Annotated[
    bool,
    typer.Option("--verify/--no-verify", help="Compare the result with the original, on several inputs."),
]
PASSES = "{}, separated by commas, with options in braces: one,other{{limit=2}}. 'sparsec passes' lists them."
PassList = Annotated[
    str,
    typer.Option("--passes", "-p", metavar="LIST", show_default=False, help=PASSES.format("Passes to run")),
]
FurtherPasses = Annotated[
    str,
    typer.Option(
        "--passes", "-p", metavar="LIST", show_default=False, help=PASSES.format("Passes to run beside the usual ones")
    ),
]
DumpFolder = Annotated[
    Path | None,
    typer.Option("--dump-ir", metavar="FOLDER", help="Write the program as text after every change."),
]
Layout = Annotated[
    str,
    typer.Option(
        "--layout",
        metavar="MODE",
        help="How readers get their own channels: optimised, or constrained, gather, upscale to compare with it.",
    ),
]
Measure = Annotated[bool, typer.Option(help="Time each layer and the whole, before and after.")]
Effort = Annotated[
    str,
    typer.Option(metavar="HOW", help="How long to search and to race for a faster result: fast, default, max."),
]
Kernels = Annotated[
    bool, typer.Option("--kernels/--no-kernels", help="Use sparse kernels where they are measured faster.")
]
Quantize = Annotated[
    str | None,
    typer.Option(
        metavar="DTYPE",
        show_default="off",
        help="Let sparse kernels round weights to bfloat16 or int8: lossy; the report says by how much.",
    ),
]
Cpu = Annotated[
    str | None,
    typer.Option(
        "--cpu",
        metavar="LIST",
        show_default="this machine's and all below",
        help="Instruction sets that the sparse kernels of an .onnx file are written for, in versions of which the best "
        "is taken when it is loaded: native, or of generic, avx2, avxvnni, avx512, vnni, with commas between them.",
    ),
]
Ranges = Annotated[
    list[str] | None,
    typer.Option(
        "--range",
        metavar="NAME=LOW:HIGH",
        show_default=False,
        help="Between which numbers an input lies, such as x=0:1, once for each input: what is always off within goes. "
        "Calls from outside are refused.",
    ),
]
Removed = Annotated[
    bool, typer.Option("--removed", help="Say which outputs and inputs of each layer are gone, by their old numbers.")
]
Everything = Annotated[bool, typer.Option("--all", help="List unchanged layers, rare reasons, and all layouts, too.")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Fail on an error of sparsec's own, instead of leaving out what fails.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Traceback = Annotated[bool, typer.Option("--traceback", help="Show where in sparsec an error arose.")]


def options_of(
    verify: bool,
    measure: bool,
    passes: str,
    layout: str,
    effort: str,
    kernels: bool,
    quantize: str | None,
    strict: bool,
) -> dict[str, Any]:
    """The arguments of ``compile_program`` that two commands have in common."""
    return {
        "verify": verify,
        "measure": measure,
        "passes": passes_of(passes) if passes else (),
        "layout": layout,
        "effort": effort,
        "kernels": kernels,
        "quantize": quantize,
        "strict": strict or None,
    }


def ranges_of(texts: list[str] | None) -> dict[str, tuple[float, float]] | None:
    """The ranges of inputs that ``--range`` gives; None where there are none.

    Raises:
        UserError: one is not written as ``name=low:high``, or an input has two.
    """
    found: dict[str, tuple[float, float]] = {}
    for text in texts or ():
        name, _, limits = text.rpartition("=")
        low, _, high = limits.partition(":")
        try:
            both = float(low), float(high)
        except ValueError:
            both = None
        if not name or both is None:
            hint = "write the input, the least and the largest number: --range x=0:1, or x=0:inf"
            raise UserError("bad-option", f"--range '{text}' is no range", hint=hint)
        if name in found:
            raise UserError("bad-option", f"--range says twice where '{name}' lies", hint="say it once")
        found[name] = both
    return found or None


def passes_of(text: str) -> list[Pass]:
    """The passes of a command line."""
    from ...passes.base import parse
    from ..pipeline import known_passes

    known = known_passes()
    asked = parse(text, known)
    if not asked:
        names = ", ".join(sorted(known))
        raise UserError("bad-option", f"'{text}' names no pass", hint=f"known passes: {names}")
    return asked


def model_files(path: Path | None) -> tuple[str, ...]:
    """How the name of a model may end; who knows the usual ends does not wait for PyTorch."""
    return MODEL_FILES if path is None or path.suffix in MODEL_FILES else tuple(targets.suffixes())


def check_cpu(cpu: str | None, path: Path) -> None:
    """Refuse instruction sets that are none, or that the file has no use for."""
    if cpu is None:
        return
    if path.suffix != ".onnx":
        raise UserError("bad-option", f"'{path}' holds no machine code", hint="leave out --cpu, or write a .onnx file")
    from ...codegen.mlir.host import sets_of

    sets_of(cpu)


def check_output(option: str, path: Path | None, suffixes: tuple[str, ...]) -> None:
    """Refuse a path before the work begins rather than after it."""
    if path is None:
        return
    writable(path, suffixes, option)
    from ...codegen.onnx.files import atomically

    with atomically(path):
        pass
