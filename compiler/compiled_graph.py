"""CompiledGraph: a compiled Dynamo graph that is never stale and never in the way.

It is called with everything that Dynamo passes, weights among it. Whatever the compiled graph cannot do (sizes that
capture has fixed and Dynamo has not, a failure) is done by the graph as it came, on the live weights. An error of the
graph as it came is the user's own, and passes through.
"""

from __future__ import annotations

import functools
import operator
import threading
import time
import traceback
import warnings
import weakref
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.fx.experimental.symbolic_shapes import SYMPY_INTERP

from ..runtime.watch import WeightWatch
from .errors import FallbackWarning, PassError, UserError, is_exhaustion
from .ir.program import Program, hint, is_static

Inputs = Sequence[Any]
# A build that served this many calls was worth it: weights that change then are compiled in again at once.
WORTH_CALLS = 32


@dataclass(frozen=True)
class Roles:
    """Which inputs of a graph, by position, are what.

    Attributes:
        weights: bound at compile time.
        others: tensors and numbers that vary from call to call; the rest are sizes of those tensors.
        written: those of the others that the graph writes into.
        fickle: those of the weights that may turn out to vary: buffers, and parameters that are no module's.
    """

    weights: tuple[int, ...]
    others: tuple[int, ...]
    written: tuple[int, ...] = ()
    fickle: frozenset[int] = frozenset()

    def varying(self, places: Set[int]) -> Roles:
        """With some of the weights among the others."""
        weights = tuple(i for i in self.weights if i not in places)
        return replace(self, weights=weights, others=tuple(sorted({*self.others, *places})))

    @functools.cached_property
    def pick_weights(self) -> Callable[[Inputs], Any]:
        return picker(self.weights)

    @functools.cached_property
    def pick_others(self) -> Callable[[Inputs], Any]:
        return picker(self.others)

    @functools.cached_property
    def pick_written(self) -> Callable[[Inputs], Any]:
        return picker(self.written)


class Build:
    """What one compilation gave.

    Args:
        roles: of the inputs.
        run: from the inputs that vary to the outputs of the graph; None where the graph as it came is as fast.
        watch: of the weights; None never looks.
        accepts: whether ``run`` may be called with inputs of these sizes; None if with all that Dynamo lets through.
    """

    def __init__(
        self,
        roles: Roles,
        run: Callable[..., Any] | None,
        watch: WeightWatch | None,
        accepts: Callable[[Inputs], bool] | None,
    ) -> None:
        self.run, self.watch, self.accepts = run, watch, accepts
        self.weights_of, self.others_of = roles.pick_weights, roles.pick_others
        self.written_of = roles.pick_written if roles.written else None

    def is_stale(self, inputs: Inputs) -> bool:
        return self.watch is not None and self.watch.look(self.weights_of(inputs))


@dataclass(frozen=True)
class Settings:
    """How a graph is run.

    Attributes:
        strict: raise what fails later instead of running the graph as it came.
        recompile: compile again when weights change; otherwise that is an error.
        clock: of seconds.
    """

    strict: bool = False
    recompile: bool = True
    clock: Callable[[], float] = time.perf_counter


class CompiledGraph:
    """A graph to be called in place of the one that Dynamo captured.

    Modules of one class share a graph: blocks of a model that are compiled one by one, copies of a model. Each has its
    own weights, and from its second call on its own ``BoundGraph``.

    Args:
        original: the graph as it came.
        build: compiles for the weights among some inputs.
        inputs: example inputs.
        roles: what they are.
        settings: how it is run.
    """

    def __init__(
        self,
        original: Callable[..., Any],
        build: Callable[[Inputs, Roles], Build],
        inputs: Inputs,
        roles: Roles,
        settings: Settings | None = None,
    ) -> None:
        settings = settings or Settings()
        self._make = functools.partial(BoundGraph, original, build, roles, settings, set[str]())
        owned = [place for place in roles.weights if place not in roles.fickle]
        self._place = owned[0] if owned and settings.recompile else None
        self._bound: dict[int, BoundGraph] = {}
        self._of_weights: dict[int, weakref.ref[Tensor]] = {}
        self._add(inputs, self._make(built=build(inputs, roles)))

    def __call__(self, *inputs: Any) -> Any:
        bound = self._bound.get(0 if self._place is None else id(inputs[self._place]))
        if bound is None:
            bound = self._add(inputs, self._make(weights=inputs))
        return bound(*inputs)

    def check(self) -> bool:
        """Read all weights; whether one of them is not what was compiled in (the next call sees to that)."""
        changed = [bound.check() for bound in [*self._bound.values()]]
        return any(changed)

    def _add(self, inputs: Inputs, bound: BoundGraph) -> BoundGraph:
        key = 0
        if self._place is not None:
            weight, graphs, held = inputs[self._place], self._bound, self._of_weights
            key = id(weight)

            def forget(_: object) -> None:
                graphs.pop(key, None)
                held.pop(key, None)

            held[key] = weakref.ref(weight, forget)
        self._bound[key] = bound
        return bound


class BoundGraph:
    """A graph for one set of weights.

    Args:
        original: the graph as it came; build, roles, settings: see ``CompiledGraph``.
        told: what the user was told about this graph.
        built: compiled already.
        weights: inputs with weights that are to be compiled in if they come a second time.
    """

    def __init__(
        self,
        original: Callable[..., Any],
        build: Callable[[Inputs, Roles], Build],
        roles: Roles,
        settings: Settings,
        told: set[str],
        *,
        built: Build | None = None,
        weights: Inputs | None = None,
    ) -> None:
        self._original, self._build, self._roles, self._settings = original, build, roles, settings
        self._clock, self._lock, self._told = settings.clock, threading.Lock(), told
        self._failed, self._served, self._patience, self._quiet, self._changes = False, 0, 0, 0, 0
        self._built = built
        self._waiting: WeightWatch | None = None  # since weights changed the last time
        if weights is not None:
            self._waiting, self._patience = WeightWatch(roles.pick_weights(weights), share=None), 1

    def __call__(self, *inputs: Any) -> Any:
        built = self._built
        if built is None or built.is_stale(inputs):
            built = self._renewed(inputs)
        if built is None or built.run is None:
            return self._original(*inputs)
        varying = built.others_of(inputs)
        if built.accepts is not None and not built.accepts(varying):
            return self._declined(varying, inputs)
        written: Sequence[Tensor] = ()
        if built.written_of is not None:
            written = built.written_of(inputs)
            if not _apart(written, varying):
                return self._original(*inputs)
        versions = _versions(written)
        start = self._clock()
        try:
            result = built.run(*varying)
        except Exception as error:  # noqa: BLE001  (whatever it is, the graph as it came decides)
            failure = error
        else:
            self._served += 1
            if built.watch is not None:
                built.watch.spend(self._clock() - start)
            return result
        return self._rescued(inputs, failure, half_written=_versions(written) != versions)

    def check(self) -> bool:
        """Read all weights; whether one of them is not what was compiled in (the next call sees to that)."""
        built = self._built
        return built is not None and built.watch is not None and built.watch.changed()

    # ---------------------------------------------------------------- weights that change

    def _renewed(self, inputs: Inputs) -> Build | None:
        """A build for the present weights; None if the graph as it came has to run."""
        if self._failed or not self._lock.acquire(blocking=False):  # another thread compiles
            return None
        try:
            return self._renew(inputs)
        finally:
            self._lock.release()

    def _renew(self, inputs: Inputs) -> Build | None:
        watch = self._waiting if self._built is None else self._built.watch
        if watch is not None and watch.look(self._roles.pick_weights(inputs)):
            self._note_change(watch, inputs)
        elif self._built is not None:
            return self._built  # of another thread
        if self._quiet < self._patience:
            self._quiet += 1
            if self._patience > 1:
                text = f"weights change from call to call; compiled again when they stay for {self._patience} calls"
                self._tell(text, kind="patience")
            return None
        try:
            self._built = self._build(inputs, self._roles)
        except Exception as error:
            self._failed = True
            if self._settings.strict or is_exhaustion(error):
                raise
            self._tell(why(error))
        return self._built

    def _note_change(self, watch: WeightWatch, inputs: Inputs) -> None:
        """Weights changed: after compilations in vain they have to stay for more and more calls until the next one.

        If they are none that training changes, they are no weights, but state that is written elsewhere.
        """
        if not self._settings.recompile:
            raise UserError(
                "stale-weights",
                "a weight changed after the model was compiled",
                hint="compile again, or use options={'weights': 'watch'} to recompile by itself",
            )
        in_vain = self._built is not None and self._changes > 0 and self._served < WORTH_CALLS
        moved = {self._roles.weights[at] for at in watch.moved(self._roles.pick_weights(inputs))}
        if in_vain and moved and moved <= self._roles.fickle:
            self._roles = self._roles.varying(moved)
        elif self._built is not None:
            self._patience = 2 * self._patience + 2 if in_vain else 0
        self._built, self._quiet, self._served, self._changes = None, 0, 0, self._changes + 1
        self._waiting = WeightWatch(self._roles.pick_weights(inputs), share=None)

    # ---------------------------------------------------------------- what only the graph as it came can do

    def _declined(self, varying: Inputs, inputs: Inputs) -> Any:
        sizes = ", ".join(str([*x.shape] if isinstance(x, Tensor) else x) for x in varying)
        self._tell(f"compiled for some sizes only, called with others: {sizes}", kind="sizes")
        return self._original(*inputs)

    def _rescued(self, inputs: Inputs, failure: Exception, *, half_written: bool) -> Any:
        """The outputs of the graph as it came, where it has some; then the compiled one was at fault."""
        if half_written or is_exhaustion(failure):
            raise failure
        result = self._original(*inputs)
        if self._settings.strict:
            raise failure
        self._built, self._failed = None, True
        self._tell(why(failure))
        return result

    def _tell(self, reason: str, kind: str | None = None) -> None:
        """Warn, once for each kind of reason."""
        if (kind or reason) not in self._told:
            self._told.add(kind or reason)
            warnings.warn(f"sparsec leaves a graph to PyTorch: {reason}", FallbackWarning, stacklevel=2)


def why(error: BaseException) -> str:
    """What a user should know about a compilation, or a compiled graph, that failed."""
    if isinstance(error, UserError):
        return str(error)
    lines = str(error).strip().splitlines()
    text = lines[0] if lines else ""
    if not isinstance(error, PassError):
        text = f"{type(error).__name__}{_place(error)}: {text}"
    return (
        f"{text}\n  Note: a defect of sparsec, not of the model: results are right, only not faster"
        "\n  Hint: please report it; options={'strict': True} raises it with its traceback"
    )


def _place(error: BaseException) -> str:
    """The innermost line of this package that an error came through."""
    here = Path(__file__).parent.parent
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        frame
        for frame in frames
        if Path(frame.filename).is_relative_to(here)
        and "site-packages" not in Path(frame.filename).relative_to(here).parts
    ]
    return f" at {Path(own[-1].filename).relative_to(here)}:{own[-1].lineno}" if own else ""


def picker(places: Sequence[int]) -> Callable[[Inputs], Any]:
    """A fast function that picks what lies at some places of a sequence, as a sequence."""
    if len(places) < 2 or list(places) == list(range(places[0], places[-1] + 1)):
        return operator.itemgetter(slice(places[0], places[-1] + 1) if places else slice(0))
    return operator.itemgetter(*places)


def contract(program: Program, values: Sequence[Any]) -> Callable[[Inputs], bool] | None:
    """Whether a program may be called with inputs; None if it may with all that Dynamo lets through.

    Args:
        program: its capture may have fixed or related sizes.
        values: the fake tensors and symbols by which Dynamo knows the inputs; it checks what is no symbol there.
    """
    places = [
        (index, dim, size)
        for index, (node, value) in enumerate(zip(program.placeholders(), values, strict=True))
        for (dim, size), (_, known) in zip(_sizes(node.meta["val"]), _sizes(value), strict=True)
        if isinstance(known, torch.SymInt)
    ]
    readable = {size.node.expr for *_, size in places if not is_static(size) and size.node.expr.is_symbol}
    fixed: list[tuple[int, int | None, int]] = []
    symbolic: list[tuple[int, int | None, torch.SymInt]] = []
    for index, dim, size in places:
        if is_static(size) or not size.node.expr.free_symbols <= readable:
            fixed.append((index, dim, hint(size)))
        else:
            symbolic.append((index, dim, size))
    code = _condition([size for *_, size in symbolic], readable) if symbolic else None
    if code is None and not fixed:
        return None
    holds = eval(f"lambda L: {code or True}", dict(SYMPY_INTERP))  # as PyTorch itself evaluates them

    def size_of(value: Any, dim: int | None) -> Any:
        return value if dim is None else value.shape[dim]

    def accepts(inputs: Inputs) -> bool:
        if any(size_of(inputs[index], dim) != size for index, dim, size in fixed):
            return False
        return bool(holds({f"t{at}": size_of(inputs[index], dim) for at, (index, dim, _) in enumerate(symbolic)}))

    return accepts


def _condition(sizes: Sequence[torch.SymInt], readable: Set[Any]) -> str | None:
    """What symbolic sizes have to be like, as an expression of ``L['t0']``, ``L['t1']``, ...; None if like anything.

    PyTorch's conditions on strides, which it relates to sizes to tell memory formats apart, change no result. A size
    that only a stride or an input's values say is none of the call's.
    """
    env = sizes[0].node.shape_env
    guards = [guard for guard in env.guards if env.simplify(guard.expr).free_symbols <= readable]
    code: str | None = env.produce_guards_expression(sizes, guards=guards)
    return code


def _sizes(value: Any) -> list[tuple[int | None, Any]]:
    """The sizes of a tensor with their dimensions; a number as it is."""
    return [*enumerate(value.shape)] if hasattr(value, "shape") else [(None, value)]


def _versions(tensors: Sequence[Tensor]) -> list[int]:
    return [0 if x.is_inference() else x._version for x in tensors]


def _apart(written: Sequence[Tensor], varying: Inputs) -> bool:
    """Whether what a graph writes into shares no memory with its other inputs."""
    memory = {x.untyped_storage()._cdata for x in written}
    return sum(isinstance(x, Tensor) and x.untyped_storage()._cdata in memory for x in varying) == len(memory)
