"""Compiled kernels are kept on disk, and nothing depends on that."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.mlir.host import host
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.runtime import kernel_files, kernels

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

    def note(text: str, *, dump: bool = False) -> object:
        made.append("to a file" if dump else "in memory")
        return compile_module(text, dump=dump)

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
    here = kernel_files.file_of("text", "name")
    monkeypatch.setattr(kernel_files, "processor", lambda: "another")
    assert kernel_files.file_of("text", "name") != here


def test_without_a_linker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    made = counted(monkeypatch)
    assert works(load(), monkeypatch)
    assert made[0] == "in memory"
    assert not folder.exists()


def test_a_linker_that_fails(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "ld"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(broken) if name == "ld" else None)
    assert works(load(), monkeypatch)
    assert not [*folder.iterdir()]


def test_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = kernel_files.file_of(SPEC.text(host()), SPEC.name)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no library")
    assert works(load(), monkeypatch)
    assert not path.exists()  # the next process makes another


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "file" / "cache"))
    assert works(load(), monkeypatch)
