"""Productions that move positions: views, cuts, joins, permutations, indices."""

from __future__ import annotations

from .draw import Draw, Unfit, Value, production


def divisors(size: int) -> list[int]:
    return [n for n in range(1, size + 1) if size % n == 0]


def dim_of(d: Draw, x: Value, *, low: int = 1) -> int:
    """A dimension other than the batch, fixed and of ``low`` places or more."""
    found = [i for i in range(1, x.ndim) if x.fixed(i) and x.shape[i] >= low]
    if not found:
        raise Unfit
    return int(d.choose(found))


@production("movement", "reshape.default view.default")
def split_heads(d: Draw) -> None:
    x = d.features((3,))
    heads = d.choose(divisors(x.shape[-1]))
    shape = f"{x}.shape[0], -1, {heads}, {x.shape[-1] // heads}" if d.chance(0.6) else f"*{x}.shape[:2], {heads}, -1"
    d.emit(f"{x}.reshape({shape})" + d.choose((".transpose(1, 2)", ".permute(0, 2, 1, 3)", "")))


@production("movement", "reshape.default")
def merge(d: Draw) -> None:
    x = d.pick((3, 4))
    d.emit(
        d.choose(
            ("{0}.flatten(1)", "{0}.flatten(1, 2)", "{0}.flatten(2)", "{0}.flatten(-2)", "{0}.flatten(0, 1)")
        ).format(x)
    )


@production("movement", "reshape.default _unsafe_view.default view.default")
def view(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    dim = dim_of(d, x, low=2)
    inner = d.choose(divisors(x.shape[dim]))
    shape = [f"{x}.shape[{i}]" for i in range(x.ndim)]
    shape[dim : dim + 1] = [str(inner), str(x.shape[dim] // inner)]
    how = d.choose(("{0}.reshape({1})", "{0}.contiguous().view({1})", "{0}.unflatten({2}, ({3}))"))
    d.emit(how.format(x, ", ".join(shape), dim, f"{inner}, {x.shape[dim] // inner}"))


@production("movement", "reshape.default")
def swap_by_view(d: Draw) -> None:
    """A view that splits a batch of tokens otherwise than it was joined."""
    x = d.features((3,))
    d.emit(f"{x}.reshape(-1, {x.shape[-1]})" if d.chance(0.5) else f"{x}.reshape({x}.shape[0], {x.shape[-1]}, -1)")


@production("movement", "expand.default unsqueeze.default")
def expand(d: Draw) -> None:
    x = d.pick((2, 3))
    size = d.size()
    at = d.choose((1, x.ndim))
    shape = ["-1"] * (x.ndim + 1)
    shape[at] = str(size)
    d.emit(f"{x}.unsqueeze({at}).expand({', '.join(shape)})")


@production("movement", "permute.default")
def permute(d: Draw) -> None:
    x = d.pick((3, 4, 5))
    rest = d.random.sample(range(1, x.ndim), x.ndim - 1)
    d.emit(f"{x}.permute(0, {', '.join(map(str, rest))})")


@production("movement", "transpose.int")
def transpose(d: Draw) -> None:
    x = d.pick((3, 4))
    d.emit(f"{x}.transpose({d.choose(('1, 2', '1, -1', '-1, -2'))})")


@production("movement", "t.default")
def turned(d: Draw) -> None:
    x = d.pick(2)
    d.emit(f"torch.ops.aten.t.default(torch.ops.aten.t.default({x}).relu())")


@production("movement", "squeeze.default squeeze.dim squeeze.dims unsqueeze.default")
def squeezed(d: Draw) -> None:
    x = d.pick((2, 3))
    d.emit(
        d.choose(
            (
                "torch.relu({0}.unsqueeze(1)).squeeze(1)",
                "torch.relu({0}[..., None, None]).squeeze((-1, -2))",
                "torch.tanh({0}.unsqueeze(-1)).squeeze()",
                "{0}.unsqueeze(1)",
                "{0}.unsqueeze(-1)",
                "{0}.mean(-1, keepdim=True).squeeze(-1)",
            )
        ).format(x)
    )


@production("movement", "flip.default roll.default")
def turn(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    dim = d.number_in(1, x.ndim - 1)
    d.emit(
        d.choose(("{0}.flip({1})", "{0}.roll({2}, {1})", "{0}.flip((1, -1))", "{0}.roll((1, 2), (1, -1))")).format(
            x, dim, d.size()
        )
    )


@production("movement", "repeat.default tile.default repeat_interleave.self_int")
def repeat(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    ones = [1] * x.ndim
    ones[d.number_in(1, x.ndim - 1)] = 2
    dim = d.number_in(1, x.ndim - 1)
    how = d.choose(
        (
            f"{x}.repeat({', '.join(map(str, ones))})",
            f"torch.ops.aten.tile.default({x}, {ones})",
            f"torch.ops.aten.repeat_interleave.self_int({x}, 2, {dim})",
            f"{x}.repeat_interleave(2, dim={dim})",
        )
    )
    d.emit(how)


@production("movement", "split.Tensor split_with_sizes.default chunk.default getitem cat.default")
def cut(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    dim = dim_of(d, x, low=2)
    size = x.shape[dim]
    kind = d.choose(("split", "sizes", "chunk"))
    if kind == "chunk":
        pieces = d.emit_many(f"{x}.chunk(2, {dim})", 2)
    elif kind == "sizes":
        first = d.number_in(1, size - 1)
        pieces = d.emit_many(f"{x}.split([{first}, {size - first}], {dim})", 2)
    else:
        step = d.number_in(1, size)
        pieces = d.emit_many(f"{x}.split({step}, {dim})", -(-size // step))
    if d.chance(0.4):
        d.emit(f"torch.cat([{', '.join(map(str, pieces[::-1]))}], {dim})")


@production("movement", "unbind.int stack.default")
def unbound(d: Draw) -> None:
    x = d.pick((3, 4))
    dim = dim_of(d, x)
    pieces = d.emit_many(f"{x}.unbind({dim})", x.shape[dim])
    if d.chance(0.5):
        d.emit(f"torch.stack([{', '.join(map(str, pieces[::-1]))}], {d.choose((1, dim, -1))})")


@production("movement", "slice.Tensor select.int")
def take(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    dim = d.number_in(1, x.ndim - 1)
    lead = ", ".join([":"] * dim)
    what = d.choose(("1:", ":-1", "::2", "0", "-1", ":2", "1::2", "-2:"))
    d.emit(f"{x}[{lead}, {what}]")


@production("movement", "cat.default")
def cat(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    dim = d.number_in(1, x.ndim - 1)

    def fits(v: Value) -> bool:
        pairs = [(v.shape, x.shape), (v.other.shape, x.other.shape)]
        return all(a[:dim] == b[:dim] and a[dim + 1 :] == b[dim + 1 :] for a, b in pairs)

    y = d.choose(d.fitting(x.ndim, where=fits))
    d.emit(f"torch.cat([{x}, {y}], {dim})")


@production("movement", "stack.default")
def stack(d: Draw) -> None:
    x = d.pick((2, 3))
    d.emit(f"torch.stack([{x}, {x}.relu()], {d.choose((1, x.ndim - 1, -1))})")


@production("movement", "index_select.default index.Tensor")
def by_constant_index(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    dim = dim_of(d, x)
    picks = [d.number_in(0, x.shape[dim] - 1) for _ in range(d.size())]
    if d.chance(0.4):
        picks = d.random.sample(range(x.shape[dim]), x.shape[dim])
    index = d.buffer(f"torch.tensor({picks})")
    lead = ", ".join([":"] * dim)
    d.emit(d.choose((f"{x}.index_select({dim}, {index})", f"{x}[{lead}, {index}]")))


@production("movement", "index_put.default index_copy.default")
def put_at_places(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    dim = dim_of(d, x)
    places = d.random.sample(range(x.shape[dim]), d.number_in(1, x.shape[dim]))
    index = d.buffer(f"torch.tensor({places})")
    put = f"{x}.relu().index_select({dim}, {index})"
    ways = (
        f"{x}.index_copy({dim}, {index}, {put})",
        f"torch.ops.aten.index_put({x}, [{'None, ' * dim}{index}], {put})",
    )
    d.emit(d.choose(ways))


@production("movement", "index.Tensor")
def by_two_indices(d: Draw) -> None:
    x = d.pick((3, 4))
    if not (x.fixed(1) and x.fixed(2)):
        raise Unfit
    count = d.size()
    rows, columns = ([d.number_in(0, x.shape[i] - 1) for _ in range(count)] for i in (1, 2))
    d.emit(f"{x}[:, {d.buffer(f'torch.tensor({rows})')}, {d.buffer(f'torch.tensor({columns})')}]")


@production("movement", "pixel_shuffle.default pixel_unshuffle.default channel_shuffle.default")
def shuffle(d: Draw) -> None:
    x = d.image()
    if x.shape[1] % 4 == 0 and d.chance(0.5):
        d.emit(f"F.pixel_shuffle({x}, 2)")
    elif x.shape[1] % 2 == 0 and d.chance(0.5):
        d.emit(
            d.choose(
                (
                    "F.channel_shuffle({0}, 2)",
                    "{0}.view({0}.shape[0], 2, -1, *{0}.shape[2:]).transpose(1, 2).flatten(1, 2)",
                )
            ).format(x)
        )
    else:
        d.emit(f"F.pixel_unshuffle({x}, 2)")


@production("movement", "reshape.default transpose.int")
def patches(d: Draw) -> None:
    """Images as tokens, and back."""
    if d.chance(0.5):
        x = d.image()
        d.emit(f"{x}.flatten(2).transpose(1, 2)")
        return
    x = d.features((3,))
    if not x.fixed(1):
        raise Unfit
    rows = d.choose(divisors(x.shape[1]))
    d.emit(f"{x}.transpose(1, 2).reshape({x}.shape[0], -1, {rows}, {x.shape[1] // rows})")
