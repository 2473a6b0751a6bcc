"""``torch.compile(model, backend="sparse")``: the Dynamo entry to the same pipeline.

A raw Dynamo backend sees the real parameters among its inputs. They are bound as weights, the rest is captured with
its symbolic sizes, compiled, and called without them. Weights that change later are noticed, and compiled again. What
cannot be compiled runs as PyTorch would run it, with a warning that says why (see ``compiled_graph``): a mistake of
ours costs speed, and nothing else.
"""

from __future__ import annotations

import functools
import math
import warnings
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from ..passes.layout.solve import check_layout
from ..runtime import targets
from ..runtime.select import check_quantize
from ..runtime.watch import TIME_SHARE, WeightWatch
from . import races
from .compiled_graph import Build, CompiledGraph, Roles, Settings, why
from .driver import compile_program
from .dynamo_graph import DynamoGraph, free_numbers
from .effort import effort_of
from .errors import FallbackWarning, UserError, is_exhaustion
from .in_place import own_outputs, write_in_place
from .ir.autocast import DEVICES
from .ir.program import hint
from .ir.target import Target
from .module_numbers import KnownNumbers, numbers_of
from .report.build import undone
from .trials import Trial

# Dynamo breaks the graph at LSTM, GRU and RNN unless told otherwise, before it asks a backend.
torch._dynamo.config.allow_rnn = True

OPTIONS: dict[str, Any] = {
    "target": "cpu",
    "verify": True,
    "weights": "watch",
    "layout": "optimised",
    "kernels": True,
    "quantize": None,
    "effort": "default",
    "strict": False,
}
# Options of ``sparsec.prune`` that somebody may try here.
OF_PRUNING = frozenset({"recipe", "data", "sparsity", "pattern", "units", "budget", "importance", "passes"})
# How weights are watched, and the share of the time of calls that reading them may take.
SHARES = {"watch": TIME_SHARE, "content": math.inf, "version": 0.0, "error": math.inf}
WATCHES = (*SHARES, "frozen")
# Codes of what nobody wants to have left to PyTorch.
MISTAKES = ("unknown-option", "bad-option", "missing-device")
NO_WEIGHTS = "the graph holds no weights"
# What was said, and is not said again until ``torch.compiler.reset()``: most models have many graphs without weights.
TOLD: set[str] = set()
# How often a graph is compiled while its weights are being written.
TRIES = 3
REPORTS: deque[Any] = deque(maxlen=1024)
LIVE: weakref.WeakSet[CompiledGraph] = weakref.WeakSet()


class _HandedOn(torch._dynamo.exc.ShortenTraceback, UserError):
    """A UserError that Dynamo hands on; what it does not know it wraps in one of its own."""

    first_useful_frame = None
    __init__ = UserError.__init__


# Whoever sees it has made a mistake like any other.
_HandedOn.__name__, _HandedOn.__qualname__, _HandedOn.__module__ = "UserError", "UserError", UserError.__module__


def sparse(
    module: fx.GraphModule, inputs: Sequence[Any], *, options: Mapping[str, Any] | None = None, **unknown: Any
) -> Callable[..., Any]:
    """The backend that ``torch.compile(backend="sparse")`` calls, once per graph.

    Args:
        module: the graph that Dynamo captured.
        inputs: its example inputs, parameters among them.
        options: ``target`` ("cpu", "inductor", or another that runs in PyTorch), ``verify`` (bool), ``layout``,
            ``kernels``, ``quantize`` (see ``sparsec.compile``); ``weights``, which says how changes of weights are
            noticed, to be compiled in again: "watch" (what PyTorch counts at once, writes around its counters such as
            through ``.data`` after some calls, see ``sparsec.runtime.watch``), "content" (everything at once, which
            reads all weights at each call), "version" (only what PyTorch counts), "error" (everything at once, and is
            an error), "frozen" (never); ``strict``: raise where the compiler fails, instead of leaving the graph to
            PyTorch.

    Raises:
        UserError: an unknown option or value, or a card that is not here.
    """
    try:
        return _sparse(module, inputs, options, unknown)
    except UserError as error:
        told = {"where": error.where, "note": error.note, "hint": error.hint}
        raise _HandedOn(error.code, error.message, **told).with_traceback(error.__traceback__) from error.__cause__


def _sparse(
    module: fx.GraphModule, inputs: Sequence[Any], options: Mapping[str, Any] | None, unknown: Mapping[str, Any]
) -> Callable[..., Any]:
    settings = _settings(options, unknown)
    try:
        places = numbers_of(module)
        if places:
            graph = KnownNumbers(module, places, functools.partial(sparse, options=options, **unknown))
            graph.graph(inputs)  # what is wrong is said now
            return graph
        reason = why_not(module, inputs)
        if reason is None:
            return _compiled(module, inputs, settings)
    except Exception as error:
        users = isinstance(error, UserError) and error.code in MISTAKES
        if users or settings["strict"] or is_exhaustion(error):
            raise
        reason = why(error)
    return _fall_back(module, reason)


sparse.reset = TOLD.clear  # type: ignore[attr-defined]  # PyTorch calls it


def last_reports() -> list[Any]:
    """Reports of the graphs that this backend compiled last, 1024 at most, oldest first."""
    return [*REPORTS]


def check_weights() -> int:
    """Read all weights of the graphs that this backend has compiled, now; those that changed are compiled again.

    For writes that PyTorch does not count, such as through ``.data`` or NumPy: without this they are noticed after
    some calls (``weights="watch"``), or never (``weights="version"``).

    Returns:
        The number of graphs whose weights changed.
    """
    return sum(graph.check() for graph in [*LIVE])


def _settings(options: Mapping[str, Any] | None, unknown: Mapping[str, Any]) -> dict[str, Any]:
    given = {**(options or {}), **{key: value for key, value in unknown.items() if key != "mode" or value}}
    for key in given:
        if key not in OPTIONS:
            prunes = "prune first: torch.compile(sparsec.prune(model, data, sparsity=0.5).model, backend='sparse')"
            raise UserError(
                "unknown-option",
                f"backend 'sparse' has no option '{key}'",
                note="a graph of Dynamo's may be a part of the model, and calls of the model are none of it"
                if key in OF_PRUNING
                else None,
                hint=prunes if key in OF_PRUNING else f"options: {', '.join(OPTIONS)}",
            )
    settings = {**OPTIONS, **given}
    settings["target"] = target = targets.get(settings["target"])
    check_layout(settings["layout"])
    effort_of(settings["effort"])
    check_quantize(settings["quantize"], settings["kernels"])
    if not target.in_torch:
        others = " or ".join(f"'{name}'" for name in targets.names() if targets.get(name).in_torch)
        raise UserError(
            "bad-option",
            f"torch.compile runs in PyTorch, not in {target.title}",
            hint=f"use target {others} here, or sparsec.compile(...).export_onnx(path)",
        )
    if settings["weights"] not in WATCHES:
        raise UserError("bad-option", f"option 'weights' is one of {', '.join(WATCHES)}, not '{settings['weights']}'")
    for name in ("verify", "kernels", "strict"):
        if not isinstance(settings[name], bool):
            raise UserError("bad-option", f"option '{name}' is True or False, not '{settings[name]}'")
    return settings


def why_not(module: fx.GraphModule, inputs: Sequence[Any]) -> str | None:
    """Why a graph has to be left to PyTorch; None if it can be compiled."""
    if torch.is_grad_enabled() and any(isinstance(x, Tensor) and x.requires_grad for x in inputs):
        return "gradients are enabled and a weight or input requires them; call the model under torch.no_grad()"
    for node in module.graph.nodes:
        if _trains(node):
            return f"'{node.name}' runs in training mode; call model.eval() first"
    if not any(isinstance(x, Tensor) and x.is_floating_point() and is_weight(n) for x, n in _pairs(module, inputs)):
        return NO_WEIGHTS
    if any(isinstance(x, Tensor) and x.numel() == 0 for x in inputs):
        return "an input is empty, so that there is nothing to compute"
    return None


DROPOUTS = frozenset(
    {
        F.dropout,
        F.dropout1d,
        F.dropout2d,
        F.dropout3d,
        F.alpha_dropout,
        F.feature_alpha_dropout,
        torch.dropout,
        torch.alpha_dropout,
        torch.feature_alpha_dropout,
    }
)


def _trains(node: fx.Node) -> bool:
    if node.target in DROPOUTS:
        training = node.args[2] if len(node.args) > 2 else node.kwargs.get("training", True)
        return bool(training) and node.args[1:2] != (0.0,)
    if node.target in (F.batch_norm, torch.batch_norm):
        at = 3 if node.target is torch.batch_norm else 1  # without running statistics it is the same in eval mode
        running = node.args[at] if len(node.args) > at else node.kwargs.get("running_mean")
        return running is not None and bool(node.args[5] if len(node.args) > 5 else node.kwargs.get("training", False))
    return False


def _pairs(module: fx.GraphModule, inputs: Sequence[Any]) -> list[tuple[Any, fx.Node]]:
    placeholders = [n for n in module.graph.nodes if n.op == "placeholder"]
    return list(zip(inputs, placeholders, strict=True))


def is_weight(node: fx.Node, *, owned: bool = False) -> bool:
    """Whether a placeholder of a Dynamo graph stands for a parameter, or for a buffer of a module.

    Args:
        node: the placeholder.
        owned: whether parameters count only if they are a module's.
    """
    argument = node.meta.get("grapharg")
    source = getattr(argument, "source", None)
    while source is not None:
        if "ParamBuffer" in type(source).__name__ or "NNModule" in type(source).__name__:
            return True
        source = getattr(source, "base", None)
    return not owned and isinstance(node.meta.get("example_value"), nn.Parameter)


def written_inputs(module: fx.GraphModule) -> set[fx.Node]:
    """Placeholders of a Dynamo graph that it writes into, directly or through views: caches, counters."""
    found: set[fx.Node] = set()
    for node in module.graph.nodes:
        if _writes(node) and isinstance(node.args[0], fx.Node):
            base = node.args[0]
            while base.op != "placeholder" and base.args and isinstance(base.args[0], fx.Node):
                base = base.args[0]
            found.add(base)
    return found


def _writes(node: fx.Node) -> bool:
    name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
    in_place = name.endswith("_") and not name.endswith("__")
    return node.op in ("call_method", "call_function") and bool(node.args) and (in_place or name in AUGMENTED)


AUGMENTED = {"setitem", "iadd", "isub", "imul", "itruediv", "iand", "ior"}


def shown_inputs(module: fx.GraphModule) -> set[fx.Node]:
    """Placeholders of a Dynamo graph of which outputs are views."""
    shown = {*map(_memory, _results(module))} - {None}
    return {n for n in module.graph.nodes if n.op == "placeholder" and _memory(n) in shown}


def _memories(module: fx.GraphModule, roles: Roles) -> tuple[list[int | None], list[int | None]]:
    """What names the memory of each output, and of each input that varies."""
    return [*map(_memory, _results(module))], [*map(_memory, _nodes(module, roles.others))]


def _memory(node: object) -> int | None:
    value = node.meta.get("example_value") if isinstance(node, fx.Node) else None
    return value.untyped_storage()._cdata if isinstance(value, Tensor) else None


def _results(module: fx.GraphModule) -> Sequence[Any]:
    results: Any = next(n for n in module.graph.nodes if n.op == "output").args[0]
    return results if isinstance(results, (list, tuple)) else [results]


def _nodes(module: fx.GraphModule, places: Sequence[int]) -> list[fx.Node]:
    placeholders = [n for n in module.graph.nodes if n.op == "placeholder"]
    return [placeholders[i] for i in places]


def _fall_back(module: fx.GraphModule, reason: str) -> Callable[..., Any]:
    if reason not in TOLD:
        warnings.warn(f"sparsec leaves a graph to PyTorch: {reason}", FallbackWarning, stacklevel=2)
    if reason == NO_WEIGHTS:
        TOLD.add(reason)
    run: Callable[..., Any] = module.forward
    return run


def _compiled(module: fx.GraphModule, inputs: Sequence[Any], settings: Mapping[str, Any]) -> CompiledGraph:
    roles, drawn = _roles(module, inputs), DynamoGraph(module)

    def build(now: Sequence[Any], roles: Roles) -> Build:
        return _build(drawn, now, roles, settings)

    how = Settings(strict=settings["strict"], recompile=settings["weights"] != "error")
    graph = CompiledGraph(module.forward, build, inputs, roles, how)
    LIVE.add(graph)
    return graph


def _roles(module: fx.GraphModule, inputs: Sequence[Any]) -> Roles:
    """What each input of a Dynamo graph is; weights that it writes, or gives out views of, cannot be bound."""
    pairs = _pairs(module, inputs)
    written, shown = written_inputs(module), shown_inputs(module)
    tensors = [i for i, (x, _) in enumerate(pairs) if isinstance(x, Tensor)]
    memory = {inputs[i].untyped_storage()._cdata for i in tensors if pairs[i][1] in written}
    kept = {i for i in tensors if pairs[i][1] in shown or inputs[i].untyped_storage()._cdata in memory}
    weights = [i for i in tensors if is_weight(pairs[i][1]) and i not in kept]
    others = [i for i in tensors if i not in weights]
    others = sorted([*others, *free_numbers(module, inputs, others)])
    fickle = [i for i in weights if not (isinstance(inputs[i], nn.Parameter) and is_weight(pairs[i][1], owned=True))]
    return Roles(tuple(weights), tuple(others), tuple(i for i in others if pairs[i][1] in written), frozenset(fickle))


def _build(graph: DynamoGraph, inputs: Sequence[Any], roles: Roles, settings: Mapping[str, Any]) -> Build:
    """Compile a graph for the weights among its present inputs, which other threads may be writing."""
    weights, how = [inputs[i] for i in roles.weights], settings["weights"]
    failure: Exception | None = None
    with torch._dynamo.convert_frame.compile_lock:  # fake tensors, too, are for one thread at a time
        for _ in range(TRIES):
            # From here on changes are seen; what was half old and half new when it was read fits nothing.
            watch = WeightWatch(weights, share=SHARES[how]) if how != "frozen" else None
            try:
                return _build_alone(graph, inputs, roles, settings, watch)
            except Exception as error:
                if is_exhaustion(error) or watch is None or not watch.changed():
                    raise
                failure = error
    assert failure is not None
    raise failure


def _build_alone(
    graph: DynamoGraph,
    inputs: Sequence[Any],
    roles: Roles,
    settings: Mapping[str, Any],
    watch: WeightWatch | None,
) -> Build:
    autocast = [device for device in DEVICES if torch.is_autocast_enabled(device)]
    target: Target = settings["target"]
    program = graph.program(inputs, roles)
    compiled = compile_program(
        program,
        target=target,
        verify=settings["verify"],
        layout=settings["layout"],
        kernels=settings["kernels"],
        quantize=settings["quantize"],
        effort=settings["effort"],
        measure=False,
        strict=settings["strict"] or None,
    )
    own_outputs(compiled.program, *_memories(graph.module, roles))
    if target.eager:  # a compiler finds out by itself
        write_in_place(compiled.program)
    run = target.torch_entry(compiled.program)
    for device in autocast:  # the casts are in the graph
        run = torch.autocast(device, enabled=False)(run)
    gain = _call_gain(run, graph.module, inputs, roles) if target.eager else None
    if gain is not None and gain <= 1.0 - races.MARGIN_SHARE:
        REPORTS.append(undone(compiled.report, Trial("call", False, gain)))
        return Build(roles, None, WeightWatch([inputs[i] for i in roles.weights], share=None) if watch else None, None)
    REPORTS.append(compiled.report)
    return Build(roles, run, watch, graph.contract(compiled.program, roles))


def _call_gain(run: Callable[..., Any], module: fx.GraphModule, inputs: Sequence[Any], roles: Roles) -> float:
    """How many times faster calls of a compiled graph are than those of the graph as it came."""
    given: list[Any] = [hint(x) if isinstance(x, torch.SymInt) else x for x in inputs]  # a real call passes numbers
    for place in roles.written:
        given[place] = given[place].clone()
    varying = roles.pick_others(given)
    with torch.no_grad():
        return races.stopwatch().call_gain(lambda: run(*varying), lambda: module.forward(*given))
