"""Capture: an nn.Module, an ExportedProgram or a .pt2 file becomes a Program.

``torch.export`` draws the graph; ``run_decompositions`` makes it functional ATen at the level people think in.
Everything that can be wrong with an input is found here, before any pass runs.
"""

from __future__ import annotations

import inspect
import os
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx, nn
from torch.export import Dim, ExportedProgram

from .errors import UserError
from .ir.program import Program, is_tensor

aten = torch.ops.aten


def capture(
    model: nn.Module | ExportedProgram | str | os.PathLike[str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    dynamic_shapes: Any = None,
) -> Program:
    """Turn a model into a Program.

    Args:
        model: a module in eval mode, an exported program, or the path of a ``.pt2`` file.
        args: example positional inputs (taken from the exported program where it has them).
        kwargs: example keyword inputs.
        dynamic_shapes: as for ``torch.export.export``. By default dimension 0 of every tensor input is dynamic
            where the model allows it. Ignored for programs that are exported already.

    Raises:
        UserError: see ``sparsec.compiler.errors.CODES``.
    """
    signature, name = None, "model"
    kwargs = dict(kwargs or {})
    if isinstance(model, (str, os.PathLike)):
        name = Path(model).stem
        model = load(model)
    if isinstance(model, ExportedProgram):
        exported = model
        if not args and not kwargs:
            args, kwargs = _examples(exported)
        _check_against(exported, args, kwargs)
    elif isinstance(model, nn.Module):
        args = _as_tuple(args)
        _check_module(model)
        signature, name = inspect.signature(model.forward), type(model).__name__
        _check_call(model, signature, args, kwargs)
        exported, dynamic_shapes = _export(model, args, kwargs, dynamic_shapes)
    else:
        raise UserError(
            "bad-inputs",
            f"'{type(model).__name__}' is not a model",
            hint="pass an nn.Module, a torch.export.ExportedProgram or the path of a .pt2 file",
        )
    program = from_exported(exported, tuple(args), kwargs, signature, dynamic_shapes, name)
    check(program)
    return program


def load(path: str | os.PathLike[str]) -> ExportedProgram:
    """Read a ``.pt2`` file.

    Raises:
        UserError: the file is missing, truncated, or not an exported program.
    """
    file = Path(path)
    hint = "write one with torch.export.save(torch.export.export(model, args), 'model.pt2')"
    if not file.is_file():
        raise UserError("bad-file", f"there is no file '{file}'", hint=hint)
    if not zipfile.is_zipfile(file):
        kind = "an ONNX model; sparsec reads PyTorch models" if file.suffix == ".onnx" else "truncated or of another kind"
        raise UserError("bad-file", f"'{file}' is not an exported program", note=f"it is {kind}", hint=hint)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.export.load(file)
    except Exception as error:
        raise UserError("bad-file", f"'{file}' cannot be read", note=_first_line(error), hint=hint) from error


def from_exported(
    exported: ExportedProgram,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    signature: inspect.Signature | None = None,
    dynamic_shapes: Any = None,
    name: str = "model",
) -> Program:
    """The Program of an exported program: functional ATen, weights as attributes."""
    _check_quantized(exported.graph)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        functional = exported.run_decompositions(_decompositions())
        module = functional.module(check_guards=False)
    assert isinstance(module, fx.GraphModule)
    inputs = tuple(pytree.tree_leaves((args, kwargs)))
    normalise(module)
    program = Program(module, inputs, (), (), (args, kwargs), signature, dynamic_shapes, name)
    program.input_names = tuple(str(node.target) for node in program.placeholders())
    program.output_names = _output_names(functional, program)
    for node in program.nodes():
        weight = program.weight(node)
        if weight is not None and not isinstance(node.meta.get("val"), Tensor):
            node.meta["val"] = program.fake(weight)
    return program


def normalise(module: fx.GraphModule) -> None:
    """One spelling for what ATen spells in several ways; side-effect-free leftovers of export go."""
    for node in [*module.graph.nodes]:
        if node.target in (aten.view.default, aten._unsafe_view.default):
            node.target = aten.reshape.default
        elif node.op == "call_module" or node.target in (aten._assert_tensor_metadata.default,):
            if not node.users:
                module.graph.erase_node(node)
    module.graph.eliminate_dead_code()
    module.recompile()


def check(program: Program) -> None:
    """Refuse programs that compiling cannot help or would only confuse.

    Raises:
        UserError: empty graph, NaN or Inf weights, integer weights, nothing but zeros.
    """
    operations = [n for n in program.nodes() if n.op == "call_function" and is_tensor(n)]
    if not operations:
        raise UserError(
            "empty-graph",
            f"'{program.name}' computes nothing",
            note="its graph has no operation on a tensor",
            hint="check that forward uses its inputs and returns a result",
        )
    weights = program.weights()
    for name, weight in weights.items():
        if weight.is_floating_point() and not bool(torch.isfinite(weight).all()):
            count = int((~torch.isfinite(weight)).sum())
            raise UserError(
                "non-finite-weights",
                f"weight '{name}' holds {count} NaN or infinite values",
                where=_reader(program, name),
                note="zeros cannot be told from the rest when the rest is not a number",
                hint="repair or re-load the checkpoint",
            )
    _check_integers(program)
    matrices = [w for w in _readable_matrices(program)]
    if matrices and not any(bool((w != 0).any()) for w in matrices):
        raise UserError(
            "all-zero",
            f"every weight of '{program.name}' is zero",
            note="the compiled model would be a constant",
            hint="load the checkpoint before compiling, or check the pruning mask",
        )


def _readable_matrices(program: Program) -> list[Tensor]:
    """Weights of two dimensions or more, masks applied."""
    names = {n for n in program.weights()}
    found = []
    for name, weight in program.weights().items():
        if weight.ndim < 2 or not weight.is_floating_point() or name.endswith("_mask"):
            continue
        mask = program.weights()[name[:-5] + "_mask"] if name.endswith("_orig") and name[:-5] + "_mask" in names else None
        found.append(weight if mask is None else weight * mask)
    return found


def _check_integers(program: Program) -> None:
    weights = [w for w in program.weights().values() if w.ndim >= 2]
    floating = [w for w in weights if w.is_floating_point() or w.is_complex()]
    if weights and not floating:
        name = next(n for n, w in program.weights().items() if w.ndim >= 2)
        raise UserError(
            "quantized-model",
            f"'{program.name}' has integer weights only",
            where=_reader(program, name),
            note=f"'{name}' is {program.weights()[name].dtype}",
            hint="compile the floating-point model first and quantise the result",
        )


def _check_quantized(graph: fx.Graph) -> None:
    for node in graph.nodes:
        name = str(node.target)
        value = node.meta.get("val")
        quantized = isinstance(value, Tensor) and value.is_quantized
        if quantized or name.startswith(("quantized.", "quantized_decomposed.", "torchao.")) or "quantize_per" in name:
            raise UserError(
                "quantized-model",
                "the model is quantised",
                where=f"'{node.name}' ({name})",
                note="sparsec works on floating-point weights",
                hint="compile the floating-point model first and quantise the result",
            )


def _check_module(model: nn.Module) -> None:
    for name, part in model.named_modules():
        kind = type(part)
        if kind.__module__.startswith(("torch.ao.nn.quantized", "torch.nn.quantized")):
            raise UserError(
                "quantized-model",
                f"module '{name}' is quantised ({kind.__name__})",
                note="sparsec works on floating-point weights",
                hint="compile the floating-point model first and quantise the result",
            )
        for key, value in [*part._parameters.items(), *part._buffers.items()]:
            if value is not None and value.is_quantized:
                raise UserError(
                    "quantized-model",
                    f"weight '{name}.{key}' is quantised",
                    hint="compile the floating-point model first and quantise the result",
                )
    if model.training:
        raise UserError(
            "bad-inputs",
            f"'{type(model).__name__}' is in training mode",
            note="dropout and batch norm behave differently in training",
            hint="call model.eval() first",
        )


def _check_call(
    model: nn.Module, signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        raise UserError(
            "bad-inputs",
            f"the example inputs do not fit '{type(model).__name__}.forward{signature}'",
            note=str(error),
            hint="pass args as a tuple of positional inputs, and kwargs as a dict",
        ) from error


def _check_against(exported: ExportedProgram, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    _, spec = pytree.tree_flatten((tuple(args), dict(kwargs)))
    expected = exported.call_spec.in_spec
    if expected is not None and spec != expected:
        raise UserError(
            "bad-inputs",
            "the example inputs do not fit the exported program",
            note=f"it was exported for {expected.num_leaves} inputs, {spec.num_leaves} were given",
            hint="pass inputs of the structure that it was exported with",
        )


def _as_tuple(args: Any) -> tuple[Any, ...]:
    if isinstance(args, Tensor):
        raise UserError("bad-inputs", "example inputs are a tensor", hint="pass a tuple: (images,)")
    return tuple(args)


def _export(
    model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], dynamic_shapes: Any
) -> tuple[ExportedProgram, Any]:
    """Export; without ``dynamic_shapes``, with a dynamic batch where the model allows it."""
    if dynamic_shapes is not None:
        return _run_export(model, args, kwargs, dynamic_shapes), dynamic_shapes
    wide_args, wide_kwargs = _widened((args, kwargs))
    shapes = _batch_shapes(inspect.signature(model.forward), wide_args, wide_kwargs)
    try:
        return _run_export(model, wide_args, wide_kwargs, shapes), shapes
    except UserError:
        return _run_export(model, args, kwargs, None), None


def _run_export(model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], shapes: Any) -> ExportedProgram:
    try:
        with torch.no_grad():
            model(*args, **kwargs)
    except Exception as error:
        raise UserError(
            "bad-inputs",
            f"'{type(model).__name__}' fails on the example inputs",
            where=_model_line(error),
            note=f"{type(error).__name__}: {_first_line(error)}",
            hint="run model(*args, **kwargs) yourself until it works",
        ) from error
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            return torch.export.export(model, args, kwargs, dynamic_shapes=shapes)
    except Exception as error:
        raise UserError(
            "capture-failed",
            f"torch.export cannot capture '{type(model).__name__}'",
            where=_model_line(error),
            note=f"{type(error).__name__}: {_first_line(error)}",
            hint="try torch.export.export(model, args) by itself; data-dependent branches need torch.cond or a rewrite",
        ) from error


def _widened(inputs: Any) -> Any:
    """Example inputs with a batch of one doubled, since export takes a size of 1 for a constant."""
    tensors = [x for x in pytree.tree_leaves(inputs) if isinstance(x, Tensor) and x.ndim > 0]
    if not tensors or any(x.shape[0] != 1 for x in tensors):
        return inputs
    return pytree.tree_map(lambda x: torch.cat([x, x]) if isinstance(x, Tensor) and x.ndim > 0 else x, inputs)


def _batch_shapes(signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    def shape(value: Any) -> Any:
        return {0: Dim.AUTO} if isinstance(value, Tensor) and value.ndim > 0 else None

    bound = signature.bind(*args, **kwargs)
    return pytree.tree_map(shape, dict(bound.arguments))


def _examples(exported: ExportedProgram) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if exported.example_inputs is not None:
        args, kwargs = exported.example_inputs
        return tuple(args), dict(kwargs)
    raise UserError(
        "bad-inputs", "the exported program carries no example inputs", hint="pass args= (and kwargs=) yourself"
    )


def _decompositions() -> dict[Any, Any]:
    def channel_shuffle(x: Tensor, groups: int) -> Tensor:
        shape = x.shape
        split = x.reshape(shape[0], groups, shape[1] // groups, *shape[2:])
        return split.transpose(1, 2).reshape(shape)

    def glu(x: Tensor, dim: int = -1) -> Tensor:
        value, gate = x.chunk(2, dim)
        return value * torch.sigmoid(gate)

    return {aten.channel_shuffle.default: channel_shuffle, aten.glu.default: glu}


def _output_names(exported: ExportedProgram, program: Program) -> tuple[str, ...]:
    """Keys of a dict result, and node names otherwise."""
    names = [node.name if isinstance(node, fx.Node) else f"output_{i}" for i, node in enumerate(_flat_outputs(program))]
    spec = exported.call_spec.out_spec
    if spec is not None:
        blank = pytree.tree_unflatten([object()] * spec.num_leaves, spec)
        paths = [path for path, _ in pytree.tree_flatten_with_path(blank)[0]]
        for index, path in enumerate(paths):
            keys = [str(getattr(part, "key", getattr(part, "name", ""))) for part in path]
            if keys and all(keys) and index < len(names):
                names[index] = "_".join(keys)
    taken: set[str] = set(program.input_names)
    unique = []
    for name in names:
        free, number = name, 0
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        taken.add(free)
        unique.append(free)
    return tuple(unique)


def _flat_outputs(program: Program) -> list[Any]:
    result = program.output().args[0]
    return list(result) if isinstance(result, (list, tuple)) else [result]


def _reader(program: Program, name: str) -> str | None:
    from .ir.program import source_line

    for node in program.nodes():
        if node.op == "get_attr" and node.target == name:
            return next((source_line(user) for user in node.users if source_line(user)), None)
    return None


def _first_line(error: BaseException) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0].strip() if lines else type(error).__name__


def _model_line(error: BaseException) -> str | None:
    """The deepest line of the traceback that is not inside torch."""
    place, trace = None, error.__traceback__
    here = os.path.dirname(__file__)
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if f"{os.sep}torch{os.sep}" not in file and not file.startswith(here) and not file.startswith("<"):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
