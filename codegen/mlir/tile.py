"""How many sums a kernel keeps in registers at a time, and how many columns it walks with activations that stay near.

All follows from what a host offers. For an entry of p rows and T vectors of tokens, a kernel loads T vectors and p
weights and does p x T multiply-adds; processors do about two of each in a cycle. p x T sums, T vectors and one weight
share the registers. So with 16 of them a block of 8 or 16 rows is walked in parts of 4 rows, three vectors at a time;
with 32, in parts of 8 rows.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

from .host import Host

# Vectors in a tile at most: more need more of the nearest cache than they save loads. Taps of windows share what they
# read, the more the wider a tile is. A column tile is cut to fit, so there it is tokens that count: so many float32
# activations of a column are four lines of the cache.
MOST_VECTORS, MOST_VECTORS_OF_WINDOWS, MOST_TOKENS = 4, 8, 64
# Sums that have to be in flight: an addition takes about four cycles, and two begin in each.
FLIGHT_SUMS = 8
# Weights further on that are asked for meanwhile: they come from far away. Entries of fewer rows have too
# little of a line of the cache each to be worth a load.
AHEAD_NUMBERS, AHEAD_ROWS = 1024, 4
# float32 numbers in a line of the cache, and activations that stay in the nearest one beside weights and sums: three
# quarters of 32 KiB.
LINE_NUMBERS, NEAREST_NUMBERS = 16, 6144
# float32 activations that all rows walk over before the next ones' turn: weights pass by once for them.
CHUNK_NUMBERS = 2**17
# Loading and keeping the sums of a row of blocks costs as much as some entries; a segment has more of them on average.
LEAST_ENTRIES, MOST_SEGMENTS = 24, 16
# Columns in a segment at most, so that a table of where they begin has room: segments of all that 16 bits can count.
MOST_COLUMNS = 2**16 // MOST_SEGMENTS


@dataclass(frozen=True)
class Tile:
    """What a kernel does for an entry.

    Attributes:
        rows: p, of a block's rows; a divisor of them.
        vectors: T, of tokens.
    """

    rows: int
    vectors: int

    @property
    def sums(self) -> int:
        return self.rows * self.vectors

    @property
    def loads(self) -> int:
        return self.rows + self.vectors

    def fits(self, host: Host) -> bool:
        """Whether everything stays in registers; one row's activations are operands in memory."""
        beside = 1 if self.rows == 1 else self.vectors + 1
        return self.sums + beside + (not host.fused) <= host.registers

    @property
    def cost(self) -> tuple[float, float]:
        """What a multiply-add costs: the busier of ports and flight, and loads. One more load is the column's."""
        if not self.sums:
            return math.inf, math.inf
        cycles = max(self.sums, self.loads + 1, FLIGHT_SUMS if self.rows > 1 else 0)
        return cycles / self.sums, self.loads / self.sums


def largest(host: Host, rows: int, *, windows: bool = False, column_tiled: bool = False) -> Tile:
    """The best tile for blocks of R rows."""
    most = MOST_VECTORS_OF_WINDOWS if windows else MOST_VECTORS
    if column_tiled:
        most = max(1, MOST_TOKENS // host.lanes)
    return min((tile_of(host, rows, count) for count in range(1, most + 1)), key=_worth)


@functools.cache
def tile_of(host: Host, rows: int, vectors: int) -> Tile:
    """The best tile of so many vectors; of none if registers are too few for one row."""
    found = [Tile(1 << n, vectors) for n in range(rows.bit_length()) if rows % (1 << n) == 0]
    return min((tile for tile in found if tile.fits(host)), key=_worth, default=Tile(1, 0))


def _worth(tile: Tile) -> tuple[float, ...]:
    """What a multiply-add costs; then it is as well to have many rows in a tile."""
    return (*tile.cost, -tile.rows)


def in_segments(host: Host, rows: int) -> bool:
    """Whether columns are walked in segments: where vectors are parts of lines, of which the rest is loaded in vain.

    With few rows to share what keeping the sums costs, it does not pay; there are column tiles for them.
    """
    return host.lanes < LINE_NUMBERS and largest(host, rows).rows >= 4
