"""``sparsec passes``: list the passes, with their options and the facts that they need and find."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from rich.table import Table

from .arguments import AsJson, Traceback
from .terminal import show, show_json, working

if TYPE_CHECKING:
    from ..ir.facts import Keys


def list_passes(as_json: AsJson = False, traceback: Traceback = False) -> None:
    """List the passes: what they do, their options, the facts that they need and find."""
    with working() as progress:
        progress.say("loading PyTorch")
        from ...passes.base import options_of, values_of
        from ..pipeline import known_passes

        kinds = sorted(known_passes().items())
        options = {name: options_of(kind) for name, kind in kinds}
        values = {name: values_of(kind) for name, kind in kinds}
    if as_json:
        show_json(
            [
                {
                    "name": name,
                    "summary": kind.summary(),
                    "options": {key: _plain(value) for key, value in options[name].items()},
                    "values": values[name],
                    "requires": _names(kind.requires),
                    "establishes": _names(kind.establishes),
                }
                for name, kind in kinds
            ]
        )
        return
    table = Table("pass", "what it does", "options", "needs", "finds", pad_edge=False)
    for name, kind in kinds:
        settings = [f"{key}={_text(value)}: {values[name][key]}" for key, value in options[name].items()]
        columns = (", ".join(_names(facts)) for facts in (kind.requires, kind.establishes))
        table.add_row(name, kind.summary().replace("``", ""), "\n".join(settings), *columns)
    show(table)


def _names(facts: Keys) -> list[str]:
    return [fact.name for fact in sorted(facts)]


def _text(value: object) -> str:
    """A default as it would be given."""
    if isinstance(value, (tuple, frozenset)):
        return ";".join(_text(item) for item in value)
    if isinstance(value, Enum):
        return value.name.lower()
    return str(value).lower() if isinstance(value, bool | None) else str(value)


def _plain(value: object) -> object:
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)
