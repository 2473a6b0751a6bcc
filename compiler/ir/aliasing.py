"""Views: which value's memory another one shows."""

from __future__ import annotations

import operator

from torch import fx


def memory_of(node: fx.Node) -> fx.Node:
    """The value whose memory a view shows; a value that has its own is that itself."""
    while _is_view(node) and isinstance(node.args[0], fx.Node):
        node = node.args[0]
    return node


def _is_view(node: fx.Node) -> bool:
    if node.target is operator.getitem:
        return True
    returns = getattr(getattr(node.target, "_schema", None), "returns", ())
    return any(r.alias_info is not None and not r.alias_info.is_write for r in returns)
