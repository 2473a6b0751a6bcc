"""Small nets about the zeros themselves: constants, borders, shared weights, dead parts, inputs."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .case import Case, images
from .small_layers import conv_bn, head
from .small_layouts import Residual


class SharedParameter(nn.Module):
    """Two modules that hold the same weight, each with its own bias."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv_bn(3, 8)
        self.a, self.b = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.b.weight = self.a.weight
        self.head = nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(F.relu(self.b(F.relu(self.a(self.stem(x))))))


class CalledTwice(nn.Module):
    """One module called twice, on values of different origin."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, 3, stride=2)
        self.shared = conv_bn(8, 6)
        self.head_left, self.head_right = head(6), head(6)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.head_left(self.shared(self.left(x))), self.head_right(self.shared(self.right(x)))


class Loop(nn.Module):
    """One module called on its own output."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.step, self.head = conv_bn(3, 8), nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for _ in range(3):
            x = x + torch.tanh(self.step(x))
        return self.head(x)


class TiedLinear(nn.Module):
    """A linear layer's weight used again, transposed."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Linear(7, 10)
        self.middle = nn.Linear(10, 10)
        self.bias = nn.Parameter(torch.zeros(7))

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.middle(F.relu(self.encode(x))))
        return F.linear(x, self.encode.weight.t(), self.bias)


class UnusedInput(nn.Module):
    """The second of three inputs is never read."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = conv_bn(3, 6), conv_bn(2, 6)
        self.head = head(6)

    def forward(self, x: Tensor, ignored: Tensor, y: Tensor) -> Tensor:
        return self.head(self.a(x) + self.b(y))


class UnusedLayers(nn.Module):
    """Layers that are called and ignored, and layers that are never called."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.ignored, self.never = conv_bn(3, 6), conv_bn(6, 5), conv_bn(6, 7)
        self.head = head(6)

    def forward(self, x: Tensor) -> Tensor:
        x = self.a(x)
        self.ignored(x)
        return self.head(x)


class SeveralInputs(nn.Module):
    """An image and a vector that modulates its channels (FiLM)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.film, self.head = conv_bn(3, 8), nn.Linear(5, 16), head(8)

    def forward(self, image: Tensor, condition: Tensor) -> Tensor:
        gain, shift = self.film(condition)[:, :, None, None].chunk(2, dim=1)
        return self.head(self.stem(image) * gain + shift)


class KeywordInputs(nn.Module):
    """One positional input, two keyword-only ones (one of them optional and left out)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.side, self.head = conv_bn(3, 8), nn.Linear(4, 8), head(8)

    def forward(self, image: Tensor, *, side: Tensor, scale: Tensor | None = None) -> Tensor:
        x = self.stem(image) + self.side(side)[:, :, None, None]
        if scale is not None:
            x = x * scale
        return self.head(x)


class AllConstantPath(nn.Module):
    """A branch whose every filter is zero feeds a gate: the gate is a vector of constants."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.squeeze, self.excite = conv_bn(3, 8), nn.Conv2d(8, 4, 1), nn.Conv2d(4, 8, 1)
        self.head = head(8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        gate = F.hardsigmoid(self.excite(F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))))
        return self.head(x * gate)


def padded_borders(mode: str = "zeros", **options: int) -> nn.Module:
    """Constants that are not zero reach a convolution with a padded border."""
    options.setdefault("padding", 1)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3, padding_mode=mode, **options), nn.ReLU(), nn.Conv2d(8, 4, 3)
    )


class BorderThenMoved(nn.Module):
    """A constant made uneven by a padded depthwise layer, read by a padded convolution whose channels then move."""

    def __init__(self, move: Callable[[Tensor], Tensor], outputs: int) -> None:
        super().__init__()
        self.stem, self.uneven = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.reader, self.head = nn.Conv2d(4, 6, 3, padding=1), nn.Conv2d(outputs, 3, 1)
        self.move = move

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.move(self.reader(self.uneven(self.stem(x)))))


def pooled(*pools: nn.Module) -> nn.Module:
    """Poolings after a layer whose dead filters leave constants that are not zero."""
    return nn.Sequential(nn.Conv2d(3, 8, 3), *pools, nn.Conv2d(8, 4, 1))


def zero_filters(*names: str, bias: bool = False) -> Callable[[nn.Module], None]:
    """Write zeros into whole layers ('*' : every weighted layer), with their biases where asked."""

    def plant(model: nn.Module) -> None:
        for name, module in model.named_modules():
            wanted = name in names or "*" in names
            if not wanted or not isinstance(module, (nn.Conv2d, nn.Linear, nn.BatchNorm2d)):
                continue
            module.weight.zero_()
            if bias and module.bias is not None:
                module.bias.zero_()

    return plant


def zero_gamma(*names: str) -> Callable[[nn.Module], None]:
    """Zero every other weight (not the shift) of the named batch norms."""

    def plant(model: nn.Module) -> None:
        for name in names:
            model.get_submodule(name).weight[::2] = 0.0

    return plant


def negative_zeros(model: nn.Module) -> None:
    """Rows of negative zeros, and columns of zeros of both signs."""
    model[0][0].weight[[1, 4]] = -0.0
    model[1][0].weight[2] = 0.0
    model[1][0].weight[:, 5] = -0.0
    model[1][0].weight[::2, 3] = 0.0
    model[1][0].weight[1::2, 3] = -0.0


def gate_of_zero(model: nn.Module) -> None:
    """Hard-sigmoid gates that are exactly zero for some channels, whatever the input."""
    model.excite.weight[[0, 3, 5]] = 0.0
    model.excite.bias[[0, 3]] = -4.0
    model.excite.bias[5] = 4.0


def dead_position_in_flatten(model: nn.Module) -> None:
    """The linear layer ignores all of channels 1 and 6, and one position of channel 2."""
    weight = model[3].weight.view(10, 8, 9)
    weight[:, [1, 6]] = 0.0
    weight[:, 2, 4] = 0.0


def flatten_constants(model: nn.Module) -> None:
    """Channels that are constant reach the flatten, with values that are not zero."""
    model[0].weight[[0, 5]] = 0.0
    model[0].bias[[0, 5]] = 0.3


def chain_of_constants(model: nn.Module) -> None:
    """A zero filter whose constant passes batch norm, ReLU6, a depthwise layer and a pooling before it is read."""
    model[0].weight[[1, 2]] = 0.0
    model[0].bias[[1, 2]] = torch.tensor([0.4, -0.6])


def constants_by_residual(model: nn.Module) -> None:
    """The same channels are constant on both sides of an add, and other channels on one side only."""
    for layer in (model.stem[0], model.one[1]):
        layer.weight[[2, 5]] = 0.0
    model.stem[0].weight[3] = 0.0
    model.one[1].weight[6] = 0.0


def dead_residual_channels(model: nn.Module) -> None:
    """Nobody reads channels 1 and 4 of the first stream: all columns that read them are zero."""
    for layer in (model.one[0][0], model.two[0][0], model.projection[0]):
        layer.weight[:, [1, 4]] = 0.0


def _sequence(*layers: nn.Module) -> nn.Module:
    return nn.Sequential(*layers)


def _three() -> nn.Module:
    return nn.Sequential(conv_bn(3, 8), conv_bn(8, 8), conv_bn(8, 6), head(6))


def _constant_chain() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.BatchNorm2d(8),
        nn.ReLU6(),
        nn.Conv2d(8, 8, 3, groups=8),
        nn.AvgPool2d(2),
        nn.Conv2d(8, 5, 1),
        head(5),
    )


def one_uneven_constant(model: nn.Module) -> None:
    """One filter of the stem is zero, its constant is made uneven; one filter of the reader is zero."""
    model.stem.weight[0] = 0.0
    model.reader.weight[1] = 0.0


def _border_then(move: Callable[[Tensor], Tensor], outputs: int) -> Case:
    return images(
        lambda: BorderThenMoved(move, outputs),
        (3, 6, 6),
        plant=one_uneven_constant,
        keep=frozenset({"stem", "uneven", "reader"}),
        incomplete=BORDER,
    )


BORDER = "constants that are not zero stay in front of a padded border"

ZEROS: dict[str, Case] = {
    "shared_weight": images(SharedParameter, (3, 7, 7)),
    "called_twice": images(CalledTwice, (3, 9, 9)),
    "loop": images(Loop, (3, 7, 7)),
    "tied_linear": images(TiedLinear, (7,)),
    "unused_input": images(UnusedInput, (3, 7, 7), (4,), (2, 7, 7)),
    "unused_layers": images(UnusedLayers, (3, 7, 7)),
    "several_inputs": images(SeveralInputs, (3, 7, 7), (5,)),
    "keyword_inputs": images(KeywordInputs, (3, 7, 7), keywords=(("side", (4,)),)),
    "keyword_inputs_all": images(KeywordInputs, (3, 7, 7), keywords=(("side", (4,)), ("scale", (1, 7, 7)))),
    "padded_border": images(padded_borders, (3, 9, 9), incomplete=BORDER),
    "padded_border_wide": images(lambda: padded_borders(padding=3, stride=2), (3, 9, 9), incomplete=BORDER),
    "padded_border_dilated": images(lambda: padded_borders(padding=2, dilation=2), (3, 9, 9), incomplete=BORDER),
    "padded_border_depthwise": images(lambda: padded_borders(groups=8), (3, 9, 9), incomplete=BORDER),
    "padded_border_grouped": images(lambda: padded_borders(groups=2), (3, 9, 9), incomplete=BORDER),
    "border_then_slice": _border_then(lambda x: x[:, 1:], 5),
    "border_then_flip": _border_then(lambda x: x.flip(1), 6),
    "border_then_split": _border_then(lambda x: torch.cat(x.split([2, 4], 1)[::-1], 1), 6),
    "padding_reflect": images(lambda: padded_borders("reflect"), (3, 9, 9)),
    "padding_replicate": images(lambda: padded_borders("replicate"), (3, 9, 9)),
    "padding_circular": images(lambda: padded_borders("circular"), (3, 9, 9)),
    "padding_same": images(
        lambda: _sequence(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 4, padding="same"), nn.ReLU(), nn.Conv2d(8, 4, 1)),
        (3, 9, 9),
        incomplete=BORDER,
    ),
    "padding_by_function": images(
        lambda: _sequence(
            nn.Conv2d(3, 8, 3), nn.ZeroPad2d((1, 2, 0, 1)), nn.Conv2d(8, 6, 3), nn.ReLU(), nn.Conv2d(6, 4, 1)
        ),
        (3, 9, 9),
        incomplete=BORDER,
    ),
    "padding_by_constant": images(
        lambda: _sequence(
            nn.Conv2d(3, 8, 3), nn.ConstantPad2d(1, 0.5), nn.Conv2d(8, 6, 3), nn.ReLU(), nn.Conv2d(6, 4, 1)
        ),
        (3, 9, 9),
        incomplete=BORDER,
    ),
    "average_pool_padded": images(lambda: pooled(nn.AvgPool2d(3, stride=2, padding=1)), (3, 9, 9), incomplete=BORDER),
    "average_pool_valid_only": images(
        lambda: pooled(nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)), (3, 9, 9)
    ),
    "average_pool_ceil": images(
        lambda: pooled(nn.AvgPool2d(2, ceil_mode=True), nn.AvgPool2d(2, padding=1, ceil_mode=True)),
        (3, 11, 7),
        incomplete=BORDER,
    ),
    "average_pool_divisor": images(lambda: pooled(nn.AvgPool2d(2, divisor_override=3)), (3, 9, 9)),
    "max_pool_padded": images(lambda: pooled(nn.MaxPool2d(3, stride=2, padding=1)), (3, 9, 9)),
    "max_pool_ceil": images(lambda: pooled(nn.MaxPool2d(2, ceil_mode=True), nn.MaxPool2d(3, 2)), (3, 13, 11)),
    "adaptive_pools": images(lambda: pooled(nn.AdaptiveAvgPool2d((4, 3)), nn.AdaptiveMaxPool2d(2)), (3, 9, 9)),
    "lp_pool": images(lambda: pooled(nn.LPPool2d(2, 2)), (3, 9, 9)),
    "constant_chain": images(_constant_chain, (3, 9, 9), plant=chain_of_constants),
    "zero_gamma": images(_three, (3, 9, 9), plant=zero_gamma("0.1", "1.1", "2.1")),
    "zero_gate": images(AllConstantPath, (3, 7, 7), plant=gate_of_zero, keep=frozenset({"excite"})),
    "constant_gate": images(AllConstantPath, (3, 7, 7), plant=zero_filters("squeeze"), keep=frozenset({"squeeze"})),
    "zero_layer": images(_three, (3, 9, 9), plant=zero_filters("1.0")),
    "zero_layer_and_shift": images(_three, (3, 9, 9), plant=zero_filters("1.0", "1.1", bias=True)),
    "zero_first_layer": images(_three, (3, 9, 9), plant=zero_filters("0.0")),
    "zero_classifier": images(_three, (3, 9, 9), plant=zero_filters("3.2")),
    "zero_branch": images(Residual, (3, 9, 9), plant=zero_filters("one.1")),
    "zero_branch_and_shift": images(Residual, (3, 9, 9), plant=zero_filters("one.1", "one.2", bias=True)),
    "zero_projection": images(Residual, (3, 9, 9), plant=zero_filters("projection.0", "projection.1", bias=True)),
    "zero_everything": images(_three, (3, 9, 9), plant=zero_filters("*"), refused="all-zero"),
    "zero_everything_and_shift": images(Residual, (3, 9, 9), plant=zero_filters("*", bias=True), refused="all-zero"),
    "constants_by_residual": images(Residual, (3, 9, 9), plant=constants_by_residual),
    "dead_residual_channels": images(Residual, (3, 9, 9), plant=dead_residual_channels),
    "negative_zeros": images(_three, (3, 9, 9), plant=negative_zeros),
    "dead_flatten": images(
        lambda: _sequence(conv_bn(3, 8), nn.MaxPool2d(3), nn.Flatten(), nn.Linear(72, 10), nn.ReLU(), nn.Linear(10, 4)),
        (3, 9, 9),
        plant=dead_position_in_flatten,
    ),
    "constant_flatten": images(
        lambda: _sequence(
            nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 9, 10), nn.ReLU(), nn.Linear(10, 4)
        ),
        (3, 5, 5),
        plant=flatten_constants,
    ),
}
