"""Reports out of their JSON: whole, printed the same, and refused where they are broken."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sparsec.compiler.errors import UserError
from sparsec.compiler.fallback import Failure
from sparsec.compiler.ir.findings import Cause, Refusal
from sparsec.compiler.ir.speculation import Addition
from sparsec.compiler.report.data import SCHEMA, LayerRow, Report
from sparsec.compiler.report.layout import GroupRows, LayoutReport, ReaderRow
from sparsec.compiler.trials import Loss, Trial
from sparsec.passes.analysis.names import Removed


def made(**changes: Any) -> Report:
    """A report with something of every kind in it."""
    layers = [
        LayerRow("a.weight", "conv2d", "model.py:1", 0.5, 4, 0, (8, 4), (3, 3), (1000, 500), ["4 filters removed"]),
        LayerRow("b.weight", "linear", None, 1.0, 8, 8, (8, 0), (8, 0), (2000, 0), measured=(1e-3, 0.0)),
        LayerRow("c.weight", "lstm", "model.py:3", 0.1, 0, 0, (10, 8), (8, 8), (160, 160), refused=["no rule for x"]),
    ]
    layers[0].removed_outputs, layers[1].removed_outputs, layers[1].removed_inputs = (0, 3, 4, 5), (*range(8),), None
    layers[2].removed_outputs = None
    readers = (
        ReaderRow(("b", "c"), 2, 3, 8, "view", 1.5, ((0, 3), (5, 6)), None, ((0, 8),)),
        ReaderRow(("d",), 1, 8, 8, "whole", 0.0, ()),
    )
    group = GroupRows("a", 8, (3, 4, 5, 0, 7, 2, 1, 6), None, readers, {"chosen": 1.0, "constrained": 2.5}, "relu")
    report = Report(
        "Model",
        "cpu",
        layers,
        (1000, 400),
        (3160, 660),
        refusals=[Refusal("axes", "cumsum", "kept whole", "c", "model.py:3", Cause.OPAQUE, {"count": 3})],
        removed=[Removed("neuron", "b", (0, 1, 2), 8)],
        error=1e-16,
        error_dtype="float64",
        samples=2,
        quantized="int8",
        quantized_error=0.01,
        trials=[
            Trial("remove", False, 0.98, (Addition("bias map", "conv", "a"),)),
            Trial("size", True, 1.5, numbers={"more": 3, "given": 4}),
        ],
        losses=[Loss("prune", 0.25)],
        timings=[("axes", 0.25, False)],
        measured=(4e-3, 2e-3),
        notes=["[a] note"],
        failures=[Failure("kernels", "", "no", "all kernels")],
        layout=LayoutReport("optimised", "made up, estimated", [group], False, 1.01, True),
        eager=False,
    )
    return replace(report, **changes)


@pytest.mark.parametrize("changes", [{}, {"layout": None, "error": None, "measured": None}, {"layers": []}])
def test_round_trip(changes: dict[str, Any]) -> None:
    report = made(**changes)
    data = json.loads(json.dumps(report.to_json(removed=True), allow_nan=False))
    assert data == report.to_json(removed=True)  # plain already
    again = Report.from_json(data)
    assert again == report
    assert again.to_json(removed=True) == data
    assert str(again) == str(report)


def test_indices_are_not_followed_where_they_were_left_out() -> None:
    report = made()
    again = Report.from_json(report.to_json())
    assert again.to_json() == report.to_json()
    assert [layer.removed_outputs for layer in again.layers] == [None, (*range(8),), None]
    assert [layer.removed_inputs for layer in again.layers] == [(), (*range(8),), ()]
    assert str(again) == str(report)


def test_names_that_are_not_known_are_passed_over() -> None:
    assert Report.from_json(made().to_json(removed=True) | {"weather": "fine"}) == made()


def at(place: str, value: Any) -> dict[str, Any]:
    """The JSON of a report with something else at a place such as ``layers.0.zeros``."""
    data = made().to_json(removed=True)
    *path, last = place.split(".")
    owner: Any = data
    for part in path:
        owner = owner[int(part) if part.isdigit() else part]
    owner[int(last) if last.isdigit() else last] = value
    return data


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("schema", None, "this is no report"),
        ("schema", SCHEMA + 1, "a newer sparsec wrote it"),
        ("model", 3, "'report.model' is int"),
        ("layers", {}, "'report.layers' is dict"),
        ("layers.0", [], "'report.layers[0]' is list"),
        ("layers.1.zeros", "half", "'report.layers[1].zeros' is str"),
        ("layers.0.outputs", [1], "'report.layers[0].outputs' has 1 items, not 2"),
        ("layers.0.zero_outputs", True, "not a int"),
        ("refusals.0.cause", "weather", "none of 'opaque'"),
        ("refusals.0.numbers.count", "three", "'report.refusals[0].numbers.count' is str"),
        ("removed.0.kind", ["head"], "'report.removed[0].kind'"),
        ("layout.groups.0.order", "0-x", "holds '0-x', which is no range"),
        ("eager", 1, "'report.eager' is int"),
    ],
)
def test_what_is_broken_is_named(place: str, value: Any, words: str) -> None:
    with pytest.raises(UserError) as caught:
        Report.from_json(at(place, value))
    assert caught.value.code == "bad-file" and words in str(caught.value) and caught.value.hint


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "a value of type 'NoneType' is no report"),
        ("report.json", "a value of type 'str' is no report"),
        ('{"schema": 1}', "json.load"),
        ([], "a value of type 'list' is no report"),
        ({}, "does not say its 'schema'"),
        ({"schema": True}, "its 'schema' is True"),
        ({"schema": "1"}, "its 'schema' is '1'"),
        ({"schema": 0}, "its 'schema' is 0"),
        ({"schema": 1}, "'report' has no 'model'"),
    ],
)
def test_what_is_no_report(data: Any, words: str) -> None:
    with pytest.raises(UserError) as caught:
        Report.from_json(data)
    assert caught.value.code == "bad-file" and words in str(caught.value) and caught.value.hint


def test_what_lacks_something() -> None:
    data = made().to_json()
    del data["layers"][0]["flops"]
    with pytest.raises(UserError, match=r"'report.layers\[0\]' has no 'flops'"):
        Report.from_json(data)
