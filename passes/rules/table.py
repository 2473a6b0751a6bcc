"""The op-rule table: one row for each op that sparsec understands, and a default for everything else.

Ops that PyTorch tags as pointwise need no row; those that it forgot to tag have one. An op without a row is opaque:
kept as it is, and listed in the report.
"""

from __future__ import annotations

import functools
import importlib.metadata
import operator
from collections.abc import Mapping

import torch
from torch import fx

from ...compiler.errors import UserError
from ...compiler.ir.quantization import NARROW, WIDE
from ...compiler.ir.recurrent import KINDS
from . import movement_arguments as arguments
from .base import OPAQUE, Rule
from .blocks import Blocks, Windows
from .contraction import Contraction
from .conversion import IndexSelect
from .getitem import GetItem
from .lookup import Embedding, Index
from .movement import Movement
from .normalization import BatchStatistics, FeatureNorm, GroupNorm, TrainedInstanceNorm
from .pointwise import POINTWISE, Pointwise
from .products import Sum, attention, baddbmm, einsum, grouped, matmul
from .quantization import Extremes, Rounding
from .recurrent import AnyRecurrent
from .spatial import (
    Cat,
    Counted,
    Created,
    Fill,
    Pad,
    Reduction,
    Spatial,
    Unpool,
    VectorNorm,
    last,
    listed,
    named,
    nothing,
)
from .writes import Put

aten = torch.ops.aten

_CONTRACTIONS = (
    "linear.default conv1d.default conv1d.padding conv2d.default conv2d.padding conv3d.default conv3d.padding "
    "conv_transpose1d.default conv_transpose2d.input conv_transpose3d.input"
)
_POINTWISE = (
    "log_sigmoid.default where.ScalarOther where.ScalarSelf where.Scalar _to_copy.default leaky_relu.default "
    "hardtanh.default relu6.default gelu.default softplus.default elu.default selu.default celu.default "
    "hardswish.default rsub.Tensor masked_fill.Tensor"
)
_THIN = {  # movement that treats all dimensions but one alike
    "stack.default": arguments.drop_operands,
    "split.Tensor": arguments.split,
    "split_with_sizes.default": arguments.split,
    "chunk.default": arguments.split,
    "unbind.int": arguments.unbind,
    "slice.Tensor": arguments.take,
    "select.int": arguments.take,
    "unsqueeze.default": None,
}
_MOVEMENT = {
    "view.default": arguments.resize,
    "reshape.default": arguments.resize,
    "_unsafe_view.default": arguments.resize,
    "expand.default": arguments.resize,
    "permute.default": None,
    "transpose.int": None,
    "t.default": None,
    "squeeze.default": arguments.squeeze,
    "squeeze.dim": arguments.squeeze,
    "squeeze.dims": arguments.squeeze,
    "flip.default": arguments.take,
    "roll.default": arguments.take,
    "repeat.default": None,
    "tile.default": None,
    "repeat_interleave.self_int": None,
}
_UNIFORM = {  # spatial ops that leave a uniform channel uniform, with the number of spatial dimensions
    "max_pool1d.default": 1,
    "max_pool2d.default": 2,
    "max_pool3d.default": 3,
    "adaptive_avg_pool1d.default": 1,
    "adaptive_avg_pool2d.default": 2,
    "adaptive_avg_pool3d.default": 3,
    "upsample_nearest1d.vec": 1,
    "upsample_nearest2d.vec": 2,
    "upsample_nearest3d.vec": 3,
    "upsample_linear1d.vec": 1,
    "upsample_bilinear2d.vec": 2,
    "upsample_trilinear3d.vec": 3,
}
_BORDERED = {
    "avg_pool1d.default": 1,
    "avg_pool2d.default": 2,
    "avg_pool3d.default": 3,
    "upsample_bicubic2d.vec": 2,
}
_POOLS_WITH_INDICES = {
    "adaptive_max_pool1d.default": 1,
    "adaptive_max_pool2d.default": 2,
    "adaptive_max_pool3d.default": 3,
    "max_pool2d_with_indices.default": 2,
    "max_pool3d_with_indices.default": 3,
}
_REDUCTIONS = {  # name: keeps a uniform channel
    "amax.default": True,
    "amin.default": True,
    "var.dim": False,
    "std.dim": False,
    "logsumexp.default": False,
    "prod.dim_int": False,
    "argmax.default": False,
    "argmin.default": False,
    "any.dim": False,
    "all.dim": False,
}
_PICKS = {  # name: reduces; the results are numbers and where they were
    "max.dim": True,
    "min.dim": True,
    "median.dim": True,
    "kthvalue.default": True,
    "aminmax.default": True,
    "sort.default": False,
    "sort.stable": False,
    "topk.default": False,
    "cummax.default": False,
    "cummin.default": False,
}
_ALONG = "cumsum.default cumprod.default logcumsumexp.default"
_TRANSFORMS = (
    "fft_fft fft_ifft fft_rfft fft_irfft fft_hfft fft_ihfft fft_fft2 fft_ifft2 fft_rfft2 fft_irfft2 "
    "fft_fftn fft_ifftn fft_rfftn fft_irfftn"
)


def _op(name: str) -> object:
    packet, overload = name.split(".")
    return getattr(getattr(aten, packet), overload)


def _rows() -> dict[object, Rule]:
    rows: dict[object, Rule] = {_op(name): Contraction() for name in _CONTRACTIONS.split()}
    rows |= {_op(name): POINTWISE for name in _POINTWISE.split()}
    rows |= {operator.getitem: GetItem()}
    rows |= {_op(name): Movement(rewrite=rewrite, thin=True) for name, rewrite in _THIN.items()}
    rows |= {_op(name): Movement(rewrite=rewrite) for name, rewrite in _MOVEMENT.items()}
    rows |= {_op(name): Spatial(acted=last(n), keeps_uniform=True) for name, n in _UNIFORM.items()}
    rows |= {_op(name): Spatial(acted=last(n)) for name, n in _BORDERED.items()}
    rows |= {op: AnyRecurrent() for op in KINDS}
    rows |= {_op(n): Spatial(acted=last(d), keeps_uniform=True, results=2) for n, d in _POOLS_WITH_INDICES.items()}
    rows |= {
        _op(name): Spatial(acted=named(), keeps_uniform=keeps, reduces=True) for name, keeps in _REDUCTIONS.items()
    }
    rows |= {
        _op(n): Spatial(acted=named(), keeps_uniform=True, reduces=reduces, results=2) for n, reduces in _PICKS.items()
    }
    rows |= {_op(name): Spatial(acted=named()) for name in _ALONG.split()}
    rows |= {_op(f"{name}.default"): Spatial(acted=named()) for name in _TRANSFORMS.split()}
    rows |= {
        aten._native_batch_norm_legit_no_training.default: Pointwise(channel_arguments=(1, 2, 3, 4), results=3),
        aten.prelu.default: Pointwise(channel_arguments=(1,)),
        aten.group_norm.default: GroupNorm(),
        aten.instance_norm.default: TrainedInstanceNorm(),
        aten._native_batch_norm_legit.no_stats: BatchStatistics(),
        aten.linalg_vector_norm.default: VectorNorm(),
        aten.linalg_norm.default: VectorNorm(),
        aten.max_unpool2d.default: Unpool(count=2),
        aten.max_unpool3d.default: Unpool(count=3),
        aten.im2col.default: Windows(fold=False),
        aten.col2im.default: Windows(),
        aten.unfold.default: Spatial(acted=named("dimension")),
        aten.view_as_complex.default: Spatial(acted=last(1)),
        aten.view_as_real.default: Spatial(acted=nothing),
        aten.polar.default: POINTWISE,
        aten.pixel_shuffle.default: Blocks(fold=True),
        aten.pixel_unshuffle.default: Blocks(fold=False),
        aten.cat.default: Cat(),
        aten.index_put.default: Put(),
        aten.index_copy.default: Put(),
        aten.slice_scatter.default: Put(),
        aten.index_select.default: IndexSelect(),
        aten.pad.default: Pad(fill=3),
        aten.constant_pad_nd.default: Pad(fill=2),
        aten.softmax.int: Spatial(acted=listed(1)),
        aten.log_softmax.int: Spatial(acted=listed(1)),
        aten._softmax.default: Spatial(acted=listed(1)),
        aten._log_softmax.default: Spatial(acted=listed(1)),
        aten.zeros_like.default: Fill(value=0.0),
        aten.ones_like.default: Fill(value=1.0),
        aten.full_like.default: Fill(),
        aten.zeros.default: Created(value=0.0),
        aten.ones.default: Created(value=1.0),
        aten.full.default: Created(),
        aten.arange.default: Counted(),
        aten.arange.start: Counted(),
        aten.arange.start_step: Counted(),
        aten.new_zeros.default: Created(value=0.0),
        aten.new_ones.default: Created(value=1.0),
        aten.new_full.default: Created(at=2),
        aten.mean.dim: Reduction(mean=True),
        aten.sum.dim_IntList: Reduction(),
        aten.layer_norm.default: FeatureNorm(),
        aten.rms_norm.default: FeatureNorm(centred=False),
        aten.embedding.default: Embedding(),
        aten.index.Tensor: Index(),
        aten.matmul.default: Sum(form=matmul),
        aten.bmm.default: Sum(form=matmul),
        aten.mm.default: Sum(form=matmul),
        aten.baddbmm.default: Sum(form=baddbmm),
        aten.einsum.default: Sum(form=einsum),
        aten._grouped_mm.default: Sum(form=grouped),
        aten.scaled_dot_product_attention.default: Sum(form=attention),
        aten.fake_quantize_per_tensor_affine.default: Rounding(),
        aten.fake_quantize_per_channel_affine.default: Rounding(channel_arguments=(1, 2)),
    }
    return rows


TABLE: dict[object, Rule] = _rows()

_PER_TENSOR, _PER_CHANNEL = Rounding(), Rounding(channel_arguments=(1, 2))
_ROUNDINGS: dict[str, Rule] = {
    "quantize_per_tensor.default": _PER_TENSOR,
    "quantize_per_tensor.tensor": _PER_TENSOR,
    "quantize_per_channel.default": _PER_CHANNEL,
    "dequantize_per_tensor.default": _PER_TENSOR,
    "dequantize_per_tensor.tensor": _PER_TENSOR,
    "dequantize_per_channel.default": _PER_CHANNEL,
    "choose_qparams.tensor": Extremes(),
    "choose_qparams_symmetric.tensor": Extremes(),
}
_SIMULATED: dict[str, Rule] = {
    "fake_quantize_per_tensor_affine.default": _PER_TENSOR,
    "fake_quantize_per_channel_affine.default": _PER_CHANNEL,
}

# Ops that are registered only once another package is imported, or once a program is worked on in float64.
BY_NAME: dict[str, Rule] = {
    "transformers.grouped_mm_fallback.default": Sum(form=grouped),
    **{f"{NARROW}.{name}": rule for name, rule in _ROUNDINGS.items()},
    **{f"{WIDE}.{name}": rule for name, rule in (_ROUNDINGS | _SIMULATED).items()},
}


def register(op: object, rule: Rule) -> None:
    """Give an op without a rule one: for a script of your own. Packages announce theirs (see ``announced``).

    Args:
        op: such as ``torch.ops.mine.scale.default``.

    Raises:
        UserError: the op has a rule, or this is none.
    """
    if not isinstance(rule, Rule):
        raise UserError("bad-option", f"'{rule!r}' is not a rule", hint="derive it from sparsec.passes.rules.base.Rule")
    if op in TABLE:
        raise UserError("bad-option", f"the op '{op}' has a rule already")
    TABLE[op] = rule


@functools.cache
def announced() -> dict[object, Rule]:
    """Rules of other packages: each entry point of the group ``sparsec.rules`` names a dict of ops and their rules.

    Raises:
        UserError: an entry point names something else.
    """
    found: dict[object, Rule] = {}
    for entry in importlib.metadata.entry_points(group="sparsec.rules"):
        rules = entry.load()
        if not (isinstance(rules, Mapping) and all(isinstance(rule, Rule) for rule in rules.values())):
            raise UserError(
                "bad-option",
                f"entry point '{entry.name}' names no rules",
                where=entry.value,
                hint="let it name a dict: {torch.ops.mine.scale.default: Pointwise(), ...}",
            )
        found |= rules
    return found


def rule_of(node: fx.Node) -> Rule:
    """The rule that covers a node."""
    if node.op != "call_function":
        return OPAQUE
    if node.target in TABLE:
        return TABLE[node.target]
    if str(node.target) in BY_NAME:
        return BY_NAME[str(node.target)]
    if node.target in announced():
        return announced()[node.target]
    tags = getattr(node.target, "tags", ())
    plain = isinstance(node.meta.get("val"), torch.Tensor)  # frexp is pointwise too, but returns a pair
    if plain and torch.Tag.pointwise in tags and torch.Tag.nondeterministic_seeded not in tags:
        return POINTWISE
    return OPAQUE
