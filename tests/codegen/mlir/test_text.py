"""Kernels as text: what each construct is written as, and how many instructions whole kernels have.

Both lie in ``tests/golden/mlir``. After a change that is meant to change them:

    SPARSEC_UPDATE_GOLDEN=1 pytest tests/codegen/mlir/test_text.py

and look at the difference before it is committed.
"""

from __future__ import annotations

import itertools
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sparsec.codegen.mlir.activations import EMITTERS
from sparsec.codegen.mlir.block_rows import WORDS, BlockRows
from sparsec.codegen.mlir.builder import Builder, Value, transposed, vector
from sparsec.codegen.mlir.host import AVX2, AVX512, NEON, Host
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.mlir.matmul_activations import Activations
from sparsec.codegen.mlir.matmul_int8 import MatmulInt8
from sparsec.codegen.mlir.matmul_results import Place, Results
from sparsec.codegen.mlir.matmul_sums import Stretch, Sums
from sparsec.codegen.mlir.matvec import Matvec
from sparsec.codegen.mlir.pack import Pack
from sparsec.codegen.mlir.pad import Pad
from sparsec.codegen.mlir.quantise import Quantise
from sparsec.codegen.mlir.segments import Segments

GOLDEN = Path(__file__).parents[2] / "golden" / "mlir"
INSTRUCTIONS = GOLDEN / "instructions.txt"
V4 = vector(NEON.lanes, "f32")
IN_WORDS = {name: Value(f"%{name}", "!llvm.ptr" if name in WORDS.addresses else "i64") for name in WORDS.names}


def given(names: str, type_: str = "i64") -> list[Value]:
    """Values that others have written, by name."""
    return [Value(f"%{name}", type_) for name in names.split()]


def shares(b: Builder) -> None:
    """Where a share of the block rows begins."""
    number, parts = given("number parts")
    BlockRows(Matmul(1), NEON, b, IN_WORDS).first_row(number, parts)


def spans(b: Builder) -> None:
    """Tiles of some vectors of tokens, and what remains."""
    start, end = given("start end")
    Activations(Matmul(8), AVX2, b, IN_WORDS).spans(start, end)


def finite(b: Builder) -> None:
    """Whether activations are finite."""
    x, start, end = *given("x", "!llvm.ptr"), *given("start end")
    Activations(Matmul(16, "panels", "tokens"), NEON, b, IN_WORDS).finite(x, start, end)


def sums(b: Builder) -> None:
    """Bias, and the sums over the entries of a block row, or over all of its columns; weights are bfloat16."""
    first, last, column, limit, row, part = given("first last column limit row part")
    bases, (mask, holds) = given("base", "!llvm.ptr"), (*given("mask", vector(4, "i1")), *given("finite", "i1"))
    spec = Matmul(2, values="bf16", bias=True)
    made = Sums(spec, NEON, b, IN_WORDS, Activations(spec, NEON, b, IN_WORDS))
    made.over(Stretch(first, last, column, limit), part, bases, made.bias(row, 2), mask, holds)


def place() -> Place:
    """Where sums of a part of a block belong."""
    return Place(*given("row waiting there token turn"), 2, None)


def stored(b: Builder) -> None:
    """A block's sums, with residual and activation, where results lie as features; or until the next segment."""
    at = {name: Value(f"%{name}", "!llvm.ptr") for name in ("y", "residual")}
    results = Results(Matmul(2, residual=True, activation="relu"), NEON, b, IN_WORDS)
    results.keep(at, given("a b", V4), place(), 2, *given("last", "i1"))
    b.write_helpers()


def waiting(b: Builder) -> None:
    """Sums wait until lines of tokens are full, are turned, and written."""
    first, stop, count, token = given("first stop count token")
    results = Results(Matmul(2, "panels", "tokens"), NEON, b, IN_WORDS)
    results.wait_on_stack(8)
    results.keep({}, given("a b", V4), place(), 2, *given("last", "i1"))
    results.write_tokens({"y": Value("%y", "!llvm.ptr")}, first, stop, token, count)


def segments(b: Builder) -> None:
    """How many segments there are, and where they begin among the entries of a group."""
    made = Segments(Matmul(8), AVX2, b, IN_WORDS)
    made.decide(24, 16)
    made.look_up(*given("group stop"))
    made.entries(*given("segment block group"))
    made.columns(*given("segment"))


def transpose(b: Builder) -> None:
    """Eight vectors of eight numbers, rows as columns."""
    transposed(b, given("a b c d e f g h", vector(AVX2.lanes, "f32")))


def gelu(b: Builder) -> None:
    """An activation with an error function, in which there is an exponential."""
    EMITTERS["gelu"](b, *given("x", V4))


CONSTRUCTS = [shares, spans, finite, sums, stored, waiting, segments, transpose, gelu]
# A whole kernel: words, shares, loops and masks, the entry for a team, and the table of entries.
WHOLE = (AVX2, Pack("features"))

Spec = Matmul | MatmulInt8 | Matvec | Pack | Pad | Quantise
COUNTED: list[tuple[Host, Spec]] = [
    (AVX512, Matmul(1)),
    (AVX512, Matmul(8, bias=True, residual=True, activation="gelu")),
    (AVX512, Matmul(1, column_tiled=True)),
    (AVX2, Matmul(8, "panels", "tokens", values="bf16", bias=True, residual=True, activation="relu")),
    (AVX2, Matmul(4, "windows", "windows", bias=True)),
    (AVX512, Matmul(1, "windows", "features", bias=True)),
    (NEON, Matmul(1, "panels", "features", index="i32", activation="silu")),
    (AVX512, Matvec(8, bias=True)),
    (NEON, Pack()),
    (AVX2, Pad((2, 1))),
    (AVX512, MatmulInt8(bias=True)),
    (AVX512, Quantise()),
]


def written(write: Callable[[Builder], None]) -> str:
    b = Builder()
    write(b)
    return b.text()


def kept(path: Path, text: str) -> str:
    """What lies in a file; or what is to lie there from now on."""
    if os.environ.get("SPARSEC_UPDATE_GOLDEN"):
        path.write_text(text)
    return path.read_text()


def check(name: str, expected: str, text: str) -> None:
    if text != expected:  # the first line that differs, not a comparison of all of them
        pairs = enumerate(itertools.zip_longest(expected.splitlines(), text.splitlines(), fillvalue=""), 1)
        number, (old, new) = next((n, pair) for n, pair in pairs if pair[0] != pair[1])
        pytest.fail(f"{name}:{number}: was\n{old}\nis\n{new}\n(to accept it: SPARSEC_UPDATE_GOLDEN=1)")


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda construct: construct.__name__)
def test_a_construct_is_what_it_was(construct: Callable[[Builder], None]) -> None:
    path, text = GOLDEN / f"{construct.__name__}.mlir", written(construct)
    check(path.name, kept(path, text), text)


def test_a_whole_kernel_is_what_it_was() -> None:
    (host, spec), path = WHOLE, GOLDEN / "kernel.mlir"
    text = spec.text(host)
    check(path.name, kept(path, text), text)


def instructions(host: Host, spec: Spec) -> str:
    """How many there are of each, most first."""
    found = Counter(re.findall(r"^\s*(?:%\S+ = )?\"?([a-z]+\.[\w.]+)", spec.text(host), re.M))
    lines = [f"  {count:4} {name}\n" for name, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))]
    return f"{host.name} {spec.name}\n{''.join(lines)}"


def test_whole_kernels_have_as_many_instructions_as_they_had() -> None:
    text = "".join(instructions(*counted) for counted in COUNTED)
    check(INSTRUCTIONS.name, kept(INSTRUCTIONS, text), text)


def test_every_golden_file_is_read() -> None:
    constructs = {f"{construct.__name__}.mlir" for construct in CONSTRUCTS}
    assert {path.name for path in GOLDEN.iterdir()} == {*constructs, "kernel.mlir", INSTRUCTIONS.name}
    assert sum(path.stat().st_size for path in GOLDEN.iterdir()) < 60_000
