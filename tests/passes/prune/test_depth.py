"""Layers of a model go from its residual stream, and what is compiled does not have them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import sparsec
from sparsec import Macs
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.views import layers_of
from sparsec.passes.base import Context
from sparsec.passes.prune.blocks import _numbered, depths_of
from sparsec.passes.prune.depth import BUILT_IN, Angular, LeaveOneOut, Study
from sparsec.passes.prune.walk import Batch


class Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (part.unflatten(-1, (2, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        return self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class Before(nn.Module):
    """Norms come first; the feed-forward layer scales what it adds, and its activation is a sum, too."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        self.norm, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width)
        self.mlp = nn.Sequential(nn.Linear(width, 24), nn.Linear(24, width))
        self.scale = nn.Parameter(torch.full((width,), 0.5))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm(x))
        y = self.mlp[0](self.norm2(x))
        return x + self.scale * self.mlp[1](y + 0.04 * y**3)


class After(nn.Module):
    """Norms come after the sums, as in BERT."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        self.attention, self.norm, self.norm2 = Attention(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 24), nn.Linear(24, width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.attention(x) + x)
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Parallel(nn.Module):
    """Both parts read the same."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        self.attention, self.norm = Attention(width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 24), nn.Linear(24, width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x)
        return x + self.attention(y) + self.down(F.relu(self.up(y)))


class Bottleneck(nn.Module):
    """Of a ResNet: a batch norm is what it goes through last."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(width, 4, 1), nn.Conv2d(4, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.norm(self.two(F.relu(self.one(x)))))


class Text(nn.Module):
    def __init__(self, kind: type[nn.Module], depth: int = 4) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(6, 16), nn.Linear(16, 5)
        self.layers = nn.ModuleList(kind() for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for layer in self.layers:
            x = layer(x)
        return self.last(x)


class Pooling(nn.Module):
    """Mixes by pooling, which has no weights: what it goes through is a scale for each channel, of another shape."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.norm, self.scale = nn.GroupNorm(1, width), nn.Parameter(torch.full((width,), 0.3))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x)
        return x + (F.avg_pool2d(y, 3, 1, 1, count_include_pad=False) - y) * self.scale.view(-1, 1, 1)


class Pictures(nn.Module):
    def __init__(self, kind: type[nn.Module] = Bottleneck) -> None:
        super().__init__()
        self.stem, self.last = nn.Conv2d(3, 8, 3, padding=1), nn.Linear(8, 5)
        self.blocks = nn.Sequential(*(kind() for _ in range(4)))

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.blocks(self.stem(x)).mean((2, 3)))


NETS: dict[str, Any] = {
    "before": (lambda: Text(Before), (7, 6)),
    "after": (lambda: Text(After), (7, 6)),
    "parallel": (lambda: Text(Parallel), (7, 6)),
    "pictures": (Pictures, (3, 6, 6)),
}


# One is slow: where blocks are parallel, or their norms come after the sum, is what differs least.
@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.slow) if name == "after" else name for name in NETS]
)
def net(request: pytest.FixtureRequest) -> tuple[nn.Module, list[Tensor]]:
    torch.manual_seed(0)
    make, sizes = NETS[request.param]
    model = make().eval()
    for name, buffer in model.named_buffers():
        buffer.data = torch.rand_like(buffer.float()).to(buffer.dtype) + 0.5 if "running" in name else buffer.data
    return model, [torch.randn(4, *sizes) for _ in range(5)]


def studied(net: Any, kind: str = "layer") -> Study:
    model, data = net
    program = capture(model, (data[0],))
    found, refused = depths_of(program, Context(), kind, {})
    assert not refused
    return Study(program, found, [Batch((x,)) for x in data])


def test_a_scale_of_another_shape_is_enough() -> None:
    torch.manual_seed(0)
    program = capture(Pictures(Pooling).eval(), (torch.randn(2, 3, 6, 6),))
    found, refused = depths_of(program, Context(), "layer", {})
    assert [depth.path for depth in found] == [f"blocks.{i}" for i in range(4)] and not refused


def test_blocks_are_found(net: Any) -> None:
    layers, parts = studied(net).depths, studied(net, "sub-block").depths
    assert [depth.path for depth in layers] == [
        f"{'blocks' if isinstance(net[0], Pictures) else 'layers'}.{i}" for i in range(4)
    ]
    assert len(parts) == (4 if isinstance(net[0], Pictures) else 8)


@pytest.mark.parametrize("kind", ["layer", "sub-block"])
def test_one_that_is_gone_adds_nothing(net: Any, kind: str) -> None:
    """The model without it is the model in which its input takes the place of its output."""
    study = studied(net, kind)
    for depth in study.depths:
        program = study.program.copy()
        depth.zero(program)
        without = study.program.copy()
        for block in depth.blocks:
            end = next(node for node in without.nodes() if node.name == block.end)
            (kept,) = [x for x in end.all_input_nodes if x.name != block.term]
            end.replace_all_uses_with(kept)
        for batch in study.batches[:2]:
            assert torch.equal(program.run(batch.inputs)[0], without.run(batch.inputs)[0])


def test_what_is_lost_is_what_outputs_lose(net: Any) -> None:
    """From where the walk is on, and with others gone."""
    study = studied(net)
    for without in ((), (2,)):
        losses = study.losses(without)
        assert losses.keys() == {0, 1, 2, 3} - {*without}
        for number, loss in losses.items():
            program = study.program.copy()
            for each in (*without, number):
                study.depths[each].zero(program)
            errors = []
            for batch in study.batches[:4]:
                dense, now = study.program.run(batch.inputs)[0], program.run(batch.inputs)[0]
                errors.append(float((now - dense).square().sum() / dense.square().sum()))
            assert loss == pytest.approx(sum(errors) / 4, rel=1e-4)


def test_angles_are_those_of_the_stream(net: Any) -> None:
    model, data = net
    study, rows = studied(net), []
    modules = model.blocks if isinstance(model, Pictures) else model.layers
    for module in modules:
        module.register_forward_hook(lambda _, given, out: rows.append((given[0], out)))
    try:
        with torch.no_grad():
            model(data[0])
    finally:
        for module in modules:
            module._forward_hooks.clear()
    streams = Study(study.program, study.depths, study.batches[:1]).streams()
    for depth, (before, after) in zip(study.depths, rows, strict=True):
        dim = 1 if before.ndim == 4 else -1
        expected = F.cosine_similarity(before, after, dim=dim).mean()
        found = (streams[depth.start] * streams[depth.end]).sum(1).mean()
        if not isinstance(model.get_submodule(depth.path), (After, Bottleneck)):  # they end in what is no sum
            assert float(found) == pytest.approx(float(expected), abs=1e-5)
    run = Angular().choose(study, lambda gone: len(gone) >= 2)
    assert run in ([0, 1], [1, 2], [2, 3])


@pytest.mark.parametrize("importance", [method.name() for method in BUILT_IN])
def test_what_is_compiled_does_not_have_them(net: Any, importance: str) -> None:
    model, data = net
    result = sparsec.prune(model, data, units="layer", sparsity=2 / 4, importance=importance)
    (gone,) = result.outcome.gone
    assert len(gone.indices) == 2 and gone.size == 4 and gone.name.endswith("s.layer")
    assert "2 of 4 layers" in str(result)
    small = result.compile(measure=False)
    with torch.no_grad():
        torch.testing.assert_close(small(data[0]), result.model(data[0]), rtol=1e-4, atol=1e-5)
    dense, left = (len(layers_of(program)) for program in (result.program, small.program))
    assert left <= (dense - 2) / 2 + 2
    for name, kept in result.masks.items():
        assert not bool(result.model.get_parameter(name)[~kept].any())


def test_nothing_asked_and_all_of_it(net: Any) -> None:
    model, data = net
    same = sparsec.prune(model, data, units="layer", sparsity=0.0)
    assert all(map(torch.equal, same.model.state_dict().values(), model.state_dict().values()))
    assert not same.masks
    none = sparsec.prune(model, data, units="sub-block", sparsity=1.0)
    assert len(layers_of(none.compile(measure=False).program)) <= 2


def test_budget_and_kept_layers(net: Any) -> None:
    model, data = net
    stack = "blocks" if isinstance(model, Pictures) else "layers"
    result = sparsec.prune(model, data, units="layer", budget=Macs(0.6), keep=[f"{stack}.0"])
    assert result.outcome.left is not None and 0.3 < result.outcome.left <= 0.6
    assert result.outcome.refused[f"{stack}.0"] == "it is kept, as asked"
    own = dict(result.model.named_parameters())
    assert all(torch.equal(own[n], p) for n, p in model.named_parameters() if n.startswith(f"{stack}.0."))
    with pytest.raises(UserError, match="cannot be met"):
        sparsec.prune(model, data, units="layer", budget=Macs(0.1), keep=[f"{stack}.0"])


def test_the_least_goes_first() -> None:
    """A layer that adds next to nothing; by a loss of the user's, too."""
    torch.manual_seed(0)
    model = Text(Before).eval()
    with torch.no_grad():
        model.layers[2].attention.out.weight.mul_(1e-4)
        model.layers[2].attention.out.bias.zero_()
        model.layers[2].scale.mul_(1e-4)
    data = [(torch.randn(4, 7, 6), torch.randint(5, (4, 7))) for _ in range(4)]

    def loss(outputs: Tensor, labels: Tensor) -> Tensor:
        return F.cross_entropy(outputs.flatten(0, 1), labels.flatten())

    (least,) = sparsec.prune(model, data, units="layer", sparsity=0.25).outcome.gone
    assert least.indices == (2,)
    study = Study(capture(model, (data[0][0],)), (), [Batch((x,), labels=y) for x, y in data], loss)
    found, _ = depths_of(study.program, Context(), "layer", {})
    losses = Study(study.program, found, study.batches, loss).losses(())
    gone = LeaveOneOut().choose(Study(study.program, found, study.batches, loss), lambda gone: len(gone) == 1)
    assert gone == [min(losses, key=lambda number: losses[number])]
    with torch.no_grad():
        model.layers[2] = nn.Identity()
        assert losses[2] == pytest.approx(sum(float(loss(model(x), y)) for x, y in data) / len(data), rel=1e-4)


class Placed(nn.Module):
    """Positions are computed, and added again before each layer: that is no block."""

    def __init__(self) -> None:
        super().__init__()
        self.place, self.parts = nn.Linear(6, 16), nn.ModuleList(Before() for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        place = torch.sin(self.place(x))
        y = place * 2
        for part in self.parts:
            y = y + part.attention(y + place)
        return y


def test_a_stream_to_which_something_is_added_is_no_block() -> None:
    torch.manual_seed(0)
    program = capture(Placed().eval(), (torch.randn(2, 7, 6),))
    found, refused = depths_of(program, Context(), "layer", {})
    assert [depth.path for depth in found] == ["parts.0", "parts.1"] and not refused


class Tied(nn.Module):
    """Two blocks of one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.both = nn.Linear(6, 6), nn.Linear(6, 6)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for _ in range(2):
            x = x + self.both(F.relu(x))
        return x


@pytest.mark.parametrize(
    ("model", "options", "what"),
    [
        (nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6)), {}, "no layer that may go"),
        (Tied(), {}, "others read what it goes through, or its weights"),
        (Text(After, 2), {"importance": "magnitude"}, "'magnitude' judges weights"),
        (Text(After, 2), {"compensation": "affine"}, "'affine' is for layers of which something stays"),
        (Text(After, 2), {"allocation": "owl"}, "'owl' is for layers of which something stays"),
        (Text(After, 2), {"units": ("layer", "neuron")}, "other units at once"),
        (Text(After, 2), {"units": (), "importance": "angular"}, "'angular' judges whole layers"),
        (Text(After, 2), {"units": "neuron", "importance": "angular"}, "'angular' judges whole layers"),
    ],
)
def test_what_cannot_be(model: nn.Module, options: Any, what: str) -> None:
    data = [torch.randn(4, 6) for _ in range(4)] if not isinstance(model, Text) else [torch.randn(4, 7, 6)] * 3
    with pytest.raises(UserError, match=what):
        sparsec.prune(model.eval(), data, **({"units": "layer", "sparsity": 0.5} | options))


def test_without_data_nothing_is_said_of_layers() -> None:
    with pytest.raises(UserError, match="looks at data"):
        sparsec.prune(Text(After, 2).eval(), args=(torch.randn(4, 7, 6),), units="layer", sparsity=0.5)


def test_a_method_says_where_it_is_from() -> None:
    assert all(method.paper and method.summary().endswith((".", ":", "`")) for method in BUILT_IN)
    assert LeaveOneOut().text == "leave-one-out"


@pytest.mark.parametrize(
    ("paths", "layers"),
    [
        (["layer.0.attention.out", "layer.0.out", "layer.1.attention.out", "layer.1.out"], ["layer.0", "layer.1"]),
        (["stages.0.layers.0.b", "stages.0.layers.1.b", "stages.1.layers.0.b"], ["stages.0.layers.0"]),
        ([f"block.{at}.layer.{part}" for at in (0, 1) for part in ("0.attn.o", "1.mlp.o")], ["block.0", "block.1"]),
        (["4.0.bn2", "4.1.bn2", "5.0.bn2", "5.1.bn2"], ["4.0", "4.1", "5.0", "5.1"]),
        (["4.0.bn2", "4.1.bn2", "5.0.down", "5.1.bn2"], ["4.0", "4.1", "5.0", "5.1"]),
    ],
)
def test_which_module_is_a_layer(paths: list[str], layers: list[str]) -> None:
    """Of stages the blocks in them; of layers whose parts are numbered, too, the layers."""
    found = _numbered(paths)
    assert [*dict.fromkeys(found[path] for path in paths)][: len(layers)] == layers
