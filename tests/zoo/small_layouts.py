"""Small nets, one per way of moving, joining and splitting channels."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .case import Case, images
from .small_layers import conv_bn, head


class Lambda(nn.Module):
    """A function as a module."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


def through(function: Callable[[Tensor], Tensor], inner: int, outer: int) -> Callable[[], nn.Module]:
    """A net that applies ``function`` to ``inner`` channels and reads ``outer`` from it."""
    return lambda: nn.Sequential(
        nn.Conv2d(3, inner, 3), nn.ReLU(), Lambda(function), nn.Conv2d(outer, 6, 1), nn.ReLU(), nn.Conv2d(6, 4, 1)
    )


def shuffle(x: Tensor, groups: int) -> Tensor:
    """ShuffleNet's channel shuffle."""
    n, c, h, w = x.shape
    return x.view(n, groups, c // groups, h, w).transpose(1, 2).reshape(n, c, h, w)


class Residual(nn.Module):
    """Two basic blocks, the second with stride and a projection."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv_bn(3, 8)
        self.one = self._branch(8, 8, 1)
        self.two = self._branch(8, 10, 2)
        self.projection = nn.Sequential(nn.Conv2d(8, 10, 1, stride=2, bias=False), nn.BatchNorm2d(10))
        self.head = head(10)

    @staticmethod
    def _branch(inputs: int, outputs: int, stride: int) -> nn.Sequential:
        last = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        return nn.Sequential(conv_bn(inputs, outputs, stride=stride), last, nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = F.relu(x + self.one(x))
        x = F.relu(self.projection(x) + self.two(x))
        return self.head(x)


class PaddedShortcut(nn.Module):
    """ResNet's option A: the shortcut is subsampled and gains channels of zeros by F.pad."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.branch, self.head = conv_bn(3, 6), conv_bn(6, 10, stride=2), head(10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        shortcut = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2))
        return self.head(F.relu(self.branch(x) + shortcut))


class Dense(nn.Module):
    """DenseNet: each layer reads everything before it."""

    def __init__(self, layers: int = 3, growth: int = 4) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        widths = [8 + growth * i for i in range(layers)]
        self.layers = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(w), nn.ReLU(), nn.Conv2d(w, growth, 3, padding=1, bias=False)) for w in widths
        )
        total = 8 + growth * layers
        self.head = nn.Sequential(nn.BatchNorm2d(total), nn.ReLU(), nn.Conv2d(total, 6, 1), head(6))

    def forward(self, x: Tensor) -> Tensor:
        features = [self.stem(x)]
        for layer in self.layers:
            features.append(layer(torch.cat(features, 1)))
        return self.head(torch.cat(features, 1))


class Split(nn.Module):
    """Uneven split, a different treatment of each part, concat in another order."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.a, self.b, self.head = conv_bn(3, 12), conv_bn(3, 4), conv_bn(5, 6, 1), head(14)

    def forward(self, x: Tensor) -> Tensor:
        first, second, third = torch.split(self.stem(x), [3, 5, 4], dim=1)
        return self.head(torch.cat([self.b(second), third, self.a(first)], 1))


class Chunk(nn.Module):
    """A gated unit: one half of the channels multiplies the sigmoid of the other."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.head = nn.Conv2d(3, 12, 3), nn.Conv2d(6, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.stem(x).chunk(2, dim=1)
        return self.head(value * torch.sigmoid(gate))


class Shuffle(nn.Module):
    """ShuffleNet V2's unit: split, one half through a branch, concat, shuffle; twice, then grouped."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv_bn(3, 12)
        self.branches = nn.ModuleList(
            nn.Sequential(conv_bn(6, 6, 1), nn.Conv2d(6, 6, 3, padding=1, groups=6), conv_bn(6, 6, 1)) for _ in range(2)
        )
        self.head = nn.Sequential(conv_bn(12, 6, groups=3), head(6))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for branch in self.branches:
            kept, treated = x.chunk(2, dim=1)
            x = shuffle(torch.cat([kept, branch(treated)], 1), 2)
        return self.head(x)


class SqueezeExcite(nn.Module):
    """Squeeze and excitation by 1x1 convolutions and by linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.middle = conv_bn(3, 8), conv_bn(8, 10)
        self.by_conv = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 4, 1), nn.ReLU(), nn.Conv2d(4, 8, 1), nn.Sigmoid()
        )
        self.by_linear = nn.Sequential(nn.Linear(10, 5), nn.ReLU(), nn.Linear(5, 10), nn.Hardsigmoid())
        self.head = head(10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.middle(x * self.by_conv(x))
        gate = self.by_linear(x.mean(dim=(2, 3)))
        return self.head(x * gate[:, :, None, None])


class SpatialGate(nn.Module):
    """CBAM's spatial attention: mean and max over channels, one gate (N, 1, H, W) for all channels."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.gate, self.head = conv_bn(3, 8), nn.Conv2d(2, 1, 3, padding=1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        pooled = torch.cat([x.mean(dim=1, keepdim=True), x.amax(dim=1, keepdim=True)], 1)
        return self.head(x * torch.sigmoid(self.gate(pooled)))


class OneChannelGate(nn.Module):
    """A gate of one channel from a convolution, broadcast over all channels in a product and a sum."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.gate, self.head = conv_bn(3, 8), nn.Conv2d(8, 1, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        gate = self.gate(x)
        return self.head(x * gate + gate)


class ChannelVectors(nn.Module):
    """Parameters broadcast over the batch and positions: (1, C, 1, 1) gain, (C, 1, 1) shift, an (1, 1, H, W) map."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 5, 3)
        self.gain = nn.Parameter(torch.ones(1, 8, 1, 1))
        self.shift = nn.Parameter(torch.ones(8, 1, 1))
        self.map = nn.Parameter(torch.ones(1, 1, 7, 7))

    def forward(self, x: Tensor) -> Tensor:
        return self.second(F.relu(self.first(x) * self.gain + self.shift) * self.map)


class TwoGates(nn.Module):
    """A product of two convolutions' outputs: a channel zero on one side makes the other side's unneeded."""

    def __init__(self) -> None:
        super().__init__()
        self.value, self.gate, self.head = nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, 3, bias=False), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.value(x) * F.relu6(self.gate(x)))


class UNet(nn.Module):
    """Down, up, skips by concat, the last of them with the input image."""

    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2, self.bottom = conv_bn(3, 6), conv_bn(6, 8), conv_bn(8, 10)
        self.up2, self.up1 = nn.ConvTranspose2d(10, 8, 2, stride=2), nn.Upsample(scale_factor=2)
        self.join2, self.join1 = conv_bn(16, 7), conv_bn(13, 6)
        self.out = nn.Conv2d(9, 2, 1)

    def forward(self, image: Tensor) -> Tensor:
        first = self.down1(image)
        second = self.down2(F.max_pool2d(first, 2))
        x = self.bottom(F.max_pool2d(second, 2))
        x = self.join2(torch.cat([self.up2(x), second], 1))
        x = self.join1(torch.cat([first, self.up1(x)], 1))
        return self.out(torch.cat([x, image], 1))


class Branches(nn.Module):
    """One value, three readers with different needs, and an average of two of them."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv_bn(3, 10)
        self.a, self.b, self.c = conv_bn(10, 6, 1), conv_bn(10, 6), nn.Conv2d(10, 3, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.stem(x)
        return (self.a(x) + self.b(x)) / 2, self.c(x)


class MiddleTuple(nn.Module):
    """Values from the middle are outputs too, as a nested tuple and list."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = conv_bn(3, 6), conv_bn(6, 8), conv_bn(8, 5)

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        first = self.a(x)
        second = self.b(first)
        return self.c(second), [second[:, 2:5], second.mean(dim=(2, 3))]


class MiddleDict(nn.Module):
    """A dictionary of outputs, one of them an input and one given twice."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = conv_bn(3, 6), conv_bn(6, 8)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        first = self.a(x)
        second = self.b(first)
        return {"out": second, "again": second, "aux": first * 2.0, "input": x}


class StackUnbind(nn.Module):
    """Stack two branches along a new dimension, weigh them, unbind them again."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.head = conv_bn(3, 6), conv_bn(3, 6, 1), nn.Conv2d(6, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        both = torch.stack([self.a(x), self.b(x)], dim=1)
        first, second = torch.unbind(both, dim=1)
        return self.head(both.sum(dim=1) + first * second)


class SelectiveKernel(nn.Module):
    """SKNet: a softmax over stacked branches, per channel."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = conv_bn(3, 8), conv_bn(3, 8, dilation=2, padding=2)
        self.squeeze, self.excite = nn.Linear(8, 4), nn.Linear(4, 16)
        self.head = nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        both = torch.stack([self.a(x), self.b(x)], dim=1)
        pooled = both.sum(dim=1).mean(dim=(2, 3))
        weights = self.excite(F.relu(self.squeeze(pooled))).view(-1, 2, 8, 1, 1).softmax(dim=1)
        return self.head((both * weights).sum(dim=1))


class MixesAll(nn.Module):
    """Readers that need every channel: softmax, mean and norm over channels."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = conv_bn(3, 6), nn.Conv2d(6, 8, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = self.b(self.a(x))
        share = torch.softmax(x, dim=1)
        return self.c(share), x.mean(dim=1), F.normalize(x, dim=1)


class FlattenConcat(nn.Module):
    """Two feature maps of different size, flattened, joined, then linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = conv_bn(3, 6), conv_bn(6, 4, stride=2)
        self.hidden, self.out = nn.Linear(6 * 25 + 4 * 9, 11), nn.Linear(11, 4)

    def forward(self, x: Tensor) -> Tensor:
        first = self.a(x)
        second = self.b(first)
        return self.out(F.relu(self.hidden(torch.cat([first.flatten(1), second.flatten(1)], 1))))


class Selected(nn.Module):
    """Constant gathers: channels by an index list, by slices with a step, flipped and rolled."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.head = conv_bn(3, 8), nn.Conv2d(8 + 4 + 8 + 8, 4, 1)
        self.register_buffer("order", torch.tensor([5, 2, 2, 7, 0, 1, 6, 3]))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        parts = [x.index_select(1, self.order), x[:, ::2], x.flip(1), x.roll(3, dims=1)]
        return self.head(torch.cat(parts, 1))


class Repeated(nn.Module):
    """Channels repeated, tiled and expanded before they are read."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.head = conv_bn(3, 4), nn.Conv2d(8 + 8 + 6, 4, 1)
        self.single = nn.Conv2d(4, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        six = self.single(x).expand(-1, 6, -1, -1)
        return self.head(torch.cat([x.repeat(1, 2, 1, 1), x.repeat_interleave(2, dim=1), six], 1))


class Arithmetic(nn.Module):
    """Subtraction, division, negation, maximum, clamp, where, square root, and scalars on either side."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.head = nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.a(x), self.b(x)
        ratio = (1.0 - a) / (b.abs() + 1.5)
        limited = torch.maximum(ratio, -b).clamp(-2.0, 2.0)
        return self.head(torch.where(a > 0, limited, torch.sqrt(b * b + 0.1)))


LAYOUTS: dict[str, Case] = {
    "residual": images(Residual, (3, 9, 9)),
    "padded_shortcut": images(PaddedShortcut, (3, 9, 9)),
    "dense": images(Dense, (3, 7, 7)),
    "split": images(Split, (3, 9, 9)),
    "chunk": images(Chunk, (3, 9, 9)),
    "channel_shuffle": images(Shuffle, (3, 7, 7)),
    "shuffle_then_grouped": images(
        lambda: nn.Sequential(
            conv_bn(3, 12, groups=3), Lambda(lambda x: shuffle(x, 3)), conv_bn(12, 12, 1, groups=3), head(12)
        ),
        (3, 7, 7),
    ),
    "shuffle_twice": images(
        through(lambda x: shuffle(shuffle(x, 2), 2), 8, 8),
        (3, 7, 7),
        incomplete="of two shuffles in a row only one is collapsed, the other keeps equal groups",
    ),
    "pixel_shuffle": images(through(lambda x: F.pixel_shuffle(x, 2), 12, 3), (3, 7, 7)),
    "pixel_unshuffle": images(through(lambda x: F.pixel_unshuffle(x, 2), 4, 16), (3, 8, 8)),
    "squeeze_excite": images(SqueezeExcite, (3, 9, 9)),
    "spatial_gate": images(SpatialGate, (3, 9, 9)),
    "one_channel_gate": images(OneChannelGate, (3, 9, 9)),
    "channel_vectors": images(ChannelVectors, (3, 9, 9)),
    "two_gates": images(TwoGates, (3, 9, 9)),
    "unet": images(UNet, (3, 12, 8)),
    "branches": images(Branches, (3, 9, 9)),
    "middle_tuple": images(MiddleTuple, (3, 7, 7)),
    "middle_dict": images(MiddleDict, (3, 7, 7)),
    "stack_unbind": images(StackUnbind, (3, 7, 7)),
    "selective_kernel": images(SelectiveKernel, (3, 7, 7)),
    "mixes_all": images(MixesAll, (3, 7, 7)),
    "flatten_linear": images(
        lambda: nn.Sequential(
            conv_bn(3, 8), nn.MaxPool2d(3), nn.Flatten(), nn.Linear(72, 10), nn.ReLU(), nn.Linear(10, 4)
        ),
        (3, 9, 9),
    ),
    "flatten_concat": images(FlattenConcat, (3, 5, 5)),
    "interpolate_nearest": images(through(lambda x: F.interpolate(x, scale_factor=2.0), 8, 8), (3, 7, 7)),
    "interpolate_bilinear": images(
        through(lambda x: F.interpolate(x, size=(9, 11), mode="bilinear", align_corners=False), 8, 8), (3, 7, 7)
    ),
    "selected": images(Selected, (3, 7, 7), incomplete="what is left of a gather may need another gather"),
    "repeated": images(Repeated, (3, 7, 7)),
    "flipped": images(through(lambda x: x.flip(1), 8, 8), (3, 7, 7)),
    "strided_slice": images(through(lambda x: x[:, 1::2], 8, 4), (3, 7, 7)),
    "index_select": images(through(lambda x: x[:, [5, 2, 7, 0, 1, 6]], 8, 6), (3, 7, 7)),
    "permuted": images(
        through(lambda x: x.permute(0, 2, 3, 1).relu().sub(0.5).permute(0, 3, 1, 2).contiguous(), 8, 8), (3, 7, 7)
    ),
    "arithmetic": images(Arithmetic, (3, 7, 7)),
    "space_to_depth_by_slices": images(
        through(
            lambda x: torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1), 4, 16
        ),
        (3, 8, 8),
    ),
}
