"""Program: a torch.fx graph of functional ATen ops together with its weights.

Everything between capture and code generation is one of these. The graph's ``get_attr`` nodes are the weights, under
the names that the model gave them; ``node.meta["val"]`` is the fake tensor of every value, with symbolic batch and
spatial sizes kept. Facts that analyses find (axes, constants, liveness) live in ``facts``, beside the graph.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import inspect
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeGuard

import sympy
import torch
from torch import Tensor, fx
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.fx.experimental.symbolic_shapes import free_unbacked_symbols
from torch.utils.weak import WeakIdKeyDictionary

from .autocast import without_autocast
from .bounds import REACHING, InBounds
from .facts import Facts
from .guards import Assumptions, Shown, shown_sizes, value_at
from .pickling import packed, unpacked
from .source import Source

aten = torch.ops.aten

# Key of ``node.meta``: the name of the layer that an operation is a part of.
PART_OF = "part_of"
# Key of ``node.meta``: the names of the layers that a layer computes beside itself.
COMPUTES = "computes"
# Key of ``node.meta`` of a weight: the ``integers.Integers`` that a model holds it as.
INTEGERS = "integers"
# What running a program raises where it does not take its inputs: its sizes may be divided by.
FAILURES = (RuntimeError, IndexError, ValueError, TypeError, ArithmeticError)


@dataclass(frozen=True)
class Answer:
    """What a model gives on some inputs.

    Attributes:
        inputs, outputs: flat.
        state: buffers that it wrote into, by name, as they are afterwards.
    """

    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    state: dict[str, Tensor] = field(default_factory=dict)


class Interpreter(fx.Interpreter):
    """Runs a graph; weights that are held in another dtype than it reads become that for each operation, and go."""

    def fetch_args_kwargs_from_env(self, n: fx.Node) -> Any:
        def read(node: fx.Node) -> Any:
            value = self.env[node]
            return as_read(value, node) if node.op == "get_attr" and isinstance(value, Tensor) else value

        return fx.node.map_arg(n.args, read), fx.node.map_arg(n.kwargs, read)


def as_read(held: Tensor, node: Any) -> Tensor:
    """A weight in the dtype in which the graph reads it, as its ``get_attr`` node says."""
    value = node.meta.get("val")
    return held.to(value.dtype) if isinstance(value, Tensor) and value.dtype != held.dtype else held


# A new value of the graph: its fake tensor, a tuple of them for ops with several results, or a (symbolic) number.
Value = Any


@dataclass
class Program:
    """A captured model.

    Attributes:
        module: graph and weights; its call signature is the captured (flattened by pytree) one.
        inputs: the example inputs, flat, in placeholder order (tensors, numbers or None).
        input_names: name of each placeholder, as the model's ``forward`` calls it.
        output_names: name of each graph output.
        signature: of the model's ``forward``, where there was one.
        call: (args, kwargs) of the example call, which fixes the pytree that calls must match.
        dynamic_shapes: what torch.export was told, needed to export again.
        weight_dtypes: dtype that each weight had at capture (passes may run in float64).
        answers: what the user's own model gave on its examples; the first is that of the example call.
        assumptions: what calls have to keep to beyond the shapes of the placeholders; see ``guards``.
        autocast: what autocast cast to at capture, on the program's device; its casts are in the graph.
        held_in: a dtype that weights of float64 are held in where that loses no number; None where they are held as the
            graph reads them. Who asks for a ``weight`` gets it in float64, which ``node.meta["val"]`` says.
        facts: what analyses found, see ``facts.Fact``.
        cache: what weights alone decide, for as long as they live; shared between copies. See ``known``.
        notes: what the report has to say about how the model came in.
        documents: texts that its files hold beside it, by name.
        size_names: what open sizes of inputs were called where the model came from, by input and dimension.
        ran: what it gave on its own inputs, and its fingerprint then; a copy does not know.
        ranges: between which numbers inputs lie, by name, as the user says. What relies on it is in ``assumptions``.
        source: the file that it came from, where its target runs that: see ``source.file_of``.
    """

    module: fx.GraphModule
    inputs: tuple[Any, ...]
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    call: tuple[tuple[Any, ...], dict[str, Any]]
    signature: inspect.Signature | None = None
    dynamic_shapes: Any = None
    name: str = "model"
    answers: tuple[Answer, ...] = ()
    assumptions: Assumptions = field(default_factory=Assumptions)
    autocast: torch.dtype | None = None
    held_in: torch.dtype | None = None
    facts: Facts = field(default_factory=Facts)
    cache: Any = field(default_factory=WeakIdKeyDictionary)
    notes: list[str] = field(default_factory=list)
    documents: Mapping[str, str] = field(default_factory=dict)
    size_names: Mapping[tuple[int, int], str] = field(default_factory=dict)
    ran: tuple[Any, list[Any]] | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    source: Source | None = None

    def __post_init__(self) -> None:
        self._untie()

    def _untie(self) -> None:
        """Let the graph know its module without holding it: a ring of the two would keep weights that nobody has."""
        proxy: Any = weakref.proxy(self.module)
        self.module.graph.owning_module = proxy

    def __getstate__(self) -> dict[str, Any]:
        return packed(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        unpacked(self, state)
        self._untie()

    @property
    def graph(self) -> fx.Graph:
        """Of the module."""
        return self.module.graph

    # ---------------------------------------------------------------- reading

    def nodes(self) -> Iterator[fx.Node]:
        """All nodes in topological order."""
        yield from self.graph.nodes

    def output(self) -> fx.Node:
        """The node that returns."""
        return self.graph.output_node()

    @property
    def device(self) -> torch.device:
        """Where the program computes: where its inputs and weights lie, single numbers aside."""
        for node in self.graph.nodes:
            if node.op in ("placeholder", "get_attr") and is_tensor(node) and node.meta["val"].ndim:
                device: torch.device = node.meta["val"].device
                return device
        return torch.device("cpu")

    def outputs(self) -> list[fx.Node]:
        """The nodes that the program returns (constants among the outputs are left out)."""
        flat: list[fx.Node] = []
        fx.node.map_arg(self.output().args, flat.append)
        return flat

    def returned(self) -> list[Any]:
        """What the program returns, flat: nodes, and constants among them."""
        result = self.output().args[0]
        return [*result] if isinstance(result, (list, tuple)) else [result]

    def placeholders(self) -> list[fx.Node]:
        """The nodes of the flat inputs, in order."""
        return [node for node in self.graph.nodes if node.op == "placeholder"]

    def weight(self, node: object) -> Tensor | None:
        """The tensor behind a ``get_attr`` node; None for anything else, and for buffers that the graph writes to.

        Where weights are held in another dtype than the graph reads them in, it is made for whoever asks.
        """
        value = self.held(node)
        return None if value is None else as_read(value.detach(), node)

    def held(self, node: object) -> Tensor | None:
        """The same as the program holds it, which all its copies share; maybe in the dtype ``held_in``."""
        if not isinstance(node, fx.Node) or node.op != "get_attr" or is_written(node):
            return None
        value = attribute(self.module, str(node.target))
        return value if isinstance(value, Tensor) else None

    def is_weight(self, node: object) -> bool:
        """Whether ``weight`` has a tensor for a node."""
        return self.held(node) is not None

    def limits(self) -> list[tuple[float, float] | None]:
        """What the user says of each flat input: between which numbers it lies."""
        return [self.ranges.get(name) for name in self.input_names]

    def weights(self) -> dict[str, Tensor]:
        """Every weight that the graph reads, by name."""
        found = {}
        for node in self.graph.nodes:
            value = self.weight(node)
            if value is not None:
                found[str(node.target)] = value
        return found

    def held_weights(self) -> dict[str, Tensor]:
        """The same as the program holds them."""
        found = {}
        for node in self.graph.nodes:
            held = self.held(node)
            if held is not None:
                found[str(node.target)] = held
        return found

    def known(self, weight: Tensor, what: Any, find: Callable[[], Any]) -> Any:
        """What a weight alone decides, found once for all copies of the program that hold it.

        Args:
            weight: as it is ``held``.
            what: names it.
            find: works it out.
        """
        found = self.cache.setdefault(weight, {})
        key = (what, weight.data_ptr(), 0 if weight.is_inference() else weight._version)
        if key not in found:
            found[key] = find()
        return found[key]

    def digest(self, numbers: bool = True) -> str:
        """A hash of what is computed: the graph, its weights and state, dtypes and shapes of its inputs.

        Args:
            numbers: whether floating-point weights count with the numbers that they hold, or, since the time that a
                program takes does not depend on them, as their dtypes and shapes; integers say what is read.
        """
        values = [node.meta["val"] for node in self.placeholders()]
        shapes = [(str(value.dtype), str(value.shape)) if isinstance(value, Tensor) else str(value) for value in values]
        text = [str(self.graph), self.input_names, self.output_names, self.dynamic_shapes, shapes]
        found = hashlib.blake2b(repr(text).encode())
        for name, held in (self.held_weights() | self.state()).items():
            found.update(f"{name} {held.dtype} {tuple(held.shape)}".encode())
            if numbers or not (held.is_floating_point() or held.is_complex()):
                found.update(self.known(held, "digest", partial(_digest, held)))
        return found.hexdigest()

    # ---------------------------------------------------------------- writing

    def new_weight(self, name: str, value: Tensor, *, kind: type = torch.nn.Parameter) -> fx.Node:
        """A ``get_attr`` node for a new weight.

        Args:
            name: what it is called, with a number if that is taken.
            value: the weight.
            kind: ``Parameter``, or ``Tensor`` for a buffer.
        """
        free, number = name, 0
        while _has_attribute(self.module, free):
            number += 1
            free = f"{name}_{number}"
        value = value.to(self.device)
        set_attribute(self.module, free, _like(self._to_hold(value), kind, False))
        with self.graph.inserting_before(next(iter(self.graph.nodes))):
            node = self.graph.get_attr(free)
        node.meta["val"] = self.fake(value)
        return node

    def replace_weight(self, user: fx.Node, old: fx.Node, value: Tensor) -> None:
        """Let ``user`` read ``value`` instead of the weight ``old``.

        The weight keeps its name when ``user`` is its only reader; otherwise the others keep the old weight, and a
        second reader that asks for the same new value shares it.
        """
        held = attribute(self.module, str(old.target))
        value = value.to(held.device)
        kind = torch.nn.Parameter if isinstance(held, torch.nn.Parameter) else Tensor
        for node in self.graph.nodes:
            split = node.op == "get_attr" and node.meta.get("split_from") == old.target
            if split and torch.equal(as_read(attribute(self.module, str(node.target)), node), value):
                user.replace_input_with(old, node)
                return
        if len(old.users) == 1:
            self.exchange_weight(str(old.target), value)
            return
        new = self.new_weight(str(old.target), value, kind=kind)
        new.meta["split_from"] = old.target
        if INTEGERS in old.meta:
            new.meta[INTEGERS] = old.meta[INTEGERS]
        user.replace_input_with(old, new)

    def exchange_weight(self, name: str, value: Tensor) -> None:
        """Let everybody who reads the weight ``name`` read ``value`` instead, under that name.

        Args:
            name: of the weight.
            value: in the dtype in which it is read, or in the one in which weights are held.
        """
        held = attribute(self.module, name)
        kind = torch.nn.Parameter if isinstance(held, torch.nn.Parameter) else Tensor
        value = value.to(held.device)
        set_attribute(self.module, name, _like(self._to_hold(value), kind, held.requires_grad))
        for node in self.graph.nodes:
            if node.op == "get_attr" and node.target == name:
                node.meta["val"] = self.fake(value, torch.float64 if value.dtype is self.held_in else None)

    def _to_hold(self, value: Tensor) -> Tensor:
        """A new weight in the dtype ``held_in``, if that loses no number."""
        if self.held_in is None or value.dtype is not torch.float64:
            return value
        narrow = value.to(self.held_in)
        return narrow if torch.equal(narrow.to(value.dtype), value) else value

    def fake(self, value: Tensor, dtype: torch.dtype | None = None) -> Tensor:
        """The fake tensor, of static shape, that stands for a weight.

        Args:
            value: the weight.
            dtype: in which it is read, if that is another than its own.
        """
        mode, strides = self.fake_mode(), value.contiguous().stride()
        with mode:
            return torch.empty_strided(value.shape, strides, dtype=dtype or value.dtype, device=value.device)

    def fake_mode(self) -> FakeTensorMode:
        """The mode that the fake tensors of the program belong to."""
        for node in self.graph.nodes:
            value = node.meta.get("val")
            if isinstance(value, FakeTensor):
                return value.fake_mode
        return FakeTensorMode(allow_non_fake_inputs=False)

    def clean(self) -> None:
        """Drop dead nodes and unread weights."""
        self.graph.eliminate_dead_code(is_impure_node=has_effects)
        read = {str(node.target) for node in self.graph.nodes if node.op == "get_attr"}
        names = [*dict(self.module.named_parameters(remove_duplicate=False))]
        names += [*dict(self.module.named_buffers(remove_duplicate=False))]
        for name in names:
            if name not in read:
                delete_attribute(self.module, name)
        self.module.recompile()

    # ---------------------------------------------------------------- whole programs

    def copy(self, *, clone: bool = False) -> Program:
        """An independent graph over the same weight tensors (passes replace weights, they never write into them).

        Args:
            clone: copy the weights too.
        """
        graph = fx.Graph()
        mapping: dict[fx.Node, fx.Node] = {}
        result = graph.graph_copy(self.graph, mapping)
        graph.output(result).meta = dict(self.output().meta)
        graph.set_codegen(self.graph._codegen)
        root: dict[str, Any] = {}
        for node in graph.nodes:
            if node.op == "get_attr" and str(node.target) not in root:
                held = attribute(self.module, str(node.target))
                root[str(node.target)] = copy.deepcopy(held) if clone else held
            elif node.op == "call_module":
                root[str(node.target)] = self.module.get_submodule(str(node.target))
        module = fx.GraphModule(root, graph)
        module.meta.update(self.module.meta)
        return Program(
            module,
            self.inputs,
            self.input_names,
            self.output_names,
            self.call,
            self.signature,
            self.dynamic_shapes,
            self.name,
            self.answers,
            self.assumptions,
            self.autocast,
            self.held_in,
            cache=self.cache,
            notes=[*self.notes],
            documents=self.documents,
            size_names=self.size_names,
            ranges=self.ranges,
            source=self.source,
        )

    def change_weights(self, change: Callable[[Tensor], Tensor]) -> None:
        """Put something else in place of every weight and buffer; what is a parameter stays one.

        Args:
            change: what becomes of each, as the graph reads it; the same tensor where nothing does.
        """
        done: dict[str, torch.dtype] = {}
        for node in self.graph.nodes:
            name = str(node.target)
            held = attribute(self.module, name) if node.op == "get_attr" else None
            if not isinstance(held, Tensor):
                continue
            if name not in done:
                value = as_read(held.detach(), node)
                new = change(value)
                done[name] = new.dtype
                if new is not value:
                    set_attribute(self.module, name, held_like(held, new))
            if node.meta["val"].dtype != done[name]:
                with self.fake_mode():
                    node.meta["val"] = node.meta["val"].to(done[name])

    def release(self) -> None:
        """Let go of all weights of a program that nobody runs any more, though somebody may still have it."""
        for name in self.held_weights() | self.state():
            delete_attribute(self.module, name)

    def is_static(self) -> bool:
        """Whether every tensor input has sizes that are plain numbers."""
        shapes = [shape_of(node) for node in self.placeholders() if is_tensor(node) and node.meta["val"].ndim]
        return bool(shapes) and all(is_static(size) for shape in shapes for size in shape)

    def sizes_of(self, inputs: Sequence[Any]) -> dict[sympy.Symbol, int]:
        """What the symbolic sizes are for some flat inputs."""
        shown = self._shown_sizes().items()
        return {symbol: int(at.read(inputs)) for symbol, at in shown if isinstance(inputs[at.index], Tensor)}

    def example_size(self, size: Any) -> int:
        """A (symbolic) size of some value, for the example inputs; 1 where it depends on their values."""
        found = _size_at(size, self.sizes_of(self.inputs))
        if found is not None:
            return found
        return 1 if free_unbacked_symbols(size) else hint(size)

    def output_shapes(self, inputs: Sequence[Any]) -> list[tuple[int, ...] | None]:
        """The shapes of the outputs as the graph states them for some flat inputs.

        None for what is no tensor, depends on data, or would be stated for inputs of other static sizes.
        """
        known = self.sizes_of(inputs)
        for node, value in zip(self.placeholders(), inputs, strict=True):
            if is_tensor(node) and _shape_at(node, known) not in (None, tuple(value.shape)):
                return [None for _ in self.output_names]
        return [_shape_at(result, known) for result in self.returned()]

    def resized(self, inputs: Sequence[Any], sizes: Mapping[str, int]) -> tuple[Any, ...]:
        """Inputs cut or repeated so that symbolic sizes have other values.

        Args:
            inputs: flat.
            sizes: the new values, by symbol; those that stand for free static dimensions count too.
        """
        changed = []
        for index, (node, value) in enumerate(zip(self.placeholders(), inputs, strict=True)):
            if isinstance(value, Tensor) and is_tensor(node):
                for dim, size in enumerate(shape_of(node)):
                    value = _fitted(value, dim, self._new_size(index, dim, size, value, sizes))
            changed.append(value)
        return tuple(changed)

    def _new_size(self, index: int, dim: int, size: Any, value: Tensor, sizes: Mapping[str, int]) -> int:
        free = self.assumptions.free.get((index, dim))
        if free is not None:
            return sizes.get(free, value.shape[dim])
        if is_static(size):
            return value.shape[dim]
        known = {symbol: sizes[str(symbol)] for symbol in size.node.expr.free_symbols if str(symbol) in sizes}
        found = _size_at(size, known)
        return found if found is not None and found >= 0 else value.shape[dim]

    def places_of_sizes(self) -> dict[str, Shown]:
        """Where each symbolic size can be read first."""
        return {str(symbol): place for symbol, place in self._shown_sizes().items()}

    def _shown_sizes(self) -> dict[sympy.Symbol, Shown]:
        return shown_sizes([node.meta.get("val") for node in self.placeholders()])

    def batched(self, inputs: Sequence[Any], batch: int) -> tuple[Any, ...]:
        """Flat ``inputs`` cut or repeated to a batch of exactly ``batch``, where the batch is dynamic."""
        return self.resized(inputs, dict.fromkeys(self.batch_symbols(), batch))

    def batch_symbols(self) -> list[str]:
        """The symbolic sizes of the inputs' first dimensions."""
        first = [shape_of(node)[0] for node in self.placeholders() if is_tensor(node) and node.meta["val"].ndim]
        return [*dict.fromkeys(str(size) for size in first if not is_static(size) and size.node.expr.is_symbol)]

    def run(
        self, inputs: Sequence[Any], interpreter: Callable[[fx.GraphModule], Interpreter] = Interpreter
    ) -> list[Any]:
        """Run on flat inputs, without gradients; returns the flat outputs, and what was written into state.

        Inputs and buffers are as before afterwards: the program works on copies of what it writes into.

        Args:
            interpreter: what runs the operations, made of the module.
        """
        written = [node for node in self.graph.nodes if is_written(node)]
        places = {node: index for index, node in enumerate(self.placeholders())}
        inputs = [*inputs]
        for node in written:
            if node in places:
                inputs[places[node]] = inputs[places[node]].clone()
        with torch.no_grad(), without_autocast(), self.state_kept(), self._in_bounds():
            result = interpreter(self.module).run(*inputs, enable_io_processing=False)
            state = [inputs[places[n]] if n in places else attribute(self.module, str(n.target)) for n in written]
            results = [*(result if isinstance(result, (tuple, list)) else [result]), *state]
            held = {value.untyped_storage()._cdata for value in self.state().values()}
            return [_kept(value, held) for value in results]

    def _in_bounds(self) -> contextlib.AbstractContextManager[Any]:
        return InBounds() if any(node.target in REACHING for node in self.graph.nodes) else contextlib.nullcontext()

    def state(self) -> dict[str, Tensor]:
        """The buffers that the program writes into, by name."""
        nodes = [node for node in self.graph.nodes if node.op == "get_attr" and is_written(node)]
        return {str(node.target): attribute(self.module, str(node.target)) for node in nodes}

    @contextlib.contextmanager
    def state_kept(self) -> Iterator[None]:
        """Whatever runs inside leaves the program's buffers as they were."""
        before = {name: value.clone() for name, value in self.state().items()}
        try:
            yield
        finally:
            for name, value in before.items():
                with torch.no_grad():
                    attribute(self.module, name).copy_(value)


def _kept(value: Any, buffers: Collection[int]) -> Any:
    """A result as it is now, where it lies in the memory of one of these buffers, which change."""
    there = isinstance(value, Tensor) and value.layout is torch.strided
    return value.clone() if there and value.untyped_storage()._cdata in buffers else value


def _digest(held: Tensor) -> bytes:
    return hashlib.blake2b(bytes_of(held)).digest()


def bytes_of(value: Tensor) -> memoryview:
    """The numbers of a tensor, in order, to be hashed."""
    return value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data


def _size_at(size: Any, known: Mapping[sympy.Symbol, int]) -> int | None:
    """A (symbolic) size where these symbols have these values; None if it depends on others."""
    if is_static(size):
        return int(size)
    found = value_at(size.node.expr, known)
    return int(found) if found is not None and found.is_Integer else None


def _shape_at(node: object, known: Mapping[sympy.Symbol, int]) -> tuple[int, ...] | None:
    """The shape of a value where symbols have these values; None for what is no tensor, or depends on others."""
    if not (isinstance(node, fx.Node) and is_tensor(node)):
        return None
    sizes = [_size_at(size, known) for size in shape_of(node)]
    found = tuple(size for size in sizes if size is not None)
    return found if len(found) == len(sizes) else None


def _fitted(value: Tensor, dim: int, size: int) -> Tensor:
    """A tensor cut or repeated to a size; integers that ascend, such as offsets, still do."""
    before = value.shape[dim]
    if size == before:
        return value
    if size < before or before == 0:
        return value.narrow(dim, 0, min(size, before))
    longer = value.index_select(dim, torch.arange(size, device=value.device) % before)
    ascends = value.ndim == 1 and not value.is_floating_point() and bool((value[1:] >= value[:-1]).all())
    return longer.cummax(0).values if ascends and value.dtype is not torch.bool else longer


# What stops a run that must not go on.
ASSERTS = {aten._assert_async.default, aten._assert_async.msg, aten._assert_scalar.default}


def has_effects(node: fx.Node) -> bool:
    """Whether a node has to stay even if nobody reads it. PyTorch counts attention too, since it may drop out."""
    if node.op in ("placeholder", "output") or node.target in ASSERTS:
        return True
    return node.op == "call_function" and bool(getattr(getattr(node.target, "_schema", None), "is_mutable", False))


def is_written(node: fx.Node) -> bool:
    """Whether a program writes into an input or buffer."""
    return node.op in ("placeholder", "get_attr") and any(
        user.target is aten.copy_.default and user.args[0] is node for user in node.users
    )


def held_like(held: Tensor, value: Tensor) -> Tensor:
    """A tensor that is to be held in place of another: a parameter where that is one."""
    if not isinstance(held, torch.nn.Parameter) or isinstance(value, torch.nn.Parameter):
        return value
    return torch.nn.Parameter(value, requires_grad=held.requires_grad and value.is_floating_point())


def _like(value: Tensor, kind: type, requires_grad: bool) -> Tensor:
    value = value.detach().contiguous()
    if kind is torch.nn.Parameter:
        return torch.nn.Parameter(value, requires_grad=requires_grad and value.is_floating_point())
    return value


def attribute(module: torch.nn.Module, name: str) -> Any:
    """The attribute at a dotted path."""
    value: Any = module
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _has_attribute(module: torch.nn.Module, name: str) -> bool:
    value: Any = module
    for part in name.split("."):
        if not hasattr(value, part):
            return False
        value = getattr(value, part)
    return True


def set_attribute(module: torch.nn.Module, name: str, value: Tensor) -> None:
    """Set a parameter or buffer at a dotted path, making empty modules on the way."""
    *path, last = name.split(".")
    for part in path:
        if not hasattr(module, part):
            module.add_module(part, torch.nn.Module())
        module = getattr(module, part)
    if last in module._parameters or last in module._buffers:
        delattr(module, last)
    if isinstance(value, torch.nn.Parameter):
        module.register_parameter(last, value)
    else:
        module.register_buffer(last, value)


def delete_attribute(module: torch.nn.Module, name: str) -> None:
    """Delete a parameter or buffer at a dotted path, and the modules that this leaves empty."""
    *path, last = name.split(".")
    owners = [module]
    for part in path:
        owners.append(getattr(owners[-1], part))
    delattr(owners[-1], last)
    for owner, part in zip(reversed(owners[:-1]), reversed(path), strict=True):
        child = getattr(owner, part)
        if any(True for _ in child.parameters()) or any(True for _ in child.buffers()) or [*child.children()]:
            break
        delattr(owner, part)


def shape_of(node: fx.Node) -> tuple[Any, ...]:
    """Sizes of a tensor value; symbolic ones stay symbolic."""
    return tuple(node.meta["val"].shape)


def is_tensor(node: object) -> TypeGuard[fx.Node]:
    """Whether a node stands for one tensor."""
    return isinstance(node, fx.Node) and isinstance(node.meta.get("val"), Tensor)


def is_static(size: object) -> bool:
    """Whether a size is a plain number."""
    if isinstance(size, torch.SymInt):
        return bool(size.node.expr.is_number)
    return isinstance(size, int)


def same_size(a: Any, b: Any) -> bool:
    """Whether two (symbolic) sizes are known to be equal; comparing them with ``==`` would fix a dynamic one."""
    if is_static(a) or is_static(b):
        return is_static(a) and is_static(b) and int(a) == int(b)
    return str(a) == str(b)


def same_shape(a: fx.Node, b: fx.Node) -> bool:
    """Whether two tensor values are known to have the same sizes."""
    mine, other = shape_of(a), shape_of(b)
    return len(mine) == len(other) and all(same_size(x, y) for x, y in zip(mine, other, strict=True))


# Stands for a size that the values of the inputs decide, where an op is tried out.
SOME_SIZE = 3


def hint(size: Any) -> int:
    """The size that a (symbolic) dimension had in the example inputs; some size where their values decide.

    Raises:
        ValueError: the size depends on both the inputs' sizes and their values.
    """
    if is_static(size):
        return int(size)
    free = free_unbacked_symbols(size)
    known = value_at(size.node.expr, dict.fromkeys(free, SOME_SIZE)) if free else size.node.hint
    if known is None or (free and not known.is_number):
        raise ValueError(f"size {size} depends on data")
    return int(known)


def hinted(argument: Any) -> Any:
    """An argument list with symbolic sizes and size nodes replaced by example sizes (tensor nodes stay)."""
    if isinstance(argument, fx.Node):
        value = argument.meta.get("val")
        return hint(value) if isinstance(value, (int, torch.SymInt)) else argument
    if isinstance(argument, (list, tuple)):
        return type(argument)(hinted(item) for item in argument)
    return argument


def source_line(node: fx.Node) -> str | None:
    """The line of the model's source that made a node, ``file.py:12``; None where it is PyTorch's or unknown."""
    trace = node.meta.get("stack_trace") or node.stack_trace
    if not trace:
        return None
    places = [line.strip() for line in trace.splitlines() if line.strip().startswith("File ")]
    own = [place for place in places if "-packages/torch/" not in place.replace("\\", "/")]
    if not own:
        return None
    parts = own[-1].removeprefix("File ").split(", ")
    path = parts[0].strip('"')
    return f"{path}:{parts[1].removeprefix('line ')}" if len(parts) > 1 else path


def module_path(node: fx.Node) -> str:
    """Dotted path of the innermost module that made a node ('' if unknown)."""
    stack = node.meta.get("nn_module_stack")
    if not stack:
        return ""
    return str([*stack.values()][-1][0]).removeprefix("L__self__").lstrip(".")
