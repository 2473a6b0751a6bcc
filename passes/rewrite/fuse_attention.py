"""FuseAttention: attention whose heads lie side by side, where the target has an operator for that."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

import torch
from torch import fx

from ...codegen.operators import ATTENTION, lowering
from ...compiler.ir.arguments import args_of, argument, operand_of
from ...compiler.ir.program import Program, is_static, is_tensor, same_size, shape_of
from ...compiler.ir.speculation import mark
from ...compiler.ir.target import Target
from ...compiler.ir.views import Permutation
from ..base import Context, Pass

aten = torch.ops.aten

# (batch, tokens, heads, size) as heads, as what keys are multiplied as, and back.
HEADS, KEYS, TOKENS = (0, 2, 1, 3), (0, 2, 3, 1), (0, 2, 1, 3)
RESHAPES = (aten.reshape.default, aten.view.default, aten.flatten.using_ints, aten.unflatten.int)
COPIES = (aten.clone.default, aten.contiguous.default)
PRODUCTS = (aten.matmul.default,)
ADDED = "fused attention"


@dataclass(frozen=True)
class FuseAttention(Pass):
    """Compute attention by one operator that reads and makes tokens with all heads side by side.

    Before::

        view = aten.reshape(query, [2, 128, 12, 32])
        transpose = aten.transpose(view, 1, 2)              # keys and values alike
        attention = aten.scaled_dot_product_attention(transpose, transpose_1, transpose_2)
        transpose_3 = aten.transpose(attention, 1, 2)
        view_3 = aten.reshape(transpose_3, [2, 128, 384])

    After::

        attention = sparsec.attention(query, key, value, None, 12, 0.1767766952966369, False)

    Products, softmax and products that are written out are the same. Operators with grouped heads stay as they are.
    """

    @classmethod
    def is_for(cls, target: Target) -> bool:
        """Whether a target has a form of its own for it."""
        return lowering(ATTENTION, target.lowers) is not None

    def run(self, program: Program, ctx: Context) -> bool:
        masks: dict[Any, Mask] = {}
        found = [*_attentions(program, ctx)]
        for attention in found:
            mask = None
            if attention.mask is not None:
                key = (attention.mask, *(str(size) for size in (attention.tokens, attention.others)))
                masks[key] = mask = masks.get(key) or _mask(attention, attention.mask, program)
            _write(attention, mask, program)
        if found:
            program.clean()
        return bool(found)


def _attentions(program: Program, ctx: Context) -> Iterator[Found]:
    """Those that may be fused, in order."""
    for node in program.nodes():
        if node.op != "call_function" or not ctx.speculation.at(node) or node.name in ctx.held:
            continue
        found = _of_operator(node) or _written_out(node)
        if found is not None and found.fits() and (found.mask is None or _is_broad(found, found.mask)):
            yield found


@dataclass(frozen=True)
class Found:
    """An attention of separate heads.

    Attributes:
        node: its result, (batch, heads, tokens, size).
        query, value: (batch, heads, tokens, size).
        key: as query, or where ``turned`` with its last two dimensions exchanged.
        mask: what is added to products, or truth values of what is seen; None for nothing.
        scale: of products; causal: whether a token sees only those up to itself.
        hidden: what a token gives that sees none.
    """

    node: fx.Node
    query: fx.Node
    key: fx.Node
    value: fx.Node
    mask: fx.Node | None
    scale: float
    causal: bool = False
    turned: bool = False
    hidden: float = 0.0

    @property
    def tokens(self) -> Any:
        """How many tokens see."""
        return shape_of(self.query)[2]

    @property
    def others(self) -> Any:
        """How many tokens are seen."""
        return shape_of(self.key)[3 if self.turned else 2]

    def fits(self) -> bool:
        """Whether it is in float32, and nothing but what is masked is repeated."""
        values = (self.query, self.key, self.value, self.node)
        if any(not is_tensor(x) or x.meta["val"].dtype is not torch.float32 or x.meta["val"].ndim != 4 for x in values):
            return False
        q, k, v = (shape_of(x) for x in values[:3])
        if self.turned:
            k = (*k[:2], k[3], k[2])
        alike = all(same_size(q[dim], other[dim]) for dim in (0, 1) for other in (k, v))
        wide = same_size(q[3], k[3]) and same_size(k[2], v[2]) and all(is_static(x) for x in (q[1], q[3], v[3]))
        return alike and wide and (not self.causal or same_size(q[2], k[2]))


def _of_operator(node: fx.Node) -> Found | None:
    """PyTorch's own operator; None for any other op, and where it draws numbers or groups heads."""
    if node.target is not aten.scaled_dot_product_attention.default:
        return None
    named = {name: argument(node, name) for name in ("query", "key", "value", "attn_mask", "is_causal", "scale")}
    query, scale = named["query"], named["scale"]
    if argument(node, "dropout_p") != 0.0 or argument(node, "enable_gqa") or not is_tensor(query):
        return None
    if scale is None:
        scale = 1.0 / math.sqrt(shape_of(query)[-1]) if is_static(shape_of(query)[-1]) else None
    if not isinstance(scale, float | int) or not isinstance(named["is_causal"], bool):
        return None
    return Found(node, query, named["key"], named["value"], named["attn_mask"], float(scale), named["is_causal"])


def _written_out(node: fx.Node) -> Found | None:
    """softmax(query @ key.T * scale + mask) @ value; None where anything else reads what lies between."""
    if node.target not in PRODUCTS:
        return None
    weights, value = args_of(node)
    if not _between(weights, aten.softmax.int) or not is_tensor(value) or not _is_over_last(weights):
        return None
    scores: Any = operand_of(weights)
    mask, scale = None, 1.0
    if _between(scores, aten.add.Tensor) and argument(scores, "alpha") == 1:
        scores, mask = args_of(scores)[:2]
        if not is_tensor(mask) or not mask.meta["val"].dtype.is_floating_point:
            return None
    if _between(scores, aten.mul.Tensor, aten.div.Tensor) and isinstance(by := args_of(scores)[1], float | int):
        scale = float(by) if scores.target is aten.mul.Tensor else 1.0 / by
        scores = operand_of(scores)
    if not _between(scores, *PRODUCTS):
        return None
    query, key = args_of(scores)
    return Found(node, query, key, value, mask, scale, turned=True, hidden=math.nan)


def _is_over_last(softmax: fx.Node) -> bool:
    rank = len(shape_of(softmax))
    return argument(softmax, "dim") % rank == rank - 1 and argument(softmax, "dtype") in (None, torch.float32)


def _between(node: object, *targets: Any) -> TypeGuard[fx.Node]:
    """Whether a node is one of these operations, of which one other alone reads the result."""
    return is_tensor(node) and node.target in targets and len(node.users) == 1


# ---------------------------------------------------------------- masks


@dataclass(frozen=True)
class Mask:
    """A mask as the operator wants it.

    Attributes:
        bias: what is added to products, [1 or batch, 1 or heads, tokens, others].
        seeing: truth values of the tokens that see any, [1 or batch, tokens or 1, 1]; None if all do.
    """

    bias: fx.Node
    seeing: fx.Node | None


def _is_broad(found: Found, mask: fx.Node) -> bool:
    """Whether a mask is the same for all heads, and of the sizes of the products."""
    if not is_tensor(mask) or mask.meta["val"].dtype not in (torch.float32, torch.bool):
        return False
    shape, wanted = shape_of(mask), (shape_of(found.query)[0], 1, found.tokens, found.others)
    sizes = zip(reversed(shape), reversed(wanted), strict=False)
    return len(shape) <= 4 and all(same_size(a, b) or same_size(a, 1) for a, b in sizes)


def _mask(found: Found, mask: fx.Node, program: Program) -> Mask:
    """The nodes of a mask: tokens that see nothing are shown everything, and told."""
    held, truth = program.held(mask), mask.meta["val"].dtype is torch.bool
    all_see = held is not None and bool((held if truth else held > -math.inf).any(-1).all())
    with program.graph.inserting_before(found.node):
        call = program.graph.call_function
        seeing = None
        if not all_see:
            seeing = call(aten.any.dim, (mask if truth else call(aten.gt.Scalar, (mask, -math.inf)), -1, True))
        if truth:
            blind = None if seeing is None else call(aten.logical_not.default, (seeing,))
            shown = mask if blind is None else call(aten.logical_or.default, (mask, blind))
            bias = call(aten.where.Scalar, (shown, 0.0, -math.inf))
        else:
            bias = mask if seeing is None else call(aten.where.ScalarOther, (seeing, mask, 0.0))
        missing = 4 - len(shape_of(mask))
        bias = _expanded(found, _widened(bias, missing, program), shape_of(mask), program)
        if seeing is not None:
            seeing = call(aten.squeeze.dim, (_widened(seeing, missing, program), 1))
    return Mask(bias, seeing)


def _widened(x: fx.Node, times: int, program: Program) -> fx.Node:
    """A value with further dimensions before the others."""
    for _ in range(times):
        x = program.graph.call_function(aten.unsqueeze.default, (x, 0))
    return x


def _expanded(found: Found, bias: fx.Node, shape: tuple[Any, ...], program: Program) -> fx.Node:
    """A bias of four dimensions whose last two are not repeated by themselves; ``shape`` is that of the mask."""
    sizes: list[Any] = [-1, -1, -1, -1]
    sources = ((-2, found.query, 2, found.tokens), (-1, found.key, 3 if found.turned else 2, found.others))
    for at, source, dim, size in sources:
        if len(shape) < -at or not same_size(shape[at], size):
            asked = program.graph.call_function
            sizes[at] = int(size) if is_static(size) else asked(aten.sym_size.int, (source, dim))
    return bias if sizes == [-1] * 4 else program.graph.call_function(aten.expand.default, (bias, sizes))


# ---------------------------------------------------------------- heads


def _write(found: Found, mask: Mask | None, program: Program) -> None:
    """Let the operator compute an attention, in place of all that turns heads around."""
    node = found.node
    heads = int(shape_of(found.query)[1])
    with program.graph.inserting_before(node):
        call = program.graph.call_function
        query, value = (_side_by_side(x, HEADS, program) for x in (found.query, found.value))
        key = _side_by_side(found.key, KEYS if found.turned else HEADS, program)
        bias = None if mask is None else mask.bias
        made = last = call(ATTENTION.op, (query, key, value, bias, heads, found.scale, found.causal))
        if mask is not None and mask.seeing is not None:
            last = call(aten.where.ScalarOther, (mask.seeing, made, found.hidden))
        apart = call(aten.unflatten.int, (last, 2, [heads, -1]))
        for user in [*node.users]:
            turn = Permutation.of(user)
            if turn is not None and turn.order == TOKENS:
                user.replace_all_uses_with(apart, propagate_meta=False)
                program.graph.erase_node(user)
        if node.users:
            node.replace_all_uses_with(call(aten.transpose.int, (apart, 1, 2)), propagate_meta=False)
    made.meta = {key: held for key, held in node.meta.items() if key != "val"}
    mark(made, ADDED, node)


def _side_by_side(x: fx.Node, order: tuple[int, ...], program: Program) -> fx.Node:
    """A value with heads apart as [batch, tokens, heads x size]: what it was made of, or made anew."""
    call, source = program.graph.call_function, x
    total: tuple[int, ...] = (0, 1, 2, 3)
    while (turn := Permutation.of(source)) is not None or source.target in COPIES:
        if turn is not None:
            total = tuple(turn.order[dim] for dim in total)
        source = operand_of(source)
    if total != order:
        source = call(aten.permute.default, (x, [order.index(dim) for dim in range(4)]))
    elif source.target in RESHAPES:
        whole, apart = operand_of(source), shape_of(source)
        shape = shape_of(whole)
        if len(shape) == 3 and all(same_size(shape[dim], apart[dim]) for dim in (0, 1)):
            return whole
    return call(aten.flatten.using_ints, (source, 2, 3))
