"""What may be zero together, one pattern in each file."""

from __future__ import annotations
