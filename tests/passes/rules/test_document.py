"""docs/op-rules.md says what the table says."""

from __future__ import annotations

from pathlib import Path

from sparsec.passes.rules.base import Rule
from sparsec.passes.rules.document import KINDS, ROWS, name_of, page

PAGE = Path(__file__).parents[3] / "docs" / "op-rules.md"


def test_the_page_is_up_to_date() -> None:
    text = PAGE.read_text()
    assert text == page(), "run: python -m sparsec.passes.rules.document > docs/op-rules.md"


def test_every_op_has_a_line() -> None:
    lines = [line for line in page().splitlines() if line.startswith("| `")]
    assert len(lines) == len(ROWS)
    for op in ROWS:
        assert any(line.startswith(f"| `{name_of(op)}` |") for line in lines)


def test_every_kind_has_a_section() -> None:
    assert {rule.kind for rule in ROWS.values()} == KINDS.keys()


def test_a_rule_that_says_nothing_more_is_told_by_its_docstring() -> None:
    class Sorted(Rule):
        """Sorts its channels.

        Slowly.
        """

    assert Sorted().meaning() == "Sorts its channels"
