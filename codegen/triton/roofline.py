"""How long a layer takes on a card, by a model: the most that could be gained, and what a kernel is predicted to reach.

A time is that of the slowest of four: bytes from memory, instructions that are issued, multiplications on the tensor
cores, bytes from the second-level cache; and the launch. A *limit* knows no kernel: what has to be read, written and
multiplied, in no less time. An *estimate* adds what a schedule makes of it: lane instructions for each stored number,
activations that every block of threads reads again, too few blocks or bytes on their way to keep the card busy.

Left out are bank conflicts, waves, tails, and what launches next to each other share. So a model can rule a kernel out,
not prove it good, and nothing that it says is a measurement.
"""

from __future__ import annotations

from dataclasses import dataclass

from .base import Problem, Schedule
from .cards import Card
from .facts import Facts

# Seconds that a byte from memory takes to arrive under load; estimated, of all cards.
LATENCY = 0.8e-6


@dataclass(frozen=True)
class Estimate:
    """Seconds of each of the four, and of the launch.

    Attributes:
        memory, issue, tensor, cache: each alone.
        launch: before any of them.
        waiting: whether too few bytes are on their way for memory to be busy.
    """

    memory: float
    issue: float
    tensor: float
    cache: float
    launch: float
    waiting: bool = False

    @property
    def busy(self) -> float:
        """Seconds without the launch."""
        return max(self.memory, self.issue, self.tensor, self.cache)

    @property
    def seconds(self) -> float:
        """Of a call."""
        return self.busy + self.launch

    @property
    def bound(self) -> str:
        """What binds: ``memory``, ``latency``, ``issue``, ``tensor cores``, ``cache``, or else ``launch``."""
        if self.launch > self.busy:
            return "launch"
        names = ("latency" if self.waiting else "memory", "issue", "tensor cores", "cache")
        times = dict(zip(names, (self.memory, self.issue, self.tensor, self.cache), strict=True))
        return max(times, key=lambda name: times[name])


def dense(problem: Problem, card: Card) -> Estimate:
    """The least that the layer takes with a dense weight.

    Raises:
        UserError: the card does not multiply numbers of that dtype.
    """
    return _limit(problem, problem.rows * problem.columns, 0, card)


def limit(problem: Problem, card: Card) -> Estimate:
    """The least that the layer takes with what is stored of it, whatever the kernel.

    Raises:
        UserError: the card does not multiply numbers of that dtype.
    """
    return _limit(problem, problem.stored, problem.index, card)


def _limit(problem: Problem, stored: int, index: int, card: Card) -> Estimate:
    memory = (stored * problem.dtype.itemsize + index + _activations(problem)) / card.bandwidth
    tensor = 2 * stored * problem.tokens / card.operations(problem.dtype)
    return Estimate(memory, 0.0, tensor, 0.0, card.launch)


def _activations(problem: Problem) -> int:
    """Bytes that are read and written beside the weight."""
    results = problem.rows * (1 + problem.residual + problem.gate)
    numbers = (problem.columns + results) * problem.tokens + (problem.rows if problem.bias else 0)
    return numbers * problem.dtype.itemsize


def at_most(problem: Problem, card: Card, *, launch: bool = True) -> float:
    """How many times faster than dense the layer can become, however good the kernel; with the launch, or without."""
    before, after = dense(problem, card), limit(problem, card)
    return before.seconds / after.seconds if launch else before.busy / after.busy


def estimate(problem: Problem, schedule: Schedule, facts: Facts, card: Card) -> Estimate:
    """What the layer takes with a kernel.

    Raises:
        ValueError: nothing is known of the kernel's innermost loop.
        UserError: the card does not multiply numbers of that dtype.
    """
    turn = schedule.turn
    if turn is None or facts.weight is None:
        raise ValueError(f"nothing is known of the innermost loop of {schedule.key}")
    least, item = limit(problem, card), problem.dtype.itemsize
    tiles = -(-problem.tokens // turn.tokens)
    resident = _resident(problem, schedule, facts, card)
    share = min(1.0, resident / card.multiprocessors)
    on_their_way = resident * facts.in_flight / facts.blocks if facts.in_flight and facts.blocks else 0.0
    slowed = max(1.0, card.bandwidth * LATENCY / on_their_way) if on_their_way else 1.0
    filled = tiles * turn.tokens / problem.tokens  # tokens that are multiplied for each that there is
    activations = problem.stored * turn.products / (turn.weights * turn.rows) * item * tiles / filled
    passed = problem.rows * problem.columns if turn.dense else problem.stored
    multiplied = passed * tiles * turn.products / turn.weights
    return Estimate(
        memory=least.memory * slowed,
        issue=facts.weight * passed * tiles / (card.issue * share),
        tensor=0.0 if facts.unit == "fma" else 2 * multiplied / (card.operations(problem.dtype) * share),
        cache=((problem.stored * item + problem.index) * tiles + activations) / (card.cache * share),
        launch=card.launch,
        waiting=slowed > 1.0,
    )


def _resident(problem: Problem, schedule: Schedule, facts: Facts, card: Card) -> int:
    """Blocks of threads that run at a time: as many as there are, or as there is room for."""
    room = facts.blocks * card.multiprocessors
    if schedule.turn is None or schedule.split:
        return room
    blocks = -(-problem.rows // schedule.turn.rows) * -(-problem.tokens // schedule.turn.tokens)
    return min(blocks, room)
