"""Products of four neighbouring bytes with four others, added to 32-bit sums: exact, and the same on every processor.

An activation is an unsigned byte (a signed one for "sdot"), a weight a signed one. What a processor offers is its
host's ``dot``:

- "vnni", "avxvnni": ``vpdpbusd`` multiplies and adds four pairs for each lane;
- "pairs": ``pmaddwd`` multiplies and adds two pairs of 16-bit numbers, so that bytes are widened first. (The one for
  bytes, ``pmaddubsw``, saturates at 16 bits: 255 * 127 * 2 is more than they hold.) Every x86 with 64 bits has it;
- "sdot": the dot product of ARM, of signed bytes;
- "wide": lanes of 32 bits, for what has none of these.
"""

from __future__ import annotations

from .builder import Builder, Value, lanes_of, vector
from .host import Host

FOUR = 4
# The instructions of x86, by the lanes of their sums.
DOTS = {4: "llvm.x86.avx512.vpdpbusd.128", 8: "llvm.x86.avx512.vpdpbusd.256", 16: "llvm.x86.avx512.vpdpbusd.512"}
PAIRS = {4: "llvm.x86.sse2.pmadd.wd", 8: "llvm.x86.avx2.pmadd.wd", 16: "llvm.x86.avx512.pmaddw.d.512"}
SDOT = "llvm.aarch64.neon.sdot.v4i32.v16i8"
INSTRUCTIONS = ("vnni", "avxvnni", "sdot")


class ByteDots:
    """Writes products for V lanes, each of four bytes.

    An operand is prepared once, and multiplied often: it becomes some vectors, which ``add`` takes.
    """

    def __init__(self, builder: Builder, host: Host) -> None:
        self.b, self.dot = builder, host.dot

    def activations(self, words: Value) -> list[Value]:
        """Activations, a vector of words of four bytes."""
        b, lanes = self.b, lanes_of(words.type)
        if self.dot in INSTRUCTIONS:
            return [self._cast(words, lanes * FOUR, "i8")]
        if self.dot == "wide":
            low = b.constant(255, words.type)
            parts = [words, *(b.binary("shrui", words, b.constant(8 * n, words.type)) for n in range(1, FOUR))]
            return [b.binary("andi", part, low) for part in parts]
        halves = self._cast(words, 2 * lanes, "i16")
        even = b.binary("andi", halves, b.constant(255, halves.type))
        return [even, b.binary("shrui", halves, b.constant(8, halves.type))]

    def weights(self, word: Value, lanes: int) -> list[Value]:
        """Four weights, a word, the same for each lane."""
        b = self.b
        if self.dot == "wide":
            parts = [b.binary("shli", word, b.constant(8 * n, "i32")) for n in reversed(range(FOUR))]
            return [b.broadcast(b.binary("shrsi", part, b.constant(24, "i32")), lanes) for part in parts]
        words = b.broadcast(word, lanes)
        if self.dot in INSTRUCTIONS:
            return [self._cast(words, lanes * FOUR, "i8")]
        halves = self._cast(words, 2 * lanes, "i16")
        eight = b.constant(8, halves.type)
        even = b.binary("shrsi", b.binary("shli", halves, eight), eight)
        return [even, b.binary("shrsi", halves, eight)]

    def widened(self, octets: Value) -> Value:
        """Weights, a vector of fours of bytes, as ``weights`` makes 16 bits of each four: [even ones, odd ones]."""
        b, count = self.b, lanes_of(octets.type)
        wide = b.convert("extsi", octets, vector(count, "i16"))
        return b.shuffle(wide, wide, [first + n for first in range(0, count, FOUR) for n in (0, 2, 1, 3)])

    def weights_widened(self, words: list[Value], lanes: int) -> list[Value]:
        """Four weights of ``widened``, two words, the same for each lane."""
        return [self._cast(self.b.broadcast(word, lanes), 2 * lanes, "i16") for word in words]

    def add(self, total: Value, x: list[Value], weights: list[Value]) -> Value:
        """Add the four products of each lane to its sum."""
        for one, other in zip(x, weights, strict=True):
            total = self.product(total, one, other)
        return total

    def product(self, total: Value, x: Value, weights: Value) -> Value:
        """Add products of what one instruction multiplies: bytes, or pairs of 16 bits."""
        b, lanes = self.b, lanes_of(total.type)
        if self.dot == "wide":
            return b.add(total, b.mul(x, weights))
        if self.dot == "pairs":
            types = f"({x.type}, {x.type}) -> {total.type}"
            return b.add(
                total,
                b.op(f'llvm.call_intrinsic "{PAIRS[lanes]}"({x.name}, {weights.name}) : {types}', total.type),
            )
        name, pair = (SDOT, (weights, x)) if self.dot == "sdot" else (DOTS[lanes], (x, weights))
        types = f"({total.type}, {x.type}, {x.type}) -> {total.type}"
        names = ", ".join(value.name for value in (total, *pair))
        return b.op(f'llvm.call_intrinsic "{name}"({names}) : {types}', total.type)

    def _cast(self, value: Value, lanes: int, element: str) -> Value:
        kind = vector(lanes, element)
        return self.b.op(f"vector.bitcast {value.name} : {value.type} to {kind}", kind)
