"""Transformers to time: an encoder of BERT-base's width, and one decoding step of a Llama-shaped decoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Encoder(nn.Module):
    """Post-norm blocks on vectors, as in BERT: attention, then an MLP with GELU."""

    def __init__(self, layers: int = 6, width: int = 768, heads: int = 12, hidden: int = 3072) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(EncoderBlock(width, heads, hidden) for _ in range(layers))

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x


class EncoderBlock(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = (
            layer(x).view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, length, width)
        x = self.first(x + self.out(y))
        return self.second(x + self.down(F.gelu(self.up(x))))


class DecodingStep(nn.Module):
    """One token through pre-norm blocks with grouped queries, rotary positions, gated MLPs, and caches in and out."""

    def __init__(
        self,
        layers: int = 6,
        width: int = 1024,
        heads: int = 16,
        groups: int = 4,
        hidden: int = 2816,
        words: int = 8192,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.blocks = nn.ModuleList(DecoderBlock(width, heads, groups, hidden) for _ in range(layers))
        self.norm, self.head = nn.RMSNorm(width), nn.Linear(width, words, bias=False)

    def forward(self, token: Tensor, caches: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """Token numbers (batch, 1) and, for each block, keys and values (batch, groups, past, size)."""
        x, made = self.embedding(token), []
        for block, (keys, values) in zip(self.blocks, caches, strict=True):
            x, new = block(x, keys, values)
            made.append(new)
        return self.head(self.norm(x)), made


class DecoderBlock(nn.Module):
    def __init__(self, width: int, heads: int, groups: int, hidden: int) -> None:
        super().__init__()
        self.heads, self.groups, self.size = heads, groups, width // heads
        self.query, self.out = nn.Linear(width, width, bias=False), nn.Linear(width, width, bias=False)
        self.key, self.value = (nn.Linear(width, groups * self.size, bias=False) for _ in range(2))
        self.gate, self.up = nn.Linear(width, hidden, bias=False), nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)
        self.first, self.second = nn.RMSNorm(width), nn.RMSNorm(width)
        angles = 10000.0 ** (-torch.arange(0, self.size, 2) / self.size)
        self.register_buffer("angles", torch.cat([angles, angles]))

    def forward(self, x: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        batch, y, position = x.shape[0], self.first(x), keys.shape[2]
        q = self._turned(self.query(y).view(batch, 1, self.heads, self.size).transpose(1, 2), position)
        k = self._turned(self.key(y).view(batch, 1, self.groups, self.size).transpose(1, 2), position)
        keys = torch.cat([keys, k], dim=2)
        values = torch.cat([values, self.value(y).view(batch, 1, self.groups, self.size).transpose(1, 2)], dim=2)
        attended = F.scaled_dot_product_attention(q, self._repeated(keys), self._repeated(values))
        x = x + self.out(attended.transpose(1, 2).reshape(batch, 1, -1))
        y = self.second(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y)), (keys, values)

    def _turned(self, x: Tensor, position: int) -> Tensor:
        turn = self.angles * position
        low, high = x.chunk(2, dim=-1)
        return x * turn.cos() + torch.cat([-high, low], dim=-1) * turn.sin()

    def _repeated(self, x: Tensor) -> Tensor:
        batch, _, length, size = x.shape
        times = self.heads // self.groups
        wide = x[:, :, None].expand(batch, self.groups, times, length, size)
        return wide.reshape(batch, self.heads, length, size)


@torch.no_grad()
def mask(model: nn.Module, share: float, seed: int = 0) -> None:
    """Zero a share of the heads (what the output projection reads of them) and of the neurons of every block."""
    random = torch.Generator().manual_seed(seed)
    for block in model.blocks:  # type: ignore[union-attr]
        size = block.out.in_features // block.heads
        for head in torch.randperm(block.heads, generator=random)[: round(share * block.heads)].tolist():
            block.out.weight[:, head * size : (head + 1) * size] = 0
        neurons = torch.randperm(block.down.in_features, generator=random)
        block.down.weight[:, neurons[: round(share * len(neurons))]] = 0
