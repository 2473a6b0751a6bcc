"""Gradients of a loss, by weights and by what layers give, for the statistics that are made of them.

One run of the dense program for each batch, and some runs back from its outputs. Memory: the values of one batch, and
one more copy of the weights.

Without a loss there are no labels to compare outputs with, and none are needed for the Fisher matrix: its labels are
those that the model itself would give. Of logits they are drawn from their softmax; of other outputs, which are then
the means of normal distributions, what comes back is normal noise, whose second moments are the Gauss-Newton matrix of
the squared error.

Ours: one run back is of all samples of a batch. What is drawn for one is independent of the others and zero in the
mean, so that the square of the sum is expected to be the sum of squares. Where a loss gives a number for each sample,
each gets a random sign for that, and one more run gives the mean. Gradients are those of the dense model: they are not
taken again after a layer was pruned.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.errors import UserError, is_exhaustion, reason
from ...compiler.ir.autocast import without_autocast
from ...compiler.ir.program import Interpreter, Program
from .kinds import Statistic
from .logits import looks_like_logits
from .sites import Site
from .stacks import Stack
from .statistics import Gradients, OutputGradients, OutputSquares
from .statistics.of_outputs import OfOutputs
from .walk import Batch

KINDS: frozenset[type[Statistic]] = frozenset({Gradients, OutputGradients, OutputSquares})
# How often something is drawn, for all batches together, at least: a square of one draw says little.
LEAST_DRAWS = 32
# Of outputs, those that only speed up a next call.
CACHES = "past_key_values"

Loss = Callable[[Any, Any], Tensor]
"""Of a model's outputs and the labels that came with its inputs: a number, the mean of samples, or one for each."""


@dataclass(frozen=True)
class Backward:
    """A run back.

    Attributes:
        outputs, gradients: where it starts, and with what.
        mean, second: what the gradient by a weight is multiplied with to be one whose mean, and the mean of whose
            squares, are those of a sample's; 0 where they are not.
        rows: the same for a layer's outputs, whose squares are those of a sample's.
    """

    outputs: Sequence[Tensor]
    gradients: Sequence[Tensor]
    mean: float
    second: float
    rows: float


class Run(Interpreter):
    """A run that can be gone back.

    Args:
        program: what runs.
        weights: by name, leaves that stand for the program's own.
        watched: layers whose results are wanted.
        noted: nodes of which it is wanted what they give.
    """

    def __init__(
        self,
        program: Program,
        weights: Mapping[str, Tensor],
        watched: Collection[fx.Node],
        noted: Collection[fx.Node | None] = (),
    ) -> None:
        super().__init__(program.module)
        self._noted = frozenset(noted)
        self.notes: dict[fx.Node, Tensor] = {}
        self._instead = {name: value.clone() for name, value in program.state().items()} | {**weights}
        self._watched = frozenset(watched)
        self.results: dict[fx.Node, Tensor] = {}

    def get_attr(self, target: Any, args: Any, kwargs: Any) -> Any:
        found = self._instead.get(target)
        return super().get_attr(target, args, kwargs) if found is None else found

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        if n in self._watched:
            if not result.requires_grad:
                result = result.detach().requires_grad_()
            self.results[n] = result
        if n in self._noted:
            self.notes[n] = result
        return result


def observe_gradients(
    program: Program,
    sites: Sequence[Site],
    kinds: Collection[type[Statistic]],
    batches: Sequence[Batch],
    loss: Loss | None = None,
    seed: int = 0,
) -> dict[str, list[list[Statistic]]]:
    """Statistics of gradients, by site, for each of its matrices.

    Args:
        program: the dense model.
        sites: of it.
        kinds: which are wanted, some of ``KINDS``.
        batches: what it runs on.
        loss: of outputs and labels; None for labels that the model itself would give.
        seed: of what is drawn.

    Raises:
        UserError: the loss fails, or does not depend on weights, or a gradient is not finite.
    """
    found = {site.name: [[kind(*site.shape) for kind in kinds] for _ in range(site.layer.groups)] for site in sites}
    weights = {}
    if Gradients in kinds:
        weights = {str(site.layer.weight.target): site.layer.held.detach().requires_grad_() for site in sites}
    of_outputs = any(issubclass(kind, OfOutputs) for kind in kinds)
    layers = [(site, layer) for site in sites for layer in site.layers] if of_outputs else []
    draw = torch.Generator().manual_seed(seed)
    for batch in batches:
        picks = [layer.picks for _, layer in layers if isinstance(layer, Stack)]
        run = Run(program, weights, [layer.node for _, layer in layers], picks)
        inputs = [x.clone() if isinstance(x, Tensor) else x for x in batch.inputs]
        with torch.enable_grad(), without_autocast(), program.state_kept():
            returned = run.run(*inputs, enable_io_processing=False)
            flat = [*returned] if isinstance(returned, (list, tuple)) else [returned]
            if loss is None:
                ways = _drawn(program, flat, batch, draw, -(-LEAST_DRAWS // len(batches)))
            else:
                ways = _of(loss, program.graph.process_outputs(returned), batch, draw)
            wanted = [*weights.values(), *run.results.values()]
            for way in ways:
                back = dict(zip(map(id, wanted), _back(way, wanted), strict=True))
                _see(found, sites, layers, way, back, weights, run, batch)
    return found


def _back(way: Backward, wanted: Sequence[Tensor]) -> Sequence[Tensor | None]:
    """The gradients by some tensors, none where nothing depends on one."""
    try:
        found: Sequence[Tensor | None] = torch.autograd.grad(
            way.outputs, wanted, way.gradients, retain_graph=True, allow_unused=True
        )
    except RuntimeError as error:
        if is_exhaustion(error):
            raise
        raise UserError(
            "bad-option",
            "a method asks for gradients, and the model has none",
            note=reason(error),
            hint="choose an importance that asks for none, such as 'wanda'",
        ) from error
    return found


def _see(
    found: Mapping[str, Sequence[Sequence[Statistic]]],
    sites: Sequence[Site],
    layers: Sequence[tuple[Site, Any]],
    way: Backward,
    back: Mapping[int, Tensor | None],
    weights: Mapping[str, Tensor],
    run: Run,
    batch: Batch,
) -> None:
    """Tell all statistics what came back."""
    for site in sites if weights else ():
        gradient = back[id(weights[str(site.layer.weight.target)])]
        values = torch.zeros_like(site.layer.held) if gradient is None else gradient
        for held, part in zip(found[site.name], site.parts(values), strict=True):
            for statistic in held:
                if isinstance(statistic, Gradients):
                    statistic.observe_gradient(part, way.mean, way.second)
    for site, layer in layers if way.rows else ():
        result = run.results[layer.node]
        gradient = back[id(result)]
        values = torch.zeros_like(result) if gradient is None else gradient
        picks = run.notes[layer.picks] if isinstance(layer, Stack) and layer.picks is not None else None
        for held, part in zip(found[site.name], site.output_rows(layer, values, picks), strict=True):
            for statistic in held:
                if isinstance(statistic, OfOutputs):
                    statistic.observe_output_gradient(batch.rows(part.cpu(), len(part)) * way.rows)


# -------------------------------------------------------------------- where it starts


def _drawn(
    program: Program, flat: Sequence[Any], batch: Batch, draw: torch.Generator, times: int
) -> Iterator[Backward]:
    """From labels that the model would give."""
    outputs = dict[tuple[str | None, int], Tensor]()
    for name, node, value in zip(program.output_names, program.returned(), flat, strict=False):
        if isinstance(value, Tensor) and value.is_floating_point() and CACHES not in name and value.requires_grad:
            outputs[name if not isinstance(node, fx.Node) or name != node.name else None, len(outputs)] = value
    alone = len(outputs) == 1
    chosen = [x for (name, _), x in outputs.items() if looks_like_logits(name, x.detach(), alone, batch.inputs)]
    values = chosen[:1] or [*outputs.values()]
    if not values:
        raise UserError(
            "bad-option",
            "a method asks for gradients, and no output of the model depends on a weight that may be pruned",
            hint="choose an importance that asks for none, such as 'wanda'",
        )
    samples = batch.samples
    for _ in range(times):
        gradients = [_missed(x.detach(), draw) if chosen else _noise(x, draw) for x in values]
        gradients = [_unpadded(gradient, batch) for gradient in gradients]
        yield Backward(values, gradients, 0.0, samples**-0.5, 1.0)


def _noise(value: Tensor, draw: torch.Generator) -> Tensor:
    return torch.randn(value.shape, generator=draw).to(value.device, value.dtype)


def _missed(logits: Tensor, draw: torch.Generator) -> Tensor:
    """The gradient of the cross entropy with labels that are drawn: probabilities, less 1 at each label."""
    dim = 1 if logits.ndim > 3 else -1  # of pictures, channels are classes
    likely = logits.movedim(dim, -1).double().softmax(dim=-1).nan_to_num(0.0).cpu()
    rows = likely.reshape(-1, likely.shape[-1]).clone()
    labels = torch.multinomial(rows.clamp(min=torch.finfo(torch.float64).tiny), 1, generator=draw)
    rows.scatter_add_(1, labels, -torch.ones_like(labels, dtype=rows.dtype))
    return rows.reshape(likely.shape).movedim(-1, dim).to(logits.device, logits.dtype)


def _unpadded(gradient: Tensor, batch: Batch) -> Tensor:
    """Zero at places of padding."""
    kept = batch.kept
    if kept is None or gradient.ndim < 3 or kept.shape != gradient.shape[:2]:
        return gradient
    return gradient * kept.to(gradient).reshape(*kept.shape, *[1] * (gradient.ndim - 2))


def _of(loss: Loss, outputs: Any, batch: Batch, draw: torch.Generator) -> Iterator[Backward]:
    """From what a user's loss says."""
    with _named():
        value: object = loss(outputs, batch.labels)
    ok = isinstance(value, Tensor) and value.ndim <= 1 and value.numel() and value.is_floating_point()
    if not ok or not value.requires_grad:  # type: ignore[attr-defined]
        given = f"shape {tuple(value.shape)}, {value.dtype}" if isinstance(value, Tensor) else type(value).__name__
        raise UserError(
            "bad-metric",
            "the loss gives nothing that has a gradient",
            note=f"it gives {given}",
            hint="let the function of (outputs, labels) return a number, or one for each sample, as a tensor",
        )
    assert isinstance(value, Tensor)
    samples = value.numel() if value.ndim else batch.samples
    if value.numel() == 1:
        yield Backward([value], [torch.ones_like(value)], 1.0, 1.0, float(samples))
        return
    signs = torch.randint(0, 2, value.shape, generator=draw).to(value) * 2 - 1
    yield Backward([value], [torch.full_like(value, 1 / samples)], 1.0, 0.0, 0.0)
    yield Backward([value], [signs], 0.0, samples**-0.5, 1.0)


@contextlib.contextmanager
def _named() -> Iterator[None]:
    """What fails inside is a UserError."""
    try:
        yield
    except Exception as error:
        if is_exhaustion(error) or isinstance(error, UserError):
            raise
        raise UserError(
            "bad-metric",
            "the loss fails",
            note=f"{type(error).__name__}: {reason(error)}",
            hint="it is called with (outputs of the model, labels of the batch)",
        ) from error
