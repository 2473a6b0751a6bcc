"""In place: a program that ends by copying an updated cache back updates the cache where it is.

Capture makes every write functional: ``new = index_copy(cache, ...)`` and, at the end, ``cache.copy_(new)``. That is
two copies of the cache at every step of a generation. Inductor undoes this by itself; eager execution needs it done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import fx

from .ir.aliasing import memory_of
from .ir.program import Program, is_tensor, shape_of

aten = torch.ops.aten

IN_PLACE: dict[object, Any] = {
    aten.index_copy.default: aten.index_copy_.default,
    aten.index_put.default: aten.index_put_.default,
    aten.scatter.src: aten.scatter_.src,
    aten.add.Tensor: aten.add_.Tensor,
    aten.mul.Tensor: aten.mul_.Tensor,
}


def write_in_place(program: Program) -> int:
    """Turn updates that end in ``copy_`` into in-place ones where nobody reads the old value later; how many.

    Not where the new value is among the outputs either: the caller keeps what the next call writes into.
    """
    order = {node: index for index, node in enumerate(program.graph.nodes)}
    done = 0
    for copy in [n for n in program.nodes() if n.target is aten.copy_.default]:
        held, new = copy.args[:2]
        if not (isinstance(held, fx.Node) and isinstance(new, fx.Node)) or new.target not in IN_PLACE:
            continue
        if new.args[0] is not held or not _fits(new, held):
            continue
        if any(reader is not copy and order[reader] > order[new] for reader in _readers(held)):
            continue
        if any(reader.op == "output" for reader in _readers(new)):
            continue
        new.target = IN_PLACE[new.target]
        copy.replace_all_uses_with(new, propagate_meta=False)
        program.graph.erase_node(copy)
        done += 1
    if done:
        program.module.recompile()
    return done


def _readers(node: fx.Node) -> Iterator[fx.Node]:
    """Whoever reads the memory of a value, directly or through views of it."""
    for user in node.users:
        yield user
        if memory_of(user) is not user:
            yield from _readers(user)


def _fits(new: fx.Node, held: fx.Node) -> bool:
    """Whether an update has the type and shape of what it updates, and reads it in one place alone."""
    alike = new.meta["val"].dtype == held.meta["val"].dtype and str(shape_of(new)) == str(shape_of(held))
    return alike and all(memory_of(a) is not held for a in new.all_input_nodes if a is not held)


def own_outputs_as(program: Program, original: Program) -> int:
    """Give outputs the memory that a captured program gave them: an input's where they are views of it; how many."""
    places: dict[fx.Node, object] = {node: index for index, node in enumerate(original.placeholders())}
    memories = [_memory(node, places) for node in original.returned()]
    return own_outputs(program, memories, [*places.values()])


def _memory(node: object, places: dict[fx.Node, object]) -> object:
    if not (isinstance(node, fx.Node) and is_tensor(node)):
        return None
    root = memory_of(node)
    return places.get(root, f"memory of {root.name}")


def own_outputs(program: Program, outputs: Sequence[object], inputs: Sequence[object]) -> int:
    """Give outputs memory of their own where the model gave it; how many.

    What is removed around an output may leave a weight, an input or another output there. Callers may write into what
    they get: that must not change the next answer.

    Args:
        program: what is to run.
        outputs, inputs: by position, what names their memory in the model; None where there is none.
    """
    places, taken = dict(zip(program.placeholders(), inputs, strict=True)), dict[fx.Node, object]()
    output, done = program.output(), 0
    results = program.returned()
    for at, (node, memory) in enumerate(zip(results, outputs, strict=True)):
        if not is_tensor(node):
            continue
        root = memory_of(node)
        there = places.get(root, taken.setdefault(root, memory))
        if root.op == "get_attr" or there != memory:
            with program.graph.inserting_before(output):
                results[at] = program.graph.call_function(
                    aten.clone.default, (node,), {"memory_format": torch.contiguous_format}
                )
            results[at].meta["val"] = node.meta["val"]
            done += 1
    if done:
        output.args = (tuple(results),)
        program.module.recompile()
    return done
