"""What a compile found, did and refused, layer by layer, with predicted and measured gain."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table
from rich.text import Text
from torch import fx

from ..codegen.onnx.files import atomically
from ..passes.analysis.names import Removed
from ..passes.base import Refusal
from ..passes.rules.base import argument
from ..passes.rules.contraction import Contraction, canonical, reads_of
from ..passes.rules.table import rule_of
from .fallback import Failure
from .ir.program import Program, attribute, module_path, source_line
from .report_layout import LayoutReport
from .report_recurrent import Extent, recurrent_layers


@dataclass
class Layer:
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
    node: str = ""
    noun: str = "filter"
    removed_outputs: tuple[int, ...] | None = ()
    removed_inputs: tuple[int, ...] | None = ()

    @property
    def predicted_gain(self) -> float:
        """Speed-up if time went with operations; infinite where the layer is gone."""
        return self.flops[0] / self.flops[1] if self.flops[1] else float("inf")

    @property
    def measured_gain(self) -> float | None:
        if self.measured is None:
            return None
        return self.measured[0] / self.measured[1] if self.measured[1] else float("inf")


@dataclass
class Report:
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
        decisions: rewrites that were measured, with the outcome.
        timings: (pass, seconds, changed) in order.
        measured: (before, after) seconds of the whole model on the target, where measured.
        notes: anything else worth knowing.
        failures: errors of the compiler's own, and what was left as it was for them.
        layout: the order of channels that was chosen, and how each reader gets its own.
    """

    model: str
    target: str
    layers: list[Layer]
    parameters: tuple[int, int]
    flops: tuple[int, int]
    refusals: list[Refusal] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    error: float | None = None
    error_dtype: str | None = None
    samples: int = 0
    quantized: str | None = None
    quantized_error: float | None = None
    decisions: list[str] = field(default_factory=list)
    timings: list[tuple[str, float, bool]] = field(default_factory=list)
    measured: tuple[float, float] | None = None
    notes: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    layout: LayoutReport | None = None

    @property
    def seconds(self) -> float:
        """Time spent in passes."""
        return sum(seconds for _, seconds, _ in self.timings)

    @property
    def predicted_gain(self) -> float:
        return self.flops[0] / self.flops[1] if self.flops[1] else float("inf")

    @property
    def measured_gain(self) -> float | None:
        return self.measured[0] / self.measured[1] if self.measured and self.measured[1] else None

    @property
    def layers_timed(self) -> str | None:
        """What the times of single layers are; None where none was measured."""
        if all(layer.measured is None for layer in self.layers):
            return None
        other = f", not on {self.target}" if self.target != "cpu" else ""
        return f"each layer timed by itself in PyTorch eager{other}"

    @property
    def changed_layers(self) -> list[Layer]:
        return [x for x in self.layers if x.outputs[0] != x.outputs[1] or x.inputs[0] != x.inputs[1]]

    def undo(self, reason: str) -> None:
        """Say of the original, which is handed out instead, what is so: that nothing was removed, rounded or kept."""
        for layer in self.layers:
            layer.outputs, layer.inputs, layer.flops = (
                (pair[0], pair[0]) for pair in (layer.outputs, layer.inputs, layer.flops)
            )
            layer.done, layer.measured = [], None
            layer.removed_outputs = layer.removed_inputs = ()
        self.parameters, self.flops = (self.parameters[0],) * 2, (self.flops[0],) * 2
        self.removed, self.decisions = [], [reason]
        self.measured = self.quantized = self.quantized_error = None
        if self.layout is not None:
            self.layout.kept = False

    def summary(self) -> str:
        """A few lines: size, operations, exactness, speed; then what was removed, in the model's words."""
        fewer = f" ({_ratio(self.predicted_gain)} fewer)" if 0 < self.flops[1] != self.flops[0] else ""
        lines = [
            f"{self.model} for {self.target}: {len(self.changed_layers)} of {len(self.layers)} layers shrank; "
            f"parameters {_amount(self.parameters[0])} -> {_amount(self.parameters[1])}, "
            f"operations {_amount(self.flops[0])} -> {_amount(self.flops[1])}{fewer}."
        ]
        if self.error is None:
            lines.append("Not verified.")
        else:
            lines.append(
                f"Verified on {self.samples} input sets in {self.error_dtype}: largest difference {self.error:.1e} "
                "of the output's scale."
            )
        if self.quantized_error is not None:
            lines.append(
                f"Weights of sparse kernels are rounded to {self.quantized}, as asked: the outputs are off by "
                f"{self.quantized_error:.1e} of their scale."
            )
        if self.measured_gain is not None:
            lines.append(f"Measured on {self.target}: {_ratio(self.measured_gain)} the dense model's speed.")
        failed = [f"Left as it was because of an error of sparsec's own: {failure}." for failure in self.failures]
        words = in_words(self.removed)
        more = [f"... and at {count(len(words) - PLACES, 'more place')}."] if len(words) > PLACES else []
        return "\n".join([*lines, *failed, *self.decisions, *self.notes, *words[:PLACES], *more])

    def table(self, *, everything: bool = False, removed: bool = False) -> Table:
        """Layers as a rich table: those that changed, or that something is to be said about; or all of them.

        Args:
            removed: say which outputs and inputs are gone, in the numbering of the original.
        """
        table = Table(title=None, show_lines=False, pad_edge=False, caption_justify="left")
        if self.layers_timed:
            table.caption = Text(f"measured: {self.layers_timed}")
        for title, align in (
            ("layer", "left"),
            ("op", "left"),
            ("zeros", "right"),
            ("outputs", "right"),
            ("inputs", "right"),
            ("predicted", "right"),
            ("measured", "right"),
            ("found, done, refused", "left"),
            *((("removed outputs", "left"), ("removed inputs", "left")) if removed else ()),
        ):
            table.add_column(title, justify=align, overflow="fold")
        for layer in self.layers:
            said = layer.done or layer.refused or layer.zero_outputs or layer.zero_inputs
            if everything or said or layer in self.changed_layers:
                cells = _cells(layer) + (_positions(layer) if removed else [])
                table.add_row(*map(Text, cells))  # as it is: no markup
        return table

    def __str__(self) -> str:
        console = Console(width=140, record=True, file=io.StringIO())
        console.print(self.summary(), highlight=False, markup=False, soft_wrap=True)
        table = self.table()
        if table.row_count:
            console.print(table)
        hidden = len(self.layers) - table.row_count
        if hidden:
            console.print(f"{hidden} layers without zero channels are unchanged.", highlight=False)
        return console.export_text(styles=False).rstrip()

    def to_json(self, *, removed: bool = False) -> dict[str, Any]:
        """Everything, as plain numbers, strings, lists and dicts.

        Args:
            removed: with the positions that each layer lost (``removed_outputs``, ``removed_inputs``): long lists.
        """
        data = asdict(self)
        data["predicted_gain"] = _finite(self.predicted_gain)
        data["measured_gain"] = self.measured_gain
        data["layers_timed"] = self.layers_timed
        data["quantized_error"] = _finite(self.quantized_error)
        data["layout"] = self.layout and self.layout.to_json()
        for layer, row in zip(self.layers, data["layers"], strict=True):
            row["predicted_gain"] = _finite(layer.predicted_gain)
            row["measured_gain"] = _finite(layer.measured_gain)
            for key in ("removed_outputs", "removed_inputs"):
                positions = row.pop(key)
                if removed:
                    row[key] = None if positions is None else [*positions]
        return data

    def save_json(self, path: str | os.PathLike[str], *, removed: bool = False) -> None:
        """Write ``to_json(removed=removed)`` to a file.

        Raises:
            UserError: the path cannot be written.
        """
        target = Path(path)
        with atomically(target) as folder:
            (folder / target.name).write_text(json.dumps(self.to_json(removed=removed), indent=1) + "\n")

    def save_html(self, path: str | os.PathLike[str]) -> None:
        """Write one self-contained page with the table and plots.

        Raises:
            UserError: the path cannot be written.
        """
        from .report_html import save_html

        save_html(self, path)


def _finite(number: float | None) -> float | None:
    return None if number is None or number == float("inf") else number


def _cells(layer: Layer) -> list[str]:
    gone = layer.outputs[1] == 0
    found = []
    if layer.zero_outputs:
        found.append(count(layer.zero_outputs, f"zero {layer.noun}"))
    if layer.zero_inputs:
        found.append(count(layer.zero_inputs, "zero column"))
    story = "; ".join([*found, *layer.done, *(f"refused: {reason}" for reason in layer.refused)])
    return [
        layer.name,
        layer.op,
        f"{layer.zeros:.0%}",
        "gone" if gone else _change(layer.outputs),
        "gone" if gone else _change(layer.inputs),
        "gone" if gone else _ratio(layer.predicted_gain),
        "" if layer.measured_gain is None or gone else _ratio(layer.measured_gain),
        story,
    ]


def _positions(layer: Layer) -> list[str]:
    return [
        "not followed" if positions is None else "all" if left == 0 else ", ".join(_runs(positions))
        for positions, left in (
            (layer.removed_outputs, layer.outputs[1]),
            (layer.removed_inputs, layer.inputs[1]),
        )
    ]


def count(number: int, noun: str) -> str:
    """``1 filter``, ``2 filters``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _change(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} -> {pair[1]}"


def _ratio(number: float) -> str:
    return "gone" if number == float("inf") else f"{number:.2f}x"


def _amount(number: int) -> str:
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:.2f} {letter}"
    return str(number)


# -------------------------------------------------------------------- what was removed, in words

PLACES, POSITIONS = 40, 8  # so many lines in a summary, and so many positions in a line
WITHIN = ("kv group", "feature")  # not worth a word where all of them are gone


def in_words(removed: Sequence[Removed], positions: int = POSITIONS) -> list[str]:
    """A line for each place: ``encoder.layer.3.attention: heads 1, 5 of 12 removed``."""
    places: dict[str, list[Removed]] = {}
    for row in worth_a_word(removed):
        places.setdefault(place_of(row), []).append(row)
    lines = []
    for place, rows in places.items():
        *first, last = [phrase(row, positions) for row in rows]
        words = "; ".join([*(what + which for what, which in first), f"{last[0]} removed{last[1]}"])
        lines.append(f"{place}: {words}" if place else words)
    return lines


def worth_a_word(removed: Sequence[Removed]) -> list[Removed]:
    """What the table of layers does not say as well: it counts channels of convolutions, and layers that are gone."""
    return [x for x in removed if x.kind != "channel" and (x.kind not in WITHIN or len(x.positions) < x.size)]


def place_of(row: Removed) -> str:
    """Where something was removed."""
    return f"{row.path} residual stream".lstrip() if row.kind == "residual channel" else row.path


def phrase(row: Removed, limit: int = POSITIONS) -> tuple[str, str]:
    """What was removed, and a list of it where that is long: ``("14 of 48 neurons", " (3, 7, 9, ...)")``."""
    noun, count = row.kind.removeprefix("residual "), len(row.positions)
    if count == row.size:
        return (f"all {row.size} {noun}s" if count > 1 else f"the only {noun}"), ""
    runs = _runs(row.positions)
    if len(runs) > limit:
        return f"{count} of {row.size} {noun}s", f" ({', '.join(runs[:limit])}, ...)"
    return f"{noun}{'' if count == 1 else 's'} {', '.join(runs)} of {row.size}", ""


def _runs(positions: Sequence[int]) -> list[str]:
    """``[1, 3, 4, 5]`` as ``["1", "3-5"]``."""
    runs: list[list[int]] = []
    for position in positions:
        if runs and position == runs[-1][-1] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    return [text for run in runs for text in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run))]


# -------------------------------------------------------------------- what a program holds


def layers_of(program: Program) -> list[fx.Node]:
    """Nodes that multiply by a weight matrix."""
    return [n for n in program.nodes() if isinstance(rule_of(n), Contraction) and program.weight(n.args[1]) is not None]


def flops_of(node: fx.Node, program: Program) -> int:
    """Floating-point operations of a layer for the example inputs (a multiplication and an addition count two)."""
    _, outputs, inputs, taps = canonical(node, program).shape
    value = node.args[0] if "transpose" in str(node.target) else node
    elements = 1
    for size in value.meta["val"].shape:  # type: ignore[union-attr]
        elements *= program.example_size(size)
    return 2 * elements * (outputs if value is not node else inputs) * taps


def count_parameters(program: Program) -> int:
    """Numbers held in parameters that the graph reads (running statistics and bias maps are buffers)."""
    held = (attribute(program.module, name) for name in program.weights())
    return sum(weight.numel() for weight in held if isinstance(weight, torch.nn.Parameter))


def describe(before: Program, after: Program, refusals: list[Refusal]) -> list[Layer]:
    """One Layer for each layer of the original program, matched to what is left of it by node name."""
    left = {node.name: node for node in layers_of(after)}
    rows = []
    for node in layers_of(before):
        weight = before.weight(node.args[1])
        assert weight is not None
        reads = reads_of(node, before)
        groups, outputs, inputs = reads.shape
        row = Layer(
            name=str(node.args[1].target),  # type: ignore[union-attr]
            node=node.name,
            op=str(node.target).split(".")[1],
            where=source_line(node),
            zeros=1.0 - int(torch.count_nonzero(weight)) / max(1, weight.numel()),
            zero_outputs=int((~reads.any(axis=2)).sum()),
            zero_inputs=int((~reads.any(axis=1)).sum()),
            outputs=(groups * outputs, 0),
            inputs=(groups * inputs, 0),
            flops=(flops_of(node, before), 0),
            refused=_reasons(node, refusals),
        )
        other = left.get(node.name)
        if other is None:
            _tell(row)
        else:
            _compare(row, node, other, before, after)
        rows.append(row)
    return rows + _recurrent(before, after, refusals)


def _recurrent(before: Program, after: Program, refusals: list[Refusal]) -> list[Layer]:
    """One Layer for each recurrent op, all of its layers and directions together."""
    left, rows = recurrent_layers(after), []
    for name, (node, old) in recurrent_layers(before).items():
        new = left[name][1] if name in left else Extent()
        row = Layer(
            name=old.path or name,
            node=name,
            op=str(node.target).split(".")[1],
            where=source_line(node),
            zeros=old.zeros,
            zero_outputs=old.zero_units,
            zero_inputs=old.zero_inputs,
            outputs=(old.units, new.units),
            inputs=(old.inputs, new.inputs),
            flops=(old.flops, new.flops),
            refused=_reasons(node, refusals),
            noun="unit",
        )
        _tell(row)
        rows.append(row)
    return rows


def operations(program: Program) -> int:
    """Floating-point operations of all layers for the example inputs."""
    recurrent = sum(extent.flops for _, extent in recurrent_layers(program).values())
    return recurrent + sum(flops_of(node, program) for node in layers_of(program))


def _tell(row: Layer) -> None:
    """Say how many outputs and inputs are gone."""
    removed_out, removed_in = row.outputs[0] - row.outputs[1], row.inputs[0] - row.inputs[1]
    if not row.outputs[1]:
        row.done.append("removed: its result is constant or nobody reads it")
        return
    if removed_out:
        row.done.append(f"{count(removed_out, row.noun)} removed")
    if removed_in:
        row.done.append(f"{count(removed_in, 'input')} removed")


def _compare(row: Layer, node: fx.Node, other: fx.Node, before: Program, after: Program) -> None:
    groups, outputs, inputs = reads_of(other, after).shape
    row.outputs = (row.outputs[0], groups * outputs)
    row.inputs = (row.inputs[0], groups * inputs)
    row.flops = (row.flops[0], flops_of(other, after))
    _tell(row)
    if any(user.target is torch.ops.aten.add.Tensor and "bias_map" in str(user.args) for user in other.users):
        row.done.append("bias map added")
    old, new = argument(node, "bias"), argument(other, "bias")
    if old is None and new is not None:
        row.done.append("bias added")


def _reasons(node: fx.Node, refusals: list[Refusal]) -> list[str]:
    path = module_path(node)
    mine = [r for r in refusals if r.node == node.name or (path and r.path == path and r.pass_name == "axes")]
    return list(dict.fromkeys(r.reason for r in mine))
