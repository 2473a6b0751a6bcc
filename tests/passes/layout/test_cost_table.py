"""What operations cost: measured points and what lies between them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.costs import Analytic, Work
from sparsec.passes.layout.cost_table import Point, Table, granule, odd_sides
from sparsec.runtime.targets import get

BASE = Analytic("cpu", overhead={"conv": 1e-5, "linear": 1e-5})
# Another machine than BASE: slower, and with more overhead.
TRUE = replace(BASE, peak=1e10, bandwidth=1e10, overhead={"conv": 5e-5, "linear": 2e-5})

EVEN = [
    Work("conv", read, written, places, 9)
    for read, written in ((16, 16), (64, 64), (256, 256), (64, 256))
    for places in (49, 784)
]
ODD = [replace(work, inputs=work.inputs - less) for work in EVEN[2:6] for less in (1, 2, 4, 8)]


def penalised(work: Work) -> float:
    """What the other machine takes: three times as long to read a count that is no multiple of 4."""
    return TRUE.seconds(work) * (1.0 if work.inputs % 4 == 0 else 3.0)


def table(works: list[Work], seconds: Callable[[Work], float] = penalised) -> Table:
    points = tuple(Point(work, seconds(work)) for work in works)
    return Table(BASE, points, {"target": "cpu", "threads": "1"})


def test_measured_points_are_answered_as_measured() -> None:
    found = table(EVEN + ODD)
    assert [found.seconds(point.work) for point in found.points] == [point.seconds for point in found.points]


def test_noise_in_a_point_is_answered_too() -> None:
    odd = Point(Work("conv", 63, 64, 784, 9), 123.0)
    assert Table(BASE, (*table(EVEN).points, odd)).seconds(odd.work) == 123.0


@pytest.mark.parametrize(
    "work",
    [
        Work("conv", 128, 128, 196, 9),
        Work("conv", 96, 48, 400, 9),
        Work("conv", 256, 64, 100, 9),
        Work("conv", 32, 32, 49, 9),
    ],
    ids=str,
)
def test_constants_are_fitted_to_the_points(work: Work) -> None:
    assert table(EVEN).seconds(work) == pytest.approx(TRUE.seconds(work), rel=0.15)
    assert BASE.seconds(work) != pytest.approx(TRUE.seconds(work), rel=0.5)


def test_what_fitting_leaves_is_taken_from_the_nearest_points() -> None:
    """A machine that is five times slower on few places, which no constants describe."""

    def seconds(work: Work) -> float:
        return TRUE.seconds(work) * (5 if work.places < 100 else 1)

    found = table(EVEN, seconds)
    near, far = Work("conv", 250, 256, 49, 9), Work("conv", 250, 256, 784, 9)
    assert found.seconds(near) == pytest.approx(seconds(near), rel=0.3)
    assert found.seconds(far) == pytest.approx(seconds(far), rel=0.3)


@pytest.mark.parametrize(("read", "factor"), [(127, 3.0), (126, 3.0), (124, 1.0), (120, 1.0), (128, 1.0)])
def test_odd_counts_cost_what_they_measure(read: int, factor: float) -> None:
    found = table(EVEN + ODD).families["conv kxk"]
    assert found.penalty(Work("conv", read, 128, 196, 9)) == pytest.approx(factor, rel=0.1)


def test_odd_counts_cost_nothing_where_that_was_measured() -> None:
    found = table(EVEN + ODD, TRUE.seconds)
    assert found.families["conv kxk"].penalty(Work("conv", 127, 128, 196, 9)) == pytest.approx(1, rel=0.1)


def test_both_sides_multiply() -> None:
    written = [replace(work, outputs=work.outputs - 1) for work in EVEN[2:6]]

    def seconds(work: Work) -> float:
        return penalised(work) * (2 if work.outputs % 2 else 1)

    found = table(EVEN + ODD + written, seconds).families["conv kxk"]
    assert found.penalty(Work("conv", 127, 127, 196, 9)) == pytest.approx(6, rel=0.15)


def test_odd_points_alone_have_no_penalties() -> None:
    found = table(ODD).families["conv kxk"]
    assert not found.penalties and found.seconds(ODD[0]) > 0


def test_families_without_points_are_estimated() -> None:
    found = table(EVEN)
    for work in (Work("linear", 64, 64, 8), Work("conv", 64, 64, 784), Work("gather", 64, 64, 784)):
        assert found.seconds(work) == BASE.seconds(work)


def test_every_answer_is_a_time() -> None:
    found = table(EVEN + ODD)
    for size in (1, 2, 3, 15, 16, 17, 1023, 5000):
        assert 0 < found.seconds(Work("conv", size, size, 1, 25, stride=2)) < math.inf


def test_an_empty_table_is_the_estimate() -> None:
    assert Table(BASE, ()).seconds(EVEN[0]) == BASE.seconds(EVEN[0])


@pytest.mark.parametrize(("count", "expected"), [(64, 16), (63, 1), (62, 2), (60, 4), (56, 8), (48, 16), (3, 16)])
def test_granule(count: int, expected: int) -> None:
    assert granule(count) == expected


@pytest.mark.parametrize(
    ("work", "sides"),
    [
        (Work("conv", 63, 60, 1), [("read", 1), ("written", 4)]),
        (Work("linear", 64, 62, 1), [("written", 2)]),
        (Work("depthwise", 1, 63, 1, groups=63), [("written", 1)]),
        (Work("gather", 63, 63, 1), [("written", 1)]),
        (Work("concat", 64, 64, 1, operands=2), []),
        (Work("concat", 64, 64, 1, operands=8), [("written", 8)]),
        (Work("concat", 64, 64, 1, operands=3), [("written", 1)]),
        (Work("concat", 63, 63, 1, operands=2, innermost=True), []),
    ],
)
def test_odd_sides(work: Work, sides: list[tuple[str, int]]) -> None:
    assert odd_sides(work) == sides


def test_the_name_says_how_much_was_measured() -> None:
    assert table(EVEN).name == "cpu, 8 points measured"


# --- the file


def test_saved_and_loaded(tmp_path: Path) -> None:
    file = tmp_path / "costs.json"
    saved = replace(table(EVEN + ODD), base=get("onnxruntime").estimate())
    saved.save(file)
    loaded = Table.load(file)
    assert loaded == saved
    unseen = Work("conv", 127, 128, 196, 9)
    assert loaded.seconds(unseen) == saved.seconds(unseen)
    assert [path.name for path in tmp_path.iterdir()] == ["costs.json"]


def damaged(**changes: Any) -> str:
    document = {
        "format": 1,
        "key": {},
        "base": {"target": "cpu"},
        "points": [{"kind": "conv", "inputs": 1, "outputs": 1, "places": 1, "seconds": 1.0}],
    }
    return json.dumps(document | changes)


def point(**changes: Any) -> dict[str, Any]:
    return {"kind": "conv", "inputs": 1, "outputs": 1, "places": 1, "seconds": 1.0} | changes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        damaged()[:-9],
        damaged(format=0),
        damaged(base={}),
        damaged(base={"target": "cpu", "speed": 1}),
        damaged(base={"target": "cpu", "peak": "fast"}),
        damaged(base={"target": "cpu", "peak": 0}),
        damaged(points=[point(kind="nonsense")]),
        damaged(points=[point(seconds=0.0)]),
        damaged(points=[point(seconds=None)]),
        damaged(points=[point(seconds=math.nan)]),
        damaged(points=[point(inputs="many")]),
        damaged(points=[point(inputs=-1)]),
        damaged(points=[point(colour="red")]),
        damaged(points=[3]),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "costs.json"
    file.write_text(text)
    with pytest.raises(UserError, match=r"is no table of measured costs \[bad-file\]") as error:
        Table.load(file)
    assert "costs.json" in error.value.message and "sparsec profile" in str(error.value.hint)


def test_the_undamaged_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "costs.json"
    file.write_text(damaged())
    assert Table.load(file).seconds(Work("conv", 1, 1, 1)) == 1.0


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="bad-file"):
        Table.load(tmp_path / "costs.json")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "costs.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="bad-file"):
        Table.load(tmp_path / "costs.json")


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="unwritable-path"):
        table(EVEN).save(tmp_path / "absent" / "costs.json")
