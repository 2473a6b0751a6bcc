"""Dimensions that happen to be equally long: length = heads = head size = channels = height = width.

Positions are matched by the dimension that they lie in, never by how many they are. Every model here has every size
equal to ``SIZE``, its batch too, so that a rule that looked at sizes would take one dimension for another.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from zoo.backends import run_sparse_backend
from zoo.reference import relative_error

import sparsec

FLOAT64, FLOAT32 = 1e-10, 1e-4
SIZE = 6
WIDTH = SIZE * SIZE
BATCHES = (1, 3)


def thinned(model: nn.Module, seed: int = 0) -> nn.Module:
    """The model in eval mode; layers write zeros at places 1 and 4 of every head and in head 2."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in [*model.named_parameters(), *model.named_buffers()]:
            if value.is_floating_point():
                value.copy_(torch.rand(value.shape, generator=random) + 0.5)
                if "var" not in name:
                    value *= torch.randint(0, 2, value.shape, generator=random) * 2 - 1
        for layer in model.modules():
            if isinstance(layer, (nn.Linear, nn.Conv1d, nn.Conv2d)):
                rows = torch.arange(len(layer.weight))
                zero = (rows % SIZE == 1) | (rows % SIZE == 4) | ((len(rows) >= WIDTH) & (rows // SIZE % SIZE == 2))
                layer.weight[zero] = 0
                layer.bias[zero] = 0
                layer.weight[:, torch.rand(layer.weight.shape[1], generator=random) < 0.3] = 0
    return model.eval()


def noise(shape: Sequence[int], seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(tuple(shape), generator=random, dtype=torch.float64)


def check(model: nn.Module, *inputs: Tensor, fixed: bool = False) -> int:
    """Compiled, the model answers as before, at the example's batch and, unless it is fixed, at others.

    Returns how many numbers went.
    """
    model = model.double()
    shapes = dict.fromkeys([*inspect.signature(model.forward).parameters][: len(inputs)]) if fixed else None
    small = sparsec.compile(model, inputs, measure=False, dynamic_shapes=shapes)
    for batch in (SIZE,) if fixed else (SIZE, *BATCHES):
        given = [x[torch.arange(batch) % len(x)] for x in inputs]
        assert relative_error(small(*given), model(*given)) <= FLOAT64
    return sum(p.numel() for p in model.parameters()) - sum(p.numel() for p in small.parameters())


# -------------------------------------------------------------------- attention


class Attention(nn.Module):
    """Attention over (batch, tokens, width), as sdpa, as products with a softmax between, or as einsum."""

    def __init__(self, form: str, groups: int = SIZE) -> None:
        super().__init__()
        self.form, self.groups = form, groups
        self.q, self.k, self.v = (nn.Linear(WIDTH, n * SIZE) for n in (SIZE, groups, groups))
        self.o = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor, y: Tensor | None = None, pad: Tensor | None = None) -> Tensor:
        y = x if y is None else y
        q = self.q(x).unflatten(-1, (-1, SIZE))
        k, v = (layer(y).unflatten(-1, (-1, SIZE)) for layer in (self.k, self.v))
        mask = None if pad is None else pad[:, None, None, :] & torch.ones(SIZE, SIZE, dtype=torch.bool).tril()
        return self.o(getattr(self, self.form)(q, k, v, mask).flatten(-2))

    def sdpa(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        q, k, v = (x.transpose(1, 2) for x in (q, k, v))
        grouped = self.groups < SIZE
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=grouped).transpose(1, 2)

    def matmul(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        q, k, v = (x.transpose(1, 2) for x in (q, k, v))
        k, v = (x.repeat_interleave(SIZE // self.groups, 1) for x in (k, v))
        scores = q @ k.transpose(-1, -2) * SIZE**-0.5
        scores = scores if mask is None else scores.masked_fill(~mask, -1e4)
        return (scores.softmax(-1) @ v).transpose(1, 2)

    def einsum(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        q = q.unflatten(2, (self.groups, -1))
        scores = torch.einsum("btgmd,bsgd->bgmts", q, k) * SIZE**-0.5
        scores = scores if mask is None else scores.masked_fill(~mask[:, :, None], -1e4)
        return torch.einsum("bgmts,bsgd->btgmd", scores.softmax(-1), v).flatten(2, 3)


FORMS = ("sdpa", "matmul", "einsum")
PAD = torch.arange(SIZE)[:, None] + torch.arange(SIZE) != SIZE  # no query loses its last key: (0, 0) stays


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("inputs", ["self", "cross", "padded", "fixed"])
def test_attention(form: str, inputs: str) -> None:
    x, y = noise((SIZE, SIZE, WIDTH)), noise((SIZE, SIZE, WIDTH), 1)
    given = {"self": (x,), "cross": (x, y), "padded": (x, y, PAD), "fixed": (x, y, PAD)}[inputs]
    assert check(thinned(Attention(form)), *given, fixed=inputs == "fixed") > 0


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("groups", [1, 2])
def test_grouped_queries(form: str, groups: int) -> None:
    assert check(thinned(Attention(form, groups)), noise((SIZE, SIZE, WIDTH))) > 0


class WithMask(nn.Module):
    """Attention whose mask is made in several ways, each with labels along another of its dimensions."""

    def __init__(self, mask: str) -> None:
        super().__init__()
        self.mask = mask
        self.qkv, self.o = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.row, self.column = nn.Linear(WIDTH, SIZE), nn.Linear(WIDTH, SIZE)
        self.table = nn.Parameter(torch.randn(SIZE, SIZE))

    def forward(self, x: Tensor) -> Tensor:
        across = self.mask.startswith("channels")
        qkv = self.qkv(x).reshape(-1, SIZE, 3, SIZE, SIZE)
        q, k, v = qkv.permute(2, 0, 3, 4, 1) if across else qkv.permute(2, 0, 3, 1, 4)
        bias = getattr(self, self.mask)(x)
        attended = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.o(attended.permute(0, 3, 1, 2).flatten(2) if across else attended.transpose(1, 2).flatten(2))

    def keys(self, x: Tensor) -> Tensor:
        return self.row(x)[:, None]

    def heads(self, x: Tensor) -> Tensor:
        return self.row(x).transpose(1, 2)[..., None, :] + self.column(x).transpose(1, 2)[..., None]

    def channels_weight(self, x: Tensor) -> Tensor:
        return self.table

    def channels_repeated(self, x: Tensor) -> Tensor:
        return self.table[None].expand(x.shape[0], -1, -1)[:, None]

    def channels_of_keys(self, x: Tensor) -> Tensor:
        return self.row(x.mean(1))[:, None, None, :]

    def channels_of_queries(self, x: Tensor) -> Tensor:
        return self.row(x.mean(1))[:, None, :, None]


@pytest.mark.parametrize(
    "mask", ["keys", "heads", "channels_weight", "channels_repeated", "channels_of_keys", "channels_of_queries"]
)
def test_masks_with_labels(mask: str) -> None:
    assert check(thinned(WithMask(mask)), noise((SIZE, SIZE, WIDTH))) > 0


class Windows(nn.Module):
    """Attention within windows of 2 x 2 with a table of relative positions; as many heads as places in a window."""

    def __init__(self, heads: int = 4, size: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.o = nn.Linear(heads * size, 3 * heads * size), nn.Linear(heads * size, heads * size)
        self.table = nn.Parameter(torch.randn(9, heads))
        place = torch.stack([torch.arange(4) // 2, torch.arange(4) % 2], -1)
        far = place[:, None] - place[None] + 1
        self.register_buffer("far", far[..., 0] * 3 + far[..., 1])

    def forward(self, x: Tensor) -> Tensor:
        b, height, width, c = x.shape
        windows = x.view(b, height // 2, 2, width // 2, 2, c).transpose(2, 3).reshape(-1, 4, c)
        q, k, v = self.qkv(windows).reshape(-1, 4, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        bias = self.table[self.far.view(-1)].view(4, 4, -1).permute(2, 0, 1)
        scores = (q @ k.transpose(-2, -1) + bias[None]).softmax(-1)
        windows = (scores @ v).transpose(1, 2).reshape(-1, 4, c)
        joined = windows.view(b, height // 2, width // 2, 2, 2, c).transpose(2, 3).reshape(b, height, width, c)
        return self.o(joined)


def test_windows_as_long_as_there_are_heads() -> None:
    check(thinned(Windows()), noise((SIZE, 4, 4, 16)))


class Channels(nn.Module):
    """Attention across channels (XCiT): scores are (size, size) of a head."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.o = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.qkv(x).reshape(-1, SIZE, 3, SIZE, SIZE).permute(2, 0, 3, 4, 1)
        scores = (F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1)).softmax(-1)
        return self.o((scores @ v).permute(0, 3, 1, 2).flatten(2))


def test_attention_across_channels() -> None:
    check(thinned(Channels()), noise((SIZE, SIZE, WIDTH)))


# -------------------------------------------------------------------- images, tokens and features


class Square(nn.Module):
    """Two convolutions with something between that has height = width = channels."""

    def __init__(self, between: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(SIZE, SIZE, 3, padding=1), nn.Conv2d(SIZE, SIZE, 3, padding=1)
        self.between = between

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.between(self.first(x)))


class Times(nn.Module):
    """A product with, and a sum of, weights of some shape."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.randn(shape)), nn.Parameter(torch.randn(shape[-1:]))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale + self.shift


BETWEEN: dict[str, Callable[[], Callable[[Tensor], Tensor]]] = {
    "batch norm": lambda: nn.BatchNorm2d(SIZE),
    "group norm, a channel a group": lambda: nn.GroupNorm(SIZE, SIZE),
    "group norm": lambda: nn.GroupNorm(2, SIZE),
    "instance norm": lambda: nn.InstanceNorm2d(SIZE, affine=True),
    "layer norm over columns": lambda: nn.LayerNorm(SIZE),
    "layer norm over everything": lambda: nn.LayerNorm([SIZE, SIZE, SIZE]),
    "prelu": lambda: nn.PReLU(SIZE),
    "transpose channels and rows": lambda: lambda y: y.transpose(1, 2),
    "transpose channels and columns": lambda: lambda y: y.transpose(1, 3),
    "permute": lambda: lambda y: y.permute(0, 3, 1, 2),
    "plus its transpose": lambda: lambda y: y + y.transpose(1, 2),
    "times its transpose": lambda: lambda y: y * y.transpose(1, 3) + y,
    "table by place": lambda: Times(SIZE, SIZE),
    "table by row": lambda: Times(SIZE, 1),
    "table by channel": lambda: Times(SIZE, 1, 1),
    "gate of channels along columns": lambda: lambda y: y * y.mean((2, 3))[:, None, None].sigmoid(),
    "gate of channels along rows": lambda: lambda y: y * y.mean((2, 3))[:, None, :, None].sigmoid(),
    "gate of places": lambda: lambda y: y * y.mean(1, keepdim=True).sigmoid(),
    "gate of places along channels": lambda: lambda y: y * y.mean(1)[..., None].sigmoid(),
    "product of images": lambda: lambda y: y @ y,
    "product with the transpose": lambda: lambda y: y @ y.transpose(1, 2),
    "einsum": lambda: lambda y: torch.einsum("bchw,bwhc->bhcw", y, y),
    "softmax over channels": lambda: lambda y: y.softmax(1),
    "softmax over rows": lambda: lambda y: y.softmax(2),
    "rows put for channels": lambda: lambda y: torch.stack(y.unbind(2), 1),
    "half of both": lambda: lambda y: torch.cat([y, y.transpose(1, 2)], 1)[:, ::2],
    "reshape": lambda: lambda y: y.reshape(-1, SIZE, WIDTH).transpose(1, 2).reshape(-1, SIZE, SIZE, SIZE),
    "flip and roll": lambda: lambda y: y.flip(1, 2).roll((1, 2), (1, 3)),
    "linear over columns": lambda: nn.Linear(SIZE, SIZE),
}


@pytest.mark.parametrize("fixed", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("between", BETWEEN)
def test_images_as_large_as_they_have_channels(between: str, fixed: bool) -> None:
    gone = check(thinned(Square(BETWEEN[between]())), noise((SIZE, SIZE, SIZE, SIZE)), fixed=fixed)
    assert gone >= 0


class Tokens(nn.Module):
    """Tokens by features, both as many, that change places between layers."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(SIZE, 2 * SIZE), nn.Linear(SIZE, SIZE), nn.Linear(SIZE, SIZE)
        self.norm, self.features = nn.BatchNorm1d(SIZE), nn.LayerNorm(SIZE)
        self.form = form

    def forward(self, x: Tensor) -> Tensor:
        u, v = self.a(self.features(x)).chunk(2, -1)
        return self.c(getattr(self, self.form)(u, v))

    def mixed(self, u: Tensor, v: Tensor) -> Tensor:
        return u + self.b(v.transpose(1, 2)).transpose(1, 2)

    def gated(self, u: Tensor, v: Tensor) -> Tensor:
        return u * self.b(v.transpose(1, 2)).transpose(1, 2)

    def gated_by_another_dimension(self, u: Tensor, v: Tensor) -> Tensor:
        return u * self.b(v.transpose(1, 2))

    def batch_norm_over_tokens(self, u: Tensor, v: Tensor) -> Tensor:
        return self.b(self.norm(u)) + v

    def outer(self, u: Tensor, v: Tensor) -> Tensor:
        return torch.bmm(u, self.b(v)) + torch.bmm(u.transpose(1, 2), v)


@pytest.mark.parametrize("fixed", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("form", ["mixed", "gated", "gated_by_another_dimension", "batch_norm_over_tokens", "outer"])
def test_as_many_tokens_as_features(form: str, fixed: bool) -> None:
    assert check(thinned(Tokens(form)), noise((SIZE, SIZE, SIZE)), fixed=fixed) >= 0


# -------------------------------------------------------------------- inside torch.compile


@pytest.mark.parametrize("dynamic", [None, True])
@pytest.mark.parametrize("form", ["sdpa", *(pytest.param(form, marks=pytest.mark.slow) for form in FORMS[1:])])
def test_torch_compile(form: str, dynamic: bool | None) -> None:
    model = thinned(Attention(form))
    x, y = (noise((SIZE, SIZE, WIDTH), seed).float() for seed in (0, 1))
    batches = [((x[:n], y[:n], PAD[:n]), {}) for n in (SIZE, 3)]
    for result, (args, _) in zip(run_sparse_backend(model, batches, dynamic=dynamic), batches, strict=True):
        assert relative_error(result, model(*args)) <= FLOAT32
