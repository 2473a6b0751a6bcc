"""A library of several versions: the best that the processor can run is taken, and all compute the same."""

from __future__ import annotations

import ctypes
import inspect
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from sparsec.codegen import formats
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.mlir import host as hosts
from sparsec.codegen.mlir.host import NEEDS, X86, own_set, sets, sets_of
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.onnx import native, native_processor
from sparsec.codegen.onnx.files import is_sealed, versions_of
from sparsec.codegen.onnx.native import write_library
from sparsec.compiler.errors import UserError

from . import test_native_int8
from .test_native import Layer, numbers, open_session, sparse

TOOLS = engine.available() and any(shutil.which(name) for name in linker.NAMES)
needs_tools = pytest.mark.skipif(not TOOLS, reason="no torch-mlir, or no linker")
needs_lesser = pytest.mark.skipif(not NEEDS[own_set()], reason="kernels use what every such processor has")
needs_x86 = pytest.mark.skipif(sets() is not X86, reason="another architecture")
SPECS = [
    Matmul(8, "panels", "tokens", bias=True, residual=True, activation="gelu"),
    Matmul(1, "panels", "tokens", values="bf16", column_tiled=True),
    Matmul(4, "features", "features", bias=True, activation="silu"),
]


BYTES = test_native_int8.ADDING


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a version for all that this machine has."""
    return write_library([*SPECS, BYTES], tmp_path_factory.mktemp("versions") / "kernels.so", cpu=sets_of())


def picked(library: Path) -> str | None:
    """The version that a library takes now."""
    tell = ctypes.CDLL(str(library)).sparsec_version
    tell.restype = ctypes.c_char_p
    found = tell()
    return found and found.decode()


def refused(library: Path) -> str:
    with pytest.raises(Exception, match="SPARSEC_CPU") as caught:
        onnxruntime.SessionOptions().register_custom_ops_library(str(library))
    assert picked(library) is None
    return str(caught.value)


# -------------------------------------------------------------------- which one is taken


@needs_tools
def test_the_best_version_is_taken(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARSEC_CPU", raising=False)
    assert picked(library) == own_set() == sets_of()[-1]
    monkeypatch.setenv("SPARSEC_CPU", "")
    assert picked(library) == own_set()
    assert is_sealed(library) and versions_of(library) == sets_of()


@needs_tools
@needs_x86
def test_what_a_lesser_machine_takes(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in X86:
        monkeypatch.setenv("SPARSEC_CPU", name)
        able = [one for one in sets_of() if NEEDS[one] <= NEEDS[name]]
        assert picked(library) == able[-1]


@needs_tools
@needs_x86
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_all_versions_compute_the_same(spec: Matmul, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the same weights, with one token, a few, and more than a vector has lanes."""
    layer, found = Layer(spec, sparse(37, 130, 0.3)), []
    for name in sets_of():
        monkeypatch.setenv("SPARSEC_CPU", name)
        by_tokens = spec.target == "tokens"
        session = open_session(layer.model(["n", 130] if by_tokens else [130, "n"]), library)
        given = [numbers(n, 130) if by_tokens else numbers(130, n) for n in (1, 3, 45)]
        for x in given:
            layer.check(session, x)
        feeds = {"x": given[-1]} | ({"residual": layer.residual((45, 37))} if spec.residual else {})
        found.append(session.run(None, feeds)[0])
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=1e-5, atol=1e-5)


@needs_tools
@needs_x86
def test_all_versions_multiply_bytes_alike(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums of integers are the same to the bit; only scales, bias and activation are rounded."""
    layer = test_native_int8.Layer(BYTES, test_native_int8.blocks(37, 130))
    given, found = [numbers(tokens, 130) for tokens in (1, 3, 45)], []
    for name in sets_of():
        monkeypatch.setenv("SPARSEC_CPU", name)
        session = test_native_int8.open_session(layer.model(["n", 130]), library)
        for x in given:
            layer.check(session, x)
        found.append(session.run(None, {"x": given[-1]})[0])
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=1e-6, atol=1e-6)


@needs_tools
@needs_x86
def test_a_name_that_is_none(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AVX2", "avx", "avx2 ", "avx512vnni"):
        monkeypatch.setenv("SPARSEC_CPU", name)
        assert "SPARSEC_CPU names no instruction set: it can be generic, avx2, avxvnni, avx512, vnni" in refused(
            library
        )


@needs_tools
@needs_lesser
def test_no_version_for_a_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    best = [name for name in sets_of() if NEEDS[name]]
    library = write_library(SPECS[:1], tmp_path / "kernels.so", cpu=best)
    monkeypatch.setenv("SPARSEC_CPU", "generic")
    said = refused(library)
    assert "these sparse kernels need a processor with AVX2" in said and "export the model again" in said
    assert "SSE2" not in said and all(native_processor.TITLES[name] in said for name in best)


@needs_tools
@needs_lesser
def test_every_bit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bit that no processor sets, wherever one is asked for, leaves the version below."""
    absent = {"1 ecx": 16, "7 ebx": 22, "7 ecx": 26, "7.1 eax": 14, "80000001 ecx": 31, "saved": 40}
    assert absent.keys() == {place for places in native_processor.BITS.values() for place in places}
    best = own_set()
    for place, number in absent.items():
        missing = {place: (number,)}
        monkeypatch.setitem(native_processor.BITS, best, missing)
        library = write_library([Matmul(8)], tmp_path / f"{place.replace(' ', '_')}.so", cpu=sets_of())
        assert picked(library) == sets_of()[-2], place


@needs_tools
@needs_lesser
def test_what_was_compiled_before_is_not_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that was timed with this machine's version gets the others; all of it is once for the same model."""
    native._machine_code.cache_clear()
    write_library(SPECS[:1], tmp_path / "timed.so")
    made: list[str] = []
    write = engine.write_object
    monkeypatch.setattr(engine, "write_object", lambda text, name, *rest: made.append(name) or write(text, name, *rest))
    write_library(SPECS[:1], tmp_path / "written.so", cpu=sets_of())
    assert made == ["RegisterCustomOps", *(f"register_{name}" for name in sets_of()[:-1])]


# -------------------------------------------------------------------- which ones are written


def as_on(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As on a machine that has an instruction set."""
    every = hosts.ARM if name == "neon" else X86
    monkeypatch.setattr(hosts, "sets", lambda: every)
    monkeypatch.setattr(hosts, "host", lambda: every[name])


@pytest.mark.parametrize(
    ("here", "asked", "expected"),
    [
        ("vnni", None, ["generic", "avx2", "avx512", "vnni"]),
        ("avx2", None, ["generic", "avx2"]),
        ("neon", None, ["neon"]),
        ("avx512", "native", ["avx512"]),
        ("avx2", "vnni, avx2,native", ["avx2", "vnni"]),
        ("generic", ["avx512", "generic"], ["generic", "avx512"]),
        ("neon", "native,neon", ["neon"]),
    ],
)
def test_lists_of_instruction_sets(
    here: str, asked: str | list[str] | None, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_on(monkeypatch, here)
    assert hosts.sets_of(asked) == expected


@pytest.mark.parametrize(("here", "asked"), [("avx2", "sse4"), ("avx2", "neon"), ("neon", "avx2"), ("avx2", "AVX2")])
def test_lists_that_name_none(here: str, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    as_on(monkeypatch, here)
    with pytest.raises(UserError, match="is no instruction set") as caught:
        hosts.sets_of(asked)
    assert caught.value.code == "unknown-option"


@pytest.mark.parametrize("asked", [[], "", "generic,,avx2", 3, [3], {}])
def test_what_lists_nothing(asked: Any) -> None:
    with pytest.raises(UserError, match="names no instruction set"):
        hosts.sets_of(asked)


def test_weights_are_packed_alike_for_all() -> None:
    """A file's tensors are shared by all versions: no format knows of a host."""
    for file in Path(inspect.getfile(formats)).parent.glob("*.py"):
        assert "mlir.host" not in file.read_text(), file
