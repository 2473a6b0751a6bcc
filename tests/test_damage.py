"""Files that were cut, or in which a bit is another: never another result, never a crash; an error that says so.

The long lists run in processes of their own, so that a crash is seen as one.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

import sparsec
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.onnx import export, files
from sparsec.codegen.onnx.files import is_damaged, is_sealed, library_for, seal
from sparsec.compiler import exact_stages
from sparsec.compiler.capture.weight_files import read_weights
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.packing import Choice, SparseLayer
from sparsec.runtime.sessions import open_model

from sparsec.codegen.formats.vector_blocks import VectorBlocks  # isort: skip

KERNELS = engine.available() and any(shutil.which(name) for name in linker.NAMES)
NAMES = ("model.pt2", "model.onnx", library_for(Path("model.onnx")).name)
X = torch.linspace(-1, 1, 48).reshape(2, 24)


class Always:
    """Kernels that are said to be faster for every layer."""

    def __init__(self, target: str, quantize: str | None = None, measured: object = None) -> None:
        self.chosen: dict[str, Choice] = {}
        self.quantize = quantize

    def choose(self, layer: SparseLayer) -> Choice:
        return Choice(VectorBlocks((layer.weight.shape[0], layer.weight.shape[1]), 8), 2.0, "twice as fast")


def net() -> nn.Module:
    random = torch.Generator().manual_seed(0)
    model = nn.Sequential(nn.Linear(24, 32), nn.ReLU(), nn.Linear(32, 16)).requires_grad_(False)
    for layer in (model[0], model[2]):
        layer.weight.copy_(torch.randn(layer.weight.shape, generator=random))
        layer.bias.copy_(torch.randn(layer.bias.shape, generator=random))
        layer.weight *= torch.rand(layer.weight.shape, generator=random) < 0.3
    return model.eval()


def with_kernels() -> sparsec.CompiledModule:
    """The model, with kernels that nothing is timed for."""
    with pytest.MonkeyPatch.context() as patch:
        if KERNELS:
            patch.setattr(exact_stages, "kernels_for", Always)
        return sparsec.compile(net(), (X,), target="onnxruntime", measure=False)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a compiled model in both formats, and what it computes of ``X``."""
    folder = tmp_path_factory.mktemp("saved")
    compiled = with_kernels()
    compiled.save(folder / "model.pt2")
    compiled.export_onnx(folder / "model.onnx")
    np.save(folder / "y.npy", net()(X).numpy())
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    shutil.copytree(saved, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def result() -> np.ndarray:
    """Of the model in ONNX."""
    session = open_model(Path("model.onnx"), threads=1).session
    found: np.ndarray = session.run(None, {session.get_inputs()[0].name: X.numpy()})[0]
    return found


def of_pt2() -> np.ndarray:
    return sparsec.load("model.pt2")(X).detach().numpy()  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", NAMES[:2])
def test_a_model_with_kernels_is_loaded(name: str, folder: Path) -> None:
    loaded = sparsec.load(name)
    np.testing.assert_allclose(loaded(X).detach().numpy(), np.load("y.npy"), rtol=1e-4, atol=1e-5)
    assert "twice as fast" in str(loaded.report) or not KERNELS


@pytest.mark.skipif(not KERNELS, reason="needs kernels and a linker")
def test_a_model_without_its_kernels_is_not_loaded(folder: Path) -> None:
    Path(NAMES[2]).rename("elsewhere.so")
    with pytest.raises(UserError, match="the sparse kernels of 2 layers of"):
        sparsec.load("model.onnx")
    sparsec.load("model.onnx", library="elsewhere.so")(X)


READERS: dict[str, Callable[[], np.ndarray]] = {NAMES[0]: of_pt2, NAMES[1]: result, NAMES[2]: result}


def damaged(whole: bytes, step: int) -> Iterator[bytes]:
    """Cut at every so many bytes, and with one bit of every so many another."""
    for place in range(0, len(whole), step):
        yield whole[:place]
        yield whole[:place] + bytes([whole[place] ^ (1 << place % 8)]) + whole[place + 1 :]


def try_all(name: str, step: int) -> int:
    """How often the damage was refused; raises if anything but a refusal or the right result came of it."""
    whole, expected, refused = Path(name).read_bytes(), np.load("y.npy"), 0
    for content in damaged(whole, step):
        Path(name).unlink()  # what is loaded stays as it is
        Path(name).write_bytes(content)
        try:
            found = READERS[name]()
        except UserError:
            refused += 1
        else:
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    return refused


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES if KERNELS else NAMES[:2])
def test_every_thousandth_byte(folder: Path, name: str) -> None:
    code = f"import test_damage; print(test_damage.try_all({name!r}, 997))"
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    cuts = -(-(folder / name).stat().st_size // 997)
    assert int(done.stdout.splitlines()[-1]) >= cuts // 2


@pytest.mark.parametrize("name", NAMES if KERNELS else NAMES[:2])
def test_a_few_bytes(folder: Path, name: str) -> None:
    """Every cut is refused, and what is read of a changed file is right."""
    size = Path(name).stat().st_size
    assert try_all(name, size // 5 + 1) >= 5


def test_a_weight_that_changed_is_noticed(folder: Path) -> None:
    """PyTorch itself would load it."""
    whole, weight = Path("model.pt2").read_bytes(), largest_member("model.pt2")
    place = whole.index(weight) + len(weight) // 2
    Path("model.pt2").write_bytes(whole[:place] + bytes([whole[place] ^ 64]) + whole[place + 1 :])
    with pytest.raises(UserError, match=r"'model.pt2' cannot be read") as caught:
        sparsec.load("model.pt2")
    assert caught.value.code == "bad-file" and "the checksum of" in str(caught.value.note)


def largest_member(file: str) -> bytes:
    with zipfile.ZipFile(file) as archive:
        weights = [entry for entry in archive.infolist() if "weight" in entry.filename]
        return archive.read(max(weights, key=lambda entry: entry.file_size))


def test_a_weight_of_a_checkpoint_that_changed_is_noticed(folder: Path) -> None:
    weight = torch.full((64,), 3.25)
    torch.save({"weight": weight}, "weights.pt")
    whole = Path("weights.pt").read_bytes()
    place = whole.index(weight.numpy().tobytes()) + 100
    Path("weights.pt").write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    with pytest.raises(UserError, match=r"'weights.pt' cannot be read") as caught:
        read_weights("weights.pt")
    assert caught.value.code == "bad-file" and "the checksum of" in str(caught.value.note)


@pytest.mark.parametrize(
    ("member", "note"),
    [
        ("../outside.txt", "lies outside of it"),
        ("archive/../../outside.txt", "lies outside of it"),
        ("/outside.txt", "lies outside of it"),
        ("..\\outside.txt", "lies outside of it"),
        ("C:/outside.txt", "lies outside of it"),
        ("archive/data/aotinductor/model/kernel.so", "machine code"),
    ],
)
def test_what_an_archive_may_not_hold(folder: Path, member: str, note: str) -> None:
    with zipfile.ZipFile("model.pt2", "a") as archive:
        archive.writestr(member, "text")
    for read in (lambda: sparsec.load("model.pt2"), lambda: sparsec.compile("model.pt2")):
        with pytest.raises(UserError, match="cannot be read") as caught:
            read()
        assert caught.value.code == "bad-file" and note in str(caught.value.note)
    assert not list(folder.parent.glob("outside*"))


# -------------------------------------------------------------------- ONNX models and their libraries


def test_a_model_has_a_digest_that_others_do_not_mind(folder: Path) -> None:
    assert not is_damaged(Path("model.onnx"))
    model = onnx.load("model.onnx")
    onnx.checker.check_model(model, full_check=not KERNELS)
    assert [entry.key for entry in model.metadata_props].count("sparsec.sha256") == 1
    np.testing.assert_allclose(result(), np.load("y.npy"), rtol=1e-4, atol=1e-5)
    model.producer_name = "another program"  # which writes the entry at another place
    onnx.save(model, "model.onnx")
    assert not is_damaged(Path("model.onnx"))
    np.testing.assert_allclose(result(), np.load("y.npy"), rtol=1e-4, atol=1e-5)


def test_weights_in_a_file_of_their_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "EXTERNAL_BYTES", 0)
    sparsec.compile(net(), (X,), kernels=False, measure=False).export_onnx("model.onnx")
    np.testing.assert_allclose(result(), np.load("y.npy"), rtol=1e-4, atol=1e-5)
    data = files.data_for(Path("model.onnx"))
    whole = data.read_bytes()
    for content in (whole[:-1], whole[:100] + bytes([whole[100] ^ 1]) + whole[101:]):
        data.write_bytes(content)
        with pytest.raises(UserError, match=r"'model.onnx' is damaged"):
            open_model(Path("model.onnx"))
    data.unlink()
    with pytest.raises(UserError) as caught:
        open_model(Path("model.onnx"))
    assert caught.value.code == "bad-file"


@pytest.mark.skipif(not KERNELS, reason="no torch-mlir, or no linker")
def test_a_library_is_sealed(folder: Path) -> None:
    library = Path(NAMES[2])
    whole = library.read_bytes()
    assert is_sealed(library)
    for content in damaged(whole, 251):
        library.write_bytes(content)
        assert not is_sealed(library)
    library.write_bytes(b"")
    assert not is_sealed(library)
    seal(library)
    assert not is_sealed(library)  # nothing at all is no library


# -------------------------------------------------------------------- disks that are full, and interrupts


def fail_at(place: str, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(*{"at the end": (files.os, "fsync"), "between": (files.os, "replace")}[place], fail)


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
WRITERS: dict[str, Callable[[sparsec.CompiledModule, str], object]] = {
    "model.pt2": lambda compiled, path: compiled.save(path),
    "model.onnx": lambda compiled, path: compiled.export_onnx(path),
    "report.json": lambda compiled, path: compiled.report.save_json(path),
    "report.html": lambda compiled, path: compiled.report.save_html(path),
}


@pytest.fixture(scope="module")
def compiled() -> sparsec.CompiledModule:
    return with_kernels()


@pytest.mark.parametrize("place", ["at the end", "between"])
@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()], ids=["full", "interrupted"])
def test_what_fails_leaves_the_old_file(
    name: str,
    place: str,
    error: BaseException,
    compiled: sparsec.CompiledModule,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("old")
    fail_at(place, error, monkeypatch)
    with pytest.raises((UserError, KeyboardInterrupt)) as caught:
        WRITERS[name](compiled, name)
    if error is FULL:
        assert isinstance(caught.value, UserError) and caught.value.code == "unwritable-path"
        assert caught.value.note == FULL.strerror and f"'{name}'" in caught.value.message
    else:
        assert isinstance(caught.value, KeyboardInterrupt)
    assert Path(name).read_text() == "old" and [*tmp_path.iterdir()] == [tmp_path / name]


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()], ids=["full", "interrupted"])
def test_what_fails_within_a_pt2_file(
    error: BaseException, compiled: sparsec.CompiledModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyTorch's own writer would abort the process."""
    (tmp_path / "model.pt2").write_text("old")
    save = torch.export.save

    def into(program: torch.export.ExportedProgram, file: files._Patient, **more: object) -> None:
        file.file = Failing(error)  # type: ignore[assignment]
        save(program, file, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(torch.export, "save", into)
    with pytest.raises((UserError, KeyboardInterrupt)) as caught:
        compiled.save(tmp_path / "model.pt2")
    assert isinstance(caught.value, UserError if error is FULL else KeyboardInterrupt)
    assert (tmp_path / "model.pt2").read_text() == "old" and len([*tmp_path.iterdir()]) == 1


class Failing:
    """A file that takes three pieces."""

    def __init__(self, error: BaseException) -> None:
        self.error, self.left = error, 3

    def write(self, data: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise self.error


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of sixteen kilobytes."""
    place = tmp_path / "tiny"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("name", [*WRITERS])
def test_a_disk_that_is_full(name: str, compiled: sparsec.CompiledModule, tiny: Path) -> None:
    (tiny / name).write_text("old" * 2000)
    (tiny / "rest").write_bytes(b"x" * 8192)
    with pytest.raises(UserError, match="cannot be written") as caught:
        WRITERS[name](compiled, str(tiny / name))
    assert caught.value.code == "unwritable-path"
    assert (tiny / name).read_text() == "old" * 2000 and {file.name for file in tiny.iterdir()} == {name, "rest"}


@pytest.mark.skipif(not KERNELS, reason="no torch-mlir, or no linker")
def test_a_kernel_cache_on_a_disk_that_is_full(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels are compiled for the process alone; LLVM's own writer would abort it."""
    from sparsec.codegen.mlir.host import host
    from sparsec.codegen.mlir.matmul import Matmul
    from sparsec.runtime import kernel_files

    monkeypatch.setenv("SPARSEC_CACHE", str(tiny))
    (tiny / "rest").write_bytes(b"x" * 8000)
    spec = Matmul(8, activation="gelu")
    assert kernel_files.load(spec.text(host()), spec.name).part
    assert not [*(tiny / "kernels").iterdir()]
