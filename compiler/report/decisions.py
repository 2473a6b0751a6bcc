"""What was raced, with the outcome, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.speculation import Addition
from ..trials import Trial

# So many places of additions of one kind are named.
NAMED = 3


def decision(trial: Trial, target: str, verb: str = "measured") -> str:
    """``Kept, measured 1.23x on cpu: 3 x bias map (at a, b, c).``; nothing for what goes without saying."""
    if trial.stage == "measure":
        return "" if trial.kept else f"Undone, {verb} {trial.gain:.2f}x on {target}: all that was removed."
    if trial.stage == "call":
        return f"Undone, measured {trial.gain:.2f}x as PyTorch calls it: the graph as it came runs."
    what = WORDS[trial.stage](trial) if trial.stage in WORDS else counted(trial.additions)
    if trial.gain is None:
        return f"Not tried, would save {trial.numbers['saved']:.1f} us by the model: {trial.numbers['conversions']}."
    return f"{'Kept' if trial.kept else 'Undone'}, {verb} {trial.gain:.2f}x on {target}: {what}."


def counted(additions: Sequence[Addition]) -> str:
    """``3 x bias map (at a, b, c)``."""
    kinds: dict[str, list[str]] = {}
    for addition in additions:
        kinds.setdefault(addition.what, []).append(f"'{addition.place}'")
    return "; ".join(
        f"{len(places)} x {kind} (at {', '.join(places[:NAMED])}{', ...' if len(places) > NAMED else ''})"
        for kind, places in kinds.items()
    )


def _of_size(trial: Trial) -> str:
    return f"{trial.numbers['more']:,} numbers more than the model holds ({trial.numbers['given']:,})"


def _of_layouts(trial: Trial) -> str:
    numbers = trial.numbers
    text = f"readers with channels of their own ({numbers['conversions']})"
    if trial.additions:
        text += f"; {counted(trial.additions)}"
    if numbers["mode"] != numbers["asked"]:
        text += f"; the '{numbers['mode']}' plan, which the model had put behind '{numbers['asked']}'"
        text += f" ({numbers['asked gain']:.2f}x)"
    return text


def _of_kernels(trial: Trial) -> str:
    number = trial.numbers["layers"]
    return f"sparse kernels for {number} layer{'s' * (number != 1)}"


WORDS = {"size": _of_size, "layouts": _of_layouts, "kernels": _of_kernels}
