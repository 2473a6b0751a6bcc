"""The public names as a page: ``python -m sparsec.compiler.api > docs/api.md``.

Public is what ``__all__`` of the modules below lists, and of a class the methods and properties that are its own. Their
docstrings are the text.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any

MODULES = ("", ".passes", ".ir", ".targets", ".operators", ".formats", ".pruning")
PACKAGE = __package__.partition(".")[0]

HEAD = """# API reference

This page is written by `python -m sparsec.compiler.api` from docstrings; a test keeps it up to date. What is here is
public: it changes with a line in the [changelog](../CHANGELOG.md). Everything else may change without one.
"""
SECTION = re.compile(r"^(Args|Attributes|Class attributes|Raises|Returns):$")
ENTRY = re.compile(r"^    (?! )([\w.*, `]+?): (.*)$")


def page() -> str:
    """The page, as Markdown."""
    parts = [HEAD]
    for module in MODULES:
        found = importlib.import_module(f"{PACKAGE}{module}")
        parts.append(f"## `{found.__name__}`\n\n{as_markdown(inspect.getdoc(found) or '')}\n")
        parts += [_entry(name, value) for name, value in public(found)]
    return "\n".join(parts)


def public(module: Any) -> list[tuple[str, Any]]:
    """The public names of a module and what they are, other modules left out."""
    named = [(name, getattr(module, name)) for name in sorted(module.__all__, key=str.lower) if name != "__version__"]
    return [(name, value) for name, value in named if not inspect.ismodule(value)]


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties of a class that are its own, or come from a base that is ours."""
    ours = [base for base in kind.__mro__ if base.__module__.partition(".")[0] == PACKAGE]
    names = dict.fromkeys(name for base in ours for name in vars(base) if not name.startswith("_"))
    for name in names:
        value = inspect.getattr_static(kind, name)
        value = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
        if inspect.isfunction(value) or isinstance(value, property):
            yield name, value


def _entry(name: str, value: Any) -> str:
    if inspect.isclass(value):
        lines = [f"### class `{name}`\n", *_signature(name, value), as_markdown(inspect.getdoc(value) or "")]
        for member, what in members(value):
            text = as_markdown(inspect.getdoc(what) or "")
            called = "" if isinstance(what, property) else _called(what)
            lines.append(f"\n#### `{member}{called}`\n\n{text}")
        return "\n".join(lines) + "\n"
    if inspect.isroutine(value):
        return "\n".join([f"### `{name}`\n", *_signature(name, value), as_markdown(inspect.getdoc(value) or "")]) + "\n"
    kind = type(value)
    about = (inspect.getdoc(kind) or "").partition("\n")[0] if kind.__module__ != "builtins" else ""
    return f"### `{name}`\n\nA `{kind.__name__}`. {as_markdown(about)}".rstrip() + "\n"


def _signature(name: str, value: Any) -> list[str]:
    """A block with the signature; nothing for a class that is only derived from, or only raised."""
    called = _called(value)
    return [f"```text\n{name}{called}\n```\n"] if called else []


class _Written:
    """An annotation as it is written."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _called(value: Any) -> str:
    """How something is called; what stands for its own object left out."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return ""
    kept = [p for p in signature.parameters.values() if p.name not in ("self", "cls")]
    kept = [p.replace(annotation=_written(p.annotation)) for p in kept]
    returns = inspect.Signature.empty if inspect.isclass(value) else _written(signature.return_annotation)
    text = str(inspect.Signature(kept, return_annotation=returns))
    return re.sub(r"<factory>", "...", re.sub(r" at 0x[0-9a-f]+", "", text))


def _written(annotation: Any) -> Any:
    return _Written(annotation) if isinstance(annotation, str) else annotation


def as_markdown(text: str) -> str:
    """A docstring as Markdown: sections as lists, literals in single quotes of code, blocks fenced."""
    lines: list[str] = []
    listing = code = False
    for line in text.splitlines():
        if code and line and not line.startswith("    "):
            lines, code = [*_without_end(lines), "```", ""], False
        if code:
            lines.append(line.removeprefix("    "))
            continue
        section, entry = SECTION.match(line), ENTRY.match(line) if listing else None
        if section:
            lines += [f"**{section[1]}**", ""]
            listing = True
        elif entry:
            lines.append(f"- `{entry[1]}`: {_literals(entry[2])}")
        elif line.endswith("::") and not line.startswith(" "):
            lines += [f"{_literals(line[:-1])}", "", "```"]
            code = True
        else:
            listing = listing and (not line or line.startswith(" "))
            lines.append(_literals(line.strip() if not listing else f"  {line.strip()}".rstrip()))
    return "\n".join([*_without_end(lines), "```"] if code else lines).replace("```\n\n\n", "```\n\n")


def _without_end(lines: list[str]) -> list[str]:
    """Lines without the blank ones that end them."""
    while lines and not lines[-1]:
        lines = lines[:-1]
    return [line for number, line in enumerate(lines) if not (line == "" and lines[number - 1] == "```")]


def _literals(line: str) -> str:
    return re.sub(r"``([^`]+)``", r"`\1`", line)


if __name__ == "__main__":
    sys.stdout.write(page())
