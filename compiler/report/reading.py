"""A report made of its JSON again: every value is read as what the annotation of its field says."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ..errors import UserError
from .build import followed
from .data import SCHEMA, LayerRow, Report

NUMBER = {float: (int, float), int: (int,), str: (str,), bool: (bool,)}


def report_from(data: Any) -> Report:
    """See ``Report.from_json``."""
    if not isinstance(data, Mapping):
        raise UserError(
            "bad-file",
            f"a value of type '{type(data).__name__}' is no report",
            hint="a report is read from a dict: Report.from_json(json.load(file))",
        )
    schema = data.get("schema")
    if type(schema) is not int or schema < 1:
        note = f"its 'schema' is {schema!r:.40}" if "schema" in data else "it does not say its 'schema'"
        raise UserError("bad-file", "this is no report", note=note, hint="Report.to_json gives one")
    if schema > SCHEMA:
        raise UserError(
            "bad-file",
            f"the report has the schema {schema}, and this sparsec reads those up to {SCHEMA}",
            note="a newer sparsec wrote it",
            hint="update sparsec",
        )
    try:
        report: Report = _read(Report, data, "report")
    except (TypeError, ValueError) as error:
        raise UserError(
            "bad-file", "the report cannot be read", note=str(error), hint="compile the model again"
        ) from error
    return report


def _read(kind: Any, value: Any, place: str) -> Any:
    """A value as what an annotation says; what JSON has no form for is written as ``to_json`` does."""
    origin, members = get_origin(kind), get_args(kind)
    if kind is Any:
        return value
    if origin in (Union, types.UnionType):  # of something and None
        return None if value is None else _read(next(m for m in members if m is not types.NoneType), value, place)
    if origin is Literal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return _one_of({getattr(m, "value", m): m for m in (members or [*kind])}, value, place)
    if is_dataclass(kind):
        return _object(kind, value, place)
    if origin in (list, tuple):
        return _items(origin, members, value, place)
    if origin is not None:
        return {k: _read(members[1], v, f"{place}.{k}") for k, v in _of(Mapping, value, place).items()}
    if isinstance(value, bool) and kind is not bool:
        raise ValueError(f"'{place}' is {value}, not a {kind.__name__}")
    return _of(NUMBER[kind], value, place)


def _object(kind: Any, value: Any, place: str) -> Any:
    hints, found = get_type_hints(kind), {}
    _of(Mapping, value, place)
    for entry in fields(kind):
        if entry.name in value:
            found[entry.name] = _read(hints[entry.name], value[entry.name], f"{place}.{entry.name}")
        elif entry.default is MISSING and entry.default_factory is MISSING:
            raise ValueError(f"'{place}' has no '{entry.name}'")
    if kind is LayerRow:  # indices of channels are left out of most reports
        for name in ("outputs", "inputs"):
            found.setdefault(f"removed_{name}", followed(found[name], None))
    return kind(**found)


def _items(kind: Any, members: tuple[Any, ...], value: Any, place: str) -> Any:
    if isinstance(value, str):  # channels, as ranges with both ends included
        runs = [_run(text, place) for text in value.split(", ")] if value else []
        return tuple(runs) if get_origin(members[0]) is tuple else tuple(i for run in runs for i in range(*run))
    given = _of((list, tuple), value, place)
    many = kind is list or ... in members
    if not many and len(given) != len(members):
        raise ValueError(f"'{place}' has {len(given)} items, not {len(members)}")
    wanted = members[:1] * len(given) if many else members
    return kind(_read(m, item, f"{place}[{n}]") for n, (m, item) in enumerate(zip(wanted, given, strict=True)))


def _run(text: str, place: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise ValueError(f"'{place}' holds '{text[:40]}', which is no range of channels")
    return int(first), int(last or first) + 1


def _one_of(known: Mapping[Any, Any], value: Any, place: str) -> Any:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"'{place}' is {value!r:.40}, none of {', '.join(map(repr, known))}")
    return known[value]


def _of(kinds: Any, value: Any, place: str) -> Any:
    if not isinstance(value, kinds):
        raise ValueError(f"'{place}' is {type(value).__name__}, which it cannot be")
    return value
