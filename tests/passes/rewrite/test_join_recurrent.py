"""JoinRecurrent: the reverse of SplitRecurrent, where layers are still alike."""

from __future__ import annotations

from typing import Any

import pytest
from torch import nn

from sparsec.passes.rewrite.drop_identities import DropIdentities
from sparsec.passes.rewrite.join_recurrent import JoinRecurrent
from sparsec.passes.rewrite.split_recurrent import SplitRecurrent

from ..harness import captured, known, op_names, optimised
from .test_split_recurrent import MODELS, Stack, same


@pytest.mark.parametrize("name", MODELS)
def test_there_and_back(name: str) -> None:
    model: Any = known(MODELS[name]())
    program = captured(model, (5, 6))
    before = optimised(program, DropIdentities())
    result = optimised(program, SplitRecurrent(), JoinRecurrent(), DropIdentities())
    assert sorted(op_names(result.program)) == sorted(op_names(before.program))
    same(result.program, model)
    assert not optimised(result.program, JoinRecurrent()).changed


def test_what_was_not_split_is_not_joined() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.LSTM(6, 6, batch_first=True), nn.LSTM(6, 6, batch_first=True)

        def forward(self, x: Any) -> Any:
            return (self.b(self.a(x)[0])[0],)

    program = captured(known(Two()), (5, 6))
    assert not optimised(program, SplitRecurrent(), JoinRecurrent()).changed


def test_layers_of_other_sizes_stay_apart() -> None:
    model: Any = known(Stack(nn.GRU(6, 4, num_layers=3, batch_first=True), pick=(-1,)))
    for name, weight in model.layers.named_parameters():
        if name.endswith("l0"):
            weight.data.view(3, 4, *weight.shape[1:])[:, 1] = 0
    result = optimised(captured(model, (5, 6)))
    assert op_names(result.program).count("aten.gru.input") == 2
    same(result.program, model)
