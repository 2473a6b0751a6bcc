"""Which operators can be imported, from which version of them on, and what carries them out.

The tables lie beside the operators, in ``operators``; this is all of them. ``docs/onnx-operators.md`` is made of it:
``python -m sparsec.compiler.capture.onnx.registry``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .graph import Node

# A node and its inputs (tensors, known arrays, None where one is left out); its result, or a tuple of them.
Function = Callable[..., Any]


@dataclass(frozen=True)
class Operator:
    """How an operator is carried out.

    Attributes:
        function: of a node and its inputs.
        shapes: which inputs are shapes, axes or numbers that have to be known: they come as lists of numbers.
        numbers: which inputs come as Python's numbers where they are known to be single ones.
        raw: whether known arrays come as they are, and what they are is the function's matter.
    """

    function: Function
    shapes: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    raw: bool = False


# By the version since which it is so: operators that meant something else before have several.
Versions = Mapping[int, Operator]
Table = Mapping[str, Operator | Function | Versions]


def _tables() -> Iterator[tuple[str, Table]]:
    """The tables, with the domains of their operators."""
    from .operators import (
        activations,
        arithmetic,
        attention,
        contrib,
        convolutions,
        indexing,
        movement,
        normalization,
        quantization,
        recurrent,
        reductions,
        resizing,
        spatial,
    )

    own = (
        activations,
        arithmetic,
        attention,
        convolutions,
        indexing,
        movement,
        normalization,
        quantization,
        recurrent,
        reductions,
        resizing,
        spatial,
    )
    yield from (("", module.OPERATORS) for module in own)
    yield "", contrib.OWN
    yield from contrib.TABLES.items()


def _versions(entry: Operator | Function | Versions) -> Versions:
    if isinstance(entry, Mapping):
        return entry
    return {1: entry if isinstance(entry, Operator) else Operator(entry)}


def operators() -> dict[tuple[str, str], Versions]:
    """All of them, by domain and name."""
    return {(domain, name): _versions(entry) for domain, table in _tables() for name, entry in sorted(table.items())}


_ALL: dict[tuple[str, str], Versions] = {}


def operator_of(node: Node) -> Operator | None:
    """How a node is carried out; None where nobody knows its operator, or its version of it."""
    if not _ALL:
        _ALL.update(operators())
    versions = _ALL.get((node.domain, node.op), {})
    since = max((version for version in versions if version <= node.opset), default=None)
    return None if since is None else versions[since]


def document() -> str:
    """The page of operators, as Markdown."""
    found = operators()
    lines = [
        "# Operators of ONNX files that can be compiled",
        "",
        "This page is written by `python -m sparsec.compiler.capture.onnx.registry`. "
        "[How files come in](onnx.md#onnx-files-in).",
        "",
    ]
    for domain in dict.fromkeys(domain for domain, _ in found):
        names = sorted(name for own, name in found if own == domain)
        told = [f"`{name}`{_since(found[domain, name])}" for name in names]
        lines += [f"## {domain or 'ai.onnx'}", "", f"{len(names)} operators: {', '.join(told)}.", ""]
    return "\n".join(lines)


def _since(versions: Versions) -> str:
    first = min(versions)
    return "" if first == 1 else f" (from version {first})"


if __name__ == "__main__":
    sys.stdout.write(document())
