"""Which weights matter, one method in each file."""

from __future__ import annotations

from ..depth import BUILT_IN as OF_BLOCKS
from ..kinds import Importance, Scored
from ..naming import method_of
from .activation import Activation
from .batch_norm_scale import BatchNormScale
from .beta_rank import BetaRank
from .dsnot import Dsnot
from .fisher import Fisher
from .fpgm import Fpgm
from .isomorphic import Isomorphic
from .k_fac import KFac
from .kcm import Kcm
from .lamp import Lamp
from .magnitude import Magnitude
from .minitron import Minitron
from .net_trim import NetTrim
from .nowag import Nowag
from .obc import Obc
from .obs import Obs
from .random import Random
from .ria import Ria
from .second_moment import SecondMoment
from .sparsegpt import Sparsegpt
from .swaps import Swaps
from .taylor import Taylor
from .variance import Variance
from .wanda import Wanda

__all__ = [
    "BUILT_IN",
    "Activation",
    "BatchNormScale",
    "BetaRank",
    "Dsnot",
    "Fisher",
    "Fpgm",
    "Isomorphic",
    "KFac",
    "Kcm",
    "Lamp",
    "Magnitude",
    "Minitron",
    "NetTrim",
    "Nowag",
    "Obc",
    "Obs",
    "Random",
    "Ria",
    "SecondMoment",
    "Sparsegpt",
    "Swaps",
    "Taylor",
    "Variance",
    "Wanda",
    "importance_of",
]

BUILT_IN: tuple[type[Importance], ...] = (
    Activation,
    BatchNormScale,
    BetaRank,
    Dsnot,
    Fisher,
    Fpgm,
    Isomorphic,
    KFac,
    Kcm,
    Lamp,
    Magnitude,
    Minitron,
    NetTrim,
    Nowag,
    Obc,
    Obs,
    Random,
    Ria,
    SecondMoment,
    Sparsegpt,
    Swaps,
    Taylor,
    Variance,
    Wanda,
)


def importance_of(given: object) -> Importance:
    """The importance that is meant: ``"wanda"``, ``"ria{power=1}"``, an instance, or a function of one's own.

    Args:
        given: a function is called with a ``Matrix`` and what was ``Seen`` of it, and gives a score for each weight.

    Raises:
        UserError: there is none of that name, or it has no such option.
    """
    if callable(given) and not isinstance(given, (type, Importance)):
        return Scored(function=given)
    return method_of(given, Importance, (*BUILT_IN, *OF_BLOCKS))
