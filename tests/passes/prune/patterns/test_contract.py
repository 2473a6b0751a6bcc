"""What every pattern promises."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import Tensor

from sparsec.codegen.formats import BUILT_IN as FORMATS
from sparsec.compiler.errors import UserError
from sparsec.passes.base import options_of
from sparsec.passes.prune.kinds import Pattern
from sparsec.passes.prune.patterns import BUILT_IN, NOfM, Rows, pattern_of

TEXTS = ("scattered", "8x1", "1x4", "3x2", "16x16", "rows", "columns", "row-groups:4", "2:4", "1:3", "4:8")
SHARED = "n-of-m{m=3,shared_rows=4}"
SHAPES = ((1, 1), (1, 7), (7, 1), (8, 12), (13, 29), (3, 40))
ALL = pytest.mark.parametrize("text", [*TEXTS, SHARED])


def drawn(shape: tuple[int, int], dtype: torch.dtype = torch.float64, seed: int = 0) -> Tensor:
    return torch.rand(shape, dtype=dtype, generator=torch.Generator().manual_seed(seed)) + 0.01


def share_of(pattern: Pattern) -> float:
    return 0.5 if pattern.share is None else pattern.share


@pytest.mark.parametrize("kind", BUILT_IN)
def test_it_is_what_a_method_is(kind: type[Pattern]) -> None:
    assert kind.__module__.rpartition(".")[2] == kind.name().replace("-", "_")
    assert dataclasses.is_dataclass(kind) and "field" not in kind.summary() and kind.summary().endswith(".")
    for option in options_of(kind):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(kind(), option, 1)
    assert pattern_of(kind.name()) == kind()


def test_formats_are_those_that_there_are() -> None:
    names = {kind.__module__.rpartition(".")[2].replace("_", "-") for kind in FORMATS}
    assert {name for kind in BUILT_IN for name in kind.formats} == names


@ALL
def test_its_text_is_read_again(text: str) -> None:
    assert pattern_of(text).text == text
    assert pattern_of(f" {text} ") == pattern_of(pattern_of(text)) == pattern_of(text)


@ALL
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_masks_have_the_matrix_s_shape(text: str, shape: tuple[int, int], dtype: torch.dtype) -> None:
    pattern, scores = pattern_of(text), drawn(shape, dtype)
    before = scores.clone()
    for by_row in (False, True):
        mask = pattern.mask(scores, share_of(pattern), by_row)
        assert mask.dtype == torch.bool and mask.shape == scores.shape
        assert torch.equal(mask, pattern.mask(scores, share_of(pattern), by_row))
        assert pattern.mask(scores, 0.0, by_row).all()
        if pattern.share is None:
            assert not pattern.mask(scores, 1.0, by_row).any()
    assert torch.equal(scores, before)


@ALL
@pytest.mark.parametrize("shape", [(0, 5), (5, 0)])
def test_an_empty_matrix_has_an_empty_mask(text: str, shape: tuple[int, int]) -> None:
    pattern = pattern_of(text)
    assert pattern.mask(torch.zeros(shape), share_of(pattern)).shape == shape


@ALL
@pytest.mark.parametrize("shape", SHAPES)
def test_what_has_to_stay_stays(text: str, shape: tuple[int, int]) -> None:
    pattern, scores = pattern_of(text), drawn(shape)
    must = drawn(shape, seed=1) < 0.3
    scores[must] = torch.inf
    for by_row in (False, True):
        assert pattern.mask(scores, share_of(pattern), by_row)[must].all()
    assert pattern.mask(torch.full(shape, torch.inf), share_of(pattern)).all()


@pytest.mark.parametrize("sparsity", [-0.1, 1.1, float("nan"), "half", None, True])
@ALL
def test_what_is_no_share_is_refused(text: str, sparsity: float) -> None:
    with pytest.raises(UserError, match="is no share of zeros") as caught:
        pattern_of(text).mask(drawn((4, 4)), sparsity)
    assert caught.value.code == "bad-option" and caught.value.hint


@pytest.mark.parametrize(
    ("given", "code", "parts"),
    [
        ("0x1", "bad-option", ["rows of a block cannot be '0'", "8x1"]),
        ("8x0", "bad-option", ["columns of a block cannot be '0'"]),
        ("4:2", "bad-option", ["M of 4:M cannot be '2'", "4:8"]),
        ("4:4", "bad-option", ["M of 4:M cannot be '4'"]),
        ("0:4", "bad-option", ["N of N:M cannot be '0'"]),
        ("row-groups:0", "bad-option", ["rows of a group cannot be '0'"]),
        ("n-of-m{shared_rows=0}", "bad-option", ["shared_rows"]),
        ("8x", "unknown-option", ["there is no pattern '8x'", "did you mean 8x1"]),
        ("scatered", "unknown-option", ["did you mean scattered?", "known: 16x16, 2:4, 4:8"]),
        ("", "bad-option", ["'' is no pattern", "write name"]),
        ("-1x8", "unknown-option", ["there is no pattern '-1x8'"]),
        ("blocks{row=8}", "unknown-option", ["pattern 'blocks' has no option 'row'", "rows, columns"]),
        ("blocks{rows=8", "bad-option", ["'blocks{rows=8' is no pattern"]),
        ("blocks{rows=1.5}", "bad-option", ["an integer, not '1.5'"]),
        (7, "bad-option", ["7 is no pattern", "scattered"]),
        (None, "bad-option", ["None is no pattern"]),
        (Rows, "bad-option", ["is no pattern", "a sparsec.passes.prune.kinds.Pattern"]),
        (["2:4"], "bad-option", ["is no pattern"]),
    ],
)
def test_what_is_no_pattern_is_refused(given: object, code: str, parts: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        pattern_of(given)
    assert caught.value.code == code
    assert not [part for part in parts if part not in str(caught.value)], str(caught.value)


@pytest.mark.parametrize("options", [{"n": 1.0}, {"n": True}, {"m": "4"}, {"shared_rows": 2.5}])
def test_options_are_whole_numbers(options: dict[str, int]) -> None:
    with pytest.raises(UserError, match="cannot be"):
        NOfM(**options)


@ALL
@pytest.mark.parametrize("shape", SHAPES)
def test_a_tile_goes_or_stays_together(text: str, shape: tuple[int, int]) -> None:
    pattern = pattern_of(text)
    high, wide = pattern.tile(*shape)
    assert 1 <= high <= shape[0] and 1 <= wide <= shape[1]
    mask = pattern.mask(drawn(shape), share_of(pattern))
    assert torch.equal(mask, mask[::high].repeat_interleave(high, 0)[: shape[0]])
    assert torch.equal(mask, mask[:, ::wide].repeat_interleave(wide, 1)[:, : shape[1]])


@pytest.mark.parametrize("text", ["2:4", "1:3", SHARED])
@pytest.mark.parametrize("shape", SHAPES)
def test_columns_of_a_width_need_no_others(text: str, shape: tuple[int, int]) -> None:
    pattern, scores = pattern_of(text), drawn(shape)
    width = pattern.width(*shape)
    parts = [pattern.mask(part, share_of(pattern)) for part in scores.split(width, dim=1)]
    assert torch.equal(torch.cat(parts, dim=1), pattern.mask(scores, share_of(pattern)))


@ALL
@pytest.mark.parametrize("shape", SHAPES)
def test_groups_that_may_go_leave_a_mask_that_it_can_have(text: str, shape: tuple[int, int]) -> None:
    """One after the other, until none may: what is left is the pattern's, or nothing where it has any share."""
    pattern = pattern_of(text)
    high, wide = pattern.tile(*shape)
    kept = torch.ones(-(-shape[0] // high), -(-shape[1] // wide), dtype=torch.bool)
    while (may := kept & ~pattern.must_stay(kept)).any():
        row, column = may.nonzero()[-1].tolist()
        kept[row, column] = False
    left = kept.repeat_interleave(high, 0)[: shape[0]].repeat_interleave(wide, 1)[:, : shape[1]]
    if pattern.share is None:
        assert not left.any()
    else:
        assert torch.equal(pattern.mask(left.double(), pattern.share), left)
