"""``vblock_matmul`` with 8-bit integers, lanes are rows: for a few tokens, and where pairs of 16 bits are multiplied.

Activations lie token by token, as they come: the weights of a block are loaded as they lie, side by side, and
multiplied with four activations of a token, the same for every row. Results need no turning. With one token there is
nothing else to do; with many, a weight serves some tokens at a time, fewer than in ``MatmulInt8``, but what the
processor has to widen it widens once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from .builder import Builder, Value, lanes_of, vector
from .byte_dots import FOUR
from .byte_rows import WORDS, ByteRows, ByteSpec
from .host import Host
from .parallel_entry import parallel_entry

# Rows whose results are written together: two lines of the cache for each token.
GROUP_ROWS = 32
# Addresses of tokens that general registers hold beside those of the weight.
MOST_TOKENS = 6
# Sums that keep a processor busy.
FLIGHT_SUMS = 8


@dataclass(frozen=True)
class MatvecInt8(ByteSpec):
    """One kernel: results are [tokens, rows], and so is the residual. R is 4, 8 or 16."""

    suffix: ClassVar[str] = "rows"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        if not serves(self.rows, host):
            raise ValueError(f"lanes of '{host.name}' cannot be {self.rows} rows")
        return parallel_entry(self.name, WORDS, lambda b, words, part: _Writer(self, host, b, words).write(part))


def serves(rows: int, host: Host) -> bool:
    """Whether there is such a kernel for blocks of so many rows."""
    return host.dot != "wide" and rows >= 4


def serves_many(rows: int, host: Host) -> bool:
    """Whether it is the faster one for many tokens, too."""
    return serves(rows, host) and host.dot == "pairs"


def bytes_of(host: Host) -> int:
    """In how many bytes an activation lies."""
    return 2 if host.dot == "pairs" else 1


class _Writer(ByteRows):
    def __init__(self, spec: MatvecInt8, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        # A sum is that of a row, or half of one where pairs are multiplied: two lie side by side.
        self.halves = bytes_of(host)
        self.width = min(host.lanes, spec.rows * self.halves)
        self.vectors = spec.rows * self.halves // self.width
        self.kind = vector(self.width, "i32")
        self.many = max(1, min(MOST_TOKENS, (host.registers - 3) // self.vectors - (self.vectors > 2)))

    def write(self, part: Value) -> None:
        b, w = self.b, self.words
        low, high = (self.first_row(b.plus(part, more), w["parts"]) for more in (0, 1))
        together = b.constant(max(1, GROUP_ROWS // self.spec.rows))
        with b.loop(b.constant(0), w["tokens"], w["chunk"]) as chunk:
            end = b.binary("minsi", b.add(chunk.index, w["chunk"]), w["tokens"])
            with b.loop(low, high, together) as group:
                stop = b.binary("minsi", b.add(group.index, together), high)
                begin = chunk.index
                for count in [self.many, *(fewer for fewer in (4, 2, 1) if fewer < self.many)]:
                    last = b.sub(end, b.binary("remui", b.sub(end, begin), b.constant(count)))
                    with (
                        b.loop(begin, last, b.constant(count)) as token,
                        b.loop(group.index, stop, b.constant(1)) as block,
                    ):
                        self._block(block.index, token.index, count)
                    begin = last

    def _block(self, block: Value, token: Value, count: int) -> None:
        """The results of a block row for some tokens."""
        b, w = self.b, self.words
        step = b.times(w["groups"], FOUR * self.halves)
        bases = [b.at(w["x"], b.mul(b.plus(token, t), step), "i8") for t in range(count)]
        zeros = [b.constant(0, self.kind)] * (count * self.vectors)
        # Each addition waits for the one before it: with few sums, those of several entries are in flight.
        flight = max(1, FLIGHT_SUMS // len(zeros))
        found = self.over_entries(
            *self.stretch(block), zeros, flight, lambda entry, sums: self._entry(entry, bases, sums)
        )
        row = self.start(block, 1)
        there = b.sub(self.start(b.plus(block, 1), 1), row)
        totals = [self._whole(sums) for sums in _grouped(found, self.vectors)]
        full = b.compare("eq", there, b.constant(self.spec.rows))

        with b.when(full):
            self._write(totals, row, token, None)
        with b.when(b.compare("slt", there, b.constant(self.spec.rows))):
            self._write(totals, row, token, there)

    def _entry(self, entry: Value, bases: Sequence[Value], sums: Sequence[Value]) -> list[Value]:
        """Add what an entry gives."""
        b = self.b
        place = b.times(self.column_of(entry), FOUR * self.halves)
        weights = [self._weights(entry, n) for n in range(self.vectors)]
        done: list[Value] = []
        for base, mine in zip(bases, _grouped(sums, self.vectors), strict=True):
            x = self._activations(b.at(base, place, "i8"))
            done += [self.dots.product(total, x, weight) for total, weight in zip(mine, weights, strict=True)]
        return done

    def _weights(self, entry: Value, number: int) -> Value:
        """Weights of some rows, side by side."""
        b, count = self.b, self.width * FOUR // self.halves
        place = b.plus(b.times(entry, self.spec.rows * FOUR), number * count)
        found = b.load(b.at(self.words["values"], place, "i8"), vector(count, "i8"))
        return found if self.halves == 1 else b.convert("extsi", found, vector(count, "i16"))

    def _activations(self, place: Value) -> Value:
        """Four activations of a token, once for each row."""
        b = self.b
        if self.halves == 1:
            spread = b.broadcast(b.load(place, "i32"), self.width)
            kind = vector(self.width * FOUR, "i8")
        else:
            spread = b.broadcast(b.load(place, "i64"), self.width // 2)
            kind = vector(self.width * 2, "i16")
        return b.op(f"vector.bitcast {spread.name} : {spread.type} to {kind}", kind)

    def _whole(self, sums: Sequence[Value]) -> list[Value]:
        """The sums of rows: of two halves each, where they lie so. Vectors of at most V."""
        if self.halves == 1:
            return [*sums]
        b, found = self.b, []
        for first, second in zip(sums[::2], sums[1::2] or sums, strict=True):
            lanes = self.width if len(sums) > 1 else self.width // 2
            parts = [b.shuffle(first, second, [*range(side, 2 * lanes, 2)]) for side in (0, 1)]
            found.append(b.add(*parts))
        return found

    def _write(self, totals: list[list[Value]], row: Value, token: Value, there: Value | None) -> None:
        """Scale the sums of some tokens and write them; only those of ``there`` rows, if it is given."""
        b, w, lanes = self.b, self.words, lanes_of(totals[0][0].type)
        floats = vector(lanes, "f32")
        for n in range(self.spec.rows // lanes):
            first = b.plus(row, n * lanes)
            mask = None if there is None else b.first_lanes(b.plus(there, -n * lanes), lanes)
            offset = self.offsets(first, lanes, mask)
            scales = b.load(b.at(w["row_scales"], first, "f32"), floats, mask)
            bias = b.load(b.at(w["bias"], first, "f32"), floats, mask) if self.spec.bias else None
            for t, sums in enumerate(totals):
                number = b.plus(token, t)
                scale = b.broadcast(b.load(b.at(w["scales"], number, "f32"), "f32"), lanes)
                place = b.add(b.mul(number, w["y_row"]), first)
                residual = b.load(b.at(w["residual"], place, "f32"), floats, mask) if self.spec.residual else None
                value = self.finished(b.sub(sums[n], offset), b.mul(scale, scales), bias, residual)
                b.store(value, b.at(w["y"], place, "f32"), mask)


def _grouped(values: Sequence[Value], size: int) -> list[Sequence[Value]]:
    return [values[first : first + size] for first in range(0, len(values), size)]
