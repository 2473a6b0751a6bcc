"""Blame: which op is the reason that channels which nobody needs have to stay.

An op without a rule, one that cannot tell channels apart and one with side effects keep channels that lie far from it,
up to the layer that makes them. What such an op asks for, and what the constraints ask for beside that, is followed to
the channels in question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath

import numpy as np
from torch import fx

from ...compiler.ir.arguments import is_size, op_name
from ...compiler.ir.channels import Channels, Labels, Mask
from ...compiler.ir.program import Program, has_effects, is_tensor, source_line
from .closure import grow
from .facts import Axes, Liveness


class Blame:
    """Finds the op that keeps channels; built once for a program whose axes and liveness are known.

    Args:
        held: names of nodes that have to stay as they are.
    """

    def __init__(self, program: Program, axes: Axes, live: Liveness, held: Collection[str] = ()) -> None:
        self._program, self._axes, self._held = program, axes, held
        self._whole = [node for node in program.nodes() if self._needs_whole(node, live)]
        self._asked: dict[fx.Node, Mask] = {}
        self._grown: dict[fx.Node, Mask] = {}

    def of(self, labels: Labels) -> list[fx.Node | None]:
        """For each channel id an op that keeps it; None where it is kept for another reason."""
        roots = self._axes.ids.find(labels)
        found: list[fx.Node | None] = [None] * len(roots)
        for masks in (self._direct, self._indirect):
            missing = [at for at, node in enumerate(found) if node is None]
            for node, mask in masks() if missing else ():
                for at in missing:
                    found[at] = found[at] or (node if mask[roots[at]] else None)
        return found

    def maker(self, value: fx.Node) -> fx.Node | None:
        """The nearest op before a value of one piece that makes it one; None if it is an input of the model."""
        seen, now = {value}, [value]
        while now:
            for node in now:
                if node in self._axes.opaque or node in self._axes.pinned:
                    return node
            now = [x for node in now for x in node.all_input_nodes if is_tensor(x) and not self._has_dims(x)]
            now = [x for x in dict.fromkeys(now) if x not in seen]
            seen.update(now)
        return None

    def why(self, nodes: Sequence[fx.Node]) -> str:
        """``'cumsum' (model.py:12) needs them as they are: no rule for this op``, for the op that is named most."""
        node = Counter(nodes).most_common(1)[0][0]
        others = len(set(nodes)) - 1
        more = f", and {others} more op{'s' * (others > 1)}" if others else ""
        return f"{named(node)} needs them as they are: {self._reason(node)}{more}"

    def made_by(self, node: fx.Node) -> str:
        """The same for channels that an op makes."""
        return f"the channels come from {named(node)}, and taking some out would be a copy: {self._reason(node)}"

    def _needs_whole(self, node: fx.Node, live: Liveness) -> bool:
        if node.op != "call_function" or is_size(node):
            return False
        if node in self._axes.opaque:
            return live.any(node) or has_effects(node)
        return has_effects(node) or node.name in self._held or node not in self._axes.channels

    def _reason(self, node: fx.Node) -> str:
        if node.name in self._held:
            return "changing it went wrong"
        known = self._axes.opaque.get(node) or self._axes.pinned.get(node)
        return known or ("it has side effects" if has_effects(node) else "a number is computed from them")

    def _has_dims(self, node: fx.Node) -> bool:
        own = self._axes.channels.get(node)
        return isinstance(own, Channels) and bool(own.dims)

    def _operands(self, node: fx.Node) -> Iterator[Labels]:
        for value in [*node.all_input_nodes, node] if node.name in self._held else node.all_input_nodes:
            if self._has_dims(value):
                yield self._axes.ids.find(self._axes.of(value).labels)

    def _direct(self) -> Iterator[tuple[fx.Node, Mask]]:
        """What each op asks of its operands; one that cannot tell channels apart keeps those together that it reads."""
        for node in [*self._whole, *self._axes.pinned]:
            if node not in self._asked:
                mask = np.zeros(max(1, len(self._axes.ids)), dtype=np.bool_)
                for roots in self._operands(node):
                    found, times = np.unique(roots, return_counts=True)
                    mask[found if node in self._whole else found[times > 1]] = True
                self._asked[node] = mask
            yield node, self._asked[node]

    def _indirect(self) -> Iterator[tuple[fx.Node, Mask]]:
        """What has to stay beside what an op asks for."""
        for node, mask in self._direct():
            if node not in self._axes.pinned and mask.any():
                if node not in self._grown:
                    self._grown[node] = mask.copy()
                    grow(self._grown[node], self._axes.constraints)
                yield node, self._grown[node]


def named(node: fx.Node) -> str:
    """An op and the line that it comes from: ``'cumsum' (model.py:12)``."""
    where = source_line(node)
    return f"'{op_name(node)}'" + (f" ({PurePath(where).name})" if where else "")
