"""Products of several operands: matmul, bmm, baddbmm, scaled_dot_product_attention, written as index sums.

Every dimension of every operand gets an index name, as in einsum. Operands that use one name run along it together:
attention's queries and keys share heads and head size, queries and values share heads. An index that is summed over
loses a position where one factor is zero; the others follow what the result is read for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import torch
from torch import fx

from ...compiler.ir.arguments import args_of, argument
from ...compiler.ir.channels import Channels, Mask, Part, holds_at_least
from ...compiler.ir.program import Program, is_static, is_tensor, same_size, shape_of
from .base import FallsBack, Role, said_of
from .evaluate import make_constant, narrow, scalars, uniform, zero_everywhere
from .facts import Axes, Constant, Constants, Liveness
from .lookup import weight_behind
from .pointwise import pick
from .repeats import first_of, repeats
from .shrink import Shrink, select

aten = torch.ops.aten

Name = str
Index = tuple[Name, ...]
"""The names of one dimension: several for one that counts through several indices (the queries of grouped heads)."""


@dataclass(frozen=True)
class Operand:
    """One operand of a product.

    Attributes:
        node: the value or weight.
        indices: names of each of its dimensions; () for one that is repeated.
        absorbed_by: operands where a zero makes this one irrelevant.
        hides: whether it is a mask, which may hide everything.
    """

    node: fx.Node
    indices: tuple[Index, ...]
    absorbed_by: tuple[int, ...] = ()
    hides: bool = False


@dataclass(frozen=True)
class Product:
    """What a product computes, in index names.

    Attributes:
        sizes: of each index, where static.
        zeroed_by: operands where a zero makes the product zero.
        averaged: the operand of which the result is a weighted average (attention's values), if one is.
    """

    operands: tuple[Operand, ...]
    result: tuple[Index, ...]
    sizes: dict[Name, int]
    zeroed_by: tuple[int, ...] = ()
    averaged: int | None = None


@dataclass(frozen=True, kw_only=True)
class Sum(FallsBack):
    """An op that sums products over shared indices.

    Attributes:
        form: reads the index names off a node; a string says why they cannot be.
    """

    form: Callable[[fx.Node, Program], Product | str] = field(default=lambda node, program: "no form")
    kind: ClassVar[str] = "product"
    about: ClassVar[str] = (
        "Multiplies values and sums over the indices that they share. A position along such an index is not "
        "read where another factor is zero; those of the result follow its readers."
    )
    role: ClassVar[Role] = Role.PRODUCT

    def meaning(self) -> str:
        return said_of(self.form)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        found = self.form(node, program)
        return found if isinstance(found, str) else None

    def _product(self, node: fx.Node, program: Program) -> Product:
        found = self.form(node, program)
        assert isinstance(found, Product)
        return found

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        product = self._product(node, program)
        names = _labelled(product, axes, program)
        parts: list[Part] = []
        tables: list[Part] = []
        for operand in product.operands:
            if weight_behind(operand.node, program) is None:
                dims = _dims(operand.indices, names)
                part = _part(axes.pin(operand.node, dims), operand.indices, product)
                (tables if operand.hides and part.names and axes.speculation.at(node) else parts).append(part)
        dims = _dims(product.result, names)
        flat = tuple(name for dim in dims for name in product.result[dim])
        axes.moves[node] = names
        labels = axes.join(parts, flat, tuple(product.sizes[n] for n in flat), "factors run along shared indices")
        result = Part(labels, flat)
        axes.constraints += [
            holds_at_least(table, result, "a mask holds what its readers need", axes.ids) for table in tables
        ]
        shape = tuple(int(np.prod([product.sizes[n] for n in product.result[dim]])) for dim in dims)
        return Channels(dims, labels.reshape(shape))

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        product, own = self._product(node, program), axes.of(node)
        names = [name for dim in own.dims for name in product.result[dim]]
        summed = [n for n in axes.moves[node] if n not in names]
        zero = np.zeros([product.sizes[n] for n in (*names, *summed)], dtype=np.bool_)
        odd = {i for i, o in enumerate(product.operands) if constants.is_odd(o.node) and not o.hides}
        for index in (i for i in product.zeroed_by if odd <= {i}):
            zero = zero | _zeros(product.operands[index], product, (*names, *summed), axes, constants, program)
        known = np.asarray(zero.all(axis=tuple(range(len(names), zero.ndim)))).reshape(own.labels.shape)
        found = make_constant(known, torch.zeros([1] * node.meta["val"].ndim, dtype=torch.float64), own)
        return found or self._average(node, product, axes, constants)

    def _average(self, node: fx.Node, product: Product, axes: Axes, constants: Constants) -> Constant | None:
        """A weighted average of a constant is that constant; where a mask may hide everything, only if it is zero."""
        factors = [other.node for other in product.operands if not other.hides]
        if product.averaged is None or any(map(constants.is_odd, factors)):
            return None
        operand, own = product.operands[product.averaged], axes.of(node)
        free, indices = {name for index in product.result for name in index}, operand.indices
        dims = tuple(d for d in axes.of(operand.node).dims if indices[d] and free.issuperset(indices[d]))
        seen = axes.of(operand.node).only(dims)
        constant = narrow(constants.of(operand.node), axes.of(operand.node), dims)
        if constant is None or any(len(operand.indices[d]) > 1 for d in dims):
            return None
        known = constant.known & uniform(constant, seen)
        if any(other.hides for other in product.operands):
            known &= zero_everywhere(constant, seen)
        given = [operand.indices[d][0] for d in dims]
        wanted = [name for dim in own.dims for name in product.result[dim]]
        if not set(given) <= set(wanted):
            return None
        known = _arrange(known, given, wanted, product.sizes).reshape(own.labels.shape)
        values = _arrange(scalars(constant, seen), given, wanted, product.sizes).reshape(own.labels.shape)
        shape = [1] * node.meta["val"].ndim
        for axis, dim in enumerate(own.dims):
            shape[dim] = own.labels.shape[axis]
        return make_constant(known, torch.from_numpy(values.copy()).reshape(shape), own)

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        product, own, names = self._product(node, program), axes.of(node), axes.moves[node]
        wanted = live.of(node)
        if not wanted.any():
            return
        for other in node.all_input_nodes:
            if all(other is not operand.node for operand in product.operands):
                live.need(other)
        mine = [name for dim in own.dims for name in product.result[dim]]
        everything = (*mine, *(n for n in names if n not in mine))
        sizes = [product.sizes[n] for n in everything]
        asked = wanted.reshape([product.sizes[n] for n in mine] + [1] * (len(everything) - len(mine)))
        asked = np.broadcast_to(asked, sizes)
        for operand in product.operands:
            if weight_behind(operand.node, program) is not None:
                live.need(operand.node)
                continue
            need = asked
            if constants.is_odd(operand.node) and not operand.hides:
                live.need(operand.node)
                continue
            for index in operand.absorbed_by:
                need = need & ~_zeros(product.operands[index], product, everything, axes, constants, program)
            if any(weight_behind(product.operands[i].node, program) for i in operand.absorbed_by):
                # Its own zeros are not needed either: ``_forget`` takes out what the weight would multiply them by.
                need = need & ~_zeros(operand, product, everything, axes, constants, program)
            seen = axes.of(operand.node).only(_dims(operand.indices, names))
            own_names = [name for dim in seen.dims for name in operand.indices[dim]]
            reduced = need.any(axis=tuple(i for i, n in enumerate(everything) if n not in own_names))
            order = [n for n in everything if n in own_names]
            mask = np.transpose(reduced, [order.index(n) for n in own_names]).reshape(seen.labels.shape)
            live.need(operand.node, mask, seen.dims)

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        product, names = self._product(node, state.program), state.axes.moves[node]
        kept = _kept(product, names, node, state)
        for operand in product.operands:
            held = weight_behind(operand.node, state.program)
            weight = state.program.weight(held)
            if held is None or weight is None:
                if operand.hides:
                    run = [(dim, index) for dim, index in enumerate(operand.indices) if index in product.result]
                    pick(node, operand.node, {dim: product.result.index(index) for dim, index in run if index}, state)
                    _narrow(node, operand, product, state)
                continue
            smaller = _forget(weight, operand, product, state)
            for dim, index in enumerate(operand.indices):
                if len(index) == 1 and index[0] in kept and weight.shape[dim] > 1 and not kept[index[0]].all():
                    smaller = select(smaller, dim, np.flatnonzero(kept[index[0]]))
            if smaller is not weight:
                reader = node if held is operand.node else operand.node
                state.program.replace_weight(reader, held, smaller)
        unscaled = node.target is aten.scaled_dot_product_attention.default and argument(node, "scale") is None
        if unscaled and "d" in kept and not kept["d"].all():
            set_scale(node, kept["d"].size ** -0.5)


def _narrow(node: fx.Node, operand: Operand, product: Product, state: Shrink) -> None:
    """Let a mask that is the same for all heads have one place for them where some go."""
    rank = len(operand.indices) - len(product.result)
    for dim, index in enumerate(operand.indices):
        size, own = shape_of(operand.node)[dim], state.axes.of(node)
        if not index and not (is_static(size) and size == 1) and state.indices(own, dim - rank) is not None:
            mask = argument(node, "attn_mask")
            node.replace_input_with(mask, first_of(mask, dim, node, state.program))


def _forget(weight: torch.Tensor, operand: Operand, product: Product, state: Shrink) -> torch.Tensor:
    """Zeros where a weight meets positions that nobody needs: they need not hold their true value."""
    result = [name for index in product.result for name in index]
    for dim, index in enumerate(operand.indices):
        if len(index) != 1 or index[0] in result:
            continue
        for other in product.operands:
            if index not in other.indices or other is operand or weight_behind(other.node, state.program):
                continue
            own, at = state.axes.of(other.node), other.indices.index(index)
            if at in own.dims:
                unread = torch.from_numpy(np.flatnonzero(~own.anywhere(state.live.of(other.node), {at})))
                if len(unread) and bool(weight.index_select(dim, unread.to(weight.device)).any()):
                    weight = weight.index_fill(dim, unread.to(weight.device), 0.0)
    return weight


def set_scale(node: fx.Node, scale: float) -> None:
    """Spell out the scale of an attention whose head size is about to change."""
    node.kwargs = {**node.kwargs, "scale": scale}


def _labelled(product: Product, axes: Axes, program: Program) -> tuple[Name, ...]:
    """Indices along which every value is labelled, in order of appearance."""
    found: dict[Name, bool] = {}
    run = {name for index in product.result for name in index}
    for operand in product.operands:
        weight = weight_behind(operand.node, program) is not None
        run |= set() if weight else {name for index in operand.indices for name in index}
        for dim, index in enumerate(operand.indices):
            labelled = weight or dim in axes.of(operand.node).dims
            for name in index:
                found[name] = found.get(name, True) and labelled and name in product.sizes
    for index in (*product.result, *(i for operand in product.operands for i in operand.indices)):
        if not all(found.get(name) for name in index):  # indices that share a dimension are labelled together
            found |= dict.fromkeys(index, False)
    # What a weight alone runs along (which expert) belongs to no value.
    return tuple(name for name, labelled in found.items() if labelled and name in run)


def _dims(indices: tuple[Index, ...], names: tuple[Name, ...]) -> tuple[int, ...]:
    return tuple(dim for dim, index in enumerate(indices) if index and all(name in names for name in index))


def _part(seen: Channels, indices: tuple[Index, ...], product: Product) -> Part:
    flat = tuple(name for dim in seen.dims for name in indices[dim])
    return Part(seen.labels.reshape([product.sizes[n] for n in flat]), flat)


def _arrange(values: Any, given: list[Name], wanted: list[Name], sizes: dict[Name, int]) -> Any:
    """An array over the indices ``given``, repeated to run over ``wanted``."""
    order = [n for n in wanted if n in given]
    moved = np.transpose(values, [given.index(n) for n in order])
    moved = moved.reshape([sizes[n] if n in given else 1 for n in wanted])
    return np.broadcast_to(moved, [sizes[n] for n in wanted])


def _zeros(
    operand: Operand, product: Product, over: tuple[Name, ...], axes: Axes, constants: Constants, program: Program
) -> Mask:
    """Where an operand is zero whatever the inputs, over the indices ``over``."""
    behind = weight_behind(operand.node, program)
    weight = program.held(behind)
    if weight is not None:
        dims = [d for d, index in enumerate(operand.indices) if len(index) == 1 and index[0] in over]
        flags = (
            (weight == 0).all(dim=tuple(set(range(weight.ndim)) - set(dims)))
            if len(dims) < weight.ndim
            else weight == 0
        )
        found: Mask = flags.cpu().numpy()
    else:
        dims = [*_dims(operand.indices, over)]
        seen = axes.of(operand.node).only(dims)
        dims = [*seen.dims]
        constant = narrow(constants.of(operand.node), axes.of(operand.node), dims)
        if constant is None:
            return np.zeros([product.sizes[n] for n in over], dtype=np.bool_)
        found = constant.known & zero_everywhere(constant, seen)
    given = [name for d in dims for name in operand.indices[d]]
    result: Mask = _arrange(found.reshape([product.sizes[n] for n in given]), given, [*over], product.sizes)
    return result


def _kept(product: Product, names: tuple[Name, ...], node: fx.Node, state: Shrink) -> dict[Name, Mask]:
    """What is kept along each labelled index."""
    values = [(o.node, o.indices) for o in product.operands if weight_behind(o.node, state.program) is None]
    found: dict[Name, Mask] = {}
    for value, indices in [*values, (node, product.result)]:
        seen = state.axes.of(value).only(_dims(indices, names))
        flat = [name for dim in seen.dims for name in indices[dim]]
        mask = state.kept_channels(seen).reshape([product.sizes[n] for n in flat])
        for axis, name in enumerate(flat):
            along = np.asarray(mask.any(axis=tuple(a for a in range(mask.ndim) if a != axis)))
            found[name] = found[name] | along if name in found else along
    return found


# -------------------------------------------------------------------- forms


def _sizes(operands: tuple[Operand, ...]) -> dict[Name, int]:
    found: dict[Name, int] = {}
    for operand in operands:
        for size, index in zip(shape_of(operand.node), operand.indices, strict=True):
            if len(index) == 1 and is_static(size):
                found[index[0]] = int(size)
    return found


def _batch(node: fx.Node, rank: int) -> tuple[Index, ...]:
    """Names of the dimensions before the last ``rank``, numbered from the last one; () where it is repeated."""
    lead = shape_of(node)[: len(shape_of(node)) - rank]
    return tuple(() if is_static(size) and size == 1 else (f"b{len(lead) - i}",) for i, size in enumerate(lead))


def _spread(node: fx.Node, over: tuple[Index, ...]) -> tuple[Index, ...]:
    """Names of an operand that is repeated to run over ``over``."""
    own = shape_of(node)
    last = over[len(over) - len(own) :]
    return tuple(() if is_static(size) and size == 1 else index for size, index in zip(own, last, strict=True))


def matmul(node: fx.Node, program: Program) -> Product | str:
    """``matmul``, ``bmm`` and ``mm``: (batch, m, k) by (batch, k, n)."""
    left, right = node.args[0], node.args[1]
    if not is_tensor(left) or not is_tensor(right):
        return "an operand is not a tensor"
    if min(len(shape_of(left)), len(shape_of(right))) < 2:
        return "an operand is a vector"
    operands = (
        Operand(left, (*_batch(left, 2), ("m",), ("k",)), absorbed_by=(1,)),
        Operand(right, (*_batch(right, 2), ("k",), ("n",)), absorbed_by=(0,)),
    )
    return Product(operands, (*_batch(node, 2), ("m",), ("n",)), _sizes(operands), (0, 1), _averages(left))


def baddbmm(node: fx.Node, program: Program) -> Product | str:
    """``baddbmm``: a product plus something of its shape."""
    added, left, right = node.args[:3]
    if not (is_tensor(added) and is_tensor(left) and is_tensor(right)):
        return "an operand is not a tensor"
    spread = (("b1",), ("m",), ("n",))
    operands = (
        Operand(left, (("b1",), ("m",), ("k",)), absorbed_by=(1,)),
        Operand(right, (("b1",), ("k",), ("n",)), absorbed_by=(0,)),
        Operand(added, _spread(added, spread)),
    )
    return Product(operands, spread, _sizes(operands[:2]))


def attention(node: fx.Node, program: Program) -> Product | str:
    """``scaled_dot_product_attention``: (batch, t, d), (batch, s, d), (batch, s, e) and a mask (batch, t, s)."""
    query, key, value, mask = *node.args[:3], argument(node, "attn_mask")
    if not (is_tensor(query) and is_tensor(key) and is_tensor(value)):
        return "an operand is not a tensor"
    if argument(node, "dropout_p") != 0.0:
        return "it drops values out"
    if any(program.is_weight(x) for x in (query, key, value)):
        return "an operand is a weight"
    names = {x: [*_batch(x, 2)] for x in (query, key, value, node)}
    extra: dict[Name, int] = {}
    if argument(node, "enable_gqa") and not same_size(shape_of(query)[-3], shape_of(key)[-3]):
        if not (is_static(shape_of(query)[-3]) and is_static(shape_of(key)[-3])):
            return "its numbers of heads are open"
        heads, groups = int(shape_of(query)[-3]), int(shape_of(key)[-3])
        for x in (query, node):
            names[x][-1] = ("group", "member")
        for x in (key, value):
            names[x][-1] = ("group",)
        extra = {"group": groups, "member": heads // groups}
    operands = [
        Operand(query, (*names[query], ("t",), ("d",)), absorbed_by=(1, 2)),
        Operand(key, (*names[key], ("s",), ("d",)), absorbed_by=(0, 2)),
        Operand(value, (*names[value], ("s",), ("e",))),
    ]
    if is_tensor(mask):
        over = _spread(mask, (*names[node], ("t",), ("s",)))
        lead = range(len(over) - 2)  # one for all heads, which may go
        spread = tuple(() if dim in lead and repeats(mask, dim, program) else index for dim, index in enumerate(over))
        operands.append(Operand(mask, spread, hides=True))
    sizes = _sizes(tuple(operands)) | extra
    sizes.pop("s", None)  # keys stay together: the softmax counts those whose score is zero, too
    return Product(tuple(operands), (*names[node], ("t",), ("e",)), sizes, averaged=2)


def einsum(node: fx.Node, program: Program) -> Product | str:
    """``einsum``: an equation that spells out its result and repeats no letter within an operand."""
    equation, values = argument(node, "equation").replace(" ", ""), argument(node, "tensors")
    if "->" not in equation or "." in equation or not all(is_tensor(x) for x in values):
        return "its equation has no explicit output"
    given, result = equation.split("->")
    terms = given.split(",")
    if any(len(set(term)) < len(term) for term in terms):
        return "an operand repeats a letter"
    count = range(len(terms))
    operands = tuple(
        Operand(value, _letters(value, term), absorbed_by=tuple(j for j in count if j != i))
        for i, (value, term) in enumerate(zip(values, terms, strict=True))
    )
    return Product(operands, _letters(node, result), _sizes(operands), tuple(count))


def grouped(node: fx.Node, program: Program) -> Product | str:
    """``_grouped_mm``: rows (n, k), in groups, by one matrix (k, m) for each group."""
    rows, stack = node.args[0], node.args[1]
    if not is_tensor(rows) or not is_tensor(stack):
        return "an operand is not a tensor"
    if len(shape_of(rows)) != 2 or len(shape_of(stack)) != 3 or weight_behind(stack, program) is None:
        return "it is not rows by a stack of weights"
    operands = (
        Operand(rows, (("n",), ("k",)), absorbed_by=(1,)),
        Operand(stack, (("e",), ("k",), ("m",)), absorbed_by=(0,)),
    )
    return Product(operands, (("n",), ("m",)), _sizes(operands), (0, 1))


def _letters(node: fx.Node, term: str) -> tuple[Index, ...]:
    sizes = shape_of(node)
    return tuple(() if is_static(size) and size == 1 else (letter,) for size, letter in zip(sizes, term, strict=True))


def _averages(weights: fx.Node) -> int | None:
    """1 if the rows of the left factor are the result of a softmax: they sum to one."""
    while weights.target in (aten.clone.default, aten._to_copy.default, aten.alias.default):
        weights = args_of(weights)[0]
    rank = len(shape_of(weights))
    softmax = weights.target in (aten.softmax.int, aten._softmax.default)
    return 1 if softmax and int(args_of(weights)[1]) % rank == rank - 1 else None
