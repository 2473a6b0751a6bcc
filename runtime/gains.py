"""What was measured on this machine, kept on disk: how many times faster than one thing others are, and how sure.

What was measured while others disturbed it is not believed for ever: once the machine is quieter, it counts as not
measured.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import disturbance
from .cache import read_document, write_document
from .disturbance import BUSY_SHARE
from .measure import Timing

# Things that others were held against, the last ones: some hundred bytes each.
KEPT_GAINS = 4096
# A machine is quieter if it disturbs by less than this share of what it did.
QUIETER_SHARE = 0.5


class Outcome(dict[str, float]):
    """How many times faster than one thing others are, by name, as a race has shown.

    Attributes:
        spread: how far the times of one of them scattered, as a share.
        disturbed: see ``Disturbance.share``.
    """

    spread = 0.0
    disturbed = 0.0

    @classmethod
    def of(cls, times: Mapping[str, Timing], base: str) -> Outcome:
        """What times say."""
        found = cls({name: times[base].low / timing.low for name, timing in times.items() if name != base})
        found.add(times)
        return found

    def add(self, times: Mapping[str, Timing]) -> None:
        """Be no surer than the times of one more race."""
        self.spread = max([self.spread, *(timing.spread for timing in times.values())])
        self.disturbed = max([self.disturbed, *(timing.disturbed for timing in times.values())])


# Spread and disturbance of a gain.
Sure = tuple[float, float]


@dataclass
class Gains:
    """Measured gains in one file.

    Attributes:
        path: of the file.
        gains: how many times faster others are, by name, than something that is known by all that its time depends on.
        sure: how sure they are; what is not there is as sure as can be.
    """

    path: Path
    gains: dict[str, dict[str, float]]
    sure: dict[str, dict[str, Sure]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Gains:
        """What a file says: nothing, if there is none yet or it is damaged."""
        document = read_document(path) or {}
        gains = {key: gain for key, gain in document.get("gains", {}).items() if _is_gain(gain)}
        sure = {key: _sure(found) for key, found in document.get("sure", {}).items() if key in gains}
        return cls(path, gains, sure)

    def known(self, key: str, names: Collection[str]) -> dict[str, float] | None:
        """Gains over something; None if some were not measured, or on a machine that is much quieter now."""
        found = self.gains.get(key, {})
        if not {*names} <= found.keys():
            return None
        worst = max((self.sure.get(key, {}).get(name, (0.0, 0.0))[1] for name in names), default=0.0)
        if worst > BUSY_SHARE and disturbance.present_share() < QUIETER_SHARE * worst:
            return None
        return found

    def note(self, key: str, found: Mapping[str, float]) -> dict[str, float]:
        """Keep what was measured, but for what had been measured less disturbed; what holds now."""
        gains, sure = self.gains.pop(key, {}), self.sure.pop(key, {})
        of = (found.spread, found.disturbed) if isinstance(found, Outcome) else (0.0, 0.0)
        for name, gain in found.items():
            if name not in gains or sure.get(name, of)[1] >= of[1]:
                gains[name], sure[name] = gain, of
        self.gains[key], self.sure[key] = gains, sure
        return gains

    def save(self) -> None:
        """Add to what others may have written; a folder that cannot be written costs a measurement next time."""
        there = self.load(self.path)
        others = {key: gain for key, gain in there.gains.items() if key not in self.gains}
        self.gains = dict([*(others | self.gains).items()][-KEPT_GAINS:])
        self.sure = {key: found for key, found in (there.sure | self.sure).items() if key in self.gains}
        write_document(self.path, {"gains": self.gains, "sure": self.sure})


def _is_gain(found: object) -> bool:
    """Whether an entry of the file is one that was measured."""
    return isinstance(found, dict) and bool(found) and all(isinstance(gain, float) for gain in found.values())


def _sure(found: object) -> dict[str, Sure]:
    """What an entry of the file says of how sure gains are; nothing if it is of another kind."""
    if not isinstance(found, dict):
        return {}
    pairs = {name: pair for name, pair in found.items() if isinstance(pair, list) and len(pair) == 2}
    return {name: (a, b) for name, (a, b) in pairs.items() if isinstance(a, float) and isinstance(b, float)}
