"""The benchmark of graphics cards runs from end to end where there is none: no line of it meets a card untried."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sparsec.codegen import triton

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "gpu.py"


@pytest.mark.skipif(not triton.version(), reason="Triton is not installed")
def test_a_dry_run_gets_through_every_section() -> None:
    command = [sys.executable, "-W", "ignore", str(BENCHMARK), "--dry-run"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    for section in ("ceilings", "correctness", "decode", "steps", "semi-structured", "prefill", "networks", "model"):
        assert f"== {section}" in told.stdout
    assert told.stdout.strip().endswith(" rows, 0 failed, 0 wrong")
    assert "no time left" not in told.stdout and "no schedule" not in told.stdout


def test_without_a_card_it_says_what_to_do() -> None:
    hidden = os.environ | {"CUDA_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": ""}
    command = [sys.executable, str(BENCHMARK)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=hidden)
    assert told.returncode == 1 and "there is no graphics card here; --dry-run" in told.stderr
