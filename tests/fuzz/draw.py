"""A random program: a list of productions, applied one after the other, printable as the source of a module.

A production gets a ``Draw``, takes values that fit, and emits lines of Python. Every line runs as it is emitted, at two
choices of the sizes that vary, so that shapes are facts: a dimension that differs between the two is not fixed, and a
line that fails takes its production back. What is drawn depends on the seed of its step alone, so that a step can be
left out while the others mostly stay as they are: that is how findings shrink.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Values beyond this are not drawn further: rounding would drown what is looked for.
LARGEST = 1e4
# How often a production that finds no value gets a new argument.
FRESH = 0.25
# How often an input is a view of another tensor.
STRIDED = 0.1
DTYPES = ("float64", "float32", "bfloat16")
NARROWNESS = {dtype: rank for rank, dtype in enumerate(DTYPES)}


class Unfit(Exception):
    """A production finds no value that it could work on."""


@dataclass(frozen=True)
class Production:
    """One kind of line.

    Attributes:
        covers: the ops of ``torch.ops.aten`` that it may bring into a graph.
        jumps: whether the smallest difference of an operand may change the result by much.
    """

    name: str
    group: str
    covers: tuple[str, ...]
    jumps: bool
    apply: Callable[[Draw], None]


PRODUCTIONS: dict[str, Production] = {}


def production(group: str, covers: str = "", *, jumps: bool = False) -> Callable[[Callable[[Draw], None]], Any]:
    """Enter a function into the grammar."""

    def enter(apply: Callable[[Draw], None]) -> Callable[[Draw], None]:
        name = apply.__name__
        assert name not in PRODUCTIONS, f"two productions are called '{name}'"
        PRODUCTIONS[name] = Production(name, group, tuple(covers.split()), jumps, apply)
        return apply

    return enter


@dataclass(frozen=True)
class Value:
    """A tensor of a program, as it is at either choice of sizes."""

    name: str
    tensor: Tensor
    other: Tensor

    def __str__(self) -> str:
        return self.name

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.tensor.shape)

    @property
    def ndim(self) -> int:
        return self.tensor.ndim

    def fixed(self, dim: int) -> bool:
        """Whether a dimension has the same size in every call."""
        return self.tensor.shape[dim] == self.other.shape[dim]

    def batched(self) -> bool:
        return self.ndim > 0 and not self.fixed(0)

    def of(self, kind: str) -> bool:
        dtype = self.tensor.dtype
        if kind == "bool":
            return dtype is torch.bool
        if kind == "int":
            return not dtype.is_floating_point and not dtype.is_complex and dtype is not torch.bool
        return kind == "float" and dtype.is_floating_point


@dataclass(frozen=True)
class Step:
    """A production and the seed that it draws from; the number names what it makes."""

    number: int
    name: str
    seed: int


@dataclass(frozen=True)
class Spec:
    """All that a program is drawn from.

    Attributes:
        wanted: how many productions to draw; ``steps`` are those that were.
        dense: modules and parameters that get no zeros.
        returned: how many values come out; None leaves it to the seed.
    """

    seed: int
    wanted: int = 0
    steps: tuple[Step, ...] = ()
    dtype: str | None = None
    dense: frozenset[str] = frozenset()
    returned: int | None = None


@dataclass
class Program:
    """A module as source, with what a check has to know of it.

    Attributes:
        narrowest: the least precise dtype that it computes in.
        jumps: whether some result may change by much for a rounding.
        sizes: batch and length of the example; ``varied`` those of another call.
    """

    spec: Spec
    source: str
    sizes: tuple[int, int]
    varied: tuple[int, int]
    narrowest: str
    jumps: bool
    numbers: bool
    names: tuple[str, ...] = ()


class _Root(nn.Module):
    """What ``self`` is while lines run."""


@dataclass
class Draw:
    """A program while it grows; what productions see."""

    random: Random
    dtype: str
    pool: list[int]
    sizes: tuple[int, int]
    varied: tuple[int, int]
    number: int = 0
    values: list[Value] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    setup: list[str] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)
    inputs: list[tuple[str, str, bool]] = field(default_factory=list)
    narrow: list[str] = field(default_factory=list)
    root: Any = field(default_factory=_Root)
    spaces: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        for sizes in (self.sizes, self.varied):
            names = {"torch": torch, "nn": nn, "F": F, "self": self.root, "D": getattr(torch, self.dtype)}
            self.spaces.append(names | {"b": sizes[0], "t": sizes[1], "other": False, "g": _generator()})

    # ---------------------------------------------------------------- choices

    def size(self) -> int:
        return self.random.choice(self.pool)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def choose(self, options: Sequence[Any]) -> Any:
        return self.random.choice(options)

    def number_in(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    # ---------------------------------------------------------------- values

    def pick(
        self, ndim: int | Sequence[int] | None = None, kind: str = "float", where: Callable[[Value], bool] | None = None
    ) -> Value:
        """A value that fits, a late one rather than an early one; a new input where none does."""
        found = self.fitting(ndim, kind, where)
        if not found and (self.number == 0 or self.chance(FRESH)):
            self.new_input(ndim, kind)
            found = self.fitting(ndim, kind, where)
        if not found:
            raise Unfit
        return found[-1] if self.chance(0.65) else self.choose(found)

    def fitting(
        self, ndim: int | Sequence[int] | None = None, kind: str = "float", where: Callable[[Value], bool] | None = None
    ) -> list[Value]:
        ranks = (ndim,) if isinstance(ndim, int) else ndim
        return [
            value
            for value in self.values
            if value.of(kind) and (ranks is None or value.ndim in ranks) and (where is None or where(value))
        ]

    def image(self, low: int = 1) -> Value:
        """A value of four dimensions whose channels are fixed and whose sides have ``low`` places or more."""
        return self.planes(2, low)

    def planes(self, dims: int, low: int = 1) -> Value:
        """The same with any number of spatial dimensions."""
        return self.pick(dims + 2, where=lambda v: v.fixed(1) and min(v.shape[2:]) >= low and min(v.shape) > 0)

    def features(self, ndim: Sequence[int] = (2, 3, 4)) -> Value:
        """A value whose last dimension is fixed."""
        return self.pick(ndim, where=lambda v: v.fixed(-1) and v.shape[-1] > 0)

    def new_input(self, ndim: int | Sequence[int] | None = None, kind: str = "float") -> Value:
        """A further argument of ``forward``."""
        rank = self.choose((2, 3, 4)) if ndim is None else ndim if isinstance(ndim, int) else self.choose([*ndim])
        shape = self.input_shape(rank)
        if kind == "bool":
            return self.argument(f"torch.rand({shape}, generator=g) > 0.3")
        if kind == "int":
            return self.argument(f"torch.randint(0, {self.size()}, ({shape},), generator=g)")
        if rank > 1 and self.chance(STRIDED):
            *dims, one, two = shape.split(", ")
            return self.argument(f"torch.randn({', '.join([*dims, two, one])}, generator=g, dtype=D).transpose(-1, -2)")
        return self.argument(f"torch.randn({shape}, generator=g, dtype=D)")

    def input_shape(self, rank: int) -> str:
        if rank == 0:
            return "()"
        dims = ["b", *(str(self.size()) for _ in range(rank - 1))]
        if rank == 3 and self.chance(0.6):
            dims[self.choose((1, 2))] = "t"
        if rank >= 4:
            side = "t" if self.chance(0.3) else str(self.number_in(4, 7))
            dims[2:] = [side] * (rank - 2)
            if self.chance(0.3):
                dims[-1] = str(self.number_in(4, 6))
        return ", ".join(dims)

    def written_shape(self, value: Value) -> str:
        """The shape of a value in the terms of an argument's expression."""
        dims = []
        for size, other in zip(value.shape, value.other.shape, strict=True):
            known = {(self.sizes[0], self.varied[0]): "b", (self.sizes[1], self.varied[1]): "t"} | {
                (size, size): str(size)
            }
            if (size, other) not in known:
                raise Unfit
            dims.append(known[size, other])
        return ", ".join(dims)

    def argument(self, expression: str, *, keyword: bool = False) -> Value:
        """An argument made by ``expression``, which may name b, t, g, other and earlier arguments."""
        name = self.bare_argument(expression, keyword=keyword)
        return self._hold(name)

    def bare_argument(self, expression: str, *, keyword: bool = False) -> str:
        """The same, for what is no tensor."""
        name = f"x{self.number}" + (
            "" if not any(n == f"x{self.number}" for n, _, _ in self.inputs) else f"_{self.count}"
        )
        self.count += 1
        self._run(f"{name} = {expression}")
        self.inputs.append((name, expression, keyword))
        return name

    # ---------------------------------------------------------------- lines

    def emit(self, expression: str) -> Value:
        """A line that gives a name to a tensor."""
        name = f"v{self.number}" + (f"_{self.count}" if f"v{self.number}" in self.spaces[0] else "")
        self.count += 1
        self.line(f"{name} = {expression}")
        return self._hold(name)

    def emit_many(self, expression: str, count: int) -> list[Value]:
        """A line that gives names to several tensors."""
        names = [f"v{self.number}_{self.count + i}" for i in range(count)]
        self.count += count
        self.line(f"{', '.join(names)}, = {expression}" if count == 1 else f"{', '.join(names)} = {expression}")
        return [self._hold(name) for name in names]

    def line(self, text: str) -> None:
        self._run(text)
        self.lines.append(text)

    def _run(self, text: str) -> None:
        with torch.no_grad():
            for space in self.spaces:
                exec(text, space)

    def _hold(self, name: str) -> Value:
        first, second = (space[name] for space in self.spaces)
        if not isinstance(first, Tensor) or first.ndim != second.ndim or first.dtype != second.dtype:
            raise Unfit
        if first.numel() > 20_000 or (first.is_floating_point() and not _tame(first)):
            raise Unfit
        value = Value(name, first, second)
        self.values.append(value)
        return value

    # ---------------------------------------------------------------- what a module holds

    def module(self, constructor: str) -> str:
        """A submodule; now and then one that the program has already, which is then shared."""
        shared = [name for name, text in self.made.items() if text == constructor]
        if shared and self.chance(0.4):
            return f"self.{self.choose(shared)}"
        return self._make(f"m{self.number}", constructor)

    def parameter(self, *shape: int) -> str:
        dims = ", ".join(map(str, shape))
        return self._make(f"p{self.number}", f"nn.Parameter(torch.randn({dims}, dtype=D))")

    def buffer(self, expression: str) -> str:
        name = self._free(f"b{self.number}")
        text = f"self.register_buffer({name!r}, {expression})"
        self._run(text)
        self.setup.append(text)
        self.made[name] = text
        return f"self.{name}"

    def _make(self, name: str, constructor: str) -> str:
        name = self._free(name)
        text = f"self.{name} = {constructor}"
        exec(text, self.spaces[0])
        part = getattr(self.root, name)
        if isinstance(part, nn.Module):
            part.eval()
        fill(self.root, [name])
        self.setup.append(text)
        self.made[name] = constructor
        return f"self.{name}"

    def _free(self, name: str) -> str:
        free, more = name, 0
        while free in self.made:
            more += 1
            free = f"{name}_{more}"
        return free

    def computes_in(self, dtype: str) -> None:
        """Say that a line computes in another dtype than the program's own."""
        self.narrow.append(dtype)

    # ---------------------------------------------------------------- steps

    def attempt(self, step: Step) -> bool:
        """Apply a step; if it does not fit, leave everything as it was."""
        apply = PRODUCTIONS[step.name].apply
        kept = (len(self.values), len(self.lines), len(self.setup), len(self.inputs), len(self.narrow))
        made, spaces = dict(self.made), [dict(space) for space in self.spaces]
        self.random, self.number, self.count = Random(step.seed), step.number, 0
        try:
            apply(self)
        except (Unfit, RuntimeError, ValueError, IndexError, TypeError, AssertionError, NotImplementedError):
            for held, length in zip((self.values, self.lines, self.setup, self.inputs, self.narrow), kept, strict=True):
                del held[length:]  # type: ignore[attr-defined]
            for name in self.made.keys() - made.keys():
                delattr(self.root, name)
            self.made, self.spaces = made, spaces
            return False
        return True


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def _tame(value: Tensor) -> bool:
    return value.numel() == 0 or (bool(value.isfinite().all()) and float(value.abs().max()) < LARGEST)


def fill(net, names=None):  # type: ignore[no-untyped-def] # printed with every program, and short for that
    """Weights of moderate size, and statistics and scales that are not trivial; a program's own buffers stay."""
    for name, value in [*net.named_parameters(), *net.named_buffers()]:
        if not value.is_floating_point() or (names and name.split(".")[0] not in names):
            continue
        g = torch.Generator().manual_seed(sum(map(ord, name)))
        drawn = torch.rand(value.shape, generator=g, dtype=torch.float64)
        if name.endswith("running_var"):
            value.data.copy_(drawn + 0.5)
        elif not name.startswith("b") or "." in name:
            signs = torch.randint(0, 2, value.shape, generator=g) * 2 - 1
            fan = max(1, value[0].numel()) if value.ndim > 1 else 1
            value.data.copy_((drawn + 0.5) * signs / fan**0.5)


# -------------------------------------------------------------------- drawing a program


def draw(spec: Spec) -> Program:
    """The program of a specification: of a seed alone, or of steps that were drawn before."""
    random = Random(spec.seed)
    pool = _pool(random)
    sizes = random.choice([*pool, 2, 3]), random.choice([*pool, 5, 7])
    varied = sizes[0] + random.choice((1, 2)), sizes[1] + random.choice((1, 2, 3))
    dtype = random.choices(DTYPES, (0.65, 0.28, 0.07))[0]
    state = Draw(random, spec.dtype or dtype, pool, sizes, varied)
    steps = _replay(state, spec.steps) if spec.steps else _invent(state, random, spec.wanted or random.randint(3, 8))
    outputs = _outputs(state, Random(spec.seed + 1), spec.returned)
    zeros, names = _zeros(state, spec)
    return Program(
        spec=replace(spec, steps=steps, dtype=state.dtype),
        source=_source(state, outputs, zeros),
        sizes=sizes,
        varied=varied,
        narrowest=max([state.dtype, *state.narrow], key=lambda name: NARROWNESS[name]),
        jumps=any(PRODUCTIONS[step.name].jumps for step in steps),
        numbers=any("other" in expression for _, expression, _ in state.inputs),
        names=names,
    )


def _pool(random: Random) -> list[int]:
    """Sizes of a program: few, so that dimensions of different meaning coincide."""
    common = random.choice((2, 3, 4, 4, 6, 8))
    return [common, common, random.choice((2, 4, 8)), random.choice((3, 5, 6, 9))]


GROUPS = {
    "layer": 0.24,
    "pointwise": 0.15,
    "movement": 0.17,
    "spatial": 0.09,
    "product": 0.08,
    "norm": 0.06,
    "lookup": 0.04,
    "picks": 0.06,
    "unruled": 0.05,
    "control": 0.06,
}


def _invent(state: Draw, random: Random, wanted: int) -> tuple[Step, ...]:
    by_group = {group: [p.name for p in PRODUCTIONS.values() if p.group == group] for group in GROUPS}
    steps: list[Step] = []
    for number in range(20 * wanted):
        group = "layer" if len(steps) in (0, wanted - 1) else random.choices([*GROUPS], [*GROUPS.values()])[0]
        step = Step(number, random.choice(by_group[group]), random.getrandbits(32))
        if state.attempt(step):
            steps.append(step)
        if len(steps) == wanted:
            break
    return tuple(steps)


def _replay(state: Draw, steps: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(step for step in steps if state.attempt(step))


def _outputs(state: Draw, random: Random, returned: int | None) -> str:
    made = [v for v in state.values if v.name.startswith("v")]
    if not made:
        raise Unfit
    last = made[-1]
    count = random.choices((1, 2, 3), (0.5, 0.3, 0.2))[0] if returned is None else returned
    more = random.sample(made[:-1], min(count - 1, len(made) - 1))
    if not more:
        return random.choices((f"{last}", f"({last},)", f"{{'y': {last}}}"), (0.8, 0.1, 0.1))[0]
    names = [*map(str, more), str(last)]
    if random.random() < 0.2:
        return "{" + ", ".join(f"'{name}': {name}" for name in names) + "}"
    if random.random() < 0.2:
        return f"[{names[0]}, ({', '.join(names[1:])},)]"
    return ", ".join(names)


# -------------------------------------------------------------------- zeros


def _zeros(state: Draw, spec: Spec) -> tuple[list[str], tuple[str, ...]]:
    """Lines that write zeros into the weights of a network ``net``, and the names of those that got some."""
    lines, names = [], []
    held = dict(state.root.named_parameters())
    for name, weight in held.items():
        random = Random(f"{spec.seed} {name}")
        if name in spec.dense or weight.numel() == 0 or not weight.is_floating_point():
            continue
        drawn = _zero_matrix(name, weight, held, random) if weight.ndim > 1 else _zero_vector(name, weight, random)
        if drawn:
            lines += drawn
            names.append(name)
    return lines, tuple(names)


def _zero_matrix(name: str, weight: Tensor, held: Mapping[str, Tensor], random: Random) -> list[str]:
    target = f"net.get_parameter({name!r}).data"
    rows, columns = weight.shape[:2]
    kind = random.choices(
        ("rows", "columns", "both", "block", "scattered", "heads", "whole", "none"),
        (0.27, 0.15, 0.18, 0.07, 0.08, 0.08, 0.02, 0.15),
    )[0]
    dead = sorted(random.sample(range(rows), random.randint(1, max(1, rows - 1))))
    unread = sorted(random.sample(range(columns), random.randint(1, max(1, columns // 2))))
    if kind == "rows":
        bias = name.removesuffix("weight") + "bias"
        biased = random.random() < 0.5 and len(held.get(bias, ())) == rows
        return [f"{target}[{dead}] = 0", *([f"net.get_parameter({bias!r}).data[{dead}] = 0"] if biased else [])]
    if kind == "columns":
        return [f"{target}[:, {unread}] = 0"]
    if kind == "both":
        return [f"{target}[{dead}] = 0", f"{target}[:, {unread}] = 0"]
    if kind == "block":
        return [f"{target}[{random.randrange(rows)}:, : {random.randint(1, columns)}] = 0"]
    if kind == "heads":
        size = random.choice([n for n in range(1, rows + 1) if rows % n == 0])
        start = size * random.randrange(rows // size)
        return [f"{target}[{start} : {start + size}] = 0"] if size < rows else []
    if kind == "scattered":
        return [f"{target}.view(-1)[{random.randrange(2)} :: {random.randint(2, 3)}] = 0"]
    return [f"{target}.zero_()"] if kind == "whole" else []


def _zero_vector(name: str, weight: Tensor, random: Random) -> list[str]:
    if random.random() < 0.7:
        return []
    count = weight.shape[0] if weight.ndim else 0
    if not count:
        return []
    dead = sorted(random.sample(range(count), random.randint(1, count)))
    return [f"net.get_parameter({name!r}).data[{dead}] = 0"]


# -------------------------------------------------------------------- printing


def _source(state: Draw, outputs: str, zeros: Sequence[str]) -> str:
    positional = [name for name, _, keyword in state.inputs if not keyword]
    keywords = [name for name, _, keyword in state.inputs if keyword]
    signature = ", ".join(["self", *positional, *(f"{name}=None" for name in keywords)])
    args = "(" + "".join(f"{name}, " for name in positional) + ")"
    kwargs = "{" + ", ".join(f"{name!r}: {name}" for name in keywords) + "}"
    return "\n".join(
        [
            "import torch",
            "import torch.nn.functional as F",
            "from torch import nn",
            "",
            f"D = torch.{state.dtype}",
            "",
            "",
            "class Net(nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            *_indented(state.setup, 8),
            "",
            f"    def forward({signature}):",
            *_indented(state.lines, 8),
            f"        return {outputs}",
            "",
            "",
            inspect.getsource(fill),
            "",
            "def network():",
            "    net = Net().eval()",
            "    fill(net)",
            *_indented(zeros, 4),
            "    return net",
            "",
            "",
            f"def inputs(b={state.sizes[0]}, t={state.sizes[1]}, seed=0, other=False):",
            "    g = torch.Generator().manual_seed(seed)",
            *_indented([f"{name} = {expression}" for name, expression, _ in state.inputs], 4),
            f"    return {args}, {kwargs}",
            "",
        ]
    )


def _indented(lines: Sequence[str], by: int) -> list[str]:
    return [textwrap.indent(line, " " * by) for line in lines]
