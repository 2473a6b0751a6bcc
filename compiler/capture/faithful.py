"""Is the captured program the user's model? It has to answer alike, and at which sizes it does is part of its contract.

``torch.export`` follows one path through the model's Python code. Where that code looks at sizes, at whether it is
being exported, at its own attributes or at fast paths, the program may be another model. So the module's own answers
are compared with the program's: on the examples, and at sizes of 0 and 1, which export takes to be impossible.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import sympy
import torch
import torch.utils._pytree as pytree
from torch import Tensor
from torch.export import ExportedProgram

from ..errors import UserError
from ..ir.guards import Assumptions, Small, assumed, value_at
from ..ir.program import Answer, Program
from ..reference import against_answers, agree_at
from .user_model import UserModel

# Up to this many symbolic sizes, every combination of them is tried at a size of 1.
COMBINED_SIZES = 3
# Where equal sizes are looked for, and how many cases of them are tried.
LARGEST_SIZE, SEEN_CASES = 65, 2


def check_answers(program: Program, model: UserModel) -> None:
    """Hold a program against what the module gave on the examples.

    Raises:
        UserError: it differs; by how much, at which output, and what may be the reason.
    """
    problem = _problem(program, program.answers)
    if problem is None:
        return
    args, kwargs = program.call
    again = model.tried(args, kwargs)
    if again is not None and _changed(again, program.answers[0]):
        raise _differs(
            model,
            problem,
            note="called twice with the same inputs, the model gives two answers: it draws random numbers, or keeps "
            "state in Python",
            hint="make it a function of its inputs and buffers",
        )
    if _fast_path_differs(program, model):
        raise _differs(
            model,
            problem,
            note="its fast path for inference (torch.backends.mha) gives something else than its own code, which is "
            "what can be exported: at padded places it writes zeros",
            hint="if these places do not matter, pass reference='export'; or switch the fast path off: "
            "torch.backends.mha.set_fastpath_enabled(False)",
        )
    raise _differs(
        model,
        problem,
        note="torch.export follows one path: branches on torch.compiler.is_exporting(), on attributes, or on the "
        "batch of one may lead elsewhere",
        hint="compare torch.export.export(model, args).module()(*args) with model(*args); or pass reference='export' "
        "to take the exported program for the model",
    )


def _problem(program: Program, answers: Sequence[Answer]) -> str | None:
    """How a program differs from what the module answered: in its numbers, or in the shapes that it is said to give."""
    problem = against_answers(program, program, answers)
    for answer in answers if problem is None else ():
        found = program.output_shapes(answer.inputs)
        for name, shape, output in zip(program.output_names, found, answer.outputs, strict=False):
            if shape is not None and isinstance(output, Tensor) and shape != tuple(output.shape):
                return f"the shape of output '{name}' is {[*output.shape]}, and {[*shape]} in the graph"
    return problem


def _differs(model: UserModel, problem: str, *, note: str, hint: str) -> UserError:
    return UserError(
        "capture-differs", f"the exported program of '{model.name}' is not the model: {problem}", note=note, hint=hint
    )


def _changed(again: Answer, first: Answer) -> bool:
    if len(again.outputs) != len(first.outputs):
        return True
    pairs = zip(again.outputs, first.outputs, strict=True)
    return not all(_alike(a, b) for a, b in pairs)


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return a.shape == b.shape and bool(torch.equal(torch.nan_to_num(a), torch.nan_to_num(b)))
    return bool(a == b)


def _fast_path_differs(program: Program, model: UserModel) -> bool:
    """Whether the program is right about the model without PyTorch's fast path for attention."""
    before = torch.backends.mha.get_fastpath_enabled()
    if not before:
        return False
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        answer = model.tried(*program.call)
    finally:
        torch.backends.mha.set_fastpath_enabled(before)
    return answer is not None and _problem(program, [answer]) is None


# -------------------------------------------------------------------- sizes


def with_assumptions(program: Program, model: UserModel | ExportedProgram) -> None:
    """Note what later calls have to keep to: relations between sizes, and which sizes of 0 and 1 were seen to work.

    A program that was exported elsewhere is its own reference, and says by its guards which small sizes it takes.
    """
    known = assumed(node.meta.get("val") for node in program.placeholders())
    program.assumptions = known
    if isinstance(model, UserModel):
        known = _without_harmless(known, program, model)
        found = dict(_small_sizes(program, partial(_agree_at, program, model)))
    else:
        found = dict(_small_sizes(program, partial(_passes_guards, _guards_of(model), program)))
    small = frozenset(small for small, right in found.items() if right)
    wrong = frozenset(small for small, right in found.items() if right is False)
    all_right = not isinstance(model, UserModel) and not wrong
    program.assumptions = replace(known, small=None if all_right else small, wrong=wrong)


def _guards_of(exported: ExportedProgram) -> Callable[..., Any] | None:
    """What an exported program asserts of its inputs; None where PyTorch fails to write that."""
    try:
        return getattr(exported.module(), "_guards_fn", lambda *inputs: None)  # without an example there are none
    except SyntaxError:
        return None


def _passes_guards(guards: Callable[..., Any] | None, program: Program, sizes: Mapping[str, int]) -> bool:
    """Whether an exported program's guards let these sizes pass; what they cannot be asked about is no size of its."""
    if guards is None:
        return False
    try:
        guards(*program.resized(program.inputs, sizes))
    except (AssertionError, ZeroDivisionError, AttributeError):
        return False
    return True


def _without_harmless(known: Assumptions, program: Program, model: UserModel) -> Assumptions:
    """Assumptions without conditions that tracing has left by comparing strides, on which mostly nothing hangs."""
    strides = _Strides(program, model, known.least)
    each = [part for r in known.relations for part in (r.args if isinstance(r, sympy.And) else (r,))]
    relations = tuple(relation for relation in each if not strides.is_harmless(relation))
    return replace(known, relations=relations, least=strides.least())


@dataclass(frozen=True)
class _Strides:
    """Conditions that may be accidents of strides: broken where two sizes are equal, or by small sizes alone.

    Where module and program agree there, it was no branch of the model's own.

    Attributes:
        limits: the least sizes, by symbol, that are asked for anyway.
        asked: of a size of a symbol, whether they agree; None where the module has no answer.
    """

    program: Program
    model: UserModel
    limits: Mapping[str, int]
    asked: dict[tuple[sympy.Symbol, int], bool | None] = field(default_factory=dict)

    @cached_property
    def usual(self) -> dict[sympy.Symbol, int]:
        """Sizes of the example."""
        return {symbol: max(size, 2) for symbol, size in self.program.sizes_of(self.program.inputs).items()}

    def agree(self, symbol: sympy.Symbol, size: int) -> bool | None:
        """Whether they agree where a symbol has a size; None where the module has no answer."""
        if (symbol, size) not in self.asked:
            sizes = {str(s): n for s, n in {**self.usual, symbol: size}.items()}
            self.asked[symbol, size] = _agree_at(self.program, self.model, sizes)
        return self.asked[symbol, size]

    def is_harmless(self, relation: sympy.Basic) -> bool:
        """Whether nothing hangs on a condition, or what is asked for anyway says the same."""
        broken = [
            (symbol, size)
            for symbol in sorted(relation.free_symbols & self.usual.keys(), key=str)
            for size in range(2, LARGEST_SIZE)
            if value_at(relation, {**self.usual, symbol: size}) == sympy.false
        ]
        beyond = [(symbol, size) for symbol, size in broken if size >= self.limits.get(str(symbol), 2)]
        if not broken and isinstance(relation, sympy.Ne):
            return self._agree_together(relation)
        if not broken or isinstance(relation, sympy.Ne):
            return bool(broken) and all(self.agree(*case) for case in beyond[:SEEN_CASES])
        if not isinstance(relation, (sympy.Lt, sympy.Gt, sympy.Le, sympy.Ge)):
            return False
        if not beyond and len(relation.free_symbols) > 1:
            return True
        return max(size for _, size in broken) + 1 < LARGEST_SIZE and self._agree_below(broken)

    def _agree_together(self, relation: sympy.Basic) -> bool:
        """Whether they agree where a condition is broken by several sizes alone that are small together."""
        symbols = sorted(relation.free_symbols & self.usual.keys(), key=str)
        cases = ({**self.usual, **dict.fromkeys(symbols, size)} for size in range(2, LARGEST_SIZE))
        broken = [case for case in cases if value_at(relation, case) == sympy.false]
        answers = [_agree_at(self.program, self.model, {str(s): n for s, n in case.items()}) for case in broken]
        return bool(answers) and all(answers)

    def _agree_below(self, broken: Sequence[tuple[sympy.Symbol, int]]) -> bool:
        """Whether they agree at sizes below a limit, down to where the module has no answer."""
        seen = False
        for symbol in dict.fromkeys(symbol for symbol, _ in broken):
            for size in sorted((size for other, size in broken if other == symbol), reverse=True):
                answer = self.agree(symbol, size)
                if answer is None:
                    break
                if not answer:
                    return False
                seen = True
        return seen

    def least(self) -> dict[str, int]:
        """The least sizes, once smaller ones were seen to do."""
        found = dict(self.limits)
        for (symbol, size), alike in self.asked.items():
            if alike and str(symbol) in found:
                found[str(symbol)] = min(size, found[str(symbol)])
        return found


def _small_sizes(
    program: Program, ask: Callable[[Mapping[str, int]], bool | None]
) -> Iterator[tuple[Small, bool | None]]:
    """Combinations of sizes of 0 and 1, and whether they are right; None where nothing is known."""
    actual = {str(symbol): size for symbol, size in program.sizes_of(program.inputs).items()}
    own = {symbol: size for symbol, size in actual.items() if size < 2}
    if own:
        yield frozenset(own.items()), True  # the example itself, which was compared
    usual = {symbol: max(size, 2) for symbol, size in actual.items()}
    for small in _combinations([*actual], _together(actual, program.batch_symbols())):
        if small != own:
            yield frozenset(small.items()), ask(usual | small)


def _together(actual: Mapping[str, int], batch: Sequence[str]) -> list[list[str]]:
    """Sizes that are likely to be small together: those of the batch, and those that the example has equal."""
    equal = [[symbol for symbol, size in actual.items() if size == found] for found in dict.fromkeys(actual.values())]
    groups = {frozenset(group): group for group in [[*batch], *equal]}
    return [group for group in groups.values() if len(group) > 1]


def _combinations(symbols: Sequence[str], together: Sequence[Sequence[str]]) -> Iterator[dict[str, int]]:
    """Sizes of 1: each, all, those of a group, every combination of a few; of 0: each, and those of a group."""
    counts = range(1, len(symbols) + 1) if len(symbols) <= COMBINED_SIZES else (1, len(symbols))
    for count in counts:
        for chosen in itertools.combinations(symbols, count):
            yield dict.fromkeys(chosen, 1)
    for symbol in symbols:
        yield {symbol: 0}
    for group in together:
        if COMBINED_SIZES < len(symbols) != len(group):  # else it was among the combinations
            yield dict.fromkeys(group, 1)
        yield dict.fromkeys(group, 0)


def works_at(program: Program, model: UserModel, sizes: Mapping[str, int]) -> bool:
    """Whether module and program agree where symbolic sizes have these values."""
    return bool(_agree_at(program, model, sizes))


def _agree_at(program: Program, model: UserModel, sizes: Mapping[str, int]) -> bool | None:
    """The same; None where the module gives no answer."""
    spec = pytree.tree_structure(program.call)

    def tried(inputs: tuple[Any, ...]) -> Answer | None:
        args, kwargs = pytree.tree_unflatten(inputs, spec)
        return model.tried(args, kwargs)

    return agree_at(program, sizes, tried, lambda answer: _problem(program, [answer]))
