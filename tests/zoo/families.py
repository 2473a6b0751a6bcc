"""Every architecture that pruned models come in, as tiny models with random weights, by name.

``FAMILIES[name].build()`` is the model, ``.feed()`` what to call it with, ``.dynamic_shapes()`` how to export it and
``.sites(model)`` where zeros can be planted in it.
"""

from __future__ import annotations

from .families_text import TEXT
from .families_timm import TIMM
from .families_vision import VISION
from .planting import Family, Site

__all__ = ["FAMILIES", "Family", "Site"]

FAMILIES: dict[str, Family] = {family.name: family for family in [*TEXT, *VISION, *TIMM]}
