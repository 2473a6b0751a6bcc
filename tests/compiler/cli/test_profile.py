"""``sparsec profile``: what it prints, and where it saves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sparsec.compiler.cli import main
from sparsec.compiler.ir.costs import Work
from sparsec.runtime import disturbance
from sparsec.runtime import profile as profiling
from sparsec.runtime.profile import cache_file

Run = Callable[[str], tuple[int, str, str]]
FEW = [
    Work("conv", 32, 16, 49, 9),
    Work("conv", 31, 16, 49, 9),
    Work("linear", 32, 32, 4, innermost=True),
    Work("gather", 32, 32, 49),
]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line with an empty cache and few operations; gives exit code, stdout, stderr."""
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(disturbance.Disturbance, "share", lambda self: 0.0)
    monkeypatch.setattr(profiling, "works", lambda quick: FEW[: 3 if quick else 4])

    def line(words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(words.split())
        return code, *capsys.readouterr()

    return line


@pytest.mark.parametrize(("target", "options"), [("cpu", ""), ("onnxruntime", "--target onnxruntime")])
def test_it_measures_saves_and_shows(run: Run, target: str, options: str) -> None:
    code, out, err = run(f"profile {options}")
    assert (code, err) == (0, "")
    rows = {line.split("│")[1].strip(): line for line in out.splitlines() if line.startswith("│")}
    assert rows.keys() == {"conv kxk", "linear", "gather"}
    assert "GFLOP/s" in rows["conv kxk"] and "x│" in rows["conv kxk"].replace(" ", "")
    assert "GB/s" in rows["gather"] and " us " in rows["gather"]
    assert f"Saved to {cache_file(target)}" in out and cache_file(target).is_file()


def test_a_busy_machine_is_noted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disturbance.Disturbance, "share", lambda self: 0.4)
    code, _, err = run("profile --quick")
    assert code == 0 and "Other processes were in the way for 40% of the time: profile again" in err


def test_quick_measures_less(run: Run) -> None:
    document = json.loads(run("profile --quick --json")[1])
    assert document["points"] == 3 and document["file"] == str(cache_file("cpu"))
    assert document["key"]["target"] == "cpu"
    assert document["families"]["conv kxk"].keys() == {"points", "overhead_us", "gflops", "odd_read"}


def test_show_measures_nothing(run: Run) -> None:
    saved = run("profile")[1]
    before = cache_file("cpu").read_bytes()
    code, out, err = run("profile --show")
    assert (code, err) == (0, "") and out == saved.replace("Saved to", "Read from")
    assert cache_file("cpu").read_bytes() == before


def test_nothing_to_show(run: Run) -> None:
    code, out, err = run("profile --show --target onnxruntime")
    assert (code, out) == (2, "") and "[bad-file]" in err
    assert "sparsec profile --target onnxruntime" in err


def test_a_damaged_table_is_an_error(run: Run) -> None:
    run("profile")
    cache_file("cpu").write_text("{")
    code, out, err = run("profile --show")
    assert (code, out) == (2, "") and "[bad-file]" in err
    assert run("profile")[0] == 0 and run("profile --show")[0] == 0


def test_an_unknown_target(run: Run) -> None:
    code, out, err = run("profile --target abacus")
    assert (code, out) == (2, "") and "there is no target 'abacus' [unknown-option]" in err


def test_help_shows_an_example(run: Run) -> None:
    assert "Example:  sparsec profile" in run("profile --help")[1]


def test_the_former_name_works_and_says_what_it_is_called_now(run: Run) -> None:
    code, out, err = run("calibrate --target abacus")
    assert code == 2 and "there is no target 'abacus'" in err
    assert "'sparsec calibrate' is called 'sparsec profile' now" in err and not out
    assert "calibrate" not in run("--help")[1]


def test_what_was_measured_is_forgotten(run: Run) -> None:
    run("profile")
    code, out, err = run("profile --clear")
    assert (code, err) == (0, "") and out.startswith("Removed 1 file of measurements from ")
    assert not cache_file("cpu").exists() and run("profile --show")[0] == 2
    assert run("profile --clear")[1].startswith("Nothing was measured yet in ")
    run("profile")
    file = str(cache_file("cpu"))
    assert json.loads(run("profile --clear --json")[1]) == {"removed": [file]}
    code, out, err = run("profile --clear --show")
    assert code == 2 and "--clear measures and shows nothing" in err
