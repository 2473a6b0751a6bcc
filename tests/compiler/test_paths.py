"""Paths that a caller gave: whatever is none, or none of the right kind, is a UserError that says so."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.compiler.paths import existing, input_path, writable
from sparsec.compiler.pipeline import DumpIR

X = torch.linspace(-1, 1, 24).reshape(3, 8)
NO_PATHS = [None, 3, 1.5, b"model.pt2", ["model.pt2"], nn.ReLU(), "\0", "model\0.pt2"]
LONG = "x" * 5000


def short(text: str) -> str:
    return text[:20]


def linear() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(8, 4).eval()


@pytest.fixture(scope="module")
def small() -> sparsec.CompiledModule:
    return sparsec.compile(linear(), (X,), measure=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.pt2").mkdir()
    (tmp_path / "folder.onnx").mkdir()
    return tmp_path


def refused(call: Callable[[], Any]) -> UserError:
    with pytest.raises(UserError) as caught:
        call()
    return caught.value


WRITERS: dict[str, Callable[[sparsec.CompiledModule, Any], object]] = {
    "save": lambda small, path: small.save(path),
    "export_onnx": lambda small, path: small.export_onnx(path),
    "save_json": lambda small, path: small.report.save_json(path),
    "save_html": lambda small, path: small.report.save_html(path),
    "DumpIR": lambda small, path: DumpIR(path),
}
READERS: dict[str, Callable[[Any], object]] = {
    "load": sparsec.load,
    "load a library": lambda path: sparsec.load("model.onnx", library=path),
    "compile": sparsec.compile,
    "explain": sparsec.explain,
    "load_weights": lambda path: sparsec.load_weights(linear(), path),
    "load masks": lambda path: sparsec.load_weights(linear(), linear().state_dict(), masks=path),
}


@pytest.mark.parametrize("path", NO_PATHS, ids=[repr(path)[:20] for path in NO_PATHS])
@pytest.mark.parametrize("name", WRITERS)
def test_what_is_no_path_is_not_written_to(name: str, path: Any, small: sparsec.CompiledModule, folder: Path) -> None:
    before = sorted(folder.iterdir())
    error = refused(lambda: WRITERS[name](small, path))
    assert error.code == "bad-option" and "is no path" in error.message and error.hint
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("name", WRITERS)
def test_a_name_that_no_system_takes(name: str, small: sparsec.CompiledModule) -> None:
    suffix = ".onnx" if name == "export_onnx" else ".pt2"
    error = refused(lambda: WRITERS[name](small, f"{LONG}{suffix}"))
    assert error.code == "unwritable-path" and "too long" in str(error)


@pytest.mark.parametrize("name", WRITERS)
def test_the_empty_path(name: str, small: sparsec.CompiledModule) -> None:
    if name == "DumpIR":  # that is this folder
        DumpIR("")
        return
    assert refused(lambda: WRITERS[name](small, "")).code == "unwritable-path"


@pytest.mark.parametrize("path", ["model", "model.foo", "model.pt", "model.onnx.gz", "model.ONNX", LONG], ids=short)
@pytest.mark.parametrize("name", ["save", "export_onnx"])
def test_an_end_that_says_nothing(name: str, path: str, small: sparsec.CompiledModule, folder: Path) -> None:
    before = sorted(folder.iterdir())
    error = refused(lambda: WRITERS[name](small, path))
    assert error.code == "bad-option" and "does not say what to write" in error.message
    assert error.hint is not None and ".onnx" in error.hint and (".pt2" in error.hint) == (name == "save")
    assert sorted(folder.iterdir()) == before


def test_an_onnx_model_is_no_pt2_file(small: sparsec.CompiledModule) -> None:
    assert ".onnx" in str(refused(lambda: small.export_onnx("model.pt2")))
    assert small.save("model.pt2").is_file() and small.export_onnx("model.onnx").is_file()


@pytest.mark.parametrize("path", NO_PATHS, ids=[repr(path)[:20] for path in NO_PATHS])
@pytest.mark.parametrize("name", READERS)
def test_what_is_no_path_is_not_read(name: str, path: Any, small: sparsec.CompiledModule) -> None:
    if name in ("load a library", "load masks") and path is None:
        return  # which is what they are if they are not given
    if name in ("compile", "explain") and isinstance(path, nn.Module):
        return
    if name == "load a library":
        small.export_onnx("model.onnx")
    error = refused(lambda: READERS[name](path))
    assert error.code in ("bad-file", "bad-inputs", "bad-checkpoint")
    assert error.hint or error.note


@pytest.mark.parametrize(
    "path", ["", ".", "folder.pt2", "folder.onnx", "none.pt2", "none.onnx", "no/none.pt2", LONG], ids=short
)
@pytest.mark.parametrize("name", ["load", "compile", "explain", "load_weights"])
def test_what_is_no_file(name: str, path: str) -> None:
    error = refused(lambda: READERS[name](path))
    assert error.code == "bad-file" and error.hint


def test_a_missing_file_is_looked_for_where_it_should_be(folder: Path) -> None:
    error = refused(lambda: sparsec.load("none.pt2"))
    assert error.message == "there is no file 'none.pt2'" and str(folder) in str(error.hint)
    assert "torch.export" not in str(error)
    assert str(refused(lambda: sparsec.load("folder.onnx"))).startswith("'folder.onnx' is a folder, not a file")


def test_paths_of_several_kinds(folder: Path) -> None:
    Path("model.pt2").touch()
    for given in ("model.pt2", Path("model.pt2"), os.fspath(folder / "model.pt2")):
        assert existing(given, "a file").is_file() and writable(given, (".pt2",)) == input_path(given) == Path(given)


def test_a_file_that_cannot_be_reached() -> None:
    Path("loop.pt2").symlink_to("loop.pt2")
    error = refused(lambda: sparsec.load("loop.pt2"))
    assert error.message == "'loop.pt2' cannot be read" and error.note


@pytest.mark.parametrize("name", [None, 3, b"weight", ["weight"]])
def test_what_is_no_name_of_a_layer(name: Any, small: sparsec.CompiledModule) -> None:
    assert refused(lambda: small.report.why(name)).code == "bad-option"
