"""Which weights matter, one method in each file."""

from __future__ import annotations
