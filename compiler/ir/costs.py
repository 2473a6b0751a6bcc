"""What one operation costs on a target, in seconds: estimated, or interpolated between measurements.

Whoever chooses between layouts asks thousands of times, so an answer takes microseconds and never runs a kernel.
``Analytic`` estimates from a few constants of the target; ``passes.layout.cost_table.Table`` fits them to what was
measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

KINDS = ("conv", "depthwise", "linear", "pointwise", "view", "gather", "concat")
FLOAT_BYTES = 4
CACHE_LINE_FLOATS = 16


@dataclass(frozen=True)
class Work:
    """One operation as a cost model sees it.

    Args:
        kind: one of ``KINDS``. "view" is a contiguous run of channels, "gather" any other choice of them.
        inputs: channels read: of a convolution those of one group, of data movement those of the result.
        outputs: channels written, of all groups.
        places: batch x output positions (pixels, tokens).
        taps: kernel elements, 9 for 3 x 3.
        groups: groups of a convolution; a depthwise one has as many as outputs.
        operands: pieces of a concat, tensors read by a pointwise operation.
        stride: step of a convolution along each image axis.
        innermost: whether channels are the last dimension, as in (tokens, channels), and not planes, as in NCHW.
    """

    kind: str
    inputs: int
    outputs: int
    places: int
    taps: int = 1
    groups: int = 1
    operands: int = 1
    stride: int = 1
    innermost: bool = False

    @property
    def flops(self) -> float:
        """Multiplications and additions of a layer, 0 for anything else."""
        if self.kind == "depthwise":
            return 2.0 * self.outputs * self.taps * self.places
        if self.kind in ("conv", "linear"):
            return 2.0 * self.inputs * self.outputs * self.taps * self.places
        return 0.0

    @property
    def bytes(self) -> float:
        """Bytes read and written, each once; of many small pieces, whole cache lines."""
        written = self.outputs * self.places
        if self.flops:
            channels = self.outputs if self.kind == "depthwise" else self.inputs * self.groups
            weights = self.taps * self.outputs * (1 if self.kind == "depthwise" else self.inputs)
            return FLOAT_BYTES * float(channels * self.places * self.stride**2 + weights + written)
        if self.kind == "pointwise":
            return FLOAT_BYTES * float((self.operands + 1) * written)
        pieces = (
            CACHE_LINE_FLOATS * self.operands if self.innermost else 0
        )  # of each row, and never less than a cache line
        return FLOAT_BYTES * 2.0 * max(self.outputs, pieces) * self.places


def family(work: Work) -> str:
    """What is compared with each other: the kind, and which sort of it."""
    if work.kind == "conv" and work.groups > 1:
        return "conv grouped"
    if work.kind == "conv":
        return "conv 1x1" if work.taps == 1 else "conv kxk"
    return f"{work.kind} innermost" if work.innermost and work.kind != "linear" else work.kind


class Costs(Protocol):
    """Answers what an operation costs."""

    @property
    def name(self) -> str:
        """Which target, and how the answers came about."""

    def seconds(self, work: Work) -> float:
        """Seconds of one run of an operation; finite and not negative."""


@dataclass(frozen=True)
class Analytic:
    """A roofline with an overhead for each operation: ``overhead + max(flops / peak, bytes / bandwidth)``.

    The rates are those of a core of a recent x86 server, values in its caches.

    Args:
        target: its name.
        threads: cores that share one operation.
        peak: flops per second and core.
        bandwidth: bytes per second of the first core.
        overhead: seconds for each kind of operation that pass before it computes; of a concat, for each piece.
        efficiency: which part of the peak a kind reaches; 1 where absent.
        traffic: by how much to multiply the bytes of a kind or a family; 0 where it moves none.
        block: channels of a convolution are computed in blocks of so many.
        granule: a convolution that reads another number than a multiple of this one pays ``odd``.
        odd: the factor that it pays, for each kind of convolution.
    """

    target: str
    threads: int = 1
    peak: float = 8e10
    bandwidth: float = 5e10
    overhead: Mapping[str, float] = field(default_factory=dict)
    efficiency: Mapping[str, float] = field(default_factory=dict)
    traffic: Mapping[str, float] = field(default_factory=dict)
    block: int = 1
    granule: int = 1
    odd: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Which target, and that nothing was measured."""
        return f"{self.target}, estimated"

    def seconds(self, work: Work) -> float:
        """Seconds of one run."""
        return self.smooth(work) * self.penalty(work)

    def smooth(self, work: Work) -> float:
        """Seconds of one run if no channel count were odd; never falls when an argument grows."""
        work = self._in_blocks(work)
        peak = self.peak * self.threads * self.efficiency.get(work.kind, 1.0)
        bandwidth = self.bandwidth * math.sqrt(self.threads)  # cores share the memory
        traffic = self.traffic.get(family(work), self.traffic.get(work.kind, 1.0))
        pieces = work.operands if work.kind == "concat" else 1
        return self.overhead.get(work.kind, 0.0) * pieces + max(work.flops / peak, work.bytes * traffic / bandwidth)

    def penalty(self, work: Work) -> float:
        """How many times longer a convolution takes because the kernels dislike its channel count."""
        read = work.outputs if work.kind == "depthwise" else work.inputs
        liked = read < self.block or read % self.granule == 0
        return 1.0 if liked else self.odd.get(work.kind, 1.0)

    def _in_blocks(self, work: Work) -> Work:
        if self.block == 1 or work.kind != "conv" or work.groups > 1:
            return work
        read = _round_up(work.inputs, self.block) if work.inputs > self.block else work.inputs
        return replace(work, inputs=read, outputs=_round_up(work.outputs, self.block))


def _round_up(count: int, multiple: int) -> int:
    return -(-count // multiple) * multiple
