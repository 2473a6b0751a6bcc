"""recover(): what pruning cost, won back in minutes: the dense model teaches the pruned one, whose zeros stay.

Outputs, and what comes out of each of the blocks that the model repeats, are to be those of the dense model; nobody's
labels are needed. The best of what was reached on held-out data is kept.
"""

from __future__ import annotations

import copy
import itertools
import math
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from ...passes.prune.journal import Journal
from ...runtime.module import ProgramModule
from ...runtime.targets.cpu import exported_of
from ..capture.models import capture
from ..capture.user_model import Call, UserModel
from ..errors import UserError
from ..ir.autocast import without_autocast
from ..ir.program import Program
from ..progress import Progress, shown
from ..reference import answer_of
from ..words import count
from .api import Result
from .checkpoint import resumed
from .data import Data
from .masks import finalize
from .measured import Measured
from .metric import Divergence
from .recipe import weights_digest
from .saving import documents_of_pruning

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

    def says(self) -> str:
        """How it went, in one sentence."""
        first, last = self.losses[0][1], dict(self.losses)[self.best]
        steps = count(self.steps, "step")
        if self.losses[1:] and not any(math.isfinite(loss) for _, loss in self.losses[1:]):
            return (
                f"Nothing was recovered in {steps}: every loss after the first ({first:.4f}) is not finite, "
                "and the weights are those it began with. The learning rate is too high for this model."
            )
        return f"Recovered in {steps}: the loss on what is held out went from {first:.4f} to {last:.4f}."


@torch.inference_mode(False)
@without_autocast()
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
    resume: str | os.PathLike[str] | None = None,
) -> Result:
    """Tune a pruned model until it answers like the dense one again, with its zeros held.

    AdamW at a rate that rises and falls; the loss is the squared error of outputs and of what the model's repeated
    blocks give, over their squares. Weights of the best look at held-out data are kept, which may be those that it
    began with: what comes back is never worse there.

    Args:
        result: of ``sparsec.prune``; it stays as it is.
        data: calls of the model, without labels; by default what the model was pruned with.
        minutes: how long it may take, about.
        steps: how many steps to make instead, which is the same on any machine.
        learning_rate: the highest.
        held_out: the share of the data that is only looked at.
        seed: of the order of the data.
        progress: say on a terminal how far it is; or who is told.
        resume: a file, ending in ``.checkpoint``, in which the state is kept at each look at held-out data until all is
            done. If the run is interrupted, the same call goes on from there; by ``steps`` to the same result.

    Returns:
        A result as of ``prune``: ``recovered`` tells how it went.

    Raises:
        UserError: there is no data, it does not fit the models, or options leave no time.
    """
    _check(result, minutes, steps, learning_rate)
    student = result.tunable()
    if data is None and result.data is None:
        raise UserError("bad-option", "the model was pruned without data, and there is none", hint="pass data=")
    split = result.data if data is None else Data.of(data, result.dense).split(held_out, seed)
    assert split is not None
    for model in (result.dense, student):  # what does not fit is said now
        UserModel(model).example_answer(*split.calibration.batches[0])
    with resumed(resume) as journal, shown(progress) as line, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        teaching = _Teaching(result.dense, student, split.calibration, split.held_out)
        options = {"minutes": minutes, "steps": steps, "learning_rate": learning_rate, "seed": seed}
        digests = {"model": weights_digest(result.program), "data": split.calibration.digest}
        journal.begin(digests | {"options": repr(options), "data that are held out": split.held_out.digest})
        told = teaching.run(minutes, steps, learning_rate, seed, line, journal)
        model, again = _written_back(result, finalize(student))
        pruned = model if isinstance(model, nn.Module) else ProgramModule(again)
        losses = dict[str, Measured](Divergence(result.dense, split.held_out).measures(pruned).items())
    better = replace(result, model=model, program=again, data=split, losses=losses, recovered=told)
    again.documents = documents_of_pruning(better)
    return better


def _check(result: object, minutes: object, steps: object, rate: object) -> None:
    """Raises a UserError for what a recovery cannot begin with."""
    if not isinstance(result, Result):
        raise UserError(
            "bad-option",
            f"a value of type '{type(result).__name__}' is no result of pruning",
            hint="pass what sparsec.prune gave, or sparsec.pruning.reopened(dense, pruned, args)",
        )
    numbers = {"minutes": minutes, "learning_rate": rate} | ({} if steps is None else {"steps": steps})
    for name, value in numbers.items():
        whole = isinstance(value, int) if name == "steps" else isinstance(value, (int, float))
        if not whole or isinstance(value, bool) or not 0 < value < math.inf:  # type: ignore[operator]
            what = "whole number above 0" if name == "steps" else "number above 0"
            raise UserError("bad-option", f"{name}={value!r:.40} is no {what}", hint="pass minutes=10, or steps=500")


def _written_back(result: Result, student: nn.Module) -> tuple[Any, Program]:
    """What came in with the weights that were learned, and its program."""
    if isinstance(result.model, nn.Module):
        model = copy.deepcopy(result.model)
        model.load_state_dict(student.state_dict())
        args, kwargs = result.program.call
        return model, capture(model, args, kwargs, result.program.dynamic_shapes)
    assert isinstance(student, ProgramModule)
    program = result.program.copy()
    for name, learned in student.program.held_weights().items():
        program.exchange_weight(name, learned.detach())
    program.answers = tuple(answer_of(program, answer.inputs) for answer in program.answers)
    return exported_of(program), program


@dataclass
class _SoFar:
    """How far a recovery is.

    Attributes:
        many: steps that it will have; None until that is known.
        best: the best weights yet, and ``kept`` the step that they are of.
        losses: (step, loss on what is held out).
        done: steps that were made.
        seconds: that they took.
    """

    many: int | None
    best: dict[str, Any]
    losses: list[tuple[int, float]]
    kept: int = 0
    done: int = 0
    seconds: float = 0.0

    def plan(self, seconds: float) -> None:
        """Once some steps were timed, say how many fit."""
        if self.many is None and self.done == TIMED_STEPS:
            each = self.seconds / self.done
            self.many = max(self.done + 1, math.floor((seconds - self.seconds) / (1.2 * each)))

    def ends(self, seconds: float, by_time: bool) -> bool:
        """Whether there is no step any more: all are made, time is over, or nothing has been gained for long."""
        gains = len(self.losses) <= PATIENCE or self.kept >= self.losses[-PATIENCE][0]
        enough = self.many is not None and self.done >= self.many
        return enough or (by_time and self.seconds > seconds) or not gains

    def looks(self) -> bool:
        """Whether what is held out is looked at after this step."""
        return self.many is not None and (self.done % max(1, self.many // CHECKS) == 0 or self.done == self.many)

    def look(self, loss: float, student: nn.Module) -> None:
        """Keep the student's weights if there were no better ones."""
        if loss < min(loss for _, loss in self.losses):
            self.best, self.kept = copy.deepcopy(student.state_dict()), self.done
        self.losses.append((self.done, loss))

    def says(self) -> str:
        """How far it is, in words."""
        assert self.many is not None
        left = (self.many - self.done) * self.seconds / self.done
        return f"step {self.done} of {self.many}, loss {self.losses[-1][1]:.4f}, about {left:.0f} s left"


class _Teaching:
    """A dense model and a pruned one, and data to compare them on."""

    def __init__(self, dense: nn.Module, student: nn.Module, data: Data, held_out: Data) -> None:
        self._dense, self._student, self._data, self._held_out = dense, student, data, held_out
        self._blocks = _repeated(dense)

    def run(
        self, minutes: float, steps: int | None, rate: float, seed: int, line: Progress, journal: Journal
    ) -> Recovered:
        """Teach; the student has the best weights afterwards."""
        weights = [x.requires_grad_(True) for x in self._student.parameters() if x.is_floating_point()]
        optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=0.0)
        so_far = self._so_far(optimiser, steps, journal)
        before, start = so_far.seconds, time.monotonic()
        for call in itertools.islice(self._drawn(seed), so_far.done, None):
            so_far.seconds = before + time.monotonic() - start
            so_far.plan(60 * minutes)
            if so_far.ends(60 * minutes, by_time=steps is None):
                break
            for group in optimiser.param_groups:
                group["lr"] = rate * _share(so_far.done, so_far.many or 100)
            optimiser.zero_grad()
            loss = self._loss(call)
            loss.backward()
            nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            so_far.done += 1
            if so_far.looks():
                so_far.look(self._loss_on(self._held_out), self._student)
                so_far.seconds = before + time.monotonic() - start
                line.say(so_far.says())
                journal.note("so far", self._state(so_far, optimiser))
        self._student.load_state_dict(so_far.best)
        return Recovered(so_far.done, tuple(so_far.losses), so_far.kept)

    def _so_far(self, optimiser: torch.optim.Optimizer, steps: int | None, journal: Journal) -> _SoFar:
        """Where an earlier run was, or the beginning."""
        told = journal.told("so far")
        if told is None:
            return _SoFar(steps, copy.deepcopy(self._student.state_dict()), [(0, self._loss_on(self._held_out))])
        self._student.load_state_dict(told["student"])
        optimiser.load_state_dict(copy.deepcopy(told["optimiser"]))  # which takes its tensors, and writes into them
        torch.set_rng_state(told["random"])
        return _SoFar(**told["so far"] | {"losses": [*told["so far"]["losses"]]})

    def _state(self, so_far: _SoFar, optimiser: torch.optim.Optimizer) -> dict[str, Any]:
        """All that the steps to come depend on, as it is now."""
        found = {"so far": vars(so_far), "student": self._student.state_dict(), "optimiser": optimiser.state_dict()}
        return copy.deepcopy(found) | {"random": torch.get_rng_state()}

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
