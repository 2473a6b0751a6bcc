"""Every row of the op-rule table: the op between two layers, exact, and as small as its zeros allow.

The first layer has 8 outputs of which 1 and 4 are zero filters (they emit their bias); the second reads none of
channels 2 and 4. What is left of the first layer is 5 outputs where the op keeps a constant channel constant, 6 where
the zero filters vary from place to place, 8 where the op is left alone.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.verifier import infer
from sparsec.passes.rules.table import TABLE, rule_of

from ..harness import TOLERANCE, Sandwich, captured, columns, difference, known, optimised

aten = torch.ops.aten
FOLDED, KEPT, ALL = 5, 6, 8
IMAGE, LINE, VOLUME = (3, 6, 6), (3, 6), (3, 4, 4, 4)


@dataclass(frozen=True)
class Row:
    """One op with its arguments, between two layers.

    Attributes:
        op: the op as the table spells it.
        between: what stands between the layers; a module is built anew for every test.
        left: outputs of the first layer that stay.
        middle: outputs of ``between`` that stay, for ops with a weight of their own.
        shape: of the input, without the batch.
        first, second: the layers.
        zeros: what is zero; names as in ``known``.
        spelled: the op that capture turns it into, where the table knows several spellings.
    """

    op: Any
    between: Callable[[], Any]
    left: int = FOLDED
    middle: int | None = None
    shape: tuple[int, ...] = IMAGE
    first: Callable[[], nn.Module] = lambda: nn.Conv2d(3, 8, 1)
    second: Callable[[], nn.Module] = lambda: nn.Conv2d(8, 4, 1)
    zeros: dict[str, Any] = field(default_factory=lambda: {"first.weight": [1, 4], "second.weight": columns(2, 4)})
    spelled: Any = None

    def model(self) -> nn.Module:
        return known(Sandwich(self.between(), self.first(), self.second()), zeros=self.zeros)

    def program(self, model: nn.Module) -> Program:
        program = captured(model, self.shape, dynamic_shapes=({0: torch.export.Dim.AUTO},))
        if self.spelled is not None:
            for node in program.nodes():
                if node.target is self.spelled:
                    node.target = self.op
            infer(program)
        return program


def plain(function: Callable[[Tensor], Tensor]) -> Callable[[], Any]:
    return lambda: function


def rows(op: Any, *functions: Callable[[Tensor], Tensor], **options: Any) -> list[Row]:
    return [Row(op, plain(function), **options) for function in functions]


# -------------------------------------------------------------------- layers and inputs of other ranks

ONE_D: dict[str, Any] = {
    "shape": LINE,
    "first": lambda: nn.Conv1d(3, 8, 1),
    "second": lambda: nn.Conv1d(8, 4, 1),
}
THREE_D: dict[str, Any] = {
    "shape": VOLUME,
    "first": lambda: nn.Conv3d(3, 8, 1),
    "second": lambda: nn.Conv3d(8, 4, 1),
}
LINEAR: dict[str, Any] = {
    "shape": (3,),
    "first": lambda: nn.Linear(3, 8),
    "second": lambda: nn.Linear(8, 4),
}
TOKENS = LINEAR | {"shape": (5, 3)}
POOLED: dict[str, Any] = {"second": lambda: nn.Linear(8, 4)}


def reads(size: int, *dead: int, layer: Callable[..., nn.Module] = nn.Conv2d) -> dict[str, Any]:
    """A second layer that reads ``size`` channels, ``dead`` of them with zero weights."""
    kernel = () if layer is nn.Linear else (1,)
    return {
        "second": lambda: layer(size, 4, *kernel),
        "zeros": {"first.weight": [1, 4], "second.weight": columns(*dead)},
    }


class Weighted(nn.Module):
    """A functional layer with a weight and a bias."""

    def __init__(self, run: Callable[[Tensor, Tensor, Tensor], Tensor], *shape: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.empty(shape)), nn.Parameter(torch.empty(8))
        self.run = run

    def forward(self, x: Tensor) -> Tensor:
        return self.run(x, self.weight, self.bias)


class Indexed(nn.Module):
    """An op that reads from where a constant says."""

    def __init__(self, run: Callable[[Tensor, Tensor], Tensor], *index: int) -> None:
        super().__init__()
        self.run = run
        self.register_buffer("index", torch.tensor(index))

    def forward(self, x: Tensor) -> Tensor:
        return self.run(x, self.index)


def put(x: Tensor, index: Tensor) -> Tensor:
    """Two channels in place of others."""
    result = x.clone()
    result[:, index] = x[:, :2] * 2
    return result


class Recurrent(nn.Module):
    """A recurrent layer, or one step of it, that hands on its hidden units."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        result = self.layer(x)
        return result[0] if isinstance(result, tuple) else result


def recurrent(kind: type[nn.Module], **options: Any) -> Callable[[], nn.Module]:
    return lambda: Recurrent(kind(8, 8, **options))


# -------------------------------------------------------------------- the rows

# A layer in the middle reads 6 of 8 channels; where zero padding meets constants, one of them stays and carries both.
CONTRACTIONS = [
    Row(aten.linear.default, lambda: nn.Linear(8, 8), 6, 6, **LINEAR),
    Row(aten.linear.default, lambda: nn.Linear(8, 8, bias=False), 6, 6, **TOKENS),
    Row(aten.conv1d.default, lambda: nn.Conv1d(8, 8, 3), 6, 6, **ONE_D),
    Row(aten.conv1d.default, lambda: nn.Conv1d(8, 8, 3, 2, padding=1, bias=False), 7, 6, **ONE_D),
    Row(aten.conv1d.padding, lambda: nn.Conv1d(8, 8, 3, padding="same"), 7, 6, **ONE_D),
    Row(aten.conv1d.padding, lambda: nn.Conv1d(8, 8, 3, padding="valid"), 6, 6, **ONE_D),
    Row(aten.conv2d.default, lambda: nn.Conv2d(8, 8, 3, dilation=2), 6, 6),
    Row(aten.conv2d.default, lambda: nn.Conv2d(8, 8, (3, 1), (2, 1), padding=(1, 0)), 7, 6),
    Row(aten.conv2d.default, lambda: nn.Conv2d(8, 8, 3, groups=2), 6, 6),
    Row(aten.conv2d.default, lambda: nn.Conv2d(8, 8, 3, groups=8), 5, 5),
    Row(aten.conv2d.default, lambda: nn.Conv2d(8, 8, 3, padding=1, groups=8), 5, 5),
    Row(aten.conv2d.default, lambda: nn.Conv2d(8, 8, 3, padding=1, padding_mode="circular"), 6, 6),
    Row(aten.conv2d.padding, lambda: nn.Conv2d(8, 8, 3, padding="same"), 7, 6),
    Row(aten.conv2d.padding, lambda: nn.Conv2d(8, 8, 2, padding="valid", groups=2), 6, 6),
    Row(aten.conv3d.default, lambda: nn.Conv3d(8, 8, 3, 2, padding=1), 7, 6, **THREE_D),
    Row(aten.conv3d.padding, lambda: nn.Conv3d(8, 8, 2, padding="valid"), 6, 6, **THREE_D),
    Row(aten.conv_transpose1d.default, lambda: nn.ConvTranspose1d(8, 8, 3, 2, 1, 1), 7, 6, **ONE_D),
    Row(aten.conv_transpose1d.default, lambda: nn.ConvTranspose1d(8, 8, 1), 6, 6, **ONE_D),
    Row(aten.conv_transpose2d.input, lambda: nn.ConvTranspose2d(8, 8, 3, 2, output_padding=1), 7, 6),
    Row(aten.conv_transpose2d.input, lambda: nn.ConvTranspose2d(8, 8, 3, groups=2, bias=False), 8, 6),
    Row(aten.conv_transpose3d.input, lambda: nn.ConvTranspose3d(8, 8, 2, 2, dilation=2), 7, 6, **THREE_D),
]

POINTWISE = [
    *rows(aten.log_sigmoid.default, F.logsigmoid),
    *rows(aten._to_copy.default, lambda x: aten._to_copy.default(x, dtype=torch.float64)),
    *rows(aten.leaky_relu.default, F.leaky_relu, lambda x: F.leaky_relu(x, 0.3)),
    *rows(aten.hardtanh.default, lambda x: F.hardtanh(x, -0.5, 0.25)),
    *rows(aten.relu6.default, F.relu6),
    *rows(aten.gelu.default, F.gelu, lambda x: F.gelu(x, approximate="tanh")),
    *rows(aten.softplus.default, F.softplus, lambda x: F.softplus(x, 2.0)),
    *rows(aten.elu.default, F.elu, lambda x: F.elu(x, 0.5)),
    *rows(aten.selu.default, F.selu),
    *rows(aten.celu.default, lambda x: F.celu(x, 0.7)),
    *rows(aten.hardswish.default, F.hardswish),
    *rows(aten.rsub.Tensor, lambda x: torch.rsub(x, x, alpha=3)),
    *rows(aten.where.ScalarOther, lambda x: torch.where(x > 0, x, 0.5), left=KEPT),
    *rows(aten.where.ScalarSelf, lambda x: torch.where(x > 0, 0.5, x), left=KEPT),
    *rows(aten.where.Scalar, lambda x: aten.where.Scalar(x > 0, 0.5, 2.0).double(), left=KEPT),
    *rows(aten.masked_fill.Tensor, lambda x: x.masked_fill(x > 0, torch.tensor(2.0, dtype=x.dtype)), left=KEPT),
    Row(aten._native_batch_norm_legit_no_training.default, lambda: nn.BatchNorm2d(8)),
    Row(aten._native_batch_norm_legit_no_training.default, lambda: nn.BatchNorm1d(8, affine=False), **ONE_D),
    Row(aten._native_batch_norm_legit_no_training.default, lambda: nn.BatchNorm3d(8), **THREE_D),
    Row(aten.prelu.default, lambda: nn.PReLU(8)),
    Row(aten.prelu.default, nn.PReLU, **ONE_D),
]
# Ops that PyTorch tags as pointwise have no row of their own.
TAGGED = [
    *rows(aten.relu.default, F.relu, **ONE_D),
    *rows(aten.sigmoid.default, torch.sigmoid, **THREE_D),
    *rows(aten.silu.default, F.silu, **TOKENS),
    *rows(aten.add.Tensor, lambda x: x + 1, lambda x: torch.add(x, x, alpha=2)),
    *rows(aten.mul.Tensor, lambda x: x * x, lambda x: x * x.mean((2, 3), keepdim=True)),
    *rows(aten.sub.Tensor, lambda x: x - x.amax((2, 3), keepdim=True)),
    *rows(aten.div.Tensor, lambda x: x / 3, lambda x: x / (1 + x * x)),
    *rows(aten.clamp.default, lambda x: x.clamp(-0.2, 0.7)),
    *rows(aten.where.self, lambda x: torch.where(x > 0, x, x * 2), left=KEPT),
    *rows(aten.pow.Tensor_Scalar, lambda x: x**2),
    *rows(aten.maximum.default, lambda x: torch.maximum(x, x.flip(3))),
    Row(aten.mul.Tensor, lambda: Weighted(lambda x, w, b: x * w + b[:, None, None], 8, 1, 1)),
]

PERMUTATION = (3, 0, 7, 1, 6, 2, 5, 4)
SHAPES = [
    *rows(aten.cat.default, lambda x: torch.cat([x, x.relu()], 1), left=5, **reads(16, 2, 4, 10, 12)),
    *rows(aten.cat.default, lambda x: torch.cat([x, x * 2], -1)),
    # Stacked along a new dimension, positions are labelled along both; where that is merged with pixels, along one.
    *rows(aten.stack.default, lambda x: torch.stack([x, x * 2], 2).flatten(2, 3)),
    *rows(aten.stack.default, lambda x: torch.stack([x, x * 2], 2).flatten(1, 2), **reads(16, 4, 5, 8, 9)),
    *rows(aten.split.Tensor, lambda x: torch.cat(x.split(3, 1)[::-1], 1), **reads(8, 3, 7)),
    *rows(aten.split.Tensor, lambda x: x.split(3, -1)[1]),
    *rows(aten.split_with_sizes.default, lambda x: torch.cat(x.split([5, 3], -3)[::-1], 1), **reads(8, 5, 7)),
    *rows(operator.getitem, lambda x: x.split([5, 3], 1)[0], left=2, **reads(5, 2, 4)),
    *rows(
        aten.chunk.default,
        lambda x: torch.cat(torch.cat([x, x.relu()], 1).split(4, 1)[1:3], 1),  # 16 channels: 4 pieces of 4
        spelled=aten.split.Tensor,
        **reads(8, 0, 6),
    ),
    *rows(aten.unbind.int, lambda x: sum(x.unbind(2))[:, :, None]),
    *rows(
        aten.unbind.int,
        lambda x: torch.stack(x.unbind(1)[:5], 1),
        left=2,
        **reads(5, 2, 4),
    ),
    *rows(aten.slice.Tensor, lambda x: x[:, 1:7], left=3, **reads(6, 1, 3)),
    *rows(aten.slice.Tensor, lambda x: x[:, ::2], left=2, **reads(4, 1)),
    *rows(aten.slice.Tensor, lambda x: x[..., 1:-1]),
    *rows(aten.select.int, lambda x: x[:, :, -1], **ONE_D | {"shape": IMAGE, "first": lambda: nn.Conv2d(3, 8, 1)}),
    *rows(aten.select.int, lambda x: x.select(1, 3)[:, None], left=1, **reads(1)),
    Row(aten.index_select.default, lambda: Indexed(lambda x, i: x.index_select(1, i), *PERMUTATION), **reads(8, 5, 7)),
    Row(aten.index_put.default, lambda: Indexed(put, 6, 5), 3),
    Row(aten.index_copy.default, lambda: Indexed(lambda x, i: x.index_copy(1, i, x[:, :2] * 2), 6, 5), 3),
    Row(aten.slice_scatter.default, lambda: lambda x: x.slice_scatter(x[:, :2] * 2, 1, 5, 7), 3),
    Row(aten.index_select.default, lambda: Indexed(lambda x, i: x.index_select(-1, i), 0, 0, 3)),
    *rows(aten.unsqueeze.default, lambda x: x.unsqueeze(-1).flatten(3), lambda x: x.unsqueeze(1).flatten(0, 1)),
    *rows(aten.view.default, lambda x: x.reshape(-1, 8, 4, 9), spelled=aten.reshape.default),
    *rows(aten._unsafe_view.default, lambda x: x.reshape(-1, 8, 36, 1), spelled=aten.reshape.default),
    *rows(aten.reshape.default, lambda x: x.reshape(x.shape[0], 8, -1), **ONE_D | {"shape": (3, 6)}),
    *rows(
        aten.reshape.default,
        lambda x: x.reshape(-1, 8, 4).relu().reshape(-1, 32),
        shape=(3, 2, 2),
        second=lambda: nn.Linear(32, 4),
        zeros={"first.weight": [1, 4], "second.weight": columns(*range(8, 12), *range(16, 20))},
    ),
    *rows(aten.expand.default, lambda x: x.mean((2, 3), keepdim=True).expand(-1, -1, 6, 6)),
    *rows(aten.permute.default, lambda x: x.permute(0, 2, 3, 1), **POOLED),
    *rows(aten.transpose.int, lambda x: x.transpose(1, -1), shape=LINE, first=lambda: nn.Conv1d(3, 8, 1), **POOLED),
    Row(
        aten.t.default,
        lambda: lambda x: aten.t.default(aten.t.default(x).relu()),
        **LINEAR,
    ),
    *rows(aten.squeeze.default, lambda x: x.amax((2, 3), keepdim=True).squeeze(), **POOLED),
    *rows(aten.squeeze.dim, lambda x: x.amax((2, 3), keepdim=True).squeeze(-1).squeeze(2), **POOLED),
    *rows(aten.squeeze.dims, lambda x: x.amax((2, 3), keepdim=True).squeeze((2, -1)), **POOLED),
    *rows(aten.flip.default, lambda x: x.flip(1), **reads(8, 5, 3)),
    *rows(aten.flip.default, lambda x: x.flip(-1)),
    *rows(aten.roll.default, lambda x: x.roll(3, 1), **reads(8, 5, 7)),
    *rows(aten.roll.default, lambda x: x.roll(2, -1), lambda x: x.roll((1, 2), (2, 3))),
    Row(aten.index.Tensor, lambda: Indexed(lambda x, i: x[:, i], *PERMUTATION), **reads(8, 5, 7)),
    Row(aten.index.Tensor, lambda: Indexed(lambda x, i: x[:, i], 1, 2, 5, 6), left=2, **reads(4, 1)),
    Row(aten.index.Tensor, lambda: Indexed(lambda x, i: x[:, :, i], 0, 2, 4)),
    *rows(aten.repeat.default, lambda x: x.repeat(1, 2, 1, 1), **reads(16, 2, 4, 10, 12)),
    *rows(aten.repeat.default, lambda x: x.repeat(1, 1, 2, 1)),
    *rows(aten.tile.default, lambda x: aten.tile.default(x, [1, 2, 1, 1]), **reads(16, 2, 4, 10, 12)),
    *rows(
        aten.repeat_interleave.self_int,
        lambda x: aten.repeat_interleave.self_int(x, 2, 1),
        **reads(16, 4, 5, 8, 9),
    ),
    *rows(aten.pixel_shuffle.default, lambda x: F.pixel_shuffle(x, 2), left=4, **reads(2, 1)),
    *rows(aten.pixel_unshuffle.default, lambda x: F.pixel_unshuffle(x, 2), **reads(32, *range(8, 12), *range(16, 20))),
]

POOLS = [
    *rows(aten.max_pool1d.default, lambda x: aten.max_pool1d.default(x, 3, 2, 1, 1, True), **ONE_D),
    *rows(aten.max_pool2d.default, lambda x: F.max_pool2d(x, 2), lambda x: F.max_pool2d(x, 3, 2, 1, ceil_mode=True)),
    *rows(aten.max_pool3d.default, lambda x: F.max_pool3d(x, 2, dilation=2), **THREE_D),
    *rows(aten.adaptive_avg_pool1d.default, lambda x: F.adaptive_avg_pool1d(x, 4), **ONE_D),
    *rows(aten.adaptive_avg_pool2d.default, lambda x: F.adaptive_avg_pool2d(x, (1, 4))),
    *rows(aten.adaptive_avg_pool3d.default, lambda x: F.adaptive_avg_pool3d(x, 3), **THREE_D),
    *rows(aten.avg_pool1d.default, lambda x: F.avg_pool1d(x, 3, 2), **ONE_D),
    *rows(aten.avg_pool2d.default, lambda x: F.avg_pool2d(x, 2, ceil_mode=True)),
    *rows(aten.avg_pool2d.default, lambda x: F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)),
    *rows(aten.avg_pool2d.default, lambda x: F.avg_pool2d(x, 3, 1, 1)),
    *rows(aten.avg_pool3d.default, lambda x: F.avg_pool3d(x, 2, divisor_override=3), **THREE_D),
    *rows(aten.adaptive_max_pool1d.default, lambda x: aten.adaptive_max_pool1d.default(x, [4])[0], **ONE_D),
    *rows(aten.adaptive_max_pool2d.default, lambda x: aten.adaptive_max_pool2d.default(x, [4, 1])[0]),
    *rows(aten.adaptive_max_pool3d.default, lambda x: aten.adaptive_max_pool3d.default(x, [3, 3, 3])[0], **THREE_D),
    *rows(
        aten.max_pool2d_with_indices.default,
        lambda x: aten.max_pool2d_with_indices.default(x, [3, 3], [2, 2], [1, 1])[0],
    ),
    *rows(
        aten.max_pool3d_with_indices.default,
        lambda x: aten.max_pool3d_with_indices.default(x, [2, 2, 2])[0],
        **THREE_D,
    ),
    *rows(aten.upsample_nearest1d.vec, lambda x: F.interpolate(x, scale_factor=2), **ONE_D),
    *rows(aten.upsample_nearest2d.vec, lambda x: F.interpolate(x, (5, 9)), lambda x: F.interpolate(x, scale_factor=2)),
    *rows(aten.upsample_nearest3d.vec, lambda x: F.interpolate(x, scale_factor=2), **THREE_D),
    *rows(aten.upsample_linear1d.vec, lambda x: F.interpolate(x, scale_factor=2, mode="linear"), **ONE_D),
    *rows(
        aten.upsample_bilinear2d.vec,
        lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True),
        lambda x: F.interpolate(x, (5, 4), mode="bilinear"),
    ),
    *rows(aten.upsample_trilinear3d.vec, lambda x: F.interpolate(x, (3, 5, 7), mode="trilinear"), **THREE_D),
    *rows(aten.upsample_bicubic2d.vec, lambda x: F.interpolate(x, scale_factor=2, mode="bicubic")),
]
SILENT = {"first.weight": [1, 4], "first.bias": [1, 4]}  # channels 1 and 4 are zero
REDUCTIONS = [
    *rows(aten.mean.dim, lambda x: x.mean((-1, 2)), lambda x: x.mean([2, 3]), **POOLED),
    *rows(aten.mean.dim, lambda x: x.mean(-1, keepdim=True), lambda x: x.mean((2, 3), keepdim=True)),
    *rows(aten.mean.dim, lambda x: x.mean((1, 2)), **LINEAR | {"shape": (5, 3, 3)}),
    *rows(aten.amax.default, lambda x: x.amax((2, 3)), **POOLED),
    *rows(aten.amin.default, lambda x: x.amin(-2, keepdim=True)),
    *rows(aten.sum.dim_IntList, lambda x: x.sum((2, 3)), **POOLED),
    *rows(aten.sum.dim_IntList, lambda x: x.sum(-1, keepdim=True)),
    *rows(aten.sum.dim_IntList, lambda x: x.sum(1, keepdim=True), left=ALL, **reads(1)),
    *rows(aten.sum.dim_IntList, lambda x: x.sum(1, keepdim=True), left=6, **reads(1) | {"zeros": SILENT}),
    *rows(aten.mean.dim, lambda x: x.mean((1, 3))[:, None, None], left=6, **reads(1) | {"zeros": SILENT}),
    *rows(aten.var.dim, lambda x: aten.var.dim(x, [2, 3], False, True)),
    *rows(aten.std.dim, lambda x: aten.std.dim(x, [2], True, True) * 0 + x),
    *rows(aten.linalg_vector_norm.default, lambda x: torch.linalg.vector_norm(x, dim=(-1, -2)), **POOLED),
    *rows(aten.softmax.int, lambda x: x.softmax(-1), lambda x: x.softmax(2)),
    *rows(aten.softmax.int, lambda x: x.softmax(1), left=ALL),
    *rows(aten.log_softmax.int, lambda x: x.log_softmax(-1)),
    *rows(aten._softmax.default, lambda x: aten._softmax.default(x, -1, False)),
    *rows(aten._log_softmax.default, lambda x: aten._log_softmax.default(x, 2, False)),
]
PICKS = [  # a uniform channel stays uniform; where a number was says nothing of what it is
    *rows(aten.max.dim, lambda x: x.max(2, keepdim=True)[0]),
    *rows(aten.max.dim, lambda x: x.max(3, keepdim=True).indices.double(), left=KEPT),
    *rows(aten.max.dim, lambda x: x.max(1, keepdim=True)[0], left=ALL, **reads(1)),
    *rows(aten.min.dim, lambda x: x.min(3)[0][..., None]),
    *rows(aten.median.dim, lambda x: x.median(2, keepdim=True)[0]),
    *rows(aten.kthvalue.default, lambda x: x.kthvalue(2, dim=3, keepdim=True)[0]),
    *rows(aten.aminmax.default, lambda x: torch.stack(torch.aminmax(x, dim=2), 2), left=KEPT),
    *rows(aten.sort.default, lambda x: x.sort(2, descending=True)[0]),
    *rows(aten.sort.default, lambda x: x + x.sort(3)[1], left=KEPT),
    *rows(aten.sort.stable, lambda x: torch.sort(x, stable=True, dim=2)[0]),
    *rows(aten.topk.default, lambda x: x.topk(2)[0]),
    *rows(aten.cummax.default, lambda x: x.cummax(2)[0]),
    *rows(aten.cummin.default, lambda x: x.cummin(3)[0]),
    *rows(aten.argmax.default, lambda x: x.argmax(3, keepdim=True).double(), left=KEPT),
    *rows(aten.argmin.default, lambda x: x.argmin(2)[:, :, None].double(), left=KEPT),
    *rows(aten.any.dim, lambda x: (x > 0).any(2, keepdim=True).double(), left=KEPT),
    *rows(aten.all.dim, lambda x: (x > 0).all(3)[..., None].double(), left=KEPT),
    *rows(aten.logsumexp.default, lambda x: x.logsumexp(2, keepdim=True)),
    *rows(aten.logsumexp.default, lambda x: x.logsumexp(1, keepdim=True), left=ALL, **reads(1)),
    *rows(aten.prod.dim_int, lambda x: x.prod(3, keepdim=True)),
    *rows(aten.cumsum.default, lambda x: x.cumsum(2)),
    *rows(aten.cumsum.default, lambda x: x.cumsum(1), left=ALL),
    *rows(aten.cumprod.default, lambda x: x.cumprod(3)),
    *rows(aten.logcumsumexp.default, lambda x: x.logcumsumexp(2)),
]
NORMS = [  # over channels a zero adds nothing, over other dimensions a channel is what it is
    *rows(aten.linalg_vector_norm.default, lambda x: x.norm(dim=1, keepdim=True), left=ALL, **reads(1)),
    *rows(
        aten.linalg_vector_norm.default,
        lambda x: x.norm(dim=1, keepdim=True),
        lambda x: torch.linalg.vector_norm(x, 1, (1, 2))[:, None, None],
        lambda x: torch.linalg.vector_norm(x, float("inf"), 1, keepdim=True),
        lambda x: torch.linalg.vector_norm(x, 0.5, 1, keepdim=True),
        lambda x: torch.linalg.vector_norm(x, 0, 1, keepdim=True),
        left=6,
        **reads(1) | {"zeros": SILENT},
    ),
    *rows(
        aten.linalg_vector_norm.default,
        lambda x: torch.linalg.vector_norm(x, -1, 1, keepdim=True),
        left=ALL,
        **reads(1) | {"zeros": SILENT},
    ),
    # What the second layer does not read may leave where it is zero.
    *rows(aten.linalg_vector_norm.default, F.normalize, left=7, zeros=SILENT | {"second.weight": columns(2, 4)}),
    *rows(aten.linalg_norm.default, lambda x: torch.linalg.norm(x, dim=3, keepdim=True)),
    *rows(
        aten.linalg_norm.default,
        lambda x: torch.linalg.norm(x, dim=1, keepdim=True),
        left=6,
        **reads(1) | {"zeros": SILENT},
    ),
    Row(aten._native_batch_norm_legit.no_stats, lambda: nn.BatchNorm2d(8, track_running_stats=False)),
    Row(
        aten._native_batch_norm_legit.no_stats,
        lambda: nn.BatchNorm1d(8, affine=False, track_running_stats=False),
        **ONE_D,
    ),
    Row(aten.instance_norm.default, lambda: nn.InstanceNorm2d(8, affine=True, track_running_stats=True)),
    Row(aten.instance_norm.default, lambda: nn.InstanceNorm1d(8, track_running_stats=True), **ONE_D),
]


def unpooled(pool: Callable[..., Any], unpool: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda x: unpool(*pool(x, 2, return_indices=True), 2)


def turned(x: Tensor) -> Tensor:
    """Pairs of neighbours along a row, turned as complex numbers."""
    pairs = torch.view_as_complex(x.unflatten(3, (3, 2)))
    return torch.view_as_real(pairs * torch.polar(torch.ones(3).double(), torch.arange(3).double())).flatten(3)


WINDOWED = reads(72, *range(18, 27), *range(36, 45), layer=nn.Conv1d)
ZEROED = SILENT | {"second.weight": columns(2)}
WINDOWS = [
    *rows(aten.max_unpool2d.default, unpooled(F.max_pool2d, F.max_unpool2d), left=KEPT),
    *rows(
        aten.max_unpool2d.default,
        unpooled(F.max_pool2d, F.max_unpool2d),
        left=5,
        zeros=SILENT | {"second.weight": columns(2)},
    ),
    *rows(aten.max_unpool3d.default, unpooled(F.max_pool3d, F.max_unpool3d), left=KEPT, **THREE_D),
    *rows(
        aten.im2col.default,
        lambda x: F.unfold(x, 3, padding=1),
        **WINDOWED,
    ),
    *rows(aten.col2im.default, lambda x: F.fold(F.unfold(x, 3, padding=1), (6, 6), 3, padding=1)),
    *rows(aten.unfold.default, lambda x: x.unfold(3, 3, 1).sum(-1)),
]
TRANSFORMS = [  # one channel is one spectrum
    *rows(aten.fft_fft.default, lambda x: torch.fft.fft(x, dim=2).abs(), left=KEPT),
    *rows(aten.fft_fft.default, lambda x: torch.fft.fft(x, dim=1).abs(), left=ALL),
    *rows(aten.fft_ifft.default, lambda x: torch.fft.ifft(torch.fft.fft(x)).real, left=KEPT),
    *rows(aten.fft_rfft.default, lambda x: torch.fft.rfft(x).abs(), left=KEPT),
    *rows(aten.fft_irfft.default, lambda x: torch.fft.irfft(torch.fft.rfft(x, dim=2), dim=2), left=KEPT),
    *rows(aten.fft_hfft.default, torch.fft.hfft, left=FOLDED),
    *rows(aten.fft_ihfft.default, lambda x: torch.fft.ihfft(x).abs(), left=KEPT),
    *rows(aten.fft_fft2.default, lambda x: torch.fft.fft2(x).abs(), left=KEPT),
    *rows(aten.fft_ifft2.default, lambda x: torch.fft.ifft2(x).abs(), left=KEPT),
    *rows(aten.fft_rfft2.default, lambda x: torch.fft.rfft2(x).abs(), left=KEPT),
    *rows(aten.fft_irfft2.default, lambda x: torch.fft.irfft2(torch.fft.rfft2(x)), left=KEPT),
    *rows(aten.fft_fftn.default, lambda x: torch.fft.fftn(x, dim=(2, 3)).abs(), left=KEPT),
    *rows(aten.fft_ifftn.default, lambda x: torch.fft.ifftn(x, dim=(3,)).abs(), left=KEPT),
    *rows(aten.fft_rfftn.default, lambda x: torch.fft.rfftn(x, dim=(2, 3)).abs(), left=KEPT),
    *rows(aten.fft_irfftn.default, lambda x: torch.fft.irfftn(torch.fft.rfftn(x, dim=(2, 3)), dim=(2, 3)), left=KEPT),
    *rows(aten.view_as_complex.default, turned, left=KEPT),
    *rows(aten.view_as_real.default, turned, left=KEPT),
    *rows(aten.polar.default, lambda x: torch.view_as_real(torch.polar(x.abs(), x)).sum(-1), left=KEPT),
]


def weights_of(x: Tensor) -> Tensor:
    """Attention weights of every token for every token, from the first channel alone."""
    return (x[..., :1] * x[..., :1].transpose(-1, -2)).softmax(-1)


# Multiplying tokens loses the constants (a sum of weights is any number), averaging them keeps them.
PRODUCTS = [
    *rows(aten.matmul.default, lambda x: torch.matmul(weights_of(x), x), **TOKENS),
    *rows(aten.matmul.default, lambda x: torch.matmul(weights_of(x).sin(), x), left=KEPT, **TOKENS),
    *rows(aten.matmul.default, lambda x: torch.matmul(x, weights_of(x.mT)), left=KEPT, **ONE_D),
    *rows(aten.bmm.default, lambda x: torch.bmm(weights_of(x), x), **TOKENS),
    *rows(aten.mm.default, lambda x: torch.mm(torch.mm(x[:, :1], x[:, :1].t()), x), left=KEPT, **LINEAR),
    *rows(aten.baddbmm.default, lambda x: torch.baddbmm(x, weights_of(x), x), left=KEPT, **TOKENS),
    *rows(aten.einsum.default, lambda x: torch.einsum("bts,bsc->btc", weights_of(x), x), left=KEPT, **TOKENS),
    *rows(
        aten.scaled_dot_product_attention.default,
        lambda x: F.scaled_dot_product_attention(x[..., :1], x[..., :1], x),
        **TOKENS,
    ),
]


class AddLookup(nn.Module):
    """Adds a row of a table for every token; which, the first channel says."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(2, 8)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table((x[..., 0] > 0).long())


LOOKUPS = [
    Row(aten.embedding.default, AddLookup, left=KEPT, **TOKENS),
    Row(
        aten.embedding.default,
        AddLookup,
        zeros={"first.weight": [1, 4], "between.table.weight": columns(1, 4), "second.weight": columns(2, 4)},
        **TOKENS,
    ),
]

PADS = [
    *rows(aten.pad.default, lambda x: F.pad(x, (1, 2), mode="replicate"), **ONE_D),
    *rows(aten.pad.default, lambda x: F.pad(x, (1, 0, 2, 1), mode="reflect")),
    *rows(aten.pad.default, lambda x: F.pad(x, (1, 1, 1, 1), mode="circular")),
    *rows(aten.pad.default, lambda x: F.pad(x, (1, 2, 0, 1), value=0.3)),
    *rows(aten.pad.default, lambda x: F.pad(x, (0, 0, 0, 0, 1, 2), value=0.5), **reads(11, 3, 5)),
    *rows(aten.constant_pad_nd.default, lambda x: aten.constant_pad_nd.default(x, [1, -1], 0.25), **ONE_D),
    *rows(
        aten.constant_pad_nd.default,
        lambda x: aten.constant_pad_nd.default(x, [0, 0, 0, 0, -1, 1]),
        left=4,  # channel 0 is cut off
        **reads(8, 1, 3),
    ),
]
OTHERS = [
    Row(aten.group_norm.default, lambda: nn.GroupNorm(2, 8), left=ALL),
    Row(aten.group_norm.default, lambda: nn.GroupNorm(8, 8)),
    Row(
        aten.group_norm.default,
        lambda: nn.GroupNorm(4, 8, affine=False),
        left=4,
        zeros={"first.weight": [2, 3], "second.weight": columns(6, 7)},
    ),
    Row(aten.instance_norm.default, lambda: nn.InstanceNorm2d(8, affine=True)),
    Row(aten.instance_norm.default, lambda: nn.InstanceNorm1d(8), **ONE_D),
    # What a norm over all channels does not read may go only where it is zero: channel 4.
    Row(aten.layer_norm.default, lambda: nn.LayerNorm(8), left=ALL, **TOKENS),
    Row(
        aten.layer_norm.default,
        lambda: nn.LayerNorm(8),
        left=7,
        zeros=SILENT | {"second.weight": columns(2, 4)},
        **TOKENS,
    ),
    Row(aten.rms_norm.default, lambda: nn.RMSNorm(8), left=ALL, **TOKENS),
    Row(
        aten.rms_norm.default,
        lambda: nn.RMSNorm(8, eps=1e-5, elementwise_affine=False),
        left=7,
        zeros=SILENT | {"second.weight": columns(2, 4)},
        **TOKENS,
    ),
    *rows(aten.zeros_like.default, lambda x: torch.cat([x, torch.zeros_like(x)], 1), **reads(16, 2, 4)),
    *rows(aten.ones_like.default, lambda x: x + torch.ones_like(x)),
    *rows(aten.full_like.default, lambda x: x * torch.full_like(x, 2.5)),
    *rows(aten.zeros.default, lambda x: x + torch.zeros(x.shape[0], 1, 6, 6)),
    *rows(aten.zeros.default, lambda x: x - torch.zeros(x.shape, dtype=x.dtype)),
    *rows(aten.ones.default, lambda x: x * torch.ones(x.shape[0], 1, 1, 6)),
    *rows(aten.full.default, lambda x: x + torch.full((x.shape[0], 1, 6, 1), 0.5)),
    *rows(aten.new_zeros.default, lambda x: x + x.new_zeros(x.shape[0], 1, 1, 1)),
    *rows(aten.new_ones.default, lambda x: x - x.new_ones(x.shape[0], 1, 6, 6)),
    *rows(aten.arange.default, lambda x: x * torch.arange(6.0)),
    *rows(aten.arange.start, lambda x: x + torch.arange(1, 7)),
    *rows(aten.arange.start_step, lambda x: x - torch.arange(0.0, 3.0, 0.5)),
    *rows(aten.new_full.default, lambda x: x * x.new_full((x.shape[0], 1, 1, 1), 2.5)),
]

# A recurrent layer folds both constant channels into its biases; its own units read each other.
RECURRENT = [
    Row(aten.lstm.input, recurrent(nn.LSTM, batch_first=True), left=6, **TOKENS),
    Row(
        aten.gru.input,
        recurrent(nn.GRU, batch_first=True, bidirectional=True),
        left=6,
        **TOKENS | reads(16, 2, 4, layer=nn.Linear),
    ),
    Row(aten.rnn_tanh.input, recurrent(nn.RNN, batch_first=True), left=6, **TOKENS),
    Row(aten.rnn_relu.input, recurrent(nn.RNN, batch_first=True, nonlinearity="relu"), left=6, **TOKENS),
    Row(aten.lstm_cell.default, recurrent(nn.LSTMCell), left=6, **LINEAR),
    Row(aten.gru_cell.default, recurrent(nn.GRUCell), left=6, **LINEAR),
    Row(aten.rnn_tanh_cell.default, recurrent(nn.RNNCell), left=6, **LINEAR),
    Row(aten.rnn_relu_cell.default, recurrent(nn.RNNCell, nonlinearity="relu"), left=6, **LINEAR),
]

ROWS = [
    *CONTRACTIONS,
    *POINTWISE,
    *TAGGED,
    *SHAPES,
    *POOLS,
    *REDUCTIONS,
    *PICKS,
    *NORMS,
    *WINDOWS,
    *TRANSFORMS,
    *PRODUCTS,
    *LOOKUPS,
    *PADS,
    *OTHERS,
    *RECURRENT,
]


def label(row: Row) -> str:
    name = str(row.op).removeprefix("aten.") if row.op is not operator.getitem else "getitem"
    return f"{name}-{[r for r in ROWS if r.op is row.op].index(row)}"


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_row(row: Row) -> None:
    model = row.model()
    program = row.program(model)
    assert any(node.target is row.op for node in program.nodes()), "capture has turned the op into something else"
    result = optimised(program)
    assert difference(result.program, model, row.shape) <= TOLERANCE
    assert result.shape("first.weight")[0] == row.left
    if row.middle is not None:
        transposed = "transpose" in str(row.op)
        groups = row.between().groups if transposed else 1
        assert result.shape("between.weight")[1 if transposed else 0] * groups == row.middle


# In bfloat16 alone, and with scales in float32, which rows are not in: test_products.py, test_quantization.py.
ELSEWHERE = {
    "aten._grouped_mm.default",
    "aten.fake_quantize_per_tensor_affine.default",
    "aten.fake_quantize_per_channel_affine.default",
}


def test_every_op_has_a_row() -> None:
    missing = {str(op) for op in TABLE} - {str(row.op) for row in ROWS} - ELSEWHERE
    assert not missing


@pytest.mark.parametrize("row", TAGGED, ids=label)
def test_tagged_ops_need_no_row(row: Row) -> None:
    assert row.op not in TABLE
    node = next(n for n in row.program(row.model()).nodes() if n.target is row.op)
    assert rule_of(node).kind == "pointwise"
