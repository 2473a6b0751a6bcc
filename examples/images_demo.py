"""A real network, real photos: prune a little with PyTorch's own tool, compile, compare.

    python examples/images_demo.py                              EfficientNet-Lite0, about two minutes
    python examples/images_demo.py --model mobilenet_v2 --amount 0.05
    python examples/images_demo.py --json                              the same figures for a machine

Part 1 keeps the network useful: a few percent of the hidden channels go. Part 2 is about speed only: half of
them go, at random, and the answers mean nothing any more. Writes an HTML report and an ONNX file into
``build/images-demo``.
"""

from __future__ import annotations

import argparse
import copy
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from real_models import (
    MODELS,
    MissingPackage,
    RealModel,
    agreement,
    crops,
    hidden_channels,
    imagenet_photos,
    logits,
    top,
)
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from torch import Tensor, nn
from torch.nn.utils import prune

import sparsec

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from _measure import Timings, export_dense, flops, interleave, machine, onnx_runner

SIZE = 224
RANDOM_SHARE = 0.5  # part 2


def main() -> int:
    options = _options()
    width = None if sys.stdout.isatty() else 110  # room for the report in a log
    screen = Console(quiet=options.json, highlight=False, width=width)
    torch.manual_seed(0)
    try:
        result = run(MODELS[options.model], options, screen)
    except MissingPackage as missing:
        Console(stderr=True).print(str(missing), style="red", markup=False)
        return 1
    if options.json:
        print(json.dumps(result, indent=1))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Prune a real network a little, compile it, compare.")
    parser.add_argument("--model", choices=sorted(MODELS), default="efficientnet_lite0")
    parser.add_argument("--amount", type=float, default=0.05, help="share of hidden channels to prune (default 0.05)")
    parser.add_argument("--criterion", choices=sorted(CRITERIA), default="filter", help="what makes a channel weak")
    parser.add_argument(
        "--out", type=Path, default=Path("build/images-demo"), help="folder for the report and the ONNX file"
    )
    parser.add_argument("--rounds", type=int, default=40, help="rounds of the latency measurement")
    parser.add_argument("--skip-speed", action="store_true", help="leave out part 2")
    parser.add_argument("--json", action="store_true", help="print figures as JSON instead of tables")
    return parser.parse_args()


# ---------------------------------------------------------------------------------------------------- pruning


def prune_filters(model: nn.Module, amount: float) -> None:
    """The weakest filters by the norm of their weights: one line of PyTorch per layer."""
    for block in hidden_channels(model):
        prune.ln_structured(block.expand, "weight", amount=amount, n=2, dim=0)


def prune_scales(model: nn.Module, amount: float) -> None:
    """The channels with the smallest batch-norm scale (Network Slimming), as a mask on their filters."""
    for block in hidden_channels(model):
        scale = block.expand_norm.weight.abs()
        mask = torch.ones_like(block.expand.weight)
        mask[scale.argsort()[: round(amount * len(scale))]] = 0
        prune.custom_from_mask(block.expand, "weight", mask)


def prune_randomly(model: nn.Module, amount: float) -> None:
    """Random filters: nothing useful remains, but the speed is that of any criterion."""
    for block in hidden_channels(model):
        prune.random_structured(block.expand, "weight", amount=amount, dim=0)


CRITERIA: dict[str, Callable[[nn.Module, float], None]] = {"filter": prune_filters, "scale": prune_scales}
CODE = {
    "filter": 'prune.ln_structured(block.expand, "weight", amount={amount}, n=2, dim=0)',
    "scale": 'prune.custom_from_mask(block.expand, "weight", mask)  # smallest |gamma|, {amount:.0%}',
}


def pruned(model: nn.Module, method: Callable[[nn.Module, float], None], amount: float) -> nn.Module:
    """A copy with PyTorch's masks on it, as they are: sparsec merges them by itself."""
    masked = copy.deepcopy(model)
    method(masked, amount)
    return masked


def merged(model: nn.Module) -> nn.Module:
    """A copy with its masks multiplied into the weights."""
    plain = copy.deepcopy(model)
    for module in plain.modules():
        if prune.is_pruned(module) and hasattr(module, "weight_orig"):
            prune.remove(module, "weight")
    return plain


def dead_filters(convolution: nn.Conv2d) -> Tensor:
    """Which filters are entirely zero."""
    return convolution.weight.flatten(1).abs().sum(1) == 0


def removed_naively(masked: nn.Module) -> nn.Module:
    """What most scripts do with zero filters: cut the channel out of every layer that carries it.

    The shapes fit and the network runs. But batch norm turned the zero into a constant, ReLU6 passed it on,
    and the layers behind count on receiving it: the constant is lost.
    """
    cut = merged(masked)
    for block in hidden_channels(cut):
        keep = ~dead_filters(block.expand)
        count = int(keep.sum())
        for convolution in (block.expand, block.depthwise):
            convolution.weight = nn.Parameter(convolution.weight[keep], requires_grad=False)
            convolution.out_channels = count
        block.depthwise.in_channels = block.depthwise.groups = count
        block.project.weight = nn.Parameter(block.project.weight[:, keep], requires_grad=False)
        block.project.in_channels = count
        for norm in (block.expand_norm, block.depthwise_norm):
            norm.num_features = count
            for name in ("weight", "bias"):
                setattr(norm, name, nn.Parameter(getattr(norm, name)[keep], requires_grad=False))
            norm.running_mean, norm.running_var = norm.running_mean[keep], norm.running_var[keep]
    return cut


# ---------------------------------------------------------------------------------------------------- figures


def quality(outputs: dict[str, tuple[Tensor, Tensor]], labels: Tensor) -> dict[str, dict[str, float]]:
    """Accuracy on the photos, agreement with the dense network on the crops, distance from the masked one."""
    figures = {}
    for name, (photos, views) in outputs.items():
        difference = max(float((a - b).abs().max()) for a, b in zip(outputs[name], outputs["masked"], strict=True))
        figures[name] = {
            "top1": top(photos, labels, 1),
            "top5": top(photos, labels, 5),
            "fidelity": agreement(views, outputs["dense"][1]),
            "difference_from_masked": difference,
        }
    return figures


def sizes(models: dict[str, nn.Module], files: dict[str, Path], image: Tensor) -> dict[str, dict[str, float]]:
    return {
        name: {
            "parameters": sum(p.numel() for p in model.parameters()),
            "flops": flops(model, image),
            "onnx_bytes": files[name].stat().st_size,
        }
        for name, model in models.items()
    }


def latencies(timings: Timings) -> dict[str, dict[str, Any]]:
    return {
        name: {"ms": timings.seconds(name).median * 1e3, "speedup": timings.speedup(name, "dense").json()}
        for name in timings.samples
    }


class Study:
    """One masked network in all its versions: dense, masked, compiled, removed naively."""

    def __init__(self, dense: nn.Module, masked: nn.Module, images: Tensor, screen: Console, measure: bool) -> None:
        self.image, self.screen = images[:1], screen
        with screen.status("Compiling, and checking the result against the masked network"):
            start = time.perf_counter()
            self.compiled = sparsec.compile(masked, (images[:2],), target="onnxruntime", measure=measure, kernels=False)
            self.compile_seconds = time.perf_counter() - start
        self.models = {
            "dense": dense,
            "masked": masked,
            "compiled": self.compiled.module,
            "naive": removed_naively(masked),
        }

    def outputs(self, photos: Tensor, views: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        """Every version's answers to the photos and to the crops."""
        result = {}
        for name, model in self.models.items():
            with self.screen.status(f"Asking the {name} network about {len(photos) + len(views)} images"):
                result[name] = logits(model, photos), logits(model, views)
        return result

    def measure(self, folder: Path, rounds: int) -> tuple[dict[str, dict[str, float]], Timings]:
        """Sizes, and ONNX Runtime's latency on one core, one photo, all versions in turns."""
        files = {name: folder / f"{name}.onnx" for name in self.models}
        for name, model in self.models.items():
            with self.screen.status(f"Exporting the {name} network to ONNX"):
                if name == "compiled":
                    self.compiled.export_onnx(files[name])
                elif name == "naive" or not files[name].exists():
                    export_dense(merged(model), self.image, files[name])
        figures = sizes(self.models, files, self.image)
        runners = {name: onnx_runner(file, self.image, threads=1) for name, file in files.items()}
        with self.screen.status("Measuring") as status:
            timings = interleave(
                runners, rounds=rounds, on_round=lambda n: status.update(f"Measuring, round {n} of {rounds}")
            )
        return figures, timings


# ------------------------------------------------------------------------------------------------- the script


def run(real: RealModel, options: argparse.Namespace, screen: Console) -> dict[str, Any]:
    began = time.perf_counter()
    with screen.status("Loading weights and photos"):
        dense = real.load()
        photos, labels = imagenet_photos(SIZE, real.preprocessing)
        views = crops(SIZE, real.preprocessing)
    options.out.mkdir(parents=True, exist_ok=True)
    result: dict[str, Any] = {"model": real.title, "machine": machine(threads=1)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        masked = pruned(dense, CRITERIA[options.criterion], options.amount)
        result["pruned_a_little"] = introduce(real, masked, options, screen)
        study = Study(dense, masked, photos, screen, measure=True)
        result["pruned_a_little"] |= show_quality(study, photos, labels, views, screen)
        result["pruned_a_little"] |= show_speed(study, folder, options.rounds, screen)
        write_files(study, folder, options.out, screen)
        if not options.skip_speed:
            result["speed_only"] = speed_only(dense, photos, folder, options.rounds, screen)
    result["seconds"] = time.perf_counter() - began
    screen.print(f"\nDone in {result['seconds']:.0f} s.", style="dim")
    return result


def introduce(real: RealModel, masked: nn.Module, options: argparse.Namespace, screen: Console) -> dict[str, Any]:
    blocks = hidden_channels(masked)
    dead = sum(int(dead_filters(block.expand).sum()) for block in blocks)
    hidden = sum(block.expand.out_channels for block in blocks)
    code = CODE[options.criterion].format(amount=options.amount)
    text = Group(
        f"[bold]{real.title}[/], ImageNet weights, 20 photos. In each of its {len(blocks)} blocks:",
        Padding(Syntax(code, "python", background_color="default"), (1, 2)),
        f"{dead} of {hidden} hidden channels now have a filter of zeros.\nNothing is faster yet.",
    )
    screen.print(Panel(text, title="Part 1: prune a little", title_align="left"))
    return {
        "criterion": options.criterion,
        "amount": options.amount,
        "dead_channels": dead,
        "hidden_channels": hidden,
    }


def show_quality(study: Study, photos: Tensor, labels: Tensor, views: Tensor, screen: Console) -> dict[str, Any]:
    figures = quality(study.outputs(photos, views), labels)
    screen.print(quality_table(figures, len(views)))
    screen.print(
        "Batch norm and ReLU6 turn a zero filter into a constant, and the layers behind count on it.\n"
        "Naive removal loses the constant. sparsec folds it into the biases behind.\n"
    )
    return {"quality": figures}


def show_speed(study: Study, folder: Path, rounds: int, screen: Console) -> dict[str, Any]:
    size, timings = study.measure(folder, rounds)
    screen.print(size_table(size, timings))
    odd = any(block.expand.out_channels % 4 for block in hidden_channels(study.models["naive"]))
    if odd and timings.speedup("naive", "dense").median < 0.9:
        screen.print(
            "Naive removal leaves channel counts such as 91. ONNX Runtime's fast kernels take multiples of 4\n"
            "only, so that fewer channels run slower than all of them.\n"
        )
    return {"size": size, "latency": latencies(timings), "compile_seconds": study.compile_seconds}


def write_files(study: Study, folder: Path, out: Path, screen: Console) -> None:
    """Keep the compiled ONNX file, write the HTML report, show the report here too."""
    shutil.copyfile(folder / "compiled.onnx", out / "demo.onnx")
    study.compiled.report.save_html(out / "demo-report.html")
    screen.print("[bold]What the compiler did, layer by layer[/]")
    screen.print(str(study.compiled.report), markup=False, highlight=False, soft_wrap=True)
    screen.print(f"\nCompiled and checked in {study.compile_seconds:.1f} s. Written:")
    screen.print(f"  {out / 'demo-report.html'}   this report as one page, with plots")
    screen.print(f"  {out / 'demo.onnx'}          the compiled network, for any ONNX runtime\n")


def speed_only(dense: nn.Module, photos: Tensor, folder: Path, rounds: int, screen: Console) -> dict[str, Any]:
    screen.print(
        Panel(
            f"The same network with {RANDOM_SHARE:.0%} of its hidden channels zeroed [bold]at random[/]. "
            "Nobody would use it: its answers are noise. It shows how much of the possible speed arrives.",
            title="Part 2: speed only",
            title_align="left",
        )
    )
    study = Study(dense, pruned(dense, prune_randomly, RANDOM_SHARE), photos, screen, measure=False)
    size, timings = study.measure(folder, rounds)
    screen.print(size_table(size, timings))
    ideal = size["dense"]["flops"] / size["compiled"]["flops"]
    reached = timings.speedup("compiled", "dense").median
    screen.print(
        f"Ideal (multiply-adds): {ideal:.2f}×. Reached: {reached:.2f}×, {reached / ideal:.0%} of it. The naive "
        "network has\nthe same shapes, cut by hand: what removing gives if it need not be right."
    )
    return {"amount": RANDOM_SHARE, "ideal": ideal, "size": size, "latency": latencies(timings)}


# ----------------------------------------------------------------------------------------------------- tables

TITLES = {
    "dense": "dense",
    "masked": "masked",
    "compiled": "[bold green]compiled[/]",
    "naive": "removed naively",
}


def quality_table(figures: dict[str, dict[str, float]], views: int) -> Table:
    table = Table(title="Does it still see the same?", title_justify="left")
    table.add_column("network")
    table.add_column("top-1", justify="right")
    table.add_column("top-5", justify="right")
    table.add_column(f"as dense on\n{views} crops", justify="right")
    table.add_column("max. difference\nfrom masked", justify="right")
    for name, row in figures.items():
        style = "red" if name == "naive" else None
        difference = "" if name in ("dense", "masked") else f"{row['difference_from_masked']:.1e}"
        cells = (f"{row['top1']:.0f}/20", f"{row['top5']:.0f}/20", f"{row['fidelity']:.1%}", difference)
        table.add_row(TITLES[name], *cells, style=style)
    return table


def size_table(size: dict[str, dict[str, float]], timings: Timings) -> Table:
    table = Table(title="Is it smaller and faster? (ONNX Runtime)", title_justify="left")
    table.add_column("network")
    table.add_column("weights", justify="right")
    table.add_column("ONNX file", justify="right")
    table.add_column("multiply-\nadds", justify="right")
    table.add_column("1 photo,\n1 core", justify="right")
    table.add_column("speed-up\n(quartiles)", justify="right")
    for name, row in size.items():
        table.add_row(
            TITLES[name],
            f"{row['parameters'] / 1e6:.2f} M",
            f"{row['onnx_bytes'] / 1e6:.1f} MB",
            f"{row['flops'] / 2e6:.0f} M",
            f"{timings.seconds(name).median * 1e3:.1f} ms",
            "" if name == "dense" else f"{timings.speedup(name, 'dense').text()}×",
            style="red" if name == "naive" else None,
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
