"""What Triton kernels compute, in Triton's interpreter: drawn layers against the dense ones in float64."""

from __future__ import annotations

import pytest

from sparsec.codegen.triton import version

from .drawn import KERNELS, ONCE
from .interpreter import interpreted

pytestmark = pytest.mark.skipif(not version(), reason="triton is not installed")


def test_drawn_layers() -> None:
    found = interpreted(*KERNELS, first=0, cases=25)
    assert not found["wrong"], "\n".join(found["wrong"])
    assert found["cases"] == len(ONCE) + 25 * (len(KERNELS) - len(ONCE)) > 100


@pytest.mark.slow
def test_many_drawn_layers() -> None:
    found = interpreted(*KERNELS, first=1000, cases=300)
    assert not found["wrong"], "\n".join(found["wrong"])
