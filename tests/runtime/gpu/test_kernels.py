"""The dense form of a layer on a card, which its kernels are raced against."""

from __future__ import annotations

import gc

import pytest
import torch

from sparsec.codegen.formats.bsr import Bsr
from sparsec.codegen.formats.row_groups import RowGroups
from sparsec.codegen.operators import BSR_LINEAR, GATHER_LINEAR, SKIP_LINEAR, Operator
from sparsec.runtime.gpu import kernels

WEIGHT = torch.randn(20, 24) * (torch.arange(24) % 4 < 2)


@pytest.mark.parametrize("first", [False, True], ids=["tokens first", "features first"])
def test_the_dense_weight_is_made_once_and_again_when_it_is_written(first: bool) -> None:
    packed = RowGroups((20, 24), 8, 4).pack(WEIGHT)
    arguments = (torch.randn(24, 5) if first else torch.randn(5, 24), *vars(packed).values(), torch.randn(20), None, 20)
    arguments = (*arguments, "silu", first, False)
    found = kernels._computed_dense(GATHER_LINEAR, arguments)
    torch.testing.assert_close(found, GATHER_LINEAR.reference(*arguments))
    _, weight = kernels._dense[packed.values]
    kernels._computed_dense(GATHER_LINEAR, arguments)
    assert kernels._dense[packed.values][1] is weight
    packed.values.mul_(2)
    found = kernels._computed_dense(GATHER_LINEAR, arguments)
    torch.testing.assert_close(found, GATHER_LINEAR.reference(*arguments))
    before = len(kernels._dense)
    del packed, arguments
    gc.collect()
    assert len(kernels._dense) == before - 1


@pytest.mark.parametrize("operator", [BSR_LINEAR, SKIP_LINEAR], ids=lambda operator: operator.name)
def test_every_operator_has_a_dense_form(operator: Operator) -> None:
    packed = vars(Bsr((20, 24), 8, 8).pack(WEIGHT)).values()
    rest = (*packed, None, torch.randn(5, 20), 20) if operator is BSR_LINEAR else (WEIGHT.T.contiguous(), None, 0.5)
    arguments = (torch.randn(5, 24), *rest, "relu")
    found = kernels._computed_dense(operator, arguments)
    torch.testing.assert_close(found, operator.reference(*arguments))


def test_a_weight_that_is_only_recorded_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = RowGroups((20, 24), 8, 4).pack(WEIGHT)
    arguments = (torch.randn(5, 24), *vars(packed).values(), None, None, 20, "", False, False)
    monkeypatch.setattr(kernels, "recording", lambda device: True)
    found = kernels._computed_dense(GATHER_LINEAR, arguments)
    assert packed.values not in kernels._dense
    torch.testing.assert_close(found, GATHER_LINEAR.reference(*arguments))
