"""Shares of zeros that come to a share of the cost: what all allocations have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from ....compiler.errors import PassError, UserError
from ..kinds import Candidate

STEPS = 200
"""Halvings of an interval: more than numbers of 64 bits have."""

# A share of the cost that is nothing but rounding.
ROUNDING = 1e-9
# What an infinite error counts as, so that sums of several can be compared.
WORST = 1e200


def check_share(share: float) -> None:
    """Raises a UserError for what is no share."""
    if not 0 <= share <= 1:
        raise UserError("bad-option", f"a sparsity of {share!r} cannot be", hint="give a share of zeros from 0 to 1")


def check_option(good: bool, method: str, option: str, value: object, wanted: str) -> None:
    """Raises a UserError for an option that a method cannot have."""
    if not good:
        raise UserError("bad-option", f"'{option}' of '{method}' is {value!r}", hint=f"give {wanted}")


def saved(levels: Sequence[float], candidates: Sequence[Candidate]) -> float:
    """What some shares of zeros make the cost fall by."""
    return math.fsum(candidate.saved(level) for level, candidate in zip(levels, candidates, strict=True))


def fitted(
    levels_at: Callable[[float], Sequence[float]],
    candidates: Sequence[Candidate],
    share: float,
    low: float,
    high: float,
) -> dict[str, float]:
    """Of shares of zeros that rise with a number those that come to a share of the cost.

    Args:
        levels_at: the shares for a number, each from 0 to 1, none of which falls as the number rises.
        candidates: the layers.
        share: of their cost.
        low, high: numbers for which nothing goes, and all.
    """
    check_share(share)
    if share in (0, 1):
        return {candidate.name: float(share) for candidate in candidates}
    check_reachable(levels_at(high), candidates, share)
    wanted = share * math.fsum(candidate.cost for candidate in candidates)
    for _ in range(STEPS):
        middle = (low + high) / 2
        if saved(levels_at(middle), candidates) < wanted:
            low = middle
        else:
            high = middle
    return named(candidates, levels_at(high))


def named(candidates: Sequence[Candidate], levels: Sequence[float]) -> dict[str, float]:
    """Shares of zeros by the names of the layers."""
    return {candidate.name: float(level) for candidate, level in zip(candidates, levels, strict=True)}


def clipped(level: float) -> float:
    """A share that is one."""
    return min(max(level, 0.0), 1.0)


def in_proportion(ratios: Sequence[float], candidates: Sequence[Candidate], share: float) -> dict[str, float]:
    """Shares of zeros in proportion to some numbers, as far as all of a layer is enough.

    Layers with a number of zero go when nothing else is left.
    """
    largest = max(ratios, default=0.0)
    least = largest * ROUNDING if largest > 0 else 1.0
    floored = [max(ratio, least) for ratio in ratios]
    return fitted(lambda t: [clipped(t * ratio) for ratio in floored], candidates, share, 0.0, 1 / least)


def shifted(offsets: Sequence[float], candidates: Sequence[Candidate], share: float) -> dict[str, float]:
    """Shares of zeros that differ by as much as some numbers do, as far as they are shares."""
    low, high = min(offsets, default=0.0), max(offsets, default=0.0)
    return fitted(lambda t: [clipped(t + x) for x in offsets], candidates, share, -high, 1 - low)


def at_most(
    levels: Mapping[str, float], candidates: Sequence[Candidate], share: float, most: Mapping[str, float]
) -> dict[str, float]:
    """The same shares of zeros, none above what its layer may have; the others make up for that, each alike.

    What a layer keeps shrinks by the same factor in all layers that may lose more.

    Args:
        levels: as an allocation has them.
        candidates: the layers.
        share: of their cost.
        most: for each layer that may not lose all; others may.

    Raises:
        UserError: that much cannot go.
    """
    caps = [clipped(most.get(candidate.name, 1.0)) for candidate in candidates]
    given = [levels[candidate.name] for candidate in candidates]
    if all(level <= cap for level, cap in zip(given, caps, strict=True)):
        return dict(levels)
    check_reachable(caps, candidates, share)
    if saved(caps, candidates) <= share * math.fsum(x.cost for x in candidates):
        return named(candidates, caps)

    def shrunk(t: float) -> list[float]:
        return [min(cap, 1 - (1 - level) * (1 - t)) for level, cap in zip(given, caps, strict=True)]

    return fitted(shrunk, candidates, share, 0.0, 1.0)


def check_reachable(most: Sequence[float], candidates: Sequence[Candidate], share: float) -> None:
    """Raises a UserError where layers cannot lose so much of their cost."""
    total = math.fsum(candidate.cost for candidate in candidates)
    possible = saved(most, candidates)
    if possible < (share - ROUNDING) * total:
        note, hint = "each layer keeps what it has to keep at least", "ask for less, or let layers keep less"
        raise unreachable(candidates, share, possible / total, note, hint)


def unreachable(candidates: Sequence[Candidate], share: float, possible: float, note: str, hint: str) -> UserError:
    """The error for a share of the cost that layers cannot lose.

    Args:
        candidates: the layers.
        share, possible: of their cost: what shall go, and what can.
        note, hint: what is said where the cost falls as the zeros rise.
    """
    if any(candidate.left for candidate in candidates):
        note = "zeros save something where the target has a kernel that is faster, or smaller, with them"
        hint = "ask for less, or take another pattern or whole units"
    text = f"{share:.2%} of the cost cannot go, {possible:.2%} can"
    return UserError("bad-option", text, note=note, hint=hint)


def curve(candidate: Candidate) -> list[tuple[float, float]]:
    """What a layer loses at each share of zeros that was tried, from none on.

    Raises:
        PassError: an error is NaN.
    """
    errors = {0.0: 0.0} | {float(level): min(float(error), WORST) for level, error in candidate.errors.items()}
    if any(math.isnan(error) for error in errors.values()):
        raise PassError(f"the error of '{candidate.name}' is NaN at some share of zeros", pass_name="prune")
    return sorted(errors.items())


def check_tried(method: str, candidates: Sequence[Candidate]) -> None:
    """Raises a UserError where nobody measured what layers lose."""
    if candidates and not any(candidate.errors for candidate in candidates):
        raise UserError(
            "bad-option",
            f"'{method}' goes by what layers lose, and no layer's loss was measured",
            note="it is not for patterns that have no choice",
            hint="take another allocation: uniform, global, owl",
        )


def steps_to(step: float, most: float = 1.0) -> tuple[float, ...]:
    """Multiples of a step up to a number."""
    return tuple(round(at * step, 9) for at in range(1, math.floor(most / step + ROUNDING) + 1))
