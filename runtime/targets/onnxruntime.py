"""ONNX Runtime on CPUs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from ...codegen.mlir import engine
from ...codegen.mlir.linker import NAMES, linkers
from ...codegen.onnx.export import export_onnx, in_memory
from ...compiler.errors import UserError
from ...compiler.ir.costs import Analytic, Work
from ...compiler.ir.packing import SparseLayer
from ...compiler.ir.program import Program
from ...compiler.ir.source import file_of
from ...compiler.ir.target import Runner, Target
from ...compiler.words import count
from .. import select_onnx
from ..arrays import ArrayCall, Executable
from ..builds import built
from ..probes import seconds_in_onnx
from ..select_onnx import library_of

WITHOUT_LINKER = f"sparse kernels for ONNX Runtime need a linker: none of {', '.join(NAMES)} is installed"
# Convolutions that stay dense hand images on in a layout of their own: a sparse one between them costs two conversions.
# Alone, the dense one pays for those, so that a gain below this share is none in a model.
CONVERTED_SHARE = 0.2


@dataclass(frozen=True)
class OnnxRuntime(Target):
    """ONNX Runtime with its kernels for CPUs, which compute in 32 bits."""

    name: ClassVar[str] = "onnxruntime"
    title: ClassVar[str] = "ONNX Runtime"
    package: ClassVar[str] = "onnxruntime"
    suffixes: ClassVar[tuple[str, ...]] = (".onnx",)
    multiple: ClassVar[int] = 4
    checkpoint_dtype: ClassVar[torch.dtype | None] = torch.float32
    kernels: ClassVar[bool] = True
    lowers: ClassVar[str] = "onnx"
    profiles: ClassVar[bool] = True

    def check(self, program: Program) -> None:
        """Open a session for a program that does not compute in float32 alone, for which alone all kernels are there.

        Raises:
            UserError: there is no kernel for one of its operators.
        """
        values = [node.meta.get("val") for node in program.nodes()]
        dtypes = {value.dtype for value in values if isinstance(value, Tensor)}
        if any(dtype.is_complex or (dtype.is_floating_point and dtype is not torch.float32) for dtype in dtypes):
            _session(program)

    def load(self, program: Program) -> Callable[..., Any]:
        """In a session for all sizes that the file takes, and one for every other size that is called for."""
        return ArrayCall(program, _executable)

    def runner(self, program: Program) -> Runner:
        made = _session(program)
        wanted = {i.name for i in made.session.get_inputs()}
        feeds = {
            name: value.detach().cpu().numpy()
            for name, value in zip(program.input_names, program.inputs, strict=True)
            if isinstance(value, Tensor) and name in wanted
        }
        return lambda: made.session.run(None, feeds)

    def save(self, program: Program, path: Path) -> Path:
        return export_onnx(program, path)

    def estimate(self) -> Analytic:
        """A slice is a copy, and leaves the blocked planes in which convolutions compute.

        Blocks are of a vector's length (16 channels with AVX-512, else 8); a convolution that reads an odd number
        leaves its blocked kernels.
        """
        return Analytic(
            self.name,
            overhead={
                "conv": 3e-6,
                "depthwise": 4e-6,
                "linear": 8e-6,
                "pointwise": 2.5e-6,
                "view": 6e-6,
                "gather": 6e-6,
                "concat": 4e-7,
            },
            efficiency={"depthwise": 0.6},
            traffic={"view": 2.5, "view innermost": 1.0, "gather": 3.0, "gather innermost": 30.0},
            block=16,
            granule=4,
            odd={"conv": 1.35, "depthwise": 7.0},
        )

    def profile(
        self, base: Analytic, works: Iterable[Work], turns: int, say: Callable[[str], None]
    ) -> tuple[Analytic, Mapping[Work, float]]:
        """All take turns, each with a session of its own."""
        works = [*works]
        found: dict[Work, list[float]] = {work: [] for work in works}
        for turn in range(turns):
            say(f"measuring {count(len(works), 'operation')}, turn {turn + 1} of {turns}")
            for work in works:
                found[work].append(seconds_in_onnx(work, 10))
        return base, {work: min(seconds) for work, seconds in found.items()}

    def missing(self) -> str | None:
        return engine.missing() or (None if linkers() else WITHOUT_LINKER)

    def layer_runners(self, programs: Mapping[str, Program]) -> Mapping[str, Runner]:
        return select_onnx.runners(programs, self.runner)

    def hidden_cost(self, layer: SparseLayer) -> tuple[float, str]:
        window = layer.window
        if window is None or window.extra is not None or len(window.kernel) != 2 or math.prod(layer.images[1:]) <= 1:
            return 0.0, ""
        return CONVERTED_SHARE, "converting images to ONNX Runtime's layout and back"


TARGET = OnnxRuntime()


@dataclass(frozen=True)
class _Session:
    """A session, and the weights that it reads where the program holds them."""

    session: Any
    weights: Any


def _session(program: Program) -> _Session:
    """A session for a program, the one of an earlier race where there is one: writing a model takes the longest."""
    if (file := file_of(program)) is not None:
        import onnxruntime

        options = select_onnx.session_options(None)
        return _Session(onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"]), {})
    made: _Session = built(TARGET, program, _new_session)
    return made


def _executable(program: Program) -> Executable:
    made = _session(program)
    sizes = {i.name: [size if isinstance(size, int) else None for size in i.shape] for i in made.session.get_inputs()}
    return Executable(lambda arrays: made.session.run(None, arrays), sizes)


def _new_session(program: Program) -> _Session:
    import onnxruntime

    made = in_memory(program)
    options = select_onnx.session_options(library_of(made.kernels, made.strides) if made.kernels else None)
    weights = {name: onnxruntime.OrtValue.ortvalue_from_numpy(value) for name, value in made.weights.items()}
    options.add_external_initializers([*weights], [*weights.values()])
    try:
        session = onnxruntime.InferenceSession(made.model, options, providers=["CPUExecutionProvider"])
    except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented as error:
        raise UserError(
            "onnx-export-failed",
            f"ONNX Runtime cannot run '{program.name}': it has no kernel for an operator at this dtype",
            note=str(error).rpartition(" : ")[2],
            hint="cast model and inputs to float32 before compiling",
        ) from error
    return _Session(session, (weights, made.weights))
