"""A Program as an ONNX file that plain ONNX Runtime runs."""

from __future__ import annotations

import copy
import inspect
import json
import math
import os
import re
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import sympy
import torch
import torch.utils._pytree as pytree
from onnxscript import ir
from torch import Tensor, fx
from torch.export import ExportedProgram
from torch.utils._sympy.interp import sympy_interp
from torch.utils._sympy.reference import PythonReferenceAnalysis

from ...compiler.errors import UserError
from ...compiler.ir.autocast import without_autocast
from ...compiler.ir.guards import assumed, hold, value_at
from ...compiler.ir.program import (
    FAILURES,
    Program,
    attribute,
    delete_attribute,
    is_static,
    is_tensor,
    set_attribute,
    shape_of,
)
from ...compiler.ir.recurrent import any_length
from ...compiler.ir.source import file_of
from ...compiler.ir.structure import shapes_like
from ...compiler.ir.tracing import alone, quiet_onnx, unlogged, without_guards
from ...compiler.paths import writable
from ..mlir.host import sets_of
from . import attention, fused_nodes, norms, recurrent, resize  # noqa: F401 (fused_nodes attaches what it writes)
from .cuda_nodes import CardOperator, forget_scratch
from .files import CARDS, FIXED, atomically, data_for, library_for, seal_model
from .native import write_library
from .native_cuda import write_card_library
from .native_ops import Operator
from .quantization import least_opset, with_roundings
from .recurrent import check_projections
from .small_sizes import guard_small_sizes
from .sparse_nodes import with_nodes
from .torchlib import read_once
from .untraced import nothing_asked, untraced

aten = torch.ops.aten

# Protobuf cannot hold more than 2 GB; beyond this the weights go into a second file.
EXTERNAL_BYTES = 1_900_000_000
# Bytes from which on a weight is left out of a model in memory.
LARGE_BYTES = 1024
# Where weights without a dot in their names lie while they are exported.
APART = "sparsec_apart"
# How operators are written that PyTorch's exporter does not write, or not as well.
TRANSLATIONS = attention.TRANSLATIONS | norms.TRANSLATIONS | recurrent.TRANSLATIONS | resize.TRANSLATIONS
# Up to this size, conditions are asked whether they are limits.
FAR = 130
# The least size of a dynamic dimension that is exported from.
WIDE_SIZE = 5


def reexport(program: Program, fixed: Collection[str] = ()) -> ExportedProgram:
    """Send a Program through torch.export again: PyTorch checks every shape, and all exporters take it from there.

    What the program assumes of its sizes is asserted, so that the result has the same guards.

    Args:
        program: what to export.
        fixed: symbolic sizes that become those of the example.

    Raises:
        UserError: torch.export rejects the program.
    """
    module = _guarded(program)
    for args, kwargs in (_widened_call(program, fixed), program.call):
        try:
            with alone(), without_autocast(), warnings.catch_warnings(), torch.no_grad(), any_length():
                warnings.simplefilter("ignore")
                exported = torch.export.export(module, args, kwargs, dynamic_shapes=_dynamic_shapes(program, fixed))
        except Exception as error:
            raise UserError(
                "capture-failed", "the compiled program cannot be exported again", note=str(error).splitlines()[0]
            ) from error
        if _takes(exported, program):
            break
    examples, by_name = program.call
    exported.example_inputs = (tuple(examples), dict(by_name))
    return exported


def _takes(exported: ExportedProgram, program: Program) -> bool:
    """Whether an exported program takes the sizes of the example: larger ones may have led it another way."""
    values = _inputs_of(exported, program)
    sizes: dict[str, int] = {}
    for value, given in zip(values, pytree.tree_leaves(program.call), strict=True):
        if isinstance(value, Tensor) and isinstance(given, Tensor):
            for wanted, size in zip(value.shape, given.shape, strict=True):
                if is_static(wanted) and wanted != size:
                    return False
                sizes[str(wanted)] = size
    return hold(assumed(values), sizes)


class _OfSizes(PythonReferenceAnalysis):
    """Computes conditions of symbolic sizes; PyTorch's own leaves these two as expressions of sympy."""

    @staticmethod
    def int_truediv(a: Any, b: Any) -> Any:
        return a / b

    @staticmethod
    def trunc_to_int(x: Any, dtype: Any) -> Any:
        return math.trunc(x)


def _guarded(program: Program) -> fx.GraphModule:
    """A program's module that asserts, when it is traced, what the program assumes of its sizes."""
    known = program.assumptions
    places = program.places_of_sizes()
    first = {(place.index, place.dim) for place in places.values() if place.is_plain}
    derived = [  # where sizes are shown again, they are the same: operations need not say so
        (index, dim, size.node.expr)
        for index, node in enumerate(program.placeholders())
        for dim, size in enumerate(shape_of(node) if is_tensor(node) else ())
        if not is_static(size) and (index, dim) not in first
    ]
    relations = [r for r in known.relations if {str(s) for s in r.free_symbols} <= places.keys()]
    if not (relations or derived or known.most or known.least):
        return program.module

    def check(*inputs: Any) -> None:
        sizes = {name: place.read(inputs) for name, place in places.items()}

        def value(expression: sympy.Basic) -> Any:
            given = {symbol: sizes[str(symbol)] for symbol in expression.free_symbols}
            return sympy_interp(_OfSizes, given, expression)

        for index, dim, expression in derived:
            torch._check(inputs[index].shape[dim] == value(expression))
        for relation in relations:
            torch._check(value(relation))
        for name, size in sizes.items():
            torch._check(size <= known.most.get(name, size))
            torch._check(size >= known.least.get(name, 0))

    guarded = program.copy()
    inputs = guarded.placeholders()
    with guarded.graph.inserting_after(inputs[-1]):
        guarded.graph.call_function(check, tuple(inputs))
    guarded.module.recompile()
    return guarded.module


def sizes_without_guard(program: Program) -> list[str]:
    """Symbolic sizes on which a file that knows no guards would answer wrongly, rather than fail.

    Those are sizes with conditions, save limits beyond which the program itself fails, as with a table of positions,
    or with images that are smaller than a window.
    """
    known = program.assumptions
    least, found = dict(known.least), set[str]()
    for relation in known.relations:
        names, limit = [str(symbol) for symbol in relation.free_symbols], _least(relation)
        if limit is not None:
            least[names[0]] = max(limit, least.get(names[0], 0))
        elif not _is_limit(relation):
            found.update(names)
    hidden = {symbol for symbol, place in program.places_of_sizes().items() if not place.is_plain}
    found |= {symbol for small in known.wrong for symbol, _ in small} & hidden
    limited = {str(r.lhs) for r in known.relations if _is_limit(r)}  # by the model's code; the user's limits leave none
    beyond = [(symbol, known.most[symbol] + 1) for symbol in limited & known.most.keys()]
    for symbol, size in beyond + [(symbol, size - 1) for symbol, size in least.items() if size > 2]:
        try:
            program.run(program.resized(program.inputs, {symbol: size}))
        except FAILURES:
            continue
        found.add(symbol)
    return sorted(found)


def _least(relation: Any) -> int | None:
    """The size from which on a relation of one size holds, as far as is looked; None for any other."""
    if len(relation.free_symbols) != 1:
        return None
    (symbol,) = relation.free_symbols
    holds = [value_at(relation, {symbol: size}) == sympy.true for size in range(2, FAR)]
    first = holds.index(True) if True in holds else FAR
    return 2 + first if all(holds[first:]) and first < FAR else None


def _is_limit(relation: Any) -> bool:
    """Whether a relation is an upper limit of one size."""
    return (
        relation.is_Relational and relation.rel_op in ("<=", "<") and relation.lhs.is_Symbol and relation.rhs.is_number
    )


def _widened_call(program: Program, fixed: Collection[str]) -> Any:
    """The example call, with small dynamic dimensions repeated as far as the program's assumptions let them be.

    Export takes a size of 1 for a constant, and any other size, too, if a stride happens to be that many times another.
    Layers that read a half or a third of the channels make that likely for 2 and 3.
    """
    leaves, spec = pytree.tree_flatten(program.call)
    sizes = {str(symbol): size for symbol, size in program.sizes_of(leaves).items()}
    for symbol, size in [*sizes.items()]:
        if 0 < size < WIDE_SIZE and symbol not in fixed:
            whole = -(-WIDE_SIZE // size) * size
            tried = dict.fromkeys([whole, 2 * whole, *range(WIDE_SIZE, 4 * WIDE_SIZE)])
            fits = (n for n in tried if hold(program.assumptions, {**sizes, symbol: n}))
            sizes[symbol] = next(fits, size)
    return pytree.tree_unflatten(program.resized(leaves, sizes), spec)


def _dynamic_shapes(program: Program, fixed: Collection[str]) -> Any:
    """Dynamic dimensions as the program's own placeholders have them, in the structure of the call."""
    flat = []
    for node in program.placeholders():
        if is_tensor(node):
            free = [d for d, size in enumerate(shape_of(node)) if not is_static(size) and _is_free(size, fixed)]
            dims = dict.fromkeys(free, torch.export.Dim.AUTO)
            flat.append(dims or None)
        else:
            flat.append(None)
    shapes_args, shapes_kwargs = shapes_like(program.call, iter(flat))
    kwargs = program.call[1]
    # torch.export flattens a GraphModule's inputs by the parameter names of its generated forward.
    return (*shapes_args, *shapes_kwargs.values()) if not kwargs else _by_name(program, shapes_args, shapes_kwargs)


def _is_free(size: Any, fixed: Collection[str]) -> bool:
    return not any(str(symbol) in fixed for symbol in size.node.expr.free_symbols)


def _by_name(program: Program, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    bound = inspect.signature(program.module.forward).bind(*args, **kwargs)
    return dict(bound.arguments)


def export_onnx(
    program: Program,
    path: str | os.PathLike[str],
    *,
    opset: int | None = None,
    cards: Mapping[str, CardOperator] | None = None,
    cpu: str | Sequence[str] | None = None,
) -> Path:
    """Write a program as ONNX, checked by ``onnx.checker``.

    Sparse layers are operators of a library that is written beside the model, ``model.sparsec.so`` for ``model.onnx``;
    a session is told by ``SessionOptions.register_custom_ops_library``. Without sparse layers there is none, and one
    that an earlier model of this name needed goes.

    Args:
        program: what to write; dimensions that are symbolic stay dynamic.
        path: of the file, ending in ``.onnx``. Weights over 2 GB go to ``<path>.data``.
        opset: ONNX opset version (default: torch's).
        cards: operators for a graphics card by the names of the nodes that they are for (see ``cuda_nodes``), in place
            of those for processors.
        cpu: instruction sets that the library has versions for, by name, in a sequence or with commas between them:
            of ``native`` (the best that this machine has), ``generic``, ``avx2``, ``avxvnni``, ``avx512``, ``vnni``, or
            ``neon``. It picks the best that a processor can run when it is loaded. None: what this machine has, and all
            below.

    Raises:
        UserError: the path ends otherwise or cannot be written, an instruction set is none, the exporter rejects the
            program, or its kernels cannot be compiled or linked. Nothing is left behind.
    """
    target = writable(path, (".onnx",))
    versions = sets_of(cpu)  # what is refused is refused before the work
    with atomically(target) as folder:
        library = library_for(target)
        lowered, kernels = with_nodes(program, cards)
        if kernels.cards:
            write_card_library([*kernels.cards.values()], folder / library.name)
        elif kernels.matmuls:
            needed = [*kernels.matmuls.values()]
            write_library(needed, folder / library.name, sorted(kernels.strides), versions)
        file = file_of(program) if opset is None and cards is None else None
        model = _build(lowered, opset) if file is None else onnx.load(file)
        forget_scratch(model.graph, kernels.cards)
        if kernels.cards:
            named = {arch: None for card in kernels.cards.values() for arch, _, _ in card.plans}
            model.metadata_props.add(key=CARDS, value=", ".join(named))
        for key, value in program.documents.items():
            model.metadata_props.add(key=key, value=value)
        temporary = folder / target.name
        size = sum(w.numel() * w.element_size() for w in program.weights().values())
        if size > EXTERNAL_BYTES:
            onnx.save_model(
                model,
                str(temporary),
                save_as_external_data=True,
                location=data_for(target).name,
                size_threshold=1024,
            )
        else:
            onnx.save_model(model, str(temporary))
        seal_model(temporary)
        _check(temporary, program, full=size <= EXTERNAL_BYTES)
    if not (kernels.matmuls or kernels.cards):
        library.unlink(missing_ok=True)
    return target


@dataclass(frozen=True)
class InMemory:
    """A program as ONNX, for a session of this process.

    Attributes:
        model: the file's bytes, without its large weights.
        weights: those, by name: arrays over the program's own memory.
        kernels: what a library has to hold.
        strides: of its convolutions with windows.
    """

    model: bytes
    weights: Mapping[str, Any]
    kernels: Sequence[Operator]
    strides: Sequence[tuple[int, int]]


def in_memory(program: Program) -> InMemory:
    """What ``export_onnx`` writes, without a file or a copy of the weights, and unchecked.

    Raises:
        UserError: the exporter rejects the program.
    """
    lowered, kernels = with_nodes(program)
    weights: dict[str, Any] = {}
    model = _build(lowered, None, weights)
    return InMemory(model.SerializeToString(), weights, [*kernels.matmuls.values()], sorted(kernels.strides))


def _take_out(graph: Any, weights: dict[str, Any]) -> None:
    """Leave of every large weight that NumPy has a type for no more than its name and shape in the graph.

    One that lies in another order in the program's memory is moved by the graph: a runtime does that once, as it
    loads, and lets go of its copy where it packs weights anew.
    """
    for value in [*graph.initializers.values()]:
        held = value.const_value
        if held is None or held.nbytes < LARGE_BYTES or held.numpy().dtype.isbuiltin != 1:
            continue
        array = held.numpy()
        order = sorted(range(array.ndim), key=lambda dim: -array.strides[dim])
        in_order = array.transpose(order)
        if not array.flags.c_contiguous and in_order.flags.c_contiguous and not value.is_graph_output():
            value, array = _moved(graph, value, order), in_order
        weights[value.name] = np.ascontiguousarray(array)
        shape = ir.Shape(array.shape)
        value.const_value = ir.ExternalTensor("weights", 0, array.nbytes, held.dtype, shape=shape, name=value.name)


def _moved(graph: Any, value: Any, order: Sequence[int]) -> Any:
    """A new weight with the dimensions of another in this order; a node makes that other one of it."""
    name, held = f"{value.name}_as_stored", value.const_value
    taken = {output.name for node in graph for output in node.outputs} | {*graph.initializers}
    while name in taken:
        name += "_weight"
    del graph.initializers[value.name]
    value.const_value = None
    sizes = ir.Shape([held.shape[dim] for dim in order])
    stored = ir.Value(name=name, shape=sizes, type=ir.TensorType(held.dtype), const_value=held)
    graph.register_initializer(stored)
    back = [order.index(dim) for dim in range(len(order))]
    graph.insert_before(graph[0], ir.node("Transpose", [stored], {"perm": back}, outputs=[value]))
    return stored


def _check(path: Path, program: Program, *, full: bool) -> None:
    """Hold a file against the ONNX standard, which lacks some types for some operators."""
    try:
        onnx.checker.check_model(str(path), full_check=full)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise UserError(
            "onnx-export-failed",
            f"'{program.name}' cannot be written as ONNX",
            note=f"the file would break the standard: {str(error).strip().splitlines()[0]}",
            hint="save it as .pt2 instead, or compute in float32",
        ) from error


def _build(program: Program, opset: int | None, apart: dict[str, Any] | None = None) -> onnx.ModelProto:
    """The model; with ``apart``, large weights go there."""
    if program.state():
        raise UserError(
            "onnx-export-failed",
            f"'{program.name}' writes into its own {', '.join(repr(name) for name in program.state())}",
            note="an ONNX graph has no state",
            hint="take the state as an input and return the new one",
        )
    check_projections(program)
    opset = least_opset(program, opset)
    program = with_roundings(program)
    fixed = {*sizes_without_guard(program)}
    built = None if fixed else _as_it_stands(program, opset)
    while built is None:
        exported = reexport(_distinct(_dotted(program)), fixed)
        known = assumed(_inputs_of(exported, program)).relations
        translated = _translated(exported, program, opset)
        more = _specialised(exported, program, known) - fixed
        built = None if more else translated
        fixed |= more
    norms.divide(built.model.graph)
    _undotted(built.model.graph)
    _give_way(built.model.graph)
    if apart is not None:
        _take_out(built.model.graph, apart)
    model: onnx.ModelProto = built.model_proto
    constants = {name: repr(value) for name, value in _by_input(program) if not isinstance(value, Tensor)}
    if constants:
        model.metadata_props.add(key=FIXED, value=json.dumps(constants))
    guard_small_sizes(model, program, fixed)
    _hand_on(model.graph, program)
    _name_sizes(model.graph, program)
    reached = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if opset is not None and reached != opset:
        raise UserError(
            "bad-option",
            f"opset {opset} cannot be written",
            note=f"the exporter and the converter reach opset {reached}",
            hint=f"leave out opset, or ask for {reached}",
        )
    return model


def _is_handed_on(name: str, value: fx.Node, program: Program) -> bool:
    """Whether an output is an input, under the input's own name: no node of a file makes it."""
    inputs = dict(zip(program.input_names, program.placeholders(), strict=True))
    return inputs.get(name) is value


def _hand_on(graph: Any, program: Program) -> None:
    """Let a graph give the inputs that are its outputs, too."""
    given = {value.name: value for value in graph.input}
    outputs = [(name, value) for name, value in _by_output(program) if isinstance(value, fx.Node)]
    for at, (name, value) in enumerate(outputs):
        if _is_handed_on(name, value, program):
            graph.output.insert(at, given[name])


def _name_sizes(graph: Any, program: Program) -> None:
    """Give open sizes the names again that they had where the model came from."""
    wanted: dict[str, str] = {}
    given = {value.name: value.type.tensor_type.shape.dim for value in graph.input}
    for (index, dim), name in program.size_names.items():
        dims = given.get(program.input_names[index])
        if dims is not None and dims[dim].dim_param:
            wanted.setdefault(dims[dim].dim_param, name)
    for value in (*graph.input, *graph.output, *graph.value_info):
        for size in value.type.tensor_type.shape.dim:
            if size.dim_param:
                size.dim_param = re.sub(r"\w+", lambda word: wanted.get(word[0], word[0]), size.dim_param)


def _as_it_stands(program: Program, opset: int | None) -> Any:
    """The translation of a program's own graph; None where it has to be traced again."""
    try:
        with alone(), without_autocast(), unlogged(), nothing_asked(program):
            return _exported(untraced(_distinct(_dotted(program))), program, opset)
    except Exception:  # noqa: BLE001 (of a graph with more in it, or of another PyTorch, tracing tells what is wrong)
        return None


def _exported(exported: ExportedProgram, program: Program, opset: int | None) -> Any:
    with quiet_onnx(), torch.no_grad(), any_length(), read_once():
        return torch.onnx.export(
            exported,
            (),
            dynamo=True,
            opset_version=opset,
            input_names=[name for name, value in _by_input(program) if isinstance(value, Tensor)],
            output_names=[
                name
                for name, value in _by_output(program)
                if isinstance(value, fx.Node) and not _is_handed_on(name, value, program)
            ],
            verbose=False,
            optimize=True,
            custom_translation_table=TRANSLATIONS,
        )


def _translated(exported: ExportedProgram, program: Program, opset: int | None) -> Any:
    try:
        with without_guards(exported):
            return _exported(exported, program, opset)
    except Exception as error:
        raise UserError(
            "onnx-export-failed",
            f"'{program.name}' cannot be written as ONNX",
            note=_cause(error),
            hint="save it as .pt2 instead, or report the operator that is missing",
        ) from error


def _inputs_of(exported: ExportedProgram, program: Program) -> list[Any]:
    """Values of an exported program's placeholders behind its weights: those of the inputs."""
    values = [node.meta.get("val") for node in exported.graph.nodes if node.op == "placeholder"]
    return values[len(values) - len(program.inputs) :]


def _specialised(exported: ExportedProgram, program: Program, known: Collection[Any]) -> set[str]:
    """Symbolic sizes of a program that its translation took for numbers, as where a loop over windows is written out.

    The exporter asks for nothing of the kind, and leaves such sizes dynamic in the file.
    """
    values = _inputs_of(exported, program)
    new = [r for r in assumed(values).relations if r not in known and isinstance(r, sympy.Eq)]
    taken = {str(symbol) for relation in new for symbol in relation.free_symbols}
    return {
        str(symbol)
        for node, value in zip(program.placeholders(), values, strict=True)
        if is_tensor(node)
        for size, own in zip(value.shape, shape_of(node), strict=True)
        if not is_static(size) and taken & {str(s) for s in size.node.expr.free_symbols} and not is_static(own)
        for symbol in own.node.expr.free_symbols
    }


def _by_input(program: Program) -> list[tuple[str, Any]]:
    """Names of inputs, and the example's values: numbers and None are part of the graph, and no inputs of a file."""
    return [*zip(program.input_names, program.inputs, strict=True)]


def _by_output(program: Program) -> list[tuple[str, Any]]:
    """Names of outputs, and what is returned: nodes, and Python's numbers and None, which no file returns."""
    return [*zip(program.output_names, program.returned(), strict=True)]


def _distinct(program: Program) -> Program:
    """The same with outputs that are values of their own; what is no value is left out.

    An ONNX graph gives every output one name, so it cannot return a value twice, or an input under another name.
    """
    seen: set[fx.Node] = set()
    returned = []
    for name, value in _by_output(program):
        if not isinstance(value, fx.Node) or _is_handed_on(name, value, program):
            continue
        if value in seen or value.op in ("placeholder", "get_attr"):
            with program.graph.inserting_before(program.output()):
                value = program.graph.call_function(aten.clone.default, (value,))
        seen.add(value)
        returned.append(value)
    program.output().args = (tuple(returned),)
    codegen = copy.copy(program.graph._codegen)
    if isinstance(codegen, fx.graph._PyTreeCodeGen):
        structure = pytree.tree_structure(tuple(returned))
        codegen.pytree_info = codegen.pytree_info._replace(out_spec=structure)
    program.graph.set_codegen(codegen)
    program.module.recompile()
    return program


def _dotted(program: Program) -> Program:
    """The same with a dot in the name of every weight: the exporter takes a weight for a value that is called like it.

    Values have no dots in their names. A folded ``cat`` of weights would lend its shape to a ``cat`` of values.
    """
    apart = program.copy()
    plain = [name for name in apart.weights() if "." not in name]
    for name in plain:
        held = attribute(apart.module, name)
        set_attribute(apart.module, f"{APART}.{name}", held)
        delete_attribute(apart.module, name)
    for node in apart.graph.nodes:
        if node.op == "get_attr" and node.target in plain:
            node.target = f"{APART}.{node.target}"
    apart.module.recompile()
    return apart


def _undotted(graph: Any) -> None:
    """Weights get their own names again; one that a value has, with ``_weight`` behind it."""
    taken = {value.name for node in graph for value in node.outputs} | {value.name for value in graph.inputs}
    taken |= {*graph.initializers}
    for value in [value for value in graph.initializers.values() if value.name.startswith(f"{APART}.")]:
        name = value.name.removeprefix(f"{APART}.")
        while name in taken:
            name += "_weight"
        taken.add(name)
        value.name = name


def _give_way(graph: Any) -> None:
    """Rename what is called like an output: the exporter names outputs without a look at other values."""
    outputs = {value.name: value for value in graph.outputs}
    for value in [value for node in graph for value in node.outputs]:
        if outputs.get(value.name, value) is not value:
            value.name = f"{value.name}_within"


def _cause(error: BaseException) -> str:
    """What an error of the exporter was raised from, in one line without colours."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    return f"{type(error).__name__}: {(text.splitlines() or [''])[0]}"
