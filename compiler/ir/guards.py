"""Guards: what capture took for granted about the example call, checked at every later call.

``torch.export`` fixes sizes, relations between sizes, numbers, strings and flags. A call that differs in one of them
would get an answer, and a wrong one. ``Guards.of(program)`` collects what is fixed from the placeholders, and
``check`` names the input that breaks it. What the placeholders do not say, capture adds as ``Assumptions``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import sympy
import torch
from torch import Tensor
from torch.utils._sympy import functions

from ..errors import UserError
from ..words import count

if TYPE_CHECKING:
    from .program import Program

# Sizes of 0 and 1, which export takes to be impossible for a dynamic dimension: {symbol: size}.
Small = frozenset[tuple[str, int]]
# How many combinations of sizes are remembered to have passed.
REMEMBERED_SIZES = 256
# A dimension of an input: (index of the input, dimension).
Place = tuple[int, int]


@dataclass(frozen=True)
class Shown:
    """Where a symbolic size can be read: dimension ``dim`` of input ``index`` is ``slope`` times it and ``offset``."""

    index: int
    dim: int
    slope: int = 1
    offset: int = 0

    def read(self, inputs: Sequence[Any]) -> Any:
        """The size that flat inputs show."""
        size = inputs[self.index].shape[self.dim]
        return size if self.is_plain else (size - self.offset) // self.slope

    @property
    def is_plain(self) -> bool:
        """Whether it is the size of the dimension itself."""
        return (self.slope, self.offset) == (1, 0)

    def words(self, tensor: str, size: str = ".shape[{}]") -> str:
        """The size as an expression of the name of a tensor."""
        whole = f"{tensor}{size.format(self.dim)}"
        less = f"({whole} - {self.offset})" if self.offset else whole
        return less if self.slope == 1 else f"{less} // {self.slope}"


def shown_sizes(values: Sequence[Any]) -> dict[sympy.Symbol, Shown]:
    """Where each symbolic size can be read first: as a dimension itself, or else as a multiple of it and a number.

    Args:
        values: of placeholders: fake tensors and others.
    """
    shapes: list[Sequence[Any]] = [value.shape if isinstance(value, Tensor) else () for value in values]
    sizes = [
        (size.node.expr, index, dim)
        for index, shape in enumerate(shapes)
        for dim, size in enumerate(shape)
        if isinstance(size, torch.SymInt)
    ]
    found: dict[sympy.Symbol, Shown] = {}
    for expr, index, dim in sizes:
        if expr.is_symbol:
            found.setdefault(expr, Shown(index, dim))
    for expr, index, dim in sizes:
        for symbol in expr.free_symbols - found.keys() if len(expr.free_symbols) == 1 else ():
            slope = expr.coeff(symbol)
            offset = sympy.expand(expr - slope * symbol)
            if slope.is_Integer and slope > 0 and offset.is_Integer:
                found[symbol] = Shown(index, dim, int(slope), int(offset))
    return found


@dataclass(frozen=True)
class Assumptions:
    """What a captured program relies on beyond the shapes of its placeholders.

    Attributes:
        relations: conditions on symbolic sizes that have to hold, such as ``s0 <= 512``.
        least, most: by symbol, the sizes between which it may lie (None: any).
        small: combinations of sizes of 0 and 1 that were tried and are right; None where nothing is known against any.
        wrong: combinations at which the model was seen to give another answer.
        free: static dimensions that may have another size all the same: the symbol that stands for each.
        free_relations: conditions on those.
        ranges: between which numbers the inputs of these names have to lie.
    """

    relations: tuple[sympy.Basic, ...] = ()
    most: Mapping[str, int] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    small: frozenset[Small] | None = None
    wrong: frozenset[Small] = frozenset()
    free: Mapping[Place, str] = field(default_factory=dict)
    free_relations: tuple[sympy.Basic, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def small_rows(self, symbols: Collection[str]) -> set[tuple[int, ...]] | None:
        """Which sizes of 0, 1 and 2 (2 and more) symbols may have together, in their order; None for any."""
        if self.small is None:
            return None
        usual = dict.fromkeys(symbols, 2)
        known = [dict(small) for small in self.small if {symbol for symbol, _ in small} <= usual.keys()]
        return {tuple({**usual, **small}.values()) for small in [{}, *known]}


def assumed(values: Iterable[Any]) -> Assumptions:
    """Relations and limits that tracing has left in symbolic sizes.

    A relation may name a size that was found to be a number, or another size, after it.

    Args:
        values: of placeholders: fake tensors, symbolic numbers and others.
    """
    sizes = [size for value in values for size in (value.shape if isinstance(value, Tensor) else [value])]
    symbolic = [size.node for size in sizes if isinstance(size, torch.SymInt)]
    symbols = {symbol: node.shape_env for node in symbolic for symbol in node.expr.free_symbols}
    relations: dict[str, sympy.Basic] = {}
    least, most = {}, {}
    for symbol, env in symbols.items():
        for relation in map(env.simplify, (guard.expr for guard in env.guards)):
            if relation.free_symbols and relation.free_symbols <= symbols.keys() and not _always_holds(relation):
                relations[str(relation)] = relation
        limits = env.var_to_range.get(symbol) if hasattr(env, "var_to_range") else None
        if limits is not None:
            if limits.lower.is_Integer and int(limits.lower) > 2:
                least[str(symbol)] = int(limits.lower)
            if limits.upper.is_Integer:
                most[str(symbol)] = int(limits.upper)
    return Assumptions(tuple(relations.values()), most, least)


def _always_holds(relation: sympy.Basic) -> bool:
    """Whether a relation holds for all sizes; PyTorch's own Min and Max leave 4 * s and 8 * s standing side by side."""
    sizes = {symbol: sympy.Dummy(integer=True, nonnegative=True) for symbol in relation.free_symbols}
    plain = relation.replace(functions.Min, sympy.Min).replace(functions.Max, sympy.Max)
    return bool(plain.xreplace(sizes) == sympy.true)


def hold(assumptions: Assumptions, sizes: Mapping[str, int]) -> bool:
    """Whether sizes of 2 and more are such as a program was captured for; smaller ones are not asked about."""
    for symbol, size in sizes.items():
        if size > assumptions.most.get(symbol, size) or 2 <= size < assumptions.least.get(symbol, 0):
            return False
    for relation in (*assumptions.relations, *assumptions.free_relations):
        names, evaluate = _compiled(relation)
        given = [sizes.get(name, 0) for name in names]
        if min(given) >= 2 and not evaluate(*given):
            return False
    return True


@dataclass(frozen=True)
class _TensorGuard:
    """Of one tensor input: ``fixed`` holds (dimension, size), ``named`` (dimension, symbol)."""

    dtype: torch.dtype
    ndim: int
    fixed: tuple[tuple[int, int], ...]
    named: tuple[tuple[int, str], ...]
    derived: tuple[tuple[int, Any], ...]

    def sketch(self) -> str:
        """Such as ``Tensor[batch, 3]``."""
        sizes = dict(self.fixed) | dict(self.named) | dict(self.derived)
        return f"Tensor[{', '.join(str(sizes[dim]) for dim in range(self.ndim))}]"


@dataclass(frozen=True)
class _ValueGuard:
    """Of an input that is no tensor: the value that the graph was drawn for, or the symbol that stands for any."""

    value: Any
    symbol: str | None = None


class Guards:
    """What the inputs of a program have to be like.

    Attributes:
        names: of the flat inputs.
    """

    def __init__(
        self,
        names: Sequence[str],
        guards: Sequence[_TensorGuard | _ValueGuard],
        assumptions: Assumptions,
        hidden: Mapping[str, Shown],
    ) -> None:
        self.names = tuple(names)
        self._hidden = dict(hidden)
        self._guards = tuple(guards)
        self._assumptions = assumptions
        self._relations = [(r, *_compiled(r)) for r in (*assumptions.relations, *assumptions.free_relations)]
        self._ranges = [(self.names.index(name), *limits) for name, limits in assumptions.ranges.items()]
        self._seen: set[tuple[int, ...]] = set()

    @classmethod
    def of(cls, program: Program) -> Guards:
        """The guards of a program, for inputs of the dtypes of its example inputs."""
        guards: list[_TensorGuard | _ValueGuard] = []
        free, shown = program.assumptions.free, program.places_of_sizes()
        for index, (node, example) in enumerate(zip(program.placeholders(), program.inputs, strict=True)):
            value = node.meta.get("val")
            if isinstance(example, Tensor):
                named = {dim: symbol for (place, dim), symbol in free.items() if place == index}
                guards.append(_tensor_guard(example, value, named, shown.keys()))
            else:
                symbol = str(value.node.expr) if isinstance(value, torch.SymInt) else None
                guards.append(_ValueGuard(example, symbol))
        hidden = {symbol: place for symbol, place in shown.items() if not place.is_plain}
        return cls(program.input_names, guards, program.assumptions, hidden)

    @classmethod
    def of_file(cls, inputs: Mapping[str, tuple[torch.dtype, Sequence[int | str | sympy.Basic]] | Any]) -> Guards:
        """The guards of a file that says nothing of relations between sizes.

        Args:
            inputs: by name, the dtype and the sizes of a tensor, each a number, the name of one that may be any, or an
                expression of those names; or the value that an input has to have.
        """
        guards: list[_TensorGuard | _ValueGuard] = []
        for wanted in inputs.values():
            if not (isinstance(wanted, tuple) and isinstance(wanted[0], torch.dtype)):
                guards.append(_ValueGuard(wanted))
                continue
            dtype, sizes = wanted
            fixed = tuple((dim, size) for dim, size in enumerate(sizes) if isinstance(size, int))
            named = tuple((dim, size) for dim, size in enumerate(sizes) if isinstance(size, str))
            derived = tuple((dim, size) for dim, size in enumerate(sizes) if isinstance(size, sympy.Basic))
            guards.append(_TensorGuard(dtype, len(sizes), fixed, named, derived))
        return cls(tuple(inputs), guards, Assumptions(), {})

    def check(self, inputs: Sequence[Any]) -> None:
        """Check flat inputs.

        Raises:
            UserError: one of them is not what the program was captured for; it is named.
        """
        sizes: dict[str, int] = {}
        for index, (guard, given) in enumerate(zip(self._guards, inputs, strict=True)):
            if type(guard) is _TensorGuard:
                self._check_tensor(index, guard, given, sizes)
            else:
                self._check_value(index, guard, given, sizes)
        for index, low, high in self._ranges:
            check_range(self.names[index], inputs[index], low, high)
        for symbol, place in self._hidden.items():
            sizes[symbol] = place.read(inputs)
        key = tuple(sizes.values())
        if key not in self._seen:
            self._check_sizes(sizes)
            if len(self._seen) >= REMEMBERED_SIZES:
                self._seen.clear()
            self._seen.add(key)

    def _check_tensor(self, index: int, guard: _TensorGuard, given: Any, sizes: dict[str, int]) -> None:
        if not isinstance(given, Tensor):
            raise self._error(index, f"is {_shown(given)}", f"a tensor of type {_name(guard.dtype)}")
        if given.dtype is not guard.dtype:
            raise self._error(index, f"has the type {_name(given.dtype)}", _name(guard.dtype))
        shape = given.shape
        if len(shape) != guard.ndim:
            raise self._error(index, f"has {count(len(shape), 'dimension')}", str(guard.ndim))
        for dim, size in guard.fixed:
            if shape[dim] != size:
                raise self._wrong_size(index, dim, shape[dim], str(size))
        for dim, symbol in guard.named:
            size = shape[dim]
            if sizes.setdefault(symbol, size) != size:
                raise self._unequal(index, dim, size, symbol, sizes[symbol])
        for dim, _ in guard.derived:
            sizes[f"{index}.{dim}"] = shape[dim]

    def _check_value(self, index: int, guard: Any, given: Any, sizes: dict[str, int]) -> None:
        if guard.symbol is not None and type(given) is int:
            sizes[guard.symbol] = given
        elif isinstance(given, Tensor) or not _equal(given, guard.value):
            raise self._error(index, f"is {_shown(given)}", _shown(guard.value), of_value=True)

    def _check_sizes(self, sizes: Mapping[str, int]) -> None:
        known = self._assumptions
        small = frozenset((symbol, size) for symbol, size in sizes.items() if size < 2 and "." not in symbol)
        if small and known.small is not None and small not in known.small:
            raise self._too_small(small)
        for symbol, size in sizes.items():
            if size > known.most.get(symbol, size):
                raise self._out_of_range(symbol, size, f"at most {known.most[symbol]}")
            if 2 <= size < known.least.get(symbol, 0):
                raise self._out_of_range(symbol, size, f"at least {known.least[symbol]}")
        for relation, names, holds in self._relations:
            given = [sizes.get(name, 0) for name in names]
            if min(given) >= 2 and not holds(*given):
                raise self._broken(relation, names, sizes)
        self._check_derived(sizes)

    def _check_derived(self, sizes: Mapping[str, int]) -> None:
        """Sizes that are computed from others, such as twice the batch."""
        for index, guard in enumerate(self._guards):
            for dim, expr in guard.derived if isinstance(guard, _TensorGuard) else ():
                names, evaluate = _compiled(expr)
                found = sizes[f"{index}.{dim}"]
                if all(name in sizes for name in names):
                    wanted = evaluate(*(sizes[name] for name in names))
                    if wanted is None or found != int(wanted):
                        raise self._wrong_size(index, dim, found, str(expr if wanted is None else wanted))

    # ---------------------------------------------------------------- words

    def sketches(self) -> list[str]:
        """What each flat input has to be like, such as ``Tensor[batch, 3]``: sizes that may be any have names."""
        return [guard.sketch() if isinstance(guard, _TensorGuard) else _shown(guard.value) for guard in self._guards]

    def _error(self, index: int, found: str, wanted: str, *, of_value: bool = False) -> UserError:
        name = self.names[index]
        hint = f"compile again with '{name}' as you want to pass it"
        if of_value:
            hint += ", once for each value that it may have"
        return UserError("bad-inputs", f"input '{name}' {found}, and the model was compiled for {wanted}", hint=hint)

    def _wrong_size(self, index: int, dim: int, found: int, wanted: str) -> UserError:
        name, dims = self.names[index], ", ".join(f"{d}: Dim.AUTO" for d in sorted({0, dim}))
        return UserError(
            "bad-inputs",
            f"input '{name}' has the size {found} in dimension {dim}, and the model was compiled for {wanted}",
            note="the example's size is part of the graph",
            hint="compile with examples=[...] of both sizes, or with dynamic_shapes= that names every dynamic "
            f"dimension, such as {{'{name}': {{{dims}}}}}, where the model allows it",
        )

    def _unequal(self, index: int, dim: int, found: int, symbol: str, size: int) -> UserError:
        other, place = self._owner(symbol)
        return UserError(
            "bad-inputs",
            f"input '{self.names[index]}' has the size {found} in dimension {dim}, "
            f"and '{other}' has {size} in dimension {place}",
            note="the model was compiled for inputs in which these sizes are equal",
            hint="pass inputs in which they are equal, or compile with examples=[...] in which they differ",
        )

    def _too_small(self, small: Small) -> UserError:
        where = " and ".join(f"{size} {self._where(symbol)}" for symbol, size in sorted(small))
        return UserError(
            "bad-inputs",
            f"the inputs have the size {where}, and the model was compiled for larger ones",
            note="models may do something else for a size of 0 or 1, and this one could not be shown not to",
            hint="compile again with an example of that size",
        )

    def _out_of_range(self, symbol: str, size: int, limit: str) -> UserError:
        return UserError(
            "bad-inputs",
            f"the inputs have the size {size} {self._where(symbol)}, and the model was compiled for {limit}",
            hint="compile again with an example of that size",
        )

    def _broken(self, relation: Any, names: Sequence[str], sizes: Mapping[str, int]) -> UserError:
        where = " and ".join(f"{sizes[name]} {self._where(name)}" for name in names)
        words = str(relation)
        for name in names:
            words = re.sub(rf"\b{name}\b", self._words(name), words)
        return UserError(
            "bad-inputs",
            f"the inputs have the size {where}, for which the model was not compiled",
            note=f"for the example, this holds: {words}",
            hint="compile again with an example of that size",
        )

    def _where(self, symbol: str) -> str:
        if symbol in self._hidden:
            return f"as {self._words(symbol)}"
        owner, dim = self._owner(symbol)
        return f"in dimension {dim} of '{owner}'"

    def _words(self, symbol: str) -> str:
        """A size as an expression of an input."""
        if symbol in self._hidden:
            place = self._hidden[symbol]
            return f"({place.words(self.names[place.index])})"
        owner, dim = self._owner(symbol)
        return f"{owner}.shape[{dim}]"

    def _owner(self, symbol: str) -> tuple[str, int]:
        for name, guard in zip(self.names, self._guards, strict=True):
            for dim, other in guard.named if isinstance(guard, _TensorGuard) else ():
                if other == symbol:
                    return name, dim
        return symbol, 0


def check_range(name: str, value: Any, low: float, high: float) -> None:
    """Check that an input lies where the user said that it does.

    Args:
        name: of the input.
        value: what is given.
        low, high: the least and the largest number that it may hold.

    Raises:
        UserError: it does not.
    """
    if not isinstance(value, Tensor) or not value.numel():
        return
    least, most = (float(x) for x in value.aminmax())
    if not (least >= low and most <= high):
        raise UserError(
            "bad-inputs",
            f"input '{name}' holds numbers from {least:g} to {most:g}, "
            f"and the model was compiled for {low:g} to {high:g}",
            note="what lies outside may have another result: the ranges that were stated decided what could go",
            hint=f"pass what lies inside, or compile with ranges={{'{name}': ...}} that hold it",
        )


def _tensor_guard(example: Tensor, value: Any, free: Mapping[int, str], shown: Collection[str]) -> _TensorGuard:
    fixed: list[tuple[int, int]] = []
    named: list[tuple[int, str]] = []
    derived: list[tuple[int, Any]] = []
    sizes: Sequence[Any] = value.shape if isinstance(value, Tensor) else example.shape
    for dim, size in enumerate(sizes):
        expr = size.node.expr if isinstance(size, torch.SymInt) else sympy.Integer(size)
        if dim in free:
            named.append((dim, free[dim]))
        elif expr.is_number:
            fixed.append((dim, int(expr)))
        elif expr.is_symbol:
            named.append((dim, str(expr)))
        elif {str(symbol) for symbol in expr.free_symbols} <= {*shown}:
            derived.append((dim, expr))
        else:  # no input tells what it is computed from
            fixed.append((dim, example.shape[dim]))
    return _TensorGuard(example.dtype, example.ndim, tuple(fixed), tuple(named), tuple(derived))


def value_at(expression: sympy.Basic, sizes: Mapping[sympy.Symbol, int]) -> sympy.Basic | None:
    """An expression where its symbols have these values; None where it has no value, as a remainder of nothing has."""
    try:
        return expression.subs(sizes)
    except (ZeroDivisionError, AssertionError, ValueError):  # torch's functions say so of sizes that no value has
        return None


def _compiled(relation: Any) -> tuple[tuple[str, ...], Callable[..., Any]]:
    """The names of a relation's symbols, and a function of their values (see ``value_at``)."""
    symbols = sorted(relation.free_symbols, key=str)
    return tuple(map(str, symbols)), partial(_evaluated, relation, symbols)


def _evaluated(relation: Any, symbols: Sequence[Any], *values: int) -> Any:
    return value_at(relation, dict(zip(symbols, values, strict=True)))


def _equal(given: Any, fixed: Any) -> bool:
    if _kind(given) != _kind(fixed):
        return False
    if isinstance(given, float) and isinstance(fixed, float):
        alike = given == fixed and math.copysign(1, given) == math.copysign(1, fixed)
        return alike or (math.isnan(given) and math.isnan(fixed))
    try:
        return bool(given == fixed)
    except (RuntimeError, TypeError, ValueError):
        return given is fixed


def _kind(value: Any) -> tuple[bool, ...]:
    """Of a number: the same value of another kind (``2`` and ``2.0``) gives results of another dtype."""
    return tuple(isinstance(value, kind) for kind in (bool, Integral, Real))


def _shown(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"a tensor of {_name(value.dtype)}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
