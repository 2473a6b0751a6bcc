"""All small nets by name: ``SMALL[name].masked('outputs')`` is a model, ``SMALL[name].inputs(batch)`` feeds it."""

from __future__ import annotations

from .case import Case
from .small_layers import LAYERS
from .small_layouts import LAYOUTS
from .small_zeros import ZEROS

SMALL: dict[str, Case] = {**LAYERS, **LAYOUTS, **ZEROS}
assert len(SMALL) == len(LAYERS) + len(LAYOUTS) + len(ZEROS), "two small nets share a name"
