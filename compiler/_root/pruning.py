"""What ``sparsec.prune`` is asked with and gives back, and what methods of other packages are written with."""

from __future__ import annotations

from .compiler.pruning.adapters import check_adapter
from .compiler.pruning.api import Result
from .compiler.pruning.armored import Armored, ArmoredLayer, ArmoredLinear, armor
from .compiler.pruning.arrange import Arranged, Slice, arrange
from .compiler.pruning.as_pass import Prune
from .compiler.pruning.data import Data, Split
from .compiler.pruning.groups import Entry, ZeroGroup, zero_groups
from .compiler.pruning.masks import Held, hold
from .compiler.pruning.metric import Metric, metric_of
from .compiler.pruning.recipe import Recipe
from .compiler.pruning.recover import Recovered
from .compiler.pruning.reopen import reopened
from .compiler.pruning.report import PruningReport
from .compiler.pruning.saving import report_in
from .compiler.pruning.sensitivity import Curve, Sensitivity, sensitivity
from .compiler.pruning.tradeoff import Point, Tradeoff, tradeoff
from .compiler.pruning.vocabulary import Vocabulary, cut_vocabulary
from .passes.prune.budget import Budget
from .passes.prune.fairness import Fairness
from .passes.prune.kinds import (
    Allocation,
    Candidate,
    Compensation,
    Importance,
    Matrix,
    Method,
    Pattern,
    Seen,
    Solver,
    Statistic,
)
from .passes.prune.outcome import Gone, Outcome, Pruned

__all__ = [
    "Allocation",
    "Armored",
    "ArmoredLayer",
    "ArmoredLinear",
    "Arranged",
    "Budget",
    "Candidate",
    "Compensation",
    "Curve",
    "Data",
    "Entry",
    "Fairness",
    "Gone",
    "Held",
    "Importance",
    "Matrix",
    "Method",
    "Metric",
    "Outcome",
    "Pattern",
    "Point",
    "Prune",
    "Pruned",
    "PruningReport",
    "Recipe",
    "Recovered",
    "Result",
    "Seen",
    "Sensitivity",
    "Slice",
    "Solver",
    "Split",
    "Statistic",
    "Tradeoff",
    "Vocabulary",
    "ZeroGroup",
    "armor",
    "arrange",
    "check_adapter",
    "cut_vocabulary",
    "hold",
    "metric_of",
    "reopened",
    "report_in",
    "sensitivity",
    "tradeoff",
    "zero_groups",
]
