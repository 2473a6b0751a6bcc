"""The example of docs/passes.md runs, and its pass keeps the contract."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from torch import nn

from .harness import TOLERANCE, captured, difference, known, op_names, optimised

EXAMPLE = Path(__file__).parents[2] / "examples" / "write_a_pass.py"


def test_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    assert "multiplications by a number: 4 -> 3" in capsys.readouterr().out


def test_its_pass_keeps_the_contract() -> None:
    merge = runpy.run_path(str(EXAMPLE))["MergeScales"]
    model = known(nn.Sequential(nn.Linear(3, 8), nn.Linear(8, 4)))
    model.forward = lambda x: model[1](model[0](x) * 2.0 * 3.0) * 10.0
    program = captured(model, (3,))
    result = optimised(program, merge())
    assert result.changed
    assert op_names(result.program).count("aten.mul.Tensor") == 2
    assert difference(result.program, model, (3,)) <= TOLERANCE
    assert not optimised(result.program, merge()).changed
    strict = optimised(program, merge(limit=1.0))
    assert not strict.changed
    assert strict.reasons == {"the product 6 is above the limit of 1"}
