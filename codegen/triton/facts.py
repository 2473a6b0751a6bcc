"""What machine code says of itself: registers, spills, tensor cores, loads, and what a stored weight costs.

The innermost loop that multiplies is looked for in the disassembly (NVIDIA) or the assembler (AMD), and its
instructions are counted. Compilers unroll loops, so how many turns of the source one turn of theirs holds is found by
counting the multiplications, or else the bytes that are loaded; the smaller of the two is believed.
"""

from __future__ import annotations

import functools
import hashlib
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import networkx

from ...compiler.errors import UserError
from . import cards
from .base import Schedule, Turn
from .build import Binary, keep, kept, tool
from .cards import Card, card_for

RESERVED = 1024  # bytes of shared memory that each block of threads takes on NVIDIA's cards, beside its own
ENTRY = -1  # what comes before the first instruction
WARP_GROUP = 4  # warps that share one wgmma
# Changes with this file and with what is known of cards.
_READER = hashlib.sha256(b"".join(Path(file).read_bytes() for file in (__file__, cards.__file__))).hexdigest()


class Instruction(NamedTuple):
    """One line of a disassembly; ``guarded`` if a predicate decides whether it is carried out."""

    name: str
    operands: str
    guarded: bool = False


class Listing(NamedTuple):
    """Machine code as text.

    Attributes:
        lines: its instructions, in order.
        loops: the instructions of each loop, by number.
    """

    lines: tuple[Instruction, ...]
    loops: tuple[frozenset[int], ...]


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
def facts(binary: Binary, schedule: Schedule, folder: Path | None = None) -> Facts:
    """Read off the facts of a binary, half a second on NVIDIA's, or what an earlier call found.

    Args:
        binary: of the schedule.
        schedule: what its loop does.
        folder: where facts are kept, by all that they depend on.

    Raises:
        UserError: Triton, which brings the disassembler along, is not installed; or the binary holds no assembler.
    """
    path = folder / f"facts-{_digest(binary, schedule)}.json" if folder else None
    if path and (document := kept(path)) is not None:
        return Facts(**document | {"loads": {int(size): count for size, count in document["loads"].items()}})
    found = _read_off(binary, schedule)
    if path:
        keep(path, vars(found) | {"loads": {str(size): count for size, count in found.loads.items()}})
    return found


def _digest(binary: Binary, schedule: Schedule) -> str:
    """Of a binary, of what its loop does, and of how facts are read off."""
    what = (binary.arch, binary.dtype, binary.shared, binary.warps, binary.lanes, schedule.key, schedule.turn)
    digest = hashlib.sha256(repr((what, _READER)).encode())
    for part in (binary.code, binary.assembly.encode()):
        digest.update(part)
    return digest.hexdigest()[:32]


def _read_off(binary: Binary, schedule: Schedule) -> Facts:
    card = card_for(binary.arch)
    listing, registers, stack = _nvidia(binary) if card.is_nvidia else _amd(binary)
    product, loop = _product_loop(listing)
    body = [listing.lines[place] for place in sorted(loop)]
    loads = Counter(size for line in body if (size := _loaded(line)))
    tiles = any(line.name.startswith("UTMALDG") for line in body)  # copied whole, by one lane, which says no size
    loaded = 0 if tiles else sum(size * count for size, count in loads.items()) * binary.warps * binary.lanes
    moved = _bytes_of(schedule.turn, binary)
    turns = _turns(schedule.turn, _products(body, product) * binary.warps, loaded / moved if moved else 0)
    blocks = _blocks(card, registers, binary)
    copies = any(_is_copy(line) for line in body)
    ahead = max(1, schedule.stages - 1) if copies else turns  # what an unrolled loop loads, it waits for once
    wanted = min(loaded / turns or moved, moved or loaded / turns)  # lanes that load the same bytes fetch them once
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
        in_flight=blocks * ahead * round(wanted),
        lines=Counter(line.name for line in listing.lines),
    )


# ---------------------------------------------------------------- disassembly

# What a label looks like; an instruction with its guard, name and operands; where a branch leads to; what is always
# taken, so that nothing comes after it.
SASS = (
    r"\s*\.(L_x_\d+):",
    r"/\*[0-9a-f]{4,}\*/\s+(@!?U?P\w+\s+)?([A-Z][\w.]*)\s*([^;]*);",
    r"BRA\S* .*`\(\.(L_x_\d+)\)",
    r"(BRA\S* `|EXIT|RET)",
)
AMDGCN = (
    r"\.(LBB\d+_\d+):",
    r"^\t()([a-z]\w+)\s*([^;\n]*)",
    r"s_c?branch\S* \.(LBB\d+_\d+)",
    r"(s_branch|s_endpgm)",
)


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


def _listing(text: str, label: str, instruction: str, branch: str, always: str) -> Listing:
    lines: list[Instruction] = []
    labels: dict[str, int] = {}
    for line in text.splitlines():
        if found := re.match(label, line):
            labels[found[1]] = len(lines)
        elif found := re.search(instruction, line):
            lines.append(Instruction(found[2], found[3].strip(), bool(found[1])))
    flow = networkx.DiGraph([(ENTRY, 0)])
    for place, step in enumerate(lines):
        words = f"{step.name} {step.operands}"
        if jump := re.match(branch, words):
            flow.add_edge(place, labels[jump[1]])
        if (step.guarded or not re.match(always, words)) and place + 1 < len(lines):
            flow.add_edge(place, place + 1)
    return Listing(tuple(lines), _loops(flow))


def _loops(flow: networkx.DiGraph[int]) -> tuple[frozenset[int], ...]:
    """The natural loops of what runs from the entry on: where a branch leads back to what always comes before it.

    They need not be neighbours: waiting is done out of line, behind the end of the kernel, and a loop may be entered in
    its middle.
    """
    parents = networkx.immediate_dominators(flow, ENTRY)
    loops: dict[int, set[int]] = {}
    for source, target in flow.edges:
        if flow.in_degree(target) < 2 or source not in parents or not _comes_before(target, source, parents):
            continue
        inside = {target}
        waiting = [source]
        while waiting:
            place = waiting.pop()
            if place not in inside:
                inside.add(place)
                waiting += [before for before in flow.predecessors(place) if before in parents]
        loops.setdefault(target, set()).update(inside)
    return tuple(map(frozenset, loops.values()))


def _comes_before(early: int, late: int, parents: Mapping[int, int | None]) -> bool:
    """Whether every way to ``late`` leads through ``early``."""
    place: int | None = late
    while place is not None and place != early:
        place = None if parents.get(place) == place else parents.get(place)
    return place == early


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


def _product_loop(listing: Listing) -> tuple[tuple[str, str], frozenset[int]]:
    """The best product of a kernel, as (name, shape), and the innermost loop that holds most of it; empty for none."""
    for pattern, name, _ in PRODUCTS:
        found = {place: match for place, line in enumerate(listing.lines) if (match := re.match(pattern, line.name))}
        loops = _innermost(listing, found.keys())
        if found and (loops or name != "fma"):
            shapes = Counter(match.groups() for match in found.values())
            loop = max(loops, key=lambda loop: len(loop & found.keys()), default=frozenset[int]())
            return (name, "x".join(shapes.most_common(1)[0][0])), loop
    return ("", ""), frozenset()


def _innermost(listing: Listing, places: Set[int]) -> list[frozenset[int]]:
    """The loops that hold a product, and no other loop that holds one."""
    holding = [loop for loop in listing.loops if loop & places]
    return [loop for loop in holding if not any(other < loop for other in holding)]


def _products(body: Sequence[Instruction], product: tuple[str, str]) -> float:
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


def _turns(turn: Turn | None, products: float, by_bytes: float) -> int:
    """How many turns of the source's loop one turn of the compiled loop holds; of guesses, 0 is none."""
    if turn is None:
        return 1
    guesses = [products / turn.products, by_bytes]
    return max(1, round(min((guess for guess in guesses if guess), default=1)))


def _bytes_of(turn: Turn | None, binary: Binary) -> int:
    """Of weights and activations that a block reads in a turn; 0 where that is not known."""
    item = 4 if binary.dtype == "float32" else 2
    return round(item * (turn.weights + turn.products / turn.rows)) if turn else 0


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
    shared = binary.shared + (RESERVED if card.is_nvidia else 0)
    limits = [card.registers // max(1, given * card.warp * binary.warps), card.warps // binary.warps, card.blocks]
    return min(limits + ([card.shared // shared] if shared else []))
