"""Ways to multiply bytes with AVX2, one at a time: what an exact product costs there, and what PyTorch's does.

    python benchmarks/byte_products.py

``vpmaddubsw`` multiplies unsigned bytes with signed ones and adds two products in 16 bits, which 255 * 127 * 2 is too
large for. The loop over entries of blocks of 8 x 4 for six tokens, written in each of these ways:

- pairs: bytes are widened, ``vpmaddwd`` adds two products in 32 bits (what ``matvec_int8`` does);
- saturating: ``vpmaddubsw``, then ``vpmaddwd`` with ones: exact for activations of 7 bits only;
- split: an activation is twice 7 bits and one, the sums of the latter wait in 16 bits: exact;
- signs: absolute activations, whose signs go to the weights: exact for a zero point of 128 only.

All they read lies in the nearest cache. Writes ``benchmarks/results/byte_products.json``.
"""

from __future__ import annotations

import time

import torch
from _measure import machine, write_results

from sparsec.codegen.mlir import engine
from sparsec.codegen.mlir.builder import Builder, Value
from sparsec.codegen.mlir.parallel_entry import Words, parallel_entry
from sparsec.runtime.threads import Launch

WORDS = Words(("x", "w", "out"), ("turns",))
TOKENS, ENTRIES, TURNS, ROUNDS = 6, 192, 2000, 15
I32, I16, I8 = "vector<8xi32>", "vector<16xi16>", "vector<32xi8>"
PAIRS, BYTES, SIGN = "avx2.pmadd.wd", "avx2.pmadd.ub.sw", "avx2.psign.b"
WAYS = ("pairs", "saturating", "split", "signs")


def _call(b: Builder, name: str, one: Value, two: Value, type_: str) -> Value:
    types = f"({one.type}, {two.type}) -> {type_}"
    return b.op(f'llvm.call_intrinsic "llvm.x86.{name}"({one.name}, {two.name}) : {types}', type_)


def _cast(b: Builder, value: Value, type_: str) -> Value:
    return b.op(f"vector.bitcast {value.name} : {value.type} to {type_}", type_)


def _weights(b: Builder, way: str, place: Value) -> list[Value]:
    """The weights of an entry: two registers of 16 bits, or one of bytes."""
    if way != "pairs":
        return [b.load(place, I8)]
    halves = [b.load(b.at(place, b.constant(16 * n), "i8"), "vector<16xi8>") for n in range(2)]
    return [b.convert("extsi", half, I16) for half in halves]


def _add(b: Builder, way: str, place: Value, weights: list[Value], sums: list[Value]) -> list[Value]:
    """Add an entry's products for a token, whose activations take 8 bytes each time."""
    if way == "pairs":
        x = _cast(b, b.broadcast(b.load(place, "i64"), 4), I16)
        return [b.add(s, _call(b, PAIRS, x, weight, I32)) for s, weight in zip(sums, weights, strict=True)]
    (weight,) = weights
    x, one = _cast(b, b.broadcast(b.load(place, "i32"), 8), I8), b.constant(1, I16)
    if way == "signs":
        absolute = b.op(f'"llvm.intr.abs"({x.name}) <{{is_int_min_poison = false}}> : ({I8}) -> {I8}', I8)
        weight, x = _call(b, SIGN, weight, x, I8), absolute
    found = [b.add(sums[0], _call(b, PAIRS, _call(b, BYTES, x, weight, I16), one, I32))]
    if way == "split":
        low = _cast(b, b.broadcast(b.load(b.at(place, b.constant(4), "i8"), "i32"), 8), I8)
        found.append(b.binary("addi", sums[1], _call(b, BYTES, low, weight, I16)))
    return found


def _text(way: str) -> str:
    kinds = {"pairs": [I32, I32], "split": [I32, I16]}.get(way, [I32])

    def body(b: Builder, w: dict[str, Value], part: Value) -> None:
        starts = [b.constant(0, kind) for _ in range(TOKENS) for kind in kinds]
        with b.loop(b.constant(0), w["turns"], b.constant(1), starts) as turn:
            with b.loop(b.constant(0), b.constant(ENTRIES), b.constant(1), turn.carried) as entry:
                weights = _weights(b, way, b.at(w["w"], b.times(entry.index, 32), "i8"))
                done: list[Value] = []
                for token in range(TOKENS):
                    place = b.at(w["x"], b.plus(b.times(entry.index, 8), token * ENTRIES * 8), "i8")
                    first = token * len(kinds)
                    done += _add(b, way, place, weights, entry.carried[first : first + len(kinds)])
                entry.yields(done)
            turn.yields([*entry.results])
        for number, total in enumerate(turn.results):
            b.store(total, b.at(w["out"], b.constant(number * 8), "i32"))

    return parallel_entry(f"bytes_{way}", WORDS, body)


def main() -> None:
    calls, out = {}, torch.zeros(1024, dtype=torch.int32)
    x, w = (torch.ones(size, dtype=torch.int8) for size in (TOKENS * ENTRIES * 8, ENTRIES * 32))
    for way in WAYS:
        text = _text(way)
        calls[way] = Launch(engine.jit(text, f"bytes_{way}"), WORDS, 1, turns=TURNS)
    seconds = dict.fromkeys(WAYS, float("inf"))
    for _ in range(ROUNDS):  # in turns
        for way, call in calls.items():
            start = time.thread_time()
            call(x.data_ptr(), w.data_ptr(), out.data_ptr())
            seconds[way] = min(seconds[way], time.thread_time() - start)
    products = TOKENS * ENTRIES * TURNS * 32
    rows = {way: {"multiply_adds_per_second": products / spent} for way, spent in seconds.items()}
    for way, row in rows.items():
        speed, times = row["multiply_adds_per_second"] / 1e9, seconds["pairs"] / seconds[way]
        print(f"{way:10} {speed:6.1f} G multiply-adds a second, {times:.2f} times pairs")
    print(f"written to {write_results('byte_products', {'machine': machine(1), 'rows': rows})}")


if __name__ == "__main__":
    main()
