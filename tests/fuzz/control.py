"""Productions around the arithmetic: arguments that are no tensors, branches, state, writes, dtypes."""

from __future__ import annotations

from .draw import Draw, Unfit, production
from .layers import dtyped, into_own


@production("control")
def number(d: Draw) -> None:
    x = d.pick()
    value = d.bare_argument("3.0 if other else 2.0", keyword=d.chance(0.5))
    d.emit(d.choose((f"{x} * {value}", f"{x} + {value}", f"torch.clamp({x}, max={value})")))


@production("control")
def flag(d: Draw) -> None:
    x = d.pick()
    value = d.bare_argument("other", keyword=d.chance(0.5))
    d.emit(f"torch.relu({x}) if {value} else {x} * 0.5")


@production("control")
def whole_number(d: Draw) -> None:
    x = d.pick((2, 3), where=lambda v: v.shape[1] > 1)
    value = d.bare_argument("1 if other else 2")
    d.emit(d.choose((f"{x}[:, :{value}]", f"{x}.roll({value}, 1)", f"{x} * {value}")))


@production("control")
def optional(d: Draw) -> None:
    """A tensor that may be None."""
    x = into_own(d, d.features((2,)))
    given = d.chance(0.5)
    tensor = f"torch.randn(b, {x.shape[1]}, generator=g, dtype=D)"
    if x.shape[0] != d.sizes[0] or x.other.shape[0] != d.varied[0]:
        raise Unfit
    expression = f"None if other else {tensor}" if given else f"{tensor} if other else None"
    value = d.bare_argument(expression, keyword=True)
    d.emit(f"{x} if {value} is None else {x} + {value}")


@production("control")
def pair_argument(d: Draw) -> None:
    """A list of two tensors."""
    width = d.size()
    one = f"torch.randn(b, {width}, generator=g, dtype=D)"
    value = d.bare_argument(f"[{one}, {one}]")
    d.emit(f"{value}[0] * {value}[1].sigmoid()")


@production("control")
def branch_on_batch(d: Draw) -> None:
    x = d.pick((2, 3, 4), where=lambda v: v.batched())
    d.emit(d.choose((f"{x} * 2 if {x}.shape[0] == 1 else {x}.relu()", f"{x}[0] if {x}.shape[0] == 1 else {x}")))


@production("control")
def branch_on_length(d: Draw) -> None:
    x = d.pick((3, 4))
    d.emit(f"{x} + 1 if {x}.shape[{d.choose((1, 2))}] > {d.size()} else {x} - 1")


@production("control")
def branch_on_sizes(d: Draw) -> None:
    """A question about two sizes, or about the remainder of one."""
    x, y = d.pick((2, 3, 4)), d.pick((2, 3, 4))
    a, b = (f"{v}.shape[{d.number_in(0, v.ndim - 1)}]" for v in (x, y))
    questions = (
        f"{a} * {b} > {d.number_in(10, 60)}",
        f"{a} + {b} > {d.number_in(8, 20)}",
        f"{a} == {b}",
        f"{a} > {b}",
        f"{a} % {b} == 0",
        f"{a} % 2 == 0",
    )
    d.emit(f"{x} * 2 if {d.choose(questions)} else {x} - 1")


@production("control")
def text(d: Draw) -> None:
    """A string, now and then one that cannot stand between quotes as it is."""
    x = d.pick()
    given = d.choose(("'some'", "'some'", "'some'", '"it\'s"'))
    value = d.bare_argument(f"'other' if other else {given}", keyword=d.chance(0.5))
    d.emit(f"{x} * (2 if {value} == 'other' else 3)")


@production("control")
def size_as_number(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    d.emit(f"{x} / {x}.shape[{d.number_in(0, x.ndim - 1)}]")


@production("control")
def counter(d: Draw) -> None:
    x = d.pick()
    state = d.buffer("torch.zeros(())") if d.chance(0.5) else d.buffer("torch.zeros((), dtype=torch.long)")
    d.line(f"{state}.add_(1)")
    d.emit(f"{x} + {state}")


@production("control")
def memory(d: Draw) -> None:
    """A running mean that a later call reads."""
    x = into_own(d, d.features((2,)))
    state = d.buffer(f"torch.zeros({x.shape[1]}, dtype=D)")
    y = d.emit(f"{x} + {state}")
    d.line(f"{state}.mul_(0.5).add_({y}.mean(0) * 0.1)" if d.chance(0.5) else f"{state}.copy_({y}.amax(0).tanh())")


@production("control", "copy.default slice_scatter.default select_scatter.default")
def write(d: Draw) -> None:
    """A write into a copy."""
    x = d.pick((2, 3, 4))
    y = d.emit(f"{x}.clone()")
    dim = d.number_in(1, x.ndim - 1)
    lead = ", ".join([":"] * dim)
    d.line(
        d.choose(
            (
                f"{y}[{lead}, 0] = 0.5",
                f"{y}[{lead}, :1] += 1",
                f"{y}.mul_(2)",
                f"{y}[{lead}, -1:] = {x}[{lead}, :1]",
                f"{y}.relu_()",
                f"{y}.transpose(1, -1).add_(0.1)",
            )
        )
    )
    d.emit(f"{y} * 1.5")


@production("control")
def by_way_of(d: Draw) -> None:
    """A layer in another dtype than the program's own."""
    x = into_own(d, d.features())
    dtype = d.choose(("float32", "bfloat16", "float64"))
    d.computes_in(dtype)
    layer = d.module(f"nn.Linear({x.shape[-1]}, {d.size()}).to(torch.{dtype})")
    d.emit(f"{layer}({x}.to(torch.{dtype})).to(D)")


@production("control")
def in_float32(d: Draw) -> None:
    x = d.pick((2, 3))
    d.computes_in("float32")
    d.emit(f"{x}.float().softmax(-1).to(D)")


@production("control")
def autocast(d: Draw) -> None:
    x = into_own(d, d.features())
    d.computes_in("bfloat16")
    layer = dtyped(d, f"nn.Linear({x.shape[-1]}, {d.size()})")
    d.line(f"with torch.autocast('cpu', dtype=torch.bfloat16):\n    cast = {layer}({x}).to(D)")
    d.emit("cast * 1.0")


@production("control")
def shared_twice(d: Draw) -> None:
    """One layer, called at two places."""
    x = into_own(d, d.features())
    layer = dtyped(d, f"nn.Linear({x.shape[-1]}, {x.shape[-1]})")
    y = d.emit(f"{layer}({x})")
    d.emit(f"{layer}(torch.relu({y}))")


@production("control")
def tied(d: Draw) -> None:
    """A projection with the weight of an embedding or of another layer, turned."""
    x = into_own(d, d.features())
    weight = d.parameter(d.size(), x.shape[-1])
    y = d.emit(f"torch.relu(F.linear({x}, {weight}))")
    d.emit(f"F.linear({y}, {weight}.t())")


@production("control")
def table_of_many(d: Draw) -> None:
    """A mask or schedule that the module holds, cut to the length of the call."""
    x = into_own(d, d.pick(3))
    length = max(x.shape[1], x.other.shape[1]) + 1
    d.emit(f"{x} * {d.buffer(f'torch.linspace(0.1, 1, {length}, dtype=D)[:, None]')}[: {x}.shape[1]]")


@production("control")
def infinite_mask(d: Draw) -> None:
    x = into_own(d, d.pick(3))
    length = max(x.shape[1], x.other.shape[1], x.shape[2], x.other.shape[2])
    mask = d.buffer(f"torch.full(({length}, {length}), float('-inf'), dtype=D).triu(1)")
    d.emit(f"({x} + {mask}[: {x}.shape[1], : {x}.shape[2]]).softmax(-1)")


@production("control")
def masked_weight(d: Draw) -> None:
    """A weight that is masked as it is used."""
    x = into_own(d, d.features())
    out = d.size()
    weight, mask = d.parameter(out, x.shape[-1]), d.buffer(f"(torch.arange({out}) % 3 > 0).to(D)[:, None]")
    d.emit(f"F.linear({x}, {weight} * {mask})")
