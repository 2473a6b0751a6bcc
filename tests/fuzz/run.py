"""Draw programs and check them: ``python -m fuzz.run --minutes 60`` (in ``tests/``), or ``--seed 17`` for one.

Programs run in worker processes, one after the other, so that a crash or an endless loop is noticed and costs only the
program that it happened to. Findings are shrunk at the end where ``--shrink`` is given, and printed as source.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import multiprocessing
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

# Seconds that a program may take where nothing else runs; more where others wait for processors, too.
PATIENCE = 240.0
# Programs that a worker checks before another one takes its place.
TURN = 150
# Seeds after which it is told how far it is.
TOLD_EVERY = 100


def outcome_of(seed: int, stages: list[str] | None) -> Any:
    """The spec and the outcome of a seed; None where the seed draws nothing."""
    from .check import check
    from .draw import Spec
    from .grammar import draw_or_none

    program = draw_or_none(Spec(seed))
    return None if program is None else (program.spec, program.jumps, check(program, stages))


def _work(pipe: Connection) -> None:
    """A worker: seeds come, outcomes go."""
    warnings.simplefilter("ignore")
    import torch

    torch.set_num_threads(1)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (for as long as the process lives)
    while True:
        seed, stages = pipe.recv()
        pipe.send(outcome_of(seed, stages))


@dataclass
class Worker:
    """A process that checks programs, replaced when it dies, hangs, or has done its turn."""

    context: Any = field(default_factory=lambda: multiprocessing.get_context("spawn"))
    process: Any = None
    left: int = 0

    def check(self, seed: int, stages: list[str] | None) -> Any:
        """An outcome, or a word: ``crash`` or ``hang``."""
        if not self.left:
            self.stop()
            self.pipe, theirs = self.context.Pipe()
            self.process = self.context.Process(target=_work, args=(theirs,), daemon=True)
            self.process.start()
            theirs.close()
            self.left = TURN
        self.left -= 1
        waiting = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        patience = PATIENCE * waiting * (2 if self.left == TURN - 1 else 1)
        try:
            self.pipe.send((seed, stages))
            if self.pipe.poll(patience):
                return self.pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self.stop()
            return "crash"
        self.stop()
        return "hang"

    def stop(self) -> None:
        self.left = 0
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process = None


@dataclass
class Summary:
    """Counts of what happened."""

    programs: int = 0
    stages: collections.Counter[str] = field(default_factory=collections.Counter)
    refusals: collections.Counter[tuple[str, str]] = field(default_factory=collections.Counter)
    findings: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, seed: int, outcome: Any) -> None:
        if outcome is None:
            return
        self.programs += 1
        if isinstance(outcome, str):
            self.enter((outcome, "process"), seed, "")
            return
        _, jumps, found = outcome
        self.stages.update(found.done)
        self.refusals.update(
            {(stage.rsplit(" ", 1)[0] if "call" in stage else stage, r) for stage, r in found.refusals}
        )
        for kind, stage, what in found.findings:
            key = (kind + (" (jumps)" if jumps and kind == "different" else ""), stage)
            self.enter(key, seed, what)

    def enter(self, key: tuple[str, str], seed: int, what: str) -> None:
        """Note a finding; the first of a kind is shown at once."""
        if key not in self.findings:
            print(f"seed {seed}: {' | '.join(key)}\n    {what}", flush=True)
        self.findings.setdefault(key, []).append((seed, what))

    def show(self) -> None:
        print(f"{self.programs} programs; stages: {dict(self.stages)}")
        print("refused:")
        for (stage, reason), count in self.refusals.most_common():
            print(f"  {count:5}  {stage:18} {reason}")
        print("findings:")
        for (kind, stage), places in sorted(self.findings.items(), key=lambda item: -len(item[1])):
            seeds = ", ".join(str(seed) for seed, _ in places[:8])
            print(f"  {len(places):5}  {kind} | {stage} | seeds {seeds}")


def seeds_from(start: int) -> Iterator[int]:
    while True:
        yield start
        start += 1


def run_for(minutes: float, start: int, count: int | None, stages: list[str] | None) -> Summary:
    """Check programs for some time, or some number of them, or until somebody presses Ctrl-C."""
    summary, worker, end = Summary(), Worker(), time.monotonic() + 60 * minutes
    with contextlib.suppress(KeyboardInterrupt):
        for seed in seeds_from(start):
            if time.monotonic() > end or (count is not None and seed - start >= count):
                break
            summary.add(seed, worker.check(seed, stages))
            if (seed - start + 1) % TOLD_EVERY == 0:
                print(
                    f"to seed {seed}: {summary.programs} programs, {len(summary.findings)} kinds of findings",
                    flush=True,
                )
    worker.stop()
    return summary


def show_one(seed: int, stages: list[str] | None, *, shrink: bool) -> None:
    """Print a program, what became of it, and the least program that fails in the same way."""
    from .check import check
    from .draw import Spec
    from .grammar import draw
    from .shrink import shrunk

    program = draw(Spec(seed))
    outcome = check(program, stages)
    print(program.source)
    for line in outcome.findings:
        print("finding:", *line)
    for refusal in sorted(set(outcome.refusals)):
        print("refused:", *refusal)
    if shrink and outcome.findings:
        least = shrunk(program, outcome)
        print("\n# -------- shrunk\n")
        print(least.source)
        for line in check(least, outcome.done).findings:
            print("finding:", *line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, help="how many seeds, instead of a time")
    parser.add_argument("--seed", type=int, help="one program, with its source")
    parser.add_argument("--stages", help="cpu, onnxruntime, dynamo, dynamic, inductor")
    parser.add_argument("--shrink", action="store_true")
    options = parser.parse_args()
    stages = options.stages.split(",") if options.stages else None
    with tempfile.TemporaryDirectory() as cache:
        os.environ["SPARSEC_CACHE"] = cache
        if options.seed is not None:
            warnings.simplefilter("ignore")
            show_one(options.seed, stages, shrink=options.shrink)
            return
        minutes = options.minutes if options.count is None else 1e9
        summary = run_for(minutes, options.start, options.count, stages)
    summary.show()
    sys.exit(bool(summary.findings))


if __name__ == "__main__":
    main()
