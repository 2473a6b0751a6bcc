"""Cards: figures that fit each other, and what is said of architectures that nobody knows."""

from __future__ import annotations

import pytest
import torch

from sparsec.codegen.triton.cards import CARDS, H200, Card, architectures, card_for
from sparsec.compiler.errors import UserError


def test_what_was_measured_of_an_h200_is_what_is_reckoned_with() -> None:
    assert H200.bandwidth == pytest.approx(4.3e12)
    assert H200.operations(torch.bfloat16) == pytest.approx(788e12)
    assert H200.budget(torch.bfloat16) == pytest.approx(13.8, abs=0.05)


def test_the_first_card_of_an_architecture_is_assumed() -> None:
    assert architectures() == ["sm_80", "sm_89", "sm_90", "sm_100", "gfx90a", "gfx942"]
    assert [card_for(arch).name for arch in ("sm_89", "sm_90")] == ["RTX 4090", "H200 SXM"]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_figures_fit_each_other(card: Card) -> None:
    """Mistakes by a factor of 1000, and fields that were forgotten when a card was made from another."""
    assert 2e11 < card.memory < card.cache < 2e13
    assert card.tensor[torch.float16] == card.tensor[torch.bfloat16] > 1.9 * card.tensor[torch.float32]
    assert card.shared_block <= card.shared and card.warp * card.warps in (1536, 2048)
    assert card.backend == ("hip" if card.arch.startswith("gfx") else "cuda")
    per_cycle = card.tensor[torch.float16] / (card.multiprocessors * card.clock)
    assert 500 < per_cycle < 10000  # operations of one multiprocessor


def test_an_unknown_architecture_is_an_error() -> None:
    with pytest.raises(UserError, match="sm_70") as caught:
        card_for("sm_70")
    assert caught.value.code == "unknown-option" and "sm_100" in str(caught.value.hint)


def test_a_dtype_that_is_not_multiplied_is_an_error() -> None:
    with pytest.raises(UserError, match="multiplies no float64") as caught:
        H200.operations(torch.float64)
    assert caught.value.code == "bad-option" and "bfloat16" in str(caught.value.note)
