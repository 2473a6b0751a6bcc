"""Kernels for graphics cards, on a card: what it can do, whether kernels are right on it, and how fast they are.

    python benchmarks/gpu.py                        all sections, about ten minutes on an H200
    python benchmarks/gpu.py --sections decode      some of them
    python benchmarks/gpu.py --dry-run              tiny sizes, on a processor: that every line runs, and nothing else

Every section has seconds of its own; what fails is noted, and the rest goes on. After each section the JSON is written
again (``benchmarks/results/gpu.json``), so that a run that is cut off leaves what it found. Candidates of one layer are
timed in turns, in graphs of launches, with cold caches (``sparsec.runtime.gpu.race.on_card``). At the end stand the
figures that the model of the card starts from, as measured, and predicted against measured gains.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

DRY = "--dry-run" in sys.argv
if DRY:
    os.environ["TRITON_INTERPRET"] = "1"  # before anything imports Triton

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from _measure import machine, write_results  # noqa: E402
from torch import Tensor  # noqa: E402

from sparsec.codegen import triton  # noqa: E402
from sparsec.codegen.formats.bsr import Bsr  # noqa: E402
from sparsec.codegen.formats.lane_vectors import LaneVectors  # noqa: E402
from sparsec.codegen.formats.n24 import N24  # noqa: E402
from sparsec.codegen.formats.row_groups import RowGroups  # noqa: E402
from sparsec.codegen.operators import BSR_LINEAR, GATHER_LINEAR, N24_LINEAR, SKIP_LINEAR, VBLOCK_LINEAR  # noqa: E402
from sparsec.codegen.triton.base import Schedule  # noqa: E402
from sparsec.codegen.triton.cards import CARDS, Card, card_for  # noqa: E402
from sparsec.codegen.triton.lowerings import Lowering, lowering  # noqa: E402
from sparsec.codegen.triton.predicted import predict  # noqa: E402
from sparsec.runtime.gpu.counters import counters  # noqa: E402
from sparsec.runtime.gpu.race import on_card, replayed  # noqa: E402

DEVICE = "cpu" if DRY else "cuda"
# Largest error relative to the results' scale, by dtype.
TOLERANCES = {torch.float16: 2e-3, torch.bfloat16: 2e-2, torch.float32: 1e-5}
ZEROS = (0.5, 0.8, 0.9)
# (rows, columns) of linear layers.
LLAMA_8B = {"q o": (4096, 4096), "k v": (1024, 4096), "gate up": (14336, 4096), "down": (4096, 14336)}
LLAMA_1B = {"q o": (2048, 2048), "k v": (512, 2048), "gate up": (8192, 2048), "down": (2048, 8192)}
# Layers of one decoder block: how many of each shape; and how many blocks.
BLOCK = {"q o": 2, "k v": 2, "gate up": 2, "down": 1}
STEPS = {"Llama-3.1-8B": (LLAMA_8B, 32), "Llama-3.2-1B": (LLAMA_1B, 16)}
# 1 x 1 convolutions of ResNet-50 at 224 pixels (outputs, inputs, places), and layers of ViT-H (tokens of one image).
NETWORKS = {
    "resnet50 layer2 reduce": (128, 512, 784),
    "resnet50 layer3 expand": (1024, 256, 196),
    "resnet50 layer4 reduce": (512, 2048, 49),
    "vit-h up": (5120, 1280, 257),
    "vit-h down": (1280, 5120, 257),
}


def small(size: int, least: int = 64) -> int:
    """A size, or in a dry run one that an interpreter gets through."""
    return min(size, least) if DRY else size


# ---------------------------------------------------------------- layers


@dataclass(frozen=True)
class Layer:
    """A sparse layer: the dense weight, the operator, its arguments behind x."""

    weight: Tensor
    how: Lowering
    rest: tuple[Any, ...]

    def arguments(self, x: Tensor) -> tuple[Any, ...]:
        return (x, *self.rest)


def pruned(rows: int, columns: int, tile: tuple[int, int], zeros: float, dtype: torch.dtype) -> Tensor:
    """A random weight without a share of its tiles."""
    high, wide = -(-rows // tile[0]), -(-columns // tile[1])
    kept = torch.rand(high, wide) >= zeros
    kept[0, 0] = True
    mask = kept.repeat_interleave(tile[0], 0).repeat_interleave(tile[1], 1)[:rows, :columns]
    return (torch.randn(rows, columns) / columns**0.5 * mask).to(dtype)


def two_of_four(rows: int, columns: int, dtype: torch.dtype) -> Tensor:
    """A random weight with two numbers in each four."""
    places = torch.rand(rows, columns // 4, 4).argsort(2)[..., :2]
    mask = torch.zeros(rows, columns // 4, 4).scatter_(2, places, 1.0).flatten(1)
    return (torch.randn(rows, columns) / columns**0.5 * mask).to(dtype)


def packed(form: Any, weight: Tensor) -> tuple[Tensor, ...]:
    return tuple(part.to(DEVICE) for part in vars(form.pack(weight)).values())


def layer(kind: str, rows: int, columns: int, zeros: float, dtype: torch.dtype) -> Layer:
    """One of ``KINDS`` with an activation behind it."""
    shape = (rows, columns)
    if kind.startswith("blocks"):
        high = int(kind.split()[1])
        weight = pruned(rows, columns, (high, 64), zeros, dtype)
        return _made(BSR_LINEAR, weight, packed(Bsr(shape, high, 64), weight), (None, None, rows, "silu"))
    if kind == "groups":
        weight = pruned(rows, columns, (64, 1), zeros, dtype)
        rest = (None, None, rows, "silu", False, False)
        return _made(GATHER_LINEAR, weight, packed(RowGroups(shape, 64, 64), weight), rest)
    if kind == "vectors":
        weight = pruned(rows, columns, (16, 1), zeros, dtype)
        rest = (None, None, rows, 0, "silu", False, False)
        return _made(VBLOCK_LINEAR, weight, packed(LaneVectors(shape, 16), weight), rest)
    if kind == "2:4":
        weight = two_of_four(rows, columns, dtype)
        return _made(N24_LINEAR, weight, packed(N24(shape), weight), (None, None, "silu"))
    weight = pruned(rows, columns, (1, 1), 0.0, dtype)
    return _made(SKIP_LINEAR, weight, (weight.T.contiguous().to(DEVICE),), (None, 0.0, "silu"))


def _made(operator: Any, weight: Tensor, tensors: tuple[Tensor, ...], rest: tuple[Any, ...]) -> Layer:
    how = lowering(operator)
    assert how is not None
    return Layer(weight.to(DEVICE), how, (*tensors, *rest))


KINDS = ("blocks 64", "blocks 128", "groups", "vectors", "2:4", "skipped inputs")


def schedules(found: Layer, x: Tensor, arch: str) -> list[Schedule]:
    problem = found.how.problem(*found.arguments(x))
    return [] if problem is None else found.how.schedules(problem, arch)


def run(found: Layer, schedule: Schedule, x: Tensor) -> Tensor:
    launch = found.how.launch(schedule, *found.arguments(x))
    return launch.run(counters(launch))


def dense(found: Layer, x: Tensor) -> Tensor:
    return F.silu(F.linear(x, found.weight))


# ---------------------------------------------------------------- measuring


@dataclass
class Bench:
    """What was found so far.

    Attributes:
        arch: of the card.
        rows: of the JSON, one for each thing measured or failed.
        end: when the section that runs now has to stop.
    """

    arch: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    end: float = 0.0

    def note(self, **row: Any) -> None:
        self.rows.append(row)
        print(
            "  ".join(
                f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in row.items()
            )
        )

    def left(self) -> bool:
        return time.monotonic() < self.end

    def attempt(self, what: Callable[[], None], **row: Any) -> None:
        """Do something that may fail on a card that nobody has tried."""
        if not self.left():
            self.note(**row, skipped="no time left")
            return
        try:
            what()
        except Exception as error:  # noqa: BLE001 (whatever it is, it is noted)
            self.note(**row, error=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300])


def timed(ways: Mapping[str, Callable[[], object]], *, cold: bool = True) -> dict[str, float]:
    """Seconds of each; in a dry run whatever a processor takes, once."""
    if not DRY:
        return (on_card if cold else replayed)(ways)
    found = {}
    for name, way in ways.items():
        start = time.perf_counter()
        way()
        found[name] = time.perf_counter() - start
    return found


def raced(bench: Bench, case: str, kind: str, shape: tuple[int, int], tokens: int, zeros: float) -> None:
    """A layer dense against all schedules."""
    found = layer(kind, *shape, zeros, torch.bfloat16)
    x = torch.randn(tokens, shape[1]).bfloat16().to(DEVICE)
    ways: dict[str, Callable[[], object]] = {"dense": partial(dense, found, x)}
    worth = schedules(found, x, bench.arch)[: 1 if DRY else None]
    ways |= {schedule.key: partial(run, found, schedule, x) for schedule in worth}
    seconds = timed(ways)
    best = min((schedule for schedule in worth), key=lambda schedule: seconds[schedule.key], default=None)
    stored = sum(value.numel() * value.dtype.itemsize for value in found.rest if isinstance(value, Tensor))
    row = {
        "case": case,
        "kind": kind,
        "shape": [*shape],
        "tokens": tokens,
        "zeros": zeros,
        "dense_us": seconds["dense"] * 1e6,
    }
    if best is None:
        bench.note(**row, skipped="no schedule")
        return
    own = seconds[best.key]
    bench.note(
        **row,
        us=own * 1e6,
        gain=seconds["dense"] / own,
        terabytes=stored / own / 1e12,
        schedule=best.title,
        key=best.key,
    )


# ---------------------------------------------------------------- sections


def ceilings(bench: Bench) -> None:
    """What the card can do, which all predictions start from."""
    numbers = small(2**28, 2**12)
    one, two = (torch.ones(numbers, device=DEVICE) for _ in range(2))
    few = torch.ones(small(2**22, 2**10), device=DEVICE)
    side = small(8192, 64)
    left, right = (torch.randn(side, side, device=DEVICE).bfloat16() for _ in range(2))
    tick = torch.ones(1, device=DEVICE)
    ways = {
        "copy": partial(two.copy_, one),
        "cache": partial(torch.sum, few),
        "product": partial(torch.mm, left, right),
        "launch": partial(tick.add_, 1.0),
    }
    for name, way in ways.items():
        bench.attempt(partial(_ceiling, bench, name, way, numbers, few.numel(), side), case="ceiling", kind=name)


def _ceiling(bench: Bench, name: str, way: Callable[[], object], numbers: int, few: int, side: int) -> None:
    seconds = timed({name: way}, cold=False)[name]
    work = {"copy": 8 * numbers, "cache": 4 * few, "product": 2 * side**3, "launch": 1}[name]
    bench.note(case="ceiling", kind=name, us=seconds * 1e6, rate=work / seconds)


def correctness(bench: Bench) -> None:
    """Every kernel, every number of stages, every dtype, against float64; launched twice."""
    for kind in KINDS:
        for dtype in TOLERANCES:
            for tokens in (1, 7, 130)[: 1 if DRY else None]:
                for stages in range(1, 6)[: 1 if DRY else None]:
                    name = str(dtype).removeprefix("torch.")
                    row = {"case": "correct", "kind": kind, "dtype": name, "tokens": tokens, "stages": stages}
                    bench.attempt(partial(_correct, bench, kind, dtype, tokens, stages, row), **row)


def _correct(bench: Bench, kind: str, dtype: torch.dtype, tokens: int, stages: int, row: dict[str, Any]) -> None:
    rows, columns = (128, 128) if DRY else (512, 1024)
    found = layer(kind, rows, columns, 0.7, dtype)
    x = torch.randn(tokens, columns).to(dtype).to(DEVICE)
    wanted = F.silu(F.linear(x.double(), found.weight.double()))
    worst = 0.0
    for schedule in schedules(found, x, bench.arch)[: 1 if DRY else None]:
        for _ in range(2):
            result = run(found, replace(schedule, stages=stages), x).double()
            worst = max(worst, float((result - wanted).abs().max() / wanted.abs().max()))
    # The interpreter multiplies bfloat16 wrongly: a dry run shows that the lines run.
    bench.note(**row, off=worst, right=DRY or worst <= TOLERANCES[dtype])


def decode(bench: Bench) -> None:
    """A token or sixteen: memory binds."""
    for name, shape in _shapes():
        for zeros in ZEROS[: 1 if DRY else None]:
            for tokens in (1, 16):
                for kind in ("blocks 64", "groups", *(("vectors",) if tokens == 1 else ())):
                    case = {"case": "decode", "layer": name, "kind": kind, "zeros": zeros, "tokens": tokens}
                    bench.attempt(partial(raced, bench, f"decode {name}", kind, shape, tokens, zeros), **case)


def prefill(bench: Bench) -> None:
    """Many tokens: tensor cores and the second-level cache bind."""
    for name, shape in [*_shapes()][:2]:
        for zeros in ZEROS[: 1 if DRY else None]:
            for tokens in (small(512), small(4096)):
                for kind in ("blocks 64", "blocks 128", "groups"):
                    case = {"case": "prefill", "layer": name, "kind": kind, "zeros": zeros, "tokens": tokens}
                    bench.attempt(partial(raced, bench, f"prefill {name}", kind, shape, tokens, zeros), **case)


def semi_structured(bench: Bench) -> None:
    """2:4, for few tokens with our kernel, for many with PyTorch's own."""
    for name, shape in [*_shapes()][:3]:
        for tokens in (1, 4, 8):
            case = {"case": "2:4", "layer": name, "tokens": tokens}
            bench.attempt(partial(raced, bench, f"2:4 {name}", "2:4", shape, tokens, 0.5), **case)
        for tokens in (small(64), small(512), small(4096)):
            case = {"case": "2:4 PyTorch", "layer": name, "tokens": tokens}
            bench.attempt(partial(_of_pytorch, bench, name, shape, tokens), **case)


def _of_pytorch(bench: Bench, name: str, shape: tuple[int, int], tokens: int) -> None:
    weight = two_of_four(*shape, torch.bfloat16).to(DEVICE)
    x = torch.randn(tokens, shape[1]).bfloat16().to(DEVICE)
    sparse = weight if DRY else torch.sparse.to_sparse_semi_structured(weight)
    seconds = timed({"dense": partial(F.linear, x, weight), "sparse": partial(F.linear, x, sparse)})
    row = {"case": "2:4 PyTorch", "layer": name, "tokens": tokens, "dense_us": seconds["dense"] * 1e6}
    bench.note(**row, us=seconds["sparse"] * 1e6, gain=seconds["dense"] / seconds["sparse"])


def steps(bench: Bench) -> None:
    """All linear layers of a decoding step, one block's weights again and again: larger than any cache."""
    for name, (shapes, blocks) in STEPS.items():
        for zeros in ZEROS[: 1 if DRY else None]:
            for tokens in (1, 16)[: 1 if DRY else None]:
                case = {"case": "step", "model": name, "zeros": zeros, "tokens": tokens}
                bench.attempt(partial(_step, bench, case, shapes, blocks, zeros, tokens), **case)


def _step(
    bench: Bench, case: dict[str, Any], shapes: Mapping[str, tuple[int, int]], blocks: int, zeros: float, tokens: int
) -> None:
    sparse: list[Callable[[], object]] = []
    plain: list[Callable[[], object]] = []
    for name, shape in shapes.items():
        rows, columns = (small(side, 128) for side in shape)
        found = layer("blocks 64", rows, columns, zeros, torch.bfloat16)
        x = torch.randn(tokens, columns).bfloat16().to(DEVICE)
        worth = schedules(found, x, bench.arch)[: 1 if DRY else None]
        seconds = timed({schedule.key: partial(run, found, schedule, x) for schedule in worth})
        best = min(worth, key=lambda schedule: seconds[schedule.key])
        sparse += [partial(run, found, best, x)] * BLOCK[name]
        plain += [partial(dense, found, x)] * BLOCK[name]
    ways = {"dense": partial(_all, plain * small(blocks, 1)), "sparse": partial(_all, sparse * small(blocks, 1))}
    seconds = timed(ways, cold=False)
    bench.note(
        **case, dense_us=seconds["dense"] * 1e6, us=seconds["sparse"] * 1e6, gain=seconds["dense"] / seconds["sparse"]
    )


def _all(calls: list[Callable[[], object]]) -> None:
    for call in calls:
        call()


def networks(bench: Bench) -> None:
    """Layers of networks for images: places are tokens."""
    for name, (rows, columns, places) in NETWORKS.items():
        shape = (small(rows, 128), small(columns, 128))
        for images in (1, small(16, 1)):
            for kind in ("blocks 64", "groups"):
                case = {"case": "network", "layer": name, "kind": kind, "images": images}
                tokens = small(places * images)
                bench.attempt(partial(raced, bench, f"{name}, {images} images", kind, shape, tokens, 0.8), **case)


def model(bench: Bench) -> None:
    """Predicted against measured, for what was raced; in a dry run there is nothing to compare."""
    rows = [row for row in bench.rows if "key" in row]
    for row in rows[: 0 if DRY else None]:
        bench.attempt(partial(_predicted, bench, row), case="predicted", of=row["case"])


def _predicted(bench: Bench, row: dict[str, Any]) -> None:
    found = layer(row["kind"], *row["shape"], row["zeros"], torch.bfloat16)
    x = torch.empty(row["tokens"], row["shape"][1], dtype=torch.bfloat16, device=DEVICE)
    problem = found.how.problem(*found.arguments(x))
    assert problem is not None
    own = [schedule for schedule in found.how.schedules(problem, bench.arch) if schedule.key == row["key"]]
    (best,) = predict(problem, own, bench.arch, card=present(bench.arch))
    same = {key: row[key] for key in ("kind", "shape", "tokens", "zeros", "gain", "us")}
    bench.note(case="predicted", **same, predicted_us=best.seconds * 1e6, predicted_gain=best.gain, bound=best.bound)


def _shapes() -> Iterator[tuple[str, tuple[int, int]]]:
    for model_name, shapes in (("8B", LLAMA_8B), ("1B", LLAMA_1B)):
        for name, shape in shapes.items():
            if not DRY or (model_name, name) == ("8B", "k v"):
                yield f"{model_name} {name}", (small(shape[0], 128), small(shape[1], 128))


# By name, and seconds that each may take.
SECTIONS: dict[str, tuple[Callable[[Bench], None], float]] = {
    "ceilings": (ceilings, 20),
    "correctness": (correctness, 120),
    "decode": (decode, 120),
    "steps": (steps, 60),
    "semi-structured": (semi_structured, 50),
    "prefill": (prefill, 100),
    "networks": (networks, 50),
    "model": (model, 60),
}


def present(arch: str) -> Card:
    """The card of this machine, if the table knows it by name; else the one that is assumed for its architecture."""
    name = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    return next((card for card in CARDS if card.name.split()[0] in name), None) or card_for(arch)


def architecture() -> str:
    if not torch.cuda.is_available():
        return "sm_90"
    from sparsec.runtime.gpu.kernels import architecture as of_device

    return of_device(torch.device("cuda"))


def fitted(rows: list[dict[str, Any]], card: Card) -> dict[str, float]:
    """The figures that the model starts from, as measured: shares of what data sheets say, seconds of a launch."""
    rates = {row["kind"]: row["rate"] for row in rows if row.get("case") == "ceiling" and "rate" in row}
    found = {}
    if "copy" in rates:
        found["MEMORY_SHARE"] = rates["copy"] / card.memory
    if "product" in rates:
        found["TENSOR_SHARE"] = rates["product"] / card.tensor[torch.bfloat16]
    if "cache" in rates:
        found["cache, bytes a second"] = rates["cache"]
    if "launch" in rates:
        found["launch, seconds"] = 1 / rates["launch"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sections", nargs="+", choices=SECTIONS, default=[*SECTIONS])
    parser.add_argument("--name", default="gpu", help="name of the JSON file")
    parser.add_argument("--dry-run", action="store_true", help="tiny sizes on the processor; write no JSON")
    options = parser.parse_args()
    if not (DRY or torch.cuda.is_available()):
        sys.exit("there is no graphics card here; --dry-run shows that everything runs")
    torch.manual_seed(0)
    bench = Bench(architecture())
    card = present(bench.arch)
    about = machine() | {"card": "none (dry run)" if DRY else torch.cuda.get_device_name(), "triton": triton.version()}
    for name in options.sections:
        section, seconds = SECTIONS[name]
        print(f"== {name}")
        bench.end = time.monotonic() + seconds
        with torch.no_grad():
            section(bench)
        if not DRY:
            write_results(options.name, {"machine": about, "fitted": fitted(bench.rows, card), "rows": bench.rows})
    for figure, value in fitted(bench.rows, card).items():
        print(f"{figure}: {value:.4g}")
    failed = [row for row in bench.rows if "error" in row]
    wrong = [row for row in bench.rows if row.get("right") is False]
    print(f"{len(bench.rows)} rows, {len(failed)} failed, {len(wrong)} wrong")
    if DRY and failed:
        sys.exit(1)


if __name__ == "__main__":
    main()
