"""What machine code says of itself: registers, spills, tensor cores, loads, and what a stored weight costs.

The innermost loop that multiplies is looked for in the disassembly (NVIDIA) or the assembler (AMD), and its
instructions are counted. Compilers unroll loops, so how many turns of the source one turn of theirs holds is found by
counting the multiplications, or else the bytes that are loaded; the smaller of the two is believed.
"""

from __future__ import annotations

import functools
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ...compiler.errors import UserError
from .base import Schedule, Turn
from .build import Binary, tool
from .cards import Card, card_for

RESERVED = 1024  # bytes of shared memory that each block of threads takes on NVIDIA's cards, beside its own
WARP_GROUP = 4  # warps that share one wgmma


class Instruction(NamedTuple):
    """One line of a disassembly."""

    name: str
    operands: str


class Listing(NamedTuple):
    """Machine code as text.

    Attributes:
        lines: its instructions, in order.
        loops: (first, last) instruction of each, from its label to the branch back.
    """

    lines: tuple[Instruction, ...]
    loops: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Facts:
    """What a binary's machine code says.

    Attributes:
        registers: of a lane.
        spills: loads and stores of local memory, where registers were too few, and bytes of the stack.
        shared: bytes of shared memory of a block.
        size: bytes of the file.
        product: the instruction that multiplies: ``wgmma m64n16k16``, ``mma.sync m16n8k16``, ``tcgen05``,
            ``v_mfma 16x16x16``, ``fma``.
        copies: asynchronous copies in the loop, of 16 bytes a lane, or of a tile by the copy engine.
        loads: bytes a lane to how many such loads into registers, or copies, the loop holds.
        instructions: that a warp issues for each turn of the source's innermost loop; 0 where no loop was found.
        weight: lane instructions for each stored number of the weight; None where that is not known.
        blocks: that a multiprocessor holds at a time; 0 where not even one fits.
        warps: of one block.
        in_flight: bytes that are on their way to a multiprocessor at a time; 0 where that is not known.
        lines: how often each instruction occurs in the whole.
    """

    registers: int
    spills: int
    shared: int
    size: int
    product: str
    copies: int
    loads: Mapping[int, int] = field(hash=False)
    instructions: float
    weight: float | None
    blocks: int
    warps: int
    in_flight: int
    lines: Mapping[str, int] = field(hash=False, repr=False)

    @property
    def unit(self) -> str:
        """The product's kind: ``wgmma``, ``mma.sync``, ``tcgen05``, ``v_mfma``, ``fma``; '' for none."""
        return self.product.partition(" ")[0]

    def to_json(self) -> dict[str, Any]:
        """For a report, without the list of all instructions."""
        names = ("registers", "spills", "shared", "size", "product", "copies", "instructions", "weight", "blocks")
        loads = {str(size): count for size, count in sorted(self.loads.items())}
        return {name: getattr(self, name) for name in (*names, "in_flight")} | {"loads": loads}


@functools.lru_cache(maxsize=128)
def facts(binary: Binary, schedule: Schedule) -> Facts:
    """Read off the facts of a binary, half a second on NVIDIA's.

    Raises:
        UserError: Triton, which brings the disassembler along, is not installed; or the binary holds no assembler.
    """
    card = card_for(binary.arch)
    listing, registers, stack = _nvidia(binary) if card.backend == "cuda" else _amd(binary)
    product, begin, end = _product_loop(listing)
    body = listing.lines[begin:end]
    loads = Counter(size for line in body if (size := _loaded(line)))
    loaded = sum(size * count for size, count in loads.items()) * binary.warps * binary.lanes
    turns = _turns(schedule.turn, _products(body, product) * binary.warps, loaded, _item_size(binary))
    blocks = _blocks(card, registers, binary)
    ahead = max(1, schedule.stages - 1) if any(_is_copy(line) for line in body) else 1
    local = sum(bool(re.match(r"(LDL|STL)\b|scratch_(load|store)", line.name)) for line in listing.lines)
    weights = schedule.turn.weights * turns if schedule.turn else 0
    return Facts(
        registers=registers,
        spills=local + stack,
        shared=binary.shared,
        size=len(binary.code),
        product=_named(product),
        copies=sum(_is_copy(line) and _loaded(line) in (0, 16) for line in body),
        loads=dict(loads),
        instructions=len(body) / turns,
        weight=len(body) * binary.warps * binary.lanes / weights if weights and body else None,
        blocks=blocks,
        warps=binary.warps,
        in_flight=blocks * ahead * round(loaded / turns),
        lines=Counter(line.name for line in listing.lines),
    )


# ---------------------------------------------------------------- disassembly

# What a label, an instruction with its operands, a branch, and the label that one leads to look like.
SASS = (
    r"\s*\.(L_x_\d+):",
    r"/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+\s+)?([A-Z][\w.]*)\s*([^;]*);",
    r"BRA\b",
    r"`\(\.(L_x_\d+)\)",
)
AMDGCN = (r"\.(LBB\d+_\d+):", r"\t([a-z]\w+)\s*([^;\n]*)", r"s_c?branch", r"\.(LBB\d+_\d+)")


def _nvidia(binary: Binary) -> tuple[Listing, int, int]:
    """The listing, the registers of a lane, the bytes of its stack."""
    with tempfile.TemporaryDirectory(prefix="sparsec-") as folder:
        path = Path(folder) / "kernel.cubin"
        path.write_bytes(binary.code)
        text = _run("nvdisasm", "-c", path)
        usage = _run("cuobjdump", "-res-usage", path)
    found = re.search(r"REG:(\d+) STACK:(\d+) SHARED:\d+ LOCAL:(\d+)", usage)
    if found is None:
        raise ValueError(f"cuobjdump tells of no registers: {usage[:200]}")
    return _listing(text, *SASS), int(found[1]), int(found[2]) + int(found[3])


def _run(name: str, option: str, path: Path) -> str:
    program = tool(name)
    if program is None:
        raise UserError("missing-package", f"this build of Triton comes without '{name}', which reads machine code")
    return subprocess.run([program, option, path], capture_output=True, text=True, check=True).stdout


def _amd(binary: Binary) -> tuple[Listing, int, int]:
    text = binary.assembly
    if not text:
        raise UserError("bad-option", f"the binary of '{binary.entry}' holds no assembler that could be read")
    code = text[: text.find(".amdgpu_metadata")]
    registers, spilled, stack = (
        int(re.findall(rf"\.{key}:\s+(\d+)", text)[-1])
        for key in ("vgpr_count", "vgpr_spill_count", "private_segment_fixed_size")
    )
    return _listing(code, *AMDGCN), registers, spilled + stack


def _listing(text: str, label: str, instruction: str, branch: str, target: str) -> Listing:
    lines: list[Instruction] = []
    labels: dict[str, int] = {}
    loops = []
    for line in text.splitlines():
        if found := re.match(label, line):
            labels[found[1]] = len(lines)
        elif (found := re.search(instruction, line)) and not found[1].startswith("."):
            lines.append(Instruction(found[1], found[2].strip()))
            jump = re.search(target, found[2]) if re.match(branch, found[1]) else None
            if jump and labels.get(jump[1], len(lines)) < len(lines) - 1:
                loops.append((labels[jump[1]], len(lines) - 1))
    return Listing(tuple(lines), tuple(loops))


# ---------------------------------------------------------------- products

# Instructions that multiply, the best first: pattern, what it is called, multiplications that one warp does with it
# (a lane, where it says so). tcgen05 does not say its own shape.
PRODUCTS = (
    (r"UTCHMMA|UTCQMMA", "tcgen05", None),
    (r"HGMMA\.(\d+)x(\d+)x(\d+)", "wgmma", "group"),
    (r"HMMA\.(16)(8)(\d+)", "mma.sync", "warp"),
    (r"v_mfma_\w+?_(\d+)x(\d+)x(\d+)", "v_mfma", "warp"),
    (r"FFMA|HFMA2|v_fma|v_pk_fma|v_dot2", "fma", "lane"),
)


def _product_loop(listing: Listing) -> tuple[tuple[str, str], int, int]:
    """The best product of a kernel, as (name, shape); begin and end of the innermost loop that holds most of it."""
    for pattern, name, _ in PRODUCTS:
        found = [re.match(pattern, line.name) for line in listing.lines]
        places = [index for index, match in enumerate(found) if match]
        inside = {loop: sum(loop[0] <= place <= loop[1] for place in places) for loop in _innermost(listing, places)}
        if not places or (name == "fma" and not inside):
            continue
        shapes = Counter(match.groups() for match in found if match)
        shape = shapes.most_common(1)[0][0]
        begin, last = max(inside, key=lambda loop: inside[loop]) if inside else (0, -1)
        return (name, "x".join(shape)), begin, last + 1
    return ("", ""), 0, 0


def _innermost(listing: Listing, places: list[int]) -> list[tuple[int, int]]:
    """The loops that hold a product, and no other loop that holds one."""
    holding = [loop for loop in {*listing.loops} if any(loop[0] <= place <= loop[1] for place in places)]
    return [
        (first, last)
        for first, last in holding
        if not any(first <= a and b <= last and (a, b) != (first, last) for a, b in holding)
    ]


def _products(body: tuple[Instruction, ...], product: tuple[str, str]) -> float:
    """Multiplications that one warp does in a loop; 0 where that cannot be told."""
    pattern, _, shared_by = next((row for row in PRODUCTS if row[1] == product[0]), ("", "", None))
    if shared_by is None:
        return 0
    total = 0.0
    for line in body:
        if found := re.match(pattern, line.name):
            total += _multiplications(found, shared_by)
    return total


def _multiplications(found: re.Match[str], shared_by: str) -> float:
    if shared_by == "lane":
        lanes = 32 if found[0].isupper() else 64
        return lanes * (2 if found[0] in ("HFMA2", "v_pk_fma", "v_dot2") else 1)
    rows, columns, depth = map(int, found.groups())
    return rows * columns * depth / (WARP_GROUP if shared_by == "group" else 1)


def _named(product: tuple[str, str]) -> str:
    name, shape = product
    rows, columns, depth = shape.split("x") if shape else ("", "", "")
    return f"{name} m{rows}n{columns}k{depth}" if shape else name


def _turns(turn: Turn | None, products: float, loaded: int, item: int) -> int:
    """How many turns of the source's loop one turn of the compiled loop holds."""
    if turn is None:
        return 1
    bytes_of_turn = item * (turn.weights + turn.products / turn.rows)
    guesses = [products / turn.products, loaded / bytes_of_turn]
    return max(1, round(min((guess for guess in guesses if guess), default=1)))


def _item_size(binary: Binary) -> int:
    return 4 if binary.dtype == "float32" else 2


# ---------------------------------------------------------------- loads, room

WIDTHS = {"ubyte": 1, "sbyte": 1, "ushort": 2, "dwordx2": 8, "dwordx3": 12, "dwordx4": 16, "dword": 4}


def _loaded(line: Instruction) -> int:
    """Bytes that a lane loads from memory; 0 for no load, or one of the copy engine."""
    if found := re.match(r"(?:global|buffer)_load_(\w+)", line.name):
        return next((width for name, width in WIDTHS.items() if found[1].startswith(name)), 4)
    if re.match(r"LDG\b|LDGSTS\b", line.name) is None:
        return 0
    size = re.search(r"\.(128|64|U16|S16|U8|S8)\b", line.name.replace("LTC128B", "").replace("LTC64B", ""))
    return int(re.sub(r"\D", "", size[1])) // 8 if size else 4


def _is_copy(line: Instruction) -> bool:
    """Whether it copies to shared memory without waiting."""
    return bool(re.match(r"LDGSTS\b|UTMALDG\b", line.name)) or (
        line.name.startswith("buffer_load") and line.operands.endswith("lds")
    )


def _blocks(card: Card, registers: int, binary: Binary) -> int:
    """Blocks that a multiprocessor holds at a time."""
    if binary.shared > card.shared_block:
        return 0
    given = -(-registers // card.unit) * card.unit
    shared = binary.shared + (RESERVED if card.backend == "cuda" else 0)
    limits = [card.registers // max(1, given * card.warp * binary.warps), card.warps // binary.warps, card.blocks]
    return min(limits + ([card.shared // shared] if shared else []))
