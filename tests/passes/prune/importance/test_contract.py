"""What every importance promises."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import pytest
import torch
from torch import Tensor

from sparsec.compiler.errors import UserError
from sparsec.passes.base import options_of
from sparsec.passes.prune.importance import BUILT_IN, Magnitude, Obs, Random, importance_of
from sparsec.passes.prune.kinds import Importance, Matrix, Scored, Seen
from sparsec.passes.prune.statistics import Gradients, Norms, NormScales, OutputGradients

SHAPES = ((6, 9), (1, 1), (1, 5), (5, 1), (13, 4))
ALL = pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name())
DEAD = 2
"""An input that is always zero, where there are so many."""


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def matrix_of(shape: tuple[int, int], dtype: torch.dtype = torch.float64) -> Matrix:
    return Matrix("a.layer", drawn(*shape, seed=1).to(dtype))


def seen_of(
    importance: Importance,
    shape: tuple[int, int],
    rows: int = 60,
    order: tuple[Iterable[int], Iterable[int]] | None = None,
    dtype: torch.dtype = torch.float64,
) -> Seen:
    """Drawn data, in batches; rows and columns of the matrix in some order."""
    outputs, inputs = shape
    data = drawn(rows, inputs) @ drawn(inputs, inputs, seed=2) + drawn(inputs, seed=3)
    data[:, DEAD : DEAD + 1] = 0
    own, across = (list(places) for places in order) if order else (list(range(outputs)), list(range(inputs)))
    statistics = [kind(outputs, inputs) for kind in importance.needs]
    seen = Seen(statistics)
    for batch in data[:, across].to(dtype).split(20):
        seen.observe(batch, batch)
    if NormScales in seen:
        seen[NormScales].scales = drawn(inputs, seed=4).abs()[across]
    for number in range(4 * (rows > 0)):
        if Gradients in seen:
            seen[Gradients].observe_gradient(drawn(outputs, inputs, seed=10 + number)[own][:, across])
        if OutputGradients in seen:
            seen[OutputGradients].observe_output_gradient(drawn(30, outputs, seed=20 + number)[:, own])
    return seen


def in_pairs(inputs: int) -> Tensor:
    return torch.arange(inputs - inputs % 2).reshape(-1, 2)


@ALL
def test_it_is_what_a_method_is(kind: type[Importance]) -> None:
    assert kind.__module__.rpartition(".")[2] == kind.name().replace("-", "_")
    assert dataclasses.is_dataclass(kind) and kind.summary().endswith((".", ";")) and len(kind.summary()) <= 120
    assert kind.paper or kind is Random
    for option in options_of(kind):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(kind(), option, 1)
    assert importance_of(kind.name()) == kind()
    assert importance_of(kind().text) == kind()


def test_names_are_in_order() -> None:
    names = [kind.name() for kind in BUILT_IN]
    assert names == sorted(names) and len({*names}) == len(names)


@ALL
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("rows", [60, 0])
def test_scores_are_numbers_from_zero_on(
    kind: type[Importance], shape: tuple[int, int], dtype: torch.dtype, rows: int
) -> None:
    importance, weight = kind(), matrix_of(shape, dtype)
    seen, before = seen_of(importance, shape, rows, dtype=dtype), weight.values.clone()
    columns = in_pairs(shape[1])
    for given in (weight, weight.but(torch.zeros_like(weight.values))):
        scores, of_columns = importance.score(given, seen), importance.score_columns(given, seen, columns)
        assert scores.shape == shape and of_columns.shape == (len(columns),)
        for found in (scores, of_columns):
            assert found.dtype in (dtype, torch.float64)
            assert found.isfinite().all() and (found >= 0).all()
    assert torch.equal(weight.values, before)


@ALL
def test_the_same_twice(kind: type[Importance]) -> None:
    importance, weight = kind(), matrix_of((6, 9))
    torch.manual_seed(0)
    first = importance.score(weight, seen_of(importance, (6, 9)))
    torch.manual_seed(1)
    assert torch.equal(kind().score(weight, seen_of(importance, (6, 9))), first)


@pytest.mark.parametrize("kind", [kind for kind in BUILT_IN if kind is not Random], ids=lambda kind: kind.name())
def test_scores_follow_a_permutation(kind: type[Importance]) -> None:
    importance, weight, shape = kind(), matrix_of((6, 9)), (6, 9)
    seen = seen_of(importance, shape)
    rows, across = [3, 0, 5, 1, 4, 2], [8, 2, 5, 0, 7, 1, 3, 6, 4]
    moved, seen_then = weight.but(weight.values[rows][:, across]), seen_of(importance, shape, order=(rows, across))
    expected = importance.score(weight, seen)[rows][:, across]
    torch.testing.assert_close(importance.score(moved, seen_then), expected, rtol=1e-4, atol=1e-7)
    columns = in_pairs(9)
    places = torch.tensor([across.index(place) for place in range(9)])
    found = importance.score_columns(moved, seen_then, places[columns])
    torch.testing.assert_close(found, importance.score_columns(weight, seen, columns), rtol=1e-4, atol=1e-7)


LOOKING = [kind for kind in BUILT_IN if kind.needs - {Gradients, NormScales}]
"""Those that look at inputs."""


@pytest.mark.parametrize("kind", LOOKING, ids=lambda kind: kind.name())
def test_dead_inputs_do_not_matter(kind: type[Importance]) -> None:
    importance, weight = kind(), matrix_of((6, 9))
    scores = importance.score(weight, seen_of(importance, (6, 9)))
    assert (scores[:, DEAD] == 0).all() and (scores.sum(0) > 0).sum() == 8
    alone = importance.score_columns(weight, seen_of(importance, (6, 9)), torch.arange(9)[:, None])
    assert int(alone.argmin()) == DEAD


@ALL
def test_so_many_columns_are_chosen(kind: type[Importance]) -> None:
    importance, weight = kind(), matrix_of((6, 9))
    seen, columns = seen_of(importance, (6, 9)), torch.arange(9)[:, None]
    for count in (0, 1, 4, 9):
        goes = importance.choose_columns(weight, seen, columns, count)
        assert goes.dtype == torch.bool and goes.shape == (9,) and int(goes.sum()) == count


def test_a_function_of_ones_own() -> None:
    weight = matrix_of((3, 4))
    importance = importance_of(lambda weight, seen: weight.values.abs() + 1)
    assert isinstance(importance, Scored)
    assert torch.equal(importance.score(weight, Seen()), weight.values.abs() + 1)
    assert importance_of(importance) is importance


@pytest.mark.parametrize(
    ("gives", "part"),
    [
        (lambda weight, seen: weight.values, "the lowest -"),
        (lambda weight, seen: weight.values * torch.nan, "the lowest nan"),
        (lambda weight, seen: weight.values.abs().sum(0), "it gave shape (4,)"),
        (lambda weight, seen: None, "it gave None"),
    ],
)
def test_a_function_that_gives_no_scores(gives: object, part: str) -> None:
    with pytest.raises(UserError, match=r"something else than scores for 'a\.layer'") as caught:
        importance_of(gives).score(matrix_of((3, 4)), Seen())
    assert caught.value.code == "bad-option" and part in str(caught.value) and "shape (3, 4)" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "code", "parts"),
    [
        ("wander", "unknown-option", ["there is no importance 'wander'", "did you mean wanda", "taylor"]),
        ("magnitude{norm=3}", "bad-option", ["option 'norm' of 'magnitude'", "one of '1', '2'"]),
        ("magnitude{power=2}", "unknown-option", ["importance 'magnitude' has no option 'power'"]),
        ("obs{damping=-1}", "bad-option", ["damping cannot be '-1.0'"]),
        ("obs{damping=nan}", "bad-option", ["damping cannot be 'nan'"]),
        ("obs{rounds=0}", "bad-option", ["rounds cannot be '0'"]),
        ("k-fac{rounds=0}", "bad-option", ["rounds cannot be '0'"]),
        ("k-fac{damping=-1}", "bad-option", ["damping cannot be"]),
        ("kcm{ridge=0}", "bad-option", ["ridge cannot be"]),
        ("isomorphic{of=wander}", "unknown-option", ["there is no importance 'wander'"]),
        (Magnitude, "bad-option", ["is no importance"]),
        (3, "bad-option", ["3 is no importance", "wanda"]),
        (None, "bad-option", ["None is no importance"]),
    ],
)
def test_what_is_no_importance(given: object, code: str, parts: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        importance_of(given)
    assert caught.value.code == code
    assert not [part for part in parts if part not in str(caught.value)], str(caught.value)


def test_text_says_the_options() -> None:
    assert importance_of("magnitude{norm=2}") == Magnitude(norm=2)
    assert Magnitude(norm=2).text == "magnitude{norm=2}"
    assert importance_of("obs{damping=0.1, bias=true}").text == "obs{damping=0.1,bias=true}"
    assert importance_of("OBS") == Obs()
    assert (
        importance_of("isomorphic{of=obs{damping=0.1,bias=true}}").text == "isomorphic{of=obs{damping=0.1,bias=true}}"
    )
    assert importance_of("isomorphic{of=wanda}").by_row and importance_of("isomorphic{of=wanda}").comparable
    assert importance_of("isomorphic{of=wanda}").needs == {Norms}
