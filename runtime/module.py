"""CompiledModule: a Program that can be called like the model it came from."""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx, nn

from ..compiler.errors import UserError
from ..compiler.ir.autocast import check_autocast
from ..compiler.ir.conversion import convert
from ..compiler.ir.guards import Guards
from ..compiler.ir.program import Program
from ..compiler.ir.target import Target
from . import operators  # noqa: F401  (a pickled module that is loaded needs them)
from .targets import get


class ProgramModule(nn.Module):
    """An nn.Module around a Program, with the call signature of the model that was captured.

    ``parameters()``, ``state_dict()`` and ``.to()`` work on the program's own weights. Calls may pass inputs by
    position or by keyword, whichever way the example inputs were passed. It runs on its target, which is loaded at the
    first call; outside of PyTorch eager, results hold no gradients. Traced, or under a dispatch mode, it is the graph
    that PyTorch sees.
    """

    def __init__(self, program: Program, report: Any = None, target: str | Target = "cpu") -> None:
        super().__init__()
        self._program = program
        self.report = report
        self._target = get(target)
        self._run: Callable[..., Any] | None = None
        self._loading = threading.Lock()
        self._note_example()
        self._names = {name: self._free(name) for name in _own(program.module)}
        for name, child in program.module.named_children():
            self.add_module(self._names[name], child)
        for name, parameter in program.module.named_parameters(recurse=False):
            self.register_parameter(self._names[name], parameter)
        for name, buffer in program.module.named_buffers(recurse=False):
            self.register_buffer(self._names[name], buffer)
        self.eval()

    def _free(self, name: str) -> str:
        """A name under which nothing of this class lies, such as ``report_`` for ``report``."""
        while hasattr(type(self), name) or hasattr(self, name) or name == "_names":
            name += "_"
        return name

    def _note_example(self) -> None:
        """What later calls are held against."""
        self._call, self._signature = self._program.call, self._program.signature
        self._structure = pytree.tree_structure(self._call)
        self._guards = Guards.of(self._program)
        self._device = self._program.device.type

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._program, self.report, self._target)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return type(self)(self._program.copy(clone=True), self.report, self._target)

    @property
    def program(self) -> Program:
        """The graph and weights, for further passes."""
        return self._program

    @property
    def module(self) -> Self:
        """The same model in PyTorch eager, with the same weights: itself, unless it runs on another target."""
        return self if self._target.eager else type(self)(self._program, self.report)

    def prepare(self) -> None:
        """Load the model on its target now, and not at its first call.

        Raises:
            UserError: the target cannot run it.
        """
        if any(weight.is_meta for weight in self._program.weights().values()):
            raise UserError(
                "unsupported-tensor",
                f"'{self._program.name}' is on the meta device and holds no numbers",
                hint="give it weights first: model.to_empty(device='cpu').load_state_dict(...)",
            )
        try:
            vars(self)["_run"] = self._target.load(self._program)  # no child of ours, even if it is a module
        except UserError as error:
            raise error.or_else("call '.module', which runs in PyTorch") from error

    @property
    def graph_module(self) -> fx.GraphModule:
        """The graph as a module of ``torch.fx``."""
        return self._program.module

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        converted = convert(self._program, fn)
        run = None if converted else self._run
        self._follow()
        self._run = run
        return self

    def _follow(self) -> None:
        """Take over what became of the program, which others may call, too (see ``module``)."""
        for name, parameter in self._program.module.named_parameters(recurse=False):
            self._parameters[self._names[name]] = parameter
        for name, buffer in self._program.module.named_buffers(recurse=False):
            self._buffers[self._names[name]] = buffer
        self._note_example()
        self._run = None

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Run the model on its target.

        Args:
            args, kwargs: as the model's ``forward`` takes them.

        Raises:
            UserError: the target cannot run it; or the inputs, or autocast, are not such as it was compiled for
                (``sparsec.compiler.ir``, ``guards`` and ``autocast``).
        """
        if (
            not torch.compiler.is_compiling() and self._call is not self._program.call
        ):  # nothing moves while it is traced
            self._follow()
        autocast = self._program.autocast
        check_autocast(self._device, autocast)
        args, kwargs = self._arrange(args, kwargs)
        run = self._program.module if self._target.eager or _is_watched() else self._loaded
        if autocast is None:
            return run(*args, **kwargs)
        with torch.autocast(self._device, enabled=False):  # the casts are in the graph
            return run(*args, **kwargs)

    def _loaded(self, *args: Any, **kwargs: Any) -> Any:
        """On a target that is not PyTorch eager, without gradients."""
        if self._run is None:
            with self._loading:  # exporters put other tensors in place of a program's weights meanwhile
                if self._run is None:
                    self.prepare()
        assert self._run is not None
        with torch.no_grad():
            return self._run(*args, **kwargs)

    def _arrange(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Inputs in the positions and keywords of the example call."""
        (example_args, example_kwargs), signature = self._call, self._signature
        if signature is not None and not (len(args) == len(example_args) and kwargs.keys() == example_kwargs.keys()):
            args, kwargs = _rebind(signature, args, kwargs, example_args, example_kwargs)
        if _is_traced():
            return args, kwargs
        inputs, given = pytree.tree_flatten((tuple(args), kwargs))
        if given != self._structure:
            args, kwargs = _in_order((tuple(args), kwargs), self._call)
            inputs, given = pytree.tree_flatten((args, kwargs))
        if given != self._structure:
            raise UserError(
                "bad-inputs",
                "the inputs are not structured like the example inputs",
                note=f"compiled for {self._sketch()}, called with {_sketch(args, kwargs)}",
                hint="compile again with example inputs of this structure",
            )
        self._guards.check(inputs)
        return args, kwargs

    def flat_inputs(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        """The inputs of a call in the order of the program's placeholders.

        Args:
            args, kwargs: as the model's ``forward`` takes them.

        Raises:
            UserError: they are not such as it was compiled for.
        """
        return pytree.tree_leaves(self._arrange(tuple(args), dict(kwargs)))

    def _sketch(self) -> str:
        leaves = [_Words(text) for text in self._guards.sketches()]
        return _sketch(*pytree.tree_unflatten(leaves, self._structure))


@dataclass(frozen=True)
class _Words:
    """In place of an input, what it has to be like."""

    text: str


def _is_watched() -> bool:
    """Whether PyTorch, or a mode such as a counter of operations, looks on: there is nothing to see elsewhere."""
    return _is_traced() or torch._C._len_torch_dispatch_stack() > 0


def _is_traced() -> bool:
    """Whether this thread is tracing: PyTorch says so to all of them."""
    here = torch.compiler.is_dynamo_compiling() or torch._C._len_torch_dispatch_stack() > 0
    return here and torch.compiler.is_compiling()


def _rebind(
    signature: inspect.Signature,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    example_args: tuple[Any, ...],
    example_kwargs: dict[str, Any],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    try:
        call = signature.bind(*args, **kwargs)
        example = signature.bind(*example_args, **example_kwargs)
    except TypeError as error:
        raise UserError("bad-inputs", f"the inputs do not fit 'forward{signature}'", note=str(error)) from error
    _settle_defaults(signature, call, example)
    if call.arguments.keys() != example.arguments.keys():
        extra, missing = (
            call.arguments.keys() - example.arguments.keys(),
            example.arguments.keys() - call.arguments.keys(),
        )
        raise UserError(
            "bad-inputs",
            "the inputs are not those of the example call",
            note=f"not in the example: {sorted(extra)}; missing: {sorted(missing)}",
            hint="compile again with example inputs for every argument that you want to pass",
        )
    by_keyword = {name: call.arguments[name] for name in example_kwargs if name in call.arguments}
    positional = []
    for name, value in call.arguments.items():
        if name in by_keyword:
            continue
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            positional += [*value]
        elif kind is inspect.Parameter.VAR_KEYWORD:
            by_keyword |= {key: value[key] for key in example_kwargs if key in value}
        else:
            positional.append(value)
    return tuple(positional), by_keyword


def _settle_defaults(
    signature: inspect.Signature, call: inspect.BoundArguments, example: inspect.BoundArguments
) -> None:
    """Drop arguments that only spell out a default, and add defaults that the example call spelled out."""
    for name, parameter in signature.parameters.items():
        spelled_out = name in call.arguments and name not in example.arguments
        if spelled_out and _is_default(call.arguments[name], parameter.default):
            del call.arguments[name]
        optional = parameter.default is not inspect.Parameter.empty
        if optional and name in example.arguments and name not in call.arguments:
            call.arguments[name] = parameter.default


def _is_default(value: Any, default: Any) -> bool:
    """Whether a value is a default, or a number, word or flag that is the same."""
    plain = type(value) in (bool, int, float, str) and type(value) is type(default)
    return value is default or (plain and bool(value == default))


def _own(module: nn.Module) -> list[str]:
    """Names of what lies directly in a module."""
    return [*module._modules, *module._parameters, *module._buffers]


def _in_order(value: Any, example: Any) -> Any:
    """The same with the keys of dicts in the example's order, where they are the same ones."""
    if type(value) in (dict, OrderedDict) and type(value) is type(example) and value.keys() == example.keys():
        return type(value)((key, _in_order(value[key], example[key])) for key in example)
    if type(value) in (list, tuple) and type(value) is type(example) and len(value) == len(example):
        return type(value)(_in_order(a, b) for a, b in zip(value, example, strict=True))
    return value


def _sketch(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    def show(value: Any) -> str:
        if isinstance(value, _Words):
            return value.text
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {show(item)}" for key, item in value.items()) + "}"
        if type(value) in (list, tuple):
            inner = ", ".join(map(show, value))
            return f"[{inner}]" if isinstance(value, list) else f"({inner})"
        return f"Tensor{list(value.shape)}" if isinstance(value, Tensor) else type(value).__name__

    parts = [show(a) for a in args] + [f"{key}={show(value)}" for key, value in kwargs.items()]
    return f"({', '.join(parts)})"
