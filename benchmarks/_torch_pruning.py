"""Torch-Pruning, for the tables of pruning: its criteria on the same models and data, at as many multiply-adds."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import torch
from _measure import flops
from _pruning_tasks import Loss, Task
from torch import Tensor, nn

CLASSES = 1000
STEPS = 8  # halvings of the share of channels, to meet multiply-adds
CRITERIA = ("l2", "l1", "bn-scale", "lamp", "fpgm", "taylor", "hessian", "random")
WITH_GRADIENTS = ("taylor", "hessian")


@dataclass(frozen=True)
class Competitor:
    """One way to prune with Torch-Pruning.

    Attributes:
        criterion: of ``CRITERIA``.
        everywhere: whether all channels may go, those of residual streams, too; otherwise those that sparsec prunes in
            the same table.
        together: whether channels of all layers are compared (``global_pruning``).
        statistics: whether those of batch norms are taken again afterwards, on the calibration data.
    """

    criterion: str
    everywhere: bool = False
    together: bool = False
    statistics: bool = False

    @property
    def name(self) -> str:
        parts = [f"Torch-Pruning {self.criterion}"]
        parts += ["all channels"] if self.everywhere else []
        parts += ["global"] if self.together else []
        parts += ["norms again"] if self.statistics else []
        return ", ".join(parts)

    def pruned(self, task: Task, data: list[Any], share: float, macs: float) -> nn.Module:
        """A smaller model: of the hidden channels as many gone as a share says, of others down to multiply-adds.

        Args:
            task: whose model it is.
            data: to calibrate on.
            share: of the channels of each layer.
            macs: the share of multiply-adds that is left where all layers go together, or all channels may go.
        """
        model = task.load()
        gradients = self._gradients(model, data, task.loss) if self.criterion in WITH_GRADIENTS else []
        if not self.everywhere and not self.together:
            return self._finished(self._at(model, gradients, data, share), data)
        few = few_of(data[0])
        whole, best = work_of(model, few), None
        low, high = 0.0, 0.9
        for _ in range(STEPS):
            middle = (low + high) / 2
            found = self._at(task.load(), gradients, data, middle)
            if work_of(found, few) <= (macs + 1e-4) * whole:
                best, high = found, middle
            else:
                low = middle
        assert best is not None, "its share of channels cannot be met"
        return self._finished(best, data)

    def _finished(self, model: nn.Module, data: list[Any]) -> nn.Module:
        if self.statistics:
            take_again(model, data)
        return model.requires_grad_(False).eval()

    def _at(self, model: nn.Module, gradients: list[Tensor | None], data: list[Any], share: float) -> nn.Module:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import torch_pruning

            model.requires_grad_(True)
            criterion = _criterion(self.criterion, torch_pruning)
            for parameter, gradient in zip(model.parameters(), gradients, strict=bool(gradients)):
                parameter.grad = gradient
                if self.criterion == "hessian" and gradient is not None:
                    criterion._accu_grad[parameter] = gradient
            named = not self.everywhere and not self.together
            classifier = [m for m in model.modules() if isinstance(m, nn.Linear) and m.out_features == CLASSES]
            torch.manual_seed(0)
            torch_pruning.pruner.MetaPruner(
                model,
                few_of(data[0]),
                importance=criterion,
                pruning_ratio=0.0 if named else share,
                pruning_ratio_dict=dict.fromkeys(_roots(model), share) if named else {},
                global_pruning=self.together,
                ignored_layers=classifier if self.everywhere else _others(model),
                forward_fn=_call,
            ).step()
        model.zero_grad()
        return model

    def _gradients(self, model: nn.Module, data: list[Any], loss: Loss) -> list[Tensor | None]:
        """Of each parameter, of the mean loss; for ``hessian`` the sum of their squares, sample by sample."""
        model.requires_grad_(True)
        parameters = [*model.parameters()]
        found: list[Tensor | None] = [None] * len(parameters)
        for batch in data:
            losses = loss(model, batch)
            for one in losses if self.criterion == "hessian" else [losses.sum()]:
                grown = torch.autograd.grad(one, parameters, retain_graph=True, allow_unused=True)
                for at, more in enumerate(grown):
                    if more is not None:
                        more = more.square() if self.criterion == "hessian" else more
                        found[at] = more if found[at] is None else found[at] + more
        return found


def _criterion(name: str, torch_pruning: Any) -> Any:
    known = torch_pruning.importance
    return {
        "l2": lambda: known.GroupMagnitudeImportance(p=2),
        "l1": lambda: known.GroupMagnitudeImportance(p=1),
        "bn-scale": known.BNScaleImportance,
        "lamp": known.LAMPImportance,
        "fpgm": known.FPGMImportance,
        "taylor": known.GroupTaylorImportance,
        "hessian": known.GroupHessianImportance,
        "random": known.RandomImportance,
    }[name]()


def _roots(model: nn.Module) -> list[nn.Module]:
    """The layers whose outputs are hidden channels or neurons."""
    from real_models import hidden_channels

    blocks: list[nn.Module] = [block.expand for block in hidden_channels(model)]
    dense = [m for name, m in model.named_modules() if name.endswith(("intermediate.dense", "gate_proj", "up_proj"))]
    return blocks + dense


def _others(model: nn.Module) -> list[nn.Module]:
    """All other layers whose outputs could go: depthwise ones go with the hidden channels."""
    roots = {id(root) for root in _roots(model)}
    return [
        m
        for m in model.modules()
        if (isinstance(m, nn.Linear) or (isinstance(m, nn.Conv2d) and m.groups == 1)) and id(m) not in roots
    ]


def few_of(batch: Any) -> Any:
    """One sample of a batch."""
    return {name: value[:1] for name, value in batch.items()} if isinstance(batch, dict) else batch[:1]


def _call(model: nn.Module, inputs: Any) -> Any:
    return model(**inputs) if isinstance(inputs, dict) else model(inputs)


def work_of(model: nn.Module, inputs: Any) -> int:
    """Multiply-adds x 2 of one call of a network for images; of others the weights of linear layers instead."""
    if not any(isinstance(m, nn.Conv2d) for m in model.modules()):
        return sum(m.weight.numel() for m in model.modules() if isinstance(m, nn.Linear))
    return flops(lambda x: _call(model, x), inputs)


def take_again(model: nn.Module, data: list[Any]) -> None:
    """Statistics of batch norms, from some data: the mean over batches, as ``momentum=None`` has it."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
        norm.train()
    with torch.no_grad():
        for start in range(0, len(data), 8):
            model(torch.cat(data[start : start + 8]))
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum
        norm.eval()
