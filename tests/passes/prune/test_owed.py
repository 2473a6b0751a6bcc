"""What outputs are owed: both ways to add it up give what the rows say."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.passes.prune.owed import ByInputs, ByOutputs, InHalves, Ledger, ledger_of


def drawn() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    source = torch.Generator().manual_seed(0)
    weight, rows, away, beside = (torch.randn(*x, generator=source) for x in ((5, 12), (40, 12), (40, 12), (40, 5)))
    return weight, rows + 0.5, 0.3 * away + 0.1, beside - 0.2


def fed(ledger: Ledger, rows: Tensor, dense: Tensor, beside: Tensor | None) -> Ledger:
    for start, stop in ((0, 1), (1, 1), (1, 30), (30, 40)):
        ledger.observe(rows[start:stop], dense[start:stop], None if beside is None else beside[start:stop])
    return ledger


@pytest.mark.parametrize("added", [False, True])
def test_it_is_what_the_rows_say(added: bool) -> None:
    weight, rows, away, beside = drawn()
    what = beside if added else None
    lacking = (away @ weight.T + (beside if added else 0.0)).double()
    ledgers = [ByOutputs(weight)] if added else [ByOutputs(weight), ByInputs.of(12, sums=False)]
    for ledger in ledgers:
        owed = fed(ledger, rows, rows + away, what).owed(weight)
        torch.testing.assert_close(owed.sum, lacking.sum(dim=0), rtol=1e-5, atol=1e-4)
        torch.testing.assert_close(owed.inputs, (lacking.T @ rows.double()).float(), rtol=1e-4, atol=1e-3)
        assert owed.squares == pytest.approx(float(lacking.square().sum()), rel=1e-5)
    owed = fed(ByInputs.of(12, sums=True), rows, rows + away, what).owed(weight)
    assert owed.inputs is None
    torch.testing.assert_close(owed.sum, lacking.sum(dim=0), rtol=1e-5, atol=1e-4)


def test_layers_that_read_the_same_share_what_follows_from_inputs() -> None:
    weight, rows, away, _ = drawn()
    shared = fed(ByInputs.of(12, sums=False), rows, rows + away, None)
    for own in (weight, weight[:2] * 3):
        alone = fed(ByOutputs(own), rows, rows + away, None).owed(own)
        torch.testing.assert_close(shared.owed(own).inputs, alone.inputs, rtol=1e-4, atol=1e-3)


def test_halves_add_up_to_the_whole() -> None:
    weight, rows, away, beside = drawn()
    found = fed(ledger_of(weight, sums=False, beside=True), rows, rows + away, beside).owed(weight)
    whole = fed(ByOutputs(weight), rows, rows + away, beside).owed(weight)
    assert found.halves is not None
    for name in ("sum", "inputs", "squares"):
        parts = [torch.as_tensor(getattr(one, name)) for one in found.halves]
        torch.testing.assert_close(parts[0] + parts[1], torch.as_tensor(getattr(whole, name)), rtol=1e-4, atol=1e-3)
        torch.testing.assert_close(
            torch.as_tensor(getattr(found, name)), torch.as_tensor(getattr(whole, name)), rtol=1e-4, atol=1e-3
        )
        assert parts[0].any() and parts[1].any()


@pytest.mark.parametrize(
    ("outputs", "beside", "kind"), [(3, False, ByOutputs), (8, False, ByInputs), (8, True, ByOutputs)]
)
def test_the_cheaper_way_is_taken(outputs: int, beside: bool, kind: type[Ledger]) -> None:
    found = ledger_of(torch.zeros(outputs, 12), sums=False, beside=beside)
    assert isinstance(found, InHalves) and all(type(part) is kind for part in found.parts)
    assert type(ledger_of(torch.zeros(outputs, 12), sums=True, beside=beside)) is ByInputs
