"""Small nets, one per kind of layer."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations

from .case import Case, images


def conv_bn(inputs: int, outputs: int, kernel: int = 3, **options: int) -> nn.Sequential:
    """Convolution without bias, batch norm, ReLU."""
    options.setdefault("padding", kernel // 2)
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, bias=False, **options), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


def head(channels: int, classes: int = 4) -> nn.Sequential:
    """Global average pooling and a classifier."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def between(middle: nn.Module, inner: int = 8, outer: int | None = None, padding: int = 0) -> nn.Sequential:
    """``middle`` after a convolution of ``inner`` channels and before one that reads ``outer``."""
    return nn.Sequential(nn.Conv2d(3, inner, 3), middle, nn.Conv2d(outer or inner, 5, 3, padding=padding))


class WeightStandardized(nn.Conv2d):
    """A convolution whose weight is standardised per filter at every call."""

    def forward(self, x: Tensor) -> Tensor:
        mean = self.weight.mean(dim=(1, 2, 3), keepdim=True)
        deviation = self.weight.std(dim=(1, 2, 3), keepdim=True) + 1e-5
        weight = (self.weight - mean) / deviation
        return F.conv2d(x, weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class Recurrent(nn.Module):
    """Convolutions, an LSTM over the width, a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.front = nn.Sequential(conv_bn(3, 8), conv_bn(8, 6))
        self.lstm = nn.LSTM(6, 5, batch_first=True, bidirectional=True)
        self.classifier = nn.Linear(10, 4)

    def forward(self, x: Tensor) -> Tensor:
        features = self.front(x).mean(dim=2).transpose(1, 2)
        sequence, _ = self.lstm(features)
        return self.classifier(sequence[:, -1])


class Attention(nn.Module):
    """A part no channel rule knows: an einsum over channels and a matmul over positions."""

    def __init__(self) -> None:
        super().__init__()
        self.front = conv_bn(3, 8)
        self.mix = nn.Parameter(torch.zeros(8, 8))
        self.back = nn.Sequential(conv_bn(8, 6), head(6))

    def forward(self, x: Tensor) -> Tensor:
        features = torch.einsum("nchw,cd->ndhw", self.front(x), self.mix)
        flat = features.flatten(2)
        weights = torch.softmax(flat @ flat.transpose(1, 2) / 8.0, dim=-1)
        return self.back((weights @ flat).view_as(features))


class SelfAttention(nn.Module):
    """One head of attention over positions, its projections being linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.front = conv_bn(3, 8)
        self.query, self.key, self.value = nn.Linear(8, 6), nn.Linear(8, 6), nn.Linear(8, 7)
        self.out = nn.Linear(7, 8)
        self.classifier = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.front(x).flatten(2).transpose(1, 2)
        heads = (layer(tokens).unsqueeze(1) for layer in (self.query, self.key, self.value))
        mixed = F.scaled_dot_product_attention(*heads).squeeze(1)
        return self.classifier((tokens + self.out(mixed)).mean(dim=1))


class ScaledByScalar(nn.Module):
    """A 0-d parameter and a 0-d buffer that multiply whole tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 5, 3)
        self.gain = nn.Parameter(torch.tensor(1.0))
        self.register_buffer("temperature", torch.tensor(0.7))

    def forward(self, x: Tensor) -> Tensor:
        return self.second(F.relu(self.gain * self.first(x))) * self.temperature


class LayerNormLast(nn.Module):
    """ConvNeXt's block: depthwise, permute, layer norm, two linear layers, layer scale, permute back, add."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 2, stride=2)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.norm = nn.LayerNorm(8, eps=1e-6)
        self.expand, self.contract = nn.Linear(8, 16), nn.Linear(16, 8)
        self.layer_scale = nn.Parameter(torch.ones(8))
        self.head = head(8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        inner = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        inner = self.layer_scale * self.contract(F.gelu(self.expand(inner)))
        return self.head(x + inner.permute(0, 3, 1, 2))


def depthwise_chain() -> nn.Module:
    """Depthwise after depthwise between two pointwise convolutions, with ReLU6."""
    return nn.Sequential(
        conv_bn(3, 8),
        nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU6(),
        nn.Conv2d(8, 8, 3, groups=8),
        nn.Conv2d(8, 6, 1),
        nn.ReLU6(),
        head(6),
    )


def volume() -> nn.Module:
    """3-D convolutions with batch norm, pooling and a grouped layer."""
    return nn.Sequential(
        nn.Conv3d(2, 8, 3, padding=1, bias=False),
        nn.BatchNorm3d(8),
        nn.ReLU(),
        nn.MaxPool3d(2),
        nn.Conv3d(8, 6, (1, 3, 1), groups=2),
        nn.AdaptiveAvgPool3d(1),
        nn.Flatten(),
        nn.Linear(6, 3),
    )


def series() -> nn.Module:
    """1-D convolutions with stride, dilation, depthwise and pooling."""
    return nn.Sequential(
        nn.Conv1d(2, 8, 5, stride=2, padding=2, bias=False),
        nn.BatchNorm1d(8),
        nn.ReLU(),
        nn.Conv1d(8, 8, 3, groups=8, padding=1),
        nn.AvgPool1d(2),
        nn.Conv1d(8, 6, 3, dilation=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(6, 3),
    )


def normed_linear() -> nn.Module:
    """Linear layers with 1-D batch norm, no convolution at all."""
    return nn.Sequential(
        nn.Linear(7, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 16), nn.GELU(), nn.Linear(16, 4)
    )


def weight_norm() -> nn.Module:
    """A weight that torch computes from a direction and a magnitude (a parametrization), beside a plain one."""
    layer = parametrizations.weight_norm(nn.Conv2d(8, 6, 3))
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), layer, nn.ReLU(), nn.Conv2d(6, 4, 1))


NORMED = "a norm over channels or positions needs the channels it is told to count"

LAYERS: dict[str, Case] = {
    "plain": images(lambda: nn.Sequential(conv_bn(3, 8), conv_bn(8, 10), head(10)), (3, 9, 7)),
    "conv_only": images(lambda: between(nn.ReLU()), (3, 9, 9)),
    "strided": images(lambda: nn.Sequential(conv_bn(3, 8, stride=2), conv_bn(8, 6, stride=2), head(6)), (3, 11, 9)),
    "dilated": images(
        lambda: nn.Sequential(conv_bn(3, 8, dilation=2), conv_bn(8, 6, dilation=3), head(6)), (3, 11, 11)
    ),
    "depthwise_chain": images(depthwise_chain, (3, 9, 9)),
    "depthwise_multiplier_2": images(
        lambda: nn.Sequential(
            conv_bn(3, 6), nn.Conv2d(6, 12, 3, padding=1, groups=6), nn.ReLU(), nn.Conv2d(12, 5, 1), head(5)
        ),
        (3, 9, 9),
    ),
    "grouped": images(
        lambda: nn.Sequential(conv_bn(3, 12), conv_bn(12, 8, groups=4), conv_bn(8, 6), head(6)), (3, 9, 9)
    ),
    "grouped_chain": images(
        lambda: nn.Sequential(conv_bn(3, 12), conv_bn(12, 12, groups=2), conv_bn(12, 12, groups=3), head(12)), (3, 9, 9)
    ),
    "transposed": images(
        lambda: nn.Sequential(conv_bn(3, 8), nn.ConvTranspose2d(8, 6, 3, stride=2), nn.ReLU(), nn.Conv2d(6, 4, 3)),
        (3, 5, 7),
    ),
    "transposed_bn": images(
        lambda: nn.Sequential(
            conv_bn(3, 8),
            nn.ConvTranspose2d(8, 6, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.ConvTranspose2d(6, 3, 2, stride=2, output_padding=1),
        ),
        (3, 5, 5),
    ),
    "transposed_grouped": images(
        lambda: nn.Sequential(
            conv_bn(3, 8), nn.ConvTranspose2d(8, 12, 3, stride=2, groups=2), nn.ReLU(), nn.Conv2d(12, 4, 1)
        ),
        (3, 5, 5),
    ),
    "transposed_depthwise": images(
        lambda: nn.Sequential(conv_bn(3, 8), nn.ConvTranspose2d(8, 8, 2, stride=2, groups=8), nn.Conv2d(8, 4, 1)),
        (3, 5, 5),
    ),
    "prelu_one": images(lambda: between(nn.PReLU()), (3, 9, 9)),
    "prelu_per_channel": images(lambda: between(nn.PReLU(8)), (3, 9, 9)),
    "group_norm": images(lambda: between(nn.Sequential(nn.GroupNorm(4, 8), nn.ReLU())), (3, 9, 9), incomplete=NORMED),
    "group_norm_one_group": images(lambda: between(nn.GroupNorm(1, 8)), (3, 9, 9), incomplete=NORMED),
    "instance_norm": images(lambda: between(nn.Sequential(nn.InstanceNorm2d(8, affine=True), nn.ReLU())), (3, 9, 9)),
    "instance_norm_plain": images(lambda: between(nn.InstanceNorm2d(8)), (3, 9, 9)),
    "instance_norm_tracked": images(
        lambda: between(nn.InstanceNorm2d(8, affine=True, track_running_stats=True)), (3, 9, 9)
    ),
    "layer_norm_last": images(LayerNormLast, (3, 10, 8), incomplete=NORMED),
    "batch_norm_without_affine": images(lambda: between(nn.BatchNorm2d(8, affine=False)), (3, 9, 9)),
    "batch_norm_first": images(lambda: nn.Sequential(nn.BatchNorm2d(3), conv_bn(3, 8), head(8)), (3, 9, 9)),
    "preactivation": images(
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 6, 3, padding=1), nn.BatchNorm2d(6), head(6)
        ),
        (3, 9, 9),
    ),
    "hard_swish": images(lambda: between(nn.Hardswish()), (3, 9, 9)),
    "hard_sigmoid": images(lambda: between(nn.Hardsigmoid()), (3, 9, 9)),
    "many_activations": images(
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, 3),
            nn.SiLU(),
            nn.Conv2d(8, 8, 1),
            nn.GELU(),
            nn.Conv2d(8, 8, 1),
            nn.ELU(),
            nn.Conv2d(8, 8, 1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(8, 8, 1),
            nn.Softplus(),
            nn.Conv2d(8, 8, 1),
            nn.Tanh(),
            nn.Conv2d(8, 8, 1),
            nn.Sigmoid(),
            nn.Conv2d(8, 8, 1),
            nn.Hardtanh(-0.5, 0.5),
            nn.Conv2d(8, 8, 1),
            nn.Mish(),
            nn.Conv2d(8, 4, 1),
        ),
        (3, 7, 7),
    ),
    "dropout": images(
        lambda: nn.Sequential(conv_bn(3, 8), nn.Dropout2d(0.5), conv_bn(8, 6), nn.Dropout(), head(6)), (3, 9, 9)
    ),
    "conv1d": images(series, (2, 33)),
    "conv3d": images(volume, (2, 5, 7, 5)),
    "linear_only": images(normed_linear, (7,)),
    "linear_on_sequence": images(
        lambda: nn.Sequential(nn.Linear(6, 9), nn.ReLU(), nn.Linear(9, 8), nn.ReLU(), nn.Linear(8, 3)), (5, 6)
    ),
    "lstm": images(Recurrent, (3, 5, 7), incomplete="the LSTM is kept intact, so are its inputs and outputs"),
    "einsum_and_matmul": images(Attention, (3, 5, 5), incomplete="nothing is proven through the einsum"),
    "self_attention": images(SelfAttention, (3, 5, 5), incomplete="attention is a later issue"),
    "scalar_parameter": images(ScaledByScalar, (3, 9, 9)),
    "weight_standardised": images(
        lambda: nn.Sequential(
            WeightStandardized(3, 8, 3), nn.ReLU(), WeightStandardized(8, 6, 3), nn.ReLU(), nn.Conv2d(6, 4, 1)
        ),
        (3, 9, 9),
    ),
    "weight_norm": images(weight_norm, (3, 9, 9)),
}
