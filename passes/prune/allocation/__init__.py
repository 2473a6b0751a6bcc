"""How much goes where, one method in each file."""

from __future__ import annotations
