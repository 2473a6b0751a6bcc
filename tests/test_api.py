"""The public names: each has a docstring that names its arguments and errors, and docs/api.md shows them."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sparsec.compiler.api import MODULES, as_markdown, members, page, public

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"


def objects() -> Iterator[tuple[str, Any]]:
    """Everything public, and the public members of its classes."""
    for module in MODULES:
        found = importlib.import_module(f"sparsec{module}")
        for name, value in public(found):
            yield f"{found.__name__}.{name}", value
            if inspect.isclass(value):
                for member, what in members(value):
                    yield f"{found.__name__}.{name}.{member}", what


def is_constant(value: Any) -> bool:
    return not (inspect.isclass(value) or inspect.isroutine(value) or isinstance(value, property))


OBJECTS = dict(objects())
CALLED = {name: value for name, value in OBJECTS.items() if inspect.isroutine(value)}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "python -m sparsec.compiler.api > docs/api.md"


@pytest.mark.parametrize("name", [name for name, x in OBJECTS.items() if not is_constant(x)])
def test_it_has_a_docstring(name: str) -> None:
    text = inspect.getdoc(OBJECTS[name])
    assert text and text.splitlines()[0].rstrip()[-1] in ".:?", text


@pytest.mark.parametrize("name", CALLED)
def test_its_arguments_are_named(name: str) -> None:
    """Several of them, at least: one alone is mostly what the first sentence is about."""
    parameters = [p for p in inspect.signature(CALLED[name]).parameters if p not in ("self", "cls")]
    text = inspect.getdoc(CALLED[name]) or ""
    unnamed = [p for p in parameters if not re.search(rf"\b{p}\b", text)]
    assert len(parameters) < 2 or not unnamed, unnamed


@pytest.mark.parametrize("name", CALLED)
def test_its_own_errors_are_named(name: str) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(CALLED[name])))
    raised = {
        ast.unparse(node.exc).partition("(")[0] for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc
    }
    kinds = {kind for kind in raised if kind[0].isupper()} - {"NotImplementedError"}
    text = inspect.getdoc(CALLED[name]) or ""
    assert not [kind for kind in kinds if kind not in text]


def test_what_a_docstring_becomes() -> None:
    text = """Do it, as ``x`` says.

Before::

    a = 1

    b = 2

After it.

Args:
    one, two: what
        is done.
    three: more.

Raises:
    UserError: it cannot.
"""
    assert as_markdown(text) == (
        "Do it, as `x` says.\n\nBefore:\n\n```\na = 1\n\nb = 2\n```\n\nAfter it.\n\n**Args**\n\n- `one, two`: what\n"
        "  is done.\n- `three`: more.\n\n**Raises**\n\n- `UserError`: it cannot."
    )
