"""What a compile found, did and refused, layer by layer, with predicted and measured gain."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.table import Table

from ...codegen.onnx.files import atomically
from ...passes.analysis.names import Removed
from ..fallback import Failure
from ..ir.findings import Refusal
from ..paths import output_path
from ..trials import Loss, Trial
from ..words import count
from .decisions import decision
from .layout import LayoutReport

# Of what ``to_json`` writes: it grows when a reader of the one before would misread a report.
SCHEMA = 1


class Timed:
    """Something that was timed before and after, by the clock or by a model."""

    measured: tuple[float, float] | None
    by_model: tuple[float, float] | None

    @property
    def times(self) -> tuple[float, float] | None:
        """Seconds before and after: measured, or else those of a model."""
        return self.measured or self.by_model

    @property
    def measured_gain(self) -> float | None:
        """How many times faster it was measured to be; None where it was not measured, infinite where it is gone."""
        return _gain(self.measured)

    @property
    def by_model_gain(self) -> float | None:
        """How many times faster it is by a model of the target; None where none was asked, infinite where gone."""
        return _gain(self.by_model)

    @property
    def timed_gain(self) -> float | None:
        """Of ``times``."""
        return _gain(self.times)


@dataclass
class LayerRow(Timed):
    """One layer that holds a weight matrix.

    Attributes:
        name: name of its weight in the model.
        op: conv2d, linear, ...
        where: line of the model's source.
        zeros: share of the weight that is zero, before compiling.
        zero_outputs, zero_inputs: filters / input columns that hold only zeros, before compiling.
        outputs, inputs: channel counts before and after compiling (after is 0 where the layer is gone).
        flops: floating-point operations for the example inputs, before and after.
        done: what was done, as short phrases.
        refused: what was left undone, and why.
        measured: (before, after) seconds in PyTorch, where measured.
        by_model: the same by a model of the target, where that is not here.
        node: name of its node in the graph.
        noun: what an output is called.
        removed_outputs, removed_inputs: which are gone, in the numbering of the original. None where their order could
            not be followed, and for recurrent layers that lost some.
    """

    name: str
    op: str
    where: str | None
    zeros: float
    zero_outputs: int
    zero_inputs: int
    outputs: tuple[int, int]
    inputs: tuple[int, int]
    flops: tuple[int, int]
    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    measured: tuple[float, float] | None = None
    by_model: tuple[float, float] | None = None
    node: str = ""
    noun: str = "filter"
    removed_outputs: tuple[int, ...] | None = ()
    removed_inputs: tuple[int, ...] | None = ()

    @property
    def predicted_gain(self) -> float:
        """Speed-up if time went with operations; infinite where the layer is gone."""
        return self.flops[0] / self.flops[1] if self.flops[1] else float("inf")

    @property
    def shrinkage(self) -> list[str]:
        """How many outputs and inputs are gone, in words."""
        lost = ((before - after, noun) for (before, after), noun in ((self.outputs, self.noun), (self.inputs, "input")))
        return [f"{count(number, noun)} removed" for number, noun in lost if number]


@dataclass
class Report(Timed):
    """The whole story of one compile. ``print(report)`` shows it as a table; ``to_json`` and ``save_html`` keep it.

    Attributes:
        model, target: what was compiled, for what.
        layers: one entry for each layer with a weight matrix.
        parameters, flops: before and after. Zeros that a sparse kernel leaves out count as if it did not.
        refusals: everything that was left undone, with the reason.
        removed: what is gone in the model's words: heads, neurons, channels of the residual stream.
        error, error_dtype: largest relative difference between original and result (None: not verified).
        quantized, quantized_error: what weights were rounded to, as asked, and how far that puts the outputs off: the
            largest difference, relative to the output's largest magnitude. None if nothing was rounded.
        trials: what was measured, with the outcome.
        losses: what each lossy pass cost, as asked for: how far it puts the outputs off.
        timings: (pass, seconds, changed) in order.
        measured: (before, after) seconds of the whole model on the target, where measured.
        by_model: the same by a model of the target, where that is not here.
        larger: numbers that the model and the result hold, where the result holds more.
        notes: anything else worth knowing.
        failures: errors of the compiler's own, and what was left as it was for them.
        layout: the order of channels that was chosen, and how each reader gets its own.
        eager: whether the target is PyTorch eager, in which single layers are timed.
        predicted: whether nothing was measured, for want of the hardware: gains of ``trials`` are a model's, too.
    """

    model: str
    target: str
    layers: list[LayerRow]
    parameters: tuple[int, int]
    flops: tuple[int, int]
    refusals: list[Refusal] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    error: float | None = None
    error_dtype: str | None = None
    samples: int = 0
    quantized: str | None = None
    quantized_error: float | None = None
    trials: list[Trial] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    timings: list[tuple[str, float, bool]] = field(default_factory=list)
    measured: tuple[float, float] | None = None
    by_model: tuple[float, float] | None = None
    larger: tuple[int, int] | None = None
    notes: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    layout: LayoutReport | None = None
    eager: bool = True
    predicted: bool = False

    @property
    def verb(self) -> str:
        """How times came about: ``measured`` or ``predicted``."""
        return "predicted" if self.predicted else "measured"

    @property
    def timed(self) -> str:
        """The heading over times: those of a model are not measured."""
        return "by model" if self.predicted else "measured"

    @property
    def decisions(self) -> list[str]:
        """What was measured, with the outcome, in words."""
        return [text for trial in self.trials if (text := decision(trial, self.target, self.verb))]

    @property
    def remarks(self) -> list[str]:
        """The notes, and that the result is larger where it is."""
        if self.larger is None:
            return self.notes
        before, after = self.larger
        return [
            *self.notes,
            f"The result holds {after:,} numbers, the model {before:,}: what was {self.verb} faster needs them.",
        ]

    @property
    def seconds(self) -> float:
        """Time spent in passes."""
        return sum(seconds for _, seconds, _ in self.timings)

    @property
    def predicted_gain(self) -> float:
        """How many times fewer operations are left; infinite where none is."""
        return self.flops[0] / self.flops[1] if self.flops[1] else float("inf")

    @property
    def layers_timed(self) -> str | None:
        """What the times of single layers are; None where none was measured."""
        if all(layer.times is None for layer in self.layers):
            return None
        if self.predicted:
            return f"seconds of a model of {self.target}, nothing is measured"
        other = "" if self.eager else f", not on {self.target}"
        return f"each layer timed by itself in PyTorch eager{other}"

    @property
    def changed_layers(self) -> list[LayerRow]:
        """Those that lost outputs or inputs."""
        return [x for x in self.layers if x.outputs[0] != x.outputs[1] or x.inputs[0] != x.inputs[1]]

    def summary(self) -> str:
        """A few lines: size, operations, exactness, speed; then what was removed, in the model's words."""
        from .text import summary

        return summary(self)

    def table(self, *, everything: bool = False, removed: bool = False) -> Table:
        """A line for each layer: those that changed, or that something is to be said about; or all of them.

        Args:
            everything: all of them.
            removed: say which outputs and inputs are gone, in the numbering of the original.
        """
        from .text import table

        return table(self, everything=everything, removed=removed)

    def legend(self, *, everything: bool = False) -> Table:
        """What the letters in the table stand for: each thing that was done or refused once, with its number of layers.

        Args:
            everything: also those that are rare among many.
        """
        from .text import legend

        return legend(self, everything=everything)

    def why(self, layer: str) -> str:
        """Everything about one layer, or about all layers of one module.

        Args:
            layer: the name of its weight, with or without ``.weight``, or its end, or the name of a module.

        Raises:
            UserError: the model has no such layer.
        """
        from .text import why

        return why(self, layer)

    def __str__(self) -> str:
        from .text import as_text

        return as_text(self)

    def to_json(self, *, removed: bool = False) -> dict[str, Any]:
        """Everything, as plain numbers, strings, lists and dicts; ``from_json`` reads it.

        Args:
            removed: with which channels each layer lost (``removed_outputs``, ``removed_inputs``): long lists.
        """
        data: dict[str, Any] = {"schema": SCHEMA} | asdict(self)
        data["predicted_gain"] = _finite(self.predicted_gain)
        data["measured_gain"] = _finite(self.measured_gain)
        data["by_model_gain"] = _finite(self.by_model_gain)
        data["layers_timed"] = self.layers_timed
        data["decisions"] = self.decisions
        data["quantized_error"] = _finite(self.quantized_error)
        data["layout"] = self.layout and self.layout.to_json()
        for layer, row in zip(self.layers, data["layers"], strict=True):
            row["predicted_gain"] = _finite(layer.predicted_gain)
            row["measured_gain"] = _finite(layer.measured_gain)
            row["by_model_gain"] = _finite(layer.by_model_gain)
            for key in ("removed_outputs", "removed_inputs"):
                indices = row.pop(key)
                if removed:
                    row[key] = indices
        plain: dict[str, Any] = json.loads(json.dumps(data))  # no tuples, no enums
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """The report that ``to_json`` gave as ``data``; it prints the same.

        Args:
            data: a dict, as ``json.load`` reads it. Names that are not known are passed over.

        Raises:
            UserError: it is no report, is damaged, or has a schema of a newer sparsec.
        """
        from .reading import report_from

        return report_from(data)

    def save_json(self, path: str | os.PathLike[str], *, removed: bool = False) -> None:
        """Write ``to_json(removed=removed)`` to a file.

        Raises:
            UserError: the path cannot be written.
        """
        target = output_path(path)
        with atomically(target) as folder:
            (folder / target.name).write_text(json.dumps(self.to_json(removed=removed), indent=1) + "\n")

    def save_html(self, path: str | os.PathLike[str]) -> None:
        """Write one self-contained page with the table and plots.

        Raises:
            UserError: the path cannot be written.
        """
        from .html import save_html

        save_html(self, path)


def _gain(times: tuple[float, float] | None) -> float | None:
    if times is None:
        return None
    return times[0] / times[1] if times[1] else float("inf")


def _finite(number: float | None) -> float | None:
    return None if number is None or number == float("inf") else number
