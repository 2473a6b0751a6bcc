"""Do two runs of a model agree? One comparator for every dtype, and what a model's own rounding makes of its results.

Floating-point and complex results are compared relative to the largest magnitude of the output that they are in; NaN
and infinity have to be where the original has them. Integers and booleans have to be equal, unless rounding decides
them: then the model itself, with every number in it shaken by one unit in the last place, says how many may differ
and by how much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, fx

from .ir.program import Interpreter, Program
from .numerics import without_detours
from .words import count

# Largest |result - original| relative to the original's largest magnitude, by the narrowest dtype that is computed in.
TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-4, torch.float16: 1e-2, torch.bfloat16: 5e-2}
# How many times as much as its own rounding does to it a result may differ. Another order of sums rounds every layer
# anew, while shaking rounds inputs and weights once.
LEEWAY_FACTOR = 8.0
# What a model's own rounding may excuse at most, for it would excuse everything where the result is chaos.
CHAOS_ERROR = 0.2
SHAKES = 3
# An output that is this much smaller in a wider dtype is zero but for rounding.
VANISHING_SHARE = 1e-4
# In place of a wider dtype than float64, of which there is none, values are rounded to so many units in the last place.
ROUGH_UNITS = 2.0**20


@dataclass(frozen=True)
class Difference:
    """How far one output is from what was expected.

    Attributes:
        output: its index.
        error: largest difference relative to the expected output's largest magnitude; of integers, the share that
            differs; infinite for another structure, shape, dtype, or place of NaN or infinity.
        step: of integers, the largest difference.
        words: what differs, where a number does not say it.
        vanishes: of noise, the output is noise and nothing else: it would be zero if nothing were rounded.
    """

    output: int
    error: float
    step: int = 0
    words: str = ""
    vanishes: bool = False

    def __str__(self) -> str:
        if self.words:
            return f"({self.words})"
        if self.step:
            return f"by up to {self.step} in {self.error:.2%} of its integers"
        return f"by {self.error:.1e} of its scale"


def differences(results: Sequence[Any], expected: Sequence[Any]) -> list[Difference]:
    """Compare flat outputs one by one; those that are equal in every respect have an error of 0."""
    if len(results) != len(expected):
        words = f"{count(len(results), 'output')} instead of {len(expected)}"
        return [Difference(0, float("inf"), words=words)]
    return [_difference(i, result, wanted) for i, (result, wanted) in enumerate(zip(results, expected, strict=True))]


def relative_error(results: Sequence[Any], expected: Sequence[Any]) -> float:
    """The largest error of any output; infinite if any differs in kind, or in an integer."""
    return max((float("inf") if d.step else d.error for d in differences(results, expected)), default=0.0)


def _difference(output: int, result: Any, expected: Any) -> Difference:
    if not isinstance(expected, Tensor) or not isinstance(result, Tensor):
        same = type(result) is type(expected) and bool(result == expected)
        return Difference(output, 0.0) if same else Difference(output, float("inf"), words=f"it is {result!r:.40}")
    if result.shape != expected.shape:
        words = f"its shape is {[*result.shape]} instead of {[*expected.shape]}"
        return Difference(output, float("inf"), words=words)
    if result.dtype != expected.dtype:
        return Difference(output, float("inf"), words=f"it is {result.dtype} instead of {expected.dtype}")
    if expected.numel() == 0:
        return Difference(output, 0.0)
    result = result.to(expected.device)
    if expected.is_floating_point() or expected.is_complex():
        return _of_numbers(output, result, expected)
    differs = result != expected
    share = float(differs.double().mean())
    step = int((result.long() - expected.long()).abs().max())
    return Difference(output, share, step)


def _of_numbers(output: int, result: Tensor, expected: Tensor) -> Difference:
    wide = torch.complex128 if expected.is_complex() else torch.float64
    result, expected = result.to(wide), expected.to(wide)
    strange = ~torch.isfinite(expected)
    same = (result == expected) | (result.isnan() & expected.isnan())
    if bool((strange | ~torch.isfinite(result)).logical_and(~same).any()):
        return Difference(output, float("inf"), words="NaN or infinity stand in other places")
    if bool(same.all()):
        return Difference(output, 0.0)
    scale = float(expected[~strange].abs().max())
    error = float((result - expected)[~same].abs().max())
    return Difference(output, error / scale if scale > 0 else error)


# -------------------------------------------------------------------- what rounding excuses


def excused(found: Sequence[Difference], tolerance: float, noise: Callable[[], Sequence[Difference]]) -> bool:
    """Whether differences are no larger than rounding explains.

    Args:
        found: the differences.
        tolerance: what floating-point outputs may always differ by.
        noise: what the original's own rounding does to each output; asked only where the tolerance is exceeded.
    """
    beyond = [d for d in found if d.step or not d.error <= tolerance]
    if not beyond:
        return True
    if any(d.error == float("inf") for d in beyond):
        return False
    shaken = {d.output: d for d in noise()}
    return all(_within(d, shaken.get(d.output)) for d in beyond)


def _within(found: Difference, noise: Difference | None) -> bool:
    if noise is None or noise.error == float("inf"):
        return False
    if found.step:
        return found.step <= 2 * noise.step and found.error <= LEEWAY_FACTOR * noise.error
    return found.error <= (
        LEEWAY_FACTOR * noise.error if noise.vanishes else min(LEEWAY_FACTOR * noise.error, CHAOS_ERROR)
    )


def noise(program: Program, inputs: Sequence[Any], answer: Sequence[Any]) -> list[Difference]:
    """What a program's own rounding does to its results: inputs and weights shaken by one unit in the last place.

    Args:
        program: the original.
        inputs, answer: flat, of one run of it.
    """
    worst: dict[int, Difference] = {}
    for results in _shaken_runs(program, inputs):
        for found in differences(results, answer):
            before = worst.get(found.output)
            if before is None or (found.error, found.step) > (before.error, before.step):
                worst[found.output] = found
    vanishing = _vanishing(program, inputs, answer)
    if vanishing:
        rounded = {found.output: found.error for found in _rounding_everywhere(program, inputs, answer)}
        for index in vanishing & worst.keys():
            error = max(worst[index].error, rounded.get(index, 0.0))
            worst[index] = replace(worst[index], error=error, vanishes=True)
    return [*worst.values()]


def _rounding_everywhere(program: Program, inputs: Sequence[Any], answer: Sequence[Any]) -> list[Difference]:
    """What rounding every value of a run anew does; nothing where a value that is shaken is none any more."""
    try:
        found = differences(program.run(inputs, _Shaker), answer)
    except (RuntimeError, IndexError):
        return []
    return [difference for difference in found if difference.error < float("inf")]


class _Shaker(Interpreter):
    """Runs a program and shakes every value in it, towards zero, which no value oversteps."""

    def __init__(self, module: fx.GraphModule, units: float = 1.0) -> None:
        super().__init__(module)
        self.units, self.generator = units, torch.Generator().manual_seed(0)

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        return _shaken(result, self.generator, self.units, inwards=True) if n.op == "call_function" else result


def _shaken_runs(program: Program, inputs: Sequence[Any]) -> Iterator[list[Any]]:
    generator = torch.Generator().manual_seed(0)
    for _ in range(SHAKES):
        shaken = program.copy()
        shaken.change_weights(partial(_shaken, generator=generator))
        yield shaken.run([_shaken(x, generator) for x in inputs])


def _vanishing(program: Program, inputs: Sequence[Any], answer: Sequence[Any]) -> set[int]:
    """Outputs whose size goes with that of rounding: what is left where all cancels, as in a value minus its mean."""
    narrow = narrowest(program) is not torch.float64
    try:
        if narrow:
            cast = [x.to(torch.float64) if isinstance(x, Tensor) and x.is_floating_point() else x for x in inputs]
            runs = [*_shaken_runs(without_detours(program, torch.float64), cast)]
        else:
            runs = [program.run(inputs, partial(_Shaker, units=ROUGH_UNITS))]
    except (RuntimeError, IndexError):  # an operation that there is for some types only, or for values that fit
        return set()
    sizes = [(_size(own), max(map(_size, others))) for own, *others in zip(answer, *runs, strict=True)]
    ratios = [(other, own) if narrow else (own, other) for own, other in sizes]
    return {index for index, (wide, rounded) in enumerate(ratios) if wide < VANISHING_SHARE * rounded}


def _size(value: Any) -> float:
    """The largest finite magnitude in a floating-point or complex output; 0 for anything else."""
    if not isinstance(value, Tensor) or not (value.is_floating_point() or value.is_complex()):
        return 0.0
    finite = value[torch.isfinite(value)].abs()
    return float(finite.max()) if finite.numel() else 0.0


def _shaken(value: Any, generator: torch.Generator, units: float = 1.0, inwards: bool = False) -> Any:
    """Each number of a tensor off by up to so many units in the last place; the same, or smaller if ``inwards``."""
    if not isinstance(value, Tensor) or not (value.is_floating_point() or value.is_complex()):
        return value
    eps = torch.finfo(value.dtype).eps
    shake = torch.rand(value.shape, generator=generator, dtype=torch.float64).to(value.device)
    shake = -units * shake if inwards else units * (shake * 2 - 1)
    wide = value.to(torch.complex128 if value.is_complex() else torch.float64)
    return (wide * (1 + eps * shake)).to(value.dtype)


# -------------------------------------------------------------------- dtypes


def narrowest(program: Program) -> torch.dtype:
    """The floating-point dtype with the fewest digits that a program computes in; float32 if it has none."""
    found = {dtype for dtype in _dtypes(program) if dtype in TOLERANCE}
    return max(found, key=lambda dtype: torch.finfo(dtype).eps, default=torch.float32)


def _dtypes(program: Program) -> Iterator[torch.dtype]:
    for node in program.nodes():
        for value in _values(node):
            if value.is_floating_point():
                yield value.dtype
            elif value.is_complex():
                yield value.real.dtype


def _values(node: fx.Node) -> list[Tensor]:
    value = node.meta.get("val")
    found = value if isinstance(value, (list, tuple)) else [value]
    return [x for x in found if isinstance(x, Tensor)]
