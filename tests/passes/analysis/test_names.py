"""Names: what was removed, in the words and with the numbers of the original model."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program, attribute
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.pipeline import Pipeline, exact
from sparsec.passes.analysis.names import Names, Removed
from sparsec.passes.base import Context
from sparsec.passes.rules.units import common_path, same_block

from ..harness import Zeros, captured, columns, known

Attend = Callable[[Tensor, Tensor, Tensor], Tensor]
WIDTH, HEADS, SIZE, HIDDEN = 12, 4, 3, 10
TOKENS = (5, 6)


def fused(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v)


def spelled_out(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    scores = q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5
    mask = torch.ones(q.shape[-2], k.shape[-2]).tril()
    return torch.softmax(scores.masked_fill(mask == 0, float("-inf")), -1) @ v


def repeated(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return fused(q, *(copies(x, q.shape[1] // x.shape[1]) for x in (k, v)))


def repeated_spelled_out(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return spelled_out(q, *(copies(x, q.shape[1] // x.shape[1]) for x in (k, v)))


def copies(x: Tensor, times: int) -> Tensor:
    """As transformers repeats the heads of keys and values."""
    batch, heads, length, size = x.shape
    return x[:, :, None].expand(batch, heads, times, length, size).reshape(batch, heads * times, length, size)


def grouped(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v, enable_gqa=True)


class Attention(nn.Module):
    def __init__(self, attend: Attend = fused, kv_heads: int = HEADS) -> None:
        super().__init__()
        self.q, self.out = nn.Linear(WIDTH, HEADS * SIZE), nn.Linear(HEADS * SIZE, WIDTH)
        self.k, self.v = nn.Linear(WIDTH, kv_heads * SIZE), nn.Linear(WIDTH, kv_heads * SIZE)
        self.attend = attend

    def forward(self, x: Tensor) -> Tensor:
        heads = (part(x).unflatten(-1, (-1, SIZE)).transpose(1, 2) for part in (self.q, self.k, self.v))
        return self.out(self.attend(*heads).transpose(1, 2).flatten(2))  # type: ignore[no-any-return]


class Interleaved(nn.Module):
    """Queries, keys and values of one head side by side in one layer."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(WIDTH, 3 * HEADS * SIZE), nn.Linear(HEADS * SIZE, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        parts = self.qkv(x).unflatten(-1, (HEADS, 3, SIZE)).transpose(1, 2)
        return self.out(fused(*parts.unbind(3)).transpose(1, 2).flatten(2))  # type: ignore[no-any-return]


class Mlp(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up, self.down = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(x)))  # type: ignore[no-any-return]


class Gated(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gate, self.up, self.down = nn.Linear(WIDTH, HIDDEN), nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))  # type: ignore[no-any-return]


class FusedGate(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.both, self.down = nn.Linear(WIDTH, 2 * HIDDEN), nn.Linear(HIDDEN, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.both(x).chunk(2, -1)
        return self.down(F.silu(gate) * up)  # type: ignore[no-any-return]


class Block(nn.Module):
    def __init__(self, attention: nn.Module, mlp: nn.Module) -> None:
        super().__init__()
        self.attention, self.mlp = attention, mlp

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(x)
        return x + self.mlp(x)  # type: ignore[no-any-return]


class Encoder(nn.Module):
    """Two blocks between two linear layers."""

    def __init__(self, attention: Callable[[], nn.Module] = Attention, mlp: Callable[[], nn.Module] = Mlp) -> None:
        super().__init__()
        self.enter, self.leave = nn.Linear(TOKENS[-1], WIDTH), nn.Linear(WIDTH, 2)
        self.layers = nn.Sequential(*(Block(attention(), mlp()) for _ in range(2)))

    def forward(self, x: Tensor) -> Tensor:
        return self.leave(self.layers(self.enter(x)))  # type: ignore[no-any-return]


def follow(program: Program, names: Names | None = None) -> Names:
    """Run what every compile runs on the program itself, with somebody who watches."""
    names = names or Names()
    Pipeline(exact(), [names]).run(program, Context(speculation=EVERYWHERE, removing=names.removing))
    return names


def removed(model: nn.Module, zeros: Zeros, *shapes: tuple[int, ...]) -> list[Removed]:
    return follow(captured(known(model, zeros), *(shapes or (TOKENS,)))).removed()


def places(*heads: int, size: int = SIZE) -> list[int]:
    """All indices of these heads."""
    return [head * size + place for head in heads for place in range(size)]


def place_in_all(place: int, heads: int = HEADS) -> list[int]:
    """The indices of one place in every head."""
    return [head * SIZE + place for head in range(heads)]


# -------------------------------------------------------------------- attention


@pytest.mark.parametrize("attend", [fused, spelled_out])
def test_heads_go_by_their_values_or_by_their_reader(attend: Attend) -> None:
    zeros = {
        "layers.0.attention.out.weight": columns(*places(1)),
        "layers.1.attention.v.weight": places(0, 3),
        "layers.1.attention.v.bias": places(0, 3),
    }
    assert removed(Encoder(lambda: Attention(attend)), zeros) == [
        Removed("head", "layers.0.attention", (1,), HEADS),
        Removed("head", "layers.1.attention", (0, 3), HEADS),
    ]


@pytest.mark.parametrize("attend", [fused, spelled_out])
def test_places_within_heads(attend: Attend) -> None:
    rows, others = place_in_all(2), place_in_all(0)
    zeros = {
        **{f"layers.0.attention.{layer}.{kind}": rows for layer in "qk" for kind in ("weight", "bias")},
        "layers.1.attention.out.weight": columns(*others),
    }
    assert removed(Encoder(lambda: Attention(attend)), zeros) == [
        Removed("query-key channel", "layers.0.attention", (2,), SIZE),
        Removed("value channel", "layers.1.attention", (0,), SIZE),
    ]


def test_places_are_those_that_the_other_heads_lost() -> None:
    zeros = {"layers.0.attention.out.weight": columns(*places(1), *place_in_all(2))}
    assert removed(Encoder(), zeros) == [
        Removed("head", "layers.0.attention", (1,), HEADS),
        Removed("value channel", "layers.0.attention", (2,), SIZE),
    ]


def test_an_attention_that_is_gone_altogether_lost_all_its_heads() -> None:
    found = removed(Encoder(), {"layers.1.attention.out.weight": slice(None)})
    assert found == [Removed("head", "layers.1.attention", (0, 1, 2, 3), HEADS)]


@pytest.mark.parametrize("attend", [grouped, repeated, repeated_spelled_out])
def test_groups_of_heads_that_share_a_key(attend: Attend) -> None:
    zeros = {"layers.0.attention.out.weight": columns(*places(0, 1)), "layers.1.attention.v.weight": places(1)}
    zeros["layers.1.attention.v.bias"] = places(1)
    assert removed(Encoder(lambda: Attention(attend, kv_heads=2)), zeros) == [
        Removed("head", "layers.0.attention", (0, 1), HEADS),
        Removed("kv group", "layers.0.attention", (0,), 2),
        Removed("head", "layers.1.attention", (2, 3), HEADS),
        Removed("kv group", "layers.1.attention", (1,), 2),
    ]


def test_interleaved_projections_are_reordered_and_keep_their_numbers() -> None:
    """SplitFused changes the order of the rows before any of them goes."""
    scores = [3 * SIZE * head + SIZE * part + 1 for head in range(HEADS) for part in (0, 1)]
    zeros = {
        "layers.0.attention.qkv.weight": scores,
        "layers.0.attention.qkv.bias": scores,
        "layers.1.attention.out.weight": columns(*place_in_all(0)),
    }
    assert removed(Encoder(Interleaved), zeros) == [
        Removed("query-key channel", "layers.0.attention", (1,), SIZE),
        Removed("value channel", "layers.1.attention", (0,), SIZE),
    ]


# -------------------------------------------------------------------- neurons, the residual stream, experts


def test_neurons() -> None:
    zeros = {"layers.0.mlp.down.weight": columns(7), "layers.1.mlp.up.weight": [2, 3], "layers.1.mlp.up.bias": [2, 3]}
    assert removed(Encoder(), zeros) == [
        Removed("neuron", "layers.0.mlp", (7,), HIDDEN),
        Removed("neuron", "layers.1.mlp", (2, 3), HIDDEN),
    ]


@pytest.mark.parametrize("mlp", [Gated, FusedGate])
def test_the_two_branches_of_a_gate_count_once(mlp: type[nn.Module]) -> None:
    zeros = {"layers.0.mlp.down.weight": columns(4, 9)}
    assert removed(Encoder(mlp=mlp), zeros) == [Removed("neuron", "layers.0.mlp", (4, 9), HIDDEN)]


def test_layers_in_a_row_are_told_apart() -> None:
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 5), nn.ReLU(), nn.Linear(5, 2))
    zeros = {"0.weight": [1], "0.bias": [1], "2.weight": [4], "2.bias": [4]}
    assert removed(model, zeros, (6,)) == [Removed("neuron", "0", (1,), 8), Removed("neuron", "2", (4,), 5)]


def test_the_residual_stream() -> None:
    model = Encoder()
    writers = [n.removesuffix(".weight") for n, _ in model.named_parameters() if n.endswith(".weight")]
    writers = [n for n in writers if n.rpartition(".")[2] in ("enter", "out", "down")]
    zeros = {f"{writer}.{kind}": [3, 11] for writer in writers for kind in ("weight", "bias")}
    assert removed(model, zeros) == [Removed("residual channel", "", (3, 11), WIDTH)]


def test_experts_and_their_neurons() -> None:
    class Experts(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.up, self.down = nn.Parameter(torch.ones(4, 6, 7)), nn.Parameter(torch.ones(4, 7, 5))

        def forward(self, x: Tensor) -> Tensor:
            hidden = torch.relu(torch.einsum("btd,edf->ebtf", x, self.up))
            return torch.einsum("ebtf,efd->ebtd", hidden, self.down).sum(0)

    model = nn.Sequential(nn.Linear(6, 6), Experts(), nn.Linear(5, 2))
    zeros = {"1.down": (torch.tensor([0, 0, 1, 0]).bool(),)}
    model = known(model, zeros)
    with torch.no_grad():
        model.get_parameter("1.down")[:, 5] = 0
    assert follow(captured(model, TOKENS)).removed() == [
        Removed("expert", "1", (2,), 4),
        Removed("neuron", "1", (5,), 7),
    ]


def test_what_convolutions_write_are_channels() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU(), nn.Conv2d(8, 4, 1), nn.Flatten(), nn.Linear(16, 2))
    zeros = {"0.weight": [1, 2], "0.bias": [1, 2], "2.weight": [0], "2.bias": [0]}
    assert removed(model, zeros, (3, 2, 2)) == [Removed("channel", "0", (1, 2), 8), Removed("channel", "2", (0,), 4)]


def test_nothing_removed_is_nothing_said() -> None:
    assert removed(Encoder(), {}) == []


# -------------------------------------------------------------------- numbers


def test_later_rounds_speak_of_the_original_numbers() -> None:
    program = captured(known(Encoder(), {"layers.0.mlp.down.weight": columns(1, 3, 8)}), TOKENS)
    names = follow(program)
    assert names.removed() == [Removed("neuron", "layers.0.mlp", (1, 3, 8), HIDDEN)]
    with torch.no_grad():  # of 0 2 4 5 6 7 9
        attribute(program.module, "layers.0.mlp.down.weight")[:, [0, 4, 6]] = 0
        attribute(program.module, "layers.0.attention.out.weight")[:, places(2)] = 0
    assert follow(program, names).removed() == [
        Removed("head", "layers.0.attention", (2,), HEADS),
        Removed("neuron", "layers.0.mlp", (0, 1, 3, 6, 8, 9), HIDDEN),
    ]


def test_filters_that_a_permutation_reordered_keep_their_numbers() -> None:
    model = nn.Sequential(nn.Conv2d(3, 6, 1), nn.ChannelShuffle(2), nn.ReLU(), nn.Conv2d(6, 4, 1))
    program = captured(known(model, {"0.weight": [1], "0.bias": [1]}), (3, 2, 2))
    names = follow(program)
    assert names.removed() == [Removed("channel", "0", (1,), 6)]
    with torch.no_grad():
        weight, bias = (attribute(program.module, f"0.{kind}") for kind in ("weight", "bias"))
        original = model.get_parameter("0.weight")[5]
        [row] = [i for i in range(5) if torch.equal(weight[i], original)]
        weight[row], bias[row] = 0, 0
    assert follow(program, names).removed() == [Removed("channel", "0", (1, 5), 6)]


PLANTED = {
    "bert": [
        ("head", 0, [1, 3], Removed("head", "bert.encoder.layer.0.attention", (1, 3), 4)),
        ("neuron", 0, [0, 47], Removed("neuron", "bert.encoder.layer.0", (0, 47), 48)),
        ("qk", 1, [2], Removed("query-key channel", "bert.encoder.layer.1.attention", (2,), 8)),
        ("residual", 0, [3, 12], Removed("residual channel", "", (3, 12), 32)),
    ],
    "llama-gqa": [
        # Places turn in pairs, half a head apart.
        ("qk", 0, [1], Removed("query-key channel", "model.layers.0.self_attn", (1, 5), 8)),
        ("vo", 0, [3, 6], Removed("value channel", "model.layers.0.self_attn", (3, 6), 8)),
        ("kv_group", 1, [1], Removed("head", "model.layers.1.self_attn", (2, 3), 4)),
        ("kv_group", 1, [1], Removed("kv group", "model.layers.1.self_attn", (1,), 2)),
        ("neuron", 1, [7, 8], Removed("neuron", "model.layers.1.mlp", (7, 8), 48)),
        ("residual", 0, [31], Removed("residual channel", "", (31,), 32)),
    ],
    "gpt2": [
        ("head", 0, [2], Removed("head", "transformer.h.0.attn", (2,), 4)),
        ("vo", 1, [1, 2], Removed("value channel", "transformer.h.1.attn", (1, 2), 8)),
        ("neuron", 1, [5], Removed("neuron", "transformer.h.1.mlp", (5,), 48)),
        ("residual", 0, [0], Removed("residual channel", "", (0,), 32)),
    ],
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_zeros_are_found_under_their_numbers(name: str) -> None:
    pytest.importorskip("transformers")
    from zoo.families import FAMILIES

    family = FAMILIES[name]
    model = family.build()
    sites = family.sites(model)
    for kind, at, positions, _ in PLANTED[name]:
        [site for site in sites if site.kind == kind][at].plant(positions)
    args, kwargs = family.feed()
    found = follow(capture(model, args, kwargs, family.dynamic_shapes())).removed()
    assert found == [said for *_, said in PLANTED[name]]


def test_paths_that_begin_alike() -> None:
    assert common_path(["a.b.c", "a.b.d"]) == "a.b"
    assert common_path(["a.b", "a.bc"]) == "a"
    assert common_path(["a", "b"]) == ""
    assert common_path([]) == ""


@pytest.mark.parametrize(
    ("outer", "inner", "same"),
    [
        ("layers.3.mlp", "layers.3.mlp.up", True),
        ("layers.3", "layers.3.intermediate.dense", True),
        ("layers", "layers.3.intermediate.dense", False),
        ("bert", "bert.pooler.dense", False),
    ],
)
def test_a_path_that_lies_in_the_same_block(outer: str, inner: str, same: bool) -> None:
    assert same_block(outer, inner) == same
