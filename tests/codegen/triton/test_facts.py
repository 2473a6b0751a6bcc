"""Facts read off machine code, for each architecture: as they are for kernels known to be good, and for a bad one."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from sparsec.codegen.triton import facts as reading
from sparsec.codegen.triton.base import Turn
from sparsec.codegen.triton.build import build
from sparsec.codegen.triton.cards import H200, MI300X, card_for
from sparsec.codegen.triton.facts import Facts, Instruction, facts
from sparsec.compiler.errors import UserError

from .dot_kernels import SPILLING, dot_schedule

AMD = ("gfx90a", "gfx942")


def found(arch: str, rows: int = 64, tokens: int = 16, **options: int) -> Facts:
    if arch in AMD:
        options["stages"] = 2
    schedule = dot_schedule(rows, tokens, **options)
    return facts(build(schedule, torch.bfloat16, arch), schedule)


@pytest.mark.parametrize(
    ("arch", "product", "registers"),
    [
        ("sm_90", "wgmma m64n16k16", 64),
        pytest.param("sm_80", "mma.sync m16n8k16", 64, marks=pytest.mark.slow),
        pytest.param("sm_89", "mma.sync m16n8k16", 64, marks=pytest.mark.slow),
        pytest.param("sm_100", "tcgen05", 64, marks=pytest.mark.slow),
        pytest.param("gfx90a", "v_mfma m16n16k16", 128, marks=pytest.mark.slow),
        ("gfx942", "v_mfma m16n16k16", 128),
    ],
)
def test_decode(arch: str, product: str, registers: int) -> None:
    told = found(arch)
    assert told.spills == 0 and told.product == product and told.registers <= registers
    assert told.weight is not None and 1.5 < told.weight <= 3.3
    assert 4000 < told.size < 32000 and told.blocks >= 6
    assert told.loads[16] >= 4, "weights come 16 bytes a lane"
    assert told.copies == (0 if arch in AMD else 5)
    needed = card_for(arch).bandwidth * 0.8e-6 / card_for(arch).multiprocessors
    assert told.in_flight > needed


@pytest.mark.slow
@pytest.mark.parametrize("arch", ["sm_80", "sm_89", "sm_90", "sm_100", *AMD])
@pytest.mark.parametrize(("rows", "warps"), [(64, 4), (128, 8)])
def test_prefill(arch: str, rows: int, warps: int) -> None:
    told = found(arch, rows, 128, warps=warps)
    assert told.spills == 0 and told.unit == card_for(arch).product and told.registers <= 200
    assert told.weight is not None and 3 < told.weight < 8 and told.blocks >= 1


@pytest.mark.parametrize(("arch", "rows"), [("sm_90", 64), pytest.param("gfx942", 128, marks=pytest.mark.slow)])
def test_a_kernel_without_room_spills(arch: str, rows: int) -> None:
    schedule = dataclasses.replace(SPILLING, constants={"N": rows})
    told = facts(build(schedule, torch.float16, arch), schedule)
    assert told.spills > 0 and told.product == "fma" and told.weight is not None and told.weight > 100


def test_few_rows_leave_hopper_without_wgmma() -> None:
    assert found("sm_90", 32).product == "mma.sync m16n8k16"


# ---------------------------------------------------------------- reading

SASS = """
.L_x_9:
        /*0010*/                   IADD3 R1, R1, 0x1, RZ ;
.L_x_1:
        /*0020*/                   HGMMA.64x16x16.F32.BF16 R24, gdesc[UR4], R24 ;
        /*0030*/              @!P2 BRA `(.L_x_5) ;
.L_x_4:
        /*0040*/               @P0 LDGSTS.E.BYPASS.LTC128B.128 [R4], desc[UR2][R2.64] ;
        /*0050*/              @!P4 BRA `(.L_x_1) ;
        /*0060*/                   BRA.U UP1, `(.L_x_9) ;
        /*0070*/                   HGMMA.64x16x16.F32.BF16 R24, gdesc[UR4], R24 ;
        /*0080*/                   EXIT ;
.L_x_5:
        /*0090*/                   SYNCS.PHASECHK.TRANS64.TRYWAIT P0, [UR4], R4 ;
        /*00a0*/              @!P0 BRA `(.L_x_5) ;
        /*00b0*/                   BRA `(.L_x_4) ;
.L_x_2:
        /*00c0*/                   BRA `(.L_x_2);
"""


def test_the_innermost_loop_with_a_product_is_found() -> None:
    """The whole of it, waiting out of line included; a branch from there into it makes no loop of its own."""
    listing = reading._listing(SASS, *reading.SASS)
    assert [line.name for line in listing.lines].count("BRA") == 5
    assert {*listing.loops} == {
        frozenset({1, 2, 3, 4, 8, 9, 10}),
        frozenset({0, 1, 2, 3, 4, 5, 8, 9, 10}),
        frozenset({8, 9}),
    }
    assert reading._product_loop(listing) == (("wgmma", "64x16x16"), frozenset({1, 2, 3, 4, 8, 9, 10}))


def test_a_loop_may_be_entered_in_its_middle() -> None:
    code = "\ts_branch .LBB0_2\n.LBB0_1:\n\tv_mfma_f32_16x16x16_bf16 v[0:3]\n\ts_cbranch_scc0 .LBB0_3\n.LBB0_2:\n"
    code += "\ts_nop 0\n\ts_branch .LBB0_1\n.LBB0_3:\n\ts_endpgm\n"
    listing = reading._listing(code, *reading.AMDGCN)
    assert reading._product_loop(listing) == (("v_mfma", "16x16x16"), frozenset({1, 2, 3, 4}))


def test_code_without_a_loop_has_a_product_and_no_loop() -> None:
    listing = reading._listing(
        SASS.replace("@!P4 BRA `(.L_x_1)", "NOP").replace("BRA.U UP1, `(.L_x_9)", "NOP"), *reading.SASS
    )
    assert reading._product_loop(listing) == (("wgmma", "64x16x16"), frozenset())


@pytest.mark.parametrize(
    ("name", "operands", "size"),
    [
        ("LDG.E.128", "", 16),
        ("LDG.E.64.CONSTANT", "", 8),
        ("LDG.E", "", 4),
        ("LDG.E.U16", "", 2),
        ("LDG.E.EL.U8", "", 1),
        ("LDGSTS.E.BYPASS.LTC128B.128", "", 16),
        ("LDGSTS.E.LTC128B", "", 4),
        ("LDS.128", "", 0),
        ("LDGDEPBAR", "", 0),
        ("global_load_dwordx4", "", 16),
        ("buffer_load_ushort", "", 2),
        ("global_load_dword", "", 4),
        ("ds_read_b128", "", 0),
    ],
)
def test_what_a_lane_loads(name: str, operands: str, size: int) -> None:
    assert reading._loaded(Instruction(name, operands)) == size


@pytest.mark.parametrize(
    ("products", "by_bytes", "turns"),
    [(2048, 0.0, 2), (0, 2.1, 2), (4096, 1.9, 2), (1024, 4.0, 1), (0, 0.0, 1), (1500, 0.0, 1), (1024, 0.2, 1)],
    ids=["products", "bytes", "the smaller", "no more than products", "neither", "rounded", "one at least"],
)
def test_how_often_a_loop_was_unrolled(products: float, by_bytes: float, turns: int) -> None:
    assert reading._turns(Turn(weights=64, products=1024, rows=16, tokens=16), products, by_bytes) == turns


def test_how_many_blocks_a_multiprocessor_holds() -> None:
    binary = build(dot_schedule(), torch.bfloat16, "sm_90")
    small = dataclasses.replace(binary, shared=0)
    assert reading._blocks(H200, 40, small) == 65536 // (40 * 128) == 12
    assert reading._blocks(H200, 41, small) == 65536 // (48 * 128)
    assert reading._blocks(H200, 16, small) == 16  # 64 warps
    assert reading._blocks(H200, 16, dataclasses.replace(small, shared=100 * 1024)) == 2
    assert reading._blocks(H200, 16, dataclasses.replace(small, shared=228 * 1024)) == 0
    assert reading._blocks(MI300X, 256, small) == 131072 // (256 * 64 * 4)


def test_an_amd_binary_without_its_assembler_cannot_be_read() -> None:
    schedule = dot_schedule(stages=2)
    with pytest.raises(UserError, match="no assembler") as caught:
        facts(build(schedule, torch.bfloat16, "gfx942").bare(), schedule)
    assert caught.value.code == "bad-option"
