"""In place: a program that ends by copying an updated cache back updates the cache where it is.

Capture makes every write functional: ``new = index_copy(cache, ...)`` and, at the end, ``cache.copy_(new)``. That is
two copies of the cache at every step of a generation. Inductor undoes this by itself; eager execution needs it done.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import fx

from .ir.program import Program

aten = torch.ops.aten

IN_PLACE: dict[object, Any] = {
    aten.index_copy.default: aten.index_copy_.default,
    aten.index_put.default: aten.index_put_.default,
    aten.scatter.src: aten.scatter_.src,
    aten.add.Tensor: aten.add_.Tensor,
    aten.mul.Tensor: aten.mul_.Tensor,
}


def write_in_place(program: Program) -> int:
    """Turn updates that end in ``copy_`` into in-place ones where nobody reads the old value later; how many."""
    order = {node: index for index, node in enumerate(program.graph.nodes)}
    done = 0
    for copy in [n for n in program.nodes() if n.target is aten.copy_.default]:
        held, new = copy.args[:2]
        if not (isinstance(held, fx.Node) and isinstance(new, fx.Node)) or new.target not in IN_PLACE:
            continue
        if new.args[0] is not held or any(user is not copy and order[user] > order[new] for user in held.users):
            continue
        new.target = IN_PLACE[new.target]
        copy.replace_all_uses_with(new, propagate_meta=False)
        program.graph.erase_node(copy)
        done += 1
    if done:
        program.module.recompile()
    return done
