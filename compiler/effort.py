"""How much searching, racing and checking a compile may do: what a user pays for a faster result.

Results are exact and verified whatever the effort: in float64 on the example inputs, and against the module's own
answers. What an effort leaves out, its reports say.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import UserError
from .ir.packing import FEW_ZEROS_SHARE


@dataclass(frozen=True)
class Effort:
    """How long is searched, raced and checked.

    Attributes:
        name: as users ask for it.
        rivals: simple layouts, at most, that are raced against the chosen one.
        tries: parts of what a stage adds, at most, that are raced where all of it does not pay.
        try_seconds: after which no further part is tried.
        invented: sets of inputs that results are verified on beside the examples.
        other_sizes: of images, at most, that results are tried at before they may be called with any.
        layers: whether each layer is timed by itself where a result is measured.
        left_out: what it leaves out, for the report.
        even: whether parts are tried, too, where all of it made no difference: parts then hardly do.
        search_seconds: for the order of channels, about and at most.
        race_seconds: for one race, where its outcome is not clear before.
        zeros_share: of its weight that has to be zero in some layer for sparse kernels to be tried at all.
    """

    name: str
    rivals: int
    tries: int
    try_seconds: float
    search_seconds: float
    race_seconds: float
    zeros_share: float = FEW_ZEROS_SHARE
    even: bool = False
    invented: int = 1
    other_sizes: int = 2
    layers: bool = True
    left_out: str = ""


EFFORTS = {
    "fast": Effort(
        "fast",
        rivals=0,
        tries=0,
        try_seconds=0.0,
        search_seconds=1.0,
        race_seconds=0.5,
        zeros_share=0.6,
        invented=0,
        other_sizes=1,
        layers=False,
        left_out="simpler layouts, parts of what does not pay, kernels for few zeros, invented inputs, times of layers",
    ),
    "default": Effort("default", rivals=2, tries=2, try_seconds=5.0, search_seconds=10.0, race_seconds=2.0),
    "max": Effort("max", rivals=2, tries=32, try_seconds=600.0, search_seconds=60.0, race_seconds=8.0, even=True),
}


def effort_of(name: object) -> Effort:
    """The effort of a name.

    Raises:
        UserError: there is none of that name.
    """
    if not isinstance(name, str) or name not in EFFORTS:
        raise UserError("unknown-option", f"there is no effort '{name}'", hint=f"effort is one of {', '.join(EFFORTS)}")
    return EFFORTS[name]
