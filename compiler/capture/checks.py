"""What makes a model, its inputs or its graph unfit for compiling: all that is found before any pass runs."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx, nn
from torch.export import ExportedProgram

from ...codegen.operators import operator_of
from ...runtime.module import ProgramModule
from ..errors import UserError
from ..ir.program import Program, is_static, is_tensor
from ..ir.quantization import called
from .finite_weights import check_finite
from .plain_tensors import QUANTIZE_LATER, describe, refuse

# What export makes of a batch norm in training mode.
TRAINING_NORM = torch.ops.aten._native_batch_norm_legit_functional.default

# -------------------------------------------------------------------- the call


def as_tuple(args: object) -> tuple[Any, ...]:
    """Example inputs as a tuple; a UserError for a bare tensor and the like."""
    if isinstance(args, (list, tuple)):
        return tuple(args)
    what = "a tensor" if isinstance(args, Tensor) else f"of type '{type(args).__name__}'"
    hint = "pass keyword inputs as kwargs={...}" if isinstance(args, Mapping) else "pass a tuple: (images,)"
    raise UserError("bad-inputs", f"the example inputs are {what}, not a tuple", hint=hint)


def as_dict(kwargs: object) -> dict[str, Any]:
    """Example keyword inputs as a dict; a UserError for anything else."""
    if kwargs is None or isinstance(kwargs, Mapping):
        return dict(kwargs or {})
    raise UserError(
        "bad-inputs",
        f"the keyword inputs are of type '{type(kwargs).__name__}', not a dict",
        hint="pass a dict: {'mask': mask}",
    )


def as_calls(args: object, kwargs: object, examples: Sequence[Any]) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The example call and further ones, each as positional and keyword inputs.

    Raises:
        UserError: one of them is no call, or not structured like the first.
    """
    if not isinstance(examples, (list, tuple)):
        hint = "pass a list of calls: examples=[(images,), (others,)]"
        raise UserError("bad-inputs", f"examples= is of type '{type(examples).__name__}', not a list", hint=hint)
    calls = [(as_tuple(args), as_dict(kwargs)), *map(as_call, examples)]
    if not args and not kwargs and examples:
        del calls[0]
    for number, call in enumerate(calls[1:], start=2):
        check_alike(call, calls[0], f"example {number}")
    return calls


def check_alike(call: object, first: object, what: str) -> None:
    """Raises a UserError for a call that differs from the first one in more than sizes.

    Args:
        call, first: positional and keyword inputs of both.
        what: what to call it.
    """
    given, wanted = pytree.tree_structure(call), pytree.tree_structure(first)
    if given != wanted:
        raise UserError(
            "bad-inputs",
            f"{what} is not structured like the first one",
            note=f"the first is {_sketch(wanted)}, this one {_sketch(given)}",
            hint="pass examples of one structure: the graph is drawn for it",
        )
    pairs = zip(pytree.tree_leaves(call), pytree.tree_leaves(first), strict=True)
    if not all(_same_kind(a, b) for a, b in pairs):
        raise UserError(
            "bad-inputs",
            f"{what} differs from the first one in more than sizes",
            note="dtypes, numbers of dimensions, numbers and strings are part of the graph",
            hint="compile once for each",
        )


def as_call(example: object) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """A call: a tuple of positional inputs, a dict of keyword inputs, or a pair of both."""
    if isinstance(example, Mapping):
        return (), dict(example)
    if isinstance(example, (list, tuple)) and len(example) == 2:
        args, kwargs = example
        if isinstance(args, (list, tuple)) and isinstance(kwargs, Mapping):
            return tuple(args), dict(kwargs)
    return as_tuple(example), {}


def _same_kind(a: object, b: object) -> bool:
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return a.dtype == b.dtype and a.ndim == b.ndim
    return type(a) is type(b) and a == b


def check_reference(reference: str) -> None:
    """Raises a UserError for a reference that there is not."""
    if reference not in ("model", "export"):
        raise UserError(
            "bad-option",
            f"there is no reference '{reference}'",
            hint="'model' compares with the module's own answers, 'export' with the exported program's",
        )


def check_dynamic_shapes(shapes: object) -> None:
    """Raises a UserError for what cannot say anything of the sizes of several inputs."""
    if shapes is not None and not isinstance(shapes, (Mapping, list, tuple)):
        raise UserError(
            "bad-option",
            f"dynamic_shapes= is of type '{type(shapes).__name__}', neither a dict nor a tuple",
            hint="name inputs as forward does: {'x': {0: Dim.AUTO}}",
        )


def check_examples(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refuse example inputs that would let a wrong result pass."""
    for value in pytree.tree_leaves((args, kwargs)):
        if isinstance(value, Tensor) and value.is_floating_point() and bool(value.isnan().any()):
            raise UserError(
                "bad-inputs",
                f"an example input, {_describe(value)}, holds NaN",
                note="the result is compared with the original on these, and NaN hides differences",
                hint="pass inputs such as the model will see",
            )


def check_call(
    model: str,
    signature: inspect.Signature,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    what: str = "the example inputs do",
) -> None:
    """Refuse inputs that ``forward`` does not accept.

    Args:
        model: its name.
        signature: of its ``forward``.
        args, kwargs: the inputs.
        what: what to call them, and that they do it.
    """
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        raise UserError(
            "bad-inputs",
            f"{what} not fit '{model}.forward{signature}'",
            note=str(error),
            hint="pass args as a tuple of positional inputs, and kwargs as a dict",
        ) from error


def check_against(
    exported: ExportedProgram,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    what: str = "the example inputs do",
    one: str = "example input",
) -> None:
    """Refuse inputs of another structure, type or size than a program was exported for.

    Args:
        exported: the program.
        args, kwargs: the inputs.
        what: what to call them, and that they do it.
        one: what to call one of them.
    """
    leaves, spec = pytree.tree_flatten((args, kwargs))
    expected = exported.call_spec.in_spec
    if expected is not None and spec != expected:
        raise UserError(
            "bad-inputs",
            f"{what} not fit the exported program",
            note=f"it was exported for the inputs {_sketch(expected)}, and {_sketch(spec)} were given",
            hint="pass inputs of the structure that it was exported with",
        )
    values = {node.name: node.meta.get("val") for node in exported.graph.nodes if node.op == "placeholder"}
    for name, given in zip(exported.graph_signature.user_inputs, leaves, strict=True):
        wanted = values.get(str(name))
        if isinstance(wanted, Tensor) and not _fits(given, wanted):
            raise UserError(
                "bad-inputs",
                f"{one} '{name}' does not fit the exported program",
                note=f"it was exported for {_describe(wanted)}, and {_describe(given)} was given",
                hint="pass inputs of that type and size, or export it with dynamic_shapes=",
            )


def _fits(given: object, wanted: Tensor) -> bool:
    if not isinstance(given, Tensor) or given.dtype != wanted.dtype or given.ndim != wanted.ndim:
        return False
    return all(a == b for a, b in zip(given.shape, wanted.shape, strict=True) if is_static(b))


def _describe(value: object) -> str:
    if not isinstance(value, Tensor):
        return f"'{type(value).__name__}'"
    return describe(value)


def _sketch(spec: pytree.TreeSpec) -> str:
    """The structure of a call, such as ``(..., [..., ...], mask=...)``."""
    args, kwargs = pytree.tree_unflatten([...] * spec.num_leaves, spec)
    parts = [str(a) for a in args] + [f"{key}={value}" for key, value in kwargs.items()]
    return f"({', '.join(parts)})".replace("Ellipsis", "...")


# -------------------------------------------------------------------- the model


def not_a_model(
    value: object, wanted: str = "an nn.Module, a torch.export.ExportedProgram or the path of a .pt2 file"
) -> UserError:
    """The error for something that is no model at all, or none of a kind that is wanted."""
    if isinstance(value, type):
        return UserError("bad-inputs", f"'{value.__name__}' is a class, not a model", hint="make an instance of it")
    return UserError("bad-inputs", f"'{type(value).__name__}' is not a model", hint=f"pass {wanted}")


def check_module(model: nn.Module) -> None:
    """Refuse modules that are scripted, quantised or in training mode."""
    if isinstance(model, torch.jit.ScriptModule):
        raise UserError(
            "capture-failed",
            f"'{model.original_name}' is a TorchScript module",
            note="torch.export reads Python code, which it has no longer",
            hint="pass the nn.Module that it was made from",
        )
    for name, part in model.named_modules():
        _check_part(name, part)
    if model.training:
        raise UserError(
            "bad-inputs",
            f"'{type(model).__name__}' is in training mode",
            note="dropout and batch norm behave differently in training",
            hint="call model.eval() first",
        )


def _check_part(name: str, part: nn.Module) -> None:
    if isinstance(part, ProgramModule):
        part.module  # noqa: B018 (one from an .onnx file says here that PyTorch has nothing to read)
    if re.match(r"torch\.(ao\.)?nn\.(intrinsic\.)?quantized", type(part).__module__):
        raise UserError(
            "quantized-model",
            f"module '{name}' is quantised ('{type(part).__name__}')",
            note="sparsec works on floating-point weights",
            hint=QUANTIZE_LATER,
        )
    for key, value in [*part._parameters.items(), *part._buffers.items()]:
        if value is not None:
            refuse(value, f"weight '{f'{name}.{key}'.lstrip('.')}'")


# -------------------------------------------------------------------- the exported program


def check_quantized(graph: fx.Graph) -> None:
    """Refuse graphs that compute on quantised tensors: operators that make integers of numbers, and back, are fine."""
    for node in graph.nodes:
        name = str(node.target)
        value = node.meta.get("val")
        quantized = isinstance(value, Tensor) and value.is_quantized
        if quantized or name.startswith(("quantized.", "torchao.")):
            raise UserError(
                "quantized-model",
                "the model is quantised",
                where=own_line(node) or f"'{node.name}' ({name})",
                note=f"'{name}' works on quantised tensors, whose integers cannot be seen",
                hint=QUANTIZE_LATER,
            )


def check_pure(exported: ExportedProgram, name: str, *, writes_inputs: bool = False) -> None:
    """Refuse programs that train, draw random numbers or (unless ``writes_inputs``) write into their inputs."""
    signature = exported.graph_signature
    if signature.user_inputs_to_mutate and not writes_inputs:
        raise UserError(
            "impure-model",
            f"'{name}' writes into its input {_quoted(signature.user_inputs_to_mutate)}",
            note="the caller's tensor would change",
            hint="work on a copy: x = x.clone()",
        )
    if any(node.target is TRAINING_NORM for node in exported.graph.nodes):
        raise UserError(
            "impure-model",
            f"'{name}' writes into its own {_quoted(signature.buffers_to_mutate)}",
            note="its norms take statistics of every batch, as they do in training",
            hint="call model.eval() before torch.export",
        )
    check_repeatable(exported.graph_module, name)


def check_repeatable(module: nn.Module, name: str) -> None:
    """Refuse programs that draw random numbers."""
    for part in module.modules():
        for node in part.graph.nodes if isinstance(part, fx.GraphModule) else ():
            if _is_random(node):
                raise UserError(
                    "impure-model",
                    f"'{name}' draws random numbers",
                    where=own_line(node) or f"'{node.name}' ({node.target})",
                    note="a result that differs from call to call cannot be compared with the original's",
                    hint="draw them outside and pass them in; dropout needs model.eval() before export",
                )


def _quoted(names: Mapping[str, str]) -> str:
    return ", ".join(f"'{name}'" for name in names.values())


def _is_random(node: fx.Node) -> bool:
    target = node.target
    if not isinstance(target, torch._ops.OpOverload) or torch.Tag.nondeterministic_seeded not in target.tags:
        return False
    arguments = target._schema.arguments
    given = {argument.name: argument.default_value for argument in arguments} | dict(node.kwargs)
    given |= {argument.name: value for argument, value in zip(arguments, node.args, strict=False)}
    off = given.get("train") is False or given.get("training") is False
    return not off and not any(given.get(key) == 0 for key in ("dropout_p", "dropout", "p"))


# -------------------------------------------------------------------- the program


def check(program: Program) -> None:
    """Refuse programs that compiling cannot help or would only confuse.

    Raises:
        UserError: empty graph, weights of a wrong kind or with NaN or infinite values, nothing but zeros.
    """
    if not any(node.op == "call_function" and is_tensor(node) for node in program.nodes()):
        raise UserError(
            "empty-graph",
            f"'{program.name}' computes nothing",
            note="its graph has no operation on a tensor",
            hint="check that forward uses its inputs and returns a result",
        )
    weights = program.weights()
    check_finite(program, own_line)
    _check_integers(program, {name: weight for name, weight in weights.items() if weight.ndim >= 2})
    matrices = _effective_matrices(weights)
    if matrices and not any(bool((matrix != 0).any()) for matrix in matrices):
        raise UserError(
            "all-zero",
            f"every weight of '{program.name}' is zero",
            note="the compiled model would be a constant",
            hint="load the checkpoint before compiling, or check the pruning mask",
        )


def _packed(program: Program) -> set[str]:
    """Weights that only sparse layers read, which a compile has packed before, or what makes numbers of integers."""
    return {
        str(node.target)
        for node in program.nodes()
        if node.op == "get_attr" and node.users and all(operator_of(user) or called(user) for user in node.users)
    }


def _check_integers(program: Program, matrices: Mapping[str, Tensor]) -> None:
    """Refuse 8-bit weights, and models that have none but integers; masks and tables may be integers."""
    packed = _packed(program)
    only_integers = not packed and not any(w.is_floating_point() or w.is_complex() for w in matrices.values())
    for name, weight in matrices.items():
        if name in packed:
            continue
        small = weight.dtype in (torch.int8, torch.uint8) and bool((weight.short() >> 1).any())
        if small or only_integers:
            raise UserError(
                "quantized-model",
                f"'{program.name}' has integer weights",
                where=_reader(program, name),
                note=f"'{name}' is {str(weight.dtype).removeprefix('torch.')}",
                hint=QUANTIZE_LATER,
            )


def _effective_matrices(weights: Mapping[str, Tensor]) -> list[Tensor]:
    """Weights of two dimensions or more; those of ``torch.nn.utils.prune`` with their masks applied."""
    found = []
    for name, weight in weights.items():
        if weight.ndim >= 2 and weight.numel() and weight.is_floating_point() and not name.endswith("_mask"):
            mask = weights.get(f"{name.removesuffix('_orig')}_mask") if name.endswith("_orig") else None
            found.append(weight if mask is None else weight * mask)
    return found


# -------------------------------------------------------------------- places


def _reader(program: Program, name: str) -> str | None:
    """Where the model reads a weight."""
    for node in program.nodes():
        if node.op == "get_attr" and node.target == name:
            return next(filter(None, map(own_line, node.users)), None)
    return None


def own_line(node: fx.Node) -> str | None:
    """The innermost line of the model's source behind a node, PyTorch's own code aside."""
    trace = node.meta.get("stack_trace") or node.stack_trace or ""
    found = re.findall(r'File "([^"]+)", line (\d+)', trace)
    own = [place for place in found if not is_torch(place[0])]
    return ":".join((own or found)[-1]) if found else None


def is_torch(file: str) -> bool:
    """Whether a source file belongs to PyTorch."""
    return file.startswith(os.path.dirname(torch.__file__) + os.sep)
