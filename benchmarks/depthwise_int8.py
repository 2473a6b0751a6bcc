"""What 8 bits could gain for dense depthwise convolutions, which multiply little for what they read.

    python benchmarks/depthwise_int8.py

Layers of MobileNet and EfficientNet, from float32 to float32 in ONNX Runtime, one thread: its float32 convolution, its
static 8 bits, and rounding alone (bytes and back, with no convolution between), which a layer in 8 bits cannot do
without. ``copy`` reads and writes as many float32 numbers as the layer (PyTorch's). Medians of calls in turns, by the
thread's own clock. Writes ``benchmarks/results/depthwise_int8.json``.
"""

from __future__ import annotations

import time
from typing import Any

import _ort
import torch
import torch.nn.functional as F
from _measure import machine, write_results
from _race import race
from onnx import NodeProto, helper
from rich.console import Console
from rich.table import Table
from torch import Tensor

# Channels, taps along a side, side of the image, stride.
LAYERS = (
    *((32, 3, 112, 1), (144, 3, 56, 1), (192, 3, 28, 1), (384, 3, 14, 1), (960, 3, 7, 1)),
    *((240, 5, 28, 1), (672, 5, 14, 1)),
)
NAMES = ("8 bits", "rounding", "copy")


def runs(channels: int, side: int, size: int, stride: int) -> dict[str, _ort.Run]:
    """Candidates by name."""
    random = torch.Generator().manual_seed(0)
    x = torch.randn(1, channels, size, size, generator=random)
    weight = torch.randn(channels, 1, side, side, generator=random)
    y = F.conv2d(x, weight, None, stride, side // 2, 1, channels)
    scales = weight.abs().amax((1, 2, 3)) / 127
    held = {"w": (weight / scales[:, None, None, None]).round().to(torch.int8), "ws": scales}
    held |= {"wz": torch.zeros(channels, dtype=torch.int8), "weight": weight}
    for name, value in (("x", x), ("y", y)):
        held |= {f"{name}s": value.abs().max() / 127, f"{name}z": torch.tensor(128, dtype=torch.uint8)}
    how: dict[str, Any] = {"pads": [side // 2] * 4, "strides": [stride] * 2, "group": channels}
    rounded = helper.make_node("QuantizeLinear", ["x", "xs", "xz"], ["xq"])
    inputs = ["xq", "xs", "xz", "w", "ws", "wz", "ys", "yz"]
    bytes_ = [rounded, helper.make_node("QLinearConv", inputs, ["yq"], **how)]
    bytes_.append(helper.make_node("DequantizeLinear", ["yq", "ys", "yz"], ["y"]))
    plain = [helper.make_node("Conv", ["x", "weight"], ["y"], **how)]
    back = [rounded, helper.make_node("DequantizeLinear", ["xq", "xs", "xz"], ["y"])]

    def session(nodes: list[NodeProto]) -> _ort.Run:
        used = {name: value for name, value in held.items() if any(name in node.input for node in nodes)}
        return _ort.session(_ort._model(nodes, [*x.shape], used), {"x": x}, 1)

    return {"float32": session(plain), "8 bits": session(bytes_), "rounding": session(back), "copy": _copy(x)}


def _copy(x: Tensor) -> _ort.Run:
    out = torch.empty_like(x)
    return lambda: out.copy_(x)


def main() -> None:
    torch.set_num_threads(1)
    rows = []
    for channels, side, size, stride in LAYERS:
        timings = race(runs(channels, side, size, stride), rounds=25, budget=10, clock=time.thread_time)
        over = {name: timings.speedup(name, "float32").json() for name in NAMES}
        label = f"{side}x{side}, {channels} channels, {size}x{size}"
        rows.append({"case": label, "ms": timings.seconds("float32").median * 1e3, "over_float32": over})
    table = Table("layer", "float32, ms", *NAMES, title="Depthwise convolutions, times ONNX Runtime's float32; medians")
    for row in rows:
        speeds = [f"{row['over_float32'][name]['median']:.2f}" for name in NAMES]
        table.add_row(row["case"], f"{row['ms']:.3f}", *speeds)
    Console(width=120).print(table)
    print(f"written to {write_results('depthwise_int8', {'machine': machine(1), 'rows': rows})}")


if __name__ == "__main__":
    main()
