"""What a call of a model looks like, as plain data that a file can hold: names, structures, the signature.

It is read without running anything of the file's. Structures are of lists, tuples and dicts; where a model's are of
other classes, a file's model is called with its inputs by name, and answers with a dict of its outputs by name.
"""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import torch.utils._pytree as pytree
from torch import Tensor, fx

from .program import Program, is_tensor

PLAIN = (bool, int, float, str, type(None))
DICTS: dict[str, type] = {"dict": dict, "ordered": OrderedDict}
KINDS = {kind.name: kind for kind in inspect._ParameterKind}


class Unknown:
    """A default that a file has no form for: it can be left out in calls, as it was in the example."""

    def __repr__(self) -> str:
        return "..."


UNKNOWN = Unknown()


def described(program: Program) -> dict[str, Any]:
    """How a program is called, and what it returns."""
    inputs = [_input(name, value) for name, value in zip(program.input_names, program.inputs, strict=True)]
    call, signature = _structure(_Leaf.put(program.call, inputs)), program.signature
    if call is None:
        given = [leaf for leaf in inputs if "input" in leaf]
        call = {"tuple": [{"tuple": given}, {"dict": []}]}
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        signature = inspect.Signature([inspect.Parameter(leaf["input"], kind) for leaf in given])
    return {"call": call, "signature": _of_signature(signature), "returns": _returned(program)}


def _input(name: str, value: Any) -> dict[str, Any]:
    return {"input": name} if isinstance(value, Tensor) else {"constant": name, "value": value}


def _returned(program: Program) -> Any:
    flat = [
        {"output": name, "number": not is_tensor(value)} if isinstance(value, fx.Node) else {"value": value}
        for name, value in zip(program.output_names, program.returned(), strict=True)
    ]
    try:
        structure = _structure(program.graph.process_outputs([_Leaf(leaf) for leaf in flat]))
    except Exception:  # noqa: BLE001 (classes of the user's look at what they hold)
        structure = None
    named = [(leaf["output"], leaf) for leaf in flat if "output" in leaf]
    return structure or {"dict": [[name, leaf] for name, leaf in named]}


class _Leaf:
    """Stands in a structure for a value."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    @staticmethod
    def put(structure: Any, leaves: list[dict[str, Any]]) -> Any:
        return pytree.tree_unflatten([_Leaf(leaf) for leaf in leaves], pytree.tree_structure(structure))


def _structure(value: Any) -> Any:
    """A structure as data; None where some of it has no form."""
    if isinstance(value, _Leaf):
        return value.data if isinstance(value.data.get("value"), PLAIN) else None
    for name, kind in DICTS.items():
        if isinstance(value, dict) and type(value) is kind:
            keys, items = [*value], [_structure(item) for item in value.values()]
            plain = None not in items and all(isinstance(key, str) for key in keys)
            return {name: [list(pair) for pair in zip(keys, items, strict=True)]} if plain else None
    if type(value) in (list, tuple):
        items = [_structure(item) for item in value]
        return None if None in items else {type(value).__name__: items}
    return None


def _of_signature(signature: inspect.Signature | None) -> list[dict[str, Any]] | None:
    """Parameters, with their defaults where those are numbers, words or None."""
    if signature is None:
        return None
    rows = []
    for name, parameter in signature.parameters.items():
        row: dict[str, Any] = {"name": name, "kind": parameter.kind.name}
        if parameter.default is not inspect.Parameter.empty:
            row |= {"default": parameter.default} if type(parameter.default) in PLAIN else {"optional": True}
        rows.append(row)
    return rows


# -------------------------------------------------------------------- and back


def signature_of(rows: list[dict[str, Any]] | None) -> inspect.Signature | None:
    """The signature that ``described`` wrote."""
    if rows is None:
        return None
    parameters = []
    for row in rows:
        default = row.get("default", UNKNOWN if row.get("optional") else inspect.Parameter.empty)
        parameters.append(inspect.Parameter(str(row["name"]), KINDS[row["kind"]], default=default))
    return inspect.Signature(parameters)


def built(structure: Mapping[str, Any], leaf: Callable[[Mapping[str, Any]], Any]) -> Any:
    """A structure that ``described`` wrote, with what ``leaf`` makes of each of its leaves."""
    for name, kind in DICTS.items():
        if name in structure:
            return kind((key, built(item, leaf)) for key, item in structure[name])
    if "list" in structure:
        return [built(item, leaf) for item in structure["list"]]
    if "tuple" in structure:
        return tuple(built(item, leaf) for item in structure["tuple"])
    return leaf(structure)
