"""How float32 activations become bytes: steps of a size and a zero point, found out or given.

*Found out*, the largest absolute value of a token (or image) becomes 127 steps around 128; one that is not finite gives
NaN for a size, and so for all its results. *Given*, a number x becomes ``round(x / step) + zero_point``, held within 0
and 255, as ONNX's ``QuantizeLinear`` has it: ties go to the even number before the zero point is added; infinities
become 0 and 255, NaN becomes 0.
"""

from __future__ import annotations

from collections.abc import Callable

from ..operators.int8 import LARGEST, ZERO_POINT
from .builder import Builder, Value, vector
from .byte_dots import FOUR
from .host import Host

# Added to a number, it leaves the nearest integer in the lowest bits.
MAGIC = 12582912.0


class Rounding:
    """Writes rounding of vectors of V activations; words ``step`` (bits of a float32) and ``zero_point`` say to what.

    Attributes:
        given: whether steps are given, where ``either`` writes.
        signed: whether bytes are signed, 128 less.
    """

    def __init__(self, builder: Builder, words: dict[str, Value], host: Host) -> None:
        self.b, self.words, self.lanes, self.given = builder, words, host.lanes, False
        self.divides = not host.fused  # a product cannot be corrected where it is rounded twice
        self.signed = host.dot == "sdot"
        self.integers, self.floats = vector(self.lanes, "i32"), vector(self.lanes, "f32")

    def either(self, body: Callable[[], None]) -> None:
        """Write a body that rounds, once for steps that are found out, once for given ones."""
        b = self.b
        for self.given, how in ((False, "eq"), (True, "ne")):
            with b.when(b.compare(how, self.words["step"], b.constant(0))):
                if self.given:
                    self._prepare()
                body()

    def _prepare(self) -> None:
        """Write what all numbers need, where steps are given."""
        b, w = self.b, self.words
        self.step = b.convert("bitcast", b.convert("trunci", w["step"], "i32"), "f32")
        self.size = b.broadcast(self.step, self.lanes)
        inverse = b.binary("divf", b.constant(1.0, "f32"), self.step)
        self.inverse = b.broadcast(inverse, self.lanes)
        zero_point = b.convert("trunci", w["zero_point"], "i32")
        self.zero_point = b.broadcast(zero_point, self.lanes)
        floating = b.convert("sitofp", self.zero_point, self.floats)
        # What is beyond these is held there before it is divided; they become the last steps, as they are off by less
        # than half a one.
        ends = (b.sub(b.constant(end, self.floats), floating) for end in (0.0, 255.0))
        self.limits = [b.mul(self.size, end) for end in ends]

    def scale_and_factor(self, most: Value) -> tuple[Value, Value]:
        """The size of a step where ``most`` is the largest absolute value, and what numbers are multiplied by."""
        b = self.b
        # Infinity and NaN become NaN.
        scale = b.add(b.mul(most, b.constant(1 / LARGEST, "f32")), b.mul(most, b.constant(0.0, "f32")))
        some = b.compare("ogt", most, b.constant(0.0, "f32"))
        factor = b.binary("divf", b.constant(float(LARGEST), "f32"), b.select(some, most, b.constant(1.0, "f32")))
        return scale, b.broadcast(factor, self.lanes)

    def larger(self, most: Value, numbers: Value) -> Value:
        """The larger absolute values of two vectors, as bits: the first is known to be such."""
        b = self.b
        # The bits of positive numbers have the order of the numbers, and NaN comes last.
        bits = b.convert("bitcast", numbers, self.integers)
        return b.binary("maxsi", most, b.binary("andi", bits, b.constant(2**31 - 1, self.integers)))

    def largest(self, numbers: Value, count: Value) -> Value:
        """The bits of the largest absolute value of some numbers, 0 of none; those of a NaN if there is one."""
        b, width = self.b, self.b.constant(self.lanes)
        whole = b.mul(b.binary("divui", count, width), width)
        with b.loop(b.constant(0), whole, width, [b.constant(0, self.integers)]) as turn:
            turn.yields([self.larger(turn.carried[0], b.load(b.at(numbers, turn.index, "f32"), self.floats))])
        rest = b.load(b.at(numbers, whole, "f32"), self.floats, b.first_lanes(b.sub(count, whole), self.lanes))
        return b.reduce("maxsi", self.larger(turn.results[0], rest))

    def rounded(self, numbers: Value, factor: Value | None) -> Value:
        """Numbers as integers of which the lowest byte counts; multiplied by a factor, or in given steps."""
        b = self.b
        if factor is not None:
            bits = b.convert(
                "bitcast", b.fma(numbers, factor, b.constant(MAGIC + ZERO_POINT, self.floats)), self.integers
            )
        else:
            low, high = self.limits
            held = b.select(b.compare("ogt", numbers, low), numbers, low)  # NaN, too
            held = b.select(b.compare("olt", held, high), held, high)
            steps = b.add(self._quotient(held), b.constant(MAGIC, self.floats))
            bits = b.add(b.convert("bitcast", steps, self.integers), self.zero_point)
        return b.binary("xori", bits, b.constant(128, self.integers)) if self.signed else bits

    def _quotient(self, numbers: Value) -> Value:
        """Numbers over the size of a step, rounded once: a product, and what it is off by."""
        b = self.b
        if self.divides:
            return b.binary("divf", numbers, self.size)
        first = b.mul(numbers, self.inverse)
        off = b.fma(b.sub(b.constant(0.0, self.floats), first), self.size, numbers)
        return b.fma(off, self.inverse, first)

    def lowest(self, words: list[Value]) -> Value:
        """The lowest bytes of four vectors, one after the other: a vector of V words."""
        b, kind = self.b, vector(self.lanes * FOUR, "i8")
        pieces = [b.op(f"vector.bitcast {word.name} : {word.type} to {kind}", kind) for word in words]
        picks = range(0, 2 * self.lanes * FOUR, FOUR)
        low, high = (b.shuffle(pieces[n], pieces[n + 1], picks) for n in (0, 2))
        joined = b.shuffle(low, high, range(self.lanes * FOUR))
        return b.op(f"vector.bitcast {joined.name} : {kind} to {self.integers}", self.integers)
