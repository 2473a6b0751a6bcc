"""No compile returns more numbers than it got, unless a measured gain pays for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize, prune
from zoo.stopwatch import Settled

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.size import numbers

from ..passes.harness import captured, difference, known, noise, op_names, optimised

NORM = "aten._native_batch_norm_legit_no_training.default"


def held(module: nn.Module) -> int:
    """Elements of all parameters and buffers (counters of batches aside, which no forward reads in eval mode)."""
    found = {n: x for n, x in (*module.named_parameters(), *module.named_buffers()) if "num_batches" not in n}
    return sum(x.numel() for x in found.values())


class Levels(nn.Module):
    """One layer for several levels, each with a batch norm of its own."""

    def __init__(self, layer: Callable[[], nn.Module], norm: Callable[[int], nn.Module], count: int = 5) -> None:
        super().__init__()
        self.layer, self.norms = layer(), nn.ModuleList(norm(8) for _ in range(count))

    def forward(self, x: Tensor) -> list[Tensor]:
        return [torch.relu(norm(self.layer(x))) for norm in self.norms]


class HalfNormed(Levels):
    """One of the two readers of a layer has a batch norm."""

    def forward(self, x: Tensor) -> list[Tensor]:
        return [self.norms[0](self.layer(x)), torch.relu(self.layer(x + 1))]


class Positions(nn.Module):
    """Relative positions: a small table that is read at many places."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.table, self.out = nn.Linear(16, 8), nn.Parameter(torch.empty(11, 8)), nn.Linear(108, 3)

    def forward(self, x: Tensor) -> Tensor:
        far = torch.arange(6)[:, None] - 2 * torch.arange(3)[None, :] + 4
        scores = torch.einsum("bhwc,hkc->bhwk", self.query(x).reshape(-1, 6, 6, 8), self.table[far])
        return self.out(scores.reshape(x.shape[0], -1))


class Read(nn.Module):
    """A table that is moved about and added to a value of 36 tokens with 8 features."""

    def __init__(self, read: Callable[[Tensor], Tensor], *shape: int) -> None:
        super().__init__()
        self.read, self.table = read, nn.Parameter(torch.empty(shape))
        self.first, self.second = nn.Linear(16, 8), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(torch.relu(self.first(x) + self.read(self.table)))


def places(count: int = 36, of: int = 5) -> Tensor:
    return torch.arange(count) * 7 % of


class TiedEmbedding(nn.Module):
    def __init__(self, product: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.table, self.layer, self.product = nn.Embedding(20, 8), nn.Linear(8, 8), product

    def forward(self, x: Tensor) -> Tensor:
        tokens = (x.abs() * 10).long() % 20
        return self.product(torch.relu(self.layer(self.table(tokens))), self.table.weight)


class Autoencoder(nn.Module):
    """The decoder is the encoder's transpose."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Linear(16, 8)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(torch.relu(self.encode(x)), self.encode.weight.t())


class Masked(nn.Module):
    """One weight, several masks; or one mask for several weights."""

    def __init__(self, weights: int, masks: int) -> None:
        super().__init__()
        self.weights = nn.ParameterList(torch.empty(8, 16) for _ in range(weights))
        for index in range(masks):
            self.register_buffer(f"mask_{index}", torch.ones(8, 16))
        self.pairs = [(w, m) for w in range(weights) for m in range(masks)]

    def forward(self, x: Tensor) -> list[Tensor]:
        return [F.linear(x, self.weights[w] * getattr(self, f"mask_{m}")) for w, m in self.pairs]


class Repeated(nn.Module):
    """A layer's weight is made of a smaller one."""

    def __init__(self, make: Callable[[Tensor], Tensor], *shape: int) -> None:
        super().__init__()
        self.make, self.small, self.second = make, nn.Parameter(torch.empty(shape)), nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(torch.relu(F.linear(x, self.make(self.small))))


class Causal(nn.Module):
    """A mask made of nothing, larger than the model."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        y = self.layer(x)
        hidden = torch.ones(36, 36).tril() == 0
        return torch.softmax((y @ y.transpose(1, 2)).masked_fill(hidden, -1e9), -1) @ y


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(torch.relu(self.layer(x)))


def pruned(model: nn.Module) -> nn.Module:
    prune.l1_unstructured(model.layer, "weight", amount=0.3)  # type: ignore[union-attr]
    return model


IMAGE, TOKENS = (8, 9, 9), (36, 16)
CASES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "one convolution, five norms": (lambda: Levels(lambda: nn.Conv2d(8, 8, 3), nn.BatchNorm2d), IMAGE),
    "no bias": (lambda: Levels(lambda: nn.Conv2d(8, 8, 3, bias=False), nn.BatchNorm2d, 2), IMAGE),
    "grouped": (lambda: Levels(lambda: nn.Conv2d(8, 8, 3, groups=4), nn.BatchNorm2d), IMAGE),
    "depthwise": (lambda: Levels(lambda: nn.Conv2d(8, 8, 5, groups=8, bias=False), nn.BatchNorm2d), IMAGE),
    "transposed": (lambda: Levels(lambda: nn.ConvTranspose2d(8, 8, 2), nn.BatchNorm2d), IMAGE),
    "linear": (lambda: Levels(lambda: nn.Linear(16, 8), nn.BatchNorm1d, 3), (16,)),
    "no affine": (lambda: Levels(lambda: nn.Conv2d(8, 8, 3), lambda n: nn.BatchNorm2d(n, affine=False)), IMAGE),
    "one reader without norm": (lambda: HalfNormed(lambda: nn.Conv2d(8, 8, 3), nn.BatchNorm2d, 1), IMAGE),
    "relative positions": (Positions, TOKENS),
    "index": (lambda: Read(lambda t: t[places()], 5, 8), TOKENS),
    "index of two dimensions": (lambda: Read(lambda t: t[places().reshape(6, 6)].reshape(36, 8), 5, 8), TOKENS),
    "index_select": (lambda: Read(lambda t: t.index_select(0, places()), 5, 8), TOKENS),
    "gather": (lambda: Read(lambda t: t.gather(0, places()[:, None].expand(36, 8)), 5, 8), TOKENS),
    "embedding": (lambda: Read(lambda t: F.embedding(places(), t), 5, 8), TOKENS),
    "repeat": (lambda: Read(lambda t: t.repeat(6, 1), 6, 8), TOKENS),
    "repeat_interleave": (lambda: Read(lambda t: t.repeat_interleave(6, 0), 6, 8), TOKENS),
    "expand": (lambda: Read(lambda t: t[:, None].expand(6, 6, 8).reshape(36, 8), 6, 8), TOKENS),
    "cat": (lambda: Read(lambda t: torch.cat([t, t.flip(0)]), 18, 8), TOKENS),
    "read at two places": (lambda: Read(lambda t: t[:36] + t[3:39] * 2, 39, 8), TOKENS),
    "moved twice": (lambda: Read(lambda t: t[:, places()].permute(1, 0), 8, 5), TOKENS),
    "product of vectors": (lambda: Read(lambda t: t[:36, None] * t[None, 36:], 44), TOKENS),
    "tied embedding, matmul": (lambda: TiedEmbedding(lambda x, w: x @ w.t()), (5,)),
    "tied embedding, permuted": (lambda: TiedEmbedding(lambda x, w: x @ w.permute(1, 0)), (5,)),
    "tied embedding, transposed": (lambda: TiedEmbedding(lambda x, w: torch.matmul(x, w.transpose(-1, -2))), (5,)),
    "tied embedding, linear": (lambda: TiedEmbedding(F.linear), (5,)),
    "tied embedding, read both ways": (lambda: TiedEmbedding(lambda x, w: x @ w[:8] + F.linear(x, w[:8])), (5,)),
    "autoencoder": (Autoencoder, TOKENS),
    "one weight, three masks": (lambda: Masked(1, 3), TOKENS),
    "three weights, one mask": (lambda: Masked(3, 1), TOKENS),
    "three weights, four masks": (lambda: Masked(3, 4), TOKENS),
    "repeated weight": (lambda: Repeated(lambda w: w.repeat(4, 1), 2, 16), TOKENS),
    "low-rank weight": (lambda: Repeated(lambda w: w[:8] @ w[8:].reshape(1, 16), 24, 1), TOKENS),
    "created mask": (Causal, TOKENS),
    "masked layer, called twice": (lambda: pruned(Twice()), TOKENS),
}


@pytest.fixture
def nothing_pays(stopwatch: Settled) -> None:
    """Nothing that was rewritten makes a program faster."""
    stopwatch.gain = 1.0


def compiled(model: nn.Module, shape: tuple[int, ...]) -> sparsec.CompiledModule:
    x = torch.randn(2, *shape, dtype=torch.float64)
    small = sparsec.compile(model, (x,), measure=False, kernels=False)
    assert difference(small.program, model, shape) <= 1e-10
    return small


@pytest.mark.usefixtures("nothing_pays")
@pytest.mark.parametrize("name", CASES)
def test_is_never_larger(name: str) -> None:
    make, shape = CASES[name]
    model = known(make())
    for buffer in (m for n, m in model.named_buffers() if n.startswith("mask")):
        buffer.copy_(torch.rand(buffer.shape) > 0.3)
    small = compiled(model, shape)
    assert held(small) <= held(model)
    assert held(small) == numbers(small.program)


def test_one_batch_norm_for_all_calls_is_folded() -> None:
    class Towers(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.norm = nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8)

        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            return self.norm(self.layer(x)) * self.norm(self.layer(y))

    result = optimised(capture(known(Towers()), noise(IMAGE, IMAGE)))
    assert NORM not in op_names(result.program)
    assert numbers(result.program) == 8 * 8 * 9 + 8


def test_batch_norms_larger_than_the_weight_are_folded() -> None:
    model = known(Levels(lambda: nn.Conv2d(8, 8, 1, groups=8, bias=False), nn.BatchNorm2d))
    result = optimised(captured(model, IMAGE))
    assert NORM not in op_names(result.program)
    assert numbers(result.program) == 5 * (8 + 8) < held(model)


def test_a_mask_is_computed_once_for_all_calls() -> None:
    result = optimised(captured(pruned(known(Twice())), TOKENS))
    assert numbers(result.program) == 16 * 16 + 16


@pytest.mark.parametrize("zeros", [0, 12])
def test_a_created_table_is_held_where_there_is_room(zeros: int) -> None:
    class Table(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(16, 16), nn.Linear(16, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.second(torch.relu(self.first(x)))[:, torch.arange(18) * 5 % 36]

    model = known(Table())
    with torch.no_grad():
        model.first.weight[:zeros] = model.first.bias[:zeros] = 0
    small = compiled(model, TOKENS)
    assert ("aten.arange" in str(small.graph_module.graph) or "arange" in "".join(op_names(small.program))) == (
        not zeros
    )
    assert held(small) <= held(model)


# -------------------------------------------------------------------- weights that layers share


class Heads(nn.Module):
    """One layer for several values, and what reads each of the results leaves out other channels."""

    def __init__(self, layer: Callable[[], nn.Module], readers: Callable[[], nn.Module], count: int = 3) -> None:
        super().__init__()
        self.layer, self.readers = layer(), nn.ModuleList(readers() for _ in range(count))

    def forward(self, x: Tensor) -> list[Tensor]:
        return [reader(torch.relu(self.layer(x + i))) for i, reader in enumerate(self.readers)]


def heads(*dead: list[int], image: bool = True, bias: bool = True) -> nn.Module:
    if image:
        model = known(Heads(lambda: nn.Conv2d(8, 8, 3, bias=bias), lambda: nn.Conv2d(8, 2, 1)))
    else:
        model = known(Heads(lambda: nn.Linear(16, 8, bias=bias), lambda: nn.Linear(8, 2)))
    with torch.no_grad():
        for reader, columns in zip(model.readers, dead, strict=True):
            reader.weight[:, columns] = 0
    return model


@pytest.mark.usefixtures("nothing_pays")
@pytest.mark.parametrize("image", [True, False])
def test_shared_weights_lose_what_no_reader_needs(image: bool) -> None:
    model = heads([0, 1, 2], [0, 1, 3], [1, 2, 7], image=image)
    small = compiled(model, IMAGE if image else TOKENS)
    columns = 72 if image else 16
    assert held(small) == 7 * (columns + 1) + 3 * 2 * 8  # only channel 1 goes; the readers keep theirs
    assert "Undone, measured 1.00x" in " ".join(small.report.decisions)


@pytest.mark.usefixtures("nothing_pays")
def test_shared_weights_are_split_where_that_is_smaller() -> None:
    model = heads([0, 1, 2, 3, 4, 5], [2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 6, 7])
    small = compiled(model, IMAGE)
    assert held(small) == 3 * (2 * 73 + 2 * 2 + 2) < held(model)


def test_shared_weights_are_split_where_that_is_faster() -> None:
    model = heads([0, 1, 2], [0, 1, 3], [1, 2, 7])
    small = compiled(model, IMAGE)
    assert held(small) > held(model)
    assert "numbers more than the model holds" in " ".join(small.report.decisions)
    assert small.report.larger == (held(model), held(small))
    assert any("what was measured faster needs them" in remark for remark in small.report.remarks)


@pytest.mark.usefixtures("nothing_pays")
def test_constants_stay_where_a_shared_weight_reads_them() -> None:
    class Constant(nn.Module):
        """One of two calls of a layer reads a constant channel."""

        def __init__(self) -> None:
            super().__init__()
            self.first, self.other, self.layer = nn.Conv2d(8, 8, 1), nn.Conv2d(8, 8, 1), nn.Conv2d(8, 8, 3)
            self.out = nn.Conv2d(8, 2, 1)

        def forward(self, x: Tensor) -> list[Tensor]:
            one = torch.relu(self.layer(torch.sigmoid(self.first(x))))
            return [self.out(one), torch.relu(self.layer(self.other(x)))]

    model = known(Constant(), zeros={"first.weight": [1, 4], "other.weight": [2], "out.weight": (slice(None), [0])})
    small = compiled(model, IMAGE)
    assert held(small) <= held(model)
    assert small.program.weights()["layer.weight"].shape == (8, 8, 3, 3)


@pytest.mark.usefixtures("nothing_pays")
@pytest.mark.parametrize("product", [lambda x, w: x @ w.t(), F.linear], ids=["matmul", "linear"])
def test_tied_embeddings_lose_their_columns_together(product: Any) -> None:
    model = known(TiedEmbedding(product))
    with torch.no_grad():
        model.table.weight[:, [1, 4]] = 0
    small = compiled(model, (5,))
    assert held(small) == 20 * 6 + 6 * 7
    assert len([n for n in small.program.weights() if "table" in n or "weight" in n]) == 2


@pytest.mark.usefixtures("nothing_pays")
def test_a_weight_read_in_different_ways_stays_whole() -> None:
    class Mixed(nn.Module):
        """A weight of a layer that is scaled elsewhere, too."""

        def __init__(self) -> None:
            super().__init__()
            self.layer, self.out = nn.Linear(16, 36), nn.Linear(36, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.out(torch.relu(self.layer(x))) + (x * self.layer.weight).sum(-1, keepdim=True)

    model = known(Mixed(), zeros={"out.weight": (slice(None), [3, 5])})
    small = compiled(model, TOKENS)
    assert held(small) <= held(model)


class Absolute(nn.Module):
    def forward(self, weight: Tensor) -> Tensor:
        return weight.abs()


@pytest.mark.usefixtures("nothing_pays")
def test_parametrizations_are_folded_under_their_name() -> None:
    model = Twice()
    parametrize.register_parametrization(model.layer, "weight", Absolute())
    small = compiled(known(model), TOKENS)
    assert {"layer.weight", "layer.bias"} == {*small.program.weights()}
