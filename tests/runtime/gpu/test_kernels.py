"""The dense form of a layer on a card, which its kernels are raced against."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch

from sparsec.codegen.formats.bsr import Bsr
from sparsec.codegen.formats.n24 import N24
from sparsec.codegen.formats.row_groups import RowGroups
from sparsec.codegen.operators import BSR_LINEAR, GATHER_LINEAR, N24_LINEAR, SKIP_LINEAR, Operator
from sparsec.codegen.triton.lowerings import lowering
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


@pytest.fixture
def raced(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """On a card that is not here: the ways of every race, whose last one wins."""
    seen: list[list[str]] = []

    def way(key: str, ways: Mapping[str, object], timer: object) -> str:
        seen.append([*ways])
        return seen[-1][-1]

    monkeypatch.setattr(kernels, "architecture", lambda device: "sm_90")
    monkeypatch.setattr(kernels, "card_key", lambda device: "card")
    monkeypatch.setattr(kernels.triton, "version", lambda: "3.9.0")
    monkeypatch.setattr(kernels.race, "way", way)
    return seen


def test_a_weight_that_a_race_makes_goes_and_one_that_is_in_use_stays(
    raced: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dense form wins for many tokens, a kernel for one: neither undoes what the other needs."""
    wins = {1: -1, 40: 0}
    monkeypatch.setattr(kernels, "_launched", lambda make, arch: torch.zeros(1))

    def way(key: str, ways: Mapping[str, Callable[[], object]], timer: object) -> str:
        ways[kernels.race.DENSE]()
        return [*ways][wins[len(arguments[0])]]

    monkeypatch.setattr(kernels.race, "way", way)
    how, packed = lowering(BSR_LINEAR), vars(Bsr((20, 24), 8, 8).pack(WEIGHT))
    assert how is not None
    for tokens, there in ((1, False), (40, True), (1, True)):
        arguments = (torch.randn(tokens, 24), *packed.values(), None, None, 20, "")
        kernels.compute(how, *arguments)
        assert (packed["values"] in kernels._dense) is there


def of_2_4(tokens: int, dtype: torch.dtype, rows: int = 64, columns: int = 128) -> tuple[Any, ...]:
    weight = torch.randn(rows, columns) * (torch.arange(columns) % 4 < 2)
    packed = vars(N24((rows, columns)).pack(weight.to(dtype)))
    x, residual, gate = (torch.randn(tokens, size).to(dtype) for size in (columns, rows, rows))
    return (x, *packed.values(), torch.randn(rows).to(dtype), residual, "gelu", gate)


def test_many_tokens_of_a_2_4_weight_are_raced_with_what_pytorch_has(
    raced: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[torch.Tensor] = []
    monkeypatch.setattr(torch.sparse, "to_sparse_semi_structured", lambda weight: made.append(weight) or weight)
    how = lowering(N24_LINEAR)
    assert how is not None
    for tokens in (64, 65, 64):
        arguments = of_2_4(tokens, torch.float16)
        for _ in range(2):
            found = kernels.compute(how, *arguments)
            assert raced[-1] == [kernels.race.DENSE, kernels.OF_PYTORCH]
            torch.testing.assert_close(found, N24_LINEAR.reference(*arguments))
    assert len(made) == 3, "once for each weight"
    assert arguments[1] in kernels._of_pytorch and arguments[1] not in kernels._dense


@pytest.mark.parametrize(
    ("tokens", "dtype", "columns"),
    [(32, torch.float16, 128), (64, torch.float32, 128), (64, torch.float16, 96)],
    ids=str,
)
def test_what_nothing_is_raced_for_is_dense(
    tokens: int, dtype: torch.dtype, columns: int, raced: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unpacking a weight at every call, as what is meant does, would be slower than a dense layer by far."""
    how, arguments = lowering(N24_LINEAR), of_2_4(tokens, dtype, columns=columns)
    assert how is not None
    expected = N24_LINEAR.reference(*arguments)
    unpacked: list[int] = []
    real = type(N24_LINEAR).unpacked
    monkeypatch.setattr(type(N24_LINEAR), "unpacked", lambda *given: unpacked.append(1) or real(*given))
    for _ in range(3):
        torch.testing.assert_close(kernels.compute(how, *arguments), expected)
    assert not raced and len(unpacked) == 1
