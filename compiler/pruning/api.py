"""prune(): a user's own module with zeros in it, and what that cost."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import ExportedProgram
from torch.utils._pytree import tree_leaves

from ...passes.base import Context
from ...passes.prune.budget import Budget
from ...passes.prune.fairness import Fairness
from ...passes.prune.journal import Journal
from ...passes.prune.kinds import Allocation, Compensation, Importance, Matrix, Pattern, Seen
from ...passes.prune.outcome import PRUNED, Pruned
from ...passes.prune.prune import Prune
from ...runtime import targets
from ...runtime.module import ProgramModule
from ...runtime.select import kernels_for
from ...runtime.targets.cpu import exported_of
from ..capture.models import default_target
from ..capture.user_model import UserModel
from ..driver import CompiledModule, compile_program
from ..driver import compile as compile_model
from ..errors import PassError, UserError
from ..ir.autocast import without_autocast
from ..ir.program import Program
from ..ir.target import Target
from ..progress import Progress, shown
from ..reference import against_answers, answer_of
from .checkpoint import resumed
from .data import Data, Split
from .job import USUAL, Job
from .masks import hold
from .measured import Measured
from .metric import Divergence, Function, Metric, metric_of
from .models import taken
from .recipe import Recipe
from .report import PruningReport
from .saving import documents_of_pruning, save, save_pretrained

ANOTHER_CALL = frozenset({"kwargs", "dynamic_shapes", "examples", "reference", "ranges"})
"""Options of ``sparsec.compile`` that ask for the model to be captured again."""


@dataclass(frozen=True)
class Result:
    """A pruned model.

    Attributes:
        model: a copy of the user's own module, with zeros and changed weights in it; of a file, its exported program.
        masks: what stays of each weight that was looked at: bool, by the parameter's name.
        program: the same as a graph.
        outcome: what was done, layer by layer.
        data: what it was made with, and what was held out; None without data.
        losses: what it lost against the dense model on what was held out, by metric.
        recipe: what was asked for and done; ``sparsec.prune(model, data, recipe=...)`` does it again.
        dense: what came in: the user's own module, or a module around the dense program of a file.
        recovered: how a recovery went; None before there was one.
        target: what it was pruned for, and is compiled for unless another is named.
    """

    model: Any
    masks: Mapping[str, Tensor]
    program: Program = field(repr=False)
    outcome: Pruned = field(repr=False)
    data: Split | None = field(default=None, repr=False)
    losses: Mapping[str, Measured] = field(default_factory=dict, repr=False)
    recipe: Recipe = field(default_factory=lambda: Recipe({}), repr=False)
    dense: Any = field(default=None, repr=False)
    recovered: Any = None
    target: str | Target = "cpu"

    def __str__(self) -> str:
        return str(self.report)

    @property
    def report(self) -> PruningReport:
        """What was done and what it cost; ``print`` shows it, and it can be written as JSON or as a page."""
        return PruningReport(self)

    def compile(self, args: Sequence[Any] | None = None, **options: Any) -> CompiledModule:
        """Turn its zeros into speed: as ``sparsec.compile``.

        Args:
            args: example inputs, as there; by default those that it was pruned with. So are ``kwargs``.
            options: of ``sparsec.compile``.

        Raises:
            UserError, PassError: as there. Without ``args``, too, if ``model`` was changed since it was pruned.
        """
        options = {"target": self.target, **options}
        if args is None and not ANOTHER_CALL & options.keys():
            self.require_unchanged()
            return compile_program(self.program, **{name: x for name, x in options.items() if name != "progress"})
        return compile_model(self.model, () if args is None else args, **options)

    def tunable(self) -> nn.Module:
        """A copy of the module, whose zeros stay zero in training (see ``sparsec.pruning.hold``).

        Its parameters take gradients where the user's own did; ``sparsec.finalize`` makes plain weights of them again.
        Of an exported program it is a module around a copy of its graph, in eval mode.
        """
        if isinstance(self.model, nn.Module):
            model = copy.deepcopy(self.model)
            buffers = dict(model.named_buffers(remove_duplicate=False))  # which nobody trains
            return hold(model, {name: mask for name, mask in self.masks.items() if name not in buffers})
        return hold(ProgramModule(self.program.copy(clone=True)), self.masks)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the pruned model as a ``.pt2`` file, with its recipe and report: the zeros in it, shapes as they were.

        ``sparsec.compile`` takes it, ``torch.export.load`` reads it, and ``sparsec.pruning.Recipe.load`` its recipe.

        Raises:
            UserError: the path ends otherwise or cannot be written, ``model`` was changed since it was pruned, or has
                something that such a file cannot hold. Nothing is left behind.
        """
        self.require_unchanged()
        return save(self, path)

    def save_pretrained(self, folder: str | os.PathLike[str], *, dense: bool = False) -> Path:
        """Write a Hugging Face model as its class does, with its recipe beside it: whatever reads the class reads it.

        Zeros that lie in a pattern are in the weights. Units that went are gone, if the configuration can say that:
        as many neurons, heads or experts in all layers, or fewer layers; it is checked that the smaller model computes
        the same.

        Args:
            folder: where to; it is made.
            dense: keep the shapes of the dense model, with zeros for units that went.

        Raises:
            UserError: the model is of another kind, its configuration has no words for what is left, or the folder
                cannot be written.
        """
        return save_pretrained(self, folder, dense)

    def require_unchanged(self) -> None:
        """Refuse a module that is not ``program`` any more: what was measured, and the recipe, are of another.

        Raises:
            UserError: a weight of ``model`` is another than in ``program``.
        """
        if not isinstance(self.model, nn.Module):
            return
        for name, held in self.program.held_weights().items():
            own = _tensor(self.model, name)
            if own is not None and not torch.equal(own, held.to(own.device, own.dtype)):
                raise UserError(
                    "stale-weights",
                    f"'{name}' of the pruned model was changed since",
                    note="what the result knows, and would compile or save, is the model as it was pruned",
                    hint="sparsec.compile(result.model, args) takes it as it is now, and so does "
                    "sparsec.pruning.reopened(dense, result.model, args), which gives a result again",
                )


@torch.inference_mode(False)
@without_autocast()
def prune(
    model: nn.Module | ExportedProgram | str | os.PathLike[str],
    data: object = None,
    *,
    sparsity: float | Mapping[str, float] | None = None,
    pattern: str | Pattern | None = None,
    units: str | Sequence[str] = (),
    importance: str | Importance | Callable[[Matrix, Seen], Tensor] | None = None,
    allocation: str | Allocation | None = None,
    compensation: str | Compensation | None = None,
    budget: Budget | None = None,
    keep: Sequence[str] = (),
    target: str | Target | None = None,
    measured: bool = False,
    sequential: bool = True,
    loss: Callable[[Any, Any], Tensor] | None = None,
    metric: object = None,
    held_out: float = 0.2,
    seed: int = 0,
    recipe: Recipe | str | os.PathLike[str] | None = None,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    progress: bool | Progress = True,
    resume: str | os.PathLike[str] | None = None,
) -> Result:
    """Make zeros in a model, where they cost least, in a pattern that runs fast.

    Nothing but weights, biases and running means of batch norms that are there already changes, in a copy. The result
    is a module like the one that came in: to be tuned further, saved, or compiled.

    Args:
        model: a module in eval mode, an exported program, or the path of a ``.pt2`` or ``.onnx`` file, of a
            Hugging Face folder or of a GGUF file.
        data: calls of the model (see ``sparsec.pruning.Data``): by what they show weights are judged.
        sparsity: the share of zeros, or of units, that goes; a dict gives shares to layers by patterns of their names.
        pattern: what is zero together: ``"8x1"`` (columns of eight rows, which CPU kernels run), ``"2:4"``,
            ``"scattered"``, ``"row-groups:8"`` ...; by default what the target's kernels run. ``"auto"`` searches: what
            runs fastest on the target at the loss that this default has, each pattern at a share of zeros of its own.
        units: what goes as a whole, instead: ``"neuron"``, ``"head"``, ``"channel"``, or several of them; or
            ``"layer"``, ``"sub-block"``: what is added to a residual stream.
        importance: how weights are judged; by default what they and the others that make up for them do to the layer's
            outputs (``"sparsegpt"``, for units ``"obs"``), and ``"magnitude"`` without data; of layers what the model
            loses without one (``"leave-one-out"``).
        allocation: how much goes where: ``"uniform"``, ``"global"``, ``"l-greco"`` ...
        compensation: how other weights make up for those that go; by default ``"affine"`` for the importance by default
            and for units, and ``"none"`` for an importance that is named.
        budget: what may be left, in place of ``sparsity``: ``sparsec.Macs(0.7)``, or ``Parameters``,
            ``Bytes``, ``Latency``.
        keep: patterns of names of layers that stay as they are.
        target: what the result shall run on: ``"cpu"``, and for an ONNX file ``"onnxruntime"``, unless you say.
        measured: let an allocation that weighs losses know what the model's outputs lose, one layer at a time; it takes
            a run of half the model for each layer and share of zeros.
        sequential: judge a layer by what the pruned layers before it give, or by what the dense ones did.
        loss: what ``importance="taylor"`` and others that look at gradients take them of: a function of the model's
            outputs and what came with a batch beside its inputs (its labels), that gives a number or one for each
            sample; by default of labels that the model itself would give.
        metric: what is measured on what is held out, beside how far outputs are from the dense model's: a function of a
            callable model, or ``"perplexity"``.
        held_out: the share of the data that is not looked at, to measure on.
        seed: of what is drawn.
        recipe: what to do, in place of all these options: of an earlier result, or the path of its file. The same model
            and data give the same result, to the bit; others are refused.
        args, kwargs: example inputs, where there is no data.
        progress: say on a terminal what takes more than two seconds; or who is told.
        resume: a file, ending in ``.checkpoint``, in which layers that are done are kept until all are. If the run is
            interrupted, the same call goes on from there, to the same result.

    Raises:
        UserError: see ``sparsec.compiler.errors.CODES``.
    """
    options: dict[str, Any] = {
        "sparsity": sparsity,
        "pattern": pattern,
        "units": units,
        "importance": importance,
        "allocation": allocation,
        "compensation": compensation,
        "budget": budget,
        "keep": keep,
        "measured": measured,
        "sequential": sequential,
        "loss": loss,
        "held_out": held_out,
        "seed": seed,
    }
    job = Job.of(options, recipe)
    with resumed(resume) as journal, shown(progress) as line:
        target = default_target(model) if target is None else target
        came = taken(model, target)
        read = None if data is None else Data.of(data, came.model)
        split = job.split(read)
        program = came.program(split, args, kwargs)
        dense, apart = as_module(came.model, program), None if split is None else split.held_out
        own = [metric_of(x, dense, apart) for x in (metric, bias_of(importance, program)) if x is not None]
        with UserModel(dense).buffers_kept():
            told = [(one, one.of_dense(dense)) for one in own]  # what fails does so before anything is pruned
        pruned, done = _run(job, program, read, split, target, line.say, journal)
        made = _written_back(came.model, program, pruned)
        losses = _losses(told, apart, dense, as_module(made, pruned))
    outcome = pruned.facts[PRUNED]
    result = Result(made, outcome.kept, pruned, outcome, split, losses, done, dense, target=target)
    pruned.documents = documents_of_pruning(result)
    return result


def replayed(
    program: Program,
    model: Any,
    data: object,
    recipe: Recipe | str | os.PathLike[str],
    target: str | Target,
    say: Callable[[str], None],
) -> Program:
    """A program pruned as a recipe says: what ``prune`` makes of the model, for the example inputs of the program.

    Args:
        program: dense.
        model: that it was captured from.
        data: as for ``prune``.
        recipe: of an earlier result, or its file.
        target: what the result shall run on.
        say: told how far it is.

    Raises:
        UserError: see ``prune``.
    """
    job = Job.of(USUAL, recipe)
    known = program if isinstance(model, (str, os.PathLike)) else model
    read = None if data is None else Data.of(data, known)
    split = job.split(read)
    pruned, done = _run(job, program, read, split, target, say)
    outcome = pruned.facts[PRUNED]
    losses = {} if split is None else _losses((), split.held_out, ProgramModule(program), ProgramModule(pruned))
    pruned.documents = documents_of_pruning(Result(None, outcome.kept, pruned, outcome, split, losses, done))
    return pruned


def _run(
    job: Job,
    program: Program,
    read: Data | None,
    split: Split | None,
    target: str | Target,
    say: Callable[[str], None],
    journal: Journal | None = None,
) -> tuple[Program, Recipe]:
    """A pruned copy of a program, with answers of its own, and what was done."""
    pruned = program.copy()
    pruned.source = None  # a file that it came from answers otherwise
    done = job.run(pruned, read, split, Context(targets.get(target), kernels=kernels_for(target), say=say), journal)
    pruned.answers = tuple(answer_of(pruned, answer.inputs) for answer in program.answers)
    return pruned, done


def as_module(model: Any, program: Program) -> nn.Module:
    """What can be called of the model that came in."""
    return model if isinstance(model, nn.Module) else ProgramModule(program)


def bias_of(importance: object, program: Program) -> Function | None:
    """How differently a model treats what ``Fairness`` has pairs of, one number for each; None for other importances.

    Args:
        importance: as for ``prune``.
        program: of the dense model.
    """
    if not isinstance(importance, Fairness) or not importance.pairs:
        return None
    calls = Data.of([call for pair in importance.pairs for call in pair], program).batches

    def bias(model: Callable[..., Any]) -> Tensor:
        with torch.no_grad():
            found = [tree_leaves(model(*args, **kwargs)) for args, kwargs in calls]
        gaps = [importance.gap(*both) for both in zip(found[::2], found[1::2], strict=True)]
        return torch.tensor(gaps, dtype=torch.float64)

    return Function(bias, "lower")


def _losses(
    told: Sequence[tuple[Metric, Measured]], held_out: Data | None, dense: nn.Module, pruned: nn.Module
) -> dict[str, Measured]:
    """What the model lost, by metric; of those that were asked for what they said of the dense model, too."""
    with UserModel(dense).buffers_kept(), UserModel(pruned).buffers_kept():
        measures = {} if held_out is None else Divergence(dense, held_out).measures(pruned)
        found = dict[str, Measured](measures.items())
        for own, before in told:
            for name, measured in (("dense", before), ("pruned", own.measure(pruned))):
                found[f"{measured.name}, {name}"] = replace(measured, name=f"{measured.name}, {name}")
    return found


def _tensor(model: nn.Module, name: str) -> Tensor | None:
    """What a module has of a name that its graph has, with or without masks on it; None if it has no such tensor."""
    found: Any = model
    for part in name.split("."):
        found = getattr(found, part, None)
    return found.detach() if isinstance(found, Tensor) else None


def _written_back(model: Any, before: Program, after: Program) -> Any:
    """What came in, with the new weights: a copy of a module; an exported program otherwise.

    Raises:
        PassError: a weight of the program is not the module's of that name, or they do not compute the same.
    """
    if not isinstance(model, nn.Module):
        return exported_of(after)
    result = copy.deepcopy(model)
    old, new = before.held_weights(), after.held_weights()
    tensors = dict(result.named_parameters(remove_duplicate=False)) | dict(result.named_buffers(remove_duplicate=False))
    with torch.no_grad():
        for name, held in new.items():
            if held is old.get(name):
                continue
            own = tensors.get(name)
            if own is None or own.shape != held.shape or not torch.equal(own, old[name].to(own.dtype)):
                raise PassError(f"'{name}' is no weight of the module that could be written", pass_name=Prune.name())
            own.copy_(held)
    args, kwargs = after.call
    problem = against_answers(after, after, [UserModel(result).example_answer(args, kwargs)[0]])
    if problem:
        raise PassError(f"the pruned module is not the pruned program: {problem}", pass_name=Prune.name())
    return result
