"""What holds in every test: no decision is left to the clock, and nothing reaches the user's own cache.

What the compiler keeps only where it is measured faster would otherwise come and go with the machine's load. Tests of
the measuring itself are marked ``timing``; others tell the ``stopwatch`` what it shows.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
import torch
from zoo.stopwatch import Settled

from sparsec.codegen.mlir.host import NATIVE, sets_of
from sparsec.codegen.onnx import export
from sparsec.compiler import backend
from sparsec.compiler.races import Stopwatch, timed_by
from sparsec.runtime import disturbance

# Hundreds of thousands of objects never die here (libraries, the tests themselves). Looking through them for garbage
# again and again took a quarter of all time: it is done less often, and never among those from before the first test.
gc.set_threshold(5000, 20, 20)


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()  # or Triton's bindings name at exit all that is left of them


@pytest.fixture(autouse=True, scope="session")
def everything_pays() -> Iterator[None]:
    """Nothing is raced, not for fixtures of modules either: what was rewritten is twice as fast, no sparse form is."""
    with timed_by(Settled()):
        yield


@pytest.fixture(autouse=True)
def stopwatch(request: pytest.FixtureRequest) -> Iterator[Settled]:
    """Shows what its test says: nothing else, unless that is about time."""
    settled = Settled()
    if request.node.get_closest_marker("timing"):  # what was said elsewhere is not remembered there
        request.getfixturevalue("monkeypatch").setenv("SPARSEC_CACHE", str(request.getfixturevalue("tmp_path")))
    with timed_by(Stopwatch() if request.node.get_closest_marker("timing") else settled):
        yield settled


@pytest.fixture(autouse=True, scope="session")
def errors_of_ours_are_raised() -> Iterator[None]:
    """Nothing falls back unless a test asks for it: ``strict=False``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARSEC_STRICT", "1")
        yield


@pytest.fixture(autouse=True, scope="session")
def never_quieter() -> Iterator[None]:
    """What was measured while others ran is not measured again, unless a test says that the machine is quieter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disturbance, "present_share", lambda: 1.0)
        yield


@pytest.fixture(autouse=True, scope="session")
def one_version() -> Iterator[None]:
    """Libraries hold this machine's version alone unless a test asks for others: compiling takes most of their time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "sets_of", lambda cpu=None: sets_of(NATIVE if cpu is None else cpu))
        yield


@pytest.fixture(autouse=True)
def reports_of_its_own() -> None:
    """The backend keeps so many reports, and a test counts those that it caused."""
    backend.REPORTS.clear()


@pytest.fixture(autouse=True, scope="module")
def fake_tensor_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Off: PyTorch remembers what an operation gives for the next one like it, and small models have none.

    Making the entries takes a fifth to a third of the time of capturing such a model. Real architectures have it on.
    """
    real = not {"families", "networks"}.isdisjoint(request.module.__name__.split("_"))
    with torch._dynamo.config.patch(fake_tensor_cache_enabled=real):
        yield


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
