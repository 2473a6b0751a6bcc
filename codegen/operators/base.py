"""What an operator is: declared once, right everywhere, and quicker where somebody attaches a kernel.

An operator computes a layer from the tensors of a packed weight. Its declaration says what PyTorch has to know: the
schema, the shape of the result, and what is computed, in plain PyTorch. ``register`` makes a ``torch.ops`` operator of
it, with gradients, autocast and fake tensors, so that it runs in eager, through ``torch.export``, ``torch.compile`` and
``.pt2``, on any device, before there is a kernel. What computes it faster, or writes it for another runtime, is a
*lowering*: looked up by operator and target, attached by the room that has it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import arguments_of, names_of


@dataclass(frozen=True)
class Operator:
    """One operator.

    Attributes:
        name: with its namespace, ``sparsec::vblock_linear``.
        schema: arguments and result as ``torch.library`` writes them, ``(Tensor x, int rows) -> Tensor``;
            x comes first.
        reference: what is computed, in PyTorch's own operations; x may have another dtype than a packed weight.
        fake: an empty result of the right shape, from those arguments that it names.
        packed: names of the arguments that hold a packed weight: they are not trained.
        rounded: names of the arguments that autocast rounds, as it rounds those of the dense layer.
        slope: what gradients are those of, where that is not the reference: rounding has no slope.
        check: raises where the arguments that it names would lead a kernel, which checks nothing, astray.
        unpack: the dense weight, from the arguments that it names. An operator that has it is a linear layer, which is
            written densely where there is no other way.
    """

    name: str
    schema: str
    reference: Callable[..., Tensor]
    fake: Callable[..., Tensor]
    packed: tuple[str, ...] = ()
    rounded: tuple[str, ...] = ("x", "bias")
    slope: Callable[..., Tensor] | None = None
    check: Callable[..., None] | None = None
    unpack: Callable[..., Tensor] | None = None

    @property
    def op(self) -> torch._ops.OpOverload:
        """What a graph calls."""
        namespace, _, name = self.name.partition("::")
        found: torch._ops.OpOverload = getattr(getattr(torch.ops, namespace), name).default
        return found

    def places(self, names: Sequence[str]) -> tuple[int, ...]:
        """Where arguments of these names stand."""
        return tuple(at for at, name in enumerate(names_of(self.op)) if name in names)

    def shape_of_result(self, *inputs: Any) -> torch.Size:
        """Of a call with these arguments, which is not carried out."""
        sized = [x.to("meta") if isinstance(x, Tensor) else x for x in inputs]
        empty: Tensor = _naming(self, self.fake)(*sized)
        return empty.shape

    def unpacked(self, *inputs: Any) -> Tensor:
        """The dense weight [rows, columns] of a call with these arguments.

        Raises:
            TypeError: the operator has no ``unpack``.
        """
        if self.unpack is None:
            raise TypeError(f"'{self.name}' does not say what its dense weight is")
        weight: Tensor = _naming(self, self.unpack)(*inputs)
        return weight

    def bound(self, node: fx.Node) -> dict[str, Any]:
        """The arguments of a node that calls the operator, by name; defaults where it says nothing."""
        return dict(zip(names_of(self.op), arguments_of(node), strict=True))


# What was registered, by name, and the libraries that hold it: an operator goes when its library goes.
_registered: dict[str, Operator] = {}
_libraries: dict[str, torch.library.Library] = {}
# By operator and target; and those of them that multiply with a gate.
_lowerings: dict[tuple[str, str], Callable[..., Any]] = {}
_gating: set[tuple[str, str]] = set()


def registered() -> dict[str, Operator]:
    """Every operator that PyTorch was told of, by name."""
    return {**_registered}


def operator_of(node: fx.Node) -> Operator | None:
    """The operator that a node calls; None for any other node."""
    if not isinstance(node.target, torch._ops.OpOverload):
        return None
    found = _registered.get(node.target._schema.name)
    return found if found is not None and node.target is found.op else None


def gated(target: str) -> bool:
    """Whether some operator has a kernel on a target that multiplies its result with a gate."""
    return any((name, target) in _gating for name in _registered)


def attach(operator: Operator, target: str, lowering: Callable[..., Any], *, gates: bool = False) -> None:
    """Say how an operator is computed, or written, on a target.

    Args:
        operator: a registered one.
        target: a PyTorch device ("cpu"), whose lowering is a kernel: called with the operator's arguments, it returns
            the result, or None where it cannot compute it; or "onnx", see ``codegen.onnx.sparse_nodes``.
        lowering: what does it.
        gates: whether it multiplies with a gate, and does not only leave a call that has one to the reference.
    """
    _lowerings[operator.name, target] = lowering
    (_gating.add if gates else _gating.discard)((operator.name, target))


def lowering(operator: Operator, target: str) -> Callable[..., Any] | None:
    """How an operator is computed, or written, on a target; None where only its reference is known."""
    return _lowerings.get((operator.name, target))


def register(operator: Operator) -> Operator:
    """Tell PyTorch of an operator, once."""
    namespace, _, name = operator.name.partition("::")
    if namespace not in _libraries:
        _libraries[namespace] = torch.library.Library(namespace, "FRAGMENT")
    library = _libraries[namespace]
    library.define(name + operator.schema)
    compute = _computing(operator)
    ways = {"CompositeExplicitAutograd": compute, "Autograd": _entering(operator, compute)}
    for device, key in (("cpu", "AutocastCPU"), ("cuda", "AutocastCUDA")):
        ways[key] = _rounding(operator, device, key)
    for key, way in ways.items():  # Dynamo has nothing to see in there, and looks at whatever is called
        library.impl(name, torch.compiler.disable(way), key)
    torch.library.register_fake(operator.name, _naming(operator, operator.fake), lib=library)
    _registered[operator.name] = operator
    return operator


def _naming(operator: Operator, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of some of an operator's arguments, as one of all of them."""
    places = [operator.places([name])[0] for name in inspect.signature(function).parameters]
    defaults = _defaults(operator)

    def call(*inputs: Any) -> Any:
        inputs += defaults[len(inputs) :]
        return function(*[inputs[at] for at in places])

    return call


def _defaults(operator: Operator) -> tuple[Any, ...]:
    """For arguments that a call leaves out: PyTorch drops those at its end that have their defaults."""
    return tuple(argument.default_value for argument in operator.op._schema.arguments)


def _computing(operator: Operator) -> Callable[..., Tensor]:
    """The operator where all is known: a kernel computes it if there is one, and nobody wants gradients."""
    packed, defaults = operator.places(operator.packed), _defaults(operator)
    check = None if operator.check is None else _naming(operator, operator.check)
    others = [at for at, one in enumerate(operator.op._schema.arguments) if at and "Tensor" in str(one.type)]

    def compute(*inputs: Any) -> Tensor:
        inputs += defaults[len(inputs) :]
        device = inputs[0].device
        for at in others:
            if inputs[at] is not None and inputs[at].device != device:
                raise _elsewhere(operator, device, at, inputs[at].device)
        if check is not None:
            check(*inputs)
        if torch.is_grad_enabled() and _differentiated(x for at, x in enumerate(inputs) if at not in packed):
            return (operator.slope or operator.reference)(*inputs)
        kernel = _lowerings.get((operator.name, device.type))
        found: Tensor | None = kernel(*inputs) if kernel is not None else None
        return operator.reference(*inputs) if found is None else found

    return compute


def _elsewhere(operator: Operator, device: torch.device, at: int, other: torch.device) -> IndexError:
    """Kernels are handed addresses, which mean something else on another device."""
    name = names_of(operator.op)[at]
    return IndexError(f"'{operator.name}' of activations on '{device}', and '{name}' on '{other}'")


def _differentiated(inputs: Iterable[Any]) -> bool:
    """Whether somebody wants gradients: kernels have none, PyTorch's own operations do."""
    return torch.is_grad_enabled() and any(isinstance(value, Tensor) and value.requires_grad for value in inputs)


def _entering(operator: Operator, compute: Callable[..., Tensor]) -> Callable[..., Tensor]:
    op, packed = operator.op, operator.places(operator.packed)

    def enter(*inputs: Any) -> Tensor:
        """The way in: past PyTorch's dispatcher where nobody traces or differentiates, since it takes its time."""
        x = inputs[0]
        if _differentiated(inputs):
            # PyTorch declares no types for it.
            found: Tensor = _Differentiable.apply(op, compute, packed, *inputs)  # type: ignore[no-untyped-call]
            return found
        plain = type(x) is Tensor and not x.is_meta and not torch._C._len_torch_dispatch_stack()
        if plain and torch._C._functorch.peek_interpreter_stack() is None:
            return compute(*inputs)
        with torch._C._AutoDispatchBelowAutograd():
            result: Tensor = op(*inputs)
        return result

    return enter


class _Differentiable(torch.autograd.Function):
    """A sparse layer whose gradients, for all but its packed weight, are those of the dense layer."""

    @staticmethod
    def forward(ctx: Any, op: Any, compute: Any, packed: tuple[int, ...], *inputs: Any) -> Tensor:
        ctx.compute, ctx.packed = compute, packed
        ctx.places = [at for at, value in enumerate(inputs) if isinstance(value, Tensor)]
        ctx.save_for_backward(*(inputs[at] for at in ctx.places))
        ctx.inputs = [None if isinstance(value, Tensor) else value for value in inputs]
        with torch._C._AutoDispatchBelowAutograd():
            result: Tensor = op(*inputs)
        return result

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        inputs, wanted = [*ctx.inputs], []
        for at, value in zip(ctx.places, ctx.saved_tensors, strict=True):
            inputs[at] = value.detach()
            if ctx.needs_input_grad[at + 3] and at not in ctx.packed:
                inputs[at].requires_grad_()
                wanted.append(at)
        by_place: dict[int, Tensor | None] = {}
        if wanted:
            with torch.enable_grad():
                result = ctx.compute(*inputs)
            found = torch.autograd.grad(result, [inputs[at] for at in wanted], gradients)
            by_place = dict(zip(wanted, found, strict=True))
        return (None, None, None, *(by_place.get(at) for at in range(len(inputs))))


def _rounding(operator: Operator, device: str, key: str) -> Callable[..., Tensor]:
    """A sparse layer under autocast, which computes as the dense layer does there."""
    op, places = operator.op, operator.places(operator.rounded)
    keys = torch._C.DispatchKeySet(getattr(torch._C.DispatchKey, key))

    def enter(*inputs: Any) -> Tensor:
        given, dtype = [*inputs], torch.get_autocast_dtype(device)
        for at in places:
            value = given[at]
            if isinstance(value, Tensor) and value.is_floating_point() and value.dtype is not torch.float64:
                given[at] = value.to(dtype)
        with torch._C._ExcludeDispatchKeyGuard(keys):
            result: Tensor = op(*given)
        return result

    return enter
