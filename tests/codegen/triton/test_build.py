"""Building for cards that are not here: what a binary holds, when it is made anew, and what is said if it cannot be."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from sparsec.codegen.triton import build as building
from sparsec.codegen.triton.base import Kernel, Schedule
from sparsec.codegen.triton.build import Binary, BuildError, build
from sparsec.compiler.errors import UserError

from .dot_kernels import dot_schedule

HALF = torch.bfloat16
SMALL = dot_schedule(tokens=16)


@pytest.fixture(scope="module")
def binary() -> Binary:
    return build(SMALL, HALF, "sm_90")


@pytest.fixture
def compiles(monkeypatch: pytest.MonkeyPatch, binary: Binary) -> list[Schedule]:
    """What was compiled rather than read, which takes no time here."""
    seen: list[Schedule] = []

    def compiled(function: object, schedule: Schedule, *others: object) -> Binary:
        seen.append(schedule)
        return binary

    monkeypatch.setattr(building, "_compiled", compiled)
    return seen


def test_a_binary_holds_what_starting_it_takes(binary: Binary) -> None:
    assert binary.code.startswith(b"\x7fELF") and binary.entry == "block_dot" and binary.arch == "sm_90"
    assert (binary.warps, binary.lanes, binary.dtype) == (4, 32, "bfloat16") and 0 < binary.shared < 48 * 1024
    pointers = [("x", "*bf16"), ("values", "*bf16"), ("columns", "*i32"), ("starts", "*i32"), ("result", "*bf16")]
    assert binary.arguments == (*pointers, ("tokens", "i32"), ("features", "i32"))
    assert binary.trailing in (1, 2) and binary.scratch == 0


def test_a_binary_names_no_folder(binary: Binary) -> None:
    here = str(Path(__file__).parent)
    assert here not in binary.assembly and here.encode() not in binary.code


def test_a_document_holds_all_of_it(binary: Binary) -> None:
    document = json.loads(json.dumps(binary.to_document()))
    assert Binary.from_document(document) == binary
    assert Binary.from_document(binary.bare().to_document()) == binary.bare() != binary


@pytest.mark.parametrize("change", [{"layout": 0}, {"code": "AAAA"}, {"arguments": 3}, {"more": 1}])
def test_a_document_of_something_else_is_refused(binary: Binary, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="binary"):
        Binary.from_document(binary.to_document() | change)


def test_addresses_are_64_bits_from_the_first_product_on(binary: Binary) -> None:
    """Entries x block, tokens x features: numbers of 32 bits would overflow in weights of 4 GB."""
    lines = binary.assembly.splitlines()
    wide = [line for line in lines if "mul.wide.s32" in line or "mad.wide.s32" in line or "mul.lo.s64" in line]
    assert len(wide) >= 3


def test_what_was_built_is_kept(tmp_path: Path, compiles: list[Schedule], binary: Binary) -> None:
    assert build(SMALL, HALF, "sm_90", tmp_path) == build(SMALL, HALF, "sm_90", tmp_path) == binary
    assert compiles == [SMALL]


@pytest.mark.parametrize(
    "other",
    [
        (dot_schedule(tokens=32), HALF, "sm_90"),
        (dataclasses.replace(SMALL, warps=8), HALF, "sm_90"),
        (SMALL, torch.float16, "sm_90"),
        (SMALL, HALF, "sm_80"),
        (dataclasses.replace(SMALL, multiples=()), HALF, "sm_90"),
    ],
    ids=["constants", "warps", "dtype", "architecture", "multiples"],
)
def test_what_differs_is_built_anew(
    tmp_path: Path, compiles: list[Schedule], other: tuple[Schedule, torch.dtype, str]
) -> None:
    for schedule, dtype, arch in ((SMALL, HALF, "sm_90"), other):
        build(schedule, dtype, arch, tmp_path)
    assert len(compiles) == 2 and len([*tmp_path.iterdir()]) == 2


@pytest.mark.parametrize("damage", ["", "{}", "[1]", None])
def test_a_damaged_file_is_made_again(
    tmp_path: Path, compiles: list[Schedule], binary: Binary, damage: str | None
) -> None:
    build(SMALL, HALF, "sm_90", tmp_path)
    (file,) = tmp_path.iterdir()
    text = file.read_text()
    file.write_text(text.replace('"block_dot"', '"another_one"') if damage is None else damage)
    assert build(SMALL, HALF, "sm_90", tmp_path) == binary
    assert len(compiles) == 2 and file.read_text() == text


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, compiles: list[Schedule], binary: Binary) -> None:
    (tmp_path / "file").write_text("")
    assert build(SMALL, HALF, "sm_90", tmp_path / "file") == binary


def test_without_triton_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "version", lambda: "")
    with pytest.raises(UserError, match="Triton, which is not installed") as caught:
        build(SMALL, HALF, "sm_90")
    assert caught.value.code == "missing-package" and caught.value.hint == "pip install 'sparsec[gpu-kernels]'"


def test_where_kernels_are_interpreted_none_is_compiled() -> None:
    class Interpreted(Kernel):
        function = SimpleNamespace()

    with pytest.raises(UserError, match="interprets") as caught:
        build(Schedule(Interpreted("f", {}), {}), HALF, "sm_90")
    assert caught.value.code == "bad-option" and "TRITON_INTERPRET" in str(caught.value.note)


def test_what_does_not_compile_is_said_in_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BuildError, match=r"block_dot BC=64 .* is not compiled for sm_90: \w+: "):
        build(dot_schedule(48), HALF, "sm_90")
