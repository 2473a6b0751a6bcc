"""Costs that were measured: points, what lies between them, and the file that keeps them."""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.errors import UserError
from ...compiler.ir.costs import KINDS, Analytic, Work, family

FORMAT_VERSION = 1
NEIGHBOURS = 5
EVEN_CHANNELS = 16
STEPS = (4.0, 2.0, 1.4, 1.2, 1.1, 1.05) * 2


@dataclass(frozen=True)
class Point:
    """What one operation was measured to take, in seconds."""

    work: Work
    seconds: float


@dataclass(frozen=True)
class Table:
    """Measured points, and answers for what lies between them.

    What was measured is answered as measured. Anything else is an estimate whose constants are fitted to the points of
    its family, times how far the nearest points differ from theirs, times what channel counts cost that are no
    multiples of 16. Nearest means in octaves of every size.

    Args:
        base: where fitting starts, and what answers for families without points.
        points: what was measured.
        key: where, and with which versions: target, processor, threads, dtype ...
    """

    base: Analytic
    points: tuple[Point, ...]
    key: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Which target, and how many points were measured."""
        return f"{self.base.target}, {len(self.points)} points measured"

    def seconds(self, work: Work) -> float:
        """Seconds of one run."""
        if work not in self._known:
            found = self.families.get(family(work))
            self._known[work] = found.seconds(work) if found else self.base.seconds(work)
        return self._known[work]

    @functools.cached_property
    def families(self) -> dict[str, Family]:
        """The points by family, fitted."""
        by_name: dict[str, list[Point]] = {}
        for point in self.points:
            by_name.setdefault(family(point.work), []).append(point)
        return {name: Family.of(self.base, points) for name, points in by_name.items()}

    @functools.cached_property
    def _known(self) -> dict[Work, float]:
        return {point.work: point.seconds for point in self.points}

    def save(self, path: Path) -> None:
        """Write as JSON; nothing half-written is left behind.

        Raises:
            UserError: the path cannot be written.
        """
        from ...codegen.onnx.files import atomically, sealed

        document = {"format": FORMAT_VERSION, "key": {**self.key}, "base": asdict(self.base)}
        points = [{**asdict(point.work), "seconds": point.seconds} for point in self.points]
        text = json.dumps(sealed(document | {"points": points}), indent=1)
        with atomically(path) as folder:
            (folder / path.name).write_text(text, encoding="utf-8")

    @staticmethod
    def load(path: Path) -> Table:
        """Read what ``save`` wrote.

        Raises:
            UserError: the file is missing, damaged, or of another kind.
        """
        from ...codegen.onnx.files import unsealed

        try:
            return _read(unsealed(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise UserError(
                "bad-file",
                f"'{path}' is no table of measured costs",
                note=f"{type(error).__name__}: {error}",
                hint="delete it, and measure again with 'sparsec profile'",
            ) from error


Side = tuple[str, int]


@dataclass(frozen=True)
class Cloud:
    """Factors at some places, see ``_coordinates``, and between them."""

    places: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    logs: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    @staticmethod
    def of(points: Sequence[Point], estimate: Callable[[Work], float]) -> Cloud:
        """Measured / estimated seconds of some points."""
        logs = [math.log(point.seconds / estimate(point.work)) for point in points]
        return Cloud(np.array([_coordinates(point.work) for point in points]), np.array(logs))

    def factor(self, work: Work) -> float:
        """Around a piece of work: the mean of the nearest, weighted by inverse squared distance; 1 for no cloud."""
        if not len(self.logs):
            return 1.0
        distances = ((self.places - _coordinates(work)) ** 2).sum(1)
        near = distances.argsort()[:NEIGHBOURS]
        return math.exp(np.average(self.logs[near], weights=1 / (distances[near] + 1e-3)))

    @property
    def mean(self) -> float:
        """The geometric mean."""
        return math.exp(self.logs.mean())


@dataclass(frozen=True)
class Family:
    """Measured points that are alike.

    Args:
        points: the points.
        fitted: an estimate with constants that suit them.
        penalties: by "read" or "written" and the largest power of 2 below 16 that divides a channel count: how many
            times longer it takes.
        corrections: by how much the fitted estimate is wrong, penalties apart.
    """

    points: Sequence[Point]
    fitted: Analytic
    penalties: Mapping[Side, Cloud] = field(default_factory=dict)
    corrections: Cloud = field(default_factory=Cloud)

    @staticmethod
    def of(base: Analytic, points: Sequence[Point]) -> Family:
        """Fit to points; what odd counts cost is measured against the even points around them."""
        even = [point for point in points if not odd_sides(point.work)]
        plain = Family(points, _fit(base, even or points))
        plain = replace(plain, corrections=Cloud.of(even, plain.seconds))
        by_side: dict[Side, list[Point]] = {}
        for point in points if even else ():
            if len(sides := odd_sides(point.work)) == 1:
                by_side.setdefault(sides[0], []).append(point)
        penalties = {side: Cloud.of(some, plain.seconds) for side, some in by_side.items()}
        fair = replace(plain, penalties=penalties, corrections=Cloud())
        return replace(fair, corrections=Cloud.of(points, fair.seconds))

    def seconds(self, work: Work) -> float:
        """Seconds of one run."""
        return self.fitted.smooth(work) * self.penalty(work) * self.corrections.factor(work)

    def penalty(self, work: Work) -> float:
        """How many times longer it takes because of odd channel counts."""
        return math.prod(self.penalties[side].factor(work) for side in odd_sides(work) if side in self.penalties)


def granule(count: int) -> int:
    """The largest power of two up to 16 that divides a channel count; 16 for counts below 16, too small to be odd."""
    return EVEN_CHANNELS if count < EVEN_CHANNELS else math.gcd(count, EVEN_CHANNELS)


def odd_sides(work: Work) -> list[Side]:
    """Which channel counts of a piece of work are no multiples of 16, as keys of ``Family.penalties``.

    Of a concat of planes that is the greatest common divisor of its pieces, all of which count as equal.
    """
    if work.kind == "concat" and work.innermost:
        return []
    if work.kind == "concat":
        even, size = work.outputs % work.operands == 0, work.outputs // work.operands
        counts = {"written": math.gcd(size, EVEN_CHANNELS) if even else 1}
    else:
        read = work.inputs if work.kind in ("conv", "linear") else EVEN_CHANNELS
        counts = {"read": granule(read), "written": granule(work.outputs)}
    return [(side, count) for side, count in counts.items() if count < EVEN_CHANNELS]


def _coordinates(work: Work) -> tuple[float, ...]:
    """Where a piece of work lies, in octaves; counts below a vector's length lie further away."""
    sizes = (work.inputs, work.outputs, work.places, work.taps, work.groups, work.operands, work.stride)
    return (*(math.log2(max(size, 1)) for size in sizes), work.inputs < EVEN_CHANNELS, work.outputs < EVEN_CHANNELS)


def _fit(base: Analytic, points: Sequence[Point]) -> Analytic:
    """The constants that suit points of one family best: least absolute error of the log.

    A pattern search: each constant is multiplied by a step, which gets smaller.
    """
    best = base.overhead.get(points[0].work.kind, 0.0) or 1e-8, base.peak, base.bandwidth
    lowest = _error(_with(base, points[0].work, *best), points)
    for step in STEPS:
        for index, factor in itertools.product(range(3), (step, 1 / step)):
            overhead, peak, bandwidth = (x * factor if i == index else x for i, x in enumerate(best))
            found = _error(_with(base, points[0].work, overhead, peak, bandwidth), points)
            if found < lowest:
                best, lowest = (overhead, peak, bandwidth), found
    return _with(base, points[0].work, *best)


def _with(base: Analytic, work: Work, overhead: float, peak: float, bandwidth: float) -> Analytic:
    """The estimate with other constants for work of one family."""
    return replace(
        base,
        overhead={**base.overhead, work.kind: overhead},
        traffic={**base.traffic, family(work): 1.0},
        peak=peak,
        bandwidth=bandwidth,
    )


def _error(estimate: Analytic, points: Sequence[Point]) -> float:
    return sum(abs(math.log(point.seconds / estimate.smooth(point.work))) for point in points)


def _read(document: dict[str, Any]) -> Table:
    """A table from its JSON document; a ValueError, KeyError, TypeError or ArithmeticError if it is not one."""
    if document["format"] != FORMAT_VERSION:
        raise ValueError(f"format {document['format']}, not {FORMAT_VERSION}")
    base = Analytic(**document["base"])
    points = [_read_point(base, **entry) for entry in document["points"]]
    return Table(base, tuple(points), document["key"])


def _read_point(base: Analytic, kind: str, seconds: float, **sizes: Any) -> Point:
    work = Work(kind, **sizes)
    if kind not in KINDS or min(sizes.values()) < 0 or not 0 < seconds < math.inf:
        raise ValueError(f"a {kind} of {sizes} in {seconds} seconds")
    if not base.smooth(work) >= 0:
        raise ValueError(f"an estimate of {base.smooth(work)} seconds")
    return Point(work, seconds)
