"""Images keep their sizes; what is no image, whatever its dimensions, has dynamic ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import sparsec
from sparsec.compiler.capture.images import images_of
from sparsec.compiler.capture.user_model import UserModel
from sparsec.compiler.ir.program import is_static, shape_of


class Attention(nn.Module):
    """One step of a decoder: keys and values [batch, heads, length, size] come in and go out longer."""

    def __init__(self, convolved: bool = False) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(16, 16) for _ in range(4))
        self.front = nn.Conv2d(1, 1, 3, padding=1) if convolved else None
        self.q.weight.data[:8] = self.k.weight.data[:8] = 0
        self.q.bias.data[:8] = self.k.bias.data[:8] = 0

    def forward(self, x: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        if self.front is not None:
            x = self.front(x).squeeze(1)
        batch, tokens, _ = x.shape
        q, k, v = (part(x).view(batch, tokens, 2, 8).transpose(1, 2) for part in (self.q, self.k, self.v))
        keys, values = torch.cat([keys, k], 2), torch.cat([values, v], 2)
        y = F.scaled_dot_product_attention(q, keys, values)
        return self.o(y.transpose(1, 2).reshape(batch, tokens, 16)), keys, values


def agree(compiled: Callable[..., tuple[Tensor, ...]], model: nn.Module, *inputs: Tensor) -> None:
    for found, wanted in zip(compiled(*inputs), model(*inputs), strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-6)


def caches(length: int, batch: int = 3) -> tuple[Tensor, Tensor]:
    return torch.randn(batch, 2, length, 8), torch.randn(batch, 2, length, 8)


def test_caches_have_dynamic_lengths() -> None:
    torch.manual_seed(0)
    model = Attention().eval()
    compiled = sparsec.compile(model, (torch.randn(3, 4, 16), *caches(5)), measure=False)
    for tokens, length, batch in ((4, 5, 3), (1, 7, 3), (2, 1, 3), (3, 0, 2), (4, 6, 1), (1, 100, 3)):
        agree(compiled, model, torch.randn(batch, tokens, 16), *caches(length, batch))


class Masked(nn.Module):
    """Attention with a mask of numbers, by PyTorch's operator or written out."""

    def __init__(self, written: bool) -> None:
        super().__init__()
        self.q, self.written = nn.Linear(6, 6), written

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        q, mask = self.q(x).unflatten(2, (2, 3)).transpose(1, 2), mask * 2.0
        if self.written:
            return ((q @ q.transpose(2, 3)) * 0.5 + mask).softmax(-1) @ q
        return F.scaled_dot_product_attention(q, q, q, attn_mask=mask)


@pytest.mark.parametrize("rows", [1, 7])
@pytest.mark.parametrize("written", [False, True])
def test_masks_have_dynamic_lengths(written: bool, rows: int) -> None:
    model = Masked(written).eval()
    compiled = sparsec.compile(model, (torch.randn(2, 7, 6), torch.randn(2, 1, rows, 7)), measure=False)
    for batch, tokens in ((3, 9), (1, 7), (2, 2)):
        agree(compiled, model, torch.randn(batch, tokens, 6), torch.randn(batch, 1, 1 if rows == 1 else tokens, tokens))


def test_caches_beside_images_have_dynamic_lengths() -> None:
    torch.manual_seed(0)
    model = Attention(convolved=True).eval()
    example = torch.randn(3, 1, 4, 16), *caches(5)
    assert images_of(UserModel(model), (example, {})) == {0: {1, 2, 3}, 1: {1, 3}, 2: {1, 3}}
    compiled = sparsec.compile(model, example, measure=False)
    for length in (5, 9, 2):
        agree(compiled, model, torch.randn(3, 1, 4, 16), *caches(length))


WEIGHT = torch.ones(4, 3, 3, 3)

READS: dict[str, tuple[Callable[[Tensor], Tensor], bool]] = {
    "convolution": (lambda x: F.conv2d(x, WEIGHT), True),
    "convolution of something": (lambda x: F.conv2d((x * 2).relu().flip(3), WEIGHT), True),
    "channels last": (lambda x: F.conv2d(x[..., :3].permute(0, 3, 1, 2), WEIGHT), True),
    "transposed convolution": (lambda x: F.conv_transpose2d(x, WEIGHT.transpose(0, 1)), True),
    "pooling": (lambda x: F.max_pool2d(x, 2), True),
    "average": (lambda x: F.avg_pool2d(x, 2), True),
    "resizing": (lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"), True),
    "reflection": (lambda x: F.pad(x, (1, 1, 1, 1), mode="reflect"), True),
    "windows": (lambda x: F.unfold(x, 2), True),
    "pooling to a size": (lambda x: F.adaptive_avg_pool2d(x, 3), True),
    "the nearest": (lambda x: F.interpolate(x, size=(3, 4), mode="nearest-exact"), True),
    "replication": (lambda x: F.pad(x, (1, 1, 1, 1), mode="replicate"), True),
    "a grid": (lambda x: F.grid_sample(x, torch.zeros(2, 3, 3, 2), align_corners=False), True),
    "another type": (lambda x: torch.ops.prims.convert_element_type(x, torch.float64), False),
    "product": (lambda x: x @ x.transpose(-1, -2), False),
    "attention": (lambda x: F.scaled_dot_product_attention(x, x, x), False),
    "norm": (lambda x: F.layer_norm(x, x.shape[-1:]), False),
    "signals of it": (lambda x: F.conv1d(x.flatten(2), WEIGHT[..., 0]), False),
}


@pytest.mark.parametrize("name", READS)
def test_who_looks_at_neighbours(name: str) -> None:
    read, wanted = READS[name]

    class Reading(nn.Module):
        def forward(self, other: Tensor, x: Tensor) -> Tensor:
            return read(x).sum() + other

    found = images_of(UserModel(Reading()), ((torch.randn(2, 3, 5, 5), torch.randn(2, 3, 6, 6)), {}))
    assert found == {0: {1, 3}, 1: {1, 2, 3} if wanted else {1, 3}}


def test_tokens_and_failures() -> None:
    class Failing(nn.Module):
        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            if y.ndim == 2:
                raise ValueError("no")
            return x

    x = torch.randn(2, 3, 6, 6)
    assert images_of(UserModel(Failing()), ((x, torch.zeros(2, 2)), {})) == {0: {1, 2, 3}}  # who knows
    assert images_of(UserModel(Failing()), ((x, torch.zeros(2, 2).long()), {})) == {}


def test_of_what_is_no_image_the_length_is_dynamic() -> None:
    """Heads and sizes of heads that nothing fixes are numbers all the same."""

    class Products(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.o = nn.Linear(5, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.o(x @ x.transpose(-1, -2) @ x)

    model, x = Products().eval(), torch.randn(2, 3, 6, 5)
    compiled = sparsec.compile(model, (x,), measure=False)
    (node,) = compiled.program.placeholders()
    assert [is_static(size) for size in shape_of(node)] == [False, True, False, True]


def test_images_keep_their_size() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 4, 3)).eval()
    compiled = sparsec.compile(model, (torch.randn(2, 3, 9, 9),), measure=False)
    (x,) = compiled.program.placeholders()
    assert [is_static(size) for size in shape_of(x)] == [False, True, True, True]
