"""Options of passes as text: what a command line says becomes what the field's annotation says.

Numbers, words, true and false, ``Literal`` and ``Enum`` values, ``none`` where it is allowed, and tuples or frozen sets
of those, whose items are separated by semicolons: ``sizes=1;2;3``.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

SEPARATOR = ";"
NOTHING = type(None)
WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "an integer",
    float: "a number (float)",
    str: "a word",
    Path: "a path",
    NOTHING: "none",
}


def read(text: str, kind: Any) -> Any:
    """The value that a text stands for where a value of some kind is wanted.

    Raises:
        ValueError: the text stands for none of that kind.
        TypeError: values of that kind cannot be written as text.
    """
    read_by = _reader(kind)
    if read_by is None:
        raise TypeError(f"{kind} has no form as text")
    return read_by(text.strip())


def written(value: Any) -> str:
    """The text that a value is read from."""
    if isinstance(value, (tuple, frozenset)):
        return SEPARATOR.join(map(written, sorted(value) if isinstance(value, frozenset) else value))
    return value.name.lower() if isinstance(value, enum.Enum) else _text(value)


def allowed(kind: Any) -> str:
    """What may be given for a kind: ``true or false``, ``one of 'fast', 'small'``."""
    origin, members = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return " or ".join(allowed(member) for member in members)
    if origin is Literal:
        return f"one of {', '.join(repr(_text(member)) for member in members)}"
    if origin in (tuple, frozenset):
        each = dict.fromkeys(allowed(member) for member in members if member is not ...)
        fixed = origin is tuple and ... not in members
        return f"{len(members) if fixed else 'any number'} of ({' and '.join(each)}), separated by '{SEPARATOR}'"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return f"one of {', '.join(repr(member.name.lower()) for member in kind)}"
    return WORDS.get(kind, getattr(kind, "__name__", str(kind)))


def _reader(kind: Any) -> Callable[[str], Any] | None:
    """What reads a kind; None where nothing does."""
    origin, members = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if None in map(_reader, members) else lambda text: _first(text, members)
    if origin is Literal:
        return lambda text: _named(text, {_text(member): member for member in members})
    if origin in (tuple, frozenset):
        items = [member for member in members if member is not ...]
        many = origin is frozenset or ... in members
        return None if None in map(_reader, items) else lambda text: origin(_items(text, items, many))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return lambda text: _named(text.lower(), {member.name.lower(): member for member in kind})
    simple: dict[Any, Callable[[str], Any]] = {
        bool: lambda text: _named(text.lower(), {"true": True, "false": False}),
        NOTHING: lambda text: _named(text.lower(), {"none": None}),
        int: int,
        float: float,
        str: str,
        Path: Path,
    }
    return simple.get(kind)


def _first(text: str, kinds: tuple[Any, ...]) -> Any:
    """By the first kind that fits; words fit anything, and come last."""
    for kind in sorted(kinds, key=lambda kind: kind in (str, Path)):
        try:
            return read(text, kind)
        except ValueError:
            continue
    raise ValueError(text)


def _items(text: str, kinds: list[Any], many: bool) -> list[Any]:
    texts = text.split(SEPARATOR) if text else []
    if not many and len(texts) != len(kinds):
        raise ValueError(text)
    return [read(item, kind) for item, kind in zip(texts, kinds * len(texts) if many else kinds, strict=False)]


def _named(text: str, known: dict[str, Any]) -> Any:
    if text not in known:
        raise ValueError(text)
    return known[text]


def _text(member: Any) -> str:
    return str(member).lower() if isinstance(member, (bool, NOTHING)) else str(member)
