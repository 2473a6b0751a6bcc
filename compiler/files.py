"""load(): a model from a file that sparsec wrote, as it was when it was written: its calls, its target, its report.

A ``.pt2`` file is captured as ``sparsec.compile`` captures it, and runs on the target that it was compiled for. An
``.onnx`` file is no program any more; it runs in ONNX Runtime.
"""

from __future__ import annotations

import ast
import inspect
import operator
import os
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sympy
import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx, nn
from torch.export import ExportedProgram

from ..runtime import targets
from ..runtime.arrays import array
from ..runtime.sessions import TYPES, Opened, open_model
from .capture.models import capture, read_exported
from .driver import CompiledModule
from .embedded import CALL, CODE, documents_in, report_in, unpacked
from .errors import UserError
from .ir.calls import built, signature_of
from .ir.guards import Guards
from .ir.program import Program
from .ir.target import Target
from .paths import existing, input_path
from .report.data import Report

SIZES: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: lambda a, b: sympy.floor(a / b),
}


def load(
    path: str | os.PathLike[str],
    *,
    target: str | Target | None = None,
    library: str | os.PathLike[str] | None = None,
) -> CompiledModule:
    """A model from a ``.pt2`` or ``.onnx`` file, called as the model was that sparsec compiled, with its report.

    Nothing that a file holds is run as code, save the library of sparse kernels that lies beside an ``.onnx`` model; it
    has to be intact. A file that sparsec did not write has no report (``report`` is None): a ``.pt2`` is called like
    its example inputs, an ``.onnx`` by the names of its inputs, and it answers with a dict of its outputs by name. A
    report that cannot be read is told as a warning.

    Args:
        path: the file.
        target: where a ``.pt2`` shall run; by default where it was compiled for. An ``.onnx`` runs in ONNX Runtime.
        library: the sparse kernels of an ``.onnx``, if they are not beside it.

    Raises:
        UserError: the file is missing, damaged or of another kind; or what it needs to run there is missing.
    """
    file = existing(path, "an .onnx or .pt2 file")
    place = None if target is None else targets.get(target)
    if place is not None:
        place.require()
    documents = documents_in(file)
    call = _call_in(documents, file)
    if file.suffix == ".onnx":
        if place not in (None, _runs(file)):
            hint = "leave out target, or load the model's .pt2 file"
            raise UserError("bad-option", f"an .onnx file does not run on '{target}'", hint=hint)
        return OnnxModule(file, None if library is None else input_path(library), _report_in(documents, file), call)
    if library is not None:
        raise UserError("bad-option", f"library= is for .onnx files, and '{file}' is none", hint="leave it out")
    exported = read_exported(file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = capture(exported)
    program.name = call.get("name", file.stem)
    program.signature = _read(lambda: signature_of(call.get("signature")), file)
    place = place or targets.get(call.get("target", "cpu"))
    if CODE in documents:
        place.hold_code(_read(lambda: unpacked(documents[CODE]), file))
    loaded = ExportedModule(program, _report_in(documents, file), place)
    vars(loaded)["_exported"] = exported
    return loaded


def _runs(file: Path) -> Target:
    """The target whose files end like this one."""
    found = targets.writing(file.suffix)
    assert found is not None
    return found


def _call_in(documents: Mapping[str, str], file: Path) -> dict[str, Any]:
    """How a file's model is called; nothing in one that sparsec did not write."""
    return _read(lambda: unpacked(documents[CALL]), file) if CALL in documents else {}


def _read(make: Callable[[], Any], file: Path) -> Any:
    try:
        return make()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            "bad-file",
            f"what '{file}' says of how its model is called cannot be read",
            note=str(error),
            hint="compile the model again",
        ) from error


def _report_in(documents: Mapping[str, str], file: Path) -> Any:
    try:
        return report_in(documents, file)
    except UserError as error:
        warnings.warn(f"{error.message}: {error.note}", stacklevel=3)
        return None


class ExportedModule(CompiledModule):
    """A model from a ``.pt2`` file."""

    _exported: ExportedProgram | None = None

    @property
    def exported(self) -> ExportedProgram:
        """The exported program that the file holds."""
        return super().exported if self._exported is None else self._exported


class OnnxModule(CompiledModule):
    """A model from an ``.onnx`` file, which ONNX Runtime runs. It is no program, and has no weights to look at."""

    def __init__(self, path: Path, library: Path | None, report: Report | None, call: Mapping[str, Any]) -> None:
        nn.Module.__init__(self)
        self._file = path, library, report, call
        self.report = report  # type: ignore[assignment]  # a file may hold none
        self._target = _runs(path)
        self._opened = open_model(path, library)
        self._lock = threading.Lock()
        _read(self._note_file, path)
        self.eval()

    def _note_file(self) -> None:
        """What calls are held against, and how answers are put together."""
        call, session = self._file[3], self._opened.session
        wanted = {given.name: _wanted(given, self._opened) for given in session.get_inputs()}
        names: dict[str, Any] = {}

        def example(leaf: Mapping[str, Any]) -> Any:
            if "constant" in leaf:
                names[leaf["constant"]] = leaf["value"]
                return leaf["value"]
            names[leaf["input"]] = wanted[leaf["input"]]
            return _like(*wanted[leaf["input"]])

        leaves = [{"input": name} for name in wanted]
        structure = call.get("call") or {"tuple": [{"tuple": leaves}, {"dict": []}]}
        self._call = built(structure, example)
        self._signature = signature_of(call["signature"]) if call else _by_name([*wanted])
        self._structure = pytree.tree_structure(self._call)
        self._guards = Guards.of_file(names)
        outputs = [output.name for output in session.get_outputs()]
        self._returns = call.get("returns") or {"dict": [[name, {"output": name}] for name in outputs]}
        self._outputs: list[str] = []
        built(self._returns, lambda leaf: self._outputs.append(leaf["output"]) if "output" in leaf else None)
        missing = {*self._outputs} - {*outputs}
        if missing:
            raise KeyError(f"the model has no output '{min(missing)}'")

    def __reduce__(self) -> tuple[Any, ...]:
        return OnnxModule, self._file

    def __deepcopy__(self, memo: dict[int, Any]) -> OnnxModule:
        return OnnxModule(*self._file)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Run the model in ONNX Runtime, without gradients.

        Raises:
            UserError: the inputs are not such as the file takes.
        """
        args, kwargs = self._arrange(args, kwargs)
        named = zip(self._guards.names, pytree.tree_leaves((args, kwargs)), strict=True)
        tensors = {name: value for name, value in named if isinstance(value, Tensor)}
        empty = next((name for name, value in tensors.items() if value.numel() == 0), None)
        if empty is not None:
            raise UserError(
                "bad-inputs", f"input '{empty}' is empty", hint="the .pt2 file of a model takes such inputs"
            )
        feeds = {name: array(value) for name, value in tensors.items()}
        left = iter(self._opened.run(feeds, "pass inputs of sizes that the model was compiled for", self._outputs))
        return built(self._returns, lambda leaf: _answer(leaf, left))

    def prepare(self) -> None:
        """Nothing is left to be done."""

    @property
    def program(self) -> Program:
        """An ``.onnx`` file has none.

        Raises:
            UserError: always.
        """
        raise self._no("program")

    @property
    def exported(self) -> ExportedProgram:
        """As ``program``."""
        raise self._no("exported program")

    @property
    def module(self) -> Any:
        """As ``program``."""
        raise self._no("form in PyTorch")

    @property
    def graph_module(self) -> fx.GraphModule:
        """As ``program``."""
        raise self._no("graph of PyTorch's")

    def export_onnx(
        self,
        path: str | os.PathLike[str],
        *,
        opset: int | None = None,
        cuda_kernels: Sequence[str] = (),
        cpu: str | Sequence[str] | None = None,
    ) -> Path:
        """As ``program``: the file is there already."""
        raise self._no("program to be written")

    def save(self, path: str | os.PathLike[str]) -> Path:
        """As ``program``: the file is there already."""
        raise self._no("program to be written")

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        raise self._no("weights that could be moved or changed")

    def _no(self, what: str) -> UserError:
        return UserError(
            "bad-option",
            f"the model from '{self._file[0]}' has no {what}",
            note="an .onnx file holds what ONNX Runtime runs, not the program that it came from",
            hint="save the compiled model as .pt2, too, and load that; copy .onnx files with the library beside them",
        )


def _by_name(names: list[str]) -> inspect.Signature | None:
    """Inputs in their order or by name; only in their order where a name is no word of Python's."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    if not all(name.isidentifier() for name in names):
        return None
    return inspect.Signature([inspect.Parameter(name, kind) for name in names])


def _wanted(given: Any, opened: Opened) -> tuple[torch.dtype, list[Any]]:
    """Dtype and sizes of an input of a session."""
    if given.type not in TYPES:
        hint = "run it with onnxruntime itself"
        raise UserError("bad-file", f"input '{given.name}' of '{opened.path}' is a {given.type}", hint=hint)
    shape = enumerate(given.shape)
    sizes = [f"{given.name}.{dim}" if size is None else _size(size) for dim, size in shape]
    return getattr(torch, TYPES[given.type]), sizes


def _size(size: int | str) -> Any:
    """A size of a file: a number, a name, or an expression of names such as ``2*batch``."""
    if isinstance(size, int) or size.isidentifier():
        return size
    try:
        return _expression(ast.parse(size, mode="eval").body)
    except (SyntaxError, KeyError):  # it is a name for those who read the file
        return size


def _expression(part: ast.AST) -> Any:
    if isinstance(part, ast.Name):
        return sympy.Symbol(part.id)
    if isinstance(part, ast.Constant) and isinstance(part.value, int):
        return sympy.Integer(part.value)
    if isinstance(part, ast.BinOp):
        return SIZES[type(part.op)](_expression(part.left), _expression(part.right))
    raise KeyError(type(part).__name__)


def _like(dtype: torch.dtype, sizes: list[Any]) -> Tensor:
    """What stands for an example of an input."""
    return torch.empty([size if isinstance(size, int) else 1 for size in sizes], dtype=dtype, device="meta")


def _answer(leaf: Mapping[str, Any], results: Any) -> Any:
    if "output" not in leaf:
        return leaf["value"]
    result = next(results)
    return result.item() if leaf.get("number") else torch.from_numpy(result)
