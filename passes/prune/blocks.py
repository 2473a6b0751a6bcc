"""Blocks: paths from the residual stream back into it. One goes when what it adds is zero.

A block is found where something is added to a value that it was computed from, whatever else the model is made of. Its
last layers (or norms, or scales) are those through which all of that comes; with their weights and biases at zero it
adds nothing, which the analyses have to prove. The stages that follow remove it then like any other zeros.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ...compiler.ir.program import Program, attribute, is_tensor, same_shape
from ...compiler.ir.views import BatchNorm, Layer
from ..analysis.constants import Constants as FindConstants
from ..base import Context
from ..rules.facts import CONSTANTS
from .sites import is_parameter
from .units import found_axes

ADD = torch.ops.aten.add.Tensor
NUMBER = re.compile(r"\.\d+(?=\.|$)")


@dataclass(frozen=True)
class Block:
    """Something that is added to the residual stream.

    Attributes:
        path: of the weight that it goes through last, in the model's words.
        start, term, end: names of the values that it reads, that it adds, and that are the sum.
        first: name of the first operation that reads one of ``weights``.
        weights: names of the weights and biases that are zero once it is gone.
        nodes: names of its operations.
    """

    path: str
    start: str
    term: str
    end: str
    first: str
    weights: tuple[str, ...]
    nodes: frozenset[str]

    def layers(self, program: Program) -> Iterator[Layer]:
        """The layers in it."""
        for node in program.nodes():
            if node.name in self.nodes and (layer := Layer.of(node, program)) is not None:
                yield layer

    def zero(self, program: Program) -> None:
        """Let it add nothing."""
        hold(program, {name: torch.zeros_like(value) for name, value in self.held(program).items()})

    def held(self, program: Program) -> dict[str, Tensor]:
        """What the program holds of ``weights``."""
        return {name: attribute(program.module, name).detach() for name in self.weights}


def hold(program: Program, values: dict[str, Tensor]) -> None:
    """Let a program hold other weights, by name."""
    for name, value in values.items():
        program.exchange_weight(name, value)


@dataclass(frozen=True)
class Depth:
    """What goes together: one block, or all of one layer of the model.

    Attributes:
        path: in the model's words.
        blocks: in the order of the program.
    """

    path: str
    blocks: tuple[Block, ...]

    @property
    def start(self) -> str:
        """The name of the value that it reads."""
        return self.blocks[0].start

    @property
    def end(self) -> str:
        """The name of the value that comes out."""
        return self.blocks[-1].end

    def zero(self, program: Program) -> None:
        """Let it add nothing."""
        for block in self.blocks:
            block.zero(program)


def depths_of(
    program: Program, ctx: Context, kind: str, stays: Mapping[str, str]
) -> tuple[list[Depth], dict[str, str]]:
    """What may go, in the order of the program, and why others may not, by path.

    Args:
        kind: "layer" or "sub-block".
        stays: why some layers have to stay as they are, by name, and the blocks that they are in.
    """
    found, refused = _blocks(program, stays)
    proven = _proven(program, ctx, found)
    refused |= {x.path: "that nothing is left of it cannot be proven" for x in found if x not in proven}
    if kind == "sub-block":
        return [Depth(block.path, (block,)) for block in proven], refused
    numbered = _numbered([*refused, *(block.path for block in proven)])
    together: dict[str, list[Block]] = {}
    for block in proven:
        together.setdefault(numbered[block.path], []).append(block)
    halves = {numbered[path]: why for path, why in refused.items()}
    whole = [Depth(path, tuple(blocks)) for path, blocks in together.items() if path not in halves]
    return whole, halves


def _numbered(paths: Sequence[str]) -> dict[str, str]:
    """The layer of the model that each block is in: the deepest module with a number that has a sibling with blocks.

    Or the one above, where siblings are parts of a layer: one block each, of several kinds, the same in all above.
    """
    found = {}
    prefixes = {path[: at.end()] for path in paths for at in NUMBER.finditer(path)}
    above: dict[str, str] = {}
    for path in paths:
        own = [path[: at.end()] for at in NUMBER.finditer(path)]
        siblings = [x for x in own if any(y != x and y.rpartition(".")[0] == x.rpartition(".")[0] for y in prefixes)]
        found[path] = siblings[-1] if siblings else path
        if len(siblings) > 1:
            above[path] = siblings[-2]
    return found | {path: layer for path, layer in above.items() if _are_parts(path, found, above)}


def _are_parts(path: str, found: Mapping[str, str], above: Mapping[str, str]) -> bool:
    """Whether the module with a number that a block is in, and its siblings, are parts of the one above."""
    stack = above[path].rpartition(".")[0]
    parts: dict[str, list[str]] = {}
    for other, layer in above.items():
        if layer.rpartition(".")[0] == stack:
            parts.setdefault(layer, []).append(other.removeprefix(layer))
    one, *others = parts.values()
    blocks = [other.removeprefix(found[other]) for other in above if above[other] == above[path]]
    each = len({found[other] for other in above if above[other] == above[path]}) == len(blocks)
    return bool(others) and all(other == one for other in others) and each and len({*blocks}) == len(blocks) > 1


def _blocks(program: Program, stays: Mapping[str, str]) -> tuple[list[Block], dict[str, str]]:
    """All that is added to the stream, and what of it cannot go."""
    before = _before(program)
    found, refused = [], {}
    for node in program.nodes():
        for stream, term in _sums(node):
            start = next((x for x in _stream(stream) if before[term] >> before[x].bit_length() - 1 & 1), None)
            if start is None:
                continue
            block = _through(program, start, term, node, before)
            if isinstance(block, Block):
                names = {str(layer.weight.target).removesuffix(".weight") for layer in block.layers(program)}
                if names & stays.keys():
                    refused[block.path] = next(why for name, why in stays.items() if name in names)
                else:
                    found.append(block)
            elif block is not None:
                refused[block] = "others read what it goes through, or its weights"
            break
    return found, refused


def _before(program: Program) -> dict[fx.Node, int]:
    """Of each node which it was computed from, as bits in the order of the program; its own is the highest."""
    found: dict[fx.Node, int] = {}
    for place, node in enumerate(program.nodes()):
        found[node] = 1 << place
        for operand in node.all_input_nodes:
            found[node] |= found[operand]
    return found


def _sums(node: fx.Node) -> Iterator[tuple[fx.Node, fx.Node]]:
    """A value, and what is added to it, either way round."""
    if node.target is not ADD or node.kwargs.get("alpha", 1) != 1 or len(node.args) != 2:
        return
    one, other = node.args
    if not (is_tensor(one) and is_tensor(other) and same_shape(one, other) and one is not other):
        return
    yield one, other
    yield other, one


def _stream(value: fx.Node) -> list[fx.Node]:
    """A value, and what it is the sum of, the nearest first."""
    found = [value]
    for node in found:
        if node.target is ADD:
            found += [x for x in node.args if is_tensor(x) and x not in found]
    return found


def _through(
    program: Program, start: fx.Node, term: fx.Node, end: fx.Node, before: dict[fx.Node, int]
) -> Block | str | None:
    """The block; its path if it cannot go; None if it is none: something comes through no weight, or goes elsewhere."""
    if any(user is not end for user in term.users):  # it is a stream itself, to which positions are added, say
        return None
    bit = 1 << (before[start].bit_length() - 1)
    waiting, visited, ends = [term], {term}, []
    while waiting:
        node = waiting.pop()
        if node is start:
            return None
        if _weights(program, node):
            ends.append(node)
            if BatchNorm.of(node, program) is None:  # whose scale says nothing of what it cannot know to be finite
                continue
        for operand in node.all_input_nodes:
            if before[operand] & bit and operand not in visited:
                visited.add(operand)
                waiting.append(operand)
    order = {node: place for place, node in enumerate(program.nodes())}
    ends.sort(key=lambda node: order[node])
    weights = [weight for node in ends for weight in _weights(program, node)]
    path = str(weights[-1].target).rpartition(".")[0] or str(weights[-1].target)
    alone = all(user is end or user in visited for node in visited for user in node.users)
    if not alone or any(user not in ends for weight in weights for user in _readers(weight, ends)):
        return path
    inside = [x for x in order if before[x] & bit and before[term] >> order[x] & 1 and x is not start]
    names = frozenset(node.name for node in inside)
    targets = tuple(dict.fromkeys(str(weight.target) for weight in weights))
    return Block(path, start.name, term.name, end.name, ends[0].name, targets, names)


def _weights(program: Program, node: fx.Node) -> list[fx.Node]:
    """The parameters that a node reads, in another shape maybe: the statistics of a batch norm are none."""
    found = [_behind(operand) for operand in node.all_input_nodes if len(node.all_input_nodes) > 1]
    return [weight for weight in found if program.is_weight(weight) and is_parameter(weight, program)]


def _behind(node: fx.Node) -> fx.Node:
    """What a value is another shape or dtype of: it is made of nothing else."""
    while len(node.all_input_nodes) == 1:
        (node,) = node.all_input_nodes
    return node


def _readers(weight: fx.Node, ends: Collection[fx.Node]) -> Iterator[fx.Node]:
    """Who reads a weight, in another shape maybe."""
    for user in weight.users:
        if user not in ends and len(user.all_input_nodes) == 1:
            yield from _readers(user, ends)
        else:
            yield user


def _proven(program: Program, ctx: Context, blocks: Sequence[Block]) -> list[Block]:
    """Those that add nothing but zeros once their weights are zero."""
    trial = program.copy()
    for block in blocks:
        block.zero(trial)
    found_axes(trial, ctx)
    FindConstants().run(trial, ctx)
    known = {node.name: trial.facts[CONSTANTS].of(node) for node in trial.nodes()}
    values = [(block, known[block.term]) for block in blocks]
    return [block for block, x in values if x is not None and bool(x.known.all()) and not bool(x.value.any())]
