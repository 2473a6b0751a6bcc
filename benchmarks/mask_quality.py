"""Own masks or shared masks: which loses less quality when channels are dropped from what several layers read?

    python benchmarks/mask_quality.py                     both networks, six shares: eight minutes on one idle core
    python benchmarks/mask_quality.py --quick             fewer shares and crops, writes nothing
    python benchmarks/mask_quality.py --compile           also how much of it sparsec removes today (minutes more)
    python benchmarks/mask_quality.py --everything        also drop hidden channels, where the two cannot differ

EfficientNet-Lite0 and MobileNetV2 with their ImageNet weights, no fine-tuning. *Shared*: all layers that read the same
channels drop the same ones. *Own*: each drops those that matter least to itself. Same criterion, same compensation.
Compared at equal numbers of channels per reader, and at equal multiply-adds of the whole network. The figures' meaning
is in ``docs/mask_quality.md``. Prints one table; writes ``benchmarks/results/mask_quality.json`` and
``docs/mask_quality.svg``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from _consumer_masks import (
    ChannelGroup,
    Inputs,
    Masks,
    calibrate,
    damage,
    folded,
    groups,
    macs,
    masked,
    own_masks,
    shared_masks,
    unions,
)
from _mask_picture import VARIANTS, picture
from _measure import flops, machine, write_results
from rich import box
from rich.console import Console
from rich.table import Table
from torch import Tensor, fx
from torch.nn import functional as F

sys.path.append(str(Path(__file__).parents[1] / "examples"))
from real_models import MODELS, RealModel, imagenet_photos, logits, top

SIZE, LARGE = 224, 320  # pixels: the networks' input; the photos that crops are cut from
SHARES_PERCENT = (3, 5, 10, 15, 20, 30)  # beyond that both answer at random
PICTURE = Path(__file__).parents[1] / "docs" / "mask_quality.svg"


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    console = Console(width=None if sys.stdout.isatty() else 140)
    rows: list[dict[str, Any]] = []
    start = time.perf_counter()
    for name in options.networks:
        with console.status(name) as status:
            rows += study(MODELS[name], options, lambda text, name=name: status.update(f"{name}: {text}"))
        console.print(f"{name} done, {time.perf_counter() - start:.0f} s", style="dim")
    console.print(table(rows, options))
    if options.quick or options.everything or options.dry_run:
        return
    settings = {key: value for key, value in vars(options).items() if key not in ("dry_run", "quick")}
    seconds = time.perf_counter() - start
    results = {"machine": machine(options.threads), "settings": settings, "seconds": seconds, "rows": rows}
    console.print(f"written to {write_results('mask_quality', results)} and {PICTURE}")
    PICTURE.write_text(picture(rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="One mask per reader, or one for all readers of the same channels.")
    parser.add_argument("-n", "--networks", nargs="+", default=list(MODELS), choices=list(MODELS), metavar="NAME")
    parser.add_argument(
        "-s", "--shares", nargs="+", type=int, default=SHARES_PERCENT, metavar="PERCENT", help="of inputs dropped"
    )
    parser.add_argument("--crops", type=int, default=12, help="crops of each photo for evaluation")
    parser.add_argument("--calibration", type=int, default=8, help="other crops of each photo for the statistics")
    parser.add_argument(
        "--everything", action="store_true", help="mask the channel groups with one reader too; writes nothing"
    )
    parser.add_argument("--compile", action="store_true", help="also compile every masked network and count")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="two shares, two crops of each photo; writes nothing")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args()
    if options.quick:
        options.shares, options.crops, options.calibration = [10, 30], 2, 2
    return options


def random_crops(photos: Tensor, each: int, seed: int) -> Tensor:
    """``each`` squares of every photo, 70-100 % of its side, half of them mirrored; photo by photo."""
    generator = torch.Generator().manual_seed(seed)
    views = []
    for photo in photos.repeat_interleave(each, 0):
        scale, down, right, mirror = torch.rand(4, generator=generator).tolist()
        side = round((0.7 + 0.3 * scale) * photo.shape[-1])
        y, x = (round(place * (photo.shape[-1] - side)) for place in (down, right))
        view = photo[None, :, y : y + side, x : x + side]
        view = F.interpolate(view, size=(SIZE, SIZE), mode="bicubic", antialias=True, align_corners=False)
        views.append(view.flip(-1) if mirror < 0.5 else view)
    return torch.cat(views).clamp(0, 255)


# ---------------------------------------------------------------------------------------------------- the study


@dataclass(frozen=True)
class Bench:
    """The dense network, and what every variant is judged by."""

    module: fx.GraphModule
    parts: list[ChannelGroup]
    """The channel groups that are masked."""
    inputs: dict[str, Inputs]
    photos: Tensor
    labels: Tensor
    views: Tensor
    reference: Tensor
    """The dense network's answers to ``views``."""

    def judge(self, masks: Masks, compensate: bool) -> tuple[dict[str, Any], Tensor]:
        """Quality of the network under these masks; for each view: does it agree with the dense one, and its KL."""
        network = masked(self.module, masks, self.inputs, compensate)
        answers = logits(network, self.views)
        agrees = (answers.argmax(1) == self.reference.argmax(1)).double()
        ours, theirs = answers.double().log_softmax(1), self.reference.double().log_softmax(1)
        divergence = F.kl_div(ours, theirs, reduction="none", log_target=True).sum(1)
        return {
            "top1": top(logits(network, self.photos), self.labels, 1),
            "fidelity": float(agrees.mean()),
            "kl": float(divergence.mean()),
            "macs": macs(self.module, masks, self.inputs),
            "macs_whole_sums": macs(self.module, masks, self.inputs, unions(self.parts, masks)),
        }, torch.stack([agrees, divergence])


def study(real: RealModel, options: argparse.Namespace, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """One row for each share, with and without compensation."""
    say("calibrating")
    pixels, _ = imagenet_photos(LARGE, lambda photos: photos)
    photos, labels = imagenet_photos(SIZE, real.preprocessing)
    seen, views = (
        real.preprocessing(random_crops(pixels, each, seed)).contiguous(memory_format=torch.channels_last)
        for each, seed in ((options.calibration, 1), (options.crops, 2))
    )
    module = folded(real.load())
    parts = [part for part in groups(module) if len(part.readers) > 1 or options.everything]
    bench = Bench(module, parts, calibrate(module, seen), photos, labels, views, logits(module, views))
    dense, _ = bench.judge({}, False)
    rows = []
    for compensate in (True, False):
        names = [name for part in parts for name in part.readers]
        scores = damage(module, bench.inputs, names, compensate)
        for share in options.shares:
            row = {"network": real.title, "share": share, "compensated": compensate, "dense": dense}
            row["groups"] = [{"channels": part.channels, "readers": len(part.readers)} for part in parts]
            say(f"{share} % dropped, {'with' if compensate else 'without'} compensation")
            rows.append(row | compare(bench, scores, share / 100, compensate, options.compile))
    return rows


def compare(bench: Bench, scores: Masks, share: float, compensate: bool, compiling: bool) -> dict[str, Any]:
    """Shared masks at one share, own masks at the same share, own masks at the same multiply-adds."""
    shared = shared_masks(bench.parts, scores, 1 - share)
    masks = {
        "shared": shared,
        "own_channels": own_masks(bench.parts, scores, 1 - share),
        "own_macs": equal_macs(bench, scores, macs(bench.module, shared, bench.inputs)),
    }
    result: dict[str, Any] = {}
    each = {}
    for variant, chosen in masks.items():
        result[variant], each[variant] = bench.judge(chosen, compensate)
        result[variant]["dropped"] = 1 - float(torch.cat([*chosen.values()]).double().mean())
        if compiling:
            result[variant]["macs_compiled"] = compiled_macs(bench, chosen, compensate)
    for variant in ("own_channels", "own_macs"):
        fidelity, divergence = each[variant] - each["shared"]
        result[variant]["fidelity_gain"] = interval(fidelity, len(bench.photos))
        result[variant]["kl_gain"] = interval(divergence, len(bench.photos))
    return result


def equal_macs(bench: Bench, scores: Masks, limit: int) -> Masks:
    """Own masks that need at most ``limit`` multiply-adds in the whole network, and hardly less.

    Every reader keeps the same share, the largest that fits. What then remains is given back one channel per reader
    at most, those that matter most first, because one channel of a small channel group is as much as 4 %.
    """
    low, high = 0.0, 1.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        fits = macs(bench.module, own_masks(bench.parts, scores, middle), bench.inputs) <= limit
        low, high = (middle, high) if fits else (low, middle)
    masks = own_masks(bench.parts, scores, low)
    dropped = {name: scores[name].masked_fill(keep, -1) for name, keep in masks.items()}
    for name in sorted(dropped, key=lambda name: -float(dropped[name].max())):
        more = masks[name].clone()
        more[dropped[name].argmax()] = True
        if macs(bench.module, masks | {name: more}, bench.inputs) <= limit:
            masks[name] = more
    return masks


def interval(difference: Tensor, photos: int) -> dict[str, float]:
    """Mean, and a 95 % bootstrap interval over photos: crops of one photo are not independent."""
    each = difference.view(photos, -1).mean(1)
    draws = torch.randint(photos, (5000, photos), generator=torch.Generator().manual_seed(0))
    low, high = each[draws].mean(1).quantile(torch.tensor([0.025, 0.975], dtype=each.dtype)).tolist()
    return {"mean": float(each.mean()), "low": low, "high": high}


def compiled_macs(bench: Bench, masks: Masks, compensate: bool) -> int:
    """What sparsec makes of these masks, in multiply-adds of one image."""
    import sparsec

    network = masked(bench.module, masks, bench.inputs, compensate)
    small = sparsec.compile(network, (bench.photos[:2],), target="cpu", measure=False)
    return flops(small, bench.photos[:1]) // 2


# ------------------------------------------------------------------------------------------------------- output


def table(rows: list[dict[str, Any]], options: argparse.Namespace) -> Table:
    result = Table(
        title="Own masks or shared masks: same class as the dense network and KL divergence from it",
        caption=f"{20 * options.crops} crops, {options.crops} of each photo. Own masks: once with as many channels for "
        "each reader, once with as many multiply-adds.\nGain: the latter less shared, points, with a 95 % interval "
        "over photos. Right: of 20 photos, in the order of the columns.",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    result.add_column("network", no_wrap=True)
    titles = ("mean\nkept", "drop", "multiply-\nadds", "shared", "own,\nchannels", "multiply-\nadds")
    for title in (*titles, "own,\nmultiply-adds", "drop", "gain", "right"):
        result.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        shared, channels, equal = (row[variant] for variant in VARIANTS)
        gain = {key: 100 * value for key, value in equal["fidelity_gain"].items()}
        quality = [f"{100 * got['fidelity']:5.1f} % {got['kl']:.2f}" for got in (shared, channels, equal)]
        share = [f"{100 * got['macs'] / row['dense']['macs']:.1f} %" for got in (shared, channels)]
        cells = [
            "yes" if row["compensated"] else "no",
            f"{row['share']} %",
            share[0],
            *quality[:2],
            share[1],
            quality[2],
        ]
        cells += [f"{100 * equal['dropped']:.1f} %", f"{gain['mean']:+.1f} ({gain['low']:+.0f} to {gain['high']:+.0f})"]
        cells.append("/".join(f"{got['top1']}" for got in (shared, channels, equal)))
        result.add_row(row["network"], *cells, end_section=row["share"] == max(options.shares))
    return result


if __name__ == "__main__":
    main()
