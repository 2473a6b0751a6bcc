"""How much goes where, one method in each file."""

from __future__ import annotations

from collections.abc import Mapping

from ..kinds import Allocation
from ..naming import method_of
from .alpha_pruning import AlphaPruning
from .by_loss import ByLoss
from .by_name import ByName
from .cacp import Cacp
from .ecoflap import Ecoflap
from .global_threshold import GlobalThreshold
from .group_threshold import GroupThreshold
from .knee import Knee, knee_of
from .l_greco import LGreco
from .names import matches, matching
from .owl import Owl
from .pre_crop import PreCrop
from .shares import at_most
from .uniform import Uniform

__all__ = [
    "BUILT_IN",
    "AlphaPruning",
    "ByLoss",
    "ByName",
    "Cacp",
    "Ecoflap",
    "GlobalThreshold",
    "GroupThreshold",
    "Knee",
    "LGreco",
    "Owl",
    "PreCrop",
    "Uniform",
    "allocation_of",
    "at_most",
    "knee_of",
    "matches",
    "matching",
]

BUILT_IN: tuple[type[Allocation], ...] = (
    Uniform,
    AlphaPruning,
    ByLoss,
    ByName,
    Cacp,
    Ecoflap,
    GlobalThreshold,
    GroupThreshold,
    Knee,
    LGreco,
    Owl,
    PreCrop,
)
SHORT = {"global": "global-threshold"}


def allocation_of(given: object) -> Allocation:
    """An allocation, from itself, from a text or from a dict.

    Args:
        given: ``uniform``, ``l-greco{step=0.05}`` and the like, ``global`` for ``global-threshold``; a dict from
            patterns of names to shares of zeros; or an instance.

    Raises:
        UserError: it is none, or one that cannot be.
    """
    if isinstance(given, Mapping):
        return ByName.of(given)
    if isinstance(given, str):
        name, brace, options = given.partition("{")
        given = SHORT.get(name.strip().lower(), name) + brace + options
    return method_of(given, Allocation, BUILT_IN, [*SHORT])
