"""A Program that something outside of PyTorch runs on arrays, called as the model is called.

Such a runtime reads a file, which knows less than the program: sizes and numbers may be fixed in it that calls may
change, and its weights are copies. So it is built anew for a size that does not fit, and when a weight has changed
(see ``watch`` for what is noticed when).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.utils._pytree as pytree
from numpy.typing import NDArray
from torch import Tensor, fx

from ..compiler.errors import UserError
from ..compiler.ir.guards import Assumptions
from ..compiler.ir.program import Program, is_tensor
from ..compiler.ir.verifier import infer
from .watch import WeightWatch

Array = NDArray[Any]
# How many of those for different sizes are kept.
KEPT_SIZES = 8


@dataclass(frozen=True)
class Executable:
    """What a runtime made of a program.

    Args:
        run: computes the outputs that are tensors or sizes, in their order, from inputs by name.
        sizes: of every input that it takes, by name; None for a size that may be any.
    """

    run: Callable[[dict[str, Array]], Sequence[Array]]
    sizes: Mapping[str, Sequence[int | None]]


class ArrayCall:
    """Calls executables of a program, with the signature and the results of ``program.module``.

    Results hold no gradients.

    Args:
        program: what to run.
        build: makes an executable of a program; the sizes of its example inputs are those that it has to take.

    Raises:
        UserError: an input or output is of a dtype that no array has; whatever ``build`` raises.
    """

    def __init__(self, program: Program, build: Callable[[Program], Executable]) -> None:
        self._program, self._build, self._lock = program, build, threading.Lock()
        _check_dtypes(program)
        self._start()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        start, inputs = time.perf_counter(), pytree.tree_leaves((args, kwargs))
        if any(isinstance(x, Tensor) and x.numel() == 0 for x in inputs):
            return self._program.module(*args, **kwargs)  # some runtimes divide by the sizes of what they get
        made = self._find(inputs)
        if made is None:
            with self._lock:
                made = self._find(inputs) or self._make(inputs, (args, kwargs))
        program, executable = made
        named = zip(program.input_names, inputs, strict=True)
        results = iter(executable.run({name: array(x) for name, x in named if name in executable.sizes}))
        flat = [_value(x, next(results), self._device) if isinstance(x, fx.Node) else x for x in program.returned()]
        self._weights.spend(time.perf_counter() - start)
        return program.graph.process_outputs(flat)

    def _start(self) -> None:
        """Build for all sizes that one file can have."""
        self._weights, self._device = _Weights(self._program), self._program.device
        self._made = [(self._program, self._build(self._program))]

    def _find(self, inputs: Sequence[Any]) -> Made | None:
        """What takes these inputs, and holds the weights as they are now."""
        if self._weights.changed():
            return None
        return next((made for made in self._made if _takes(*made, inputs)), None)

    def _make(self, inputs: Sequence[Any], call: tuple[tuple[Any, ...], dict[str, Any]]) -> Made:
        if self._weights.changed():
            self._start()
            if _takes(*self._made[0], inputs):
                return self._made[0]
        sized = _sized(self._program, inputs, call)
        made = sized, self._build(sized)
        self._made = [self._made[0], made, *self._made[1 : KEPT_SIZES - 1]]
        return made


Made = tuple[Program, Executable]


def _takes(program: Program, executable: Executable, inputs: Sequence[Any]) -> bool:
    """Whether sizes and numbers are those that an executable was made for."""
    for name, example, given in zip(program.input_names, program.inputs, inputs, strict=True):
        if type(given) is int and given != example:
            return False
        if isinstance(given, Tensor) and name in executable.sizes:
            sizes = zip(executable.sizes[name], given.shape, strict=True)
            if any(wanted is not None and wanted != size for wanted, size in sizes):
                return False
    return True


def _sized(program: Program, inputs: Sequence[Any], call: tuple[tuple[Any, ...], dict[str, Any]]) -> Program:
    """A program for these sizes alone; that it may have them was checked."""
    sized = program.copy()
    # The inputs themselves are the caller's, and may be large: sizes are all that is asked of them.
    sized.inputs = tuple(torch.zeros_like(x) if isinstance(x, Tensor) else x for x in inputs)
    sized.call, sized.assumptions = pytree.tree_unflatten(sized.inputs, pytree.tree_structure(call)), Assumptions()
    for node, value in zip(sized.placeholders(), inputs, strict=True):
        if isinstance(value, Tensor):
            node.meta["val"] = sized.fake(value)
    infer(sized)
    sizes = {node: node.meta["val"] for node in sized.outputs() if isinstance(node.meta["val"], int)}
    sized.output().args = fx.node.map_arg(sized.output().args, lambda node: sizes.get(node, node))
    sized.module.recompile()
    return sized


class _Weights:
    """The weights of a program, watched where they are looked up."""

    def __init__(self, program: Program) -> None:
        self._places = [_place(program.module, name) for name in program.weights()]
        self._watch = WeightWatch(self._now())
        self.spend = self._watch.spend

    def changed(self) -> bool:
        """Whether one is known to be replaced, or written into."""
        return self._watch.look(self._now())

    def _now(self) -> list[Tensor]:
        return [place[last] for place, last in self._places]


def _place(module: fx.GraphModule, name: str) -> tuple[Mapping[str, Any], str]:
    """Where a weight is looked up: what its owner holds by name."""
    path, _, last = name.rpartition(".")
    owner = module.get_submodule(path)
    places: tuple[Mapping[str, Any], ...] = owner._parameters, owner._buffers, vars(owner)
    return next(place for place in places if last in place), last


def array(value: Tensor) -> Array:
    """The numbers of a tensor, as what runs outside of PyTorch takes them."""
    found: Array = value.detach().resolve_conj().resolve_neg().cpu().numpy()
    return found


def _value(node: fx.Node, result: Array, device: torch.device) -> Any:
    """A result as the model returns it: a tensor on its device, or a number."""
    value = node.meta["val"]
    if isinstance(value, Tensor):
        return torch.from_numpy(result).to(device)
    return result.item()


def _check_dtypes(program: Program) -> None:
    values = [*zip(program.input_names, program.placeholders(), strict=True)]
    values += [(n, x) for n, x in zip(program.output_names, program.returned(), strict=True) if isinstance(x, fx.Node)]
    for name, node in values:
        if is_tensor(node):
            dtype = node.meta["val"].dtype
            try:
                torch.empty(0, dtype=dtype).numpy()
            except TypeError:
                raise UserError(
                    "onnx-export-failed",
                    f"'{name}' of '{program.name}' is of the type {str(dtype).removeprefix('torch.')}, "
                    "which no array outside of PyTorch has",
                    hint="convert it to float32 in the model",
                ) from None
