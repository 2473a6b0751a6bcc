"""OpenVINO on CPUs: dense layers, and what removal has left of them."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch

from ...codegen.onnx.export import export_onnx
from ...codegen.onnx.files import atomically
from ...compiler.errors import UserError
from ...compiler.ir.costs import Analytic
from ...compiler.ir.program import Program, is_tensor
from ...compiler.ir.target import Target
from ..arrays import Array, ArrayCall, Executable
from ..builds import built

# What OpenVINO computes in 32 bits, whatever a file says.
WIDER = (torch.float64, torch.complex128)


@dataclass(frozen=True)
class OpenVino(Target):
    """OpenVINO with its kernels for CPUs, in 32 bits.

    It computes convolutions in blocks of a vector's length; a count that is no multiple of 8 takes a little longer
    than the next one that is.
    """

    name: ClassVar[str] = "openvino"
    title: ClassVar[str] = "OpenVINO"
    package: ClassVar[str] = "openvino"
    suffixes: ClassVar[tuple[str, ...]] = (".xml",)
    multiple: ClassVar[int] = 8
    checkpoint_dtype: ClassVar[torch.dtype | None] = torch.float32

    def check(self, program: Program) -> None:
        """Refuse what would be rounded without a word.

        Raises:
            UserError: something is computed in 64 bits.
        """
        for node in program.nodes():
            if is_tensor(node) and node.meta["val"].dtype in WIDER:
                raise UserError(
                    "onnx-export-failed",
                    f"OpenVINO cannot run '{program.name}': it computes float64 in 32 bits",
                    note=f"'{node.name}' is of the type {str(node.meta['val'].dtype).removeprefix('torch.')}",
                    hint="compute in float32, or compile for another target",
                )

    def load(self, program: Program) -> Callable[..., Any]:
        self.version()
        self.check(program)
        return ArrayCall(program, _executable)

    def save(self, program: Program, path: Path) -> Path:
        """Write ``model.xml``, with the weights in ``model.bin`` beside it."""
        self.version()
        import openvino

        with atomically(path) as folder:
            openvino.save_model(_model(program, folder), folder / path.name, compress_to_fp16=False)
        return path

    def estimate(self) -> Analytic:
        overhead = {"conv": 3e-6, "depthwise": 3e-6, "linear": 3e-6, "view": 2e-6, "gather": 2e-6, "concat": 1e-6}
        return Analytic(
            self.name,
            overhead=overhead,
            efficiency={"depthwise": 0.6},
            traffic={"pointwise": 0.25, "gather innermost": 15.0},
            block=16,
            granule=8,
            odd={"conv": 1.05, "depthwise": 1.05},
        )


TARGET = OpenVino()


def _executable(program: Program) -> Executable:
    executable: Executable = built(TARGET, program, _new_executable)
    return executable


def _new_executable(program: Program) -> Executable:
    import openvino

    options = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "INFERENCE_PRECISION_HINT": "f32",  # on some processors it is bfloat16 unless one asks
        "ENABLE_CPU_PINNING": False,
    }
    with tempfile.TemporaryDirectory() as folder:
        compiled = openvino.Core().compile_model(_model(program, Path(folder)), "CPU", options)
    sizes = {port.any_name: [_size(size) for size in port.partial_shape] for port in compiled.inputs}
    requests = threading.local()  # one takes one call at a time

    def run(arrays: dict[str, Array]) -> Sequence[Array]:
        if not hasattr(requests, "own"):
            requests.own = compiled.create_infer_request()
        return [*requests.own.infer(arrays, share_inputs=True).values()]

    return Executable(run, sizes)


def _size(size: Any) -> int | None:
    return None if size.is_dynamic else size.get_length()


def _model(program: Program, folder: Path) -> Any:
    """A program as OpenVINO reads its ONNX file.

    Raises:
        UserError: the program cannot be written as ONNX, or OpenVINO does not take the file.
    """
    import openvino

    with tempfile.TemporaryDirectory(dir=folder) as apart:
        try:
            return openvino.Core().read_model(export_onnx(program, Path(apart) / "model.onnx"))
        except RuntimeError as error:
            raise UserError(
                "onnx-export-failed",
                f"OpenVINO cannot read '{program.name}'",
                note=" ".join(str(error).split())[-200:],
                hint="compile for another target",
            ) from error
