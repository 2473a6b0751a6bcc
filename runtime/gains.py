"""What was measured on this machine, kept on disk: how many times faster than one thing others are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .cache import read_document, write_document

# Things that others were held against, the last ones: some hundred bytes each.
KEPT_GAINS = 4096


@dataclass
class Gains:
    """Measured gains in one file.

    Attributes:
        path: of the file.
        gains: how many times faster others are, by name, than something that is known by all that its time depends on.
    """

    path: Path
    gains: dict[str, dict[str, float]]

    @classmethod
    def load(cls, path: Path) -> Gains:
        """What a file says: nothing, if there is none yet or it is damaged."""
        gains = (read_document(path) or {}).get("gains", {})
        return cls(path, {key: gain for key, gain in gains.items() if _is_gain(gain)})

    def save(self) -> None:
        """Add to what others may have written; a folder that cannot be written costs a measurement next time."""
        others = {key: gain for key, gain in self.load(self.path).gains.items() if key not in self.gains}
        self.gains = dict([*(others | self.gains).items()][-KEPT_GAINS:])
        write_document(self.path, {"gains": self.gains})


def _is_gain(found: object) -> bool:
    """Whether an entry of the file is one that was measured."""
    return isinstance(found, dict) and bool(found) and all(isinstance(gain, float) for gain in found.values())
