"""What results are held against: an original program's answers, and those of the user's own module.

A ``Reference`` compares in float64 where the model allows, on the user's examples, as they are, and on invented inputs
like them. ``against_answers`` compares with what the module itself gave, in the model's own dtype.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, fx

from ..codegen.operators import operator_of
from .check_inputs import invented
from .comparison import TOLERANCE, Difference, differences, excused, narrowest, noise, relative_error
from .errors import PassError, UserError
from .ir.fingerprint import fingerprint
from .ir.guards import Assumptions
from .ir.program import FAILURES, Answer, Program
from .numerics import main_dtype, widened, without_detours

# The batch of invented inputs, where it is dynamic.
BATCH = 3
# In a program that computes in float64 but for detours, how many units in the last place of those may get lost.
DETOUR_ULPS = 8


# How many other inputs are tried at a size where the example's answer is nothing but zeros.
OTHER_INPUTS = 4


@dataclass(frozen=True)
class Verification:
    """Outcome of comparing original and result.

    Attributes:
        error: largest difference of any output, relative to that output's largest magnitude.
        dtype: what the comparison ran in.
        samples: number of input sets compared.
    """

    error: float
    dtype: torch.dtype
    samples: int


class Reference:
    """An original program's answers, computed once, to hold results against.

    Args:
        program: the original.
        count: how many sets of inputs to invent, beside the examples; one at least where an example says little.

    Raises:
        UserError: the original answers with nothing but NaN and infinity.
    """

    def __init__(self, program: Program, count: int = 1) -> None:
        self._program = program
        self.inputs = _examples(program)
        self._wide = widened(program)
        try:
            self.answers = [_own_answer(self._wide), *map(self._wide.run, self.inputs[1:])]
        except RuntimeError:  # an operation that there is for narrow types only
            self._wide = program
            self.answers = [program.run(inputs) for inputs in self.inputs]
        self.dtype = main_dtype(program) or narrowest(program)
        self.tolerance = _tolerance(program, self._wide)
        generator = torch.Generator().manual_seed(0)
        for _ in range(count if _says_much(program.inputs) else max(1, count)):
            self._add_invented(generator)
        floating = [x for answer in self.answers for x in answer if isinstance(x, Tensor) and x.is_floating_point()]
        if any(x.numel() for x in floating) and not any(bool(torch.isfinite(x).any()) for x in floating):
            raise UserError(
                "bad-inputs",
                f"the outputs of '{program.name}' hold no finite number",
                note="a result cannot be verified against NaN or infinity",
                hint="pass example inputs that the model can handle, or verify=False (and no quantize)",
            )

    def _add_invented(self, generator: torch.Generator) -> None:
        """One more set of inputs, of another batch where the original takes it; none where it fails on both."""
        example = self._program.inputs
        for inputs in (self._program.batched(example, BATCH), example):
            made = invented(inputs, generator, self._program.limits())
            try:
                self.answers.append(self._wide.run(made))
            except FAILURES:
                continue
            self.inputs.append(made)
            return

    def error(self, program: Program) -> float:
        """The largest relative difference of a program's answers."""
        wide = self._widened(program)
        return max(
            relative_error(wide.run(inputs), answers) for inputs, answers in zip(self.inputs, self.answers, strict=True)
        )

    def difference(self, program: Program) -> str | None:
        """A sentence if a program's answers differ by more than rounding; None if they agree."""
        return self._compare(program)[1]

    def verify(self, program: Program) -> Verification:
        """Compare; raises a PassError without a culprit (the driver bisects)."""
        error, problem = self._compare(program)
        if problem:
            raise PassError(problem, pass_name="unknown")
        return Verification(error, self.dtype, len(self.inputs))

    def _compare(self, program: Program) -> tuple[float, str | None]:
        wide, worst = self._widened(program), 0.0
        # What was folded on a detour is rounded there, in a result as in an original.
        tolerance = self.tolerance if wide is program else max(self.tolerance, _tolerance(program, wide))
        for inputs, answer in zip(self.inputs, self.answers, strict=True):
            try:
                found = differences(wide.run(inputs), answer)
            except RuntimeError as problem:
                return float("inf"), f"it fails: {str(problem).splitlines()[0]}"
            if not self._excused(found, inputs, answer, tolerance):
                return float("inf"), _in_words(found, program, str(self.dtype).removeprefix("torch."))
            worst = max([worst, *(d.error for d in found)])
        return worst, None

    def _widened(self, program: Program) -> Program:
        """A result without detours where the original takes none: what was folded may hold several dtypes."""
        return program if self._wide is self._program else without_detours(program)

    def _excused(
        self, found: Sequence[Difference], inputs: Sequence[Any], answer: Sequence[Any], tolerance: float
    ) -> bool:
        return excused(found, tolerance, lambda: noise(self._wide, inputs, answer))


def _own_answer(program: Program) -> list[Any]:
    """What a program gives on its own inputs, from its last run on them if it is what it was then."""
    if program.ran is not None and program.ran[0] == fingerprint(program):
        return program.ran[1]
    return program.run(program.inputs)


def _says_much(inputs: Sequence[Any]) -> bool:
    """Whether no tensor among the inputs is the same number everywhere, as zeros are that stand for something."""
    tensors = [x.flatten() for x in inputs if isinstance(x, Tensor) and x.numel() > 1]
    return bool(tensors) and all(bool((x != x[0]).any()) for x in tensors)


def _examples(program: Program) -> list[tuple[Any, ...]]:
    """The example inputs and the user's further ones, in the dtypes that the program has now."""
    more = [_cast(answer.inputs, program.inputs) for answer in program.answers[1:]]
    return [tuple(program.inputs), *more]


def _cast(inputs: Sequence[Any], like: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        x.to(y.dtype) if isinstance(x, Tensor) and isinstance(y, Tensor) else x
        for x, y in zip(inputs, like, strict=True)
    )


def _tolerance(program: Program, wide: Program) -> float:
    if wide is program:
        return TOLERANCE[narrowest(program)]
    rounded = _rounded_constants(program)
    return max([TOLERANCE[torch.float64], *(DETOUR_ULPS * torch.finfo(dtype).eps for dtype in rounded)])


def _rounded_constants(program: Program) -> set[torch.dtype]:
    """Dtypes, narrower than float64, in which a program computes something of its weights alone.

    What is computed of the inputs takes no detour when programs are compared; what was folded has taken it.
    """
    constant: set[fx.Node] = set()
    for node in program.nodes():
        made = node.op == "call_function" and constant.issuperset(node.all_input_nodes)  # of nothing, too: positions
        if node.op == "get_attr" or made:
            constant.add(node)
    values = [node.meta.get("val") for node in constant]
    found = {x.dtype for x in values if isinstance(x, Tensor) and x.is_floating_point()}
    return found - {torch.float64}


def against_answers(program: Program, original: Program, answers: Sequence[Answer]) -> str | None:
    """A sentence if a program differs from what the user's module answered; None if only rounding does.

    Args:
        program: what is compared, in the model's own dtypes.
        original: the captured program, which says what rounding does.
        answers: of the module.
    """
    for answer in answers:
        try:
            results = program.run(answer.inputs)
        except FAILURES as problem:
            return f"it fails: {(str(problem).splitlines() or [type(problem).__name__])[0]}"
        state = dict(zip(program.state(), results[len(results) - len(program.state()) :], strict=True))
        results = [*results[: len(program.output_names)], *(state[n] for n in answer.state if n in state)]
        wanted = [*answer.outputs, *(value for n, value in answer.state.items() if n in state)]
        found = differences(results, wanted)
        if not excused(found, TOLERANCE[narrowest(original)], partial(_noise, original, answer, wanted)):
            return _in_words(found, program)
    return None


def answer_of(program: Program, inputs: Sequence[Any]) -> Answer:
    """What a program itself answers: the reference where there is no module."""
    results, state = program.run(inputs), program.state()
    count = len(program.output_names)
    held = dict(zip(state, results[len(results) - len(state) :], strict=True))
    return Answer(tuple(inputs), tuple(results[:count]), held)


def sizes_kept(original: Program, result: Program, others: int = 2) -> Assumptions:
    """What calls of a result have to keep to: sizes of 0 and 1, or of images, at which it is not the original are out.

    That they agree on the example has been seen. Both compute in the same dtypes; constants that hold for one size of
    image only are what may differ.

    Args:
        others: at how many other sizes of images, at most, both are tried.
    """
    known = original.assumptions
    own = {(str(symbol), size) for symbol, size in original.sizes_of(original.inputs).items()}
    small = known.small and frozenset(
        sizes for sizes in known.small if sizes <= own or _agree_at(original, result, dict(sizes))
    )
    free = all(_agree_at(original, result, sizes) for sizes in other_sizes(original)[:others])
    return replace(known, small=small, free=known.free if free else {}, ranges=result.assumptions.ranges)


def _agree_at(original: Program, result: Program, sizes: Mapping[str, int]) -> bool:
    """Whether two programs agree on the example, resized."""

    def tried(inputs: tuple[Any, ...]) -> Answer | None:
        try:
            return answer_of(original, inputs)
        except FAILURES:
            return None

    return agree_at(original, sizes, tried, lambda answer: against_answers(result, original, [answer])) is True


def agree_at(
    program: Program,
    sizes: Mapping[str, int],
    tried: Callable[[tuple[Any, ...]], Answer | None],
    problem: Callable[[Answer], str | None],
) -> bool | None:
    """Whether there is no problem with what is answered to the example, resized; None where no answer says so.

    Integers that index what became smaller are zeros, where they are not answered to as they are. Where outputs hold
    nothing but zeros, as of a dead row, other inputs like the example are tried; if all do, nothing is known.
    """
    known = None
    generator = torch.Generator().manual_seed(0)
    for at in range(1 + OTHER_INPUTS):
        example = program.inputs if at == 0 else invented(program.inputs, generator, program.limits())
        answers = (tried(inputs) for inputs in _resized(program, example, sizes))
        answer = next((answer for answer in answers if answer is not None), None)
        if answer is None:
            break
        if problem(answer) is not None:
            return False
        telling = [_tells(x) or 0 in sizes.values() for x in answer.outputs]  # of nothing, zeros are right
        known = True if any(telling) or not telling else known
        if all(telling):
            break
    return known


def _tells(output: Any) -> bool:
    """Whether an output of floating point has something in it that is not zero, or is empty."""
    if not isinstance(output, Tensor) or not output.is_floating_point() or not output.numel():
        return True
    return bool(output.count_nonzero())


def _resized(program: Program, example: Sequence[Any], sizes: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """An example with other values of symbolic sizes: integers as they are, and as zeros, as they may be indices.

    None where an operation of our own reads wherever its integers point: it may end the process, with zeros too.
    """
    if any(operator_of(node) for node in program.nodes()):
        return []
    inputs = program.resized(example, sizes)
    return [inputs, tuple(_zeroed(x) for x in inputs)]


def _zeroed(value: Any) -> Any:
    integer = isinstance(value, Tensor) and not (value.is_floating_point() or value.is_complex())
    return torch.zeros_like(value) if integer and value.dtype is not torch.bool else value


# Other sizes of images that are tried, as functions of the example's: any other size shows what holds for one only.
OTHERS: tuple[Callable[[int], int], ...] = (lambda size: size - max(1, size // 4), lambda size: size + 8)


def other_sizes(program: Program) -> list[dict[str, int]]:
    """Values of the free sizes that differ from the example's."""
    free = program.assumptions.free
    sizes = {symbol: program.inputs[index].shape[dim] for (index, dim), symbol in free.items()}
    return [{symbol: other(size) for symbol, size in sizes.items()} for other in OTHERS] if sizes else []


def _noise(original: Program, answer: Answer, wanted: Sequence[Any]) -> list[Difference]:
    exact = original.run(answer.inputs)
    return [d for d in noise(original, answer.inputs, exact) if d.output < len(wanted)]


def _in_words(found: Sequence[Difference], program: Program, dtype: str = "") -> str:
    worst = max(found, key=lambda d: (d.error == d.error, d.error))
    names = program.output_names
    where = f"output '{names[worst.output]}' differs" if worst.output < len(names) else "what it writes differs"
    what = f"{where} {worst}"
    return f"{what} in {dtype}" if dtype else what
