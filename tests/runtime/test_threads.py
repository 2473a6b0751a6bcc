"""Kernels on several threads: shares, forks, callers at once, numbers of threads that change."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.export import Dim
from torch.utils.data import DataLoader, Dataset
from zoo.forked import in_a_fork

import sparsec
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine, pad
from sparsec.codegen.mlir.engine import Entry
from sparsec.codegen.mlir.parallel_entry import Words, parallel_entry
from sparsec.runtime import kernels, operators, threads  # noqa: F401  (attaches the kernels)
from sparsec.runtime.kernels import ENOUGH_MULTIPLY_ADDS, MOST_SHARES, SHARE_MULTIPLY_ADDS, _Weight
from sparsec.runtime.threads import Launch

pytestmark = pytest.mark.skipif(not engine.available(), reason="torch-mlir is not installed")
ROWS, COLUMNS = 256, 192


@pytest.fixture(autouse=True)
def number_of_threads() -> Iterator[None]:
    """Two, whatever the environment says."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


class Sparse:
    """A linear layer as an operator; with a column tile it needs memory of its own for sums."""

    def __init__(self, column_tile: int = 0, seed: int = 0) -> None:
        random = torch.Generator().manual_seed(seed)
        weight = torch.randn(ROWS, COLUMNS, generator=random)
        self.weight = weight * (torch.rand(ROWS, COLUMNS, generator=random) < 0.3)
        self.column_tile, rows = column_tile, 1 if column_tile else 8
        packed = VectorBlocks((ROWS, COLUMNS), rows, 1, column_tile).pack(self.weight)
        self.packed = (packed.values, packed.indices, packed.starts)

    def __call__(self, x: Tensor) -> Tensor:
        op = torch.ops.sparsec.vblock_linear
        return op(x, *self.packed, None, None, ROWS, self.column_tile, "", False, False, None)

    def expected(self, x: Tensor) -> Tensor:
        return F.linear(x.double(), self.weight.double()).float()


def tokens(number: int, seed: int = 1) -> Tensor:
    return torch.randn(number, COLUMNS, generator=torch.Generator().manual_seed(seed))


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


# -------------------------------------------------------------------- shares


@pytest.mark.parametrize(
    ("work", "team", "parts"),
    [
        (0, 2, 1),
        (2 * ENOUGH_MULTIPLY_ADDS - 1, 2, 1),
        (2 * ENOUGH_MULTIPLY_ADDS, 2, 2),
        (2 * ENOUGH_MULTIPLY_ADDS, 8, 2),
        (4 * SHARE_MULTIPLY_ADDS - 1, 2, 2),
        (4 * SHARE_MULTIPLY_ADDS, 2, 4),
        (100 * SHARE_MULTIPLY_ADDS, 2, 2 * MOST_SHARES),
        (100 * SHARE_MULTIPLY_ADDS, 3, 3 * MOST_SHARES),
        (100 * SHARE_MULTIPLY_ADDS, 1, 1),
    ],
)
def test_all_threads_have_equally_many_shares_at_first(work: int, team: int, parts: int) -> None:
    weight = _Weight((8, 8), 8, 0, torch.float32, torch.int16, work, 100)
    assert weight.parts(1, team) == parts


NOTED = Words(("out",), ("step",))


def counts() -> Entry:
    """A kernel that adds one to a number for each of its shares."""

    def body(b: object, words: dict[str, object], part: object) -> None:
        place = b.at(words["out"], part, "i64")  # type: ignore[attr-defined]
        b.store(b.add(b.load(place, "i64"), words["step"]), place)  # type: ignore[attr-defined]

    return engine.jit(parallel_entry("counts", NOTED, body), "counts")  # type: ignore[arg-type]


@pytest.mark.parametrize("parts", [1, 2, 3, 5, 8, 64])
@pytest.mark.parametrize("team", [1, 2, 5])
def test_every_share_is_done_once(parts: int, team: int) -> None:
    """By however many there are: more than there are cores, or fewer than shares."""
    torch.set_num_threads(team)
    launch, done = Launch(counts(), NOTED, parts, step=1), (ctypes.c_int64 * parts)()
    for turn in range(1, 6):
        launch(ctypes.addressof(done))
        assert [*done] == [turn] * parts


def test_a_member_that_is_held_up_leaves_its_shares_to_others() -> None:
    """What a team's function does for one member, when the others are late: all of it."""
    entry, parts, done = counts(), 6, (ctypes.c_int64 * 6)()
    block = (ctypes.c_int64 * len(NOTED))(*NOTED.fill(parts=parts, out=ctypes.addressof(done), step=1))
    member = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(entry.parallel)
    block[0] = 4  # shares that others have taken
    member(block)
    assert [*done] == [0, 0, 0, 0, 1, 1]
    member(block)  # one that comes late finds nothing
    assert [*done] == [0, 0, 0, 0, 1, 1] and block[0] > parts


# -------------------------------------------------------------------- numbers of threads


@pytest.mark.parametrize("column_tile", [0, 64])
def test_another_number_of_threads_from_call_to_call(column_tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "SHARE_MULTIPLY_ADDS", 500_000)
    kernels._linear_plan.cache_clear()
    layer, x = Sparse(column_tile), tokens(400)
    expected, found = layer.expected(x), []
    for number in (1, 2, 3, 1, 5, 2):
        torch.set_num_threads(number)
        found.append(layer(x))
    kernels._linear_plan.cache_clear()
    close(found[0], expected)
    assert all(torch.equal(other, found[0]) for other in found)


@pytest.mark.parametrize("lines", [3, 20])
def test_unfolded_windows_are_shared_by_lines_then_by_rows(lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 20 lines of 10 places; each who computes some rows of blocks unfolds what those read."""
    monkeypatch.setattr(pad, "WORTH_LANES", 1)
    monkeypatch.setattr(pad, "unfolded_lines", lambda *_: lines)
    monkeypatch.setattr(kernels, "ENOUGH_MULTIPLY_ADDS", 10_000)
    weight, random = Sparse().weight[:, :36], torch.Generator().manual_seed(2)
    packed, x = VectorBlocks((ROWS, 36), 1).pack(weight), torch.randn(2, 4, 20, 10, generator=random)
    sides = ([3, 3], [1, 1], [1, 1], [1, 1], 1)
    found = []
    for number in (1, 3, 16):
        torch.set_num_threads(number)
        kernels._conv_plan.cache_clear()
        tensors = (packed.values, packed.indices, packed.starts)
        found.append(torch.ops.sparsec.vblock_conv2d(x, *tensors, None, None, ROWS, *sides, ""))
    kernels._conv_plan.cache_clear()
    close(found[0], F.conv2d(x.double(), weight.double().unflatten(1, (4, 3, 3)), padding=1).float())
    assert all(torch.equal(other, found[0]) for other in found)


def test_one_thread_needs_no_team(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with ``OMP_NUM_THREADS=1``, which is what PyTorch says then."""
    torch.set_num_threads(1)
    kernels._linear_plan.cache_clear()
    monkeypatch.setattr(threads, "_openmp", lambda: pytest.fail("a team was asked for"))
    layer, x = Sparse(), tokens(400)
    close(layer(x), layer.expected(x))
    kernels._linear_plan.cache_clear()


# -------------------------------------------------------------------- callers at once


@pytest.mark.parametrize("column_tile", [0, 64])
def test_one_layer_called_by_many_at_once(column_tile: int) -> None:
    """Each call has memory of its own for panels and sums."""
    layer, inputs = Sparse(column_tile), [tokens(number, number) for number in (5, 100, 101, 300, 300, 301)]
    expected = [layer.expected(x) for x in inputs]
    with ThreadPoolExecutor(len(inputs)) as pool:
        for _ in range(5):
            for found, wanted in zip(pool.map(layer, inputs), expected, strict=True):
                close(found, wanted)


def test_one_convolution_called_by_many_at_once() -> None:
    random = torch.Generator().manual_seed(0)
    weight = torch.randn(32, 16, 3, 3, generator=random)
    weight *= torch.rand(weight.shape, generator=random) < 0.3
    packed = VectorBlocks((32, 144), 8).pack(weight.flatten(1))
    inputs = [torch.randn(images, 16, 20, 14, generator=random) for images in (1, 2, 3, 4)]

    def call(x: Tensor) -> Tensor:
        sides = ((3, 3), (1, 1), (1, 1), (1, 1))
        op = torch.ops.sparsec.vblock_conv2d
        return op(x, packed.values, packed.indices, packed.starts, None, None, 32, *sides, 1, "relu")

    expected = [F.relu(F.conv2d(x.double(), weight.double(), padding=1)).float() for x in inputs]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            for found, wanted in zip(pool.map(call, inputs), expected, strict=True):
                close(found, wanted)


class _Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = Sparse()

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.layer(x)) + 1


@pytest.mark.parametrize("target", ["cpu", "onnxruntime"])
def test_one_compiled_module_called_by_many_at_once(target: str) -> None:
    module = _Block().eval()
    small = sparsec.compile(module, (tokens(50),), target=target, measure=False, dynamic_shapes=({0: Dim.AUTO},))
    inputs = [tokens(number, number) for number in (50, 70, 90, 130)]
    expected, start = [torch.relu(module.layer.expected(x)) + 1 for x in inputs], threading.Barrier(4)

    def call(x: Tensor) -> Tensor:
        start.wait()
        found: Tensor = small(x)
        return found

    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            for found, wanted in zip(pool.map(call, inputs), expected, strict=True):
                close(found, wanted)


# -------------------------------------------------------------------- other processes


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without forks")


@needs_fork
@pytest.mark.parametrize("column_tile", [0, 64])
def test_a_forked_process_computes_the_same(column_tile: int) -> None:
    """The threads of its parent are gone, and a team would wait for them for ever."""
    layer, inputs = Sparse(column_tile), [tokens(400), tokens(333)]
    expected = [layer.expected(x) for x in inputs]
    close(layer(inputs[0]), expected[0])  # by a team; the other has no plan yet
    assert in_a_fork(lambda: fits(layer, inputs, expected))
    close(layer(inputs[1]), expected[1])


def fits(layer: Sparse, inputs: list[Tensor], expected: list[Tensor]) -> bool:
    """Whether a layer computes what it should in a forked process, where PyTorch's own teams never meet."""
    found = [layer(x) for x in inputs]
    torch.set_num_threads(1)
    return all(torch.allclose(one, wanted, rtol=1e-4, atol=1e-4) for one, wanted in zip(found, expected, strict=True))


@needs_fork
def test_a_fork_of_a_fork() -> None:
    layer, inputs = Sparse(), [tokens(400)]
    expected = [layer.expected(x) for x in inputs]
    close(layer(inputs[0]), expected[0])

    def there() -> bool:
        found = in_a_fork(lambda: fits(layer, inputs, expected))
        return found and fits(layer, inputs, expected)

    assert in_a_fork(there)


@needs_fork
@pytest.mark.parametrize(("several", "before", "alone"), [(1, False, False), (3, False, True), (1, True, True)])
def test_who_is_forked_with_one_thread_may_have_teams(
    several: int, before: bool, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As servers are that load a model and then fork; what is lost once stays lost."""
    monkeypatch.setattr(threads._Fork, "alone", before)
    monkeypatch.setattr(threads._Fork, "had_several", False)
    monkeypatch.setattr(os, "listdir", lambda path: ["thread"] * several)
    threads._Fork.before()
    threads._Fork.in_child()
    assert threads._Fork.alone is alone


class _Computed(Dataset[Tensor]):
    """Items that a worker computes with a sparse layer."""

    def __init__(self) -> None:
        self.layer = Sparse()

    def __len__(self) -> int:
        return 3

    def __getitem__(self, number: int) -> Tensor:
        return self.layer(tokens(200, number))


@needs_fork
def test_workers_of_a_loader() -> None:
    data = _Computed()
    expected = [data.layer.expected(tokens(200, number)) for number in range(3)]
    data[0]
    loader = DataLoader(data, batch_size=None, num_workers=1, multiprocessing_context="fork", timeout=60)
    for found, wanted in zip(loader, expected, strict=True):
        close(found, wanted)


SPAWNED = """
import multiprocessing, os, sys
import torch
from torch import nn
import sparsec
from sparsec.runtime import operators, threads

def work(packed, x, out):
    out.put((torch.get_num_threads(), torch.ops.sparsec.vblock_linear(x, *packed).numpy()))

if __name__ == "__main__":
    torch.manual_seed(0)
    from sparsec.codegen.formats.vector_blocks import VectorBlocks
    weight = torch.randn(256, 192) * (torch.rand(256, 192) < 0.3)
    form = VectorBlocks((256, 192), 8).pack(weight)
    packed = (form.values, form.indices, form.starts, None, None, 256, 0, "", False, False, None)
    x = torch.randn(400, 192)
    assert torch.get_num_threads() == int(os.environ["OMP_NUM_THREADS"])
    here = torch.ops.sparsec.vblock_linear(x, *packed)
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    child = context.Process(target=work, args=(packed, x, out))
    child.start()
    number, there = out.get(timeout=120)
    child.join()
    assert (number, child.exitcode) == (torch.get_num_threads(), 0)
    assert torch.equal(torch.from_numpy(there), here)
    torch.testing.assert_close(here, x @ weight.T, rtol=1e-4, atol=1e-4)
    print("fine")
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", ["1", "2"])
def test_a_spawned_process_and_the_environment(number: str, tmp_path: Path) -> None:
    script = tmp_path / "spawned.py"
    script.write_text(SPAWNED)
    command = [sys.executable, str(script)]
    environment = os.environ | {"OMP_NUM_THREADS": number}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stdout) == (0, "fine\n"), done.stderr[-2000:]
