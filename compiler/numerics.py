"""Does the compiled program still compute the same? Promotion to float64, random inputs, comparison.

Passes run on a float64 copy of the program where the model allows it, so that rounding cannot hide a mistake; the
weights go back to their own dtype at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from .errors import PassError, UserError
from .ir.program import Program, attribute, set_attribute
from .ir.verifier import Malformed, infer

# Largest |result - original| relative to the original's largest magnitude, by the dtype that the check runs in.
TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-4, torch.bfloat16: 5e-2, torch.float16: 1e-2}


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


def main_dtype(program: Program) -> torch.dtype | None:
    """The one floating-point dtype of weights and inputs; None if there are several."""
    held = [
        *program.weights().values(),
        *program.state().values(),
        *(x for x in program.inputs if isinstance(x, Tensor)),
    ]
    dtypes = {x.dtype for x in held if x.is_floating_point()}
    return dtypes.pop() if len(dtypes) == 1 else None


def promote(program: Program) -> torch.dtype | None:
    """Make a program compute in float64; returns the dtype that it had, or None if it has to stay as it is."""
    dtype = main_dtype(program)
    if dtype is None or dtype is torch.float64 or _named_dtypes(program) - {dtype}:
        return None
    backup = program.copy()
    _convert(program, dtype, torch.float64)
    try:
        infer(program)
        results = program.run(program.trimmed(program.inputs, batch=1))
        if any(isinstance(r, Tensor) and r.is_floating_point() and r.dtype != torch.float64 for r in results):
            raise Malformed("a result is not float64")
    except (Malformed, RuntimeError, TypeError):
        program.module, program.inputs = backup.module, backup.inputs
        return None
    return dtype


def demote(program: Program, dtype: torch.dtype) -> None:
    """Undo ``promote``: weights, inputs and dtype arguments go back to ``dtype``."""
    _convert(program, torch.float64, dtype)
    infer(program)


def _convert(program: Program, old: torch.dtype, new: torch.dtype) -> None:
    for name, weight in (program.weights() | program.state()).items():
        if weight.dtype == old:
            held = attribute(program.module, name)
            value = weight.to(new)
            if isinstance(held, torch.nn.Parameter):
                value = torch.nn.Parameter(value, requires_grad=held.requires_grad)
            set_attribute(program.module, name, value)
    program.inputs = tuple(x.to(new) if isinstance(x, Tensor) and x.dtype == old else x for x in program.inputs)
    for node in program.nodes():
        if node.op in ("placeholder", "get_attr") and isinstance(node.meta.get("val"), Tensor):
            if node.meta["val"].dtype == old:
                with program.fake_mode():
                    node.meta["val"] = node.meta["val"].to(new)
        elif node.op == "call_function":
            node.args = fx.node.map_aggregate(node.args, lambda a: new if a is old else a)
            node.kwargs = fx.node.map_aggregate(node.kwargs, lambda a: new if a is old else a)
    program.module.recompile()


def widened(program: Program) -> Program:
    """A float64 program without its detours through float32 (norms take them): rounding there would hide mistakes."""
    narrow = _named_dtypes(program) - {torch.float64}
    if main_dtype(program) is not torch.float64 or not narrow:
        return program
    wide = program.copy()
    for node in wide.nodes():
        if node.op == "call_function":
            node.args = fx.node.map_aggregate(node.args, lambda a: _widest(a, narrow))
            node.kwargs = fx.node.map_aggregate(node.kwargs, lambda a: _widest(a, narrow))
    return wide


def _widest(argument: Any, narrow: set[torch.dtype]) -> Any:
    return torch.float64 if isinstance(argument, torch.dtype) and argument in narrow else argument


def _named_dtypes(program: Program) -> set[torch.dtype]:
    """Floating-point dtypes that appear as arguments in the graph."""
    found: set[torch.dtype] = set()

    def note(argument: Any) -> Any:
        if isinstance(argument, torch.dtype) and argument.is_floating_point:
            found.add(argument)
        return argument

    for node in program.nodes():
        fx.node.map_aggregate((node.args, node.kwargs), note)
    return found


def samples(program: Program, count: int = 1, seed: int = 0) -> list[tuple[Any, ...]]:
    """The example inputs (of a dynamic batch, the first two), and ``count`` sets of random ones like them.

    The random ones have another batch size where it is dynamic.
    """
    generator = torch.Generator().manual_seed(seed)
    examples = program.trimmed(program.inputs)
    sets = [examples]
    for number in range(count):
        wanted = program.batched(examples, 3 + number)
        sets.append(tuple(_random_like(x, generator) for x in wanted))
    return sets


def _random_like(value: Any, generator: torch.Generator) -> Any:
    if not isinstance(value, Tensor) or value.numel() == 0:
        return value
    if value.is_floating_point():
        noise = torch.randn(value.shape, generator=generator, dtype=torch.float64)
        mean, spread = value.double().mean(), value.double().std(correction=0)
        return (noise.to(value.device) * (spread if bool(spread > 0) else 1.0) + mean).to(value.dtype)
    if value.dtype == torch.bool:
        return value
    order = torch.randperm(value.numel(), generator=generator).to(value.device)
    return value.reshape(-1)[order].reshape(value.shape)


def relative_error(results: Sequence[Any], expected: Sequence[Any]) -> float:
    """Largest difference of any output, relative to that output's largest magnitude; infinite if kinds differ."""
    if len(results) != len(expected):
        return float("inf")
    worst = 0.0
    for result, reference in zip(results, expected, strict=True):
        if not isinstance(reference, Tensor):
            worst = max(worst, 0.0 if result == reference else float("inf"))
        elif not isinstance(result, Tensor) or result.shape != reference.shape:
            return float("inf")
        elif reference.numel():
            worst = max(worst, _tensor_error(result, reference))
    return worst


def _tensor_error(result: Tensor, reference: Tensor) -> float:
    if not reference.is_floating_point():
        return 0.0 if torch.equal(result, reference) else float("inf")
    same = (result == reference) | (result.isnan() & reference.isnan())
    difference = torch.where(same, 0.0, (result.double() - reference.double()).abs())
    finite = reference[torch.isfinite(reference)].double().abs()
    scale = float(finite.max()) if finite.numel() else 1.0
    error = float(difference.max())
    if error != error:
        return float("inf")
    return error / scale if scale > 0 else error


class Reference:
    """An original program's answers, computed once, to hold results against.

    Raises:
        UserError: the original answers with nothing but NaN and infinity.
    """

    def __init__(self, program: Program, count: int = 1) -> None:
        self.inputs = samples(program, count)
        wide = widened(program)
        self.answers = [wide.run(inputs) for inputs in self.inputs]
        floating = [x for answer in self.answers for x in answer if isinstance(x, Tensor) and x.is_floating_point()]
        if floating and not any(bool(torch.isfinite(x).any()) for x in floating):
            raise UserError(
                "bad-inputs",
                f"the outputs of '{program.name}' hold no finite number",
                note="a result cannot be verified against NaN or infinity",
                hint="pass example inputs that the model can handle, or verify=False (and no quantize)",
            )
        self.dtype = main_dtype(program) or torch.float32

    @property
    def tolerance(self) -> float:
        return TOLERANCE.get(self.dtype, 1e-4)

    def error(self, program: Program) -> float:
        wide = widened(program)
        return max(
            relative_error(wide.run(inputs), answers) for inputs, answers in zip(self.inputs, self.answers, strict=True)
        )

    def difference(self, program: Program) -> str | None:
        """A sentence if a program's answers differ; None if they agree."""
        try:
            error = self.error(program)
        except RuntimeError as problem:
            return f"it fails: {str(problem).splitlines()[0]}"
        if error <= self.tolerance:
            return None
        return f"outputs differ by {error:.1e} of their scale in {str(self.dtype).removeprefix('torch.')}"

    def verify(self, program: Program) -> Verification:
        """Compare; raises a PassError without a culprit (the driver bisects)."""
        error = self.error(program)
        if not error <= self.tolerance:
            raise PassError(self.difference(program) or "outputs differ", pass_name="unknown")
        return Verification(error, self.dtype, len(self.inputs))
