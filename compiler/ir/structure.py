"""Dynamic shapes in the structure of a call, as ``torch.export`` wants them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch.utils._pytree as pytree


def shapes_like(value: Any, shapes: Iterator[Any]) -> Any:
    """What is to be said about the sizes of a structure of tensors.

    Args:
        value: the structure; what is of a class of its own is described by a list of its parts.
        shapes: for each leaf.
    """
    kind = pytree._get_node_type(value)
    if kind not in pytree.SUPPORTED_NODES:
        return next(shapes)
    known = pytree.SUPPORTED_NODES[kind]
    parts, context = known.flatten_fn(value)
    found = [shapes_like(part, shapes) for part in parts]
    return known.unflatten_fn(found, context) if kind in pytree.BUILTIN_TYPES else found
