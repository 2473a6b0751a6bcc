"""Kernels are chosen by measurement, once, and remembered; the times here are made up."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor

from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine
from sparsec.passes.base import SparseLayer
from sparsec.runtime import calibrate, select
from sparsec.runtime.measure import summary
from sparsec.runtime.operators import ACTIVATIONS
from sparsec.runtime.select import MARGIN, MeasuredKernels, cache_file, kernels_for


@dataclasses.dataclass
class Clock:
    """Stands in for ``interleave``: runs every candidate once and gives it the seconds that were set for it."""

    seconds: dict[str, float]
    races: list[list[str]] = dataclasses.field(default_factory=list)
    results: dict[str, object] = dataclasses.field(default_factory=dict)

    def __call__(self, candidates: Mapping[str, Callable[[], object]], **_: object) -> dict[str, object]:
        self.races.append([*candidates])
        self.results = {name: run() for name, run in candidates.items()}
        return {name: summary([self.seconds.get(name, self.seconds["other"])]) for name in candidates}


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache, and an engine that is there; without torch-mlir the operator computes without."""
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "cache"))
    if not engine.available():
        monkeypatch.setattr(select, "engine", type("Engine", (), {"available": staticmethod(lambda: True)}))
        versions = {"torch-mlir": "0"}
        version = select.importlib.metadata.version
        monkeypatch.setattr(select.importlib.metadata, "version", lambda name: versions.get(name) or version(name))
    return tmp_path / "cache"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Every kernel takes half of what the dense layer takes, unless a test says otherwise."""
    made = Clock({"dense": 1.0, "other": 0.5})
    monkeypatch.setattr(select, "interleave", made)
    return made


def layer_of(weight: Tensor, **options: object) -> SparseLayer:
    return SparseLayer(weight, pattern_of(weight), **{"tokens": 6, **options})  # type: ignore[arg-type]


def in_blocks(rows: int = 8, density: float = 0.2, seed: int = 0) -> Tensor:
    """[32, 40] in blocks of some rows."""
    random = torch.Generator().manual_seed(seed)
    kept = (torch.rand(32 // rows, 40, generator=random) < density).repeat_interleave(rows, 0)
    return torch.randn(32, 40, generator=random) * kept


# -------------------------------------------------------------------- the choice


@pytest.mark.parametrize("best", ["4x1", "8x1"])
def test_the_fastest_is_chosen(clock: Clock, best: str) -> None:
    clock.seconds[best] = 0.25
    choice = MeasuredKernels("cpu").choose(layer_of(in_blocks()))
    assert clock.races == [["dense", "8x1", "4x1"]]
    assert choice.format == VectorBlocks((32, 40), int(best[0]))
    assert (choice.gain, choice.reason) == (4.0, f"{best} blocks, measured 4.00x dense")


@pytest.mark.parametrize("rows", [1, 8, 16])
def test_blocks_that_fit_are_tried(clock: Clock, rows: int) -> None:
    MeasuredKernels("cpu").choose(layer_of(in_blocks(rows)))
    ((dense, *tried),) = clock.races
    assert dense == "dense"
    assert f"{rows}x1" in tried
    assert len(tried) == select.TRIED


def scattered(density: float = 0.2, columns: int = 300) -> Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.randn(24, columns, generator=random) * (torch.rand(24, columns, generator=random) < density)


def test_scattered_zeros_may_get_segments(clock: Clock) -> None:
    clock.seconds["1x1 in segments of 128"] = 0.25
    weight = scattered()
    choice = MeasuredKernels("cpu").choose(layer_of(weight, tokens=40))
    assert choice.format == VectorBlocks((24, 300), 1, 1, 128)
    assert choice.reason == "1x1 blocks in segments of 128 columns, measured 4.00x dense"
    x = torch.randn(40, 300)
    torch.testing.assert_close(choice.format.multiply(choice.format.pack(weight), x.T), weight @ x.T)
    results = [result for name, result in clock.results.items() if name != "dense"]
    assert len(results) == 4
    for result in results:
        torch.testing.assert_close(result, clock.results["dense"], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("target", "tokens", "weight"),
    [
        ("cpu", 4, scattered()),  # few tokens: their activations are in the cache anyway
        ("cpu", 40, scattered(columns=100)),
        ("cpu", 40, scattered(density=0.9)),
        ("cpu", 40, in_blocks(8)),
    ],
)
def test_no_segments_where_they_gain_nothing(clock: Clock, target: str, tokens: int, weight: Tensor) -> None:
    MeasuredKernels(target).choose(layer_of(weight, tokens=tokens))
    assert not any("segments" in name for race in clock.races for name in race)


@pytest.mark.parametrize(("seconds", "chosen"), [(1 / (1 + MARGIN) - 1e-6, True), (1 / (1 + MARGIN) + 1e-6, False)])
def test_the_margin(clock: Clock, seconds: float, chosen: bool) -> None:
    clock.seconds["other"] = seconds
    choice = MeasuredKernels("cpu").choose(layer_of(in_blocks()))
    assert (choice.format is not None) == chosen
    assert choice.gain == pytest.approx(1 / seconds)
    if not chosen:
        assert choice.reason.startswith("the best sparse kernel, ")
        assert choice.reason.endswith(" blocks, is 1.05x as fast as dense")


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("activation", ["", "relu"])
def test_what_is_raced_computes_the_same(clock: Clock, activation: str, bias: bool, residual: bool) -> None:
    layer = layer_of(in_blocks(), bias=bias, residual=residual, activation=activation)
    MeasuredKernels("cpu").choose(layer)
    expected = clock.results.pop("dense")
    assert isinstance(expected, Tensor) and expected.shape == (6, 32)
    assert len(clock.results) == select.TRIED
    for found in clock.results.values():
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


def test_what_follows_is_raced_too(clock: Clock) -> None:
    results = []
    for activation in ("", "gelu"):
        MeasuredKernels("cpu").choose(layer_of(in_blocks(), bias=True, activation=activation))
        results.append(clock.results["dense"])
    plain, activated = results
    assert torch.equal(ACTIVATIONS["gelu"](plain), activated)


# -------------------------------------------------------------------- nothing to measure


def test_without_a_compiler(clock: Clock, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select.engine, "available", lambda: False)
    choice = MeasuredKernels("cpu").choose(layer_of(in_blocks()))
    assert (choice.format, choice.gain, choice.reason) == (None, None, select.WITHOUT_COMPILER)
    assert "sparsec[cpu-kernels]" in choice.reason
    assert not clock.races and not folder.exists()


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (0, 0)])
def test_an_empty_weight(clock: Clock, shape: tuple[int, int]) -> None:
    choice = MeasuredKernels("cpu").choose(layer_of(torch.zeros(shape)))
    assert (choice.format, choice.gain, choice.reason) == (None, None, "the weight is empty")
    assert not clock.races


def test_too_few_zeros(clock: Clock) -> None:
    """One row cannot fill a block of several, and alone it is slower than dense."""
    choice = MeasuredKernels("cpu").choose(layer_of(torch.ones(1, 40)))
    assert (choice.format, choice.gain, choice.reason) == (None, None, "too few zeros for any kernel")
    assert not clock.races


def test_a_weight_of_zeros(clock: Clock) -> None:
    assert MeasuredKernels("cpu").choose(layer_of(torch.zeros(32, 40))).gain == 2.0


def test_no_tokens(clock: Clock) -> None:
    assert MeasuredKernels("cpu").choose(layer_of(in_blocks(), tokens=0)).gain == 2.0


@pytest.mark.parametrize(("target", "has"), [("cpu", True), ("inductor", True), ("onnxruntime", True), ("tpu", False)])
def test_targets(target: str, has: bool) -> None:
    found = kernels_for(target)
    assert (found is not None) == has
    assert found is None or (found.target, found.chosen) == (target, {})


# -------------------------------------------------------------------- remembered


def test_a_layer_is_measured_once(clock: Clock) -> None:
    choice = MeasuredKernels("cpu").choose(layer_of(in_blocks()))
    clock.seconds["other"] = 0.1
    assert MeasuredKernels("cpu").choose(layer_of(in_blocks())) == choice
    assert MeasuredKernels("cpu").choose(layer_of(-in_blocks())) == choice  # the numbers do not matter
    assert len(clock.races) == 1
    assert [file.name for file in cache_file().parent.iterdir()] == [cache_file().name]


OTHERS: dict[str, Callable[[], SparseLayer]] = {
    "tokens": lambda: layer_of(in_blocks(), tokens=7),
    "bias": lambda: layer_of(in_blocks(), bias=True),
    "residual": lambda: layer_of(in_blocks(), residual=True),
    "activation": lambda: layer_of(in_blocks(), activation="relu"),
    "shape": lambda: layer_of(in_blocks().reshape(40, 32)),
    "density": lambda: layer_of(in_blocks(density=0.6)),
    "pattern": lambda: layer_of(in_blocks().reshape(8, 4, 40).transpose(0, 1).reshape(32, 40)),
}


@pytest.mark.parametrize("differs", OTHERS)
def test_another_layer_is_measured_anew(clock: Clock, differs: str) -> None:
    kernels = MeasuredKernels("cpu")
    kernels.choose(layer_of(in_blocks()))
    kernels.choose(OTHERS[differs]())
    assert len(clock.races) == 2


def test_another_target_is_measured_anew(clock: Clock) -> None:
    for target in ("cpu", "inductor"):
        MeasuredKernels(target).choose(layer_of(in_blocks()))
    assert len(clock.races) == 2


def test_another_number_of_threads_is_measured_anew(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    for threads in (1, 2):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        MeasuredKernels("cpu").choose(layer_of(in_blocks()))
    assert len(clock.races) == 2


def test_another_machine_or_version_has_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {cache_file()}
    monkeypatch.setattr(select, "processor", lambda: "another processor")
    names.add(cache_file())
    monkeypatch.setattr(select, "FORMAT", select.FORMAT + 1)
    names.add(cache_file())
    assert len(names) == 3


def test_the_cache_lies_in_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SPARSEC_CACHE")
    monkeypatch.setattr(calibrate.platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "users"))
    assert cache_file().parent == tmp_path / "users"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"gains": 3}', '{"gains": null}', '{"gains": []}', "\udcff"],
    ids=["empty", "cut off", "a list", "null", "no gains", "a number", "no object", "gains in a list", "no text"],
)
def test_a_damaged_file(clock: Clock, text: str) -> None:
    cache_file().parent.mkdir(parents=True)
    cache_file().write_bytes(text.encode(errors="surrogateescape"))
    assert MeasuredKernels("cpu").choose(layer_of(in_blocks())).gain == 2.0
    assert len(json.loads(cache_file().read_text())["gains"]) == 1


@pytest.mark.parametrize("damage", [{}, 3, {"8x1": "fast"}], ids=str)
def test_a_damaged_entry(clock: Clock, damage: object) -> None:
    layer = layer_of(in_blocks())
    MeasuredKernels("cpu").choose(layer)
    content = json.loads(cache_file().read_text())
    content["gains"] = dict.fromkeys(content["gains"], damage)
    cache_file().write_text(json.dumps(content))
    assert MeasuredKernels("cpu").choose(layer).gain == 2.0
    assert len(clock.races) == 2


def test_other_entries_are_kept(clock: Clock) -> None:
    for tokens in (3, 4, 5):
        MeasuredKernels("cpu").choose(layer_of(in_blocks(), tokens=tokens))
    assert len(json.loads(cache_file().read_text())["gains"]) == 3


def test_a_folder_that_cannot_be_written(clock: Clock, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    for _ in range(2):
        assert MeasuredKernels("cpu").choose(layer_of(in_blocks())).gain == 2.0
    assert len(clock.races) == 2
    assert folder.read_text() == "a file where the folder should be"
