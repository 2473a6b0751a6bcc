"""Programs of one layer in ONNX Runtime, to be timed against each other."""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch

from ..codegen.mlir.host import own_set
from ..codegen.onnx import native
from ..codegen.onnx.native_ops import Operator
from ..codegen.onnx.sparse_nodes import with_nodes
from ..codegen.onnx.written_out import written_out
from ..compiler.ir.program import Program
from ..compiler.ir.target import Runner
from . import kernel_files


def runners(programs: Mapping[str, Program], otherwise: Callable[[Program], Runner]) -> dict[str, Runner]:
    """Programs of one layer each, in sessions with as many threads as PyTorch has.

    They run on their example inputs, and return their result as an ``OrtValue``.

    Args:
        programs: by name.
        otherwise: what makes a runner of a program that cannot be written out, as those of a whole model are made.

    Raises:
        UserError: the kernels cannot be compiled or linked.
    """
    found = {name: with_nodes(program) for name, program in programs.items()}
    needed = {kernel for _, kernels in found.values() for kernel in kernels.matmuls.values()}
    strides = {stride for _, kernels in found.values() for stride in kernels.strides}
    library = library_of(needed, sorted(strides)) if needed else None
    runs = {}
    for name, (program, kernels) in found.items():
        model = written_out(program)
        if model is None:
            runs[name] = otherwise(programs[name])
        else:
            runs[name] = _run(model.SerializeToString(), library if kernels.matmuls else None, programs[name])
    return runs


def library_of(kernels: Iterable[Operator], strides: Iterable[tuple[int, int]]) -> Path:
    """A library that many layers and models may use, from disk if a process before has made it.

    Raises:
        UserError: the kernels cannot be compiled or linked.
    """
    needed, steps = sorted(set(kernels), key=lambda kernel: kernel.name), [*strides]
    write = partial(native.write_library, needed, strides=steps)
    text = "".join(part.text for part in native.parts(needed, steps, [own_set()]))
    kept = kernel_files.library(text, "onnxruntime", write)
    if kept is None:
        kept = Path(_folder().name) / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.so"
        if not kept.exists():
            write(kept)
    return kept


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="sparsec-")


def session_options(library: Path | None) -> Any:
    """How sessions that are timed are set up: their threads do not wait busily while another session runs."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3
    options.add_session_config_entry("session.force_spinning_stop", "1")
    if library is not None:
        options.register_custom_ops_library(str(library))
    return options


def _run(model: bytes, library: Path | None, program: Program) -> Runner:
    """Run a model of a program on its example inputs."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model, session_options(library), providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    given = dict(zip(program.input_names, program.inputs, strict=True))
    for wanted in session.get_inputs():
        binding.bind_cpu_input(wanted.name, given[wanted.name].numpy())
    binding.bind_output(session.get_outputs()[0].name)

    def run() -> object:
        session.run_with_iobinding(binding)
        return binding.get_outputs()[0]

    return run
