"""What every kernel looks like from outside: words in, and a share of the work for each member of a team.

``name(words, part)`` does one share, numbered from 0; whoever has threads calls it for all of them. ``words`` is an
array of 64-bit integers: addresses, sizes, strides, in the order of the kernel's ``WORDS``. ``name_parallel(words)``
is for teams that all run the same function, as OpenMP's do: each member takes one share after the other, whichever is
``next``, so that one that is held up leaves more to the others. No symbol is left to be resolved, so the same object
code runs in this process and inside another library. ``name_entries(out)`` tells both addresses.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from .builder import Builder, Value

# The share that nobody has taken yet, which members of a team count up, how many there are, and which rooms for what
# waits somebody works in (see ``own_room``), and of which activations a share has found that all are finite.
OWN = ("next", "parts", "rooms", "finite")
SHARED = ("rooms", "finite")
# Of those two words. So many rooms there can be, and shares that need one.
BITS = MOST_ROOMS = 64


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
            given = _read(b, block, words.names, words.addresses)
            body(b, given | {word: b.at(block, b.constant(OWN.index(word)), "i64") for word in SHARED}, part)
        with b.function(f"{name}_parallel", ["!llvm.ptr"]) as (block,):
            _take_shares(b, name, block)
        with b.function(f"{name}_entries", ["!llvm.ptr"]) as (out,):
            for place, symbol in enumerate((name, f"{name}_parallel")):
                address = b.op(f"llvm.mlir.addressof @{symbol} : !llvm.ptr", "!llvm.ptr")
                b.store(address, b.at(out, b.constant(place), "i64"))
        b.write_helpers()
    return b.text()


@contextlib.contextmanager
def own_room(b: Builder, rooms: Value) -> Iterator[Value]:
    """The number of a room that nobody else works in meanwhile: the first one that is free.

    Whoever does one share after the other finds what was near before: with a room for each share, one thread would walk
    through as many rooms as there are shares, which the caches do not hold.

    Args:
        rooms: the address of a word whose bits say which are taken.
    """
    one, none = b.constant(1), b.constant(-1)

    def first_free(taken: Value) -> Value:
        return b.binary("andi", b.binary("xori", taken, none), b.add(taken, one))

    taken = b.try_until(rooms, lambda taken: b.binary("ori", taken, first_free(taken)))
    room = first_free(taken)
    yield b.trailing_zeros(room)
    b.op(f"llvm.atomicrmw _and {rooms.name}, {b.binary('xori', room, none).name} acq_rel : !llvm.ptr, i64", "i64")


class Known:
    """What a share finds out that holds for others, too: they need not look again.

    What it needs is computed where it is asked for: in between all registers are for something else.

    Args:
        b: what is written with.
        word: the address of a word in which each bit says that something holds.
        number: of the bit; there is none for numbers that the word has no room for.
    """

    def __init__(self, b: Builder, word: Value, number: Value) -> None:
        self._b, self._word, self._number = b, word, number

    def holds(self) -> Value:
        """Whether another share has found that it does."""
        b = self._b
        return b.compare("ne", b.binary("andi", b.load(self._word, "i64"), self._bit()), b.constant(0))

    def note(self, found: Value) -> None:
        """Tell others if it holds."""
        b = self._b
        with b.when(found):
            b.op(f"llvm.atomicrmw _or {self._word.name}, {self._bit().name} monotonic : !llvm.ptr, i64", "i64")

    def _bit(self) -> Value:
        b, last = self._b, self._b.constant(BITS - 1)
        bit = b.binary("shli", b.constant(1), b.binary("minsi", self._number, last))
        return b.select(b.compare("sle", self._number, last), bit, b.constant(0))


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
