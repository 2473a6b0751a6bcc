"""A compile leaves nothing behind but what it returns."""

from __future__ import annotations

import gc
import linecache
import os
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import graph_module
from zoo.stopwatch import Settled

import sparsec
from sparsec.compiler import backend, memory
from sparsec.compiler.capture.models import capture
from sparsec.compiler.driver import compile_program
from sparsec.compiler.ir.program import Program
from sparsec.compiler.races import timed_by
from sparsec.passes.base import Pass

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


def layers(width: int = 512, count: int = 6) -> nn.Sequential:
    """Linear layers of a width, with zero rows."""
    torch.manual_seed(0)
    model = nn.Sequential(*(part for _ in range(count) for part in (nn.Linear(width, width), nn.ReLU())))
    model.requires_grad_(False)
    for layer in model[::2]:
        layer.weight[::3] = 0
        layer.bias[::3] = 0
    return model.eval()


class Live:
    """Counts bytes of tensors that are alive, before and after every pass."""

    def __init__(self) -> None:
        self.start, self.most = self._bytes(), 0

    @staticmethod
    def _bytes() -> int:
        found = [x for x in gc.get_objects() if type(x) in (torch.Tensor, nn.Parameter)]
        storages = {x.untyped_storage().data_ptr(): x.untyped_storage().nbytes() for x in found}
        return sum(storages.values())

    def before(self, program: Program, item: Pass, index: int) -> None:
        self.most = max(self.most, self._bytes() - self.start)

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        self.before(program, item, index)


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Rings stay where they are: what goes, goes since nobody has it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.slow
def test_weights_are_held_once(uncollected: None) -> None:
    """Those that stay as they are the model's own; others are made once, none in float64."""
    model = layers()
    weights = sum(p.numel() * p.element_size() for p in model.parameters())
    program = capture(model, (torch.randn(4, 512),))
    live = Live()
    compile_program(program, observers=[live], measure=False, kernels=False)
    assert 0 < live.most < weights


def test_programs_go_when_nobody_has_them(uncollected: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[object]] = []
    copy = Program.copy

    def watched(self: Program, **options: Any) -> Program:
        made.append(weakref.ref(result := copy(self, **options)))
        return result

    program = capture(layers(width=48, count=3), (torch.randn(4, 48),))
    monkeypatch.setattr(Program, "copy", watched)
    with timed_by(Settled()):
        compiled = compile_program(program)
    alive = [ref() for ref in made if ref() is not None]
    assert len(made) > 5 and alive == [compiled.program]


def test_a_result_has_memory_of_its_own() -> None:
    """Weights that nothing was removed from, too: a model may be trained on after it was compiled."""
    model = layers(width=24, count=3)
    x = torch.randn(4, 24)
    compiled = sparsec.compile(model, (x,), measure=False)
    before = compiled(x)
    for parameter in model.parameters():
        parameter.zero_()
    assert before.count_nonzero() and torch.equal(compiled(x), before)
