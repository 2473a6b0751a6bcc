"""docs/methods.md says what the methods say."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparsec.passes.prune.allocation import allocation_of
from sparsec.passes.prune.compensation import compensation_of
from sparsec.passes.prune.document import KINDS, Row, page, rows
from sparsec.passes.prune.importance import importance_of
from sparsec.passes.prune.patterns import pattern_of

ROOT = Path(__file__).parents[3]
FIND = {
    "importance": importance_of,
    "pattern": pattern_of,
    "allocation": allocation_of,
    "compensation": compensation_of,
}


def test_the_page_is_up_to_date() -> None:
    text = (ROOT / "docs" / "methods.md").read_text()
    assert text == page(), "run: python -m sparsec.passes.prune.document > docs/methods.md"


def test_every_kind_has_its_methods_once() -> None:
    names = [(row.kind, row.name) for row in rows()]
    assert len({*names}) == len(names) == sum(len(known) for _, _, known in KINDS.values())
    assert KINDS.keys() == FIND.keys()


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.kind}-{row.name}")
def test_what_is_told_is_there(row: Row) -> None:
    assert row.summary.endswith(".") and (ROOT / row.file).is_file()
    if "required" not in row.options.values():
        assert FIND[row.kind](row.name).name() == row.name
    for name, value in row.options.items():
        if value != "required" and "{" not in value:
            assert FIND[row.kind](f"{row.name}{{{name}={value}}}") == FIND[row.kind](row.name)
