"""What becomes of the sums of ``vblock_matmul``: they wait, get their epilogue, and are written as the target lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .block_rows import BlockRows
from .builder import Builder, Value, vector
from .host import Host
from .transpose_buffer import WIDTH_ROWS, TransposeBuffer, prefetch_results

if TYPE_CHECKING:
    from .matmul import Matmul

# Rows whose sums wait together as lines of images.
WINDOW_ROWS = 32
# How many rows ahead results that lie as [rows, tokens] are asked for, at least.
ROWS_AHEAD = 2


def together_of(rows: int, target: str) -> int:
    """Rows of blocks, of R rows each, that are walked together for a tile of tokens."""
    return max(1, (WINDOW_ROWS if target == "windows" else WIDTH_ROWS) // rows)


@dataclass(frozen=True)
class Place:
    """Where the sums of a part of a block belong.

    Attributes:
        row: the first row; waiting: the same, counted from its group's first; there: how many rows follow, with it.
        token: the first token; turn: the same, counted from its chunk's first.
        vectors: how many there are; mask: which lanes of the last one exist, None for all.
    """

    row: Value
    waiting: Value
    there: Value
    token: Value
    turn: Value
    vectors: int
    mask: Value | None

    def mask_of(self, vector: int) -> Value | None:
        """Which lanes of a vector exist, None for all."""
        return self.mask if vector == self.vectors - 1 else None


class Results(BlockRows):
    """Writes what stores results.

    Attributes:
        together: block rows whose results are written together.
        waiting: where sums wait for that.
    """

    waiting: TransposeBuffer

    def __init__(self, spec: Matmul, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec, self.lanes, self.type = spec, host.lanes, vector(host.lanes, "f32")
        self.together = together_of(spec.rows, spec.target)

    def wait_on_stack(self, tokens: int) -> None:
        """Let sums wait on the stack, for some tokens."""
        sums = self.b.array(self.together * self.spec.rows * tokens, "f32")
        self.waiting = TransposeBuffer(self.b, sums, self.b.constant(tokens), self.type)

    def wait_at(self, address: Value, tokens: Value) -> None:
        """Let sums wait in memory of the caller's, for some tokens."""
        self.waiting = TransposeBuffer(self.b, address, tokens, self.type)

    def added(self, at: dict[str, Value], place: Place, bias: Sequence[Value]) -> list[Value]:
        """What p x T sums begin with: a bias, and the residual if it lies like them.

        Where that lies may be where they will wait, or be written: ONNX Runtime gives the result its memory.
        """
        b, count = self.b, place.vectors
        found = [value for value in bias for _ in range(count)]
        if not self._begins_with_residual:
            return found
        for n, value in enumerate(found):
            row, beside = self.existing(place.row, n // count), b.plus(place.token, n % count * self.lanes)
            address = b.at(at["residual"], b.add(b.mul(row, self.words["residual_row"]), beside), "f32")
            found[n] = b.add(value, b.load(address, self.type, place.mask_of(n % count)))
        return found

    @property
    def _begins_with_residual(self) -> bool:
        return self.spec.residual and self.spec.target == "features"

    def waiting_sums(self, at: dict[str, Value], place: Place, rows: int, count: int) -> list[Value]:
        """What p x T sums have come to in the segments before."""
        found = []
        for r in range(rows):
            for j in range(count):
                address, mask = self._waits_at(at, place, r, j, existing=False)
                found.append(self.b.load(address, self.type, mask))
        return found

    def keep(self, at: dict[str, Value], sums: Sequence[Value], place: Place, rows: int, is_last: Value) -> None:
        """Let p x T sums wait for the next segment, or for the other rows of their group; or write them.

        A block may have fewer rows than it has room for: what is behind those belongs to the next block.
        """
        b, count = self.b, len(sums) // rows

        def store(r: int) -> None:
            for j in range(count):
                self._keep(at, sums[r * count + j], place, r, j, is_last)

        def guarded(r: int) -> None:
            with b.when(b.compare("sgt", place.there, b.constant(r))):
                store(r)

        whole = b.compare("sge", place.there, b.constant(rows))
        with b.when(whole):
            for r in range(rows):
                store(r)
        if rows > 1:
            with b.when(b.compare("eq", whole, b.constant(0, "i1"))):
                for r in range(rows - 1):
                    guarded(r)

    def _keep(self, at: dict[str, Value], value: Value, place: Place, r: int, j: int, is_last: Value) -> None:
        b = self.b

        def wait() -> None:
            address, mask = self._waits_at(at, place, r, j, existing=True)
            b.store(value, address, mask)

        if self.spec.target != "features" or not self.spec.activation:
            wait()
            return
        with b.when(is_last):
            self._finish(at, value, b.plus(place.row, r), b.plus(place.token, j * self.lanes), place.mask_of(j))
        with b.when(b.compare("eq", is_last, b.constant(0, "i1"))):
            wait()

    def _waits_at(
        self, at: dict[str, Value], place: Place, r: int, j: int, *, existing: bool
    ) -> tuple[Value, Value | None]:
        """Where a vector of sums waits, r rows behind a place's first: where its results will lie, or nearby.

        Unless such a row is known to be ``existing``, it is any that does.
        """
        b, beside = self.b, j * self.lanes
        if self.spec.target == "features":
            row = b.plus(place.row, r) if existing else self.existing(place.row, r)
            target = b.add(b.mul(row, self.words["y_row"]), b.plus(place.token, beside))
            return b.at(at["y"], target, "f32"), place.mask_of(j)
        if self.spec.target == "windows":
            return self.waiting.at(b.plus(place.waiting, r), b.plus(place.turn, beside)), None
        return self.waiting.at(b.plus(place.waiting, r), b.constant(beside)), None

    def _finish(self, at: dict[str, Value], value: Value, line: Value, place: Value, mask: Value | None) -> None:
        """Add the residual, apply the activation, and write a vector: of an output ("features"), or of a token."""
        b, w = self.b, self.words
        if self.spec.residual and not self._begins_with_residual:
            other = b.add(b.mul(line, w["residual_row"]), place)
            value = b.add(value, b.load(b.at(at["residual"], other, "f32"), self.type, mask))
        target = b.add(b.mul(line, w["y_row"]), place)
        b.store(self.activate(value), b.at(at["y"], target, "f32"), mask)

    def write_lines(
        self, at: dict[str, Value], row: Value, waiting: Value, there: Value, start: Value, end: Value
    ) -> None:
        """Write what waits of a block: lines of images, less what lies between them.

        Args:
            at: addresses of an image.
            row: the block's first row; waiting: the same, counted from its group's first; there: how many there are.
            start: the first token, at which a line begins; end: the one behind the last.
        """
        b, w = self.b, self.words
        width = b.constant(self.lanes)
        whole = b.mul(b.binary("divui", w["out_width"], width), width)
        first, last = b.binary("divui", start, w["width"]), b.binary("divui", end, w["width"])
        with b.loop(b.constant(0), there, b.constant(1)) as r, b.loop(first, last, b.constant(1)) as line:
            turn = b.mul(b.sub(line.index, first), w["width"])
            target = b.mul(line.index, w["out_width"])
            number = b.add(row, r.index)

            def copy(column: Value, mask: Value | None) -> None:
                value = b.load(self.waiting.at(b.add(waiting, r.index), b.add(turn, column)), self.type, mask)
                self._finish(at, value, number, b.add(target, column), mask)

            with b.loop(b.constant(0), whole, width) as column:
                copy(column.index, None)
            copy(whole, b.first_lanes(b.sub(w["out_width"], whole), self.lanes))

    def prefetch_rows(self, at: dict[str, Value], row: Value, token: Value, count: int) -> None:
        """Ask for what will be written, and added, some rows later: it comes from far away, and nothing else tells."""
        b, ahead = self.b, max(ROWS_AHEAD, self.spec.rows)
        for name, step in (("y", "y_row"), ("residual", "residual_row"))[: 1 + self.spec.residual]:
            for r in range(self.spec.rows):
                line = b.at(at[name], b.add(b.mul(b.plus(row, ahead + r), self.words[step]), token), "f32")
                for j in range(count):
                    b.prefetch(b.at(line, b.constant(j * self.lanes), "f32"))

    def prefetch(self, y: Value, top: Value, number: Value, token: Value, count: int) -> None:
        b, y_row = self.b, self.words["y_row"]
        first = b.at(y, b.add(b.mul(token, y_row), top), "f32")
        prefetch_results(b, first, y_row, number, self.together, self.spec.rows, count * self.lanes)

    def write_tokens(self, at: dict[str, Value], first: Value, stop: Value, token: Value, count: Value) -> None:
        """Write what waits: the rows of some blocks, token by token."""
        b, zero, lanes = self.b, self.b.constant(0), self.b.constant(self.lanes)
        top = self.row_of(first)[0]
        there = b.sub(self.row_of(stop)[0], top)
        self.waiting.turn(there, count)
        whole = b.mul(b.binary("divui", there, lanes), lanes)
        mask = b.first_lanes(b.sub(there, whole), self.lanes)
        with b.loop(zero, count, b.constant(1)) as turn:

            def write(row: Value, mask: Value | None) -> None:
                sums = self.waiting.rows_of(turn.index, row)
                self._finish(at, sums, b.add(token, turn.index), b.add(top, row), mask)

            with b.loop(zero, whole, lanes) as row:
                write(row.index, None)
            with b.when(b.compare("slt", whole, there)):
                write(whole, mask)
