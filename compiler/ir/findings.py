"""What passes say about nodes: what they left undone, and the cause, as data that needs no reading of sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from torch import fx

from .program import module_path, source_line


class Cause(StrEnum):
    """Why something was left undone."""

    OPAQUE = "opaque"  # an op that channels are not followed through
    FILTERS = "zero-filters"  # filters of zeros that have to stay
    COLUMNS = "zero-columns"  # columns of zeros that have to stay
    SHARED = "shared"  # a weight that others read
    LARGER = "larger"  # it would hold more numbers
    SIZE = "size"  # of a value that is not known
    NORM = "norm"  # a batch norm that cannot be folded
    NO_KERNEL = "no-kernel"  # there is no sparse kernel for the layer
    KERNEL = "slower-kernel"  # sparse kernels are no faster than the dense layer
    OTHER = "other"


@dataclass(frozen=True)
class Refusal:
    """Something a pass left undone.

    Attributes:
        pass_name: who.
        node: name of the node.
        reason: why, as one sentence without a full stop.
        path: dotted path of the module that made the node.
        where: source line, where known.
        cause: why, as a kind.
        numbers: what was counted, by name.
    """

    pass_name: str
    node: str
    reason: str
    path: str = ""
    where: str | None = None
    cause: Cause = Cause.OTHER
    numbers: Mapping[str, int] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, pass_name: str, node: fx.Node, reason: str, cause: Cause, numbers: Mapping[str, int]) -> Refusal:
        """What a pass left undone at a node.

        Args:
            pass_name, reason, cause, numbers: as they are kept.
            node: where; its module and its line in the model's source are looked up.
        """
        return cls(pass_name, node.name, reason, module_path(node), source_line(node), cause, numbers)
