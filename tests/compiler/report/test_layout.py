"""What a report says about layouts: rows, the text of `explain --layouts`, the page, JSON, decisions and refusals."""

from __future__ import annotations

import io
import itertools
import json
import re
import sys
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from rich.console import Console
from torch import Tensor, nn
from zoo.stopwatch import Settled

import sparsec
from sparsec.compiler import driver, exact_stages
from sparsec.compiler.ir.costs import Work
from sparsec.compiler.report.data import Report
from sparsec.compiler.report.html import page
from sparsec.compiler.report.layout import GroupRows, LayoutReport, ReaderRow, ranges
from sparsec.compiler.report.layout_html import ROOM_LETTERS, layouts
from sparsec.compiler.report.layout_text import CELLS, bar, layout_parts
from sparsec.compiler.report.markup import shorten
from sparsec.passes.layout.solve import MODES

# Of 12 channels, in three groups of 4. Any two pairs can lie side by side, all three cannot.
GROUPS = {"left": (0, 5, 7, 8), "middle": (1, 2, 6, 11), "right": (3, 4, 9, 10)}
PAIRS = {"a": ("left", "middle"), "b": ("middle", "right"), "c": ("left", "right")}


@dataclass(frozen=True)
class Costs:
    """What a layer pays for a channel that it reads or writes, and what a conversion costs, in microseconds."""

    layer: float = 100.0
    copy: float = 3.0
    view: float = 1.0
    written: float = 0.0
    name: str = "made up, estimated"

    def seconds(self, work: Work) -> float:
        channels = self.layer * work.inputs + self.written * work.outputs
        read = channels if work.kind in ("conv", "linear") else 0.0
        return 1e-6 * {"gather": self.copy, "view": self.view}.get(work.kind, read)


class Fan(nn.Module):
    """One value of 12 channels with a reader for each pair of groups."""

    def __init__(self, readers: str = "abc", shown: bool = False) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 12, 3)
        self.readers = nn.ModuleDict({name: nn.Conv2d(12, 5, 1) for name in readers})
        self.shown = shown
        with torch.no_grad():
            for name, reader in self.readers.items():
                read = [channel for group in PAIRS[name] for channel in GROUPS[group]]
                mask = torch.zeros(12).index_fill(0, torch.tensor(read), 1.0)
                reader.weight *= mask[:, None, None]  # type: ignore[operator]

    def forward(self, x: Tensor) -> list[Tensor]:
        x = torch.relu(self.stem(x))
        return [*(reader(x) for reader in self.readers.values()), *([x] if self.shown else [])]


@pytest.fixture
def report_of(monkeypatch: pytest.MonkeyPatch, stopwatch: Settled) -> Any:
    """Compile with a cost model, and a race that has this outcome."""

    def compiled(
        model: nn.Module,
        costs: Costs = Costs(),
        gain: float = 1.5,
        layout: str = "optimised",
        gains: dict[str, float] | None = None,
    ) -> Report:
        monkeypatch.setattr(driver, "costs_for", lambda target: costs)
        stopwatch.gain = gains or dict.fromkeys(MODES, gain)
        inputs = (torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(0)),)
        return sparsec.compile(model.eval(), inputs, measure=False, kernels=False, layout=layout).report

    torch.manual_seed(0)
    return compiled


def text_of(report: Report, **options: Any) -> str:
    """What the terminal shows, without rules and the blanks that fill up its lines."""
    assert report.layout is not None
    console = Console(width=100, file=io.StringIO(), record=True)
    for part in layout_parts(report.layout, report.target, **options):
        console.print(part, markup=False, highlight=False, soft_wrap=isinstance(part, str))
    return "\n".join(line.rstrip(" ─") for line in console.export_text().splitlines())


def only_segment(report: Report) -> GroupRows:
    assert report.layout is not None
    (group,) = report.layout.groups
    return group


# -------------------------------------------------------------------- rows


def test_two_readers_get_a_slice_each(report_of: Any) -> None:
    group = only_segment(report_of(Fan("ab")))
    assert (group.name, group.channels, group.avoided, group.copies) == ("stem", 12, 2, 0)
    assert [(row.names, row.needs, row.takes, row.held, row.how) for row in group.readers] == [
        (("readers.a",), 8, 8, 12, "view"),
        (("readers.b",), 8, 8, 12, "view"),
    ]
    for row in group.readers:
        ((start, stop),) = row.runs
        read = {channel for group in PAIRS[row.names[0][-1]] for channel in GROUPS[group]}
        assert {*group.order[start:stop]} == read
        assert row.holds == ((0, 12),) and row.why is None and row.microseconds == pytest.approx(1.0)


def test_of_three_pairs_one_is_copied_and_says_why(report_of: Any) -> None:
    group = only_segment(report_of(Fan()))
    assert (group.avoided, group.copies) == (2, 1)
    (copied,) = [row for row in group.readers if row.how == "copy"]
    assert len(copied.runs) == 2 and copied.why == "no order was found that costs less"
    # the stem reads 3, then three layers 8 each; two views and a copy; against 12 each
    assert group.microseconds["chosen"] == pytest.approx(2705)
    assert group.microseconds["constrained"] == pytest.approx(3900)
    assert group.saved == pytest.approx(1195)


class Sum(nn.Module):
    """A sum whose second term is zero for 8 of 12 channels."""

    def __init__(self) -> None:
        super().__init__()
        self.most, self.some = nn.Conv2d(3, 12, 1, bias=False), nn.Conv2d(3, 12, 1, bias=False)
        self.head = nn.Conv2d(12, 4, 1)
        with torch.no_grad():
            self.some.weight[:8] = 0

    def forward(self, x: Tensor) -> Tensor:
        # of one value both would be one layer
        return self.head(self.most(x) + self.some(x.relu()))  # type: ignore[no-any-return]


def test_a_term_of_a_sum_is_a_row_too(report_of: Any) -> None:
    report = report_of(Sum(), Costs(written=100.0))
    (row,) = only_segment(report).readers
    assert (row.names, row.needs, row.takes, row.held, row.how) == (("some (term)",), 4, 4, 12, "partial")
    assert (row.runs, row.holds) == (((8, 12),), ((0, 12),))
    assert "1 conversion: 1 sum in part; kept" in text_of(report) and 'class="partial"' in page(report)


@pytest.mark.parametrize(
    ("model", "layout", "why"),
    [
        (Fan("ab"), "gather", "'gather' copies always"),
        (Fan("ab", shown=True), "optimised", "the order cannot change: an output of the model shows it"),
        (Fan(), "upscale", "the heuristic does not bring its channels together"),
    ],
    ids=["gather", "fixed", "upscale"],
)
def test_a_copy_says_why(report_of: Any, model: nn.Module, layout: str, why: str) -> None:
    group = only_segment(report_of(model, layout=layout))
    assert {row.why for row in group.readers if row.how == "copy"} == {why}


def test_a_slice_rather_than_a_copy_that_costs_the_same(report_of: Any) -> None:
    model = Fan("a")
    with torch.no_grad():
        model.readers["a"].weight[:] = 1.0
        model.readers["a"].weight[:, 8:] = 0
    model.readers["b"] = nn.Conv2d(12, 5, 1)
    (row,) = only_segment(report_of(model, Costs(copy=1.0, view=1.0))).readers
    assert (row.how, row.runs, row.why) == ("view", ((0, 8),), None)


def test_a_reader_that_takes_more_than_it_needs_says_why(report_of: Any) -> None:
    report = report_of(Fan(), Costs(layer=0.5, copy=9.0, view=9.0))
    assert {(row.how, row.needs, row.takes, row.why) for row in only_segment(report).readers} == {
        ("whole", 8, 12, "leaving some out would cost more")
    }


@pytest.mark.parametrize(
    ("runs", "holds", "parts"),
    [
        (((0, 4),), ((0, 8),), 1),
        (((0, 2), (6, 8)), ((0, 8),), 2),
        (((0, 2), (6, 8)), ((0, 2), (6, 9)), 1),
        (((0, 2), (4, 5), (6, 8)), ((0, 3), (4, 5), (6, 8)), 2),
    ],
)
def test_parts_are_counted_in_the_value(runs: Any, holds: Any, parts: int) -> None:
    assert replace(READERS[0], runs=runs, holds=holds).parts == parts


# -------------------------------------------------------------------- kept or not, in the rest of the report


def test_layers_shrink_where_the_plan_is_kept(report_of: Any) -> None:
    report = report_of(Fan())
    assert report.decisions == [
        "Kept, measured 1.50x on cpu: readers with channels of their own (2 slices, 1 copy of 8 channels)."
    ]
    assert report.decisions[0] in report.summary()
    for layer in report.layers[1:]:
        assert layer.inputs == (12, 8)
        assert "4 inputs removed" in layer.done and layer.refused == []
    assert not [refusal for refusal in report.refusals if "zero column" in refusal.reason]
    assert report.error is not None and report.error < 1e-10


def test_nothing_changes_where_the_plan_loses_its_race(report_of: Any) -> None:
    report = report_of(Fan(), gain=0.5)
    assert report.decisions[0].startswith("Undone, measured 0.50x on cpu: readers with channels of their own (2 slices")
    assert all(layer.inputs == (12, 12) for layer in report.layers[1:])
    stay = [refusal.reason[:21] for refusal in report.refusals if refusal.pass_name != "pack-weights"]
    assert stay == ["4 zero columns stay: "] * 3
    assert report.layout is not None and (report.layout.kept, report.layout.gain) == (False, 0.5)
    assert "undone, measured 0.50x on cpu: all readers share all channels." in text_of(report)


@pytest.mark.parametrize(
    ("model", "costs", "layout", "sentence"),
    [
        (Fan(), Costs(), "constrained", "All readers share all channels, as was asked for (layout 'constrained')."),
        (nn.Conv2d(3, 2, 1), Costs(), "optimised", "Layouts change nothing: all readers of a value need the same"),
        (Fan(), Costs(0.0), "optimised", "Layouts change nothing: by the model, it is cheapest if readers take all"),
    ],
    ids=["asked for", "nobody", "too dear"],
)
def test_no_conversion_says_why(report_of: Any, model: nn.Module, costs: Costs, layout: str, sentence: str) -> None:
    report = report_of(model, costs, layout=layout)
    assert report.decisions == [] and report.layout is not None and report.layout.gain is None
    assert sentence in text_of(report) and "avoided" not in text_of(report)
    assert "<path" not in page(report)


# -------------------------------------------------------------------- as text

READERS = (
    ReaderRow(("block.conv1",), 4, 4, 8, "view", 1.5, ((0, 4),), None, ((0, 8),)),
    ReaderRow(("block.conv2", "block.conv3"), 4, 4, 8, "copy", 2.8, ((0, 2), (6, 8)), "no order", ((0, 8),)),
    ReaderRow(("block (cat)",), 3, 3, 4, "pieces", 3.0, ((4, 5), (6, 8)), "it is a cat", ((4, 8),)),
    ReaderRow(("block (add)",), 3, 4, 4, "whole", 0.0, ((4, 8),), "cheaper", ((4, 8),)),
    ReaderRow(("block.relu",), 4, 4, 4, "whole", 0.0, ((4, 8),), None, ((4, 8),)),
)
PRICES = {"chosen": 100.4, "constrained": 150.0, "gather": 120.0, "upscale": 110.0}
ROWS = GroupRows("stem", 8, (0, 1, 2, 7, 3, 5, 4, 6), None, READERS, PRICES)


def made(*groups: GroupRows, **changes: Any) -> Report:
    layout = LayoutReport("optimised", "cpu, 300 points measured", [*groups], gain=1.16)
    return Report("Model", "cpu", [], (0, 0), (0, 0), layout=replace(layout, **changes))


def test_a_group_as_text() -> None:
    assert text_of(made(ROWS)).splitlines() == [
        "",
        "stem: 8 channels, 2 copies avoided, 1 left",
        "  by the model 100 us; constrained 150, gather 120, upscale 110",
        "  order 0-2, 7, 3, 5, 4, 6",
        "  reader                  needs  takes  of  how        us  where, in the new order",
        "",
        "  block.conv1                 4      4   8  view      1.5  ████····",
        "  block.conv2 and 1 more      4      4   8  copy      2.8  ██····██",
        "  block (cat)                 3      3   4  2 pieces  3.0      █·██",
        "  block (add)                 3      4   4  whole     0.0      ████",
        "  copy, since no order: block.conv2 and 1 more (2 runs)",
        "  pieces, since it is a cat: block (cat)",
        "  whole, since cheaper: block (add)",
        "  other readers: 1 that needs all",
        "",
        "3 conversions: 1 slice, 1 in pieces, 1 copy of 4 channels; kept, measured 1.16x on cpu.",
        "Microseconds are those of the cost model (cpu, 300 points measured).",
        "A bar spans all channels: █ taken, · left out, blank where the value has none.",
    ]


def test_estimated_prices_come_with_a_hint() -> None:
    text = text_of(made(ROWS, costs="onnxruntime, estimated", estimated=True))
    assert "(onnxruntime, estimated; 'sparsec profile --target cpu' measures)" in text


def test_what_cannot_be_measured_comes_without_one() -> None:
    assert "(abacus, estimated)." in text_of(made(ROWS, costs="abacus, estimated"))


def test_groups_that_save_most_come_first_and_only_some_are_shown() -> None:
    named = [replace(ROWS, name=f"s{n}", microseconds=PRICES | {"constrained": 150.0 + n}) for n in range(10)]
    idle = replace(ROWS, name="idle", readers=READERS[3:])
    report = made(idle, *named)
    found = re.findall(r"^(\w+): 8 channels", text_of(report), re.MULTILINE)
    assert found == [f"s{n}" for n in range(9, 1, -1)]
    assert "3 more channel groups, 1 of them without conversions; --all lists them." in text_of(report)
    found = re.findall(r"^(\w+): 8 channels", text_of(report, everything=True), re.MULTILINE)
    assert len(found) == 11 and found[-1] == "idle"
    assert "--all" not in text_of(report, everything=True)


def test_many_readers_are_cut_those_with_conversions_last() -> None:
    many = replace(ROWS, readers=tuple(replace(READERS[kind]) for kind in [1] * 15 + [3] * 3))
    text = text_of(made(many))
    assert text.count(" copy ") == 12
    assert "other readers: 3 that take less, 3 that take all and need less" in text
    assert text_of(made(many), everything=True).count("\n  block") == 18


@pytest.mark.parametrize(
    ("runs", "holds", "channels", "expected"),
    [
        (((0, 4),), ((0, 8),), 8, "████····"),
        (((0, 36),), ((0, 72),), 72, "█" * 18 + "·" * 18),
        (((1, 2),), ((0, 36),), 360, "░···" + " " * (CELLS - 4)),
        (((0, 5), (10, 19)), ((0, 360),), 360, "▒▓" + "·" * (CELLS - 2)),
        ((), ((0, 36),), 36, "·" * CELLS),
    ],
)
def test_bars(runs: Any, holds: Any, channels: int, expected: str) -> None:
    row = replace(READERS[0], runs=runs, holds=holds)
    assert bar(row, channels) == expected


def test_bars_on_a_terminal_without_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    assert bar(READERS[0], 8) == "@@@@...."


@pytest.mark.parametrize(
    ("channels", "limit", "expected"),
    [
        ([*range(16), 40, *range(22, 32)], None, "0-15, 40, 22-31"),
        ([3, 2, 1, 0], None, "3, 2, 1, 0"),
        ([4, 5, 0, 1, 2, 3], 1, "4-5, ... and 4 more"),
        ([], None, ""),
    ],
)
def test_ranges(channels: list[int], limit: int | None, expected: str) -> None:
    assert ranges(channels, limit) == expected


# -------------------------------------------------------------------- as JSON


def test_json_holds_groups_and_readers(report_of: Any) -> None:
    report = report_of(Fan("ab"))
    data = json.loads(json.dumps(report.to_json(), allow_nan=False))["layout"]
    assert (data["mode"], data["costs"], data["kept"], data["gain"]) == ("optimised", "made up, estimated", True, 1.5)
    (group,) = data["groups"]
    assert (group["name"], group["channels"], group["copies"], group["avoided"]) == ("stem", 12, 0, 2)
    assert group["order"] == ranges(only_segment(report).order)
    first = group["readers"][0]
    assert first["names"] == ["readers.a"] and first["holds"] == "0-11" and first["how"] == "view"
    assert re.fullmatch(r"\d+-\d+", first["runs"])
    assert Report("Model", "cpu", [], (0, 0), (0, 0)).to_json()["layout"] is None


# -------------------------------------------------------------------- as a page


def attributes(tag: str, text: str) -> list[dict[str, str]]:
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', found)) for found in re.findall(rf"<{tag} ([^>]*)>", text)]


def boxes(path: str) -> list[tuple[float, float]]:
    """The rectangles of a path, from where to where."""
    found = re.findall(r"M([\d.]+) [\d.]+h([\d.]+)v", path)
    return [(float(start), float(start) + float(wide)) for start, wide in found]


def test_the_page_draws_a_group(report_of: Any) -> None:
    report = report_of(Fan())
    text = page(report)
    assert "Channel layout" in text and "Who reads what of <code>stem</code>" in text
    assert "3 conversions: 2 slices, 1 copy of 8 channels; kept, measured 1.50x on cpu." in text
    kinds = [shape["class"] for shape in attributes("path", text)]
    assert sorted(kinds) == ["copy", "held", "held", "held", "view", "view"]
    assert '<table class="groups">' in text


def test_shapes_lie_where_their_channels_do() -> None:
    text = layouts(made(ROWS).layout, "cpu")  # type: ignore[arg-type]
    paths = [(shape["class"], boxes(shape["d"])) for shape in attributes("path", text)]
    held = [found for kind, found in paths if kind == "held"]
    taken = [(kind, found) for kind, found in paths if kind != "held"]
    assert [(kind, len(found)) for kind, found in taken] == [("view", 1), ("copy", 2), ("pieces", 2), ("whole", 1)]
    ((left, right),) = held[0]
    for row, (_, found) in zip(READERS, taken, strict=False):
        ends = [(left + start * (right - left) / 8, left + stop * (right - left) / 8) for start, stop in row.runs]
        assert found == [pytest.approx(pair, abs=0.02) for pair in ends]


@pytest.mark.parametrize("readers", [1, 12, 40])
@pytest.mark.parametrize("channels", [2, 17, 1024, 2048])
def test_nothing_overlaps_and_nothing_leaves_the_drawing(readers: int, channels: int) -> None:
    runs = tuple((start, start + 1) for start in range(0, channels, 2))
    name = "encoder.stages.3.layers.11.blocks.2.a_rather_long_name.conv1"
    row = ReaderRow((name,), channels // 2, channels // 2, channels, "copy", 12.5, runs, "because", ((0, channels),))
    group = GroupRows("stem", channels, tuple(range(channels)), None, (row,) * readers, PRICES)
    text = layouts(made(group).layout, "cpu")  # type: ignore[arg-type]
    (box,) = attributes("svg", text)
    width, height = (float(size) for size in box["viewBox"].split()[2:])
    left, right = boxes(attributes("path", text)[0]["d"])[0]
    assert 0.58 * 12 * len(shorten(name, ROOM_LETTERS)) + 8 < left < right < width - 200
    rows = sorted({float(place) for place in re.findall(r'<text class="end" [^>]*y="([\d.]+)"', text)})
    assert len(rows) == min(readers, 24) and all(b - a >= 20 for a, b in itertools.pairwise(rows))
    ticks = [float(x) for x in re.findall(r'<line class="grid" x1="([\d.]+)"', text)]
    assert 2 <= len(ticks) <= 10 and all(b - a > 25 for a, b in itertools.pairwise(ticks))
    assert max(float(y) for y in re.findall(r'<text [^>]*y="([\d.]+)"', text)) < height


def test_names_on_the_page_are_escaped() -> None:
    evil = "<script>&\"'"
    readers = (replace(READERS[1], names=(evil,), why=evil),)
    text = layouts(made(replace(ROWS, name=evil, fixed=evil, readers=readers)).layout, "cpu")  # type: ignore[arg-type]
    assert "<script" not in text and text.count("&lt;script&gt;") >= 5


def test_a_simple_plan_that_is_measured_faster_is_kept(report_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    gains = {"optimised": 1.1, "gather": 1.5, "upscale": 1.2}
    monkeypatch.setattr(exact_stages, "CLOSE_RATIO", 1e6)
    report = report_of(Fan(), gains=gains)
    assert report.decisions[0].startswith("Kept, measured 1.50x on cpu: readers with channels of their own (")
    assert "the 'gather' plan, which the model had put behind 'optimised' (1.10x)" in report.decisions[0]
    assert report.layout is not None and (report.layout.mode, report.layout.gain) == ("gather", 1.5)
    assert report.error is not None and report.error < 1e-10


def test_a_simple_plan_that_the_model_finds_much_worse_does_not_run(
    report_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exact_stages, "CLOSE_RATIO", 0.0)
    report = report_of(Fan(), gains={"optimised": 1.1})
    assert report.layout is not None and report.layout.mode == "optimised"
