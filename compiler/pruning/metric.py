"""Metrics: what a model is worth, on data that it was not calibrated on.

A user's own is any function of a callable model. Built in is how far a model is from the dense one, which needs no
labels, and perplexity.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import torch
import torch.utils._pytree as pytree
from torch import Tensor, nn

from ...passes.prune.logits import looks_like_logits
from ...passes.prune.naming import meant
from ..capture.user_model import Call, line_of
from ..errors import UserError, is_exhaustion, reason
from .data import Data, samples_of
from .measured import Better, Measured
from .taker import input_names, leaves_by_path

Model = Callable[..., Any]
Outputs = dict[str, Tensor]
Kind = Literal["kl", "agreement", "cosine", "relative"]

HELD = 256 << 20
"""Bytes of the dense model's outputs that are kept rather than computed again."""
BETTER: dict[Kind, Better] = {"kl": "lower", "agreement": "higher", "cosine": "higher", "relative": "lower"}


class Metric:
    """Base of all metrics."""

    def measure(self, model: Model) -> Measured:
        """What it says of a model.

        Raises:
            UserError: it fails, or says nothing that is a number.
        """
        raise NotImplementedError

    def of_dense(self, model: Model) -> Measured:
        """What it says of the dense model.

        Raises:
            UserError: as ``measure``.
        """
        return self.measure(model)


class Remembered(Metric):
    """A metric that is asked about the dense model once, for several results of it on the same data.

    Args:
        given: it, as ``metric_of`` takes it.
    """

    def __init__(self, given: object) -> None:
        self._given = given
        self._own: Metric | None = None
        self._dense: Measured | None = None

    def told(self, dense: Model, data: Data | None) -> Remembered:
        """Itself, once it knows the model and the data.

        Args:
            dense, data: as for ``metric_of``.
        """
        self._own = metric_of(self._given, dense, data)
        return self

    def measure(self, model: Model) -> Measured:
        assert self._own is not None
        return self._own.measure(model)

    def of_dense(self, model: Model) -> Measured:
        if self._dense is None:
            self._dense = self.measure(model)
        return self._dense


def metric_of(given: object, dense: Model, data: Data | None) -> Metric:
    """A metric from what a user gave.

    Args:
        given: a metric, a function of a callable model, "perplexity", "kl", "agreement", "cosine", "relative", or None
            for the divergence that fits the model.
        dense: the model that is not pruned.
        data: what built-in metrics look at; None where there is none.

    Raises:
        UserError: it is none of these, or looks at data that are not there.
    """
    if isinstance(given, Remembered):
        return given.told(dense, data)
    if isinstance(given, Metric):
        return given
    if callable(given) and not isinstance(given, type):
        return Function(given)
    known = [*get_args(Kind), "perplexity"]
    if given is not None and given not in known:
        near = meant(given, known) if isinstance(given, str) else ""
        raise UserError(
            "bad-option",
            f"{given!r} is no metric",
            hint=f"{near}pass a function of a callable model, or one of {', '.join(known)}",
        )
    if data is None:
        raise UserError(
            "bad-option",
            f"metric={given!r} looks at data that are held out, and there are none",
            hint="pass data=, calls of the model; or a function of a callable model",
        )
    return Perplexity(data) if given == "perplexity" else Divergence(dense, data, given)  # type: ignore[arg-type]


OWN = "call it with the dense model, under torch.no_grad(), until it works; what needs gradients turns them on"
"""What to do about a metric of one's own that fails."""


@dataclass(frozen=True)
class Function(Metric):
    """A user's own metric.

    Attributes:
        function: of a callable model; it gives a number, or a number for each sample, which an interval and a paired
            test need.
        better: whether "higher" or "lower" numbers are.
        label: what to call it; by default the function's name.
    """

    function: Callable[[Model], Any]
    better: Better = "higher"
    label: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.label or getattr(self.function, "__name__", type(self.function).__name__)

    def measure(self, model: Model) -> Measured:
        before = _versions(model)
        with _guarded(self.name, OWN), _modes_kept(model):
            found = self.function(model)
        written = [name for name, version in _versions(model).items() if before.get(name, version) != version]
        if written:
            raise UserError(
                "bad-metric",
                f"the metric '{self.name}' writes into '{written[0]}'",
                note="weights of the model that it was given are others now, and nobody knows the old ones",
                hint="let it work on copy.deepcopy(model), and load the model again",
            )
        if isinstance(found, Measured):
            return _checked(found)
        return _checked(Measured(self.name, _numbers(found, self.name), better=self.better))


def _versions(model: Model) -> dict[str, tuple[int, int]]:
    """Which tensors a model's parameters are, and how often each was written into."""
    if not isinstance(model, nn.Module):
        return {}
    return {name: (id(held), held._version) for name, held in model.named_parameters() if not held.is_inference()}


def _numbers(found: Any, name: str) -> Tensor:
    """What a metric gave, as float64[samples]."""
    try:
        values = torch.as_tensor(found).detach().cpu()
    except (TypeError, ValueError, RuntimeError):
        values = torch.empty(0, 0)
    if values.ndim > 1 or not values.numel() or values.is_complex():
        what = f"a tensor of shape {tuple(found.shape)}" if isinstance(found, Tensor) else f"'{type(found).__name__}'"
        raise UserError(
            "bad-metric",
            f"the metric '{name}' gives {what}",
            hint="return a number, or a tensor with a number for each sample",
        )
    return values.reshape(-1).double()


def _checked(found: Measured) -> Measured:
    wrong = (~torch.isfinite(found.values)).nonzero().flatten()
    if len(wrong):
        value = found.values[wrong[0]].item()
        where = f" for sample {int(wrong[0]) + 1} of {len(found.values)}" if len(found.values) > 1 else ""
        raise UserError(
            "bad-metric",
            f"the metric '{found.name}' gives {value}{where}",
            note="what is compared with that says nothing",
            hint="look at what the model gives there: its outputs may be NaN or infinite",
        )
    return found


@contextlib.contextmanager
def _guarded(name: str, hint: str | None = None) -> Iterator[None]:
    """Inside, nothing is differentiated and random numbers are the same each time; what fails is a UserError."""
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        try:
            yield
        except Exception as error:
            if is_exhaustion(error):
                raise
            raise UserError(
                "bad-metric",
                f"the metric '{name}' fails",
                where=line_of(error),
                note=f"{type(error).__name__}: {reason(error)}",
                hint=hint,
            ) from error


@contextlib.contextmanager
def _modes_kept(model: Model) -> Iterator[None]:
    """Whatever runs inside leaves modules in the modes that they were in: loops end with ``model.train()``."""
    before = [(module, module.training) for module in model.modules()] if isinstance(model, nn.Module) else []
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


# -------------------------------------------------------------------- divergence


@dataclass(frozen=True, eq=False)
class Divergence(Metric):
    """How far a model's outputs are from the dense model's, sample by sample.

    - ``kl``: KL(dense || model) of the probabilities that logits stand for, in nats, mean over places;
    - ``agreement``: the share of places where the largest logit is the same;
    - ``cosine``: of the angle between both outputs at each place, mean over places and outputs;
    - ``relative``: the norm of the difference over that of the dense output, mean over outputs.

    Places of padding do not count.

    Attributes:
        dense: the model that is not pruned.
        data: held out.
        by: which of them is the figure; None for ``kl`` where an output looks like logits, else ``relative``.
        logits: which output is logits: its name or number; None for what looks like them, "" for none.
    """

    dense: Model
    data: Data
    by: Kind | None = None
    logits: str | int | None = None

    def measure(self, model: Model) -> Measured:
        found = self.measures(model)
        wanted = self.by or ("kl" if "kl" in found else "relative")
        if wanted not in found:
            raise UserError(
                "bad-metric",
                f"'{wanted}' needs logits, and no output of the model looks like them",
                note=f"its outputs are {', '.join(self._names) or 'no tensors'}",
                hint="say which one is: Divergence(dense, data, logits='name of the output')",
            )
        return found[wanted]

    def measures(self, model: Model) -> dict[Kind, Measured]:
        """All of them, from one run; ``kl`` and ``agreement`` only where there are logits.

        Raises:
            UserError: the model fails, or gives no numbers.
        """
        found: dict[Kind, list[Tensor]] = {}
        with _guarded("divergence"):
            for number, call in enumerate(self.data):
                for kind, values in self._of_batch(self._dense(number), outputs_of(model, call), call):
                    found.setdefault(kind, []).append(values)
        if not found:
            raise UserError(
                "bad-metric",
                "the model gives no tensor of numbers",
                note="how far it is from the dense one cannot be said",
                hint="pass a metric of your own: a function of a callable model",
            )
        return {kind: _checked(Measured(kind, torch.cat(x), better=BETTER[kind])) for kind, x in found.items()}

    def _of_batch(self, dense: Outputs, given: Outputs, call: Call) -> Iterator[tuple[Kind, Tensor]]:
        if dense.keys() != given.keys() or any(dense[x].shape != given[x].shape for x in dense):
            raise ValueError(f"its outputs are {_shapes(given)}, and the dense model's {_shapes(dense)}")
        many, kept = samples_of(call), self.data.rows_kept(call)
        pairs = [(_places(dense[x], many), _places(given[x], many)) for x in dense]
        masks = [_kept(a, kept) for a, _ in pairs]
        for kind, function in DISTANCES.items() if pairs else ():
            each = [_each(function, a, b, mask) for (a, b), mask in zip(pairs, masks, strict=True)]
            if len({len(x) for x in each}) > 1:  # some outputs are of the whole batch
                each = [x.mean().reshape(1) for x in each]
            yield kind, torch.stack(each).mean(dim=0)
        chosen = self._logits(dense, call)
        if chosen is not None:
            (a, b), mask = pairs[[*dense].index(chosen)], masks[[*dense].index(chosen)]
            yield "kl", _each(_kl, a, b, mask)
            yield "agreement", _each(_agreement, a, b, mask)

    def _logits(self, outputs: Outputs, call: Call) -> str | None:
        if self.logits is None:
            return next((name for name in outputs if _looks_like_logits(name, outputs, call)), None)
        if isinstance(self.logits, int):
            return [*outputs][self.logits]
        if self.logits and self.logits not in outputs:
            raise ValueError(f"there is no output '{self.logits}' among {', '.join(outputs)}")
        return self.logits or None

    def _dense(self, number: int) -> Outputs:
        held: dict[int, Outputs] = self._cache
        if number in held:
            return held[number]
        found = outputs_of(self.dense, self.data.batches[number])
        size = sum(x.numel() * x.element_size() for x in found.values())
        if size * len(self.data) <= HELD:
            held[number] = found
        return found

    @cached_property
    def _cache(self) -> dict[int, Outputs]:
        return {}

    @property
    def _names(self) -> Sequence[str]:
        with _guarded("divergence"):
            return [*self._dense(0)]


def outputs_of(model: Model, call: Call) -> Outputs:
    """Outputs that are floating-point numbers, by name; what only speeds up a next call is none."""
    args, kwargs = pytree.tree_map_only(Tensor, Tensor.clone, call)
    answer = model(*args, **kwargs)
    if isinstance(answer, Mapping):
        answer = {name: value for name, value in answer.items() if name != "past_key_values"}
    found = {}
    for path, value in leaves_by_path(answer):
        if isinstance(value, Tensor) and value.is_floating_point():
            found[re.sub(r"^\['?(\w+)'?\]$", r"\1", path) or "output"] = value
    return found


def _looks_like_logits(name: str, outputs: Outputs, call: Call) -> bool:
    own = None if re.fullmatch(r"output|\d+", name) else name
    return looks_like_logits(own, outputs[name], len(outputs) == 1, call)


def _shapes(outputs: Outputs) -> str:
    return ", ".join(f"{name} {tuple(x.shape)}" for name, x in outputs.items()) or "no tensors"


def _places(value: Tensor, samples: int) -> Tensor:
    """An output as (samples, places, numbers); as one sample where it is not of as many as the batch has.

    The numbers of a place are along the last axis, of pictures along that of channels.
    """
    if not value.ndim or len(value) != samples:
        value = value[None]
    if value.ndim > 3:
        value = value.movedim(1, -1)
    width = value.shape[-1] if value.ndim > 1 else 1
    return value.reshape(len(value), -1, max(width, 1))


def _kept(value: Tensor, kept: Tensor | None) -> Tensor | None:
    """The mask of padding, where an output has a place for each token."""
    return kept if kept is not None and kept.shape == value.shape[:2] else None


def _each(function: Callable[[Tensor, Tensor], Tensor], dense: Tensor, given: Tensor, kept: Tensor | None) -> Tensor:
    """A figure for each sample, float64: one at a time, since logits are large."""
    found = []
    for number, (a, b) in enumerate(zip(dense, given, strict=True)):
        places = slice(None) if kept is None or not bool(kept[number].any()) else kept[number]
        found.append(function(a[places].double(), b[places].double()))
    return torch.stack(found).cpu()


def _kl(dense: Tensor, given: Tensor) -> Tensor:
    a, b = dense.log_softmax(dim=-1), given.log_softmax(dim=-1)
    terms = torch.where(a == -torch.inf, 0, a.exp() * (a - b))
    return terms.sum(dim=-1).mean().clamp(min=0)


def _agreement(dense: Tensor, given: Tensor) -> Tensor:
    return (dense.argmax(dim=-1) == given.argmax(dim=-1)).double().mean()


def _cosine(dense: Tensor, given: Tensor) -> Tensor:
    lengths = dense.norm(dim=-1) * given.norm(dim=-1)
    same = (dense == given).all(dim=-1)
    return torch.where(same, 1, (dense * given).sum(dim=-1) / lengths.clamp(min=1e-300)).mean()


def _relative(dense: Tensor, given: Tensor) -> Tensor:
    difference, scale = (given - dense).norm(), dense.norm()
    return torch.where(difference == 0, 0, difference / scale.clamp(min=torch.finfo(torch.float32).tiny))


DISTANCES: dict[Kind, Callable[[Tensor, Tensor], Tensor]] = {"cosine": _cosine, "relative": _relative}


# -------------------------------------------------------------------- perplexity


@dataclass(frozen=True)
class Perplexity(Metric):
    """How well a language model foretells the next token: exp of the mean of -log p, over all tokens but the first.

    Attributes:
        data: texts as tokens, in the input ``input_ids`` or the first of integers with two dimensions.
    """

    data: Data

    def measure(self, model: Model) -> Measured:
        losses, tokens = list[Tensor](), list[int]()
        with _guarded("perplexity"):
            for call in self.data:
                ids, logits, kept = self._ids(call), _token_logits(outputs_of(model, call)), self.data.rows_kept(call)
                if logits is None or logits.shape[:2] != ids.shape:
                    raise ValueError(f"the model gives no logits for each of the tokens {tuple(ids.shape)}")
                for number, (row, scores) in enumerate(zip(ids, logits, strict=True)):
                    loss, many = _loss(row, scores, None if kept is None else kept[number])
                    losses, tokens = [*losses, loss], [*tokens, many]
        weights = torch.tensor(tokens, dtype=torch.float64)
        told = weights > 0  # a text of one token tells nothing
        if not bool(told.any()):
            raise UserError(
                "bad-metric", "there is no token to foretell", note="every text has one token", hint="give longer texts"
            )
        found = Measured("perplexity", torch.stack(losses)[told], weights[told], exponential=True, better="lower")
        return _checked(found)

    def _ids(self, call: Call) -> Tensor:
        inputs = [(name, x) for name, x in input_names(call, self.data.taker.positional) if isinstance(x, Tensor)]
        named = [x for name, x in inputs if name == "input_ids"]
        integers = [x for _, x in inputs if x.ndim == 2 and not x.is_floating_point() and x.dtype is not torch.bool]
        for ids in named + integers:
            return ids
        raise ValueError("no input is tokens: integers of two dimensions")


def _token_logits(outputs: Outputs) -> Tensor | None:
    named = [x for name, x in outputs.items() if "logits" in name]
    return next((x for x in [*named, *outputs.values()] if x.ndim == 3), None)


def _loss(ids: Tensor, logits: Tensor, kept: Tensor | None) -> tuple[Tensor, int]:
    """The mean of -log p over the tokens of a text that follow one, and how many they are."""
    follows = torch.ones_like(ids[1:], dtype=torch.bool) if kept is None else kept[1:] & kept[:-1]
    if not bool(follows.any()):
        return torch.zeros((), dtype=torch.float64), 0
    log_p = logits[:-1][follows].double().log_softmax(dim=-1)
    return -log_p.gather(1, ids[1:][follows][:, None]).mean().cpu(), int(follows.sum())
