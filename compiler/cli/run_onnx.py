"""``sparsec run-onnx``: run a written model with its library of sparse kernels, and say how long it takes.

Like ``cli``, it imports what it needs when the command runs; PyTorch is needed to unpack weights (``--check``) alone.
"""

from __future__ import annotations

import ast
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from ...runtime.disturbance import BUSY_SHARE
from ...runtime.sessions import TYPES, Opened, open_model
from ..errors import UserError
from ..words import count
from .terminal import show, show_json, show_note, working

if TYPE_CHECKING:
    from ...runtime.against_dense import Checked
    from ..progress import Progress

PYTHON = """import numpy
import onnxruntime

options = onnxruntime.SessionOptions()
{setup}session = onnxruntime.InferenceSession({model!r}, options, providers=["CPUExecutionProvider"])
{inputs}
{outputs} = session.run(None, {{{feeds}}})
"""

CPP = """#include <onnxruntime_cxx_api.h>

Ort::Env env;
Ort::SessionOptions options;
{setup}Ort::Session session(env, ORT_TSTR("{model}"), options);
"""


def run_onnx(
    model: Annotated[Path, typer.Argument(metavar="MODEL", show_default=False, help="An .onnx file.")],
    threads: Annotated[int, typer.Option("--threads", min=0, help="Threads; 0 for as many as there are cores.")] = 0,
    repeat: Annotated[int, typer.Option("--repeat", min=1, help="How often it runs; the median is shown.")] = 20,
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", metavar="NAME=FILE", help="An input from a .npy file; what is not given is random."),
    ] = None,
    batch: Annotated[
        int | None,
        typer.Option("--batch", min=1, show_default="1", help="Size of a first dimension that is dynamic."),
    ] = None,
    sizes: Annotated[
        list[str] | None,
        typer.Option("--dim", metavar="NAME=SIZE", help="Size of another dynamic dimension (1 if not given)."),
    ] = None,
    library: Annotated[
        Path | None,
        typer.Option("--library", metavar="FILE", help="The model's sparse kernels, if they are not beside it."),
    ] = None,
    show_code: Annotated[
        bool, typer.Option("--show-code", help="Print Python and C++ that load the model, instead of running it.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Race sparse nodes against dense ones, and say what would be faster here.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where in sparsec an error arose.")] = False,
) -> None:
    """Run an ONNX model, with its sparse kernels if it has any, and time it."""
    if check and show_code:
        raise UserError("bad-option", "--show-code runs nothing that could be checked", hint="leave one of them out")
    with working() as progress:
        progress.say(f"reading {model}")
        found = open_model(model, library, threads)
        feeds = Feeds(found.session, _pairs("--input", inputs), _pairs("--dim", sizes), batch).all()
        if not show_code:
            progress.say("running")
            outputs, seconds = _timed(found, feeds, repeat)
        checked = _checked(found, feeds, threads, progress) if check else None
    if show_code:
        show(_code(found, feeds, threads))
        return
    names = [output.name for output in found.session.get_outputs()]
    rows = {"inputs": _facts(feeds), "outputs": _facts(dict(zip(names, outputs, strict=True)))}
    if as_json:
        files = {"model": str(model), "library": found.library and str(found.library), "version": found.version}
        runs = {"sparse_layers": found.layers, **rows, "runs": repeat, "median_ms": seconds * 1e3}
        show_json(files | runs | ({"check": asdict(checked)} if checked else {}))
        return
    table = Table("", "name", "shape", "type", pad_edge=False)
    for side, facts in rows.items():
        for fact in facts:
            table.add_row(side[:-1], fact["name"], str(fact["shape"]), fact["dtype"])
    show(table)
    kernels = f", {count(found.layers, 'layer')} by sparse kernels" if found.layers else ""
    kernels += f" for {found.version}" if found.version else ""
    show(f"Median of {repeat} runs: {seconds * 1e3:.3f} ms (threads: {threads or 'all cores'}{kernels}).")
    if checked:
        _show_checked(checked)


def _checked(found: Opened, feeds: dict[str, Any], threads: int, progress: Progress) -> Checked:
    """What a race of sparse nodes against dense ones has shown."""
    if not found.layers or found.library is None or found.version is None:
        note = "they are for graphics cards" if found.layers else None
        raise UserError("bad-option", f"'{found.path}' has no sparse layers that could be checked here", note=note)
    from ...runtime.against_dense import against_dense

    progress.say(f"racing {count(found.layers, 'sparse layer')}")
    return against_dense(found.path, found.library, feeds, threads)


def _show_checked(checked: Checked) -> None:
    """Print how sparse nodes do against dense ones, and what would be better."""
    table = Table("layer", "kernel", "like it", "sparse", "dense", "", pad_edge=False)
    for one in sorted(checked.nodes, key=lambda one: one.gain):
        times = (f"{seconds * 1e3:.3f} ms" for seconds in one.seconds)
        table.add_row(one.name, one.operator, str(one.count), *times, f"{one.gain:.2f}x")
    show(table)
    if checked.unknown:
        show(f"{count(checked.unknown, 'layer')} could not be held against dense ones.")
    if checked.disturbed > BUSY_SHARE:
        show_note(f"Other processes were in the way for {checked.disturbed:.0%} of the time: check again without them.")
    if not checked.whole:
        return
    sparse, dense, mixed = (checked.whole.get(name) for name in ("sparse", "dense", "mixed"))
    assert sparse is not None and dense is not None
    both = f"{sparse * 1e3:.3f} ms, not {dense * 1e3:.3f} ms"
    show(f"The whole is {dense / sparse:.2f}x as fast as with dense layers: {both}.")
    worse = sum(one.count for one in checked.nodes if one.is_worse)
    if worse:
        gain = sparse / min(mixed or dense, dense)
        show(
            f"{count(worse, 'layer')} would be faster dense on this machine, the whole {gain:.2f}x as fast: "
            "compile the model again here."
        )
    else:
        show("No layer would be faster dense on this machine.")


def _pairs(option: str, given: Sequence[str] | None) -> dict[str, str]:
    found = {}
    for text in given or ():
        name, sign, value = text.partition("=")
        if not (name and sign and value):
            raise UserError("bad-option", f"'{option} {text}' is not NAME=VALUE", hint=f"such as {option} x=3")
        found[name] = value
    return found


@dataclass
class Feeds:
    """What a model is run on.

    Attributes:
        session: of the model.
        files: .npy files by input.
        sizes: of dynamic dimensions, by name.
        batch: of a first dimension that is dynamic.
    """

    session: Any
    files: dict[str, str]
    sizes: dict[str, str]
    batch: int | None
    _dims: dict[str, int] = field(default_factory=dict)

    def all(self) -> dict[str, Any]:
        """An array for every input.

        Raises:
            UserError: a file, name, shape or dtype does not fit the model.
        """
        from ...codegen.onnx.files import FIXED

        wanted = {given.name: given for given in self.session.get_inputs()}
        names = ", ".join(f"'{name}'" for name in wanted)
        fixed = json.loads(self.session.get_modelmeta().custom_metadata_map.get(FIXED, "{}"))
        for name in self.files.keys() - wanted.keys():
            note = f"it is part of the graph, as {fixed[name]}" if name in fixed else None
            raise UserError("bad-inputs", f"the model has no input '{name}'", note=note, hint=f"its inputs: {names}")
        self._check_sizes(wanted)
        self._check_batch(wanted)
        found = {name: self._read(wanted[name], Path(file)) for name, file in self.files.items()}
        for given in wanted.values():
            if given.shape and isinstance(given.shape[0], str) and not self._sources(given.shape[0]):
                self._dims.setdefault(given.shape[0], self.batch or 1)
        for name, value in found.items():
            self._check_derived(name, wanted[name].shape, value)
        return {name: found[name] if name in found else self._random(given) for name, given in wanted.items()}

    def _check_derived(self, name: str, shape: Sequence[Any], value: Any) -> None:
        """Sizes that are computed from others, such as ``2*batch``."""
        for dim, (size, actual) in enumerate(zip(shape, value.shape, strict=True)):
            if isinstance(size, str) and self._size(size) != actual:
                raise UserError(
                    "bad-inputs",
                    f"input '{name}' has the size {actual} in dimension {dim}, where '{size}' is {self._size(size)}",
                    hint="give inputs whose sizes go together",
                )

    def _size(self, size: Any) -> int:
        """A size in numbers: what is known of it, or 1; ``2*batch`` goes with ``batch``."""
        if isinstance(size, int):
            return size
        sources = self._sources(size)
        if not sources:
            return self._dims.get(size, 1)
        try:
            return int(eval(size, {"__builtins__": {}}, {name: self._dims.get(name, 1) for name in sources}))
        except (ArithmeticError, TypeError, ValueError):
            return 1

    def _sources(self, size: Any) -> set[str]:
        """The dynamic dimensions that a size is computed from; none for one that has its own name."""
        plain = {size for given in self.session.get_inputs() for size in given.shape if isinstance(size, str)}
        names = _names(size) - {size} if isinstance(size, str) else set()
        return names if names <= plain else set()

    def _check_batch(self, wanted: dict[str, Any]) -> None:
        first = {name: given.shape[0] for name, given in wanted.items() if given.shape}
        if self.batch is None or not first or any(size in (None, self.batch) for size in first.values()):
            return
        if not any(isinstance(size, str) for size in first.values()):
            name, size = next(iter(first.items()))
            hint = "compile the model again, captured with a dynamic batch"
            raise UserError("bad-inputs", f"the batch is not dynamic: input '{name}' takes {size} at a time", hint=hint)

    def _check_sizes(self, wanted: dict[str, Any]) -> None:
        sizes = [size for given in wanted.values() for size in given.shape if isinstance(size, str)]
        dynamic = {size: None for size in sizes if not self._sources(size)}
        for name, text in self.sizes.items():
            if name not in dynamic:
                hint = f"dynamic dimensions: {', '.join(dynamic) or 'none'}"
                raise UserError("bad-inputs", f"the model has no dynamic dimension '{name}'", hint=hint)
            if not text.isdigit():
                raise UserError("bad-option", f"'--dim {name}={text}' is not a size", hint=f"such as --dim {name}=128")
            self._dims[name] = int(text)

    def _read(self, given: Any, file: Path) -> Any:
        import numpy as np

        try:
            value = np.load(file, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            note = "it does not exist" if not file.exists() else str(error).splitlines()[0]
            hint = "write one with numpy.save"
            raise UserError("bad-file", f"'{file}' is not a .npy file of an array", note=note, hint=hint) from error
        if not isinstance(value, np.ndarray) or str(value.dtype) != TYPES.get(given.type):
            kind = TYPES.get(given.type, given.type)
            what = getattr(value, "dtype", "several arrays")
            raise UserError(
                "bad-inputs", f"input '{given.name}' is {kind}, and '{file}' holds {what}", hint="convert it"
            )
        pairs = [*zip(given.shape, value.shape, strict=False)]
        fits = len(given.shape) == value.ndim
        for size, actual in pairs:
            named = isinstance(size, str)
            if self._sources(size):
                continue
            known = self._dims.setdefault(size, actual) if named else size
            fits = fits and known in (None, actual)
        if not fits:
            raise UserError(
                "bad-inputs",
                f"input '{given.name}' has shape {_shape(given.shape)}, and '{file}' {_shape(value.shape)}",
                hint="a name stands for any size, the same wherever it appears",
            )
        return value

    def _random(self, given: Any) -> Any:
        import numpy as np

        if given.type not in TYPES:
            hint = "pass it in Python; --show-code prints how to load the model"
            raise UserError("bad-inputs", f"input '{given.name}' is a {given.type}, not an array", hint=hint)
        first = [self.batch or 1] if given.shape and given.shape[0] is None else []
        rest = given.shape[len(first) :]
        shape = [*first, *(self._size(size) for size in rest)]
        random, dtype = np.random.default_rng(0), np.dtype(TYPES[given.type])
        if dtype.kind == "f":
            return random.standard_normal(shape).astype(dtype)
        # A number of a word or place: the first two are there in every table.
        return np.ones(shape, dtype) if dtype.kind == "b" else random.integers(0, 2, shape).astype(dtype)


def _names(size: str) -> set[str]:
    """Names in a size that is sums, products and whole quotients of others; none if it is anything else."""
    try:
        parts = [*ast.walk(ast.parse(size, mode="eval"))]
    except SyntaxError:
        return set()
    allowed = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Name, ast.Load, ast.Constant)
    powers = any(isinstance(part, ast.Pow | ast.LShift) for part in parts)
    if powers or not all(isinstance(part, allowed) for part in parts):
        return set()
    return {part.id for part in parts if isinstance(part, ast.Name)}


def _shape(sizes: Sequence[object]) -> str:
    return f"[{', '.join('?' if size is None else str(size) for size in sizes)}]"


def _timed(found: Opened, feeds: dict[str, Any], repeat: int) -> tuple[list[Any], float]:
    """Outputs, and the median of some runs' seconds."""
    outputs = found.run(feeds, "give inputs with --input, or sizes with --batch and --dim")
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        found.session.run(None, feeds)
        seconds.append(time.perf_counter() - start)
    return outputs, statistics.median(seconds)


def _facts(arrays: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "shape": [*getattr(value, "shape", ())],
            "dtype": str(getattr(value, "dtype", type(value).__name__)),
        }
        for name, value in arrays.items()
    ]


def _loadable(path: Path) -> str:
    """A path to a library as a system's loader wants it: a name alone is looked for elsewhere."""
    return str(path) if len(path.parts) > 1 else f"./{path}"


def _code(found: Opened, feeds: dict[str, Any], threads: int) -> str:
    """Python and C++ that load the model; the Python runs it, too."""
    python = f"options.intra_op_num_threads = {threads}\n" if threads else ""
    cpp = f"options.SetIntraOpNumThreads({threads});\n" if threads else ""
    if found.library:
        python += f"options.register_custom_ops_library({_loadable(found.library)!r})\n"
        cpp += f'options.RegisterCustomOpsLibrary(ORT_TSTR("{_loadable(found.library)}"));\n'
    variables = {name: f"x{number}" if len(feeds) > 1 else "x" for number, name in enumerate(feeds)}
    inputs = "\n".join(f'{variables[n]} = numpy.zeros({[*v.shape]}, "{v.dtype}")' for n, v in feeds.items())
    pairs = ", ".join(f"{name!r}: {variable}" for name, variable in variables.items())
    count = len(found.session.get_outputs())
    outputs = ", ".join(f"y{number}" for number in range(count)) if count > 1 else "(y,)"
    written = PYTHON.format(setup=python, model=str(found.path), inputs=inputs, outputs=outputs, feeds=pairs)
    return f"# Python\n{written}\n// C++\n{CPP.format(setup=cpp, model=found.path)}"
