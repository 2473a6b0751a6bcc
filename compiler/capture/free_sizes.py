"""Which static sizes may differ at a later call all the same: those of images in a plain convolutional network.

Sizes of images are captured as numbers, since constants under zero padding are exact only for one size. Where neither
the model nor the result depends on it, another size is as good. The model is run once on fake tensors whose sizes are
symbols: what its code asks about them becomes a condition. That no size went into the graph as a number is seen from
answers at other sizes, the module's against the program's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy
import torch
import torch.utils._pytree as pytree
from torch import SymInt, Tensor
from torch._dispatch.python import enable_python_dispatcher
from torch._dynamo.source import ConstantSource
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.symbolic_shapes import DimDynamic, ShapeEnv, StatelessSymbolicContext

from ..ir.guards import Place
from ..ir.program import Program, is_static, is_tensor, shape_of
from ..ir.tracing import Watch, unlogged
from ..reference import other_sizes
from .faithful import works_at
from .images import is_image
from .user_model import UserModel

# How many operations a size may be made of. Strided convolutions and poolings take two or three each; padding to
# windows, stage after stage, nests remainders, about which a single question takes sympy minutes.
MOST_OPERATIONS = 30


def free_sizes(program: Program, model: UserModel) -> None:
    """Note in a program's assumptions which static sizes of its images do not matter, and under which conditions."""
    places = [
        (index, dim)
        for index, (node, value) in enumerate(zip(program.placeholders(), program.inputs, strict=True))
        if is_image(value, model.module) and is_tensor(node) and is_static(shape_of(node)[1])
        for dim in range(2, value.ndim)
        if is_static(shape_of(node)[dim]) and value.shape[dim] > 2
    ]
    if not places:
        return
    try:
        symbols, relations = _asked(program, model, places)
    except Exception:  # noqa: BLE001 (whatever the model does not do with symbols: its sizes stay fixed)
        return
    if len(symbols) < len(places):
        return
    before = program.assumptions
    program.assumptions = replace(before, free=symbols, free_relations=relations)
    if not all(works_at(program, model, sizes) for sizes in other_sizes(program)):
        program.assumptions = before


def _asked(program: Program, model: UserModel, places: list[Place]) -> tuple[dict[Place, str], tuple[sympy.Basic, ...]]:
    """Run the model on fake tensors of symbolic sizes; the symbols that stayed free, and what was asked of them."""
    env = ShapeEnv(specialize_zero_one=True, duck_shape=False)
    mode = FakeTensorMode(shape_env=env, allow_non_fake_inputs=True)
    fakes: list[Any] = []
    symbols: dict[Place, str] = {}
    for index, value in enumerate(program.inputs):
        if isinstance(value, Tensor):
            kinds = [DimDynamic.DYNAMIC if (index, dim) in places else DimDynamic.STATIC for dim in range(value.ndim)]
            context: Any = StatelessSymbolicContext(dynamic_sizes=kinds)
            source = ConstantSource(f"input{index}")
            fake = mode.from_tensor(value.detach(), symbolic_context=context, source=source)
            symbols |= {(i, d): str(fake.shape[d]) for i, d in places if i == index}
            value = fake
        fakes.append(value)
    _, spec = pytree.tree_flatten(program.call)
    args, kwargs = pytree.tree_unflatten(fakes, spec)
    with enable_python_dispatcher(), mode, _ShortSizes(), torch.no_grad(), unlogged():
        model.module(*args, **kwargs)
    fixed = {str(symbol) for symbol in env.replacements}
    # The program's own symbols come from another environment, and may be called the same.
    names = {s: f"free{index}_{dim}" for (index, dim), s in symbols.items()}
    renamed = {symbol: sympy.Symbol(names[str(symbol)], positive=True, integer=True) for symbol in _symbols(env)}
    relations = tuple(guard.expr.xreplace(renamed) for guard in env.guards)
    return {place: names[s] for place, s in symbols.items() if s not in fixed}, relations


def _symbols(env: ShapeEnv) -> set[sympy.Symbol]:
    return {symbol for guard in env.guards for symbol in guard.expr.free_symbols}


class _ShortSizes(Watch):
    """Raises where the size of a value is an expression too long to reason about."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        sizes = [size for value in pytree.tree_leaves(result) if isinstance(value, Tensor) for size in value.shape]
        for size in sizes:
            if isinstance(size, SymInt) and sympy.count_ops(size.node.expr) > MOST_OPERATIONS:
                raise OverflowError(f"a size is made of more than {MOST_OPERATIONS} operations")
        return result
