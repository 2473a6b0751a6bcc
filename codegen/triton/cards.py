"""What graphics cards can do: the figures that a prediction starts from, each with where it comes from.

Cards of one architecture run the same machine code, and differ in how many of everything they have; of each
architecture, the first card below is the one that is assumed. Memory and tensor cores are given as the data sheets give
them, without sparsity, and nobody gets all of that: on an H200, a copy moved 4.3 of its 4.8 TB/s, and a bf16 product of
8192 x 8192 matrices reached 788 of its 989 TFLOP/s. These two shares are assumed of every card. What is marked as
estimated is published nowhere.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from ...compiler.errors import UserError

MEMORY_SHARE = 4.3 / 4.8
TENSOR_SHARE = 788 / 989

KILO, MEGA, TERA = 1024, 1e6, 1e12


@dataclass(frozen=True)
class Card:
    """One graphics card; where one has two dies, one of them, as that is what a program sees.

    Attributes:
        name: as it is sold.
        arch: what machine code is compiled for: ``sm_90``, ``gfx942``.
        multiprocessors: SMs, or CUs.
        clock: cycles a second, boost.
        memory: bytes a second of its memory, as the data sheet says.
        cache: bytes a second that all multiprocessors together read from the second-level cache.
        tensor: dtype to operations (two for a multiplication with its sum) a second, as the data sheet says.
        lanes: lane instructions that one multiprocessor issues in a cycle.
        warp: lanes of a warp (a wavefront).
        registers: of 32 bits, of one multiprocessor; ``unit`` of them are given to a lane at a time, ``most`` at most.
        shared: bytes of shared memory (LDS) of a multiprocessor, of which one block can have ``shared_block``.
        warps, blocks: that a multiprocessor holds at a time.
        product: the best instruction of its tensor cores.
        launch: seconds that starting a kernel takes, within a graph of launches.
    """

    name: str
    arch: str
    multiprocessors: int
    clock: float
    memory: float
    cache: float
    tensor: Mapping[torch.dtype, float] = field(hash=False)
    lanes: int = 128
    warp: int = 32
    registers: int = 65536
    unit: int = 8
    most: int = 255
    shared: int = 228 * KILO
    shared_block: int = 227 * KILO
    warps: int = 64
    blocks: int = 32
    product: str = "mma.sync"
    launch: float = 2e-6

    @property
    def is_nvidia(self) -> bool:
        """Whether NVIDIA made it, and not AMD."""
        return self.arch.startswith("sm_")

    @property
    def backend(self) -> str:
        """``cuda`` or ``hip``: whose driver runs it."""
        return "cuda" if self.is_nvidia else "hip"

    @property
    def bandwidth(self) -> float:
        """Bytes of memory that are moved in a second."""
        return self.memory * MEMORY_SHARE

    @property
    def issue(self) -> float:
        """Lane instructions that are issued in a second."""
        return self.multiprocessors * self.lanes * self.clock

    def operations(self, dtype: torch.dtype) -> float:
        """Operations that its tensor cores do in a second.

        Raises:
            UserError: they do not multiply such numbers.
        """
        if dtype not in self.tensor:
            known = ", ".join(sorted(str(known).removeprefix("torch.") for known in self.tensor))
            raise UserError("bad-option", f"{self.name} multiplies no {str(dtype).removeprefix('torch.')}", note=known)
        return self.tensor[dtype] * TENSOR_SHARE

    def budget(self, dtype: torch.dtype) -> float:
        """Lane instructions for each number of a dense weight that comes from memory: more, and they take longer."""
        return self.issue / (self.bandwidth / dtype.itemsize)


def _tensor(half: float, single: float) -> dict[torch.dtype, float]:
    """float32 as TF32, as Triton multiplies it."""
    return {torch.float16: half, torch.bfloat16: half, torch.float32: single}


# L2 of NVIDIA's cards: the A100's white paper says 5120 bytes a cycle, of which measurements published of it and of the
# H100 find two thirds to three quarters; for all of them it is estimated from those, and can be wrong by a third.
# A launch: estimated, 2 us within a graph.
A100 = Card(
    # NVIDIA A100 80GB SXM data sheet; "A100 Tensor Core GPU Architecture" white paper; CUDA programming guide, 8.0.
    name="A100 80GB SXM",
    arch="sm_80",
    multiprocessors=108,
    clock=1410 * MEGA,
    memory=2.039 * TERA,
    cache=4.8 * TERA,  # estimated: two thirds of 5120 bytes a cycle
    tensor=_tensor(312 * TERA, 156 * TERA),
    shared=164 * KILO,
    shared_block=163 * KILO,
)
RTX_4090 = Card(
    # "NVIDIA Ada GPU Architecture" white paper (sums in float32); CUDA programming guide, 8.9.
    name="RTX 4090",
    arch="sm_89",
    multiprocessors=128,
    clock=2520 * MEGA,
    memory=1.008 * TERA,
    cache=5.0 * TERA,  # estimated, from published measurements
    tensor=_tensor(165.2 * TERA, 82.6 * TERA),
    shared=100 * KILO,
    shared_block=99 * KILO,
    warps=48,
    blocks=24,
)
L40S = dataclasses.replace(
    RTX_4090,
    # NVIDIA L40S data sheet.
    name="L40S",
    multiprocessors=142,
    memory=0.864 * TERA,
    tensor=_tensor(362 * TERA, 183 * TERA),
)
H200 = Card(
    # NVIDIA H200 SXM data sheet; "H100 Tensor Core GPU Architecture" white paper (boost clock of the SXM5's tensor
    # cores 1830 MHz; 1755 MHz is what it keeps up); CUDA programming guide, 9.0.
    name="H200 SXM",
    arch="sm_90",
    multiprocessors=132,
    clock=1755 * MEGA,
    memory=4.8 * TERA,
    cache=5.5 * TERA,  # estimated
    tensor=_tensor(989 * TERA, 494 * TERA),
    product="wgmma",
)
H100 = dataclasses.replace(
    H200,
    # NVIDIA H100 SXM data sheet.
    name="H100 SXM",
    memory=3.35 * TERA,
)
B200 = Card(
    # NVIDIA HGX B200 data sheet, an eighth of it; CUDA programming guide, 10.0.
    name="B200",
    arch="sm_100",
    multiprocessors=148,
    clock=1850 * MEGA,  # estimated
    memory=8.0 * TERA,
    cache=10.0 * TERA,  # estimated: two dies
    tensor=_tensor(2250 * TERA, 1100 * TERA),
    product="tcgen05",
)
MI250X = Card(
    # AMD Instinct MI250X data sheet and "CDNA 2 Architecture" white paper, one of its two dies.
    name="MI250X (one die)",
    arch="gfx90a",
    multiprocessors=110,
    clock=1700 * MEGA,
    memory=1.6 * TERA,
    cache=6.96 * TERA * 2 / 3,  # the white paper's, of which two thirds are assumed to be reached
    tensor=_tensor(191.5 * TERA, 47.9 * TERA),
    lanes=64,
    warp=64,
    registers=131072,
    most=512,
    shared=64 * KILO,
    shared_block=64 * KILO,
    warps=32,
    product="v_mfma",
)
MI300X = dataclasses.replace(
    MI250X,
    # AMD Instinct MI300X data sheet and "CDNA 3 Architecture" white paper. Each of its eight dies has a second-level
    # cache, and what two dies read leaves the Infinity Cache twice: 17.2 TB/s, of which two thirds are assumed.
    name="MI300X",
    arch="gfx942",
    multiprocessors=304,
    clock=2100 * MEGA,
    memory=5.3 * TERA,
    cache=17.2 * TERA * 2 / 3,
    tensor=_tensor(1307.4 * TERA, 653.7 * TERA),
)

CARDS = (A100, RTX_4090, L40S, H200, H100, B200, MI250X, MI300X)


def architectures() -> list[str]:
    """What kernels can be compiled for."""
    return [*dict.fromkeys(card.arch for card in CARDS)]


def card_for(arch: str) -> Card:
    """The card that is assumed for an architecture.

    Raises:
        UserError: it is not in the table.
    """
    for card in CARDS:
        if card.arch == arch:
            return card
    known = ", ".join(architectures())
    raise UserError("unknown-option", f"'{arch}' is no known architecture", hint=f"known: {known}")
