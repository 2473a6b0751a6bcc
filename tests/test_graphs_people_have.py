"""Graphs that people have: sizes that data decide, asserts, weights made at run time, edge lists, tables of indices.

Each is compiled exactly; what has no rule is kept whole. The figure beside a model says whether something of it goes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from zoo.reference import relative_error

import sparsec

FLOAT64, FLOAT32 = 1e-10, 1e-4
NODES, WIDE, INNER, NARROW = 6, 8, 16, 4

Body = Callable[[nn.Module, Tensor, Tensor], Tensor]
CASES: dict[str, tuple[Body, str, bool]] = {}


def case(inputs: str, shrinks: bool = True) -> Callable[[Body], Body]:
    """Add the forward of a model that has the layers of ``Layers``."""

    def add(body: Body) -> Body:
        CASES[body.__name__.removeprefix("_")] = body, inputs, shrinks
        return body

    return add


class Layers(nn.Module):
    """Every layer that a case may use; a case's forward uses some of them."""

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.body = body
        self.a, self.b, self.o = nn.Linear(WIDE, INNER), nn.Linear(INNER, INNER), nn.Linear(INNER, NARROW)
        self.conv, self.out = nn.Conv2d(3, INNER, 1), nn.Conv2d(INNER, 3, 1)
        self.scale, self.shift = nn.Linear(WIDE, INNER), nn.Linear(WIDE, INNER)
        self.score, self.hyper = nn.Linear(2 * INNER, 4), nn.Linear(WIDE, INNER * INNER)
        self.kernels = nn.Parameter(torch.empty(1, INNER, INNER, 3, 3))
        self.mixed = nn.Parameter(torch.empty(4, INNER * INNER * 9))
        self.router = nn.Linear(INNER, 4)
        self.bag = nn.EmbeddingBag(NODES, WIDE, mode="sum")
        self.table = nn.Parameter(torch.empty(11, INNER))
        self.register_buffer("mean", torch.empty(INNER))
        self.register_buffer("var", torch.empty(INNER))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.body(self, x, y)


def model_of(name: str) -> nn.Module:
    """A case's model; half of what its first layers write is zero, and so is half of what later ones read."""
    model, random = Layers(CASES[name][0]), torch.Generator().manual_seed(0)
    with torch.no_grad():
        for _, value in [*model.named_parameters(), *model.named_buffers()]:
            value.copy_(torch.rand(value.shape, generator=random) + 0.5)
            value *= 1 if value is model.var else torch.randint(0, 2, value.shape, generator=random) * 2 - 1
        for layer in (model.a, model.b, model.conv, model.scale, model.shift):
            layer.weight[1::2] = 0
            layer.bias[1::4] = 0
        for layer in (model.b, model.o, model.out):
            layer.weight[:, 2::4] = 0
    return model.double().eval()


def inputs_of(name: str) -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    rows = torch.randn(NODES, WIDE, generator=random, dtype=torch.float64)
    return {
        "rows": (rows, rows.flip(0)),
        "sequences": (rows.unflatten(0, (2, 3)), rows),
        "edges": (rows, torch.tensor([[0, 1, 2, 3, 4, 5, 0, 2], [1, 2, 3, 4, 5, 0, 3, 5]])),
        "counts": (rows, torch.tensor([1, 2, 0, 3, 1, 1])),
        "bags": (torch.tensor([1, 2, 3, 4, 5, 0, 1, 2]), torch.tensor([0, 3, 4])),
        "images": (torch.randn(2, 3, 6, 6, generator=random, dtype=torch.float64), rows[:2]),
    }[CASES[name][1]]


# -------------------------------------------------------------------- sizes that data decide


@case("rows")
def _boolean_rows_of_an_input(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.o(torch.relu(m.a(x[x[:, 0] > 0])))


@case("rows")
def _boolean_rows(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.o(torch.relu(m.b(torch.relu(m.a(x))[x[:, 0] > 0])))


@case("sequences")
def _boolean_mask_of_two_dimensions(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.o(torch.relu(m.b(torch.relu(m.a(x))[x[..., 0] > 0])))


@case("rows")
def _rows_put_back(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    hidden, rows = torch.relu(m.a(x)), x[:, 0] > 0
    result = hidden.new_zeros(x.shape[0], INNER)
    result[rows] = torch.relu(m.b(hidden[rows]))
    return m.o(result)


@case("rows")
def _rows_scattered_back(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    hidden, rows = torch.relu(m.a(x)), x[:, 0] > 0
    put = torch.zeros_like(hidden).masked_scatter(rows[:, None].expand_as(hidden), torch.relu(m.b(hidden[rows])))
    return m.o(put)


@case("rows")
def _nonzero(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.o(torch.relu(m.b(torch.relu(m.a(x))[torch.nonzero(x[:, 0] > 0)[:, 0]])))


@case("rows")
def _nonzero_selected(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    chosen = torch.nonzero(x[:, 0] > 0).squeeze(1)
    return m.o(torch.relu(m.b(torch.relu(m.a(x)).index_select(0, chosen))))


@case("rows")
def _heads_of_chosen_rows(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    heads = torch.relu(m.a(x))[x[:, 0] > 0].unflatten(1, (4, 4)).transpose(0, 1)
    return m.o((heads * 2).transpose(0, 1).flatten(1))


@case("rows")
def _masked_select(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return torch.masked_select(m.o(torch.relu(m.b(torch.relu(m.a(x))))), x[:, :NARROW] > 0)


@case("counts")
def _repeat_interleave(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.o(torch.relu(m.b(torch.relu(m.a(x)).repeat_interleave(y, 0))))


@case("counts")
def _unique(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    kinds, which = torch.unique(y, return_inverse=True)
    summed = x.new_zeros(kinds.shape[0], INNER).index_add(0, which, torch.relu(m.a(x)))
    return m.o(torch.relu(m.b(summed)))[which]


@case("rows")
def _as_many_rows_as_counted(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    count = (x[:, 0] > 0).sum().item()
    torch._check(count >= 0)
    torch._check(count <= x.shape[0])
    return m.o(torch.relu(m.b(torch.relu(m.a(x))[:count])))


@case("rows")
def _divided_by_a_count(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    hidden = torch.relu(m.a(x))
    return m.o(hidden) / (hidden[x[:, 0] > 0].shape[0] + 1)


@case("sequences", shrinks=False)
def _rows_that_nobody_reads(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    """What was chosen goes, its size is asserted all the same, and what decides it stays whole."""
    hidden = torch.relu(m.a(x))
    hidden[(hidden.flatten(1).sum(-1) > 3).nonzero()[:, 0]]
    return m.o(hidden)


@case("sequences", shrinks=False)
def _as_many_zeros_as_rows_chosen(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    hidden = torch.relu(m.a(x))
    chosen = m.b(hidden[hidden.flatten(1).sum(-1) > 3])
    return torch.cat([m.o(hidden).flatten(0, 1), x.new_zeros(chosen.shape[0], NARROW)])


@case("rows")
def _times_a_size(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.o(torch.relu(m.b(torch.relu(m.a(x)) * x.shape[0] + y.shape[0])))


@case("rows")
def _times_a_number_of_the_data(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.o(torch.relu(m.b(torch.relu(m.a(x)))) * x.abs().max().item())


@case("rows", shrinks=False)
def _experts_by_index(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    flat = torch.relu(m.a(x))
    weights, chosen = m.router(flat).softmax(-1).topk(2, -1)
    result = torch.zeros_like(flat)
    for expert, layer in enumerate((m.b, nn.Identity(), m.b, nn.Identity())):
        token, place = torch.where(chosen == expert)
        result = result.index_add(0, token, layer(flat[token]) * weights[token, place, None])
    return m.o(result)


# -------------------------------------------------------------------- asserts


@case("rows")
def _asserted(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    torch._assert_async((x > -100).all(), "x is too small")
    hidden = torch.relu(m.a(x))
    torch._assert_async((hidden.sum(-1) > -1).all(), "a sum is negative")
    return m.o(torch.relu(m.b(hidden)))


# -------------------------------------------------------------------- edges, bags, scatter


@case("edges", shrinks=False)
def _index_add(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    hidden = torch.relu(m.a(x))
    return m.o(torch.relu(m.b(torch.zeros_like(hidden).index_add(0, y[1], hidden[y[0]])) + hidden))


@case("edges")
def _mean_of_neighbours(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    hidden = torch.relu(m.a(x))
    summed = hidden.new_zeros(x.shape[0], INNER)
    summed.index_add_(0, y[1], hidden.index_select(0, y[0]))
    degree = hidden.new_zeros(x.shape[0]).index_add(0, y[1], torch.ones_like(y[1], dtype=x.dtype))
    return m.o(torch.relu(m.b(summed / degree.clamp(min=1)[:, None])))


@case("edges")
def _scatter_add(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    hidden = torch.relu(m.a(x))
    sent = hidden[y[0]]
    return m.o(torch.relu(m.b(torch.zeros_like(hidden).scatter_add(0, y[1][:, None].expand_as(sent), sent))))


@case("edges")
def _scatter_reduce(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    hidden = torch.relu(m.a(x))
    sent, to = hidden[y[0]], y[1][:, None].expand(-1, INNER)
    return m.o(torch.relu(m.b(torch.zeros_like(hidden).scatter_reduce(0, to, sent, "amax", include_self=False))))


@case("edges")
def _graph_attention(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    hidden = torch.relu(m.a(x))
    score = F.leaky_relu(m.score(torch.cat([hidden[y[0]], hidden[y[1]]], -1)))
    weight = (score - score.max()).exp()
    weight = weight / x.new_zeros(x.shape[0], 4).index_add(0, y[1], weight)[y[1]]
    sent = hidden[y[0]].unflatten(1, (4, 4)) * weight[..., None]
    return m.o(torch.relu(m.b(x.new_zeros(x.shape[0], 4, 4).index_add(0, y[1], sent).flatten(1))))


@case("edges")
def _sparse_adjacency(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    ones = torch.ones(y.shape[1], dtype=x.dtype)
    adjacency = torch.sparse_coo_tensor(y, ones, (x.shape[0], x.shape[0]))
    return m.o(torch.relu(m.b(torch.sparse.mm(adjacency, torch.relu(m.a(x))))))


@case("edges")
def _sparse_adjacency_made_dense(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    adjacency = torch.sparse_coo_tensor(y, torch.ones(y.shape[1], dtype=x.dtype), (NODES, NODES)).to_dense()
    return m.o(torch.relu(m.b(adjacency @ torch.relu(m.a(x)))))


@case("rows")
def _segments(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    summed = torch.segment_reduce(torch.relu(m.a(x)), "sum", lengths=torch.tensor([2, 3, 1]), axis=0)
    return m.o(torch.relu(m.b(summed)))


@case("bags")
def _bags_with_offsets(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.o(torch.relu(m.a(m.bag(x, y))))


# -------------------------------------------------------------------- weights made at run time


@case("images", shrinks=False)
def _modulated_convolution(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    x = m.conv(x)
    b, c, h, w = x.shape
    kernel = m.kernels * m.scale(y).view(b, 1, c, 1, 1)
    kernel = (kernel * torch.rsqrt(kernel.pow(2).sum((2, 3, 4), keepdim=True) + 1e-8)).view(b * c, c, 3, 3)
    return m.out(F.conv2d(x.reshape(1, b * c, h, w), kernel, padding=1, groups=b).view(b, c, h, w))


@case("images", shrinks=False)
def _modulated_upsampling(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    x = m.conv(x)
    b, c, h, w = x.shape
    kernel = (m.kernels * m.scale(y).view(b, c, 1, 1, 1)).reshape(b * c, c, 3, 3)
    wide = F.conv_transpose2d(x.reshape(1, b * c, h, w), kernel, stride=2, groups=b)
    return m.out(wide.view(b, c, *wide.shape[2:]))


@case("images", shrinks=False)
def _kernels_mixed_by_a_router(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    x = torch.relu(m.conv(x))
    b, c, h, w = x.shape
    kernel = (m.router(x.mean((2, 3))).sigmoid() @ m.mixed).view(b * c, c, 3, 3)
    return m.out(F.conv2d(x.reshape(1, b * c, h, w), kernel, padding=1, groups=b).view(b, c, h, w))


@case("images", shrinks=False)
def _a_kernel_for_each_channel(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    x = torch.relu(m.conv(x))
    b, c, h, w = x.shape
    kernel = m.hyper(y)[:, : 9 * c].reshape(b * c, 1, 3, 3)
    return m.out(F.conv2d(x.reshape(1, b * c, h, w), kernel, padding=1, groups=b * c).view(b, c, h, w))


@case("images", shrinks=False)
def _padding_by_a_size(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.out(F.conv2d(m.conv(x), m.kernels[0], padding=x.shape[0]))


@case("images", shrinks=False)
def _hypernetwork(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    one = y.mean(0)
    return m.o(torch.relu(F.linear(torch.relu(m.a(y)), m.hyper(one).view(INNER, INNER), m.shift(one))))


@case("images")
def _hypernetwork_for_each(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    matrix = m.hyper(y).view(-1, INNER, INNER)
    return m.o(torch.relu(torch.bmm(torch.relu(m.a(y))[:, None], matrix)[:, 0] + m.shift(y)))


@case("images", shrinks=False)
def _bias_made_at_run_time(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.out(torch.relu(F.conv2d(m.conv(x), m.kernels[0], m.shift(y.mean(0)), padding=1)))


def _modulated(norm: Callable[[Layers, Tensor, Tensor, Tensor], Tensor]) -> Body:
    def body(m: Layers, x: Tensor, y: Tensor) -> Tensor:
        one = y.mean(0)
        return m.out(torch.relu(norm(m, m.conv(x), m.scale(one), m.shift(one))))

    return body


NORMS: dict[str, Callable[[Layers, Tensor, Tensor, Tensor], Tensor]] = {
    "batch": lambda m, x, w, b: F.batch_norm(x, m.mean, m.var, w, b),
    "group": lambda m, x, w, b: F.group_norm(x, 4, w, b),
    "instance": lambda m, x, w, b: F.instance_norm(x, None, None, w, b),
    "layer": lambda m, x, w, b: F.layer_norm(x.movedim(1, -1), [INNER], w, b).movedim(-1, 1),
    "prelu": lambda m, x, w, b: F.prelu(x, w),
    "groups counted at run time": lambda m, x, w, b: F.group_norm(
        x.reshape(1, -1, *x.shape[2:]), 4 * x.shape[0]
    ).view_as(x),
}
CASES |= {f"norm: {name}": (_modulated(norm), "images", False) for name, norm in NORMS.items()}


# -------------------------------------------------------------------- tables of indices


@case("rows", shrinks=False)
def _features_by_a_table(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    table = torch.tensor([[0, 3, 5, 6], [7, 9, 11, 1], [2, 4, 8, 10], [12, 15, 14, 13]])
    return m.o(torch.relu(m.a(x))[:, table].transpose(1, 2).flatten(1))


@case("rows", shrinks=False)
def _features_counted_from_the_end(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    return m.o(torch.relu(m.a(x))[:, torch.arange(16).view(2, 8) - 16].flatten(1))


@case("rows", shrinks=False)
def _features_by_two_tables(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    table = torch.arange(16).view(4, 4)
    return m.o(torch.relu(m.a(x)).view(-1, 4, 4)[:, table // 4, (table + 1) % 4].flatten(1))


@case("rows", shrinks=False)
def _features_by_a_constant_mask(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    chosen = torch.arange(INNER) % 3 != 1
    return F.linear(torch.relu(m.a(x))[:, chosen], m.o.weight[:, chosen])


@case("rows", shrinks=False)
def _features_by_a_constant_mask_of_two_dimensions(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    chosen = (torch.arange(INNER) % 3 != 1).view(4, 4)
    return F.linear(torch.relu(m.a(x)).view(-1, 4, 4)[:, chosen], m.o.weight[:, chosen.flatten()])


@case("sequences")
def _relative_positions(m: Layers, x: Tensor, y: Tensor) -> Tensor:
    far = torch.arange(3)[:, None] - torch.arange(3)[None] + 5
    hidden = torch.relu(m.a(x))
    near = torch.einsum("btc,tkc->btk", hidden, m.table[far])
    return m.o(torch.bmm(near, hidden))


# -------------------------------------------------------------------- all of them

# PyTorch says so where a tensor is sparse.
pytestmark = pytest.mark.filterwarnings("ignore:Sparse:UserWarning")
# Graphs that Dynamo breaks into parts, some of which have no weights or pass on a size that is no tensor's.
LEFT = {"boolean_rows_of_an_input", "as_many_rows_as_counted", "unique"}
FIXED = {"segments", "sparse_adjacency_made_dense"}


@pytest.mark.parametrize("name", CASES)
def test_compiled(name: str) -> None:
    model, inputs = model_of(name), inputs_of(name)
    small = sparsec.compile(model, inputs, measure=False)
    with torch.no_grad():
        assert relative_error(small(*inputs), model(*inputs)) <= FLOAT64
        if CASES[name][1] == "rows" and name not in FIXED:
            other = tuple(torch.cat([value, -value]) for value in inputs)
            assert relative_error(small(*other), model(*other)) <= FLOAT64
    if CASES[name][2]:
        before, after = small.report.parameters
        assert after < before


IN_DYNAMO = {"boolean_rows", "rows_put_back", "asserted", "index_add", "modulated_convolution", "features_by_a_table"}


@pytest.mark.parametrize("dynamic", [None, True])
@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in IN_DYNAMO else pytest.mark.slow) for n in CASES])
@pytest.mark.filterwarnings("ignore:Dynamo does not know how to trace the builtin")
def test_torch_compile(name: str, dynamic: bool | None) -> None:
    model = model_of(name).float()
    inputs = tuple(x.float() if x.is_floating_point() else x for x in inputs_of(name))
    torch._dynamo.reset()
    compiled = torch.compile(model, backend="sparse", dynamic=dynamic)
    with warnings.catch_warnings(), torch.no_grad():
        if name in LEFT:
            warnings.simplefilter("ignore", sparsec.FallbackWarning)
        assert relative_error(compiled(*inputs), model(*inputs)) <= FLOAT32
    torch._dynamo.reset()


def test_a_failing_assert_still_fails() -> None:
    small = sparsec.compile(model_of("asserted"), inputs_of("asserted"), measure=False)
    x, y = torch.full((2, NODES, WIDE), -200.0, dtype=torch.float64)
    with pytest.raises(RuntimeError, match="x is too small"):
        small(x, y)


# -------------------------------------------------------------------- float32 inside a float64 model


class Detour(nn.Module):
    """A float64 model that computes something between its layers in float32."""

    def __init__(self, between: Callable[[nn.Module, Tensor], Tensor]) -> None:
        super().__init__()
        self.between = between
        self.a, self.o = nn.Linear(WIDE, INNER), nn.Linear(INNER, NARROW)
        self.gain, self.decay = nn.Parameter(torch.rand(INNER)), nn.Parameter(torch.rand(INNER))

    def forward(self, x: Tensor) -> Tensor:
        return self.o(self.between(self, self.a(x)).to(x.dtype))


def _normed(m: nn.Module, y: Tensor) -> Tensor:
    y = y.float()
    return y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + 1e-6) * m.gain


DETOURS: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "norm": _normed,
    "decay of a weight": lambda m, y: y * -m.decay.float().exp(),
    "softmax": lambda m, y: y.softmax(-1, dtype=torch.float32).to(y.dtype) * m.gain,
    "both": lambda m, y: _normed(m, y) * (-m.decay.float().exp()),
}


@pytest.mark.parametrize("between", DETOURS)
def test_float32_inside_float64(between: str) -> None:
    torch.manual_seed(0)
    model, x = Detour(DETOURS[between]).double().eval(), inputs_of("boolean_rows")[0]
    with torch.no_grad():
        model.a.weight[:8] = 0
        model.a.bias[:8] = 0
    small = sparsec.compile(model, (x,), measure=False)
    assert relative_error(small(x).detach(), model(x).detach()) <= 1e-6
