"""Writes MLIR as text: values with types, loops, branches.

Text, because it needs no compiler to be written, read and compared with what it was before; torch-mlir parses it. The
dialects are ``arith``, ``vector``, ``scf`` for structure and ``llvm`` for functions and memory: addresses are plain
pointers, all sizes and indices are ``i64``.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Value:
    """An SSA value: its name and its MLIR type."""

    name: str
    type: str


def vector(lanes: int, element: str) -> str:
    """The type of a vector."""
    return f"vector<{lanes}x{element}>"


def lanes_of(type_: str) -> int:
    """How many numbers a vector type holds."""
    return int(type_.removeprefix("vector<").partition("x")[0])


def element_of(type_: str) -> str:
    """The type of a vector's numbers; a scalar type is its own."""
    return type_.rpartition("x")[2].rstrip(">") if type_.startswith("vector") else type_


BYTES = {"f32": 4, "i32": 4, "i16": 2, "i8": 1, "i64": 8}


@dataclass
class Loop:
    """A loop being written: its index, what it carries; ``yields`` says what the next turn gets."""

    index: Value
    carried: list[Value]
    results: list[Value]
    next: list[Value] = field(default_factory=list)

    def yields(self, values: Sequence[Value]) -> None:
        self.next = [*values]


class Builder:
    """Appends operations to a text, and names their results."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._count = 0
        self._depth = 0
        self._constants: list[dict[tuple[object, str], Value]] = [{}]
        self._helpers: dict[str, tuple[str, Callable[[Builder, Value], Value]]] = {}

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    # ---------------------------------------------------------------- structure

    def line(self, text: str) -> None:
        self.lines.append("  " * self._depth + text)

    def fresh(self, type_: str) -> Value:
        self._count += 1
        return Value(f"%{self._count - 1}", type_)

    def op(self, text: str, type_: str) -> Value:
        """An operation with one result of a type that its text does not have to repeat."""
        result = self.fresh(type_)
        self.line(f"{result.name} = {text}")
        return result

    @contextlib.contextmanager
    def scope(self, head: str | None, tail: str | None = "}") -> Iterator[None]:
        """A region: constants made inside are not known outside."""
        if head is not None:
            self.line(head)
        self._depth += 1
        self._constants.append({})
        yield
        self._constants.pop()
        self._depth -= 1
        if tail is not None:
            self.line(tail)

    @contextlib.contextmanager
    def function(self, name: str, arguments: Sequence[str]) -> Iterator[list[Value]]:
        """A function without result, visible to the linker."""
        given = [Value(f"%arg{number}", type_) for number, type_ in enumerate(arguments)]
        with self.scope(f"llvm.func @{name}({', '.join(f'{v.name}: {v.type}' for v in given)}) {{"):
            yield given
            self.line("llvm.return")

    def call(self, name: str, body: Callable[[Builder, Value], Value], value: Value) -> Value:
        """The result of a function of one value, which ``write_helpers`` writes once however often it is called."""
        self._helpers[name] = (value.type, body)
        return self.op(f"llvm.call @{name}({value.name}) : ({value.type}) -> {value.type}", value.type)

    def write_helpers(self) -> None:
        for name, (type_, body) in self._helpers.items():
            given = Value("%arg0", type_)
            with self.scope(f"llvm.func internal @{name}(%arg0: {type_}) -> {type_} attributes {{no_inline}} {{"):
                self.line(f"llvm.return {body(self, given).name} : {type_}")

    @contextlib.contextmanager
    def loop(self, low: Value, high: Value, step: Value, carried: Sequence[Value] = ()) -> Iterator[Loop]:
        """``for index in range(low, high, step)``; afterwards ``results`` holds the last values carried."""
        index = self.fresh("i64")
        inside = [self.fresh(value.type) for value in carried]
        group = self.fresh("")
        results = [
            Value(f"{group.name}#{n}" if len(carried) > 1 else group.name, v.type) for n, v in enumerate(carried)
        ]
        made = Loop(index, inside, results)
        types = ", ".join(value.type for value in carried)
        head = f"scf.for {index.name} = {low.name} to {high.name} step {step.name}"
        if carried:
            names = ", ".join(f"{i.name} = {v.name}" for i, v in zip(inside, carried, strict=True))
            count = f":{len(carried)}" if len(carried) > 1 else ""
            head = f"{group.name}{count} = {head} iter_args({names}) -> ({types})"
        with self.scope(f"{head} : i64 {{"):
            yield made
            if carried:
                assert [v.type for v in made.next] == [v.type for v in carried]
                self.line(f"scf.yield {', '.join(v.name for v in made.next)} : {types}")

    @contextlib.contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """What is written inside runs only if the condition holds."""
        with self.scope(f"scf.if {condition.name} {{"):
            yield

    def either(
        self,
        condition: Value,
        types: Sequence[str],
        yes: Callable[[], Sequence[Value]],
        no: Callable[[], Sequence[Value]],
    ) -> list[Value]:
        """The values of one of two branches."""
        group, several = self.fresh(""), len(types) > 1
        head = f"{group.name}{f':{len(types)}' if several else ''} = scf.if {condition.name} -> ({', '.join(types)}) {{"
        for branch, first, last in ((yes, head, "} else {"), (no, None, "}")):
            with self.scope(first, last):
                values = [*branch()]
                assert [value.type for value in values] == [*types]
                self.line(f"scf.yield {', '.join(v.name for v in values)} : {', '.join(types)}")
        return [Value(f"{group.name}#{n}" if several else group.name, t) for n, t in enumerate(types)]

    # ---------------------------------------------------------------- arithmetic

    def constant(self, value: int | float, type_: str = "i64") -> Value:
        """A number, or a vector of equal numbers."""
        key = (value, type_)
        for known in self._constants:
            if key in known:
                return known[key]
        literal = _literal(value, element_of(type_))
        text = f"dense<{literal}>" if type_.startswith("vector") else literal
        made = self.op(f"arith.constant {text} : {type_}", type_)
        self._constants[-1][key] = made
        return made

    def binary(self, name: str, left: Value, right: Value) -> Value:
        return self.op(f"arith.{name} {left.name}, {right.name} : {left.type}", left.type)

    def add(self, left: Value, right: Value) -> Value:
        return self.binary("addf" if element_of(left.type) == "f32" else "addi", left, right)

    def sub(self, left: Value, right: Value) -> Value:
        return self.binary("subf" if element_of(left.type) == "f32" else "subi", left, right)

    def mul(self, left: Value, right: Value) -> Value:
        return self.binary("mulf" if element_of(left.type) == "f32" else "muli", left, right)

    def plus(self, left: Value, number: int) -> Value:
        return left if number == 0 else self.add(left, self.constant(number))

    def times(self, left: Value, number: int) -> Value:
        return left if number == 1 else self.mul(left, self.constant(number))

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """The sum a * b + c: one instruction, rounded once, where the processor has it."""
        types = f"({', '.join(value.type for value in (a, b, c))})"
        return self.op(f"llvm.intr.fmuladd({a.name}, {b.name}, {c.name}) : {types} -> {c.type}", c.type)

    def compare(self, how: str, left: Value, right: Value) -> Value:
        """``slt``, ``eq``, ... for integers, ``olt``, ``uno``, ... for floats."""
        name = "cmpf" if element_of(left.type) == "f32" else "cmpi"
        kind = vector(lanes_of(left.type), "i1") if left.type.startswith("vector") else "i1"
        return self.op(f"arith.{name} {how}, {left.name}, {right.name} : {left.type}", kind)

    def select(self, condition: Value, yes: Value, no: Value) -> Value:
        condition_type = f"{condition.type}, " if condition.type.startswith("vector") else ""
        return self.op(f"arith.select {condition.name}, {yes.name}, {no.name} : {condition_type}{yes.type}", yes.type)

    def convert(self, name: str, value: Value, type_: str) -> Value:
        """``extui``, ``extsi``, ``bitcast``, ``sitofp``, ``trunci``."""
        return self.op(f"arith.{name} {value.name} : {value.type} to {type_}", type_)

    def leading_zeros(self, value: Value) -> Value:
        """How many upper bits of an ``i64`` are 0."""
        how = "<{is_zero_poison = false}>"
        return self.op(f'"llvm.intr.ctlz"({value.name}) {how} : ({value.type}) -> {value.type}', value.type)

    def trailing_zeros(self, value: Value) -> Value:
        """How many lower bits of an ``i64`` are 0."""
        how = "<{is_zero_poison = false}>"
        return self.op(f'"llvm.intr.cttz"({value.name}) {how} : ({value.type}) -> {value.type}', value.type)

    def try_until(self, address: Value, change: Callable[[Value], Value]) -> Value:
        """Change a word that several threads change, at once; what it was before."""
        first, pair = self.load(address, "i64"), "!llvm.struct<(i64, i1)>"
        seen, before, last = (self.fresh("i64") for _ in range(3))
        with self.scope(f"{before.name} = scf.while ({seen.name} = {first.name}) : (i64) -> i64 {{", None):
            wanted = change(seen)
            how = "acq_rel acquire : !llvm.ptr, i64"
            swapped = self.op(f"llvm.cmpxchg {address.name}, {seen.name}, {wanted.name} {how}", pair)
            found = self.op(f"llvm.extractvalue {swapped.name}[0] : {pair}", "i64")
            done = self.op(f"llvm.extractvalue {swapped.name}[1] : {pair}", "i1")
            again = self.binary("xori", done, self.constant(1, "i1"))
            self.line(f"scf.condition({again.name}) {found.name} : i64")
        with self.scope("} do {"):
            self.line(f"^bb0({last.name}: i64):")
            self.line(f"scf.yield {last.name} : i64")
        return before

    # ---------------------------------------------------------------- vectors

    def broadcast(self, value: Value, lanes: int) -> Value:
        kind = vector(lanes, value.type)
        return self.op(f"vector.broadcast {value.name} : {value.type} to {kind}", kind)

    def shuffle(self, left: Value, right: Value, picks: Sequence[int]) -> Value:
        """Lanes picked from two vectors, numbered through."""
        kind = vector(len(picks), element_of(left.type))
        return self.op(
            f"vector.shuffle {left.name}, {right.name} [{', '.join(map(str, picks))}] : {left.type}, {right.type}", kind
        )

    def reduce(self, how: str, value: Value) -> Value:
        """``add`` or ``or`` over all lanes."""
        element = element_of(value.type)
        return self.op(f"vector.reduction <{how}>, {value.name} : {value.type} into {element}", element)

    def first_lanes(self, count: Value, lanes: int) -> Value:
        """A mask of the first ``count`` lanes."""
        numbers = ", ".join(map(str, range(lanes)))
        kind = vector(lanes, "i64")
        steps = self.op(f"arith.constant dense<[{numbers}]> : {kind}", kind)
        return self.compare("slt", steps, self.broadcast(count, lanes))

    # ---------------------------------------------------------------- memory

    def array(self, count: int, element: str) -> Value:
        """An array on the stack, as long as the function runs; to be asked for before any loop."""
        size = self.constant(count)
        return self.op(
            f"llvm.alloca {size.name} x {element} {{alignment = 64 : i64}} : (i64) -> !llvm.ptr", "!llvm.ptr"
        )

    def at(self, base: Value, index: Value, element: str) -> Value:
        """The address of an element of an array."""
        return self.op(
            f"llvm.getelementptr {base.name}[{index.name}] : (!llvm.ptr, i64) -> !llvm.ptr, {element}", "!llvm.ptr"
        )

    def load(self, address: Value, type_: str, mask: Value | None = None) -> Value:
        """A scalar or an unaligned vector; lanes that a mask leaves out are 0."""
        size = BYTES.get(element_of(type_), 8)
        if mask is None:
            return self.op(f"llvm.load {address.name} {{alignment = {size} : i64}} : !llvm.ptr -> {type_}", type_)
        zero = self.constant(0, type_)
        return self.op(
            f"llvm.intr.masked.load {address.name}, {mask.name}, {zero.name} {{alignment = {size} : i32}} : "
            f"(!llvm.ptr, {mask.type}, {type_}) -> {type_}",
            type_,
        )

    def store(self, value: Value, address: Value, mask: Value | None = None) -> None:
        size = BYTES.get(element_of(value.type), 8)
        if mask is None:
            self.line(f"llvm.store {value.name}, {address.name} {{alignment = {size} : i64}} : {value.type}, !llvm.ptr")
        else:
            self.line(
                f"llvm.intr.masked.store {value.name}, {address.name}, {mask.name} {{alignment = {size} : i32}} : "
                f"{value.type}, {mask.type} into !llvm.ptr"
            )

    def prefetch(self, address: Value) -> None:
        """Bring what lies at an address, which may be any, nearer: into the second cache, as the first is small."""
        how = "<{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}>"
        self.line(f'"llvm.intr.prefetch"({address.name}) {how} : (!llvm.ptr) -> ()')


def turned(b: Builder, rows: Sequence[Value]) -> list[tuple[Value, list[int]]]:
    """R vectors of V tokens as R vectors in which the rows of one token lie side by side; with each lane's token.

    The first two steps stay within quarters of a register, which takes less time than others do. R is a power of 2.
    """
    lanes, size = lanes_of(rows[0].type), len(rows) // 2
    if not size:
        return [(rows[0], [*range(lanes)])]
    span = 4 if size < 4 else lanes
    starts = [base + first for base in range(0, lanes, span) for first in range(0, span // 2, size)]
    low = [side + start + n for start in starts for side in (0, lanes) for n in range(size)]
    high = [pick + span // 2 for pick in low]
    pairs = zip(turned(b, rows[:size]), turned(b, rows[size:]), strict=True)
    return [
        (b.shuffle(upper, lower, picks), [tokens[pick % lanes] for pick in picks])
        for (upper, tokens), (lower, _) in pairs
        for picks in (low, high)
    ]


def transposed(b: Builder, rows: Sequence[Value]) -> list[Value]:
    """V vectors of V numbers, rows as columns."""
    return [line for line, _ in sorted(turned(b, rows), key=lambda found: found[1])]


def _literal(value: float, element: str) -> str:
    if not element.startswith("f"):
        return str(int(value))
    return f"{value:.9e}" if math.isfinite(value) else {math.inf: "0x7F800000", -math.inf: "0xFF800000"}[value]
