"""Measuring what operations cost, and keeping it."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from zoo.everywhere import everywhere

from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.costs import KINDS, Analytic, Work
from sparsec.passes.layout.cost_table import Table, odd_sides
from sparsec.runtime import probes
from sparsec.runtime import profile as profiling
from sparsec.runtime.profile import cache_file, costs_for, estimate, key_of, profile, table_for
from sparsec.runtime.targets import get

CONV = Work("conv", 8, 16, 49, 9)
FEW = [CONV, Work("linear", 32, 32, 4, innermost=True), Work("gather", 32, 32, 49), Work("pointwise", 32, 32, 49)]
EACH = [
    CONV,
    Work("conv", 3, 16, 49, 9, stride=2),
    Work("conv", 4, 16, 49, 9, groups=4),
    Work("conv", 8, 16, 12, 3),
    Work("depthwise", 1, 20, 49, 9, groups=20),
    Work("linear", 12, 20, 7, innermost=True),
    *(Work(kind, 20, 20, 49, innermost=i) for kind in ("view", "gather", "pointwise") for i in (False, True)),
    *(Work("concat", 20, 20, 49, operands=3, innermost=i) for i in (False, True)),
    *(Work("pointwise", 20, 20, 49, operands=n) for n in (2, 3)),
]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder, which is not there yet."""
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


# --- what is measured


def shape(work: Work) -> tuple[int, ...]:
    """Of the result, as a batch of one."""
    return (1, work.places, work.outputs) if work.innermost else (1, work.outputs, *probes.image(work))


@pytest.mark.parametrize("work", EACH, ids=str)
def test_an_operation_in_pytorch(work: Work) -> None:
    result = probes.in_torch(work)()
    assert isinstance(result, torch.Tensor) and result.shape == shape(work)


@pytest.mark.parametrize("work", EACH, ids=str)
def test_an_operation_as_inductor_calls_it(work: Work) -> None:
    result = probes.as_in_inductor(work)()
    assert isinstance(result, torch.Tensor) and result.shape == shape(work)
    convolution = work.kind in ("conv", "depthwise")
    assert not convolution or result.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("work", EACH, ids=str)
def test_an_operation_in_onnx(work: Work) -> None:
    model, feeds = probes.in_onnx(work)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (result,) = session.run(None, feeds)
    assert isinstance(result, np.ndarray)
    reader = [node for node in model.graph.node if node.name.startswith(probes.AFTER)]
    assert result.shape == ((1, 16, *probes.image(work)) if reader else shape(work))
    assert bool(reader) == (not work.innermost and work.kind != "pointwise")


def test_conversions_of_what_is_read_are_counted_and_neighbours_are_not() -> None:
    def event(name: str, *microseconds: int) -> Iterator[dict[str, object]]:
        return ({"cat": "Node", "name": f"{name}_kernel_time", "dur": time} for time in microseconds)

    names = ("before0_nchwc", "ReorderOutput", "work1", "ReorderInput", "after2_nchwc", "ReorderOutput_token_4")
    events = [x for name in names for x in event(name, 900, 10, 10, 10)]
    events += [{"cat": "Session", "name": "model_run", "dur": 9000}]
    counted = probes._node_seconds(events)
    assert list(counted) == ["ReorderOutput", "work1", "ReorderInput"]
    assert all(seconds == pytest.approx(10e-6 + probes.CLOCK_SECONDS) for seconds in counted.values())


@pytest.mark.parametrize("quick", [False, True])
def test_the_list_of_operations(quick: bool) -> None:
    works = probes.works(quick)
    assert len(works) == len(set(works)) and {work.kind for work in works} == set(KINDS)
    assert all(work.flops < 2e9 and work.outputs > 0 and work.inputs > 0 for work in works)
    assert len(works) < (150 if quick else 350)


@pytest.mark.parametrize("quick", [False, True])
def test_odd_operations_have_an_even_twin(quick: bool) -> None:
    works = probes.works(quick)
    odd = [work for work in works if odd_sides(work)]
    assert odd and {probes._even(work) for work in odd} <= set(works)
    assert not any(odd_sides(probes._even(work)) for work in odd)


# --- measuring


@pytest.mark.parametrize("target", ["cpu", "onnxruntime"])
def test_a_small_profile(target: str, cache: Path) -> None:
    said: list[str] = []
    table = profile(target, quick=True, points=FEW, say=said.append)
    assert [point.work for point in table.points] == FEW
    assert all(0 < point.seconds < 1 for point in table.points)
    assert [file.name for file in cache.iterdir()] == [cache_file(target).name]
    assert said and all("4 operations" in line for line in said)
    assert Table.load(cache_file(target)) == table


def test_inductor_has_the_layers_of_pytorch_and_its_own_movement() -> None:
    table = profile("inductor", quick=True, points=FEW)
    assert [point.work.kind for point in table.points] == ["conv", "linear"]
    assert table.base.bandwidth != get("inductor").estimate().bandwidth
    gather = Work("gather", 64, 64, 784)
    assert table.seconds(gather) == table.base.seconds(gather)


def test_a_second_profile_replaces_the_first() -> None:
    profile("cpu", quick=True, points=FEW)
    profile("cpu", quick=True, points=FEW[:1])
    found = table_for("cpu")
    assert found is not None and len(found.points) == 1


def test_nothing_half_written_stays(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile("cpu", quick=True, points=FEW[:1])
    before = cache_file("cpu").read_text()

    def full_disk(self: Path, *args: object, **kwargs: object) -> int:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full_disk)
        with pytest.raises(UserError, match="cannot be written") as caught:
            profile("cpu", quick=True, points=FEW[:1])
    assert caught.value.code == "unwritable-path" and caught.value.note == "no space left on device"
    assert [file.name for file in cache.iterdir()] == [cache_file("cpu").name]
    assert cache_file("cpu").read_text() == before


def test_a_cache_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(UserError, match="SPARSEC_CACHE") as error:
        profile("cpu", quick=True, points=FEW[:1])
    assert error.value.code == "unwritable-path"


# --- finding it again


@pytest.mark.parametrize("target", [*map(str, everywhere())])
def test_without_a_table_costs_are_estimated(target: str, cache: Path) -> None:
    package = get(target).package
    pytest.importorskip(package, reason=f"target '{target}' needs {package}")
    costs = costs_for(target)
    assert isinstance(costs, Analytic) and costs == estimate(target)
    assert not cache.exists()


@pytest.mark.parametrize("function", [costs_for, table_for, estimate, profile])
def test_an_unknown_target(function: object) -> None:
    with pytest.raises(UserError, match="there is no target 'abacus'") as error:
        function("abacus")  # type: ignore[operator]
    assert error.value.code == "unknown-option"


def test_the_table_is_used_once_it_is_there() -> None:
    table = profile("cpu", quick=True, points=FEW)
    costs = costs_for("cpu")
    assert costs == table and costs.seconds(CONV) == table.points[0].seconds
    assert isinstance(costs_for("onnxruntime"), Analytic)


@pytest.mark.parametrize("changed", ["processor", "threads", "version"])
def test_a_table_of_another_machine_is_not_used(changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    profile("cpu", quick=True, points=FEW[:1])
    if changed == "processor":
        monkeypatch.setattr(profiling, "processor", lambda: "another")
    elif changed == "threads":
        monkeypatch.setattr(torch, "get_num_threads", lambda: 77)
    else:
        monkeypatch.setattr(importlib.metadata, "version", lambda name: "0.0")
    assert table_for("cpu") is None and isinstance(costs_for("cpu"), Analytic)


def test_a_table_under_the_name_of_another_is_not_used() -> None:
    table = profile("cpu", quick=True, points=FEW[:1])
    replace(table, key={**table.key, "processor": "another"}).save(cache_file("cpu"))
    assert table_for("cpu") is None


def test_a_damaged_table_is_an_error(cache: Path) -> None:
    cache.mkdir()
    cache_file("cpu").write_text("{")
    with pytest.raises(UserError, match="bad-file"):
        costs_for("cpu")


def test_the_key_holds_what_a_time_depends_on() -> None:
    key = key_of("onnxruntime")
    assert key["target"] == "onnxruntime" and key["onnxruntime"] == onnxruntime.__version__
    assert key["dtype"] == "float32" and key["threads"] == str(torch.get_num_threads())
    assert torch.backends.cpu.get_cpu_capability() in key["processor"]
    assert json.loads(json.dumps(key)) == key


def test_the_cache_lies_in_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARSEC_CACHE")
    assert "sparsec" in cache_file("cpu").parent.parts[-1]


def test_narrow_vectors_mean_narrow_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    assert (estimate("onnxruntime").block, estimate("cpu").block) == (8, 1)
