"""Compiled kernels are kept on disk, and nothing depends on that."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
import torch

from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.mlir.host import Host, host
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.onnx import native
from sparsec.codegen.onnx.files import is_sealed
from sparsec.runtime import cache, kernel_files, kernels, select_onnx

LINKED = any(shutil.which(name) for name in linker.NAMES)
pytestmark = pytest.mark.skipif(not (engine.available() and LINKED), reason="no torch-mlir, or no linker")

SPEC = Matmul(2, source="panels", target="tokens", index="i32", activation="tanh")


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kernels"


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is compiled from now on."""
    made: list[str] = []
    compile_module = engine._engine

    def note(text: str, to_run_on: Host | None = None, *, dump: bool = False) -> object:
        made.append("to a file" if dump else "in memory")
        return compile_module(text, to_run_on, dump=dump)

    monkeypatch.setattr(engine, "_engine", note)
    return made


def load() -> engine.Entry:
    return kernel_files.load(SPEC.text(host()), SPEC.name)


def works(entry: engine.Entry, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a kernel computes what it should."""
    weight, x = torch.randn(9, 20) * (torch.rand(9, 20) < 0.5), torch.randn(30, 20)
    form = VectorBlocks((9, 20), 2)
    packed = form.pack(weight)
    compiled = kernels.compiled
    monkeypatch.setattr(kernels, "compiled", lambda spec: entry if spec == SPEC else compiled(spec))
    kernels._linear_plan.cache_clear()
    operands = (packed.values, packed.indices.to(torch.int32), packed.starts, None, None)
    got = torch.ops.sparsec.vblock_linear(x, *operands, 9, 0, "tanh", False, False)
    kernels._linear_plan.cache_clear()
    return torch.allclose(got, torch.tanh(x @ weight.T), rtol=1e-4, atol=1e-5)


def test_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted(monkeypatch)
    first, second = load(), load()
    assert made == ["to a file"]
    assert [file.suffix for file in folder.iterdir()] == [".so"]
    assert works(first, monkeypatch) and works(second, monkeypatch)


def test_another_kernel_is_another_file(folder: Path) -> None:
    load()
    other = Matmul(4, source="panels", target="tokens")
    kernel_files.load(other.text(host()), other.name)
    assert len([*folder.iterdir()]) == 2


def test_another_processor_is_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    here = kernel_files.file_name("text", "name")
    monkeypatch.setattr(kernel_files, "processor", lambda: "another")
    assert kernel_files.file_name("text", "name") != here


def test_without_a_linker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    made = counted(monkeypatch)
    assert works(load(), monkeypatch)
    assert made[0] == "in memory"
    assert not [*folder.iterdir()]


def test_a_linker_that_fails(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "ld"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(broken) if name == "ld" else None)
    assert works(load(), monkeypatch)
    assert not [*folder.iterdir()]


def test_a_damaged_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is never loaded, and made again."""
    path = folder / kernel_files.file_name(SPEC.text(host()), SPEC.name)
    load()
    whole = path.read_bytes()
    places = [0, 100, len(whole) // 2, len(whole) - 1]
    damaged = [b"no library", *(whole[:place] for place in places)]
    damaged += [whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :] for place in places]
    for content in damaged:
        path.unlink()  # the library that is loaded stays as it was
        path.write_bytes(content)
        path.chmod(0o700)
        made = counted(monkeypatch)
        entry = load()
        assert made == ["to a file"] and path.read_bytes() == whole
    assert works(entry, monkeypatch)


def test_a_file_is_whole_or_not_there(folder: Path) -> None:
    """Every place at which a file could be cut or changed is noticed."""
    path = folder / kernel_files.file_name(SPEC.text(host()), SPEC.name)
    load()
    whole = path.read_bytes()
    assert kernel_files._is_intact(path)
    for place in range(0, len(whole), 500):
        path.write_bytes(whole[:place])
        assert not kernel_files._is_intact(path)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 128]) + whole[place + 1 :])
        assert not kernel_files._is_intact(path)


def test_a_file_that_others_can_write(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    (folder / kernel_files.file_name(SPEC.text(host()), SPEC.name)).chmod(0o777)
    made = counted(monkeypatch)
    load()
    assert made == ["to a file"]


def test_a_folder_that_others_can_write_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    folder.chmod(0o777)
    cache._temporary.cache_clear()
    made = counted(monkeypatch)
    with pytest.warns(cache.CacheWarning, match="other users can write into"):
        entry = load()
    assert made == ["to a file"] and not Path(entry.owner._name).is_relative_to(folder)
    assert works(entry, monkeypatch)


def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(kernel_files, "link", full)
    assert works(load(), monkeypatch)
    assert not [*folder.iterdir()]


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "file" / "cache"))
    assert works(load(), monkeypatch)


# -------------------------------------------------------------------- libraries for ONNX Runtime


def library(monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[str]]:
    """A library, as a new process gets it, and what is compiled for it."""
    native._machine_code.cache_clear()
    made = counted(monkeypatch)
    return select_onnx.library_of([SPEC], (1,)), made


def test_a_library_is_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, made = library(monkeypatch)
    assert made == ["to a file"] * 2 and first.parent == folder and is_sealed(first)
    second, made = library(monkeypatch)
    assert made == [] and second == first


def test_a_damaged_library_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = library(monkeypatch)
    whole = first.read_bytes()
    first.unlink()
    first.write_bytes(whole[:-1])
    _, made = library(monkeypatch)
    assert made == ["to a file"] * 2 and first.read_bytes() == whole


def test_a_library_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "file"))
    first, _ = library(monkeypatch)
    assert is_sealed(first) and not first.is_relative_to(tmp_path)
