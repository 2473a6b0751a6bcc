"""Single operations to measure a target with: which ones, and how each runs in PyTorch and in ONNX Runtime."""

from __future__ import annotations

import itertools
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from ..compiler.ir.costs import Work
from ..passes.layout.cost_table import EVEN_CHANNELS, odd_sides

# -------------------------------------------------------------------- which

# (channels read, written, places): pictures get smaller as channels get more.
ONE_BY_ONE = (
    *((16, 16, places) for places in (49, 784, 3136, 12544)),
    *((64, 64, places) for places in (49, 196, 784, 3136, 12544)),
    *((256, 256, places) for places in (49, 196, 784, 3136)),
    *((1024, 1024, places) for places in (49, 196)),
    *((64, 256, 784), (256, 64, 784), (16, 96, 12544), (96, 24, 3136), (960, 160, 49), (512, 2048, 49)),
    *((8, 64, 784), (12, 32, 196), (64, 8, 784), (12, 64, 3136), (256, 12, 196), (32, 32, 196)),
    *((192, 192, 784), (512, 1024, 196), (32, 192, 784), (384, 64, 196), (128, 1024, 49), (1024, 1024, 1)),
)
THREE_BY_THREE = (
    *((16, 16, places) for places in (49, 784, 12544)),
    *((64, 64, places) for places in (49, 196, 784, 3136)),
    *((256, 256, places) for places in (49, 196, 784)),
    *((8, 32, 784), (64, 8, 784), (256, 12, 49), (12, 64, 196), (32, 32, 196)),
    *((512, 512, 49), (64, 256, 196), (256, 64, 196), (128, 128, 784), (32, 128, 784), (128, 32, 3136)),
)
DEPTHWISE = (
    (32, 49),
    (128, 49),
    (16, 12544),
    (64, 3136),
    (96, 784),
    (192, 784),
    (192, 196),
    (384, 196),
    (960, 49),
    (96, 12544),
)
LINEAR = (
    *((features, features, tokens) for tokens in (1, 8, 128, 197) for features in (64, 256, 768)),
    *((768, 3072, tokens) for tokens in (1, 8, 197)),
    *((3072, 768, tokens) for tokens in (1, 8, 197)),
    *((192, 768, 197), (768, 192, 197), (384, 384, 128), (1024, 1000, 1), (384, 1536, 1024)),
)
PLANES = ((1024, 6400), (32, 49), (64, 196), (64, 3136), (256, 784), (256, 12544), (1024, 49))
TOKENS = ((64, 1), (64, 16), (256, 16), (64, 197), (768, 1), (768, 197), (3072, 197))
PIECES = (2, 8, 32)
ODD_CONVOLUTIONS = ((64, 64, 784, 9), (256, 256, 196, 9), (64, 64, 784, 1), (256, 256, 49, 1), (64, 256, 3136, 1))
ODD_DEPTHWISE = ((64, 49), (192, 784), (64, 3136))
FEWER = (1, 2, 4, 8)


def works(quick: bool = False) -> list[Work]:
    """What to measure: about 300 operations of at most some 10 ms each, or about 130 of them.

    Whatever has an odd channel count comes with its even twin, against which it is judged.
    """
    every = [*_layers(), *_remainders(), *_movement()]
    chosen = every[::3] if quick else every
    return [*dict.fromkeys([*chosen, *(_even(work) for work in chosen)])]


def _even(work: Work) -> Work:
    """The same with channel counts rounded up to multiples of 16; of a concat, those of its pieces."""
    if not odd_sides(work):
        return work
    multiple = EVEN_CHANNELS * (work.operands if work.kind == "concat" else 1)
    read, written = (-(-count // multiple) * multiple for count in (work.inputs, work.outputs))
    if work.kind == "depthwise":
        return replace(work, outputs=written, groups=written)
    if work.groups > 1:
        return replace(work, inputs=read, outputs=read * work.groups)
    return replace(work, inputs=read, outputs=written)


def _layers() -> Iterator[Work]:
    yield from (Work("conv", *sizes) for sizes in ONE_BY_ONE)
    yield from (Work("conv", *sizes, taps=9) for sizes in THREE_BY_THREE)
    for read, written, places, taps in ((3, 32, 12544, 9), (3, 64, 12544, 49), (64, 128, 784, 9), (128, 256, 49, 9)):
        yield Work("conv", read, written, places, taps, stride=2)
    yield from (Work("conv", read, written, 196, stride=2) for read, written in ((64, 128), (256, 512)))
    for each, groups, places in ((4, 32, 3136), (16, 8, 784), (32, 32, 49), (30, 4, 784), (28, 4, 784), (32, 4, 784)):
        yield Work("conv", each, each * groups, places, 9, groups)
    yield from (Work("depthwise", 1, count, places, 9, count) for count, places in DEPTHWISE)
    yield from (Work("depthwise", 1, count, 784, 25, count) for count in (64, 192))
    yield from (Work("depthwise", 1, count, 784, 9, count, stride=2) for count in (64, 192))
    yield from (Work("linear", *sizes, innermost=True) for sizes in LINEAR)


def _remainders() -> Iterator[Work]:
    """Layers and movement with a few channels less than a multiple of 16, read or written."""
    for (read, written, places, taps), less in itertools.product(ODD_CONVOLUTIONS, FEWER):
        yield Work("conv", read - less, written, places, taps)
        yield Work("conv", read, written - less, places, taps)
    for (count, places), less in itertools.product(ODD_DEPTHWISE, FEWER):
        yield Work("depthwise", 1, count - less, places, 9, count - less)
    for less in FEWER:
        yield Work("linear", 384 - less, 384, 128, innermost=True)
        yield Work("linear", 384, 384 - less, 128, innermost=True)
    for (count, places), operands, less in itertools.product(((256, 784), (64, 196)), (2, 8), FEWER):
        if fewer := count - less * operands:
            yield Work("concat", fewer, fewer, places, operands=operands)
    for kind, (count, places), less in itertools.product(("view", "gather"), ((256, 784), (64, 196)), FEWER):
        yield Work(kind, count - less, count - less, places)


def _movement() -> Iterator[Work]:
    sizes = [(*plane, False) for plane in PLANES] + [(*token, True) for token in TOKENS]
    for count, places, innermost in sizes:
        for operands in (1, 2):
            yield Work("pointwise", count, count, places, operands=operands, innermost=innermost)
        for kind in ("view", "gather"):
            yield Work(kind, count, count, places, innermost=innermost)
        for pieces in PIECES:
            yield Work("concat", count, count, places, operands=pieces, innermost=innermost)


# -------------------------------------------------------------------- shapes


def image(work: Work) -> tuple[int, int]:
    """Height and width of the result: as square as its places allow."""
    height = next(h for h in range(math.isqrt(work.places), 0, -1) if work.places % h == 0)
    return height, work.places // height


def kernel(work: Work) -> tuple[int, int]:
    """Height and width of a convolution's kernel."""
    side = math.isqrt(work.taps)
    return (side, side) if side * side == work.taps else (1, work.taps)


def pieces(work: Work) -> list[int]:
    """Channels of the pieces of a concat, as equal as they can be."""
    least, more = divmod(work.outputs, work.operands)
    return [least + (index < more) for index in range(work.operands)]


def whole(work: Work) -> int:
    """Channels of the value that a view or a gather takes some of."""
    return work.outputs + max(1, work.outputs // 2)


def some(work: Work) -> list[int]:
    """The channels that a gather takes, in an order without runs."""
    return [int(channel) for channel in np.random.default_rng(0).permutation(whole(work))[: work.outputs]]


def _shape(work: Work, channels: int) -> tuple[int, ...]:
    """Of a value with channels where the work has them: (1, places, channels) or (1, channels, height, width)."""
    return (1, work.places, channels) if work.innermost else (1, channels, *image(work))


# -------------------------------------------------------------------- PyTorch


def in_torch(work: Work) -> Callable[[], object]:
    """The operation as PyTorch runs it, on random float32 tensors."""
    return _IN_TORCH[work.kind](work)


def _convolution(work: Work) -> partial[Tensor]:
    (height, width), (high, wide) = image(work), kernel(work)
    read = work.outputs if work.kind == "depthwise" else work.inputs * work.groups
    groups = work.outputs if work.kind == "depthwise" else work.groups
    x = torch.randn(1, read, height * work.stride, width * work.stride)
    weight, bias = torch.randn(work.outputs, read // groups, high, wide), torch.randn(work.outputs)
    return partial(F.conv2d, x, weight, bias, work.stride, (high // 2, wide // 2), 1, groups)


def as_in_inductor(work: Work) -> Callable[[], object]:
    """The operation as Inductor calls it: convolutions get channels last, and their weights are converted each time."""
    if work.kind not in ("conv", "depthwise"):
        return in_torch(work)
    x, weight, *others = _convolution(work).args
    x = x.contiguous(memory_format=torch.channels_last)
    return lambda: F.conv2d(x, weight.contiguous(memory_format=torch.channels_last), *others)


def _linear(work: Work) -> Callable[[], object]:
    x, weight = torch.randn(1, work.places, work.inputs), torch.randn(work.outputs, work.inputs)
    return partial(F.linear, x, weight, torch.randn(work.outputs))


def _pointwise(work: Work) -> Callable[[], object]:
    values = [torch.randn(_shape(work, work.outputs)) for _ in range(work.operands)]
    return partial(torch.relu, *values) if work.operands == 1 else partial(_sum, values)


def _sum(values: list[Tensor]) -> Tensor:
    total = values[0] + values[1]
    for value in values[2:]:
        total = total + value
    return total


def _view(work: Work) -> Callable[[], object]:
    x = torch.randn(_shape(work, whole(work)))
    return partial(torch.narrow, x, -1 if work.innermost else 1, 1, work.outputs)


def _gather(work: Work) -> Callable[[], object]:
    x = torch.randn(_shape(work, whole(work)))
    return partial(torch.index_select, x, -1 if work.innermost else 1, torch.tensor(some(work)))


def _concat(work: Work) -> Callable[[], object]:
    values = [torch.randn(_shape(work, count)) for count in pieces(work)]
    return partial(torch.cat, values, -1 if work.innermost else 1)


_IN_TORCH: dict[str, Callable[[Work], Callable[[], object]]] = {
    "conv": _convolution,
    "depthwise": _convolution,
    "linear": _linear,
    "pointwise": _pointwise,
    "view": _view,
    "gather": _gather,
    "concat": _concat,
}


# -------------------------------------------------------------------- ONNX Runtime

BEFORE, WORK, AFTER = "before", "work", "after"
# Times are given in whole microseconds, rounded down; what passes between two nodes is a quarter of one.
CLOCK_SECONDS = 0.75e-6


class _Model:
    """An ONNX graph that grows node by node."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: dict[str, tuple[int, ...]] = {}
        self.weights: list[onnx.TensorProto] = []

    def input(self, *shape: int) -> str:
        name = f"x{len(self.inputs)}"
        self.inputs[name] = shape
        return name

    def weight(self, *shape: int) -> str:
        return self.constant(np.random.default_rng(0).standard_normal(shape, np.float32))

    def constant(self, value: Any) -> str:
        self.weights.append(numpy_helper.from_array(np.asarray(value), f"w{len(self.weights)}"))
        return self.weights[-1].name

    def node(self, op: str, *inputs: str, name: str = WORK, **attributes: Any) -> str:
        made = f"{name}{len(self.nodes)}"  # what ONNX Runtime fuses is named after its results
        self.nodes.append(helper.make_node(op, inputs, [made], made, **attributes))
        return made

    def mix(self, value: str, read: int, written: int, name: str) -> str:
        """A 1 x 1 convolution around what is measured: it brings values into the layout that they have in networks."""
        return self.node("Conv", value, self.weight(written, read, 1, 1), name=name)

    def proto(self, result: str, rank: int) -> onnx.ModelProto:
        inputs = [helper.make_tensor_value_info(*entry) for entry in self._typed()]
        outputs = [helper.make_tensor_value_info(result, TensorProto.FLOAT, [None] * rank)]
        graph = helper.make_graph(self.nodes, "work", inputs, outputs, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)

    def _typed(self) -> Iterator[tuple[str, int, tuple[int, ...]]]:
        return ((name, TensorProto.FLOAT, shape) for name, shape in self.inputs.items())


def in_onnx(work: Work) -> tuple[onnx.ModelProto, dict[str, np.ndarray[Any, Any]]]:
    """A model of the operation, and inputs for it.

    Planes come from a 1 x 1 convolution and go into one, so that conversions between plain and blocked planes are there
    where a network has them. The names of these two begin with ``BEFORE`` and ``AFTER``.
    """
    model = _Model()
    proto = model.proto(_IN_ONNX[work.kind](model, work), 3 if work.innermost else 4)
    random = np.random.default_rng(0)
    return proto, {name: random.standard_normal(shape, np.float32) for name, shape in model.inputs.items()}


def _planes(model: _Model, work: Work, channels: int) -> str:
    """A value of so many channels as the operation finds it."""
    if work.innermost or work.kind == "pointwise":
        return model.input(*_shape(work, channels))
    height, width = image(work)
    if channels < 4:  # an image, which no convolution made
        return model.input(1, channels, height * work.stride, width * work.stride)
    return model.mix(model.input(1, 4, height * work.stride, width * work.stride), 4, channels, BEFORE)


def _read(model: _Model, work: Work, value: str) -> str:
    """What reads the result."""
    plain = work.innermost or work.kind == "pointwise"
    return value if plain else model.mix(value, work.outputs, 16, AFTER)


def _onnx_convolution(model: _Model, work: Work) -> str:
    read = work.outputs if work.kind == "depthwise" else work.inputs * work.groups
    groups = work.outputs if work.kind == "depthwise" else work.groups
    high, wide = kernel(work)
    made = model.node(
        "Conv",
        _planes(model, work, read),
        model.weight(work.outputs, read // groups, high, wide),
        model.weight(work.outputs),
        group=groups,
        kernel_shape=[high, wide],
        strides=[work.stride, work.stride],
        pads=[high // 2, wide // 2, high // 2, wide // 2],
    )
    return _read(model, work, made)


def _onnx_linear(model: _Model, work: Work) -> str:
    product = model.node("MatMul", model.input(1, work.places, work.inputs), model.weight(work.inputs, work.outputs))
    return model.node("Add", product, model.weight(work.outputs))


def _onnx_pointwise(model: _Model, work: Work) -> str:
    values = [_planes(model, work, work.outputs) for _ in range(work.operands)]
    return model.node("Relu", values[0]) if work.operands == 1 else model.node("Sum", *values)


def _onnx_view(model: _Model, work: Work) -> str:
    bounds = [model.constant([value]) for value in (1, 1 + work.outputs, 2 if work.innermost else 1)]
    return _read(model, work, model.node("Slice", _planes(model, work, whole(work)), *bounds))


def _onnx_gather(model: _Model, work: Work) -> str:
    axis = 2 if work.innermost else 1
    made = model.node("Gather", _planes(model, work, whole(work)), model.constant(some(work)), axis=axis)
    return _read(model, work, made)


def _onnx_concat(model: _Model, work: Work) -> str:
    values = [_planes(model, work, count) for count in pieces(work)]
    return _read(model, work, model.node("Concat", *values, axis=2 if work.innermost else 1))


_IN_ONNX: dict[str, Callable[[_Model, Work], str]] = {
    "conv": _onnx_convolution,
    "depthwise": _onnx_convolution,
    "linear": _onnx_linear,
    "pointwise": _onnx_pointwise,
    "view": _onnx_view,
    "gather": _onnx_gather,
    "concat": _onnx_concat,
}


def seconds_in_onnx(work: Work, runs: int) -> float:
    """Seconds that ONNX Runtime reports for the nodes of an operation: the least of some runs."""
    import onnxruntime

    proto, feeds = in_onnx(work)
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.enable_profiling = True
        options.profile_file_prefix = os.path.join(folder, "profile")
        session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
        for _ in range(runs + 1):
            session.run(None, feeds)
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    return sum(_node_seconds(events).values())


def _node_seconds(events: list[dict[str, Any]]) -> dict[str, float]:
    """Of each node of the operation and each conversion of its operands."""
    times: dict[str, list[float]] = {}
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            times.setdefault(event["name"].removesuffix("_kernel_time"), []).append(event["dur"] * 1e-6 + CLOCK_SECONDS)
    counted: dict[str, float] = {}
    for name, values in times.items():  # in the order in which they run
        if name.startswith(AFTER):
            break
        if not name.startswith(BEFORE):
            counted[name] = min(values[1:])
    return counted
