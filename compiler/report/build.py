"""The report of a compile, made from its last state alone: it cannot tell of what was given up on the way."""

from __future__ import annotations

from dataclasses import replace

from .. import ranges
from ..ir.integers import in_floats, in_numbers
from ..ir.program import Program
from ..ir.size import numbers
from ..ir.source import file_of
from ..pipeline import without_masks
from ..races import Measured
from ..reference import Reference
from ..stages import State
from ..trials import Trial
from ..words import count
from .analysis import count_parameters, describe, operations
from .data import LayerRow, Report, Timed

TOGETHER = "but all such layers together do not make the model faster"


def report_of(state: State) -> Report:
    """What was found, done and refused."""
    original, result = state.original, in_numbers(state.shrunk or state.program)
    dense, left = without_masks(original), without_masks(result)  # where passes left them
    layers = describe(dense, left, state.refusals)
    for row in layers:
        row.removed_outputs = followed(row.outputs, state.names.gone_from((row.node, "out")))
        row.removed_inputs = followed(row.inputs, state.names.gone_from((row.node, "in")))
        _tell_kernels(row, state)
        if state.measured is not None:
            _tell_times(row, state.measured.layers.get(row.node), state.measured)
    refusals = [*state.refusals]
    refusals += [refusal for refusal in state.packing.refusals if refusal not in refusals]
    report = Report(
        model=original.name,
        target=str(state.target),
        layers=layers,
        parameters=(count_parameters(original), count_parameters(result)),
        flops=(operations(dense), operations(left)),
        refusals=refusals,
        removed=state.names.removed(),
        trials=[*state.trials],
        losses=[*state.losses],
        timings=state.timing.rows,
        predicted=state.target.predicts(state.program.device),
        layout=state.layout,
        larger=_larger(original, in_numbers(state.program)),
        eager=state.target.eager,
    )
    if state.measured is not None:
        _tell_times(report, state.measured.whole, state.measured)
    if state.verified is not None:
        report.error, report.samples = state.verified.error, state.verified.samples
        report.error_dtype = str(state.verified.dtype).removeprefix("torch.")
    if state.packing.rounds:
        report.quantized = state.packing.rounds
        report.quantized_error = Reference(original, count=1).error(state.program)
    report.notes += [
        *_missing(state),
        *original.notes,
        *_as_the_file(state.program),
        *_in_floats(state.program),
        *_notes(report, original),
        *ranges.told(state.program.assumptions.ranges),
        *([f"Left out with effort '{state.effort.name}': {state.effort.left_out}."] if state.effort.left_out else []),
    ]
    return report


def undone(report: Report, trial: Trial) -> Report:
    """The report of a model that is handed out as it came, once a trial of the whole result was lost."""
    layers = [
        replace(
            layer,
            outputs=(layer.outputs[0],) * 2,
            inputs=(layer.inputs[0],) * 2,
            flops=(layer.flops[0],) * 2,
            done=[],
            measured=None,
            by_model=None,
            removed_outputs=(),
            removed_inputs=(),
        )
        for layer in report.layers
    ]
    return replace(
        report,
        layers=layers,
        parameters=(report.parameters[0],) * 2,
        flops=(report.flops[0],) * 2,
        removed=[],
        trials=[trial],
        losses=[],
        measured=None,
        by_model=None,
        quantized=None,
        quantized_error=None,
        larger=None,
        layout=report.layout and replace(report.layout, kept=False),
    )


def _tell_times(row: Timed, seconds: tuple[float, float] | None, measured: Measured) -> None:
    """Seconds before and after; those of a model are not measured."""
    if measured.predicted:
        row.by_model = seconds
    else:
        row.measured = seconds


def _tell_kernels(row: LayerRow, state: State) -> None:
    """Which kernel a layer has, or why it has none."""
    packing = state.packing
    reasons = [refusal.reason for refusal in packing.refusals if refusal.node == row.node]
    row.refused += [reason for reason in reasons if reason not in row.refused]
    if row.node in packing.chosen:
        row.done.append(packing.chosen[row.node].reason)
    elif row.node in packing.dropped:
        row.refused.append(f"{packing.dropped[row.node].reason}, {TOGETHER}")


def followed(sizes: tuple[int, int], gone: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Which channel indices a layer lost, if as many are known to be gone as are."""
    before, after = sizes
    if after in (0, before):
        return tuple(range(before - after))
    return gone if gone is not None and len(gone) == before - after else None


def _missing(state: State) -> list[str]:
    """Why there are no sparse kernels on this machine, for any layer."""
    packing = state.packing
    if packing.device is not None:
        return [f"No sparse kernels: they run on CPUs, and the model is on '{packing.device}'."]
    return [f"{packing.missing[:1].upper()}{packing.missing[1:]}."] if packing.missing else []


def _as_the_file(program: Program) -> list[str]:
    """That a result is the file that it came from."""
    file = file_of(program)
    return [] if file is None else [f"What runs, and is written, is the graph of {file.name} as it came."]


def _in_floats(program: Program) -> list[str]:
    """That weights are no integers any more."""
    names = ", ".join(f"'{name}'" for name in in_floats(program))
    return [f"Held as floating-point numbers now, since these are no integers times scales: {names}."] if names else []


def _notes(report: Report, original: Program) -> list[str]:
    notes = []
    undone = any(trial.stage == "measure" and not trial.kept for trial in report.trials)
    if not (undone or report.changed_layers or report.removed or any(layer.done for layer in report.layers)):
        notes.append(_why_unchanged(report))
        if report.parameters[1] < report.parameters[0]:
            notes.append("Parameters are fewer since batch norms and operations on weights are folded.")
    if original.is_static():
        notes.append("All sizes are static: the model was captured for the example's batch size only.")
    return notes


def _why_unchanged(report: Report) -> str:
    zero = sum(layer.zero_outputs + layer.zero_inputs for layer in report.layers)
    if zero:
        return (
            f"Nothing was removed: {zero} zero filters and columns have to stay, for the reasons that the layers give."
        )
    sparse = [layer for layer in report.layers if layer.zeros > 0.3]
    if sparse:
        return (
            f"Nothing was removed: {count(len(sparse), 'layer')} with many zeros, but scattered; "
            "no filter or column is all zero."
        )
    return "Nothing was removed: the weights hold no zero filters or columns."


def _larger(original: Program, result: Program) -> tuple[int, int] | None:
    before, after = numbers(original), numbers(result)
    return (before, after) if after > before else None
