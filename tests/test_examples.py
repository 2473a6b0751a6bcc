"""The examples run, as a reader would run them, and print what their text promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name: str, folder: Path, *arguments: str) -> str:
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_quickstart(tmp_path: Path) -> None:
    shown = run("quickstart.py", tmp_path)
    assert "layers shrank" in shown and "small.onnx" in shown and "small.pt2" in shown


def test_torch_compile_backend(tmp_path: Path) -> None:
    assert run("torch_compile_backend.py", tmp_path).strip()


def test_write_a_format(tmp_path: Path) -> None:
    shown = run("write_a_format.py", tmp_path)
    assert "linear_1: " in shown and "largest difference" in shown


@pytest.mark.slow
def test_demo(tmp_path: Path) -> None:
    options = ("--sparsities", "0.5", "--texts", "20", "--rounds", "3", "--json")
    found = json.loads(run("demo.py", tmp_path, "--out", str(tmp_path), *options))
    (point,) = found["curve"]["points"]
    assert point["gain"] >= 1.0 and point["losses"]["recall, pruned"]["value"] > 0.1
    assert {"demo.onnx", "demo.html", "demo-report.html"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.slow
def test_images_demo(tmp_path: Path) -> None:
    shown = run("images_demo.py", tmp_path, "--out", str(tmp_path), "--skip-speed", "--rounds", "3")
    assert "compiled" in shown and "naive" in shown.lower()
    assert {"demo.onnx", "demo-report.html"} <= {path.name for path in tmp_path.iterdir()}
