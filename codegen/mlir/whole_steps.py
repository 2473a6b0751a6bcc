"""``whole_steps``: one step and one zero point for all activations of a layer, as its graph asks for them.

See ``operators.int8.whole_steps``. It writes two words: the step's bits, and the zero point; those are given to what
rounds, and to what multiplies.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from .builder import Builder, Value, vector
from .host import Host
from .parallel_entry import Words, parallel_entry
from .rounding import MAGIC

WHOLE_WORDS = Words(("x", "out"), ("count", "least_step"))
# Vectors that are looked at in a turn, as each waits for the one before it.
TOGETHER = 4
EXTREMES = ("minimumf", "maximumf")


@dataclass(frozen=True)
class WholeSteps:
    """The kernel that finds them, in one share."""

    @property
    def name(self) -> str:
        return "whole_steps"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        return parallel_entry(self.name, WHOLE_WORDS, lambda b, words, part: _write(b, words, host.lanes))


def _write(b: Builder, words: dict[str, Value], lanes: int) -> None:
    least, most = _extremes(b, words, lanes)
    span = b.sub(most, least)
    limit = b.convert("bitcast", b.convert("trunci", words["least_step"], "i32"), "f32")
    step = b.binary("maximumf", b.binary("divf", span, b.constant(255.0, "f32")), limit)
    step = b.add(step, b.mul(span, b.constant(0.0, "f32")))  # infinity becomes NaN
    none = b.constant(0.0, "f32")
    zero = b.binary("divf", b.sub(none, least), step)
    zero = b.binary("minnumf", b.binary("maxnumf", zero, none), b.constant(255.0, "f32"))
    bits = b.convert("bitcast", b.add(zero, b.constant(MAGIC, "f32")), "i32")
    zero_point = b.binary("andi", bits, b.constant(255, "i32"))
    for place, word in enumerate((b.convert("bitcast", step, "i32"), zero_point)):
        b.store(b.convert("extui", word, "i64"), b.at(words["out"], b.constant(place), "i64"))


def _extremes(b: Builder, words: dict[str, Value], lanes: int) -> list[Value]:
    """The least and the largest of all numbers and 0; NaN if there is one."""
    floats, count = vector(lanes, "f32"), words["count"]
    width, stride = b.constant(lanes), b.constant(lanes * TOGETHER)

    def further(so_far: Sequence[Value], place: Value, mask: Value | None) -> list[Value]:
        numbers = b.load(b.at(words["x"], place, "f32"), floats, mask)
        return [b.binary(op, one, numbers) for op, one in zip(EXTREMES, so_far, strict=True)]

    whole = b.mul(b.binary("divui", count, stride), stride)
    with b.loop(b.constant(0), whole, stride, [b.constant(0.0, floats)] * (2 * TOGETHER)) as turn:
        pairs = [turn.carried[2 * n : 2 * n + 2] for n in range(TOGETHER)]
        places = [b.plus(turn.index, n * lanes) for n in range(TOGETHER)]
        turn.yields([one for pair, place in zip(pairs, places, strict=True) for one in further(pair, place, None)])
    found = [functools.reduce(functools.partial(b.binary, op), turn.results[n::2]) for n, op in enumerate(EXTREMES)]
    with b.loop(whole, count, width, found) as rest:
        mask = b.first_lanes(b.binary("minsi", b.sub(count, rest.index), width), lanes)
        rest.yields(further(rest.carried, rest.index, mask))
    return [b.reduce(op, one) for op, one in zip(EXTREMES, rest.results, strict=True)]
