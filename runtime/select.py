"""Which form of a weight computes a layer fastest: measured here, once, against the dense layer, and kept on disk.

Where the target's hardware is not here, a model of the target is asked instead, and the choice is called predicted.

A layer is known by what its time depends on: its sizes, how its zeros lie, what follows it, the target, the threads. A
form is taken only if it is faster than dense by a margin; otherwise the report says by how much it lost.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from ..codegen.formats import formats
from ..codegen.formats.alone import in_formats
from ..codegen.mlir import engine
from ..codegen.mlir.host import host
from ..codegen.operators import lowering
from ..compiler.errors import UserError
from ..compiler.ir.packing import Choice, Format, Means, Pattern, SparseLayer
from ..compiler.ir.program import Program
from ..compiler.ir.target import Target
from . import operators  # noqa: F401  (attaches the kernels)
from .cache import cache_folder
from .gains import Gains, Outcome
from .measure import interleave, unclear
from .profile import processor
from .targets import get

FORMAT_VERSION = 8
# A form has to be faster than dense by this share.
MARGIN_SHARE = 0.05
# A weight that keeps a larger share of its numbers has few zeros.
MANY_KEPT = 0.4


# How many times faster than "dense" each of the other programs of a layer is on a target.
Measure = Callable[[Mapping[str, Program], Target], dict[str, float]]


def gains_over_dense(programs: Mapping[str, Program], target: Target) -> dict[str, float]:
    """How many times faster than "dense" each of the other programs of a layer is, measured in turns.

    Where times scatter so far that it is not clear whether the fastest is worth taking, there is another look.
    """
    runs = target.layer_runners(programs)
    with torch.no_grad():
        times = interleave(runs, budget=0.2, rounds=(5, 40), warm_up=2, again=unclear("dense", MARGIN_SHARE))
    return Outcome.of(times, "dense")


@dataclass
class MeasuredKernels:
    """Sparse forms for this processor, on a target, chosen by measurement.

    Attributes:
        target: where the layers run, or its name.
        quantize: what weights may be rounded to, one of ``roundings()``; None: nothing rounds.
        measured: says how many times faster than dense forms are that nothing is known of.
        among_sparse: whether neighbours of layers are taken to be sparse, too: then it is the dense form that pays what
            the target hides (see ``Target.hidden_cost``).
        chosen: by node name, what was chosen for it.
        broken: why no kernel can be built, once one could not be.
    """

    target: str | Target
    quantize: str | None = None
    measured: Measure = gains_over_dense
    among_sparse: bool = False
    chosen: dict[str, Choice] = field(default_factory=dict)
    broken: str | None = None
    _predictions: dict[str, dict[str, _Predicted]] = field(default_factory=dict)

    def choose(self, layer: SparseLayer) -> Choice:
        """The fastest way to compute a layer."""
        if layer.weight.numel() == 0:
            return Choice(None, None, "the weight is empty")
        missing = self._missing()
        forms = self._forms(layer, native=not missing)
        if not forms:
            return Choice(None, None, missing or _why_none(layer.pattern))
        key = self._key(layer, [*forms])
        try:
            gains = self._gains(key, layer, forms)
        except UserError as error:
            if missing:
                raise
            self.broken = f"{error.message}: {error.note}"  # a linker that fails; groups of rows need none
            return self.choose(layer)
        best = max(forms, key=lambda name: gains[name])
        words, remark = forms[best].words, self._predictions.get(key, {}).get(best)
        least, among_sparse = self._least(layer)
        if gains[best] < (among_sparse if self.among_sparse else least):
            verb = "is" if remark is None else "is predicted to be"
            reason = f"the best sparse kernel, {words}, {verb} {gains[best]:.2f}x as fast as dense"
            if gains[best] >= 1 + MARGIN_SHARE:
                reason += f", which {self._target.hidden_cost(layer)[1]} would cost"
            reason = f"{reason}; {missing}" if missing else reason
            return Choice(None, gains[best], reason, among_sparse=gains[best] >= among_sparse)
        if remark is not None:
            behind = " with what follows it" if layer.residual or layer.activation or layer.gate else ""
            told = f"{words}, predicted {gains[best]:.2f}x dense{behind}{remark.words}"
            return Choice(forms[best], gains[best], told)
        told = f"{words}, measured {gains[best]:.2f}x dense"
        if gains[best] < 1 + MARGIN_SHARE:
            told += f", without {self._target.hidden_cost(layer)[1]}"
        return Choice(forms[best], gains[best], told)

    def _gains(self, key: str, layer: SparseLayer, forms: Mapping[str, Format]) -> dict[str, float]:
        """How many times faster than the dense layer each form is: known, or predicted, or measured now."""
        if key in self._predictions:
            return {name: found.gain for name, found in self._predictions[key].items()}
        known = self._cache.known(key, [*forms])
        if known is not None:
            return known
        programs = in_formats(layer, forms)
        predicted = _predict(programs, self._target)
        if predicted is not None:
            self._predictions[key] = predicted
            return self._gains(key, layer, forms)
        found = self._cache.note(key, self.measured(programs, self._target))
        self._cache.save()
        return found

    @functools.cached_property
    def _target(self) -> Target:
        return get(self.target)

    @functools.cached_property
    def _cache(self) -> Gains:
        return Gains.load(cache_file())

    def _least(self, layer: SparseLayer) -> tuple[float, float]:
        """How many times faster than dense a form has to be, timed alone: anywhere, and among sparse neighbours."""
        hidden = self._target.hidden_cost(layer)[0]
        return 1 + max(MARGIN_SHARE, hidden), 1 + MARGIN_SHARE - hidden

    def _missing(self) -> str | None:
        """What this machine lacks."""
        return self.broken or self._target.missing()

    def _forms(self, layer: SparseLayer, native: bool) -> dict[str, Format]:
        """What is worth a measurement, with kernels of ours or without; nothing rounds unasked."""
        means = Means(self.quantize)
        found: dict[str, Format] = {}
        for kind in self._formats:
            if not runs_on(kind, self._target, native) or (layer.bytes is not None and not kind.for_bytes):
                continue
            for name, form in kind.candidates(layer, means).items():
                if name in found:
                    raise UserError("bad-option", f"two formats, '{kind.__name__}' and another, offer '{name}'")
                if self.quantize or not form.lossy:
                    found[name] = form
        return found

    @functools.cached_property
    def _formats(self) -> list[type[Format]]:
        return formats()

    def _key(self, layer: SparseLayer, forms: list[str]) -> str:
        rows, columns = layer.shape
        window = layer.window and f" {layer.images} {layer.window.words}"
        dtype = "" if layer.weight.dtype is torch.float32 else f" {str(layer.weight.dtype).removeprefix('torch.')}"
        ends = (name for name in ("bias", "residual", "gate") if getattr(layer, name))
        follows = " ".join([*ends, layer.activation]).strip()
        threads = f"{torch.get_num_threads()} threads"
        on = f"{self._target} {self._target.version()}"
        size = f"{rows}x{columns}x{layer.tokens}{window or ''}{dtype}"
        held = "" if layer.bytes is None else f" {layer.bytes.words}"
        return f"{on} {threads} {size}{held} {layer.pattern.key} {follows} {', '.join(forms)}"


def kernels_for(
    target: str | Target,
    quantize: str | None = None,
    measured: Measure = gains_over_dense,
    among_sparse: bool = False,
) -> MeasuredKernels | None:
    """The sparse kernels of a target; None for one that has none."""
    return MeasuredKernels(target, quantize, measured, among_sparse) if get(target).kernels else None


def roundings() -> list[str]:
    """What weights may be rounded to, by some format."""
    return [name for kind in formats() for name in kind.roundings]


def check_quantize(quantize: str | None, kernels: bool = True, target: str | Target | None = None) -> None:
    """Refuse what weights cannot be rounded to.

    Args:
        quantize: what they are to be rounded to; None for nothing.
        kernels: whether sparse kernels are allowed.
        target: where the layers run, or its name; None for any.

    Raises:
        UserError: nothing rounds weights to that, or no kernel may, or none of the target does.
    """
    if quantize is not None and quantize not in roundings():
        raise UserError(
            "bad-option",
            f"weights cannot be rounded to '{quantize}'",
            hint=f"quantize is one of {', '.join(roundings())}, or None",
        )
    if quantize and not kernels:
        raise UserError(
            "bad-option",
            f"sparse kernels are switched off, and nothing else rounds weights to {quantize}",
            hint="leave out quantize, or allow kernels",
        )
    on = None if target is None or quantize is None else get(target)
    if on is not None and not any(quantize in kind.roundings and runs_on(kind, on) for kind in formats()):
        raise UserError(
            "bad-option",
            f"no kernel rounds weights to {quantize} on target '{on}'",
            hint="leave out quantize, or compile for another target",
        )


def runs_on(kind: type[Format], target: Target, native: bool = True) -> bool:
    """Whether a format may compete on a target: each of its operators needs a kernel.

    Args:
        kind: the format.
        target: where it would run.
        native: whether kernels of ours can be built.
    """
    lowered = (lowering(operator, target.lowers) is not None for operator in kind.operators)
    return target.kernels and all(native and one for one in lowered)


def _why_none(pattern: Pattern) -> str:
    """Why no form of a weight is worth a measurement."""
    return "too few zeros for any kernel" if pattern.density > MANY_KEPT else "there is no kernel for zeros that lie so"


@dataclass(frozen=True)
class _Predicted:
    """What a model of a target says of a form: how many times faster than dense it is, and more in words."""

    gain: float
    words: str


def _predict(programs: Mapping[str, Program], target: Target) -> dict[str, _Predicted] | None:
    """How many times faster than "dense" the programs of a layer are by the target's model; None where it has none."""
    seconds = {name: target.predicted(program) for name, program in programs.items()}
    totals = {name: sum(found.values()) for name, found in seconds.items() if found is not None}
    if len(totals) < len(seconds):
        return None
    dense = totals.pop("dense")
    return {name: _Predicted(dense / total, target.remark(programs[name], dense)) for name, total in totals.items()}


def cache_file(what: str = "kernels") -> Path:
    """Where this machine's measurements lie: of kernels, or of whole programs (races)."""
    compiler = importlib.metadata.version("torch-mlir") if engine.available() else ""
    text = "|".join([processor(), str(host()), importlib.metadata.version("torch"), compiler, str(FORMAT_VERSION)])
    return cache_folder() / f"{what}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
