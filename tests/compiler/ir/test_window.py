"""The geometry of convolutions, and which of them is another one in disguise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from sparsec.compiler.ir.window import Window

FORWARD: Sequence[Callable[..., Tensor]] = (F.conv1d, F.conv2d, F.conv3d)
TRANSPOSED: Sequence[Callable[..., Tensor]] = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)


def random(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)), dtype=torch.float64)


def result(window: Window, x: Tensor, weight: Tensor) -> Tensor:
    _, stride, padding, dilation = window.sides
    sides = len(window.kernel) - 1
    if window.extra is None:
        return FORWARD[sides](x, weight, None, stride, padding, dilation, window.groups)
    return TRANSPOSED[sides](x, weight, None, stride, padding, [*window.extra], window.groups, dilation)


def interleaved(y: Tensor, window: Window) -> Tensor:
    """The result of the plain convolution, with each group's phases interleaved."""
    sides = len(window.kernel)
    y = y.unflatten(1, (window.groups, *window.phases, -1))
    y = y.permute(0, 1, 2 + sides, *(dim for side in range(sides) for dim in (3 + sides + side, 2 + side))).flatten(
        1, 2
    )
    for side in range(sides):
        y = y.flatten(2 + side, 3 + side)
    return y


DISGUISED: dict[str, Window] = {
    "flipped": Window((3, 2), padding=(1, 0), extra=(0, 0)),
    "flipped with gaps": Window((3, 2), dilation=(2, 1), extra=(0, 0)),
    "phases": Window((2, 2), (2, 2), extra=(0, 0)),
    "uneven phases": Window((2, 3), (2, 3), extra=(0, 0)),
    "one side each": Window((3, 2), (1, 2), (1, 0), extra=(0, 0)),
    "groups of phases": Window((2, 2), (2, 2), groups=3, extra=(0, 0)),
    "a signal": Window.of([4], [4], [0], [1], groups=2, extra=[0]),
    "a volume": Window.of([2, 3, 1], [2, 1, 1], [0, 2, 0], [1, 1, 1], extra=[0, 0, 0]),
}


@pytest.mark.parametrize("name", DISGUISED)
def test_a_transposed_convolution_that_is_another(name: str) -> None:
    window = DISGUISED[name]
    plain, groups = window.plain, window.groups
    assert plain is not None and plain.extra is None and plain.groups == groups
    weight, x = random(2 * groups, 3, *window.kernel), random(2, 2 * groups, *(5, 6, 4)[: len(window.kernel)])
    matrix = window.matrix(weight)
    assert torch.equal(window.weight(matrix), weight)
    expected = result(window, x, weight)
    assert [*expected.shape[2:]] == window.places(x.shape[2:])
    found = result(plain, x, matrix.reshape(len(matrix), -1, *plain.kernel))
    torch.testing.assert_close(interleaved(found, window), expected)


MEETING: dict[str, dict[str, Any]] = {
    "taps that meet": {"kernel": (4, 4), "stride": (2, 2), "padding": (1, 1)},
    "taps that leave places out": {"kernel": (2, 2), "stride": (3, 3)},
    "a border that is cut off": {"kernel": (2, 2), "stride": (2, 2), "padding": (1, 0)},
    "places behind": {"kernel": (2, 2), "stride": (2, 2), "extra": (1, 0)},
    "gaps": {"kernel": (2, 2), "stride": (2, 2), "dilation": (1, 2)},
    "more border than taps": {"kernel": (2, 2), "padding": (2, 0)},
}


@pytest.mark.parametrize("name", MEETING)
def test_a_transposed_convolution_that_is_no_other(name: str) -> None:
    window = Window(**{"extra": (0, 0), **MEETING[name]})
    assert window.plain is None
    with pytest.raises(ValueError, match="no plain convolution"):
        window.matrix(random(2, 3, *window.kernel))
    x, weight = random(1, 2, 7, 8), random(2, 3, *window.kernel)
    if max(window.extra or ()) < max(*window.stride, *window.dilation):
        assert [*result(window, x, weight).shape[2:]] == window.places((7, 8))


def test_convolutions_are_their_own() -> None:
    window = Window((3, 2), (2, 1), (1, 0), (1, 2), groups=2)
    weight = random(4, 3, 3, 2)
    assert window.plain is window and window.phases == (1, 1)
    assert torch.equal(window.weight(window.matrix(weight)), weight) and window.matrix(weight).shape == (4, 18)
    assert [*result(window, random(1, 6, 9, 8), weight).shape[2:]] == window.places((9, 8))


def test_points_are_products_with_all_channels() -> None:
    assert Window((1, 1)).is_point and Window.of([1], [1], [0], [1]).is_point
    assert not Window((1, 1), groups=2).is_point and not Window((1, 1), (1, 2)).is_point
    assert not Window((1, 1), padding=(0, 1)).is_point and not Window((1, 1), extra=(0, 0)).is_point


def test_what_differs_has_other_words() -> None:
    kinds = [Window((3, 3)), Window((3, 3), groups=2), Window((3, 3), extra=(0, 0)), Window((3, 3), (1, 2))]
    assert len({window.words for window in kinds}) == len(kinds)
