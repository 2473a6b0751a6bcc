"""What holds in every test: no decision is left to the clock, and nothing reaches the user's own cache.

What the compiler keeps only where it is measured faster would otherwise come and go with the machine's load. Tests of
the measuring itself are marked ``timing``, or put their own figures in place of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import torch

from sparsec.codegen.mlir.host import host
from sparsec.compiler import backend, races
from sparsec.compiler.ir.program import Program


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What a test needs of a processor is a marker of it."""
    if item.get_closest_marker("needs_vnni") and host().dot != "vnni":
        pytest.skip(f"needs AVX-512 VNNI, and kernels are for {host().name}")


@pytest.fixture(autouse=True)
def everything_pays(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole programs are raced nowhere: whatever was rewritten is twice as fast."""
    if request.node.get_closest_marker("timing") is None:
        monkeypatch.setattr(races, "gains", _twice)
        monkeypatch.setattr(races, "call_gain", lambda *calls: 2.0)
        monkeypatch.setattr(races, "gain_at_length", lambda *programs: 2.0)


def _twice(new: Mapping[str, Program], *rest: object) -> dict[str, float]:
    return dict.fromkeys(new, 2.0)


@pytest.fixture(autouse=True, scope="session")
def errors_of_ours_are_raised() -> Iterator[None]:
    """Nothing falls back unless a test asks for it: ``strict=False``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARSEC_STRICT", "1")
        yield


@pytest.fixture(autouse=True)
def reports_of_its_own() -> None:
    """The backend keeps so many reports, and a test counts those that it caused."""
    backend.REPORTS.clear()


@pytest.fixture
def fresh_dynamo() -> Iterator[None]:
    """Nothing that was compiled before or after is compiled in a test of ``torch.compile``."""
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


@pytest.fixture(autouse=True, scope="session")
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARSEC_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
