"""``torch.compile(model, backend="sparse")``: the Dynamo entry to the same pipeline.

A raw Dynamo backend sees the real parameters among its inputs. They are bound as weights, the rest is captured with
its symbolic sizes, compiled, and called without them. Weights that change later are noticed at the next call, which
compiles again. What cannot be compiled runs as PyTorch would run it, with a warning that says why.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.export import Dim

from ..passes.layout.solve import check_layout
from ..runtime.select import check_quantize
from ..runtime.watch import WeightWatch
from . import targets
from .capture import check, from_exported
from .driver import CompiledModule, compile_program
from .errors import SparsecError, UserError
from .in_place import write_in_place
from .ir.program import Program

OPTIONS: dict[str, Any] = {
    "target": "cpu",
    "verify": True,
    "weights": "content",
    "layout": "optimised",
    "kernels": True,
    "quantize": None,
}
WATCHES = ("content", "version", "error", "frozen")
REPORTS: list[Any] = []


class FallbackWarning(UserWarning):
    """A graph runs as PyTorch would run it."""


def sparse(
    module: fx.GraphModule, inputs: Sequence[Any], *, options: Mapping[str, Any] | None = None, **unknown: Any
) -> Callable[..., Any]:
    """The backend that ``torch.compile(backend="sparse")`` calls, once per graph.

    Args:
        module: the graph that Dynamo captured.
        inputs: its example inputs, parameters among them.
        options: ``target`` ("cpu", "inductor"), ``verify`` (bool), ``layout``, ``kernels``, ``quantize`` (see
            ``sparsec.compile``), and ``weights``, which says what happens when a weight changes: "content" (compile
            again; notices every write), "version" (compile again; does not notice writes through ``.data``), "error"
            (raise), "frozen" (never look).

    Raises:
        UserError: an unknown option or value.
    """
    settings = _settings(options, unknown)
    reason = why_not(module, inputs)
    if reason is not None:
        return _fall_back(module, reason)
    try:
        return _Compiled(module, inputs, settings)
    except UserError as error:
        if error.code in ("unknown-option", "bad-option"):
            raise
        return _fall_back(module, str(error))


def last_reports() -> list[Any]:
    """Reports of the graphs compiled by this backend since the process started, oldest first."""
    return [*REPORTS]


def _settings(options: Mapping[str, Any] | None, unknown: Mapping[str, Any]) -> dict[str, Any]:
    given = {**(options or {}), **{key: value for key, value in unknown.items() if key != "mode" or value}}
    for key in given:
        if key not in OPTIONS:
            raise UserError(
                "unknown-option",
                f"backend 'sparse' has no option '{key}'",
                hint=f"options: {', '.join(OPTIONS)}",
            )
    settings = {**OPTIONS, **given}
    targets.check(settings["target"])
    check_layout(settings["layout"])
    check_quantize(settings["quantize"], settings["kernels"])
    if settings["target"] == "onnxruntime":
        raise UserError(
            "bad-option",
            "torch.compile runs in PyTorch, not in ONNX Runtime",
            hint="use target 'cpu' or 'inductor' here, or sparsec.compile(...).export_onnx(path)",
        )
    if settings["weights"] not in WATCHES:
        raise UserError("bad-option", f"option 'weights' is one of {', '.join(WATCHES)}, not '{settings['weights']}'")
    for name in ("verify", "kernels"):
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
        return "the graph holds no weights"
    return None


def _trains(node: fx.Node) -> bool:
    name = getattr(node.target, "__name__", str(node.target))
    if name in ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout"):
        training = node.args[2] if len(node.args) > 2 else node.kwargs.get("training", True)
        return bool(training) and node.args[1:2] != (0.0,)
    if name in ("batch_norm", "instance_norm") and node.target is not torch.instance_norm:
        return bool(node.args[5] if len(node.args) > 5 else node.kwargs.get("training", False)) and name == "batch_norm"
    return False


def _pairs(module: fx.GraphModule, inputs: Sequence[Any]) -> list[tuple[Any, fx.Node]]:
    placeholders = [n for n in module.graph.nodes if n.op == "placeholder"]
    return list(zip(inputs, placeholders, strict=True))


def is_weight(node: fx.Node) -> bool:
    """Whether a placeholder of a Dynamo graph stands for a parameter or buffer of a module."""
    argument = node.meta.get("grapharg")
    source = getattr(argument, "source", None)
    while source is not None:
        if "ParamBuffer" in type(source).__name__ or "NNModule" in type(source).__name__:
            return True
        source = getattr(source, "base", None)
    return isinstance(node.meta.get("example_value"), nn.Parameter)


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


def _fall_back(module: fx.GraphModule, reason: str) -> Callable[..., Any]:
    warnings.warn(f"sparsec leaves a graph to PyTorch: {reason}", FallbackWarning, stacklevel=2)
    run: Callable[..., Any] = module.forward
    return run


class _Compiled:
    """A compiled graph, called with everything that Dynamo passes."""

    def __init__(self, module: fx.GraphModule, inputs: Sequence[Any], settings: Mapping[str, Any]) -> None:
        pairs = _pairs(module, inputs)
        self._settings = settings
        self._module = module
        written = written_inputs(module)
        self._weights = [
            i for i, (x, n) in enumerate(pairs) if isinstance(x, Tensor) and is_weight(n) and n not in written
        ]
        self._others = [i for i, (x, _) in enumerate(pairs) if isinstance(x, Tensor) and i not in set(self._weights)]
        self._build(inputs)

    def _build(self, inputs: Sequence[Any]) -> None:
        program = capture_dynamo(self._module, inputs, self._weights, self._others)
        compiled = compile_program(
            program,
            target=self._settings["target"],
            verify=self._settings["verify"],
            layout=self._settings["layout"],
            kernels=self._settings["kernels"],
            quantize=self._settings["quantize"],
            measure=False,
        )
        REPORTS.append(compiled.report)
        self._run = _runner(compiled, self._settings["target"])
        self._watch = None
        if self._settings["weights"] != "frozen":
            contents = self._settings["weights"] in ("content", "error")
            self._watch = WeightWatch([inputs[i] for i in self._weights], contents=contents)
        self._held = [inputs[i] for i in self._weights]

    def __call__(self, *inputs: Any) -> Any:
        if self._watch is not None and (self._replaced(inputs) or self._watch.changed()):
            if self._settings["weights"] == "error":
                raise UserError(
                    "stale-weights",
                    "a weight changed after the model was compiled",
                    hint="compile again, or use options={'weights': 'content'} to recompile by itself",
                )
            self._build(inputs)
        return self._run([inputs[i] for i in self._others])

    def _replaced(self, inputs: Sequence[Any]) -> bool:
        return any(inputs[i] is not held for i, held in zip(self._weights, self._held, strict=True))


def _runner(compiled: CompiledModule, target: str) -> Callable[[Sequence[Any]], Any]:
    module: Any = compiled.program.module
    if target == "inductor":
        module = torch.compile(module, backend="inductor")
    else:
        write_in_place(compiled.program)

    def run(inputs: Sequence[Any]) -> Any:
        return module(*inputs)

    return run


def capture_dynamo(
    module: fx.GraphModule, inputs: Sequence[Any], weights: Sequence[int], others: Sequence[int]
) -> Program:
    """A Program from a Dynamo graph: weights bound, sizes symbolic.

    Args:
        module: the Dynamo graph.
        inputs: what it is called with.
        weights: which inputs are weights; others: which are tensors that vary from call to call.

    Raises:
        UserError: the graph cannot be exported.
    """
    bound = _bind(module, inputs, weights)
    examples = tuple(inputs[i] for i in others)
    placeholders = [n for n in module.graph.nodes if n.op == "placeholder"]
    shapes = tuple(_dynamic(placeholders[i]) for i in others)
    try:
        with warnings.catch_warnings(), torch.no_grad(), _outside_dynamo():
            warnings.simplefilter("ignore")
            exported = torch.export.export(bound, examples, dynamic_shapes=shapes)
            program = from_exported(exported, examples, {}, None, shapes, "graph", writes_inputs=True)
    except SparsecError:
        raise
    except Exception as error:
        raise UserError(
            "capture-failed",
            "torch.export cannot capture the graph",
            note=str(error).splitlines()[0] if str(error) else None,
        ) from error
    check(program)
    return program


@contextlib.contextmanager
def _outside_dynamo() -> Any:
    """Export must not see the tracing context of the compilation that it runs inside."""
    with torch._guards.tracing(None):
        yield


def _dynamic(node: fx.Node) -> dict[int, Any] | None:
    value = node.meta.get("example_value")
    if not isinstance(value, Tensor):
        return None
    sizes: Sequence[Any] = value.shape
    return {dim: Dim.AUTO for dim, size in enumerate(sizes) if isinstance(size, torch.SymInt)} or None


def _bind(module: fx.GraphModule, inputs: Sequence[Any], weights: Sequence[int]) -> fx.GraphModule:
    """A copy of the graph in which weights are attributes and sizes are read off the tensor inputs."""
    graph, mapping = fx.Graph(), dict[fx.Node, fx.Node]()
    graph.graph_copy(module.graph, mapping)
    output = next(n for n in module.graph.nodes if n.op == "output")
    graph.output(fx.node.map_arg(output.args[0], lambda n: mapping[n]))
    root: dict[str, Any] = dict(module.named_children())
    root |= dict(module.named_parameters(recurse=False)) | dict(module.named_buffers(recurse=False))
    for node in graph.nodes:
        if node.op == "get_attr" and "." not in str(node.target) and str(node.target) not in root:
            root[str(node.target)] = getattr(module, str(node.target))
    placeholders = [n for n in graph.nodes if n.op == "placeholder"]
    names = module.meta.get("dynamo_flat_name_to_original_fqn", {})
    tensors = [n for i, n in enumerate(placeholders) if isinstance(inputs[i], Tensor) and i not in set(weights)]
    for index, node in enumerate(placeholders):
        if index in set(weights):
            name = _free(str(names.get(node.target, names.get(node.name, node.name))), root)
            root[name] = inputs[index].detach() if not isinstance(inputs[index], nn.Parameter) else inputs[index]
            with graph.inserting_before(node):
                node.replace_all_uses_with(graph.get_attr(name))
            graph.erase_node(node)
        elif not isinstance(inputs[index], Tensor):
            _derive_size(graph, node, tensors)
    return fx.GraphModule(root, graph)


def _free(name: str, taken: Mapping[str, Any]) -> str:
    name = name.replace("L__self___", "").lstrip(".")
    free, number = name, 0
    while free in taken or any(other.startswith(free + ".") or free.startswith(other + ".") for other in taken):
        number += 1
        free = f"{name}_{number}"
    return free


def _derive_size(graph: fx.Graph, node: fx.Node, tensors: Sequence[fx.Node]) -> None:
    """Replace a size input by the size of the tensor that it belongs to."""
    symbol = str(node.meta.get("example_value"))
    for tensor in tensors:
        for dim, size in enumerate(tensor.meta["example_value"].shape):
            if isinstance(size, torch.SymInt) and str(size) == symbol:
                with graph.inserting_after(tensors[-1]):
                    made = graph.call_function(torch.ops.aten.sym_size.int, (tensor, dim))
                node.replace_all_uses_with(made)
                graph.erase_node(node)
                return
    if node.users:
        raise UserError("capture-failed", f"size '{node.name}' does not belong to a tensor input")
    graph.erase_node(node)
