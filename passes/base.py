"""The pass contract: what a pass is, what it may use, and how it says what it left undone.

A pass is a frozen dataclass; its fields are its options. ``run`` changes the program in place and returns True exactly
if it changed something. What it leaves undone it says through ``ctx.refuse``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeVar, get_type_hints

from torch import fx

from ..compiler.errors import UserError
from ..compiler.ir.channels import Mask
from ..compiler.ir.costs import Costs
from ..compiler.ir.facts import ALL, Fact, Keys
from ..compiler.ir.findings import Cause, Refusal
from ..compiler.ir.packing import Kernels
from ..compiler.ir.plugins import announced
from ..compiler.ir.program import Program
from ..compiler.ir.speculation import NOWHERE, Speculation
from ..compiler.ir.target import Target
from ..compiler.ir.verifier import infer
from . import options
from .rules.facts import Axes

T = TypeVar("T")


def _quiet(text: str) -> None:
    """Nobody listens."""


@dataclass
class Context:
    """What a pass sees besides the program.

    Attributes:
        target: what the result is for.
        costs: what operations cost on it.
        speculation: where rewrites may add an op (bias maps, gathers), which they mark; the driver measures what is
            left of them (see ``sparsec.compiler.ir.speculation``).
        allow_growth: whether passes may hold more numbers in one place because that lets them remove some in others:
            a weight that several layers share may become a weight for each, a weight that is computed from smaller
            ones may be held. The driver counts what the whole result holds.
        refusals: filled by ``refuse``.
        removing: who wants to know which channel ids are kept by a removal that is about to happen.
        kernels: the target's sparse kernels; None if it has none.
        held: names of nodes that have to stay as they are, since changing them went wrong.
        say: told what a pass that takes long is doing.
    """

    target: Target = field(default_factory=Target)
    costs: Costs = field(default_factory=lambda: Target().estimate())
    speculation: Speculation = NOWHERE
    allow_growth: bool = True
    refusals: list[Refusal] = field(default_factory=list)
    current: str = ""
    removing: Callable[[Program, Axes, Mask], None] | None = None
    kernels: Kernels | None = None
    held: frozenset[str] = frozenset()
    say: Callable[[str], None] = _quiet

    def refuse(self, node: fx.Node, reason: str, cause: Cause = Cause.OTHER, **numbers: int) -> None:
        """Record that the current pass leaves a node as it is.

        Args:
            node: which.
            reason: why, as one sentence without a full stop.
            cause: why, as a kind.
            numbers: what was counted, by name.
        """
        refusal = Refusal.of(self.current, node, reason, cause, numbers)
        if refusal not in self.refusals:
            self.refusals.append(refusal)


@dataclass(frozen=True)
class Pass:
    """Base of all passes.

    Class attributes:
        requires: facts that must be there before.
        establishes: facts that are there afterwards.
        invalidates: facts that no longer hold once the pass has changed something (``ALL``: every one).
        effect: what it does to what the model computes: "exact" (nothing, rounding aside), "lossy" (what comes after it
            is held against its result, and its loss is measured and told), or "fact" (it changes nothing).
        as_written: whether a lossy pass wants the model as it was written, rather than with its weights in their final
            form (norms folded, products written as layers).
    """

    requires: ClassVar[Keys] = frozenset()
    establishes: ClassVar[Keys] = frozenset()
    invalidates: ClassVar[Keys] = frozenset({ALL})
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "exact"
    as_written: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for part in ("requires", "establishes", "invalidates"):
            for key in getattr(cls, part):
                if not isinstance(key, Fact):
                    raise UserError(
                        "bad-option",
                        f"pass '{cls.name()}' {part} {key!r}, which is no fact",
                        hint="write a key, such as sparsec.passes.AXES, or one of your own: Fact[set]('colours')",
                    )

    @classmethod
    def is_for(cls, target: Target) -> bool:
        """Whether it is for programs that run on a target: on others it changes nothing. Most are for all."""
        return True

    def run(self, program: Program, ctx: Context) -> bool:
        """Change ``program`` in place; True exactly if something changed.

        Args:
            program: what to change, or to find facts about.
            ctx: what the pass may do, and who is told what it leaves undone.
        """
        raise NotImplementedError

    @classmethod
    def leaves(cls, facts: Iterable[Fact[Any]]) -> Keys:
        """Of these facts those that still hold once the pass has changed something."""
        return frozenset() if ALL in cls.invalidates else frozenset(facts) - cls.invalidates

    @classmethod
    def name(cls) -> str:
        """Command-line name: ``FoldBatchnorm`` is ``fold-batchnorm``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def summary(cls) -> str:
        """The first line of its docstring."""
        return (cls.__doc__ or "").strip().splitlines()[0]


def carried_out(item: Pass, program: Program, ctx: Context) -> bool:
    """Run a pass, if it is for the target; where it changed something, drop what nobody reads and record shapes anew.

    Raises:
        Malformed: an operation rejects what it is given now.
    """
    changed = item.is_for(ctx.target) and item.run(program, ctx)
    if changed:
        program.clean()
        infer(program)
    return changed


def options_of(kind: type[Any]) -> dict[str, Any]:
    """Option names of a pass, or of another dataclass, with their defaults."""
    return {
        f.name: f.default if f.default_factory is dataclasses.MISSING else f.default_factory()
        for f in dataclasses.fields(kind)
        if f.init
    }


def values_of(kind: type[Pass]) -> dict[str, str]:
    """What may be given for each option of a pass, in words."""
    try:
        kinds = get_type_hints(kind)
    except NameError:  # of an annotation that is there for type checkers alone
        kinds = {}
    return {name: options.allowed(kinds[name]) if name in kinds else "not as text" for name in options_of(kind)}


def third_party() -> dict[str, type[Pass]]:
    """Passes that other packages announce under the entry point group ``sparsec.passes``.

    Raises:
        UserError: an entry point does not name a pass.
    """
    return {kind.name(): kind for kind in announced("sparsec.passes", Pass)}


def parse(text: str, known: dict[str, type[Pass]]) -> list[Pass]:
    """Passes from a command line: ``fold-batchnorm,remove-channels{bias_maps=false}``.

    Raises:
        UserError: an unknown pass or option.
    """
    if not text:
        return []
    if not text.strip(", "):
        raise UserError("bad-option", f"'{text}' names no pass", hint="write pass,pass{option=value},pass")
    item_form = r"[^,{}]+(?:\{[^{}]*\})?"
    if not re.fullmatch(rf"{item_form}(?:,{item_form})*", text):
        raise UserError("bad-option", f"'{text}' is not a list of passes", hint="write pass,pass{option=value},pass")
    passes: list[Pass] = []
    for item in re.findall(item_form, text):
        name, _, rest = item.strip().rstrip("}").partition("{")
        if name not in known:
            raise UserError(
                "unknown-option",
                f"there is no pass '{name}'",
                hint=f"known passes: {', '.join(sorted(known))}",
            )
        passes.append(with_options(known[name], name, filter(None, rest.split(","))))
    return passes


def with_options(kind: type[T], name: str, settings: Iterable[str], noun: str = "pass") -> T:
    """One of a kind of dataclass, whose options are given as texts ``option=value``.

    Args:
        kind: the class.
        name: as the user called it.
        settings: the options.
        noun: what errors call it.

    Raises:
        UserError: an unknown option, or a value that it cannot have.
    """
    defaults, chosen = options_of(kind), {}
    for setting in settings:
        key, _, value = setting.strip().partition("=")
        if key not in defaults:
            raise UserError(
                "unknown-option",
                f"{noun} '{name}' has no option '{key}'",
                hint=f"its options: {', '.join(defaults) or 'none'}",
            )
        chosen[key] = _value(kind, name, key, value, noun)
    return kind(**chosen)


def _value(kind: type[Any], name: str, key: str, text: str, noun: str) -> Any:
    """The value of an option, by its field's annotation."""
    try:
        annotation = get_type_hints(kind)[key]
        return options.read(text, annotation)
    except ValueError:
        raise UserError(
            "bad-option", f"option '{key}' of '{name}' takes {options.allowed(annotation)}, not '{text}'"
        ) from None
    except (TypeError, NameError) as error:
        raise UserError(
            "bad-option",
            f"option '{key}' of '{name}' cannot be given as text",
            note=f"its annotation: {error}",
            hint="give the pass itself: compile(..., passes=[...])" if noun == "pass" else f"give the {noun} itself",
        ) from None
