"""Methods by name."""

from __future__ import annotations

import pytest

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.compensation import Affine, LeastSquares, Nothing, compensation_of
from sparsec.passes.prune.statistics import Moments


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("none", Nothing()),
        ("affine", Affine()),
        (" least_squares ", LeastSquares()),
        ("least-squares{}", LeastSquares()),
        ("least-squares{damping=0.5}", LeastSquares(damping=0.5)),
        (Affine(damping=0.25), Affine(damping=0.25)),
    ],
)
def test_what_is_meant(given: object, meant: object) -> None:
    assert compensation_of(given) == meant  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ("lest-squares", "unknown-option", "did you mean least-squares?"),
        ("xyz", "unknown-option", "known: admm, affine, bias"),
        ("affine{damp=1}", "unknown-option", "compensation 'affine' has no option 'damp'"),
        ("affine{damping=much}", "bad-option", "takes a number"),
        ("affine{damping=1", "bad-option", "write name"),
        ("", "bad-option", "is no compensation"),
        (3, "bad-option", "3 is no compensation"),
        (Moments, "bad-option", "is no compensation"),
    ],
)
def test_what_nobody_knows(given: object, code: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        compensation_of(given)  # type: ignore[arg-type]
    assert caught.value.code == code and words in str(caught.value)
