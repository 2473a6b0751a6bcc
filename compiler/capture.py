"""Capture: an nn.Module, an ExportedProgram or a .pt2 file becomes a Program.

``torch.export`` draws the graph; ``run_decompositions`` makes it functional ATen at the level people think in.
Everything that can be wrong with an input is found here, before any pass runs.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import logging
import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
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
    args, kwargs = _as_tuple(args), _as_dict(kwargs)
    if isinstance(model, (str, os.PathLike)):
        name = Path(model).stem
        model = load(model)
    if isinstance(model, ExportedProgram):
        exported = model
        if not args and not kwargs:
            args, kwargs = _examples(exported)
        else:
            _check_against(exported, args, kwargs)
    elif isinstance(model, nn.Module):
        _check_module(model)
        signature, name = inspect.signature(model.forward), type(model).__name__
        _check_call(model, signature, args, kwargs)
        exported, dynamic_shapes = _export(model, args, kwargs, dynamic_shapes)
    else:
        raise _not_a_model(model)
    _check_examples(args, kwargs)
    program = from_exported(exported, args, kwargs, signature, dynamic_shapes, name)
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
        note = "it is a folder" if file.is_dir() else None
        raise UserError("bad-file", f"there is no file '{path}'", note=note, hint=hint)
    try:
        kind = _foreign_kind(file)
    except OSError as error:
        raise UserError("bad-file", f"'{file}' cannot be read", note=str(error)) from error
    if kind:
        raise UserError("bad-file", f"'{file}' is not an exported program", note=f"it is {kind}", hint=hint)
    try:
        with _quiet():
            return torch.export.load(file)
    except Exception as error:
        raise UserError("bad-file", f"'{file}' cannot be read", note=_reason(error), hint=hint) from error


def _foreign_kind(file: Path) -> str | None:
    """What a file is that is no ``.pt2`` archive."""
    with file.open("rb") as stream:
        head = stream.read(3)
    if not zipfile.is_zipfile(file):
        if file.suffix == ".onnx" or (head[:1] == b"\x08" and head[2:] in (b"\x12", b":")):
            return "an ONNX model; sparsec reads PyTorch models"
        return "truncated" if head[:2] == b"PK" else "empty" if not head else "of another kind"
    with zipfile.ZipFile(file) as archive:
        names = {name.split("/", 1)[-1] for name in archive.namelist()}
    if "archive_format" in names:
        return None
    if "constants.pkl" in names:
        return "a TorchScript model"
    if "data.pkl" in names:
        return "a checkpoint of torch.save; load it into the model, then export that"
    return "a zip archive of another kind"


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
        _check_pure(functional, name)
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
                f"weight '{name}' holds {count} NaN or infinite {'value' if count == 1 else 'values'}",
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
    """Refuse int8 weights, and models without any other; masks and lookup tables may be integers."""
    matrices = {n: w for n, w in program.weights().items() if w.ndim >= 2}
    floating = [w for w in matrices.values() if w.is_floating_point() or w.is_complex()]
    for name, weight in matrices.items():
        small = weight.dtype in (torch.int8, torch.uint8) and bool((weight.long() >> 1).any())
        if small or not floating:
            raise UserError(
                "quantized-model",
                f"'{program.name}' has integer weights",
                where=_reader(program, name),
                note=f"'{name}' is {weight.dtype}",
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
    if isinstance(model, torch.jit.ScriptModule):
        raise UserError(
            "capture-failed",
            f"'{model.original_name}' is a TorchScript module",
            note="torch.export reads Python code, which it has no longer",
            hint="pass the nn.Module that it was made from",
        )
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


def _check_against(exported: ExportedProgram, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    leaves, spec = pytree.tree_flatten((args, kwargs))
    expected = exported.call_spec.in_spec
    if expected is not None and spec != expected:
        raise UserError(
            "bad-inputs",
            "the example inputs do not fit the exported program",
            note=f"it was exported for the inputs {_sketch(expected)}, and {_sketch(spec)} were given",
            hint="pass inputs of the structure that it was exported with",
        )
    values = {node.name: node.meta.get("val") for node in exported.graph.nodes if node.op == "placeholder"}
    for name, given in zip(exported.graph_signature.user_inputs, leaves, strict=True):
        wanted = values.get(str(name))
        if isinstance(wanted, Tensor) and not _fits(given, wanted):
            raise UserError(
                "bad-inputs",
                f"example input '{name}' does not fit the exported program",
                note=f"it was exported for {_describe(wanted)}, and {_describe(given)} was given",
                hint="pass inputs of the shapes and types that it was exported with, or export it with dynamic_shapes",
            )


def _fits(given: Any, wanted: Tensor) -> bool:
    if not isinstance(given, Tensor) or given.dtype != wanted.dtype or given.ndim != wanted.ndim:
        return False
    return all(a == b for a, b in zip(given.shape, wanted.shape, strict=True) if is_static(b))


def _describe(value: Any) -> str:
    if not isinstance(value, Tensor):
        return f"'{type(value).__name__}'"
    return f"{str(value.dtype).removeprefix('torch.')}[{', '.join(str(size) for size in value.shape)}]"


def _sketch(spec: pytree.TreeSpec) -> str:
    args, kwargs = pytree.tree_unflatten([...] * spec.num_leaves, spec)
    parts = [str(a).replace("Ellipsis", "...") for a in args] + [f"{key}=..." for key in kwargs]
    return f"({', '.join(parts)})"


def _check_examples(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for value in pytree.tree_leaves((args, kwargs)):
        if isinstance(value, Tensor) and value.is_floating_point() and bool(value.isnan().any()):
            raise UserError(
                "bad-inputs",
                f"an example input, {_describe(value)}, holds NaN",
                note="the result is checked on the example inputs, and NaN equals everything there",
                hint="pass inputs such as the model will see",
            )


def _check_pure(exported: ExportedProgram, name: str) -> None:
    """Refuse programs whose results depend on more than their inputs and weights."""
    signature = exported.graph_signature
    written = {**signature.buffers_to_mutate, **signature.user_inputs_to_mutate}
    if written:
        training = any("norm_legit" in str(node.target) for node in exported.graph.nodes if node.name in written)
        training = training or any("_legit_functional" in str(node.target) for node in exported.graph.nodes)
        raise UserError(
            "impure-model",
            f"'{name}' writes into {', '.join(repr(str(x)) for x in written.values())}",
            note="what it computes would depend on the calls before",
            hint="call model.eval() before torch.export" if training else "return the new value instead",
        )
    for part in exported.graph_module.modules():
        for node in part.graph.nodes if isinstance(part, fx.GraphModule) else ():
            if _is_random(node):
                raise UserError(
                    "impure-model",
                    f"'{name}' draws random numbers",
                    where=_own_line(node) or f"'{node.name}' ({node.target})",
                    note="a result that changes with every call cannot be checked",
                    hint="draw them outside and pass them in; call model.eval() before exporting a model with dropout",
                )


def _is_random(node: fx.Node) -> bool:
    target = node.target
    if not isinstance(target, torch._ops.OpOverload) or torch.Tag.nondeterministic_seeded not in target.tags:
        return False
    names = [argument.name for argument in target._schema.arguments]
    given = {a.name: a.default_value for a in target._schema.arguments} | dict(zip(names, node.args, strict=False))
    given |= node.kwargs
    off = given.get("train") is False or given.get("training") is False
    return not off and not any(given.get(key) == 0 for key in ("dropout_p", "dropout", "p"))


def _as_tuple(args: Any) -> tuple[Any, ...]:
    if isinstance(args, (list, tuple)):
        return tuple(args)
    what = "a tensor" if isinstance(args, Tensor) else f"of type '{type(args).__name__}'"
    hint = "pass keyword inputs as kwargs={...}" if isinstance(args, Mapping) else "pass a tuple: (images,)"
    raise UserError("bad-inputs", f"the example inputs are {what}, not a tuple", hint=hint)


def _as_dict(kwargs: Any) -> dict[str, Any]:
    if kwargs is None or isinstance(kwargs, Mapping):
        return dict(kwargs or {})
    raise UserError(
        "bad-inputs",
        f"the keyword inputs are of type '{type(kwargs).__name__}', not a dict",
        hint="pass a dict: {'mask': mask}",
    )


def _not_a_model(value: object) -> UserError:
    is_class = isinstance(value, type)
    return UserError(
        "bad-inputs",
        f"'{value.__name__ if isinstance(value, type) else type(value).__name__}' is not a model",
        note="it is a class" if is_class else None,
        hint="make an instance of it"
        if is_class
        else "pass an nn.Module, a torch.export.ExportedProgram or the path of a .pt2 file",
    )


def _export(
    model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], dynamic_shapes: Any
) -> tuple[ExportedProgram, Any]:
    """Export; without ``dynamic_shapes``, with a dynamic batch where the model allows it."""
    _check_runs(model, args, kwargs)
    if dynamic_shapes is not None:
        return _run_export(model, args, kwargs, dynamic_shapes), dynamic_shapes
    wide_args, wide_kwargs = _widened((args, kwargs))
    shapes = _batch_shapes(inspect.signature(model.forward), wide_args, wide_kwargs)
    try:
        return _run_export(model, wide_args, wide_kwargs, shapes), shapes
    except UserError:
        return _run_export(model, args, kwargs, None), None


def _check_runs(model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    try:
        with torch.no_grad():
            model(*args, **kwargs)
    except Exception as error:
        raise UserError(
            "bad-inputs",
            f"'{type(model).__name__}' fails on the example inputs",
            where=_model_line(error),
            note=f"{type(error).__name__}: {_reason(error)}",
            hint="run model(*args, **kwargs) yourself until it works",
        ) from error


def _run_export(model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], shapes: Any) -> ExportedProgram:
    try:
        with _quiet(), torch.no_grad():
            return torch.export.export(model, args, kwargs, dynamic_shapes=shapes)
    except Exception as error:
        if isinstance(error, torch._dynamo.exc.UserError) and shapes is not None:
            raise UserError(
                "bad-option",
                f"dynamic_shapes= does not fit '{type(model).__name__}'",
                note=_reason(error),
                hint="name inputs as forward does, and only the dimensions that the model leaves free",
            ) from error
        raise UserError(
            "capture-failed",
            f"torch.export cannot capture '{type(model).__name__}'",
            where=_model_line(error),
            note=f"{type(error).__name__}: {_reason(error)}",
            hint="try torch.export.export(model, args) by itself; data-dependent branches need torch.cond or a rewrite",
        ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """torch.export prints and logs when it fails; what matters comes back as an exception."""
    loggers = [logging.getLogger(name) for name in ("torch.export", "torch.fx.experimental.symbolic_shapes")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


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
    """Where the model reads a weight."""
    for node in program.nodes():
        if node.op == "get_attr" and node.target == name:
            return next(filter(None, map(_own_line, node.users)), None)
    return None


def _own_line(node: fx.Node) -> str | None:
    """The innermost line of the model's source behind a node, torch's own code aside."""
    trace = node.meta.get("stack_trace") or node.stack_trace or ""
    found = re.findall(r'File "([^"]+)", line (\d+)', trace)
    own = [place for place in found if not _is_torch(place[0])]
    return ":".join((own or found)[-1]) if found else None


def _reason(error: BaseException) -> str:
    """The first line of an error message, and what it lists below."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    return " ".join([lines[0], *(line.removeprefix("- ") for line in lines[1:] if line.startswith("- "))])


def _model_line(error: BaseException) -> str | None:
    """The innermost line of the traceback that is not torch's."""
    place, trace = None, error.__traceback__
    here = os.path.dirname(__file__)
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not _is_torch(file) and not file.startswith((here, "<")):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _is_torch(file: str) -> bool:
    return file.startswith(os.path.dirname(torch.__file__) + os.sep)
