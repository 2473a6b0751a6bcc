"""Writes functions that call ONNX Runtime: each returns a status, and leaves at the first one that is an error."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from ..mlir.builder import Builder, Value
from .native_api import CALLBACKS, INVALID_ARGUMENT, SLOTS

POINTER = "!llvm.ptr"
# What an operator's constant holds behind its callbacks: addresses, then numbers.
ADDRESSES = ("name", "kernel", "few", "pack")
FIELDS = (
    *ADDRESSES,
    "inputs",
    "block",
    "waiting",
    "panels",
    "by_tokens",
    "bias",
    "residual",
    "column_tiled",
    "grouped",
    "unfolded",
    "bytes",
    "in_rows",
    *(f"type{n}" for n in range(8)),
)


class Code(Builder):
    """A Builder that also knows tables of functions, texts, memory of words, and early returns."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: dict[str, str] = {}
        self._blocks = 0
        self._api = Value("", POINTER)

    # ---------------------------------------------------------------- functions

    @contextlib.contextmanager
    def procedure(
        self, name: str, arguments: Sequence[str], result: str | None = None, *, visible: bool = False
    ) -> Iterator[list[Value]]:
        """A function; one with a result writes its ``llvm.return`` itself."""
        given = [Value(f"%arg{number}", type_) for number, type_ in enumerate(arguments)]
        head = f"{'' if visible else 'internal '}@{name}({', '.join(f'{v.name}: {v.type}' for v in given)})"
        with self.scope(f"llvm.func {head}{f' -> {result}' if result else ''} {{"):
            yield given
            if result is None:
                self.line("llvm.return")

    @contextlib.contextmanager
    def status_function(self, name: str, arguments: Sequence[str], *, visible: bool = False) -> Iterator[list[Value]]:
        """A function that returns a status, null if it gets to its end."""
        with self.procedure(name, arguments, POINTER, visible=visible) as given:
            yield given
            self.line(f"llvm.br ^done({self.null().name} : {POINTER})")
            self.line(f"^done(%status: {POINTER}):")
            self.line(f"llvm.return %status : {POINTER}")

    def give_back(self, value: Value) -> None:
        """Return a value."""
        self.line(f"llvm.return {value.name} : {value.type}")

    def invoke(self, name: str, *arguments: Value, result: str | None = POINTER) -> Value:
        """The result of a function of this module."""
        names, types = ", ".join(v.name for v in arguments), ", ".join(v.type for v in arguments)
        return self._called(f"llvm.call @{name}({names}) : ({types})", result)

    def invoke_at(self, address: Value, *arguments: Value, result: str | None = POINTER) -> Value:
        """The result of the function at an address."""
        names, types = ", ".join(v.name for v in arguments), ", ".join(v.type for v in arguments)
        return self._called(f"llvm.call {address.name}({names}) : {POINTER}, ({types})", result)

    def _called(self, text: str, result: str | None) -> Value:
        if result is not None:
            return self.op(f"{text} -> {result}", result)
        self.line(f"{text} -> ()")
        return Value("", "")

    # ---------------------------------------------------------------- ONNX Runtime

    def use_api(self, api: Value) -> None:
        """The table that ``api`` looks functions up in, from here on."""
        self._api = api

    def api(self, name: str, *arguments: Value, result: str | None = POINTER) -> Value:
        """The result of a function of ONNX Runtime, mostly a status."""
        return self.invoke_at(self.field(self._api, SLOTS[name], POINTER), *arguments, result=result)

    def guard(self, status: Value) -> None:
        """Return a status if it is an error."""
        self._leave(self.not_null(status), status)

    def leave_if(self, condition: Value) -> None:
        """Return without an error."""
        self._leave(condition, self.null())

    def require(self, condition: Value, message: str) -> None:
        """Return an error unless a condition holds."""
        code = self.constant(INVALID_ARGUMENT, "i32")
        self.guard(self.only_if(self.invert(condition), lambda: self.api("CreateStatus", code, self.string(message))))

    def ask(self, name: str, *arguments: Value) -> None:
        """Call a function of ONNX Runtime, and return its error if it has one."""
        self.guard(self.api(name, *arguments))

    def release(self, status: Value) -> None:
        """Forget a status, error or not."""
        with self.when(self.not_null(status)):
            self.api("ReleaseStatus", status, result=None)

    def first_error(self, status: Value, then: Callable[[], Value]) -> Value:
        """A status if it is an error, or that of what is done otherwise."""
        return self.either(self.is_null(status), [POINTER], lambda: [then()], lambda: [status])[0]

    def only_if(self, condition: Value, do: Callable[[], Value]) -> Value:
        """The status of what is done if a condition holds."""
        return self.either(condition, [POINTER], lambda: [do()], lambda: [self.null()])[0]

    def _leave(self, condition: Value, status: Value) -> None:
        self._blocks += 1
        self.line(f"llvm.cond_br {condition.name}, ^done({status.name} : {POINTER}), ^on{self._blocks}")
        self.line(f"^on{self._blocks}:")

    # ---------------------------------------------------------------- values

    def null(self) -> Value:
        return self.op(f"llvm.mlir.zero : {POINTER}", POINTER)

    def is_null(self, pointer: Value) -> Value:
        return self.op(f'llvm.icmp "eq" {pointer.name}, {self.null().name} : {POINTER}', "i1")

    def invert(self, condition: Value) -> Value:
        return self.binary("xori", condition, self.constant(1, "i1"))

    def not_null(self, pointer: Value) -> Value:
        return self.op(f'llvm.icmp "ne" {pointer.name}, {self.null().name} : {POINTER}', "i1")

    def number(self, condition: Value) -> Value:
        """1 if a condition holds, or 0."""
        return self.convert("extui", condition, "i64")

    def between(self, least: int, value: Value, most: Value) -> Value:
        """A number, or the nearest one from ``least`` to ``most``; ``least`` where there is none."""
        return self.binary("maxsi", self.binary("minsi", value, most), self.constant(least))

    def address(self, symbol: str) -> Value:
        return self.op(f"llvm.mlir.addressof @{symbol} : {POINTER}", POINTER)

    def string(self, text: str) -> Value:
        """The address of a constant text, which ``write_strings`` writes."""
        return self.address(self._texts.setdefault(text, f"text_{len(self._texts)}"))

    def write_strings(self) -> None:
        for text, symbol in self._texts.items():
            self.line(f'llvm.mlir.global internal constant @{symbol}("{text}\\00") {{addr_space = 0 : i32}}')

    def literal(self, value: int) -> Value:
        """A number in what initialises a global, where only this dialect may stand."""
        return self.op(f"llvm.mlir.constant({value} : i64) : i64", "i64")

    def constant_global(self, name: str, type_: str, content: Callable[[], Value], *, constant: bool = True) -> None:
        """A global that holds what ``content`` writes."""
        with self.scope(f"llvm.mlir.global internal {'constant ' if constant else ''}@{name}() : {type_} {{"):
            self.give_back(content())

    def swap_if_null(self, place: Value, pointer: Value) -> Value:
        """Store a pointer where there is none yet; whether that was so."""
        pair = f"!llvm.struct<({POINTER[6:]}, i1)>"
        swapped = self.op(
            f"llvm.cmpxchg {place.name}, {self.null().name}, {pointer.name} acq_rel acquire : {POINTER}, {POINTER}",
            pair,
        )
        return self.op(f"llvm.extractvalue {swapped.name}[1] : {pair}", "i1")

    # ---------------------------------------------------------------- words of memory

    def frame(self, words: int) -> Value:
        """Some words on the stack."""
        return self.op(f"llvm.alloca {self.constant(words).name} x i64 : (i64) -> {POINTER}", POINTER)

    def word(self, base: Value, number: int) -> Value:
        """The address of a word."""
        return self.at(base, self.constant(number), "i64")

    def field(self, base: Value, number: int, type_: str = "i64") -> Value:
        """What a word holds."""
        return self.load(self.word(base, number), type_)

    def set(self, base: Value, number: int, value: Value) -> None:
        self.store(value, self.word(base, number))


def own(code: Code, op: Value, name: str) -> Value:
    """A field of an operator's constant."""
    return code.field(op, 1 + len(CALLBACKS) + FIELDS.index(name), POINTER if name in ADDRESSES else "i64")


def flag(code: Code, op: Value, name: str) -> Value:
    """Whether a field of an operator's constant is not 0."""
    return code.compare("ne", own(code, op, name), code.constant(0))
