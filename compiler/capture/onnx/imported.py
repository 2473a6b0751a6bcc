"""A model from an ``.onnx`` file: a module to capture, example inputs, and what ONNX Runtime answers to them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor
from torch.export import Dim

from ....runtime.sessions import TYPES, first_line, reference_session
from ...comparison import TOLERANCE, relative_error
from ...errors import UserError
from ...ir.program import Answer
from ...paths import holds_torch_weights
from ..user_model import Call, UserModel
from .block_weights import with_weights_of_numbers
from .examples import drawn, symbol
from .graph import Graph, Node, read_graph
from .integer_products import with_numbers, with_pools_of_numbers, with_tables_of_numbers
from .module import OnnxGraph, module_of
from .node_by_node import Untold, rounds_values, wrong_node
from .values import Refused
from .written_out import with_operators, without_identities

# What is done to a graph before it is carried out, in order.
REWRITTEN = (
    without_identities,
    with_weights_of_numbers,
    with_operators,
    with_numbers,
    with_tables_of_numbers,
    with_pools_of_numbers,
)


def stored_onnx(path: Path) -> Path | None:
    """The ``.onnx`` file that a path means: itself, or the one in a folder without weights for PyTorch.

    Raises:
        UserError: a folder holds several, and none is called ``model.onnx``.
    """
    if not os.path.isdir(path):
        return path if path.suffix == ".onnx" else None
    if holds_torch_weights(path):
        return None
    for folder in (path, path / "onnx"):
        files = sorted(folder.glob("*.onnx"))
        named = [file for file in files if file.name == "model.onnx"]
        if named or len(files) == 1:
            return (named or files)[0]
        if files:
            raise UserError(
                "bad-file",
                f"folder '{folder}' holds {len(files)} ONNX models",
                note=", ".join(file.name for file in files),
                hint="pass the path of one of them",
            )
    return None


def read_onnx(file: Path) -> Imported:
    """The model in a file.

    Raises:
        UserError: it cannot be read, or holds an operator that nobody here knows.
    """
    graph = read_graph(file)
    try:
        for rewritten in REWRITTEN:
            graph = rewritten(graph)
        return Imported(file, graph, module_of(graph, file.stem))
    except Refused as refusal:
        raise _refused(file, None, str(refusal)) from refusal


@dataclass(frozen=True)
class Imported:
    """A model from a file.

    Attributes:
        module: carries out the file's graph.
    """

    file: Path
    graph: Graph
    module: OnnxGraph

    @property
    def names(self) -> tuple[str, ...]:
        """Of its inputs, as the file has them; those of the module's signature are words of Python's."""
        return tuple(given.name for given in self.graph.inputs)

    @property
    def size_names(self) -> dict[tuple[int, int], str]:
        """Of sizes that the file leaves open and gives a name, by input and dimension."""
        return {
            (at, dim): size
            for at, given in enumerate(self.graph.inputs)
            for dim, size in enumerate(given.shape or ())
            if isinstance(size, str) and size
        }

    @cached_property
    def session(self) -> Any:
        """The file in ONNX Runtime, whose own rewrites are off: they may round otherwise than the file says."""
        return self._session(rewrites=False)

    @cached_property
    def _rewritten(self) -> Any:
        """The file in ONNX Runtime as it runs there."""
        return self._session(rewrites=True)

    def _session(self, rewrites: bool) -> Any:
        try:
            return reference_session(str(self.file), rewrites=rewrites)
        except Exception as error:  # every kind that ONNX Runtime has
            raise UserError(
                "bad-file",
                f"ONNX Runtime cannot load '{self.file}'",
                note=first_line(error),
                hint="what is compiled is compared with what it answers: export the model again, or update onnxruntime",
            ) from error

    def answer(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Answer, pytree.TreeSpec]:
        """What ONNX Runtime gives for inputs in their order, flat, and the structure of it.

        Raises:
            UserError: it does not run on them.
        """
        inputs = tuple(pytree.tree_leaves((tuple(args), dict(kwargs))))
        try:
            found = self._ran(inputs)
        except Exception as error:
            raise UserError(
                "bad-inputs",
                f"'{self.file}' does not run on the example inputs",
                note=first_line(error),
                hint="pass inputs of its types and sizes: args=(x, ...), or kwargs= by name",
            ) from error
        outputs = dict(zip(self.graph.outputs, found, strict=True))
        return Answer(inputs, tuple(outputs.values())), pytree.tree_structure(outputs)

    def _ran(self, inputs: Sequence[Tensor], session: Any = None) -> list[Tensor]:
        feeds = {name: value.detach().cpu().numpy() for name, value in zip(self.names, inputs, strict=True)}
        session = self.session if session is None else session
        return [torch.from_numpy(value) for value in session.run([*self.graph.outputs], feeds)]

    def reference(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Answer, pytree.TreeSpec, str]:
        """What a program of the file has to give for inputs in their order, flat, its structure, and what to tell.

        It is ONNX Runtime's answer. Where values are rounded to integers and the module's answer is another one, each
        node is held to ONNX Runtime on its own, and the module's answer is as right.

        Raises:
            UserError: it does not run on them; or a node makes something else.
        """
        answer, spec = self.answer(args, kwargs)
        told = f"The captured program answers as ONNX Runtime does for {self.file.name}."
        own = UserModel(self.module).tried(args, kwargs) if rounds_values(self.graph) else None
        error = 0.0 if own is None else relative_error(own.outputs, answer.outputs)
        if own is None or error <= TOLERANCE[torch.float32]:
            return answer, spec, told
        try:
            wrong = wrong_node(self.file, self.module, answer.inputs)
        except Untold:  # so that the whole has to agree
            return answer, spec, told
        if wrong is not None:
            node, difference = wrong
            raise UserError(
                "onnx-import-failed",
                f"'{self.file}' cannot be imported",
                where=str(node),
                note=f"{difference}: given the same, ONNX Runtime makes something else, rewrites off",
                hint="report the file; or compile the PyTorch model that it was made of",
            )
        rewritten = relative_error(self._ran(answer.inputs, self._rewritten), answer.outputs)
        told = (
            f"Each node of {self.file.name} makes what ONNX Runtime makes of the same. By numbers on the edge between "
            f"two integers, the outputs are {_apart(error)} from ONNX Runtime's; its own rewrites move them by "
            f"{_apart(rewritten)}."
        )
        return own, spec, told

    # ---------------------------------------------------------------- examples

    def examples(self) -> list[Call]:
        """Calls on made-up inputs that ONNX Runtime takes: one, or two of different sizes where some are open.

        Raises:
            UserError: it takes none of those that are tried.
        """
        problem: Exception | None = None
        found: list[Call] = []
        self._check_inputs()
        wanted = 2 if any(self.shapes().values()) else 1
        for inputs in drawn(self.graph):
            call: Call = (tuple(inputs.values()), {})
            try:
                self._ran(call[0])
            except Exception as error:  # noqa: BLE001 (every kind that ONNX Runtime has)
                problem = problem or error
                continue
            if all(_sizes(call) != _sizes(other) for other in found):
                found.append(call)
            if len(found) == wanted:
                break
        if found:
            return found
        raise UserError(
            "bad-inputs",
            f"no example inputs are known for '{self.file}'",
            note=first_line(problem) if problem else None,
            hint="pass some: sparsec.compile(path, (x, ...)), or kwargs= by name",
        )

    def _check_inputs(self) -> None:
        for given, told in zip(self.graph.inputs, self.session.get_inputs(), strict=False):
            if given.shape is None or told.type not in TYPES:
                raise UserError(
                    "bad-inputs",
                    f"no example is known for input '{given.name}' of '{self.file}'",
                    note="the file says nothing of its shape" if given.shape is None else f"it is a {told.type}",
                    hint="pass example inputs: sparsec.compile(path, (x, ...))",
                )

    def by_order(self, call: Call) -> Call:
        """A call with its inputs in order; in ``kwargs`` they may have the file's names.

        Raises:
            UserError: an input is missing, unknown, or no tensor.
        """
        args, kwargs = call
        words = dict(zip(self.names, self.module.words, strict=True))
        try:
            bound = self.module.signature.bind(*args, **{words.get(name, name): x for name, x in kwargs.items()})
        except TypeError as error:
            raise UserError(
                "bad-inputs",
                f"the example inputs do not fit '{self.file}'",
                note=str(error),
                hint=f"its inputs are {', '.join(self.names)}",
            ) from error
        return tuple(bound.arguments[word] for word in self.module.words), {}

    def shapes(self, only_batch: bool = False) -> dict[str, Any]:
        """Which sizes may be dynamic, as ``torch.export`` takes them: those that the file leaves open.

        Args:
            only_batch: of each input the first one, at most.
        """
        found: dict[str, Any] = {}
        for word, given in zip(self.module.words, self.graph.inputs, strict=True):
            dims = [dim for dim in range(len(given.shape or ())) if symbol(given, dim) is not None]
            found[word] = {dim: Dim.AUTO for dim in dims if not (only_batch and dim)} or None
        return found

    def choices(self, call: Call) -> Iterator[tuple[Any, Call]]:
        """Dynamic sizes to ask for, the most general first, with the inputs to export with."""
        general, batch = self.shapes(), self.shapes(only_batch=True)
        wide = self._widened(call)
        yield general, wide
        if batch != general:
            yield batch, wide
        yield None, call

    def _widened(self, call: Call) -> Call:
        """A call without open sizes of one, which export takes for constants; the same one where it has none."""
        args, _ = call
        open_sizes = [
            args[at].shape[dim]
            for at, given in enumerate(self.graph.inputs)
            for dim in range(len(given.shape or ()))
            if symbol(given, dim) is not None
        ]
        if all(size > 1 for size in open_sizes):
            return call
        try:
            return self.examples()[0]
        except UserError:
            return call

    def named(self, error: UserError) -> UserError:
        """An error of capturing the module, with the node at which it arose."""
        refusal: BaseException | None = error
        while refusal is not None and not isinstance(refusal, Refused):
            refusal = refusal.__cause__ or refusal.__context__
        if error.code == "capture-differs":
            told = error.message.partition(": ")[2]
            return UserError(
                "onnx-import-failed",
                f"'{self.file}' cannot be imported: {told or error.message}",
                note="what is made of the file answers otherwise than ONNX Runtime does for it, rewrites off",
                hint="report the file; or compile the PyTorch model that it was made of",
            )
        if error.code == "empty-graph":
            return error.elsewhere(None, "it hands on what it gets: use the file")
        if error.code != "capture-failed":
            own = error.where is not None and error.where.startswith(str(Path(__file__).parent))
            return error.elsewhere(None, error.hint) if own else error  # such a line says nothing of the file
        note = f"it asks for {refusal}" if refusal is not None else error.note
        return _refused(self.file, self.module.at.node, note)


def _apart(error: float) -> str:
    return "steps" if error == float("inf") else f"{error:.1e} of their scale"


def _sizes(call: Call) -> list[torch.Size]:
    return [value.shape for value in call[0]]


def _refused(file: Path, at: Node | None, note: str | None) -> UserError:
    return UserError(
        "onnx-import-failed",
        f"'{file}' cannot be imported",
        where=None if at is None else str(at),
        note=note,
        hint="compile the PyTorch model that the file was made of, or write it in another way",
    )
