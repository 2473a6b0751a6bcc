"""Recipes: what pruning was asked for and did, so that it can be done again, to the bit."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from ...codegen.onnx.files import save_text
from ...passes.prune.allocation.given import Given
from ...passes.prune.allocation.uniform import Uniform
from ...passes.prune.budget import BUDGETS, Budget
from ...passes.prune.compensation import compensation_of
from ...passes.prune.importance import importance_of
from ...passes.prune.kinds import Method
from ...passes.prune.outcome import Pruned
from ...passes.prune.patterns import pattern_of
from ...passes.prune.prune import Prune
from ..embedded import RECIPE, documents_in
from ..errors import UserError
from ..ir.program import Program, bytes_of
from ..paths import existing

FORMAT = 1
"""Of the file; a newer one is refused."""

SECTIONS = ("options", "digests", "made-with", "levels")
READERS: dict[str, Callable[[Any], Method]] = {
    "importance": importance_of,
    "pattern": pattern_of,
    "compensation": compensation_of,
}
SHOWN = 16  # characters of a digest, in errors

HEAD = "# What sparsec.prune was asked for and did; sparsec.prune(model, data, recipe=FILE) does it again.\n"


@dataclass(frozen=True)
class Recipe:
    """What was done to a model.

    Attributes:
        options: of ``sparsec.prune``, as text, numbers and lists; methods by their names.
        levels: the share of zeros of each layer, or of each axis of units; an allocation does not look for them again.
        digests: of ``weights`` (dense), ``data`` and the ``result``'s weights; those that are not there are not
            compared.
        versions: with which it was made: of ``sparsec`` and ``torch``, and how many ``threads``.
        own: options that are a user's own functions or classes, which no text stands for: they are to be passed again.
    """

    options: Mapping[str, Any]
    levels: Mapping[str, float] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    own: tuple[str, ...] = ()

    @classmethod
    def of(cls, item: Prune, done: Pruned, held_out: float, **digests: str) -> Recipe:
        """Of what was just done.

        Args:
            item: the pass.
            done: what it did.
            held_out: the share of data that was not looked at.
            digests: see the attributes.
        """
        options: dict[str, Any] = {"held_out": held_out}
        options |= {name: getattr(item, name) for name in ("seed", "sparsity", "measured", "sequential")}
        options |= {"units": [*item.units], "keep": [*item.keep], "allocation": item.allocation.text}
        if isinstance(item.allocation, Given):
            options["allocation"] = "given"
        own = []
        for name in READERS:
            if name == "pattern" and item.units:
                continue
            options[name], readable = _as_text(name, getattr(item, name))
            own += [] if readable else [name]
        if item.loss is not None:
            options["loss"] = getattr(item.loss, "__qualname__", type(item.loss).__name__)
            own.append("loss")
        if item.budget is not None:
            kind = type(item.budget).__name__.lower()
            options["budget"] = f"{kind}:{item.budget.share!r}"
            own += [] if BUDGETS.get(kind) is type(item.budget) else ["budget"]
        levels = {one.name: one.asked for one in (done.gone or done.outcomes)}
        options = {name: value for name, value in options.items() if value is not None}
        return cls(options, levels, digests, _versions(), tuple(own))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Recipe:
        """From a file that ``save`` wrote, or from a model that was pruned by it (``.pt2``, ``.onnx``).

        Raises:
            UserError: there is no such file, or it is no recipe.
        """
        file = existing(path, "a recipe (.toml)")
        if file.suffix == ".toml":
            try:
                return cls.read(file.read_text(encoding="utf-8"), str(file))
            except (OSError, UnicodeDecodeError) as error:
                raise UserError("bad-recipe", f"'{file}' cannot be read", note=str(error)) from error
        text = documents_in(file).get(RECIPE)
        if text is None:
            raise UserError("bad-recipe", f"'{file}' holds no recipe", hint="pass a file that result.save(path) wrote")
        return cls.read(text, str(file))

    @classmethod
    def read(cls, text: str, name: str = "the recipe") -> Recipe:
        """From the text of such a file.

        Args:
            text: TOML.
            name: what to call it in errors.

        Raises:
            UserError: it is no recipe.
        """
        try:
            return _read(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise UserError(
                "bad-recipe",
                f"'{name}' is no recipe of pruning",
                note=str(error) if not isinstance(error, KeyError) else f"it lacks {error}",
                hint="pass a file that result.recipe.save(path) wrote",
            ) from error

    @property
    def text(self) -> str:
        """As TOML."""
        parts = [HEAD, f"format = {FORMAT}\n"]
        parts += [f"own = {_toml([*self.own])}\n"] if self.own else []
        tables = (self.options, self.digests, self.versions, self.levels)
        for name, table in zip(SECTIONS, tables, strict=True):
            parts.append(f"\n[{name}]\n")
            parts += [f"{_key(key)} = {_toml(value)}\n" for key, value in table.items()]
        return "".join(parts)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as a ``.toml`` file.

        Raises:
            UserError: the path ends otherwise or cannot be written.
        """
        return save_text(path, (".toml",), self.text)

    def elsewhere(self) -> Recipe:
        """The same for other weights and other data: nothing is compared, the shares of zeros stay."""
        return replace(self, digests={})

    # ------------------------------------------------------------ doing it again

    def asked(self, given: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
        """The options of ``sparsec.prune`` that do it again.

        Args:
            given: what was passed beside the recipe.
            usual: what these options are by default.

        Raises:
            UserError: an option is passed that the recipe decides, or a function of one's own is not.
        """
        chosen = {name: value for name, value in given.items() if not _same(value, usual[name])}
        for name in chosen:
            if name not in self.own:
                raise UserError(
                    "bad-option", f"both recipe= and {name}= say what is done", hint=f"leave out {name}=, or the recipe"
                )
        for name in self.own:
            if name not in chosen:
                raise UserError(
                    "bad-recipe",
                    f"the recipe was made with {name}={self.options.get(name)}, which is not in it",
                    hint=f"pass it again: {name}=",
                )
        unknown = sorted(self.options.keys() - given.keys())
        if unknown:
            raise UserError("bad-recipe", f"the recipe has an option '{unknown[0]}', which there is not")
        found = dict(usual) | {name: value for name, value in self.options.items() if name not in self.own}
        if found["allocation"] != Uniform.name():
            found["allocation"] = Given(self.levels)
        found["budget"] = _budget(found.get("budget"))
        if found["budget"] is not None:
            found["sparsity"] = None
        return found | chosen

    def check(self, **digests: str) -> None:
        """Raises a UserError where weights or data are not those that it was made with.

        Args:
            digests: of ``weights`` and ``data``.
        """
        for what, here in digests.items():
            there = self.digests.get(what, here)
            if there != here:
                raise UserError(
                    "bad-recipe",
                    f"the recipe was made with other {what}",
                    note=f"their digest is {_short(there)} in the recipe, {_short(here)} here",
                    hint=f"pass the {'model' if what == 'weights' else 'data'} that it was made with, or "
                    "recipe.elsewhere() to do the like with this one",
                )

    def compare(self, result: str) -> None:
        """Warns where the outcome is not the one that it had, to the bit.

        Args:
            result: digest of the weights that came out.
        """
        if self.digests.get("result", result) == result:
            return
        now = _versions()
        differ = [key for key, then in self.versions.items() if then != now.get(key)]
        told = [f"{key} {self.versions[key]} there, {now.get(key)} here" for key in differ]
        why = "; ".join(told) or "another machine may round otherwise"
        warnings.warn(f"the result is not that of the recipe to the bit ({why})", stacklevel=3)


def _read(found: Mapping[str, Any]) -> Recipe:
    """A recipe from what its file holds."""
    if found["format"] > FORMAT:
        raise ValueError(f"it is of format {found['format']}, and this sparsec reads {FORMAT}")
    options, digests, versions, levels = (dict(found.get(key, {})) for key in SECTIONS)
    levels = {str(key): float(value) for key, value in levels.items()}
    return Recipe(options, levels, digests, versions, tuple(found.get("own", ())))


def recipe_of(given: object) -> Recipe:
    """A recipe from itself or from a file.

    Raises:
        UserError: it is neither.
    """
    if isinstance(given, Recipe):
        return given
    if isinstance(given, (str, os.PathLike)):
        return Recipe.load(given)
    raise UserError("bad-option", f"{given!r:.80} is no recipe", hint="pass a Recipe, or the path of its file")


def weights_digest(program: Program) -> str:
    """A hash of the weights of a program: names, dtypes, shapes and numbers."""
    found = hashlib.blake2b(digest_size=16)
    for name, held in sorted(program.held_weights().items()):
        found.update(f"{name} {held.dtype} {tuple(held.shape)};".encode())
        found.update(bytes_of(held))
    return found.hexdigest()


def _versions() -> dict[str, str]:
    from ... import __version__

    return {"sparsec": __version__, "torch": str(torch.__version__), "threads": str(torch.get_num_threads())}


def _as_text(name: str, method: Method) -> tuple[str, bool]:
    """A method as text, and whether the text stands for it."""
    text = method.text
    try:
        return text, READERS[name](text) == method
    except UserError:
        function = getattr(method, "function", None)
        return getattr(function, "__qualname__", method.name()), False


def _budget(text: str | None) -> Budget | None:
    if text is None:
        return None
    kind, _, share = text.partition(":")
    try:
        return BUDGETS[kind](float(share))
    except (KeyError, ValueError) as error:
        raise UserError("bad-recipe", f"the recipe has a budget '{text}', which there is not") from error


def _same(value: Any, usual: Any) -> bool:
    return value is usual or (type(value) is type(usual) and bool(value == usual))


def _short(digest: str) -> str:
    return digest[:SHOWN] or "of none"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else _toml(name)


def _toml(value: Any) -> str:
    """A value as TOML: whose strings are those of JSON, save for one character."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
