"""A small network of each kind, with data: what pruning has to be right for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH, LENGTH, WORDS = 16, 6, 40


class Convolutions(nn.Module):
    """Batch norms, a depthwise and a grouped convolution, a residual, a linear layer behind a flattened picture."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.expand, self.depth = nn.Conv2d(8, 16, 1), nn.Conv2d(16, 16, 3, padding=1, groups=16)
        self.project, self.norm2 = nn.Conv2d(16, 8, 1), nn.BatchNorm2d(8)
        self.grouped = nn.Conv2d(8, 12, 3, stride=2, groups=2)
        self.hidden, self.last = nn.Linear(48, 16), nn.Linear(16, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm(self.stem(x)))
        x = x + self.norm2(self.project(F.relu(self.depth(F.relu6(self.expand(x))))))
        x = F.relu(self.grouped(x)).flatten(1)
        return self.last(F.relu(self.hidden(x)))


class Heads(nn.Module):
    """Attention, of queries that share keys and values, with rotary positions or without."""

    def __init__(self, heads: int = 4, groups: int = 4, rotary: bool = False, causal: bool = False) -> None:
        super().__init__()
        self.size, self.causal = WIDTH // heads, causal
        self.q, self.o = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.k, self.v = (nn.Linear(WIDTH, groups * self.size) for _ in range(2))
        angles = torch.outer(torch.arange(LENGTH), 0.5 ** torch.arange(self.size // 2)).repeat(1, 2)
        self.register_buffer("angles", angles if rotary else None)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (part(x).unflatten(-1, (-1, self.size)).transpose(1, 2) for part in (self.q, self.k, self.v))
        if self.angles is not None:
            q, k = self._turned(q), self._turned(k)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal, enable_gqa=q.shape[1] != k.shape[1])
        return self.o(y.transpose(1, 2).flatten(2))

    def _turned(self, x: Tensor) -> Tensor:
        one, other = x.chunk(2, dim=-1)
        return x * self.angles.cos() + torch.cat([-other, one], dim=-1) * self.angles.sin()


class Feed(nn.Module):
    def __init__(self, gated: bool) -> None:
        super().__init__()
        self.up, self.down = nn.Linear(WIDTH, 24), nn.Linear(24, WIDTH)
        self.gate = nn.Linear(WIDTH, 24) if gated else None

    def forward(self, x: Tensor) -> Tensor:
        up = self.up(x)
        return self.down(F.gelu(up) if self.gate is None else F.silu(self.gate(x)) * up)


class Experts(nn.Module):
    """Two of four experts for each token, by what a router says."""

    def __init__(self) -> None:
        super().__init__()
        self.router = nn.Linear(WIDTH, 4, bias=False)
        self.experts = nn.ModuleList(Feed(gated=True) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        shares = self.router(x).softmax(dim=-1)
        shares = shares * (shares >= shares.topk(2, dim=-1).values[..., 1:])
        return sum(shares[..., i, None] * expert(x) for i, expert in enumerate(self.experts))


class Scan(nn.Module):
    """What Mamba does: a short causal convolution, and a state that decays by what comes in."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(WIDTH, 48), nn.Linear(24, WIDTH)
        self.conv = nn.Conv1d(24, 24, 3, padding=2, groups=24)
        self.decay, self.steps = nn.Linear(24, 24), nn.Parameter(torch.rand(24))

    def forward(self, x: Tensor) -> Tensor:
        x, gate = self.into(x).chunk(2, dim=-1)
        x = F.silu(self.conv(x.mT)[..., :LENGTH].mT)
        decay, state, states = torch.exp(-F.softplus(self.decay(x)) * self.steps), torch.zeros_like(x[:, 0]), []
        for place in range(LENGTH):
            state = decay[:, place] * state + x[:, place]
            states.append(state)
        return self.out(torch.stack(states, dim=1) * F.silu(gate))


class Layers(nn.Module):
    """A residual stream of tokens; the head may be tied to their table."""

    def __init__(self, parts: list[nn.Module], tied: bool = False) -> None:
        super().__init__()
        self.table, self.head = nn.Embedding(WORDS, WIDTH), nn.Linear(WIDTH, WORDS, bias=False)
        if tied:
            self.head.weight = self.table.weight
        self.parts = nn.ModuleList(parts)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in parts)

    def forward(self, x: Tensor) -> Tensor:
        x = self.table(x)
        for norm, part in zip(self.norms, self.parts, strict=True):
            x = x + part(norm(x))
        return self.head(x)


class Encoder(nn.Module):
    """PyTorch's own, with one weight for queries, keys and values."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(WIDTH, 4, 24, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x)


class Products(nn.Module):
    """Layers as GPT-2 has them: weights of (inputs, outputs)."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.down = (nn.Parameter(torch.randn(size) / 4) for size in ((WIDTH, 24), (24, WIDTH)))
        self.bias, self.norm = nn.Parameter(torch.randn(24)), nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.addmm(self.bias, self.norm(x).flatten(0, 1), self.up)
        return x + (F.gelu(y) @ self.down).unflatten(0, x.shape[:2])


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cell, self.last = nn.LSTM(WIDTH, 12, batch_first=True), nn.Linear(12, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(F.relu(self.cell(x)[0]))


MAKERS: dict[str, Callable[[], nn.Module]] = {
    "cnn": Convolutions,
    "encoder": Encoder,
    "decoder": lambda: Layers([Heads(4, 2, rotary=True, causal=True), Feed(gated=True)], tied=True),
    "moe": lambda: Layers([Heads(), Experts()]),
    "mamba": lambda: Layers([Scan(), Scan()]),
    "products": lambda: Layers([Heads(), Products()]),
    "recurrent": Recurrent,
}


def net_of(kind: str) -> nn.Module:
    """One in eval mode, with what a norm has learned."""
    torch.manual_seed(0)
    net = MAKERS[kind]().eval()
    for name, buffer in net.named_buffers():
        if "running" in name:
            buffer.copy_(torch.rand_like(buffer) + 0.5)
    return net


def data_of(kind: str, count: int = 4) -> list[Any]:
    """Batches of inputs and labels."""
    g = torch.Generator().manual_seed(1)
    if kind == "cnn":
        return [(torch.randn(4, 3, 6, 6, generator=g), torch.randint(5, (4,), generator=g)) for _ in range(count)]
    if kind in ("encoder", "recurrent"):
        return [(torch.randn(4, LENGTH, WIDTH, generator=g), torch.randn(4, generator=g)) for _ in range(count)]
    return [tuple(torch.randint(WORDS, (4, LENGTH), generator=g) for _ in range(2)) for _ in range(count)]


def loss(outputs: Tensor, labels: Tensor) -> Tensor:
    """One number a sample, whatever the outputs are."""
    if labels.is_floating_point():
        return (outputs.flatten(1).mean(1) - labels).square()
    if outputs.ndim == 2:
        return F.cross_entropy(outputs, labels, reduction="none")
    return F.cross_entropy(outputs.mT, labels, reduction="none").mean(1)
