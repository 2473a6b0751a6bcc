"""Productions with weights: contractions, norms, embeddings, attention."""

from __future__ import annotations

from .draw import Draw, Unfit, Value, production


def dtyped(d: Draw, constructor: str) -> str:
    return d.module(f"{constructor}.to(D)")


def into_own(d: Draw, value: Value) -> Value:
    """A value in the program's own dtype, which its weights have."""
    return value if str(value.tensor.dtype) == f"torch.{d.dtype}" else d.emit(f"{value}.to(D)")


# -------------------------------------------------------------------- contractions


@production("layer", "linear.default")
def linear(d: Draw) -> None:
    x = into_own(d, d.features())
    bias = "" if d.chance(0.7) else ", bias=False"
    d.emit(f"{dtyped(d, f'nn.Linear({x.shape[-1]}, {d.size()}{bias})')}({x})")


@production("layer", "linear.default")
def two_linears(d: Draw) -> None:
    x = into_own(d, d.features())
    act = d.choose(("torch.relu", "F.gelu", "torch.tanh", "F.silu", "torch.sigmoid"))
    hidden = d.size() * d.choose((1, 2))
    first = dtyped(d, f"nn.Linear({x.shape[-1]}, {hidden})")
    second = dtyped(d, f"nn.Linear({hidden}, {d.size()})")
    d.emit(f"{second}({act}({first}({x})))")


@production("layer", "linear.default")
def functional_linear(d: Draw) -> None:
    x = into_own(d, d.features())
    weight, bias = d.parameter(d.size(), x.shape[-1]), ""
    if d.chance(0.5):
        bias = ", " + d.parameter(d.root.get_parameter(weight.removeprefix("self.")).shape[0])
    d.emit(f"F.linear({x}, {weight}{bias})")


@production("layer", "matmul.default mm.default")
def weight_product(d: Draw) -> None:
    x = into_own(d, d.features())
    weight = d.parameter(x.shape[-1], d.size())
    form = "torch.mm({}, {})" if x.ndim == 2 and d.chance(0.5) else d.choose(("{} @ {}", "torch.matmul({}, {})"))
    d.emit(form.format(x, weight))


@production("layer", "einsum.default")
def weight_einsum(d: Draw) -> None:
    x = into_own(d, d.features((3,)))
    heads, size = d.size(), d.size()
    d.emit(f"torch.einsum('btc,hcd->bhtd', {x}, {d.parameter(heads, x.shape[-1], size)})")


def convolution(d: Draw, dims: int, *, padding: str | None = None) -> None:
    x = into_own(d, d.planes(dims))
    kernel = d.number_in(1, min(3, *x.shape[2:]))
    channels, out = x.shape[1], d.size()
    groups = d.choose([1, 1, 1, *(n for n in (2, 3, 4, channels) if channels % n == 0)])
    out = out if out % groups == 0 else groups
    options = [str(channels), str(out), str(kernel)]
    if padding is not None:
        options.append(f"padding={padding!r}")
    else:
        options += [f"stride={d.choose((1, 1, 2))}", f"padding={d.choose((0, kernel // 2, 1))}"]
        if d.chance(0.15):
            options.append("padding_mode=" + repr(d.choose(("circular", "reflect", "replicate"))))
    if d.chance(0.15):
        options.append("dilation=2")
    if d.chance(0.25):
        options.append("bias=False")
    listed = ", ".join(options)
    d.emit(f"{dtyped(d, f'nn.Conv{dims}d({listed}, groups={groups})')}({x})")


@production("layer", "conv2d.default")
def conv2d(d: Draw) -> None:
    convolution(d, 2)


@production("layer", "conv1d.default")
def conv1d(d: Draw) -> None:
    convolution(d, 1)


@production("layer", "conv3d.default")
def conv3d(d: Draw) -> None:
    convolution(d, 3)


@production("layer", "conv1d.padding conv2d.padding conv3d.padding")
def conv_padding(d: Draw) -> None:
    convolution(d, d.choose((1, 2, 2, 3)), padding=d.choose(("same", "valid")))


@production("layer", "conv2d.default _native_batch_norm_legit_no_training.default")
def conv_block(d: Draw) -> None:
    x = into_own(d, d.image(2))
    out = d.size()
    conv = dtyped(d, f"nn.Conv2d({x.shape[1]}, {out}, {d.choose((1, 2, 3))}, padding=1, bias={d.chance(0.3)})")
    norm = dtyped(d, f"nn.BatchNorm2d({out})")
    d.emit(f"torch.relu({norm}({conv}({x})))")


@production("layer", "conv_transpose1d.default conv_transpose2d.input conv_transpose3d.input")
def conv_transpose(d: Draw) -> None:
    dims = d.choose((1, 2, 2, 3))
    x = into_own(d, d.planes(dims))
    channels, stride = x.shape[1], d.choose((1, 2))
    groups = d.choose([1, 1, *(n for n in (2, channels) if channels % n == 0)])
    out = groups * d.choose((1, 2))
    extra = f"stride={stride}, output_padding={stride - 1}" if d.chance(0.3) else f"stride={stride}"
    kernel = d.choose((1, 2, 3))
    layer = f"nn.ConvTranspose{dims}d({channels}, {out}, {kernel}, {extra}, groups={groups})"
    d.emit(f"{dtyped(d, layer)}({x})")


# -------------------------------------------------------------------- norms


@production("norm", "_native_batch_norm_legit_no_training.default")
def batch_norm(d: Draw) -> None:
    x = into_own(d, d.pick((2, 3, 4, 5), where=lambda v: v.fixed(1) and v.shape[1] > 0))
    dims = max(1, x.ndim - 2)
    affine = "" if d.chance(0.7) else ", affine=False"
    d.emit(f"{dtyped(d, f'nn.BatchNorm{dims}d({x.shape[1]}{affine})')}({x})")


@production("norm", "batch_norm.default")
def batch_statistics(d: Draw) -> None:
    x = into_own(d, d.image(2))
    d.emit(f"{dtyped(d, f'nn.BatchNorm2d({x.shape[1]}, track_running_stats=False)')}({x})")


@production("norm", "group_norm.default")
def group_norm(d: Draw) -> None:
    x = into_own(d, d.pick((3, 4), where=lambda v: v.fixed(1) and v.shape[1] > 1))
    groups = d.choose([n for n in range(1, x.shape[1] + 1) if x.shape[1] % n == 0])
    d.emit(f"{dtyped(d, f'nn.GroupNorm({groups}, {x.shape[1]}, affine={d.chance(0.8)})')}({x})")


@production("norm", "instance_norm.default")
def instance_norm(d: Draw) -> None:
    dims = d.choose((1, 2, 2, 3))
    x = into_own(d, d.planes(dims, 2))
    tracked = ", track_running_stats=True" if d.chance(0.3) else ""
    d.emit(f"{dtyped(d, f'nn.InstanceNorm{dims}d({x.shape[1]}, affine={d.chance(0.6)}{tracked})')}({x})")


@production("norm", "layer_norm.default")
def layer_norm(d: Draw) -> None:
    x = into_own(d, d.features())
    if x.ndim > 2 and x.fixed(-2) and d.chance(0.25):
        d.emit(f"{dtyped(d, f'nn.LayerNorm({list(x.shape[-2:])})')}({x})")
        return
    d.emit(f"{dtyped(d, f'nn.LayerNorm({x.shape[-1]}, elementwise_affine={d.chance(0.8)})')}({x})")


@production("norm", "rms_norm.default")
def rms_norm(d: Draw) -> None:
    x = into_own(d, d.features())
    d.emit(f"{dtyped(d, f'nn.RMSNorm({x.shape[-1]}, eps=1e-5, elementwise_affine={d.chance(0.8)})')}({x})")


@production("norm", "rsqrt.default pow.Tensor_Scalar mean.dim")
def rms_by_hand(d: Draw) -> None:
    x = into_own(d, d.features())
    wide = ".float()" if d.chance(0.4) else ""
    if wide:
        d.computes_in("float32")
    d.line(f"wide = {x}{wide}")
    d.emit(f"(wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-5)).to(D) * {d.parameter(x.shape[-1])}")


@production("norm", "prelu.default")
def prelu(d: Draw) -> None:
    x = into_own(d, d.pick((2, 3, 4), where=lambda v: v.fixed(1)))
    d.emit(f"{dtyped(d, f'nn.PReLU({d.choose((1, x.shape[1]))})')}({x})")


@production("norm", "local_response_norm.default")
def response_norm(d: Draw) -> None:
    d.emit(f"F.local_response_norm({d.image()}, 2)")


@production("norm", "linalg_vector_norm.default")
def normalize(d: Draw) -> None:
    x = d.features()
    d.emit(f"F.normalize({x}, dim={d.choose((1, -1))})")


# -------------------------------------------------------------------- lookups


@production("lookup", "embedding.default")
def embedding(d: Draw) -> None:
    count, width = d.number_in(3, 9), d.size()
    dims = d.choose(("b", "b, t", f"b, {d.size()}"))
    index = d.argument(f"torch.randint(0, {count}, ({dims},), generator=g)")
    padded = ", padding_idx=0" if d.chance(0.2) else ""
    d.emit(f"{dtyped(d, f'nn.Embedding({count}, {width}{padded})')}({index})")


@production("lookup", "embedding.default add.Tensor")
def positions(d: Draw) -> None:
    """A table of positions, as long as the longest sequence or longer."""
    x = into_own(d, d.features((3,)))
    table = dtyped(d, f"nn.Embedding({max(x.shape[1], x.other.shape[1]) + d.number_in(0, 3)}, {x.shape[2]})")
    d.emit(f"{x} + {table}(torch.arange({x}.shape[1]))")


@production("lookup", "index.Tensor")
def weight_by_index(d: Draw) -> None:
    """Weights picked by an input, as experts are."""
    count = d.number_in(2, 4)
    x = into_own(d, d.features((2,)))
    if x.fixed(0):
        raise Unfit
    index = d.argument(f"torch.randint(0, {count}, (b,), generator=g)")
    weight = d.parameter(count, x.shape[-1], d.size())
    d.emit(f"torch.einsum('bc,bcd->bd', {x}, {weight}[{index}])")


@production("lookup", "index.Tensor")
def relative_table(d: Draw) -> None:
    """A small table that is read at many places of two dimensions."""
    x = into_own(d, d.pick(4, where=lambda v: all(v.fixed(i) for i in (1, 2, 3)) and min(v.shape[1:]) > 0))
    _, heads, rows, columns = x.shape
    table = d.parameter(rows + columns - 1, heads)
    index = d.buffer(f"torch.arange({rows})[:, None] - torch.arange({columns})[None] + {columns - 1}")
    d.emit(f"{x} + {table}[{index}].permute(2, 0, 1)")


@production("lookup", "index.Tensor")
def gather_rows(d: Draw) -> None:
    """Rows picked by an input that indexes into another input."""
    x = d.pick((2, 3), where=lambda v: v.batched())
    index = d.argument("torch.randint(0, b, (b + 1,), generator=g)") if x.shape[0] == d.sizes[0] else None
    if index is None:
        raise Unfit
    d.emit(f"{x}[{index}]")


@production("lookup", "embedding_bag.default _embedding_bag_forward_only.default _embedding_bag.default")
def embedding_bag(d: Draw) -> None:
    count, width = d.number_in(3, 9), d.size()
    bag = dtyped(d, f"nn.EmbeddingBag({count}, {width}, mode={d.choose(('mean', 'sum', 'max'))!r})")
    if d.chance(0.5):
        d.emit(f"{bag}({d.argument(f'torch.randint(0, {count}, (b, {d.size()}), generator=g)')})")
        return
    index = d.argument(f"torch.randint(0, {count}, (b * 3,), generator=g)")
    offsets = d.argument("torch.randint(0, b * 3, (b,), generator=g).sort()[0] * (torch.arange(b) > 0)")
    d.emit(f"{bag}({index}, {offsets})")


# -------------------------------------------------------------------- products


def heads_of(d: Draw) -> tuple[Value, int, int]:
    """Tokens, and how many heads of what size their features may be split into."""
    x = into_own(d, d.features((3,)))
    width = x.shape[-1]
    heads = d.choose([n for n in range(1, width + 1) if width % n == 0])
    return x, heads, width // heads


@production("product", "scaled_dot_product_attention.default matmul.default softmax.int")
def attention(d: Draw) -> None:
    x = into_own(d, d.features((3,)))
    heads, size = d.choose((1, 2, 2, 3, 4)), d.size()
    bias = d.chance(0.5)
    q, k, v = (dtyped(d, f"nn.Linear({x.shape[-1]}, {heads * size}, bias={bias})") for _ in range(3))
    for name, layer in (("q", q), ("k", k), ("v", v)):
        d.line(f"{name} = {layer}({x}).view({x}.shape[0], -1, {heads}, {size}).transpose(1, 2)")
    mask = _mask(d, x)
    if d.chance(0.6):
        d.line(f"a = F.scaled_dot_product_attention(q, k, v{mask and f', attn_mask={mask}'})")
    else:
        bias_text = f".masked_fill(~{mask}, -1e4)" if mask else ""
        d.line(f"a = ((q @ k.transpose(-1, -2)) / {size}**0.5){bias_text}.softmax(-1) @ v")
    out = dtyped(d, f"nn.Linear({heads * size}, {x.shape[-1]})")
    d.emit(f"{out}(a.transpose(1, 2).reshape({x}.shape[0], -1, {heads * size}))")


def _mask(d: Draw, x: Value) -> str:
    """No mask, a triangle, or padding that an input tells; a token always sees itself or the first."""
    kind = d.choose(("", "", "triangle", "padding"))
    if kind == "triangle":
        return f"torch.ones({x}.shape[1], {x}.shape[1], dtype=torch.bool).tril()"
    if kind == "padding" and x.batched() and x.shape[0] == d.sizes[0] and x.other.shape[0] == d.varied[0]:
        length = "t" if not x.fixed(1) and x.shape[1] == d.sizes[1] else str(x.shape[1])
        pad = d.argument(f"torch.arange({length}) <= torch.randint(0, {length}, (b, 1), generator=g)")
        return f"{pad}[:, None, None, :]"
    return ""


@production("product", "linear.default reshape.default")
def fused_attention(d: Draw) -> None:
    """Queries, keys and values out of one projection."""
    x, heads, size = heads_of(d)
    width = heads * size
    qkv, out = dtyped(d, f"nn.Linear({width}, {3 * width})"), dtyped(d, f"nn.Linear({width}, {d.size()})")
    d.line(f"q, k, v = {qkv}({x}).reshape({x}.shape[0], -1, 3, {heads}, {size}).permute(2, 0, 3, 1, 4).unbind(0)")
    d.line("a = F.scaled_dot_product_attention(q, k, v)")
    d.emit(f"{out}(a.transpose(1, 2).flatten(2))")


@production("product", "scaled_dot_product_attention.default")
def grouped_attention(d: Draw) -> None:
    x = into_own(d, d.features((3,)))
    size, kv, group = d.size(), d.choose((1, 2)), d.choose((1, 2, 3))
    q = dtyped(d, f"nn.Linear({x.shape[-1]}, {kv * group * size})")
    k, v = (dtyped(d, f"nn.Linear({x.shape[-1]}, {kv * size})") for _ in range(2))
    for name, layer, heads in (("q", q, kv * group), ("k", k, kv), ("v", v, kv)):
        d.line(f"{name} = {layer}({x}).view({x}.shape[0], -1, {heads}, {size}).transpose(1, 2)")
    if d.chance(0.5):
        d.line("a = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)")
    else:
        d.line(f"k, v = (y.repeat_interleave({group}, dim=1) for y in (k, v))")
        d.line("a = F.scaled_dot_product_attention(q, k, v)")
    d.emit("a.transpose(1, 2).flatten(2)")


@production("product")
def module_attention(d: Draw) -> None:
    x, heads, size = heads_of(d)
    layer = dtyped(d, f"nn.MultiheadAttention({heads * size}, {heads}, batch_first=True)")
    d.emit(f"{layer}({x}, {x}, {x}, need_weights={d.chance(0.3)})[0]")


@production("product")
def encoder_layer(d: Draw) -> None:
    x, heads, size = heads_of(d)
    width = heads * size
    first = d.chance(0.5)
    layer = f"nn.TransformerEncoderLayer({width}, {heads}, {2 * d.size()}, batch_first=True, norm_first={first})"
    d.emit(f"{dtyped(d, layer)}({x})")


@production("product", "cat.default mul.Tensor")
def rotary(d: Draw) -> None:
    x, heads, size = heads_of(d)
    if size % 2:
        raise Unfit
    d.line(f"q = {x}.view({x}.shape[0], -1, {heads}, {size}).transpose(1, 2)")
    part = size if d.chance(0.6) or size < 4 else size // 2
    d.line(f"angle = torch.arange({x}.shape[1])[:, None] / 10.0 ** (torch.arange({part}) % {part // 2}).to(D)")
    d.line(f"r, rest = q[..., :{part}], q[..., {part}:]")
    d.line("r = r * angle.cos() + torch.cat([-r.chunk(2, -1)[1], r.chunk(2, -1)[0]], -1) * angle.sin()")
    d.emit("torch.cat([r, rest], -1).transpose(1, 2).flatten(2)")


@production("product", "bmm.default")
def batched_product(d: Draw) -> None:
    x = d.pick(3)
    d.emit(f"torch.bmm({x}, torch.bmm({x}.transpose(1, 2), {x}))")


@production("product", "baddbmm.default")
def baddbmm(d: Draw) -> None:
    x = d.pick(3)
    d.emit(f"torch.baddbmm({x}, torch.bmm({x}, {x}.transpose(1, 2)).softmax(-1), {x}, beta=0.5)")


@production("product", "matmul.default einsum.default")
def mixing(d: Draw) -> None:
    """Products of two values along their features or their tokens."""
    x = d.pick(3)
    d.emit(
        d.choose(
            (
                "{0} @ {0}.transpose(1, 2)",
                "{0}.transpose(1, 2) @ {0}",
                "torch.einsum('bij,bkj->bik', {0}, {0})",
                "torch.einsum('bij,bik->bjk', {0}, {0})",
                "torch.einsum('bij,bij->bi', {0}, {0})",
                "torch.einsum('bij,bij->bj', {0}, {0})",
            )
        ).format(x)
    )


@production("product", "mm.default matmul.default")
def gram(d: Draw) -> None:
    x = d.pick(2)
    d.emit(
        d.choose(
            ("torch.mm({0}, {0}.t()) @ {0}", "({0} @ {0}.t()).softmax(-1) @ {0}", "torch.mm({0}.t(), {0})")
        ).format(x)
    )


@production("product", "einsum.default")
def outer(d: Draw) -> None:
    x = d.pick(2)
    y = d.pick(2, where=lambda v: v.shape[0] == x.shape[0] and v.other.shape[0] == x.other.shape[0])
    d.emit(f"torch.einsum('bi,bj->bij', {x}, {y}.to({x}.dtype))")


@production("product", "_grouped_mm.default")
def grouped_product(d: Draw) -> None:
    """Tokens sorted by expert, each group times a weight of its own."""
    experts, width, out = d.choose((2, 3)), 8 * d.choose((1, 2)), 8 * d.choose((1, 2))
    x = d.argument(f"torch.randn(b * {experts}, {width}, generator=g, dtype=D)")
    ends = d.argument(f"(torch.arange({experts}) + 1).mul(b).to(torch.int32)")
    weight = d.parameter(experts, width, out)
    d.computes_in("bfloat16")
    d.emit(f"torch._grouped_mm({x}.bfloat16(), {weight}.bfloat16(), offs={ends}).to(D)")


@production("product", "convolution.default conv2d.default")
def modulated(d: Draw) -> None:
    """Weights computed at run time."""
    x = into_own(d, d.image(2))
    out = d.size()
    weight = d.parameter(out, x.shape[1], 1, 1)
    d.emit(f"F.conv2d({x}, {weight} * (1 + {x}.mean().sigmoid()))")
