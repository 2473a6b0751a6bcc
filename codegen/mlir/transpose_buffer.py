"""Sums that wait as [rows, tokens] until there are some neighbouring lines of the cache to write for each token.

Single lines for one token after the other would often lie a multiple of 4096 bytes apart, where the nearest cache has
room for a few only, and are slower to write than neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

from .builder import Builder, Value, lanes_of, transposed

# Numbers in a line of the cache; rows that wait on the stack.
LINE_NUMBERS, WIDTH_ROWS = 16, 128


@dataclass(frozen=True)
class TransposeBuffer:
    """Sums of some rows.

    Attributes:
        b: what is written with.
        address: where they lie; width: how many tokens a row has.
        kind: the type of a vector.
    """

    b: Builder
    address: Value
    width: Value
    kind: str

    def at(self, row: Value, token: Value) -> Value:
        """The address of a row's sum for a token."""
        b = self.b
        return b.at(self.address, b.add(b.mul(row, self.width), token), "f32")

    def place(self, row: Value, token: Value, r: int, j: int) -> Value:
        """The address for a vector of a tile: r rows and j vectors behind a row and a token."""
        return self.at(self.b.plus(row, r), self.b.plus(token, j * lanes_of(self.kind)))

    def turn(self, rows: Value, tokens: Value) -> None:
        """Transpose squares of V rows and V tokens, where they lie."""
        b, zero, lanes = self.b, self.b.constant(0), lanes_of(self.kind)
        step = b.constant(lanes)
        with b.loop(zero, tokens, step) as token, b.loop(zero, rows, step) as row:
            places = [self.place(row.index, token.index, r, 0) for r in range(lanes)]
            found = transposed(b, [b.load(place, self.kind) for place in places])
            for value, place in zip(found, places, strict=True):
                b.store(value, place)

    def rows_of(self, token: Value, row: Value) -> Value:
        """What V rows from a multiple of V on have come to for a token, when squares have been turned."""
        b, lanes = self.b, self.b.constant(lanes_of(self.kind))
        inside = b.binary("remui", token, lanes)
        return b.load(self.at(b.add(row, inside), b.sub(token, inside)), self.kind)


def prefetch_results(b: Builder, y: Value, y_row: Value, number: Value, together: int, rows: int, tokens: int) -> None:
    """Ask for a block row's share of the lines that results go to: they are far away by the next call.

    Args:
        b: what is written with.
        y: the address of the first result; y_row: how far a token's are from the next one's.
        number: of the block row among those whose results are written ``together``, R ``rows`` each, for some tokens.
    """
    lines = together * rows // LINE_NUMBERS
    share = tokens * lines // together
    for n in range(share):
        place = b.plus(b.times(number, share), n)
        token, line = (b.binary(how, place, b.constant(lines)) for how in ("divui", "remui"))
        b.prefetch(b.at(y, b.add(b.mul(token, y_row), b.times(line, LINE_NUMBERS)), "f32"))
