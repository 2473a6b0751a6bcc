"""SplitRecurrent: layers one by one, states and final states in their places."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler.comparison import relative_error
from sparsec.compiler.ir.program import Program
from sparsec.passes.rewrite.split_recurrent import SplitRecurrent

from ..harness import TOLERANCE, captured, known, noise, op_names, optimised


class Stack(nn.Module):
    """Layers and all of their results; ``pick`` reads single final states."""

    def __init__(self, layers: nn.RNNBase, pick: tuple[int, ...] = (), given: bool = False) -> None:
        super().__init__()
        self.layers, self.pick, self.given = layers, pick, given

    def forward(self, x: Tensor) -> Any:
        count = self.layers.num_layers * (2 if self.layers.bidirectional else 1)
        state: Any = x[:, 0, :4].expand(count, -1, -1) * 0.5 if self.given else None
        if self.given and isinstance(self.layers, nn.LSTM):
            state = (state, state + 1)
        sequence, final = self.layers(x, state)
        final = final if isinstance(final, tuple) else (final,)
        if self.pick:
            return sequence, *(part[place] for part in final for place in self.pick)
        return sequence, *final


MODELS = {
    "lstm": lambda: Stack(nn.LSTM(6, 4, num_layers=3, batch_first=True)),
    "gru": lambda: Stack(nn.GRU(6, 4, num_layers=2, batch_first=True, bidirectional=True)),
    "picked": lambda: Stack(nn.LSTM(6, 4, num_layers=2, batch_first=True, bidirectional=True), pick=(-1, -2, 0)),
    "given": lambda: Stack(nn.LSTM(6, 4, num_layers=3, batch_first=True), given=True),
    "given-gru": lambda: Stack(nn.GRU(6, 4, num_layers=2, batch_first=True, bias=False), pick=(1,), given=True),
}


def same(program: Program, model: nn.Module) -> None:
    """The same numbers at several batch sizes."""
    for batch in (2, 5):
        (x,) = noise((5, 6), batch=batch)
        with torch.no_grad():
            assert relative_error(program.run((x,)), [*model(x)]) <= TOLERANCE


@pytest.mark.parametrize("name", MODELS)
def test_layers_one_by_one(name: str) -> None:
    model: Any = known(MODELS[name]())
    program = captured(model, (5, 6))
    result = optimised(program, SplitRecurrent())
    assert result.changed
    recurrent = [op for op in op_names(result.program) if "lstm" in op or "gru" in op]
    assert len(recurrent) == model.layers.num_layers
    same(result.program, model)
    assert not optimised(result.program, SplitRecurrent()).changed


def test_one_layer_stays() -> None:
    program = captured(known(Stack(nn.LSTM(6, 4, batch_first=True, bidirectional=True))), (5, 6))
    assert not optimised(program, SplitRecurrent()).changed


def test_picked_states_are_read_from_their_layer() -> None:
    result = optimised(captured(known(MODELS["picked"]()), (5, 6)), SplitRecurrent())
    assert "aten.cat.default" not in op_names(result.program)


def test_layers_called_twice() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.GRU(6, 6, num_layers=2, batch_first=True)

        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            first, state = self.layers(x)
            return self.layers(first, state)

    model = known(Twice())
    result = optimised(captured(model, (5, 6)), SplitRecurrent())
    assert op_names(result.program).count("aten.gru.input") == 4
    same(result.program, model)
