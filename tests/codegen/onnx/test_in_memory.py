"""Models in memory: what a file would hold, without a copy of the weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from sparsec.codegen.onnx.export import export_onnx, in_memory
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program
from sparsec.runtime.targets.onnxruntime import TARGET


def program_of() -> Program:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 36, 40), nn.Tanh())
    return capture(model.eval(), (torch.randn(2, 3, 8, 8),))


def test_large_weights_are_the_programs_own_memory() -> None:
    program = program_of()
    made = in_memory(program)
    held = {value.data_ptr() for value in program.weights().values() if value.numel() * 4 >= 1024}
    assert {value.ctypes.data for value in made.weights.values()} == held
    assert len(made.model) < 20_000


def test_transposed_ones_too() -> None:
    """A linear layer of many tokens multiplies by its transposed weight, which ONNX Runtime makes as it loads."""
    torch.manual_seed(0)
    program = capture(nn.Sequential(nn.Linear(64, 48), nn.Linear(48, 32)).eval(), (x := torch.randn(2, 5, 64),))
    made = in_memory(program)
    held = {value.data_ptr() for value in program.weights().values() if value.ndim == 2}
    assert {value.ctypes.data for value in made.weights.values()} == held
    [found] = TARGET.runner(program)()  # type: ignore[misc]
    torch.testing.assert_close(torch.from_numpy(found), program.run((x,))[0])


def test_the_rest_is_what_a_file_holds(tmp_path: Path) -> None:
    program = program_of()
    made, written = (
        onnx.load_from_string(in_memory(program).model),
        onnx.load(export_onnx(program, tmp_path / "m.onnx")),
    )
    assert [str(node) for node in made.graph.node] == [str(node) for node in written.graph.node]
    assert [value.name for value in made.graph.initializer] == [value.name for value in written.graph.initializer]


def test_a_session_of_it_answers_like_one_of_a_file(tmp_path: Path) -> None:
    program = program_of()
    session = onnxruntime.InferenceSession(
        export_onnx(program, tmp_path / "m.onnx"), providers=["CPUExecutionProvider"]
    )
    [wanted] = session.run(None, {program.input_names[0]: program.inputs[0].numpy()})
    [found] = TARGET.runner(program)()  # type: ignore[misc]
    np.testing.assert_array_equal(found, wanted)
