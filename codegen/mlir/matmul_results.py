"""What becomes of the sums of ``vblock_matmul``: they wait, get their epilogue, and are written as the target lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .block_rows import BlockRows
from .builder import Builder, Value, vector
from .host import Host
from .transpose_buffer import WIDTH_ROWS, TransposeBuffer, prefetch_results

if TYPE_CHECKING:
    from .matmul import Matmul

# Block rows that are walked together, column tile after column tile: their sums stay in the cache.
GROUP_BLOCK_ROWS = 512


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
        self.together = GROUP_BLOCK_ROWS if spec.column_tiled else max(1, WIDTH_ROWS // spec.rows)

    def wait_on_stack(self, tokens: int) -> None:
        """Let sums wait on the stack, for some tokens."""
        sums = self.b.array(self.together * self.spec.rows * tokens, "f32")
        self.waiting = TransposeBuffer(self.b, sums, self.b.constant(tokens), self.type)

    def wait_at(self, address: Value, tokens: Value) -> None:
        """Let sums wait in memory of the caller's, for some tokens."""
        self.waiting = TransposeBuffer(self.b, address, tokens, self.type)

    def wait(self, sums: list[Value], row: Value, token: Value, there: Value | None) -> None:
        """Store R x T sums among those that wait.

        Rows behind those that ``there`` are hold the next block's sums; if it has none yet, it will overwrite them.
        """
        b, count = self.b, len(sums) // self.spec.rows

        def store(r: int) -> None:
            for j in range(count):
                b.store(sums[r * count + j], self.waiting.place(row, token, r, j))

        for r in range(self.spec.rows):
            if there is None or r == 0:
                store(r)
                continue
            with b.when(b.compare("sgt", there, b.constant(r))):
                store(r)

    def store(self, at: dict[str, Value], sums: list[Value], block: Value, token: Value, mask: Value | None) -> None:
        b, rows = self.b, self.spec.rows
        count = len(sums) // rows
        row, there = self.row_of(block)
        for j in range(count):
            results, place = [sums[r * count + j] for r in range(rows)], b.plus(token, j * self.lanes)
            if self.spec.target == "windows":
                self._store_lines(at, results, place)
            else:
                self._store_features(at, results, row, there, place, mask)

    def _store_features(
        self,
        at: dict[str, Value],
        results: list[Value],
        row: Value,
        there: Value,
        token: Value,
        mask: Value | None,
    ) -> None:
        b = self.b

        def store(r: int) -> None:
            self._finish(at, results[r], b.plus(row, r), token, mask)

        store(0)
        for r in range(1, self.spec.rows):  # a block may have fewer
            with b.when(b.compare("sgt", there, b.constant(r))):
                store(r)

    def _finish(self, at: dict[str, Value], value: Value, line: Value, place: Value, mask: Value | None) -> None:
        """Add the residual, apply the activation, and write a vector: of an output ("features"), or of a token."""
        b, w = self.b, self.words
        if self.spec.residual:
            other = b.add(b.mul(line, w["residual_row"]), place)
            value = b.add(value, b.load(b.at(at["residual"], other, "f32"), self.type, mask))
        target = b.add(b.mul(line, w["y_row"]), place)
        b.store(self.activate(value), b.at(at["y"], target, "f32"), mask)

    def _store_lines(self, at: dict[str, Value], results: list[Value], token: Value) -> None:
        """Keep R lines of sums as wide as the source's; ``_write_lines`` drops what is too much."""
        b = self.b
        for r, value in enumerate(results):
            b.store(value, b.at(at["lines"], b.add(b.times(self.words["line"], r), token), "f32"))

    def write_lines(self, at: dict[str, Value], row: Value, there: Value, start: Value, end: Value) -> None:
        b, w = self.b, self.words
        width = b.constant(self.lanes)
        whole = b.mul(b.binary("divui", w["out_width"], width), width)
        first, last = b.binary("divui", start, w["width"]), b.binary("divui", end, w["width"])
        with b.loop(b.constant(0), there, b.constant(1)) as r, b.loop(first, last, b.constant(1)) as line:
            source = b.add(b.mul(r.index, w["line"]), b.mul(line.index, w["width"]))
            target = b.mul(line.index, w["out_width"])
            number = b.add(row, r.index)

            def copy(column: Value, mask: Value | None) -> None:
                value = b.load(b.at(at["lines"], b.add(source, column), "f32"), self.type, mask)
                self._finish(at, value, number, b.add(target, column), mask)

            with b.loop(b.constant(0), whole, width) as column:
                copy(column.index, None)
            copy(whole, b.first_lanes(b.sub(w["out_width"], whole), self.lanes))

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
