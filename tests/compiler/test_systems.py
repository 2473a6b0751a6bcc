"""docs/systems.md says what the registry says, and what a row names is there."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

from sparsec.compiler.systems import SYSTEMS, System, page
from sparsec.passes.prune.kinds import Method

ROOT = Path(__file__).parents[2]


@functools.cache
def functions(file: Path) -> set[str]:
    """The names of all functions at the top of a file."""
    return {node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)}


def test_the_page_is_up_to_date() -> None:
    text = (ROOT / "docs" / "systems.md").read_text()
    assert text == page(), "run: python -m sparsec.compiler.systems > docs/systems.md"


def test_each_is_there_once_in_order() -> None:
    names = [system.name for system in SYSTEMS]
    assert names == sorted({*names}, key=str.lower)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_what_a_row_names_is_there(system: System) -> None:
    assert system.files and all((ROOT / file).is_file() for file in system.files)
    assert system.tests
    for test in system.tests:
        file, _, name = test.partition("::")
        assert name.startswith("test_") and name in functions(ROOT / file), test


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_a_row_says_what_its_methods_say(system: System) -> None:
    assert system.holds.endswith(".") and not system.left.endswith(".")
    for method in system.code:
        if isinstance(method, type) and issubclass(method, Method):
            assert method.spirit == (system.how == "in the spirit of")
