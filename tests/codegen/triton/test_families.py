"""Whole networks on Triton's interpreter: every sparse layer that a kernel takes is computed by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sparsec.codegen.triton import version

TESTS = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not version(), reason="triton is not installed")
def test_networks_with_kernels_compute_what_they_did() -> None:
    names = ["bert", "deit_tiny_patch16_224", "gpt2"]
    command = [sys.executable, "-W", "ignore", "-m", "codegen.triton.families", *names]
    environment = os.environ | {"TRITON_INTERPRET": "1"}
    told = subprocess.run(command, cwd=TESTS, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout.splitlines()[-1])
    assert found["layers"].keys() == {*names} and min(found["layers"].values()) >= 5
    assert found["launched"]["bsr_linear"] >= 3 and found["launched"]["gather_linear"] >= 3
