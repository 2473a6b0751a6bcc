"""Targets by name: the built-in ones, and those that other packages announce."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.target import Target
from sparsec.runtime import targets

HERE = f"{__name__}:"


class Abacus(Target):
    """A target of another package."""


OBJECT = Abacus()


@pytest.fixture
def announce(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Four packages that announce a target: two that are one, one that is none, one that is not there."""
    made = {"bead": "Abacus", "beads": "OBJECT", "none": "HERE", "missing": "NOTHING"}
    entries = {name: importlib.metadata.EntryPoint(name, HERE + what, targets.GROUP) for name, what in made.items()}
    monkeypatch.setattr(targets, "_announced", lambda: entries)
    monkeypatch.setitem(sys.modules, __name__, SimpleNamespace(**globals()))  # as if it were installed
    targets._named.cache_clear()
    yield
    targets._named.cache_clear()


@pytest.mark.parametrize("name", targets.names())
def test_a_built_in_target_bears_the_name_of_its_file(name: str) -> None:
    assert targets.get(name).name == name


def test_a_target_is_itself() -> None:
    assert targets.get(OBJECT) is OBJECT


def test_the_built_in_ones_are_those_of_before() -> None:
    assert {"cpu", "inductor", "onnxruntime"} <= {*targets.names()}


@pytest.mark.parametrize("wrong", [None, 3, Abacus])
def test_what_is_no_target(wrong: object) -> None:
    with pytest.raises(UserError, match="is no target") as caught:
        targets.get(wrong)  # type: ignore[arg-type]
    assert caught.value.code == "bad-option"


def test_an_unknown_name_lists_those_that_are_known() -> None:
    with pytest.raises(UserError, match="there is no target 'tpu'") as caught:
        targets.get("tpu")
    assert caught.value.code == "unknown-option" and ", ".join(targets.names()) in str(caught.value.hint)


@pytest.mark.usefixtures("announce")
def test_targets_of_other_packages() -> None:
    assert targets.names()[-4:] == ["bead", "beads", "none", "missing"]
    assert isinstance(targets.get("bead"), Abacus)
    assert targets.get("beads") is OBJECT


@pytest.mark.usefixtures("announce")
@pytest.mark.parametrize(("name", "words"), [("none", "is not a target"), ("missing", "cannot be imported")])
def test_a_package_that_announces_none(name: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        targets.get(name)
    assert caught.value.code == "bad-option" and caught.value.where is not None


def test_who_writes_a_file() -> None:
    found = {suffix: targets.writing(suffix) for suffix in (".pt2", ".onnx", ".txt")}
    assert [target and target.name for target in found.values()] == ["cpu", "onnxruntime", None]
