"""Operators on the threads of a session: however many, called by many at once, in a process that was forked."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from zoo.forked import in_a_fork

from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.onnx.native import write_library

from . import test_native, test_native_windows

TOOLS = engine.available() and any(shutil.which(name) for name in linker.NAMES)
pytestmark = pytest.mark.skipif(not TOOLS, reason="no torch-mlir, or no linker")
FLOAT, TILED, WINDOWS = test_native.ADDING, test_native.COLUMN_TILED, test_native_windows.PLAIN
WINDOW = test_native_windows.WINDOWS[0]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library([FLOAT, TILED, WINDOWS], tmp_path_factory.mktemp("library") / "kernels.so")


def feeds_of(layer: test_native.Layer, tokens: int) -> dict[str, Any]:
    x = test_native.numbers(tokens, layer.weight.shape[1])
    return {"x": x, "residual": layer.residual((tokens, layer.rows))}


@pytest.mark.parametrize("spec", [FLOAT, TILED], ids=lambda spec: spec.name)
def test_the_number_of_threads_changes_no_bit(spec: Any, library: Path) -> None:
    """More than there are cores, too: shares are fetched by whoever has none."""
    layer, found = test_native.Layer(spec, test_native.sparse(403, 130, 0.5)), []
    feeds = feeds_of(layer, 300)
    for threads in (1, 2, 5, 0):
        session = test_native.open_session(layer.model(["n", 130]), library, threads=threads)
        layer.check(session, feeds["x"])
        found.append(session.run(None, feeds)[0])
    assert all(np.array_equal(one, found[0]) for one in found)


def test_a_convolution_may_run_in_many_threads_at_once(library: Path) -> None:
    """Each run pads images into memory of its own."""
    session = test_native_windows.open_layer(WINDOWS, WINDOW, ["n", 5, "high", "wide"], library, threads=2)
    sizes = [(images, 5, 20 + images, 33) for images in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(test_native_windows.check, session, WINDOWS, WINDOW, *size) for size in sizes * 4]
        assert {run.result()[0] for run in runs} == {*range(1, 9)}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without forks")
def test_a_session_of_one_thread_runs_in_a_forked_process(library: Path) -> None:
    """One of several has lost them there, whatever its operators are."""
    layer = test_native.Layer(FLOAT, test_native.sparse(203, 130, 0.5))
    session, feeds = test_native.open_session(layer.model(["n", 130]), library), feeds_of(layer, 60)
    (here,) = session.run(None, feeds)
    assert in_a_fork(lambda: np.array_equal(session.run(None, feeds)[0], here))
