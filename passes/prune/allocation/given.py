"""Given: shares of zeros that are known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ....compiler.errors import UserError
from ..kinds import Allocation, Candidate


@dataclass(frozen=True)
class Given(Allocation):
    """The shares of zeros that a recipe names, layer by layer.

    Attributes:
        shares: by the layer's name.
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    looks: ClassVar[bool] = False

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        """The shares, whatever is asked for.

        Raises:
            UserError: a layer has none, or is not there.
        """
        names = [candidate.name for candidate in candidates]
        if {*names} != self.shares.keys():
            odd = sorted({*names} ^ self.shares.keys())
            lacks = f"'{odd[0]}' is in the model alone" if odd[0] in names else f"the model has no '{odd[0]}'"
            raise UserError(
                "bad-recipe",
                "the recipe is for a model with other layers",
                note=f"{lacks}; {len(odd)} in all" if len(odd) > 1 else lacks,
                hint="pass the model that it was made with",
            )
        return {name: self.shares[name] for name in names}
