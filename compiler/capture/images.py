"""Which inputs are images, volumes or signals: their sizes are captured as numbers.

Constants under zero padding are exact for one size only. Tensors of four and five dimensions may as well be caches of
keys and values, whose lengths are to be dynamic. What tells them apart is whether anything looks at neighbours.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, nn
from torch.utils.weak import WeakIdKeyDictionary

from ..ir.tracing import Watch
from .user_model import Call, UserModel

aten = torch.ops.aten

# Dimensions of inputs, by the numbers of the inputs.
Kept = dict[int, frozenset[int]]
_NOTHING: frozenset[int] = frozenset()
# Operators that look at neighbours along the last dimensions, as a model may call them. Not every PyTorch has them all.
NEIGHBOURS = (
    "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d conv_tbc convolution _convolution "
    "_convolution_mode _conv_depthwise2d conv_depthwise3d thnn_conv2d slow_conv3d slow_conv_dilated2d "
    "slow_conv_dilated3d slow_conv_transpose2d slow_conv_transpose3d mkldnn_convolution cudnn_convolution "
    "cudnn_convolution_relu cudnn_convolution_add_relu cudnn_convolution_transpose avg_pool1d avg_pool2d "
    "avg_pool3d max_pool1d max_pool2d max_pool3d max_pool1d_with_indices max_pool2d_with_indices "
    "max_pool3d_with_indices adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d _adaptive_avg_pool2d "
    "_adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d fractional_max_pool2d "
    "fractional_max_pool3d max_unpool2d max_unpool3d mkldnn_adaptive_avg_pool2d mkldnn_max_pool2d "
    "mkldnn_max_pool3d quantized_max_pool1d quantized_max_pool2d quantized_max_pool3d upsample_nearest1d "
    "upsample_nearest2d upsample_nearest3d _upsample_nearest_exact1d _upsample_nearest_exact2d "
    "_upsample_nearest_exact3d upsample_linear1d upsample_bilinear2d upsample_bicubic2d upsample_trilinear3d "
    "_upsample_bilinear2d_aa _upsample_bicubic2d_aa _upsample_lanczos2d_aa grid_sampler grid_sampler_2d "
    "grid_sampler_3d cudnn_grid_sampler reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d "
    "replication_pad2d replication_pad3d im2col col2im"
)


def looking_at_neighbours() -> set[Any]:
    """Those operators, as far as there are such; torchvision's convolution among them once that is loaded."""
    aten, vision = torch.ops.aten, torch.ops.torchvision
    found = {getattr(aten, name, None) for name in NEIGHBOURS.split()} | {getattr(vision, "deform_conv2d", None)}
    return found - {None}


def is_image(value: object, module: nn.Module) -> bool:
    """Whether an input may be images, volumes, or signals that one-dimensional convolutions read."""
    if not (isinstance(value, Tensor) and value.is_floating_point()):
        return False
    signals = value.ndim == 3 and any(isinstance(part, (nn.Conv1d, nn.ConvTranspose1d)) for part in module.modules())
    return value.ndim in (4, 5) or signals


def images_of(model: UserModel, call: Call) -> Kept:
    """Which flat inputs of a call may be images, and which of their sizes are kept.

    A model that takes tokens has none. Of four or five dimensions they have to come to an operation that looks at
    neighbours in as many, whatever lies between; the model is run once to see that. What does not is a cache, whose
    length is its last size but one: the others are numbers of heads and of features. What is added to something of
    which a softmax is taken is a mask, whose last two sizes are lengths.
    """
    leaves = pytree.tree_leaves(call)
    if any(isinstance(x, Tensor) and x.ndim > 1 and not x.is_floating_point() for x in leaves):
        return {}
    found = {at: leaves[at] for at, value in enumerate(leaves) if is_image(value, model.module)}
    unsure = {at: value for at, value in found.items() if value.ndim > 3}
    watch = _Uses(unsure)
    if unsure:
        with watch:
            answer = model.tried(*call)
        unsure = {} if answer is None else {at: unsure[at] for at in unsure.keys() - watch.read}
    lengths = {at: {value.ndim - 2, *([value.ndim - 1] if at in watch.masks else [])} for at, value in unsure.items()}
    return {at: frozenset(range(1, value.ndim)) - lengths.get(at, set()) for at, value in found.items()}


class _Uses(Watch):
    """Notes which inputs come to operations that look at neighbours, and which are masks of attention.

    Attributes:
        read: the numbers of those that come to neighbours.
        masks: the numbers of masks.
    """

    def __init__(self, inputs: dict[int, Tensor]) -> None:
        super().__init__()
        self.read: set[int] = set()
        self.masks: set[int] = set()
        self._neighbours = looking_at_neighbours()
        self._ranks = {at: value.ndim for at, value in inputs.items()}
        # Tensors, and the inputs that they are computed from, one by one, or as a term of a sum.
        self._from, self._alone, self._terms = (WeakIdKeyDictionary() for _ in range(3))
        for at, value in inputs.items():
            self._from[value] = self._from.get(value, _NOTHING) | {at}
            self._alone[value] = self._from[value]

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        given = [x for x in pytree.tree_leaves((args, kwargs)) if isinstance(x, Tensor)]
        sources = _NOTHING.union(*(self._from.get(x, _NOTHING) for x in given))
        if sources:
            if func.overloadpacket in self._neighbours:
                self.read |= {at for at in sources if self._ranks[at] == given[0].ndim}
            self._note_masks(func, args, kwargs or {}, given, result)
            for value in pytree.tree_leaves(result):
                if isinstance(value, Tensor):
                    self._from[value] = sources
        return result

    def _note_masks(self, func: Any, args: Any, kwargs: Any, given: list[Tensor], result: Any) -> None:
        """A term of what a softmax is taken of, or what attention calls its mask."""
        named = dict(zip((x.name for x in func._schema.arguments), args, strict=False)) | kwargs
        mask = named.get("attn_mask", named.get("attn_bias"))
        if isinstance(mask, Tensor):
            self.masks |= self._alone.get(mask, _NOTHING)
        if func.overloadpacket in (aten._softmax, aten._safe_softmax):
            self.masks |= self._terms.get(given[0], _NOTHING)
        if not isinstance(result, Tensor):
            return
        if len(given) == 1:
            self._alone[result] = self._alone.get(given[0], _NOTHING)
        if len(given) == 1 or func.overloadpacket is aten.add:
            terms = (
                self._terms.get(x, _NOTHING) | (self._alone.get(x, _NOTHING) if len(given) > 1 else _NOTHING)
                for x in given
            )
            self._terms[result] = _NOTHING.union(*terms)
