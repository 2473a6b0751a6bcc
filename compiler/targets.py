"""Targets: how a Program is run and timed on each of them."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, fx

from ..codegen.onnx.export import export_onnx
from ..codegen.onnx.files import library_for
from ..passes.base import PART_OF
from ..runtime.measure import Seconds, Timing, decided, interleave, steady
from ..runtime.select_onnx import session_options
from .errors import UserError
from .ir.program import Program
from .numerics import demote
from .report import Report

Runner = Callable[[], object]
# What was added (an operation, a kernel) stays only if the program is faster by more than this share.
MARGIN = 0.02


def check(target: str) -> None:
    """Raises a UserError for a target that does not exist."""
    if str(target) not in TARGETS:
        raise UserError("unknown-option", f"there is no target '{target}'", hint=f"targets: {', '.join(TARGETS)}")


def _eager(program: Program) -> Runner:
    args, kwargs = program.call
    module = program.module

    def run() -> object:
        with torch.no_grad():
            return module(*args, **kwargs)

    return run


def _inductor(program: Program) -> Runner:
    if torch._guards.TracingContext.try_get() is not None:
        return _inductor_inside(program)
    args, kwargs = program.call
    module = torch.compile(program.module, backend="inductor")

    def run() -> object:
        with torch.no_grad():
            return module(*args, **kwargs)

    return run


def _inductor_inside(program: Program) -> Runner:
    """The same within a compilation: Dynamo does not compile while it compiles, Inductor alone does."""
    flat = program.copy()
    flat.graph.set_codegen(fx.graph.CodeGen())
    flat.module.recompile()
    with torch.no_grad(), torch._guards.tracing(None):
        compiled = torch._inductor.compile(flat.module, [*program.inputs])

    def run() -> object:
        with torch.no_grad():
            return compiled(*program.inputs)

    return run


# Sessions of the last races, by what they compute; none outside of ``sessions_shared``.
_SESSIONS: ContextVar[dict[str, Any] | None] = ContextVar("_SESSIONS", default=None)
SHARED = 4


@contextlib.contextmanager
def sessions_shared() -> Iterator[None]:
    """Within it, races of the same program use one session of ONNX Runtime: writing a model takes the longest."""
    token = _SESSIONS.set({})
    try:
        yield
    finally:
        _SESSIONS.reset(token)


def _session(program: Program) -> Any:
    """A session for a program, the one of an earlier race where there is one."""
    kept = _SESSIONS.get()
    if kept is None:
        return _new_session(program)
    key = program.digest()
    kept[key] = kept.pop(key, None) or _new_session(program)  # the last one used is the last one to go
    for old in [*kept][:-SHARED]:
        del kept[old]
    return kept[key]


def _new_session(program: Program) -> Any:
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = export_onnx(program, Path(folder) / "model.onnx")
        library = library_for(path)
        options = session_options(library if library.exists() else None)
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented as error:
            raise UserError(
                "onnx-export-failed",
                f"ONNX Runtime cannot run '{program.name}': it has no kernel for an operator at this dtype",
                note=str(error).rpartition(" : ")[2],
                hint="compute in float32; for another runtime, compile for target='cpu' and export that",
            ) from error


def check_runs(program: Program) -> None:
    """Open a session for a program that does not compute in float32 alone, for which alone all kernels are there.

    Raises:
        UserError: ONNX Runtime has no kernel for one of its operators.
    """
    values = [node.meta.get("val") for node in program.nodes()]
    dtypes = {value.dtype for value in values if isinstance(value, Tensor)}
    if any(dtype.is_complex or (dtype.is_floating_point and dtype is not torch.float32) for dtype in dtypes):
        _session(program)


def _onnxruntime(program: Program) -> Runner:
    session = _session(program)
    wanted = {i.name for i in session.get_inputs()}
    feeds = {
        name: value.detach().cpu().numpy()
        for name, value in zip(program.input_names, program.inputs, strict=True)
        if isinstance(value, Tensor) and name in wanted
    }
    return lambda: session.run(None, feeds)


TARGETS: dict[str, Callable[[Program], Runner]] = {
    "cpu": _eager,
    "inductor": _inductor,
    "onnxruntime": _onnxruntime,
}


def race(
    programs: Mapping[str, Program], target: str, budget: float = 2.0, until: Callable[[Seconds], bool] | None = None
) -> dict[str, Timing]:
    """Time programs on a target, interleaved, on their example inputs."""
    with contextlib.ExitStack() as stack:
        for program in programs.values():
            stack.enter_context(program.state_kept())
        runners = {name: TARGETS[target](program) for name, program in programs.items()}
        return interleave(runners, budget=budget, until=until)


def gain(new: Program, old: Program, target: str, dtype: torch.dtype | None) -> float:
    """How many times faster one program is than another, measured in turns."""
    return gains({"new": new}, old, target, dtype)["new"]


def gains(new: Mapping[str, Program], old: Program, target: str, dtype: torch.dtype | None) -> dict[str, float]:
    """How many times faster than the old program each of the new ones is, measured in turns."""
    programs = {name: program.copy() for name, program in new.items()} | {"": old.copy()}
    if dtype is not None:
        for program in programs.values():
            demote(program, dtype)
    times = race(programs, target, until=decided("", MARGIN))
    return {name: times[""].low / times[name].low for name in new}


def call_gain(new: Runner, old: Runner) -> float:
    """How many times faster one call is than another, in turns; a bad first figure is measured again, for longer."""
    gain = 0.0
    for budget in (0.2, 0.8):
        times = interleave({"new": new, "old": old}, budget=budget, rounds=(5, 200))
        gain = times["old"].low / times["new"].low
        if gain > 1.0 - MARGIN:
            break
    return gain


def measure(original: Program, result: Program, report: Report) -> None:
    """Fill the report's measured times: the whole model on the target, and each layer in PyTorch eager."""
    times = race({"before": original, "after": result}, report.target, budget=1.0, until=steady)
    report.measured = (times["before"].low, times["after"].low)
    names = {layer.node for layer in report.layers}
    before, after = _LayerTimer(original, names), _LayerTimer(result, names)
    with original.state_kept(), result.state_kept():
        interleave({"before": before.once, "after": after.once}, budget=0.5, rounds=(3, 20))
    for layer in report.layers:
        layer.measured = (min(before.seconds[layer.node]), min(after.seconds[layer.node], default=0.0))


def is_slower(original: Program, result: Program, report: Report, limit: float = 0.97) -> bool:
    """Whether a result is slower than the original; a bad first figure is measured again, for longer.

    Asked where fewer channels do not always mean less time.
    """
    if report.measured_gain is None or report.measured_gain >= limit:
        return False
    programs = {"before": original, "after": result}
    times = race(programs, report.target, budget=4.0, until=decided("before", limit - 1.0))
    report.measured = (times["before"].low, times["after"].low)
    return report.measured_gain < limit


class _LayerTimer(fx.Interpreter):
    """Runs a graph and notes the seconds of its layers, which may be several operations."""

    def __init__(self, program: Program, names: Iterable[str]) -> None:
        super().__init__(program.module)
        self.inputs = program.inputs
        self.seconds: dict[str, list[float]] = {name: [] for name in names}

    def once(self) -> None:
        self._now: dict[str, float] = {}
        with torch.no_grad():
            self.run(*self.inputs, enable_io_processing=False)
        for name, seconds in self._now.items():
            self.seconds[name].append(seconds)

    def run_node(self, n: fx.Node) -> Any:
        name = n.meta.get(PART_OF, n.name)
        if name not in self.seconds:
            return super().run_node(n)
        start = time.perf_counter()
        result = super().run_node(n)
        self._now[name] = self._now.get(name, 0.0) + time.perf_counter() - start
        return result
