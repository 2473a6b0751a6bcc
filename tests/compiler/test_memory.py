"""A compile leaves nothing behind but what it returns."""

from __future__ import annotations

import gc
import linecache
import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import graph_module

import sparsec
from sparsec.compiler import backend, memory

# Run in a process of its own: megabytes after some compiles, and after some more.
MANY = """
import gc, os, sys, warnings
import torch
from torch import nn
import sparsec

def megabytes():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

def compile(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 16)).eval()
    with torch.no_grad():
        model[0].weight[::2] = 0
        model[0].bias[::2] = 0
        model[2].weight[torch.rand(128, 128) < 0.9] = 0
    sparsec.compile(model, (torch.randn(8, 64),), measure=False)

first, last = int(sys.argv[1]), int(sys.argv[2])
for seed in range(first):
    compile(seed)
before = megabytes()
for seed in range(first, last):
    compile(seed)
print(before, megabytes())
"""


def net() -> nn.Module:
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3)).requires_grad_(False)
    model[0].weight[1] = 0
    return model.eval()


def test_results_of_symbolic_shapes_go() -> None:
    compiled = sparsec.compile(net(), (torch.ones(3, 4),), measure=False)
    environment = compiled.program.fake_mode().shape_env
    assert environment is not None and not environment.fake_tensor_cache
    torch.testing.assert_close(compiled(torch.ones(5, 4)).shape, torch.Size([5, 3]))


def test_results_of_static_shapes_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST_RESULTS", 0)
    sparsec.compile(net(), (torch.ones(3, 4),), measure=False)
    assert not FakeTensorMode.cache


def test_sources_of_graphs_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = torch.fx.symbolic_trace(net())
    name = mine.forward.__code__.co_filename
    monkeypatch.setattr(memory, "MOST_SOURCES", 3)
    for _ in range(2):
        compiled = sparsec.compile(net(), (torch.ones(3, 4),), measure=False)
    assert len(memory._sources) == 3 and {*memory._sources} <= graph_module._loader.eval_cache.keys()
    assert name in graph_module._loader.eval_cache and name in linecache.cache  # which no compile made
    assert compiled(torch.ones(3, 4)).shape == (3, 3)


def test_programs_go_with_their_modules() -> None:
    compiled = sparsec.compile(net(), (torch.ones(3, 4),), measure=False)
    program = weakref.ref(compiled.program)
    del compiled
    gc.collect()
    assert program() is None


def test_reports_of_graphs_are_limited() -> None:
    assert backend.REPORTS.maxlen is not None


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc")
def test_memory_stays_flat(tmp_path: Path) -> None:
    """Within 5 % from the tenth compile to the fiftieth."""
    environment = os.environ | {"SPARSEC_CACHE": str(tmp_path), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", MANY, "10", "50"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    before, after = map(float, done.stdout.split())
    assert after < 1.05 * before
