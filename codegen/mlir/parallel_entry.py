"""What every kernel looks like from outside: words in, and a share of the work for each member of a team.

``name(words, part)`` does one share, numbered from 0; whoever has threads calls it for all of them. ``words`` is an
array of 64-bit integers: addresses, sizes, strides, in the order of the kernel's ``WORDS``. ``name_parallel(words)``
is for OpenMP: it asks its runtime, through two addresses among the words, which thread it is. No symbol is left to be
resolved, so the same object code runs in this process and inside another library. ``name_entries(out)`` tells both
addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .builder import Builder, Value

OWN = ("thread_number", "team_size", "parts")


class Words:
    """The names of the words of an argument block: those of the team, addresses, then sizes and strides in elements."""

    def __init__(self, addresses: Sequence[str], sizes: Sequence[str]) -> None:
        self.addresses = tuple(addresses)
        self.names = (*OWN, *addresses, *sizes)

    def __len__(self) -> int:
        return len(self.names)

    def fill(self, **values: int) -> list[int]:
        """The words in order; those not named are 0."""
        unknown = values.keys() - set(self.names)
        if unknown:
            raise TypeError(f"no words {sorted(unknown)}")
        return [values.get(name, 0) for name in self.names]


def parallel_entry(name: str, words: Words, body: Callable[[Builder, dict[str, Value], Value], None]) -> str:
    """A module of one kernel; ``body(builder, words, part)`` writes what one share of the work does."""
    b = Builder()
    with b.scope("module {"):
        with b.function(name, ["!llvm.ptr", "i64"]) as (block, part):
            body(b, _read(b, block, words.names, words.addresses), part)
        with b.function(f"{name}_parallel", ["!llvm.ptr"]) as (block,):
            read = _read(b, block, OWN, ())
            number, size = (
                b.convert("extsi", b.op(f"llvm.call {read[f].name}() : !llvm.ptr, () -> i32", "i32"), "i64")
                for f in OWN[:2]
            )
            with b.loop(number, read["parts"], size) as share:
                b.line(f"llvm.call @{name}({block.name}, {share.index.name}) : (!llvm.ptr, i64) -> ()")
        with b.function(f"{name}_entries", ["!llvm.ptr"]) as (out,):
            for place, symbol in enumerate((name, f"{name}_parallel")):
                address = b.op(f"llvm.mlir.addressof @{symbol} : !llvm.ptr", "!llvm.ptr")
                b.store(address, b.at(out, b.constant(place), "i64"))
        b.write_helpers()
    return b.text()


def _read(b: Builder, block: Value, names: Sequence[str], addresses: Sequence[str]) -> dict[str, Value]:
    found = {}
    for number, name in enumerate(names):
        word = b.load(b.at(block, b.constant(number), "i64"), "i64")
        if name in addresses or name in OWN[:2]:
            word = b.op(f"llvm.inttoptr {word.name} : i64 to !llvm.ptr", "!llvm.ptr")
        found[name] = word
    return found
