"""The report: counts and operations against hand-computed ones, the table, JSON, and the HTML page."""

from __future__ import annotations

import functools
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import torch
from rich.console import Console
from torch import nn
from torch.nn.utils import prune

import sparsec
from sparsec.compiler.cli.terminal import show
from sparsec.compiler.ir.speculation import Addition
from sparsec.compiler.report.build import undone
from sparsec.compiler.report.data import LayerRow, Report
from sparsec.compiler.report.html import page, save_html
from sparsec.compiler.report.text import in_words, parts
from sparsec.compiler.trials import Trial
from sparsec.passes.analysis.names import Kind, Removed
from sparsec.passes.base import Refusal

NAME = "0.weight"
LONG = "encoder." + ".".join(f"stages.{n}.layers.{n}" for n in range(9)) + ".convolution.weight"


class Chain(nn.Module):
    """Two convolutions and a linear layer on 8 x 8 images."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 6, 1)
        self.head = nn.Linear(6, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.second(torch.relu(self.first(x))))
        return self.head(x.mean((2, 3)))  # type: ignore[no-any-return]


class Branches(nn.Module):
    """A sum of two branches, one of which is dead; the head gives channels that nobody may take."""

    def __init__(self) -> None:
        super().__init__()
        self.living, self.dead = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 1)
        self.head = nn.Conv2d(4, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head((self.living(x) + self.dead(x)).relu())  # type: ignore[no-any-return]


class Words(nn.Module):
    """An attention and an MLP around a residual stream of 12 channels."""

    def __init__(self) -> None:
        super().__init__()
        self.enter, self.leave = nn.Linear(6, 12), nn.Linear(12, 2)
        self.attention = nn.ModuleDict({name: nn.Linear(12, 12) for name in ("q", "k", "v", "out")})
        self.mlp = nn.Sequential(nn.Linear(12, 30), nn.ReLU(), nn.Linear(30, 12))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.enter(x)
        q, k, v = (self.attention[name](x).unflatten(-1, (4, 3)).transpose(1, 2) for name in "qkv")
        found = nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        x = x + self.attention["out"](found)
        return self.leave(x + self.mlp(x))  # type: ignore[no-any-return]


def images(batch: int = 2) -> torch.Tensor:
    return torch.randn(batch, 3, 8, 8, generator=torch.Generator().manual_seed(0))


def chain() -> Chain:
    """Filters 1 and 4 of ``first`` and 5 of ``second`` are zero, and ``second`` does not read channel 7."""
    torch.manual_seed(0)
    model = Chain().eval()
    with torch.no_grad():
        model.first.weight[[1, 4]] = 0
        model.second.weight[5] = 0
        model.second.weight[:, 7] = 0
    return model


def branches() -> Branches:
    torch.manual_seed(0)
    model = Branches().eval()
    with torch.no_grad():
        model.dead.weight.zero_()
        model.head.weight[1] = 0
    return model


def report_of(model: nn.Module, batch: int = 2, **options: Any) -> Report:
    return sparsec.compile(model, (images(batch),), **{"measure": False, **options}).report


@functools.cache
def chain_report(batch: int = 2) -> Report:
    return report_of(chain(), batch)


@functools.cache
def branches_report() -> Report:
    return report_of(branches(), measure=True)


def layer(report: Report, name: str) -> LayerRow:
    (found,) = [x for x in report.layers if x.name == name]
    return found


def made(**changes: Any) -> Report:
    """A report made by hand, with one layer of every kind."""
    layers = [
        LayerRow("a.weight", "conv2d", "model.py:1", 0.5, 4, 0, (8, 4), (3, 3), (1000, 500), ["4 filters removed"]),
        LayerRow("b.weight", "conv2d", None, 1.0, 8, 8, (8, 0), (8, 0), (2000, 0), ["removed"]),
        LayerRow("c.weight", "linear", "model.py:3", 0.1, 0, 0, (10, 10), (8, 8), (160, 160), refused=["no rule"]),
    ]
    for row, times in zip(layers, [(2e-3, 1e-3), (1e-3, 0.0), (1e-4, 1e-4)], strict=True):
        row.measured = times
    report = Report("Model", "cpu", layers, (1000, 400), (3160, 660), error=1e-16, error_dtype="float64", samples=2)
    report.refusals = [Refusal("axes", "cumsum", "kept whole: no rule for this op", "c", "model.py:3")]
    report.timings = [("axes", 0.25, False), ("remove-channels", 0.5, True), ("axes", 0.25, False)]
    report.measured = (4e-3, 2e-3)
    for key, value in changes.items():
        setattr(report, key, value)
    return report


# -------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("name", "zeros", "zero_outputs", "zero_inputs", "outputs", "inputs"),
    [
        ("first.weight", 2 / 8, 2, 0, (8, 5), (3, 3)),
        ("second.weight", (8 + 6 - 1) / 48, 1, 1, (6, 5), (8, 5)),
        ("head.weight", 0.0, 0, 0, (4, 4), (6, 5)),
    ],
)
def test_zeros_and_channels_of_each_layer(
    name: str, zeros: float, zero_outputs: int, zero_inputs: int, outputs: tuple[int, int], inputs: tuple[int, int]
) -> None:
    found = layer(chain_report(), name)
    assert found.zeros == pytest.approx(zeros)
    assert (found.zero_outputs, found.zero_inputs) == (zero_outputs, zero_inputs)
    assert (found.outputs, found.inputs) == (outputs, inputs)


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_operations_are_those_of_the_example_inputs(batch: int) -> None:
    report = chain_report(batch)
    # two for each multiplication with its addition: batch x places x outputs x (inputs x taps)
    expected = [
        (2 * batch * 64 * 8 * 27, 2 * batch * 64 * 5 * 27),
        (2 * batch * 64 * 6 * 8, 2 * batch * 64 * 5 * 5),
        (2 * batch * 4 * 6, 2 * batch * 4 * 5),
    ]
    assert [x.flops for x in report.layers] == expected
    assert report.flops == (sum(x for x, _ in expected), sum(y for _, y in expected))


def test_operations_of_grouped_and_transposed_convolutions() -> None:
    model = nn.Sequential(nn.Conv2d(4, 8, 3, groups=2, padding=1), nn.ConvTranspose2d(8, 6, 2, stride=2)).eval()
    report = sparsec.compile(model, (torch.randn(2, 4, 5, 5),), measure=False).report
    assert [x.flops[0] for x in report.layers] == [2 * 2 * 25 * 8 * (2 * 9), 2 * 2 * 25 * 8 * (6 * 4)]


def test_parameters_before_and_after() -> None:
    report = chain_report()
    before = (8 * 27 + 8) + (6 * 8 + 6) + (4 * 6 + 4)
    after = (5 * 27 + 5) + (5 * 5 + 5) + (4 * 5 + 4)
    assert report.parameters == (before, after)


def test_masks_of_torch_prune_count_as_the_zeros_that_they_make() -> None:
    masked = chain()
    for module in (masked.first, masked.second):
        prune.custom_from_mask(module, "weight", (module.weight != 0).float())
    plain, found = chain_report(), report_of(masked)
    assert [(x.name, x.zeros, x.outputs, x.inputs, x.flops) for x in found.layers] == [
        (x.name, x.zeros, x.outputs, x.inputs, x.flops) for x in plain.layers
    ]
    assert (found.parameters, found.flops) == (plain.parameters, plain.flops)


def test_what_is_all_gone_has_no_ratio() -> None:
    report = replace(made(), flops=(3160, 0))
    assert "operations 3.16 k -> 0." in report.summary() and "inf" not in report.summary()


def test_an_undone_compile_reports_no_removal() -> None:
    report = undone(made(), Trial("measure", False, 0.5))
    assert not report.changed_layers and not report.removed and report.measured is None
    assert report.parameters[0] == report.parameters[1] and report.flops[0] == report.flops[1]
    assert report.decisions == ["Undone, measured 0.50x on cpu: all that was removed."]


def test_gains_follow_operations_and_times() -> None:
    report = made()
    assert [x.predicted_gain for x in report.layers] == [2.0, float("inf"), 1.0]
    assert [x.measured_gain for x in report.layers] == [2.0, float("inf"), 1.0]
    assert report.measured_gain == 2.0
    assert report.predicted_gain == pytest.approx(3160 / 660)
    assert [x.name for x in report.changed_layers] == ["a.weight", "b.weight"]
    assert report.seconds == 1.0


def test_a_layer_whose_result_is_constant_is_gone() -> None:
    dead = layer(branches_report(), "dead.weight")
    assert (dead.outputs, dead.inputs, dead.flops) == ((4, 0), (3, 0), (2 * 2 * 64 * 4 * 3, 0))
    assert dead.done == ["removed: its result is constant or nobody reads it"]


def test_a_layer_that_another_computes_says_so() -> None:
    torch.manual_seed(0)
    report = report_of(nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1)).eval())
    assert layer(report, "1.weight").done == ["merged: '0.weight' computes it, too"]


def test_a_filter_that_stays_says_why() -> None:
    report = branches_report()
    head = layer(report, "head.weight")
    assert head.outputs == (2, 2)
    (reason,) = [reason for reason in head.refused if "zero, " not in reason]  # no kernel is faster, either
    assert "stay" in reason
    assert "an output" in reason
    assert reason in [refusal.reason for refusal in report.refusals]


def test_without_verification_there_is_no_error() -> None:
    report = report_of(chain(), verify=False)
    assert report.error is None
    assert "Not verified." in report.summary()


def test_layers_and_the_whole_are_measured_on_request() -> None:
    report = branches_report()
    assert report.measured is not None
    assert min(report.measured) > 0
    times = {x.name: x.measured for x in report.layers}
    assert all(before > 0 for before, _ in times.values())  # type: ignore[misc]
    assert times["dead.weight"][1] == 0.0  # type: ignore[index]


# -------------------------------------------------------------------- as text


def test_the_summary_holds_the_headline() -> None:
    summary = made().summary()
    assert "2 of 3 layers shrank" in summary
    assert "parameters 1.00 k -> 400" in summary
    assert "1.0e-16" in summary
    assert "2.00x the dense model's speed" in summary


def shown(report: Report, width: int, **options: Any) -> list[str]:
    """The lines on a terminal of that width."""
    console = Console(width=width, file=io.StringIO(), record=True)
    for part in parts(report, **options):
        console.print(part, markup=False, soft_wrap=isinstance(part, str))
    return console.export_text().splitlines()


def transformer(layers: int = 12) -> Report:
    """A report whose layers have long names and, but for numbers, the same long reasons."""
    rows = []
    for n in range(layers):
        row = LayerRow(
            f"encoder.layer.{n}.attention.self.query.weight", "linear", None, 0.5, 9, 0, (768, 700), (768, 768), (2, 1)
        )
        row.done = [*row.shrinkage, f"8x1 blocks, measured {1 + n / 10:.2f}x dense"]
        row.refused = [
            f"{n + 1} zero filter{'s stay' if n else ' stays'}: counts stay multiples of 4, which runs faster"
        ]
        row.measured = (2e-3, 1e-3)
        rows.append(row)
    return Report("Model", "cpu", rows, (2, 1), (2, 1))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_layer_is_one_line(width: int) -> None:
    lines = shown(transformer(), width)
    rows = [line for line in lines if "attention.self.query" in line]
    assert len(rows) == 12 and len({*rows}) == 12
    assert all("768->700" in row and row.endswith("a b") for row in map(str.rstrip, rows))
    assert all(len(line) <= width for line in lines[2:])


def test_a_reason_is_told_once_with_its_layers_and_the_range_of_its_numbers() -> None:
    text = str(transformer())
    assert "a 12 layers: 8x1 blocks, measured 1.00-2.10x dense\n" in text
    assert "b 12 layers, refused: 1-12 zero filters stay: counts stay multiples of 4, which runs faster\n" in text
    assert text.count("multiples of 4") == 1 and "68 filters removed" not in text  # that is in the columns


def test_numbers_in_names_tell_reasons_apart() -> None:
    report = transformer(4)
    reasons = ["'cat' at model.py:16", "'cat' at model.py:61", "4x1 blocks", "8x1 blocks"]
    for row, reason in zip(report.layers, reasons, strict=True):
        row.done, row.refused = [], [reason]
    assert [f"{letter} 1 layer, refused: {reason}" for letter, reason in zip("abcd", reasons, strict=True)] == [
        line.rstrip() for line in shown(report, 120) if ", refused: " in line
    ]


def test_rare_reasons_are_told_on_request() -> None:
    report = transformer(30)
    for row in report.layers:
        row.refused = [f"reason {row.name}"]
    assert any(line.startswith("... and 19 more") for line in shown(report, 120))
    everything = shown(report, 120, everything=True)
    assert not any(line.startswith("...") for line in everything)
    assert any(line.startswith("ae 1 layer, refused: reason encoder.layer.29.") for line in everything)


def test_long_layer_names_are_cut_in_front() -> None:
    report = made()
    report.layers[0].name = LONG
    (row,) = [line for line in shown(report, 100) if "convolution" in line]
    assert row.startswith("...") and row.split()[0].removeprefix("...") in LONG
    assert report.why(row.split()[0]).startswith(LONG)


def test_all_about_one_layer() -> None:
    report = transformer()
    report.removed = [gone("head", "encoder.layer.3.attention", 1)]
    name = "encoder.layer.3.attention.self.query"
    report.layers[3].removed_outputs = (*range(68),)
    told = report.why(name)
    assert told == report.why(f"{name}.weight") == report.why("encoder.layer.3")
    assert told.splitlines()[0] == f"{name}.weight (linear)"
    for said in (
        "zeros      50% of the weight; 9 zero filters, 0 zero columns",
        "outputs    768 -> 700; removed: 0-67",
        "measured   2 ms -> 1 ms, 2.00x; each layer timed by itself in PyTorch eager",
        "8x1 blocks, measured 1.30x dense",
        "refused    4 zero filters stay: counts stay multiples of 4, which runs faster",
        "around it  encoder.layer.3.attention: head 1 of 12 removed",
    ):
        assert f" {said}\n" in f"{told}\n"
    assert report.why("encoder").count("(linear)") == 12


def test_a_layer_that_is_none_is_an_error_with_those_that_are_like_it() -> None:
    with pytest.raises(sparsec.UserError, match=r"there is no layer 'b.wait'") as caught:
        made().why("b.wait")
    assert caught.value.code == "unknown-option" and "b.weight" in str(caught.value.hint)
    with pytest.raises(sparsec.UserError, match="no layer 'a'"):
        Report("Model", "cpu", [], (0, 0), (0, 0)).why("a")


def test_only_layers_with_something_to_say_are_listed() -> None:
    report = made()
    report.layers[2].refused = []
    assert report.table().row_count == 2
    assert report.table(everything=True).row_count == 3
    assert "1 layer without zero channels is unchanged." in str(report)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("cpu", "each layer timed by itself in PyTorch eager"),
        ("onnxruntime", "each layer timed by itself in PyTorch eager, not on onnxruntime"),
        ("inductor", "each layer timed by itself in PyTorch eager, not on inductor"),
    ],
)
def test_times_of_layers_say_what_was_timed(target: str, words: str) -> None:
    report = made(target=target, eager=target == "cpu")
    assert f"measured: {words}\n" in str(report) + "\n"
    assert report.to_json()["layers_timed"] == words
    assert f"Measured: {words}." in Page(page(report)).text
    for layer in report.layers:
        layer.measured = None
    assert "timed by itself" not in str(report) + Page(page(report)).text
    assert report.to_json()["layers_timed"] is None


def test_brackets_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    report = made(model="[red]Model")
    report.layers[2].refused = ["pip install 'sparsec[cpu-kernels]'"]
    show(report.summary())
    show(report.table())
    show(report.legend())
    for text in (str(report), capsys.readouterr().out):
        assert "[red]Model for cpu" in text and "'sparsec[cpu-kernels]'" in text and "\\" not in text


def test_the_error_of_rounding_is_told() -> None:
    assert "rounded" not in made().summary()
    report = made(quantized="int8", quantized_error=0.0021)
    told = "Weights of sparse kernels are rounded to int8, as asked: the outputs are off by 2.1e-03 of their scale."
    assert told in report.summary()
    text = Page(page(report)).text
    assert "2.1e-03" in text and "rounded to int8" in text and "1.0e-16" in text  # that of the exact part, too


# -------------------------------------------------------------------- in the model's words


def gone(kind: Kind, path: str, *indices: int, size: int = 12) -> Removed:
    return Removed(kind, path, indices, size)


@pytest.mark.parametrize(
    ("removed", "line"),
    [
        ([gone("head", "layer.3.attention", 5)], "layer.3.attention: head 5 of 12 removed"),
        ([gone("head", "layer.3.attention", 1, 5)], "layer.3.attention: heads 1, 5 of 12 removed"),
        ([gone("head", "a", *range(12))], "a: all 12 heads removed"),
        ([gone("head", "a", *range(12)), gone("kv group", "a", 0, 1, size=2)], "a: all 12 heads removed"),
        ([gone("head", "a", 0, 1), gone("kv group", "a", 0, size=6)], "a: heads 0, 1 of 12; kv group 0 of 6 removed"),
        ([gone("neuron", "mlp", 3, 7, 8, 9, 11)], "mlp: neurons 3, 7-9, 11 of 12 removed"),
        (
            [gone("neuron", "mlp", *range(0, 28, 2), size=48)],
            "mlp: 14 of 48 neurons removed (0, 2, 4, 6, 8, 10, 12, 14, ...)",
        ),
        (
            [gone("neuron", "mlp", *range(0, 28, 2), size=48), gone("expert", "mlp", 2, size=4)],
            "mlp: 14 of 48 neurons (0, 2, 4, 6, 8, 10, 12, 14, ...); expert 2 of 4 removed",
        ),
        ([gone("residual channel", "", 3, 12, size=32)], "residual stream: channels 3, 12 of 32 removed"),
        ([gone("residual channel", "decoder", 3)], "decoder residual stream: channel 3 of 12 removed"),
        ([gone("value channel", "", 2)], "value channel 2 of 12 removed"),
    ],
)
def test_what_was_removed_is_said_in_the_models_words(removed: list[Removed], line: str) -> None:
    assert in_words(removed) == [line]


def test_the_table_counts_filters_so_words_do_not() -> None:
    assert in_words([gone("channel", "layer1.0.conv1", 1, 2), gone("feature", "k", *range(12))]) == []
    assert in_words(chain_report().removed) == []


def test_long_stories_are_cut_in_the_summary() -> None:
    summary = made(removed=[gone("head", f"layer.{n}", 1) for n in range(45)]).summary()
    assert summary.endswith("layer.39: head 1 of 12 removed\n... and at 5 more places.")


def test_a_transformers_report_speaks_of_heads_neurons_and_the_residual_stream() -> None:
    torch.manual_seed(0)
    model = Words().eval()
    with torch.no_grad():
        model.attention["out"].weight[:, 3:6] = 0
        model.mlp[2].weight[:, [0, 7, 8, 9, 29]] = 0
        for layer in (model.enter, model.attention["out"], model.mlp[2]):
            layer.weight[[4, 11]] = layer.bias[[4, 11]] = 0
    report = sparsec.explain(model, (torch.randn(2, 5, 6),))
    told = [
        "attention: head 1 of 4 removed",
        "mlp: neurons 0, 7-9, 29 of 30 removed",
        "residual stream: channels 4, 11 of 12 removed",
    ]
    assert in_words(report.removed) == told
    assert report.summary().splitlines()[-3:] == told
    text = Page(page(report)).text
    assert "mlpneurons 0, 7-9, 29 of 30" in text


# -------------------------------------------------------------------- as JSON


def test_json_survives_a_round_trip() -> None:
    report = branches_report()
    data = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert data["flops"] == [*report.flops]
    assert data["parameters"] == [*report.parameters]
    assert [row["name"] for row in data["layers"]] == [x.name for x in report.layers]
    assert [row["refused"] for row in data["layers"]] == [x.refused for x in report.layers]
    assert data["layers"][1]["predicted_gain"] is None  # gone: infinite, which JSON cannot say
    assert LayerRow(**{k: v for k, v in data["layers"][0].items() if not k.endswith("_gain")}).name == "living.weight"


def test_json_cannot_say_infinite() -> None:
    data = made(quantized="int8", quantized_error=float("inf")).to_json()
    assert data["quantized"] == "int8" and data["quantized_error"] is None


def test_json_holds_every_position_that_was_removed() -> None:
    data = json.loads(json.dumps(chain_report().to_json()))
    assert data["removed"] == [
        {"kind": "channel", "path": "first", "indices": [1, 4, 7], "size": 8},
        {"kind": "channel", "path": "second", "indices": [5], "size": 6},
    ]


def test_json_is_written(tmp_path: Path) -> None:
    report = made()
    report.save_json(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["measured_gain"] == 2.0


# -------------------------------------------------------------------- as a page


class Page(HTMLParser):
    """Reads a page, holds it to matching tags, and collects text and attributes."""

    VOID = ("meta", "wbr")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(key, value or "") for key, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def only_layers(count: int) -> list[LayerRow]:
    return [
        LayerRow(f"l{n}.weight", "conv2d", None, 0.5, 4, 0, (8, 4), (3, 3), (1000 + n, 500), measured=(2e-3, 1e-3))
        for n in range(count)
    ]


CASES: dict[str, Callable[[], Report]] = {
    "everything": made,
    "nothing": lambda: Report("Model", "cpu", [], (0, 0), (0, 0)),
    "one layer": lambda: made(layers=only_layers(1), refusals=[], timings=[]),
    "many layers": lambda: made(layers=only_layers(200)),
    "not measured": chain_report,
    "no operations": lambda: made(layers=[LayerRow("a.weight", "linear", None, 0.0, 0, 0, (1, 1), (1, 1), (0, 0))]),
    "all gone": lambda: made(layers=[made().layers[1]], flops=(2000, 0)),
}


@pytest.mark.parametrize("case", CASES)
def test_pages_are_well_formed_and_need_nothing_else(case: str) -> None:
    text = page(CASES[case]())
    parsed = Page(text)
    assert not {"script", "link", "img", "iframe", "object"} & {*parsed.tags}
    assert not {"src", "href", "xlink:href", "srcset", "onclick", "onload"} & {key for key, _ in parsed.attributes}
    assert not re.search(r"https?://|url\(|@import", text)
    assert not re.search(r"\b(nan|inf|None)\b", parsed.text)
    assert not [value for key, value in parsed.attributes if re.search(r"\b(nan|inf)\b", value)]


@pytest.mark.parametrize("count", [1, 20, 21, 200])
def test_every_layer_is_drawn_and_listed(count: int) -> None:
    text = page(made(layers=only_layers(count)))
    assert text.count('<circle class="dot"') == count
    assert text.count('<rect class="scattered"') == count
    assert text.count('<rect class="before"') == count
    assert text.count('<th scope="row"><code>l') == count


def test_the_page_tells_what_the_report_tells() -> None:
    text = Page(
        page(made(trials=[Trial("remove", False, 0.97, (Addition("gather", "a", "b"),))], notes=["A note."]))
    ).text
    for said in (
        "−79 %",  # operations 3160 -> 660
        "−60 %",  # parameters
        "2.00×",
        "1.0e-16",
        "2 of 3",
        "4 zero filters",
        "4 filters removed",
        "no rule",
        "kept whole: no rule for this op",
        "Undone, measured 0.97x on cpu: 1 x gather (at 'b').",
        "A note.",
        "remove-channels",
        "model.py:1",
    ):
        assert said in text


def test_reasons_are_grouped_and_the_frequent_come_first() -> None:
    rare = Refusal("axes", "sort", "kept whole: it sorts")
    common = [Refusal("axes", f"node_{n}", "kept whole: no rule for this op") for n in range(3)]
    text = Page(page(made(refusals=[rare, *common]))).text
    frequent = text.index("kept whole: no rule for this op axes, 3 places")
    assert frequent < text.index("kept whole: it sorts axes, 1 place")


def test_passes_that_ran_several_times_are_summed() -> None:
    assert "axes20500 ms" in Page(page(made())).text  # ran twice, changed nothing, 0.25 s each


def test_names_are_escaped() -> None:
    evil = "<script>alert('&\"')</script>"
    report = made(
        model=evil,
        target=evil,
        notes=[evil],
        trials=[Trial("remove", True, 1.5, (Addition(evil, evil, evil),))],
        timings=[(evil, 1.0, True)],
    )
    report.refusals = [Refusal(evil, evil, evil, evil, evil)]
    report.removed = [gone("neuron", evil, 1)]
    report.layers[0] = LayerRow(evil, evil, evil, 0.5, 1, 1, (2, 1), (2, 1), (8, 2), [evil], [evil], (2.0, 1.0))
    parsed = Page(page(report))
    assert "script" not in parsed.tags
    assert parsed.text.count(evil) >= 13
    assert ("title", evil) in parsed.attributes


def test_a_page_that_is_not_verified_says_so() -> None:
    assert "not checked" in Page(page(made(error=None))).text


def test_the_page_is_written(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")
    made().save_html(target)
    assert target.read_text(encoding="utf-8") == page(made())
    assert [*tmp_path.iterdir()] == [target]


def test_a_path_that_cannot_be_written_is_an_error_that_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(sparsec.UserError) as caught:
        save_html(made(), tmp_path / "missing" / "report.html")
    assert caught.value.code == "unwritable-path"
    assert not [*tmp_path.iterdir()]
