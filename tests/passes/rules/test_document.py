"""docs/op-rules.md says what the table says."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import torch

from sparsec.passes.rules.base import Rule
from sparsec.passes.rules.document import ROWS, kinds, name_of, page

PAGE = Path(__file__).parents[3] / "docs" / "op-rules.md"


def test_the_page_is_up_to_date() -> None:
    text = PAGE.read_text()
    assert text == page(), "run: python -m sparsec.passes.rules.document > docs/op-rules.md"


def test_every_op_has_a_line() -> None:
    lines = [line for line in page().splitlines() if line.startswith("| `")]
    assert len(lines) == len(ROWS)
    for op in ROWS:
        assert any(line.startswith(f"| `{name_of(op)}` |") for line in lines)


def test_every_kind_is_told_about_once() -> None:
    told = {(rule.kind, rule.about) for rule in ROWS.values() if rule.about}
    assert dict(told) == kinds() and len(told) == len(kinds())


def test_a_kind_of_rule_brings_its_own_section() -> None:
    class Sorted(Rule):
        """Sorts its channels."""

        kind: ClassVar[str] = "sorting"
        about: ClassVar[str] = "Channels change places."

    assert "## sorting\n\nChannels change places.\n" in page({**ROWS, torch.sort: Sorted()})


def test_a_rule_that_says_nothing_more_is_told_by_its_docstring() -> None:
    class Sorted(Rule):
        """Sorts its channels.

        Slowly.
        """

    assert Sorted().meaning() == "Sorts its channels"
