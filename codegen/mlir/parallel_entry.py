"""What every kernel looks like from outside: words in, and a share of the work for each member of a team.

``name(words, part)`` does one share, numbered from 0; whoever has threads calls it for all of them. ``words`` is an
array of 64-bit integers: addresses, sizes, strides, in the order of the kernel's ``WORDS``. ``name_parallel(words)``
is for teams that all run the same function, as OpenMP's do: each member takes one share after the other, whichever is
``next``, so that one that is held up leaves more to the others. No symbol is left to be resolved, so the same object
code runs in this process and inside another library. ``name_entries(out)`` tells both addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .builder import Builder, Value

# The share that nobody has taken yet, which members of a team count up, and how many there are.
OWN = ("next", "parts")


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
            _take_shares(b, name, block)
        with b.function(f"{name}_entries", ["!llvm.ptr"]) as (out,):
            for place, symbol in enumerate((name, f"{name}_parallel")):
                address = b.op(f"llvm.mlir.addressof @{symbol} : !llvm.ptr", "!llvm.ptr")
                b.store(address, b.at(out, b.constant(place), "i64"))
        b.write_helpers()
    return b.text()


def _take_shares(b: Builder, name: str, block: Value) -> None:
    """Do shares that nobody has taken until there are none."""
    following, one = b.at(block, b.constant(OWN.index("next")), "i64"), b.constant(1)
    parts = _read(b, block, OWN, ())["parts"]

    def take() -> list[Value]:
        share = b.op(f"llvm.atomicrmw add {following.name}, {one.name} monotonic : !llvm.ptr, i64", "i64")
        there = b.compare("slt", share, parts)
        with b.when(there):
            b.line(f"llvm.call @{name}({block.name}, {share.name}) : (!llvm.ptr, i64) -> ()")
        return [there]

    with b.loop(b.constant(0), parts, one, [b.constant(1, "i1")]) as turn:
        more = turn.carried[0]
        turn.yields(b.either(more, ["i1"], take, lambda: [more]))


def _read(b: Builder, block: Value, names: Sequence[str], addresses: Sequence[str]) -> dict[str, Value]:
    found = {}
    for number, name in enumerate(names):
        word = b.load(b.at(block, b.constant(number), "i64"), "i64")
        if name in addresses:
            word = b.op(f"llvm.inttoptr {word.name} : i64 to !llvm.ptr", "!llvm.ptr")
        found[name] = word
    return found
