"""How the weights that stay make up for those that go, one method in each file."""

from __future__ import annotations
