"""What the inner loops of a kernel's machine code cost, judged without running them.

A kernel is compiled for a host and taken apart by ``objdump``; its innermost loops with multiply-adds are found, and
llvm-mca computes how many cycles a turn of one takes on a processor, if all it loads lies in the nearest cache. So a
machine that has not the instructions, or something else to do, can judge a kernel. Both are programs of binutils and
LLVM; neither is needed to use kernels.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .engine import write_object
from .host import Host
from .matmul import Matmul
from .matvec import Matvec

TURNS = 200
INSTRUCTION = re.compile(r"\s+([0-9a-f]+):\s+(\S+)\s*(.*)")


@dataclass(frozen=True)
class Loop:
    """An innermost loop.

    Attributes:
        instructions: (mnemonic, operands) in AT&T syntax; the last is the jump back.
    """

    instructions: tuple[tuple[str, str], ...]

    @property
    def multiply_adds(self) -> int:
        """Of vectors."""
        return sum(name.startswith("vfmadd") and name.endswith("ps") for name, _ in self.instructions)

    @property
    def loads(self) -> int:
        """Of vectors or of numbers that fill one; columns are none, nor is what is prefetched."""
        return sum(
            "(" in operands.rpartition(",%")[0] and name.startswith("v") and name.endswith(("ps", "ss"))
            for name, operands in self.instructions
        )

    @property
    def entries(self) -> int:
        """Blocks in a turn: the columns that are looked up."""
        return sum(name.startswith("movz") and "(" in operands for name, operands in self.instructions)

    @property
    def spills(self) -> int:
        """Instructions that read or write the stack: what registers were too few for."""
        return sum("%rsp" in operands or "%rbp," in operands for _, operands in self.instructions)

    def text(self) -> str:
        """As an assembler reads it."""
        lines = [f"\t{name} {operands}" for name, operands in self.instructions[:-1]]
        return "\n".join([".loop:", *lines, f"\t{self.instructions[-1][0]} .loop", ""])


def available() -> bool:
    """Whether machine code can be taken apart here."""
    return shutil.which("objdump") is not None


def loops_of(spec: Matmul | Matvec, host: Host) -> list[Loop]:
    """The innermost loops over entries of a kernel for a host, those with most multiply-adds first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernel.o"
        write_object(spec.text(host), spec.name, path, host)
        command = ["objdump", "-d", "--no-show-raw-insn", str(path)]
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = [loop for loop in _innermost(listing) if loop.multiply_adds and loop.entries]
    return sorted(found, key=lambda loop: -loop.multiply_adds / loop.entries)


def cycles(loop: Loop, processor: str) -> float:
    """How long a turn of a loop takes at best, as llvm-mca knows a processor ("znver3", "haswell", ...)."""
    command = ["llvm-mca", f"-mcpu={processor}", "-mtriple=x86_64", f"-iterations={TURNS}", "-resource-pressure=false"]
    told = subprocess.run(command, input=loop.text(), capture_output=True, text=True, check=True).stdout
    total = re.search(r"Total Cycles:\s+(\d+)", told)
    assert total is not None
    return int(total[1]) / TURNS


def of_peak(loop: Loop, processor: str) -> float:
    """The share of the multiply-adds that a processor could do in a loop's time, if they were all there is to do."""
    return loop.multiply_adds * _cycles_of_one(processor) / cycles(loop, processor)


@functools.cache
def _cycles_of_one(processor: str) -> float:
    """What a multiply-add costs among many: half a cycle, but LLVM 14 thinks that a znver3 takes a whole one."""
    alone = tuple(("vfmadd231ps", f"%ymm14,%ymm15,%ymm{n}") for n in range(12))
    return cycles(Loop((*alone, ("jne", ""))), processor) / len(alone)


def _innermost(listing: str) -> list[Loop]:
    """Stretches from where a jump goes back to, up to the jump, with no other jump in them."""
    lines = [found.groups() for line in listing.splitlines() if (found := INSTRUCTION.match(line))]
    places = {int(address, 16): number for number, (address, *_) in enumerate(lines)}
    loops = []
    for number, (_, name, operands) in enumerate(lines):
        if not name.startswith("j") or not (target := re.match(r"[0-9a-f]+", operands)):
            continue
        first = places.get(int(target[0], 16), number)
        body = [(mnemonic, re.split(" [#<]", rest)[0].strip()) for _, mnemonic, rest in lines[first : number + 1]]
        if first < number and not any(mnemonic.startswith(("j", "call", "ret")) for mnemonic, _ in body[:-1]):
            loops.append(Loop(tuple(body)))
    return loops
