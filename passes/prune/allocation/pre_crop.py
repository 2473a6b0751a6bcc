"""PreCrop: how many single weights should go says how wide channels are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ....compiler.errors import UserError
from ..kinds import Allocation, Candidate
from ..naming import method_of
from .shares import check_share, in_proportion

# The least share of a layer that a width is made from: of a layer that is to go as a whole something is left.
LEAST = 1e-4


@dataclass(frozen=True)
class PreCrop(Allocation):
    """Channels get as wide as another allocation would leave their layers dense; for units alone.

    With d the share of single weights that the other allocation keeps of a layer, its channels would be ``sqrt(d)`` as
    many on both sides, or d on the only side that can be cut. A width that several layers share, as through a sum or a
    depthwise convolution, is one: the geometric mean of what they want, each counted by its size. What goes is in
    proportion to ``1 - width``. It needs no data, so that a network can be cropped before it is trained. In the spirit
    of Cai et al., 2022; how layers agree on a width is ours.

    Attributes:
        of: the name of the other allocation, with its options; it may look at weights.
    """

    of: str = "global-threshold"

    paper: ClassVar[str] = "PreCropping (Cai et al., 2022)"
    spirit: ClassVar[bool] = True
    of_layers: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", self.inner.text)
        if self.inner.needs or self.inner.of_layers:
            raise UserError(
                "bad-option",
                f"'{self.inner.name()}' looks at more than the weights of layers",
                hint="take another one for pre-crop: pre-crop{of=uniform}, pre-crop{of=global-threshold}",
            )

    @property
    def inner(self) -> Allocation:
        """The other allocation."""
        from . import BUILT_IN

        return method_of(self.of, Allocation, BUILT_IN)

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        layers = {x.layer.name: x.layer for candidate in candidates for x in candidate.touched}
        if candidates and not layers:
            raise UserError(
                "bad-option",
                "'pre-crop' is for units, of whose layers it makes widths",
                hint="pass units='channel', or another allocation",
            )
        goes = self.inner.levels([*layers.values()], share)
        widths = self._widths(candidates, {name: max(LEAST, 1.0 - level) for name, level in goes.items()})
        return in_proportion([1.0 - width for width in widths], candidates, share)

    def _widths(self, candidates: Sequence[Candidate], kept: Mapping[str, float]) -> list[float]:
        """Of each axis of units the share that is left."""
        sides: dict[str, float] = {}
        for candidate in candidates:
            for one in candidate.touched:
                sides[one.layer.name] = sides.get(one.layer.name, 0.0) + one.outputs + one.inputs
        found = []
        for candidate in candidates:
            total, size = 0.0, 0.0
            for one in candidate.touched:
                part = (one.outputs + one.inputs) * one.layer.cost
                total += part * math.log(kept[one.layer.name]) / max(1.0, sides[one.layer.name])
                size += part
            found.append(math.exp(total / size) if size else 1.0)
        return found
