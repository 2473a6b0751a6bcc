"""LSTM, GRU and plain recurrent layers: units and columns go, and the numbers stay, at any length and batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.recurrent import KINDS, call_of
from sparsec.compiler.ir.speculation import additions

from ..harness import TOLERANCE, Outcome, captured, known, noise, optimised

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
CANDIDATES = {"LSTM": 2, "GRU": 2, "RNN": 0}
KINDS_OF_LAYER: dict[str, Callable[..., nn.RNNBase]] = {
    "lstm": nn.LSTM,
    "gru": nn.GRU,
    "tanh": nn.RNN,
    "relu": lambda *sizes, **options: nn.RNN(*sizes, nonlinearity="relu", **options),
}
WIDTH, HIDDEN = 6, 8


class Reads(nn.Module):
    """A linear layer, a recurrent one, and a linear layer that reads some of its results.

    ``of`` is "sequence", "last" (the last step), "final" (of all directions of the last layer) or "everything".
    """

    def __init__(self, layer: nn.RNNBase, of: str = "sequence") -> None:
        super().__init__()
        self.first, self.layer, self.of = nn.Linear(5, WIDTH), layer, of
        size = (layer.proj_size or layer.hidden_size) * (2 if layer.bidirectional else 1)
        self.second = nn.Linear(size, 3)

    def forward(self, x: Tensor, *states: Tensor) -> Any:
        value = torch.relu(self.first(x))
        given = (states if len(states) > 1 else states[0],) if states else ()
        sequence, final = self.layer(value, *given)
        hidden = final[0] if isinstance(final, tuple) else final
        if self.of == "last":
            return self.second(sequence[:, -1] if self.layer.batch_first else sequence[-1])
        if self.of == "final":
            return self.second(torch.cat([hidden[-2], hidden[-1]], 1) if self.layer.bidirectional else hidden[-1])
        return (self.second(sequence), final) if self.of == "everything" else self.second(sequence)


def gates(layer: nn.RNNBase, name: str) -> Tensor:
    """A weight or bias as (gates, units, ...)."""
    weight = layer.get_parameter(name)
    return weight.data.view(GATES[layer.mode.split("_")[0]], layer.hidden_size, *weight.shape[1:])


def rows(layer: nn.RNNBase) -> Iterator[str]:
    """Names of everything that has a row for each gate of each unit."""
    return (name for name, _ in layer.named_parameters() if "weight_hr" not in name)


def drop(layer: nn.RNNBase, *units: int, gate: int | None = None, of: str = "") -> None:
    """Zero all rows of units, or those of one gate; ``of`` names layer and direction: ``l0``, ``l1_reverse``."""
    for name in rows(layer):
        if name.endswith(of) if of else True:
            gates(layer, name)[slice(None) if gate is None else gate, [*units]] = 0


def unread(layer: nn.RNNBase, *columns: int) -> None:
    """Zero these columns of every recurrent weight."""
    for name, weight in layer.named_parameters():
        if "weight_hh" in name:
            weight.data[:, [*columns]] = 0


def program_of(model: nn.Module, *shapes: tuple[int, ...]) -> Program:
    """Captured with a dynamic length and batch; states are (directions, batch, units)."""
    layer: Any = model.get_submodule("layer")
    inputs = noise(*(shapes or ((3, 5),)), batch=3 if layer.batch_first else 4)
    if len(inputs) > 1:
        inputs = (inputs[0], *(x.transpose(0, 1).contiguous()[:, :3] for x in inputs[1:]))
    free = {0: Dim.AUTO, 1: Dim.AUTO}
    states = {"states": ({1: Dim.AUTO},) * (len(inputs) - 1)} if len(inputs) > 1 else {}
    return capture(model, inputs, dynamic_shapes={"x": free} | states)


def exact(program: Program, model: nn.Module, *states: tuple[int, ...], batch: int = 3) -> None:
    """Compare at two lengths and batches that differ from those captured."""
    first = getattr(model, "layer").batch_first  # noqa: B009
    for length, size in ((7, 2), (2, 5)):
        shape = (size, length, 5) if first else (length, size, 5)
        torch.manual_seed(length)
        inputs = [torch.randn(shape, dtype=torch.float64)]
        inputs += [torch.randn((count, size, units), dtype=torch.float64) for count, units in states]
        with torch.no_grad():
            expected = model(*inputs)
        flat = torch.utils._pytree.tree_leaves(expected)
        assert relative_error(program.run(inputs), flat) <= TOLERANCE


def hidden_sizes(outcome: Outcome) -> list[int]:
    """Units of each layer and direction."""
    calls = [call_of(node) for node in outcome.program.nodes() if node.target in KINDS]
    return [x.hh.meta["val"].shape[0] // call.kind.gates for call in calls for x in call.directions]


def small(model: Reads, *states: tuple[int, ...]) -> Outcome:
    """Optimised, and compared."""
    shapes = [(4 if model.layer.batch_first else 3, 5), *((count, units) for count, units in states)]
    result = optimised(program_of(model, *shapes))
    exact(result.program, model, *states)
    return result


# -------------------------------------------------------------------- shapes of everything, at random


OPTIONS: list[dict[str, Any]] = [
    {},
    {"bias": False},
    {"batch_first": True, "bidirectional": True},
    {"num_layers": 2},
    {"num_layers": 3, "bidirectional": True},
    {"num_layers": 2, "bidirectional": True, "batch_first": True, "bias": False},
]


def prune(model: Reads, seed: int) -> None:
    """Zero units, candidates, columns and inputs at random."""
    random = torch.Generator().manual_seed(seed)

    def some(size: int, share: float = 0.3) -> Tensor:
        return torch.rand(size, generator=random) < share

    layer = model.layer
    with torch.no_grad():
        model.first.weight[some(WIDTH)] = 0
        if seed % 2:
            model.first.bias[some(WIDTH, 0.5)] = 0
        for name, weight in layer.named_parameters():
            if "weight_hr" in name:
                weight[some(weight.shape[0])] = 0
                weight[:, some(weight.shape[1])] = 0
            else:
                gates(layer, name)[:, some(HIDDEN)] *= seed % 3 == 0
            if "weight" in name:
                weight[:, some(weight.shape[1])] = 0
        drop(layer, *some(HIDDEN).nonzero().flatten().tolist())
        drop(layer, 5, gate=CANDIDATES[layer.mode.split("_")[0]])
        model.second.weight[:, some(model.second.in_features, 0.5)] = 0


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options) or "plain")
@pytest.mark.parametrize("kind", KINDS_OF_LAYER)
def test_random_zeros(kind: str, options: dict[str, Any]) -> None:
    seed = [*KINDS_OF_LAYER].index(kind) + 3 * OPTIONS.index(options)
    of = ("sequence", "last", "final", "everything")[seed % 4]
    model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN, **options), of)
    known(model, seed=seed)
    prune(model, seed)
    result = small(model)
    assert min(hidden_sizes(result)) < HIDDEN or of == "everything"


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options) or "plain")
@pytest.mark.parametrize("seed", range(2))
def test_random_zeros_with_projections(options: dict[str, Any], seed: int) -> None:
    of = ("sequence", "final", "everything")[(seed + OPTIONS.index(options)) % 3]
    model = Reads(nn.LSTM(WIDTH, HIDDEN, proj_size=4, **options), of)
    known(model, seed=seed)
    prune(model, seed)
    small(model)


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options) or "plain")
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_random_zeros_with_given_states(kind: str, options: dict[str, Any]) -> None:
    layer = KINDS_OF_LAYER[kind](WIDTH, HIDDEN, **options)
    model = Reads(layer, "final")
    known(model, seed=1)
    prune(model, 1)
    count = layer.num_layers * (2 if layer.bidirectional else 1)
    small(model, *[(count, HIDDEN)] * (2 if kind == "lstm" else 1))


# -------------------------------------------------------------------- how much goes


@pytest.mark.parametrize("kind", KINDS_OF_LAYER)
def test_a_unit_that_nobody_reads_goes(kind: str) -> None:
    model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN))
    known(model, zeros={"second.weight": (slice(None), [1, 2, 6])})
    unread(model.layer, 1, 6)
    assert hidden_sizes(small(model)) == [HIDDEN - 2]


@pytest.mark.parametrize("kind", KINDS_OF_LAYER)
def test_units_that_only_read_each_other_go(kind: str) -> None:
    model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN))
    known(model, zeros={"second.weight": (slice(None), [1, 6])})
    unread(model.layer, 1, 6)
    weight = gates(model.layer, "weight_hh_l0")
    weight[:, 1, 6] = weight[:, 6, 1] = weight[:, 6, 6] = 1
    assert hidden_sizes(small(model)) == [HIDDEN - 2]


@pytest.mark.parametrize("kind", KINDS_OF_LAYER)
def test_a_unit_whose_candidate_is_zero_stays_zero(kind: str) -> None:
    model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN))
    known(model)
    drop(model.layer, 3, 4, gate=CANDIDATES[model.layer.mode.split("_")[0]])
    assert hidden_sizes(small(model)) == [HIDDEN - 2]


@pytest.mark.parametrize("kind", KINDS_OF_LAYER)
def test_zero_units_may_feed_each_other(kind: str) -> None:
    model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN))
    known(model)
    candidate = CANDIDATES[model.layer.mode.split("_")[0]]
    drop(model.layer, 3, 4, gate=candidate)
    gates(model.layer, "weight_hh_l0")[candidate, 3, 4] = gates(model.layer, "weight_hh_l0")[candidate, 4, 3] = 2
    assert hidden_sizes(small(model)) == [HIDDEN - 2]


@pytest.mark.parametrize("kind", KINDS_OF_LAYER)
def test_a_zero_unit_that_reads_a_living_one_stays(kind: str) -> None:
    model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN))
    known(model)
    candidate = CANDIDATES[model.layer.mode.split("_")[0]]
    drop(model.layer, 3, gate=candidate)
    gates(model.layer, "weight_hh_l0")[candidate, 3, 0] = 2
    assert hidden_sizes(small(model)) == [HIDDEN]


def test_biases_that_cancel_are_zero_but_not_behind_a_gate() -> None:
    for kind, left in (("lstm", HIDDEN - 1), ("tanh", HIDDEN - 1), ("gru", HIDDEN)):
        model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN))
        known(model)
        candidate = CANDIDATES[model.layer.mode.split("_")[0]]
        drop(model.layer, 3, gate=candidate)
        gates(model.layer, "bias_ih_l0")[candidate, 3], gates(model.layer, "bias_hh_l0")[candidate, 3] = 0.5, -0.5
        assert hidden_sizes(small(model)) == [left]


def test_what_relu_cuts_off_is_zero() -> None:
    for kind, left in (("relu", HIDDEN - 1), ("tanh", HIDDEN)):
        model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN))
        known(model)
        drop(model.layer, 3)
        gates(model.layer, "bias_ih_l0")[0, 3] = -0.5
        assert hidden_sizes(small(model)) == [left]


@pytest.mark.parametrize("kind", KINDS_OF_LAYER)
@pytest.mark.parametrize("bias", [True, False])
def test_inputs_that_are_constant_or_unread_go(kind: str, bias: bool) -> None:
    model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN, bias=bias))
    known(model, zeros={"first.weight": [1], "layer.weight_ih_l0": (slice(None), [4])})
    model.first.bias.data[1] = 0.7
    result = small(model)
    assert result.shape("layer.weight_ih_l0")[1] == WIDTH - 2
    assert result.shape("first.weight")[0] == WIDTH - 2
    assert "layer.bias_ih_l0" in result.program.weights()


def test_directions_keep_equally_many_units() -> None:
    model = Reads(nn.GRU(WIDTH, HIDDEN, bidirectional=True))
    known(model)
    drop(model.layer, 0, 1, 2, of="l0")
    drop(model.layer, 5, 7, of="l0_reverse")
    assert hidden_sizes(small(model)) == [HIDDEN - 2] * 2


def test_final_states_read_one_by_one_may_keep_different_units() -> None:
    model = Reads(nn.LSTM(WIDTH, HIDDEN, bidirectional=True), "final")
    known(model)
    drop(model.layer, 0, 1, of="l0")
    drop(model.layer, 5, 7, of="l0_reverse")
    assert hidden_sizes(small(model)) == [HIDDEN - 2] * 2


def test_layers_may_keep_different_units() -> None:
    model = Reads(nn.LSTM(WIDTH, HIDDEN, num_layers=3))
    known(model)
    drop(model.layer, 0, 1, 2, of="l0")
    drop(model.layer, 5, of="l2")
    result = small(model)
    assert hidden_sizes(result) == [HIDDEN - 3, HIDDEN, HIDDEN - 1]
    assert result.shape("layer.weight_ih_l1") == (4 * HIDDEN, HIDDEN - 3)


def test_a_whole_layer_is_read_through() -> None:
    """What the second layer does not read of the first goes there, and what that does not read before."""
    model = Reads(nn.GRU(WIDTH, HIDDEN, num_layers=2))
    known(model)
    unread(model.layer, 2)
    model.layer.weight_ih_l1.data[:, 2] = 0
    model.layer.weight_ih_l0.data[:, 3] = 0
    gates(model.layer, "weight_ih_l0")[:, 2, 3] = 1  # column 3 is read by that unit alone
    result = small(model)
    assert hidden_sizes(result) == [HIDDEN - 1, HIDDEN]
    assert result.shape("first.weight")[0] == WIDTH - 1


def test_a_projection_lets_cells_and_its_own_columns_go() -> None:
    model = Reads(nn.LSTM(WIDTH, HIDDEN, proj_size=4))
    known(model, zeros={"layer.weight_hr_l0": (slice(None), [1, 2]), "second.weight": (slice(None), [3])})
    unread(model.layer, 3)
    drop(model.layer, 7, gate=2)
    result = small(model)
    assert result.shape("layer.weight_hr_l0") == (3, HIDDEN - 3)
    assert result.shape("layer.weight_hh_l0") == (4 * (HIDDEN - 3), 3)


# -------------------------------------------------------------------- what must not fire


@pytest.mark.parametrize("kind", KINDS_OF_LAYER)
def test_given_states_are_not_zero(kind: str) -> None:
    model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN))
    known(model)
    drop(model.layer, 3, gate=CANDIDATES[model.layer.mode.split("_")[0]])
    states = [(1, HIDDEN)] * (2 if kind == "lstm" else 1)
    assert hidden_sizes(small(model, *states)) == [HIDDEN]


@pytest.mark.parametrize("kind", KINDS_OF_LAYER)
def test_of_given_states_the_columns_of_living_units_are_taken(kind: str) -> None:
    model = Reads(KINDS_OF_LAYER[kind](WIDTH, HIDDEN))
    known(model, zeros={"second.weight": (slice(None), [1, 6])})
    unread(model.layer, 1, 6)
    states = [(1, HIDDEN)] * (2 if kind == "lstm" else 1)
    result = small(model, *states)
    assert hidden_sizes(result) == [HIDDEN - 2]
    assert any(found.what == "gather of an initial state" for found in additions(result.program))
    plain = optimised(program_of(model, (3, 5), *states), speculative=False)
    assert hidden_sizes(plain) == [HIDDEN]


def test_units_that_are_returned_stay() -> None:
    model = Reads(nn.LSTM(WIDTH, HIDDEN), "everything")
    known(model)
    drop(model.layer, 3)
    assert hidden_sizes(small(model)) == [HIDDEN]


def test_a_unit_read_one_step_later_stays() -> None:
    model = Reads(nn.LSTM(WIDTH, HIDDEN))
    known(model, zeros={"second.weight": (slice(None), [1])})
    assert hidden_sizes(small(model)) == [HIDDEN]


def test_without_zeros_the_graph_is_as_it_was() -> None:
    for options in OPTIONS:
        model = Reads(nn.LSTM(WIDTH, HIDDEN, **options), "everything")
        known(model)
        program = program_of(model)
        before = [str(node.target) for node in program.nodes() if node.op == "call_function"]
        after = [str(node.target) for node in small(model).program.nodes() if node.op == "call_function"]
        assert sorted(after) == sorted(before)


class Packed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer, self.second = nn.LSTM(5, HIDDEN), nn.Linear(HIDDEN, 3)

    def forward(self, x: Tensor) -> Tensor:
        sizes = torch.tensor([2, 2, 1])
        packed = nn.utils.rnn.PackedSequence(x, sizes)
        return self.second(self.layer(packed)[0].data)


def test_packed_sequences_are_refused() -> None:
    x = torch.randn(5, 5, dtype=torch.float64)
    with pytest.raises(UserError, match="capture-failed"):
        capture(known(Packed()), (x,))


# -------------------------------------------------------------------- cells

CELLS: dict[str, Callable[..., nn.RNNCellBase]] = {
    "lstm": nn.LSTMCell,
    "gru": nn.GRUCell,
    "tanh": nn.RNNCell,
    "relu": lambda *sizes, **options: nn.RNNCell(*sizes, nonlinearity="relu", **options),
}
CELL_GATES = {"lstm": (4, 2), "gru": (3, 2), "tanh": (1, 0), "relu": (1, 0)}


class Unrolled(nn.Module):
    """A cell called once for each of four steps; it starts from nothing, or from what an encoder says."""

    def __init__(self, cell: nn.RNNCellBase, encoded: bool = False) -> None:
        super().__init__()
        self.first, self.cell, self.second = nn.Linear(5, WIDTH), cell, nn.Linear(HIDDEN, 3)
        self.start = nn.Linear(5, HIDDEN) if encoded else None

    def forward(self, x: Tensor) -> Tensor:
        state: Any = None
        if self.start is not None:
            state = torch.tanh(self.start(x[:, 0]))
            state = (state, state * 2) if isinstance(self.cell, nn.LSTMCell) else state
        for step in range(4):
            state = self.cell(self.first(x[:, step]), state)
        return self.second(state[0] if isinstance(state, tuple) else state)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("kind", CELLS)
def test_cells(kind: str, encoded: bool, bias: bool) -> None:
    count, candidate = CELL_GATES[kind]
    model = Unrolled(CELLS[kind](WIDTH, HIDDEN, bias=bias), encoded)
    known(model, zeros={"second.weight": (slice(None), [1, 2]), "cell.weight_hh": (slice(None), [1])})
    with torch.no_grad():
        model.cell.weight_ih[:, 4] = 0
        for parameter in model.cell.parameters():
            parameter.view(count, HIDDEN, *parameter.shape[1:])[candidate, 6] = 0
    program = captured(model, (4, 5))
    result = optimised(program)
    for batch in (1, 2, 6):
        (x,) = noise((4, 5), batch=batch)
        assert relative_error(result.program.run((x,)), [model(x).detach()]) <= TOLERANCE
    sizes = {w.shape for n, w in result.program.weights().items() if n.startswith("cell.weight_hh")}
    left = HIDDEN - (1 if encoded else 2)
    assert sizes == {(count * left, left)}
    assert sum(n.startswith("cell.weight_hh") for n in result.program.weights()) == 1
    assert {w.shape[0] for n, w in result.program.weights().items() if n.startswith("first.weight")} == {WIDTH - 1}
