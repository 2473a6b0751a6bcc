"""How many operations a second this processor does where nothing else limits it: sums in registers, no memory."""

from __future__ import annotations

import time

import torch

from sparsec.codegen.mlir import engine
from sparsec.codegen.mlir.builder import Builder, Value, vector
from sparsec.codegen.mlir.byte_dots import ByteDots
from sparsec.codegen.mlir.host import Host, host
from sparsec.codegen.mlir.parallel_entry import Words, parallel_entry
from sparsec.runtime.threads import Launch

WORDS = Words(("out",), ("turns",))
TURNS, ROUNDS = 1_000_000, 20


def peak(threads: int, kind: str = "f32") -> float | None:
    """Operations a second (a multiply-add is two) of float32 ("f32") or of bytes ("i8"); None where there is no kernel.

    The best of several runs, after one that warms up; of one thread by its own clock.
    """
    clock = time.thread_time if threads == 1 else time.perf_counter
    here = host()
    if not engine.available() or (kind == "i8" and here.dot == "wide"):
        return None
    sums, each = here.registers * 3 // 4, here.lanes * ({"pairs": 2}.get(here.dot, 4) if kind == "i8" else 1)
    entry = engine.jit(_text(here, sums, kind), f"peak_{kind}")
    out = torch.zeros(threads * 64)
    launch = Launch(entry, WORDS, threads, turns=TURNS)
    seconds = []
    for _ in range(ROUNDS + 1):
        start = clock()
        launch(out.data_ptr())
        seconds.append(clock() - start)
    return 2.0 * threads * TURNS * sums * each / min(seconds[1:])


def _text(here: Host, sums: int, kind: str) -> str:
    element = "i32" if kind == "i8" else "f32"
    type_ = vector(here.lanes, element)
    operand = vector(here.lanes * 2, "i16") if here.dot == "pairs" else vector(here.lanes * 4, "i8")

    def body(b: Builder, w: dict[str, Value], part: Value) -> None:
        place = b.at(w["out"], b.times(part, 64), element)
        factor = b.load(place, operand if kind == "i8" else type_)

        def more(total: Value) -> Value:
            if kind != "i8":
                return b.fma(factor, factor, total)
            other = factor
            if here.dot == "pairs":  # what is multiplied apart has to change, or the compiler would do it once
                other = b.op(f"vector.bitcast {total.name} : {type_} to {operand}", operand)
            return ByteDots(b, here).product(total, factor, other)

        # Sums that begin differently: the compiler would make one of equal ones.
        starts = [b.constant(number if kind == "i8" else float(number), type_) for number in range(sums)]
        with b.loop(b.constant(0), w["turns"], b.constant(1), starts) as turn:
            turn.yields([more(total) for total in turn.carried])
        result = turn.results[0]
        for value in turn.results[1:]:
            result = b.add(result, value)
        b.store(result, place)

    return parallel_entry(f"peak_{kind}", WORDS, body)
