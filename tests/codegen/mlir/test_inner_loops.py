"""Facts about machine code: what inner loops over entries load and keep, and what llvm-mca says they cost."""

from __future__ import annotations

import functools
import json
import platform
import shutil
from pathlib import Path

import pytest

from sparsec.codegen.mlir import engine, inner_loops
from sparsec.codegen.mlir.host import AVX2, AVX512, GENERIC, NEON, X86, Host
from sparsec.codegen.mlir.inner_loops import Loop
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.mlir.matvec import Matvec
from sparsec.codegen.mlir.tile import in_segments, largest, tile_of

DISASSEMBLED = pytest.mark.skipif(
    not (engine.available() and inner_loops.available() and platform.machine() in ("x86_64", "AMD64")),
    reason="no torch-mlir, no objdump, or another architecture",
)
SPECS = {
    **{f"{rows}x1": Matmul(rows, "panels", "tokens") for rows in (1, 4, 8, 16)},
    "4x1 images": Matmul(4),
    "4x1 windows": Matmul(4, "windows", "windows"),
    "1x1 column tiles": Matmul(1, "panels", "tokens", column_tiled=True),
}


@functools.cache
def loops(host: str, name: str) -> list[Loop]:
    return inner_loops.loops_of(SPECS[name], X86[host])


@pytest.mark.parametrize(
    ("host", "tiles"),
    [
        (AVX2, {1: (1, 4), 2: (2, 4), 4: (4, 3), 8: (4, 3), 16: (4, 3)}),
        (AVX512, {1: (1, 4), 2: (2, 4), 4: (4, 4), 8: (8, 3), 16: (8, 3)}),
        (NEON, {1: (1, 4), 2: (2, 4), 4: (4, 4), 8: (8, 3), 16: (8, 3)}),
        (GENERIC, {1: (1, 4), 2: (2, 4), 4: (4, 2), 8: (4, 2), 16: (4, 2)}),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_tile_fills_the_registers(host: Host, tiles: dict[int, tuple[int, int]]) -> None:
    for rows, expected in tiles.items():
        tile = largest(host, rows)
        assert (tile.rows, tile.vectors) == expected
        assert tile.fits(host) and rows % tile.rows == 0
        for vectors in range(1, tile.vectors):
            assert tile_of(host, rows, vectors).fits(host)


def test_a_column_tile_has_more_tokens() -> None:
    assert largest(AVX2, 1, column_tiled=True).vectors * AVX2.lanes == 64
    assert largest(AVX512, 1, column_tiled=True).vectors * AVX512.lanes == 64


def test_segments_are_for_vectors_that_are_parts_of_lines() -> None:
    assert [in_segments(host, 8) for host in (AVX2, NEON, AVX512)] == [True, True, False]
    assert not in_segments(AVX2, 1)


@DISASSEMBLED
@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("host", ["avx2", "avx512"])
def test_inner_loops_keep_everything_in_registers(host: str, name: str) -> None:
    assert loops(host, name)
    assert not any(loop.spills for loop in loops(host, name))


@DISASSEMBLED
@pytest.mark.parametrize("rows", [1, 4, 16])
@pytest.mark.parametrize("host", ["avx2", "avx512"])
def test_tokens_together_keep_their_sums_in_registers(host: str, rows: int) -> None:
    for loop in inner_loops.loops_of(Matvec(rows), X86[host]):
        assert loop.spills <= 2 * loop.entries  # addresses of tokens, but no sum
        assert loop.loads <= 2 * loop.multiply_adds


@DISASSEMBLED
@pytest.mark.parametrize(
    ("host", "name", "multiply_adds", "loads"),
    [
        ("avx2", "4x1", 12, 7),
        ("avx2", "8x1", 12, 7),
        ("avx2", "16x1", 12, 7),
        ("avx2", "4x1 windows", 12, 7),
        ("avx2", "1x1 column tiles", 8, 9),
        ("avx512", "4x1", 16, 8),
        ("avx512", "8x1", 24, 11),
        ("avx512", "16x1", 24, 11),
    ],
)
def test_an_entry_of_the_largest_tile(host: str, name: str, multiply_adds: int, loads: int) -> None:
    loop = loops(host, name)[0]
    assert (loop.multiply_adds / loop.entries, loop.loads / loop.entries) == (multiply_adds, loads)


@DISASSEMBLED
@pytest.mark.skipif(not shutil.which("llvm-mca"), reason="no llvm-mca")
@pytest.mark.parametrize(
    ("host", "processor"),
    [("avx2", "znver2"), ("avx2", "haswell"), ("avx2", "skylake"), ("avx512", "skylake-avx512")],
)
def test_blocks_reach_the_peak_of_a_processor(host: str, processor: str) -> None:
    for name in ("4x1", "8x1", "16x1"):
        loop = loops(host, name)[0]
        assert inner_loops.cycles(loop, processor) >= loop.multiply_adds / 2
        assert 0.85 < inner_loops.of_peak(loop, processor) <= 1


@DISASSEMBLED
@pytest.mark.parametrize(("host", "multiplied"), [("avx2", False), ("avx512", True)])
def test_columns_of_images_are_found_without_the_ports_of_multiply_adds(host: str, multiplied: bool) -> None:
    loop = loops(host, "4x1 images")[0]
    assert any(name.startswith("imul") for name, _ in loop.instructions) is multiplied


def test_the_page_of_kernels_shows_what_was_computed() -> None:
    """docs/kernels.md: cycles of an entry, and the share of the multiply-adds that a processor could do."""
    root = Path(__file__).parents[3]
    found = json.loads((root / "benchmarks" / "results" / "kernels_predicted.json").read_text())["rows"]
    rows = {(row["host"], row["kernel"], row["cpu"]): row for row in found}
    page = (root / "docs" / "kernels.md").read_text()
    _, _, table = page.partition("| inner loop, AVX2 | multiply-adds, loads ")
    processors = [cell.strip() for cell in table.splitlines()[0].strip("|").split("|")]
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:8]]
    for name, counts, *cells in shown:
        for processor, cell in zip(processors, cells, strict=True):
            row = rows["avx2", name, processor]
            assert counts == f"{row['multiply_adds']:.0f}, {row['loads']:.0f}"
            assert cell == f"{row['cycles']:.1f} ({row['peak'] * 100:.0f} %)"
