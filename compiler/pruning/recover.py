"""recover(): what pruning cost, won back in minutes: the dense model teaches the pruned one, whose zeros stay.

Outputs, and what comes out of each of the blocks that the model repeats, are to be those of the dense model; nobody's
labels are needed. The best of what was reached on held-out data is kept.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from ..capture.models import capture
from ..capture.user_model import Call
from ..errors import UserError
from ..progress import Progress, shown
from .api import Result
from .data import Data
from .masks import finalize
from .measured import Measured
from .metric import Divergence

# Share of the steps in which the learning rate rises; then it falls as a cosine does.
WARMUP_SHARE = 0.05
# How often what is held out is looked at, and after how many times without a gain it ends.
CHECKS, PATIENCE = 20, 6
# Steps that are timed before it is known how many fit in the minutes.
TIMED_STEPS = 3


@dataclass(frozen=True)
class Recovered:
    """How a recovery went.

    Attributes:
        steps: that were made.
        losses: (step, loss on what is held out), from before the first step on.
        best: the step whose weights were kept; 0 for those that it began with.
    """

    steps: int
    losses: tuple[tuple[int, float], ...] = field(default=())
    best: int = 0


def recover(
    result: Result,
    data: object = None,
    *,
    minutes: float = 10.0,
    steps: int | None = None,
    learning_rate: float = 4e-4,
    held_out: float = 0.1,
    seed: int = 0,
    progress: bool | Progress = True,
) -> Result:
    """Tune a pruned model until it answers like the dense one again, with its zeros held.

    AdamW at a rate that rises and falls; the loss is the squared error of outputs and of what the model's repeated
    blocks give, over their squares. Weights of the best look at held-out data are kept, which may be those that it
    began with: what comes back is never worse there.

    Args:
        result: of ``sparsec.prune`` of a module; it stays as it is.
        data: calls of the model, without labels; by default what the model was pruned with.
        minutes: how long it may take, about.
        steps: how many steps to make instead, which is the same on any machine.
        learning_rate: the highest.
        held_out: the share of the data that is only looked at.
        seed: of the order of the data.
        progress: say on a terminal how far it is; or who is told.

    Returns:
        A result as of ``prune``: ``recovered`` tells how it went.

    Raises:
        UserError: the model came as a file, or there is no data.
    """
    if (steps is not None and steps < 1) or not minutes > 0:
        raise UserError("bad-option", f"minutes={minutes} and steps={steps} leave no time", hint="pass minutes=10")
    student = result.tunable()
    if data is None and result.data is None:
        raise UserError("bad-option", "the model was pruned without data, and there is none", hint="pass data=")
    split = result.data if data is None else Data.of(data, result.dense).split(held_out, seed)
    assert split is not None
    with shown(progress) as line, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        teaching = _Teaching(result.dense, student, split.calibration, split.held_out)
        told = teaching.run(minutes, steps, learning_rate, seed, line)
    model = copy.deepcopy(result.model)
    model.load_state_dict(finalize(student).state_dict())
    args, kwargs = result.program.call
    program = replace(capture(model, args, kwargs, result.program.dynamic_shapes), documents=result.program.documents)
    losses = dict[str, Measured](Divergence(result.dense, split.held_out).measures(model).items())
    return replace(result, model=model, program=program, data=split, losses=losses, recovered=told)


class _Teaching:
    """A dense model and a pruned one, and data to compare them on."""

    def __init__(self, dense: nn.Module, student: nn.Module, data: Data, held_out: Data) -> None:
        self._dense, self._student, self._data, self._held_out = dense, student, data, held_out
        self._blocks = _repeated(dense)

    def run(self, minutes: float, steps: int | None, rate: float, seed: int, line: Progress) -> Recovered:
        """Teach; the student has the best weights afterwards."""
        weights = [x.requires_grad_(True) for x in self._student.parameters() if x.is_floating_point()]
        optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=0.0)
        best, losses = copy.deepcopy(self._student.state_dict()), [(0, self._loss_on(self._held_out))]
        kept, end, many, done = 0, time.monotonic() + 60 * minutes, steps, 0
        start = time.monotonic()
        for call in self._drawn(seed):
            if many is None and done == TIMED_STEPS:
                each = (time.monotonic() - start) / done
                many = max(done + 1, math.floor((end - time.monotonic()) / (1.2 * each)))
            if (many is not None and done >= many) or (steps is None and time.monotonic() > end):
                break
            for group in optimiser.param_groups:
                group["lr"] = rate * _share(done, many or 100)
            optimiser.zero_grad()
            loss = self._loss(call)
            loss.backward()
            nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            done += 1
            if many is not None and (done % max(1, many // CHECKS) == 0 or done == many):
                losses.append((done, self._loss_on(self._held_out)))
                left = (many - done) * (time.monotonic() - start) / done
                line.say(f"step {done} of {many}, loss {losses[-1][1]:.4f}, about {left:.0f} s left")
                if losses[-1][1] < min(loss for _, loss in losses[:-1]):
                    best, kept = copy.deepcopy(self._student.state_dict()), done
                elif len(losses) > PATIENCE and kept < losses[-PATIENCE][0]:
                    break
        self._student.load_state_dict(best)
        return Recovered(done, tuple(losses), kept)

    def _drawn(self, seed: int) -> Iterator[Call]:
        """Batches, all of them in one order after the other."""
        source = torch.Generator().manual_seed(seed)
        while True:
            for index in torch.randperm(len(self._data), generator=source).tolist():
                yield self._data.batches[index]

    def _loss_on(self, data: Data) -> float:
        with torch.no_grad():
            return sum(float(self._loss(call)) for call in data) / len(data)

    def _loss(self, call: Call) -> Tensor:
        with torch.no_grad():
            wanted = self._seen(self._dense, call)
        pairs = zip(self._seen(self._student, call), wanted, strict=True)
        errors = [_error(student, dense, self._data.rows_kept(call)) for student, dense in pairs]
        return torch.stack(errors).mean()

    def _seen(self, model: nn.Module, call: Call) -> list[Tensor]:
        """The outputs of a model and of its repeated blocks."""
        found: list[Tensor] = []

        def note(module: nn.Module, inputs: Any, output: Any) -> None:
            found.extend(_floating(output)[:1])

        hooks = [model.get_submodule(name).register_forward_hook(note) for name in self._blocks]
        try:
            outputs = model(*call[0], **call[1])
        finally:
            for hook in hooks:
                hook.remove()
        return [*_floating(outputs), *found]


def _repeated(model: nn.Module) -> list[str]:
    """The blocks that a model repeats: children of lists of modules, the outermost."""
    found: list[str] = []
    for name, module in model.named_modules():
        inside = any(name.startswith(f"{outer}.") for outer in found)
        if isinstance(module, nn.ModuleList) and len(module) > 1 and not inside:
            found += [f"{name}.{child}" if name else child for child, _ in module.named_children()]
    return found


def _floating(outputs: Any) -> list[Tensor]:
    values = tree_leaves(dict(outputs) if isinstance(outputs, Mapping) else outputs)
    return [x for x in values if isinstance(x, Tensor) and x.is_floating_point()]


def _error(student: Tensor, dense: Tensor, kept: Tensor | None) -> Tensor:
    """The squared error over the squares, of places that are no padding."""
    if kept is not None and dense.shape[:2] == kept.shape:
        student, dense = student[kept], dense[kept]
    whole = dense.float().square().sum().clamp(min=torch.finfo(torch.float32).tiny)
    return (student.float() - dense.float()).square().sum() / whole


def _share(step: int, many: int) -> float:
    """Of the highest learning rate, what is used at a step."""
    warm = max(1, round(WARMUP_SHARE * many))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1.0 + math.cos(math.pi * (step - warm) / max(1, many - warm)))
