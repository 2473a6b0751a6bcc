"""Productions of ops that have no rule, which must be kept whole and right; and of recurrent layers."""

from __future__ import annotations

from .draw import Draw, Unfit, production
from .layers import dtyped, into_own

SMOOTH = {
    "cumsum": "{0}.cumsum({1})",
    "cumprod": "({0} * 0.5).cumprod({1})",
    "logcumsumexp": "{0}.logcumsumexp({1})",
    "logsumexp": "{0}.logsumexp({1}, keepdim=True)",
    "sort": "{0}.sort({1})[0]",
    "topk": "{0}.topk(1, {1})[0]",
    "max_dim": "{0}.max({1})[0]",
    "kthvalue": "{0}.kthvalue(1, {1})[0]",
    "tril": "{0}.tril()",
    "triu": "{0}.triu(1)",
    "diagonal": "{0}.diagonal(dim1=-1, dim2=-2)",
    "prod": "({0} * 0.5).prod({1}, keepdim=True)",
    "norm": "{0}.norm(dim={1}, keepdim=True)",
    "cdist": "torch.cdist({0}, {0} + 1)",
    "fft": "torch.fft.rfft({0}, dim={1}).abs()",
    "complex": "torch.fft.fft({0}, dim={1}).real",
    "var_mean": "torch.var_mean({0}, {1}, keepdim=True, correction=0)[0]",
    "std_mean": "torch.std_mean({0} + 0.1 * {0}.cumsum(-1), {1}, keepdim=True, correction=0)[1]",
    "cosine": "F.cosine_similarity({0}, {0} + 1, dim={1})",
    "cov": "{0}.flatten(1).T.cov(correction=0)",
    "diff": "{0}.diff(dim={1})",
    "unfold_dim": "{0}.unfold({1}, 2, 1)",
    "as_strided": "{0}.contiguous().as_strided({0}.shape, {0}.contiguous().stride())",
    "trapezoid": "torch.trapezoid({0}, dim={1})",
    "renorm": "{0}.renorm(2, 1, 1.0)",
    "scatter": "torch.zeros_like({0}).scatter({1}, {0}.argsort({1}), {0})",
    "gather": "{0}.gather({1}, {0}.argsort({1}))",
    "take_along": "torch.take_along_dim({0}, {0}.argsort({1}), {1})",
    "index_add": "torch.zeros_like({0}).index_add(1, torch.arange({0}.shape[1]).flip(0), {0})",
    "scatter_add": "torch.zeros_like({0}).scatter_add(1, torch.zeros_like({0}).long(), {0})",
    "scatter_reduce": "torch.zeros_like({0}).scatter_reduce(1, torch.zeros_like({0}).long(), {0}, 'amax')",
    "index_put": "{0}.index_put((torch.zeros({0}.shape[0], dtype=torch.long),), {0}, accumulate=True)",
    "cummax": "{0}.cummax({1})[0]",
    "median": "{0}.median({1})[0]",
    "addmm_matrix": "torch.linalg.matrix_power({0} @ {0}.transpose(-1, -2) * 0.1, 2)",
    "solve": "torch.linalg.solve({0} @ {0}.transpose(-1, -2) + 3 * torch.eye({0}.shape[-2], dtype={0}.dtype), {0})",
    "tensordot": "torch.tensordot({0}, {0}.flatten(0, -2), dims=([-1], [1]))",
    "kron": "torch.kron({0}, torch.ones(*[1] * ({0}.ndim - 1), 2, dtype={0}.dtype))",
    "block_norm": "F.lp_pool1d({0}.flatten(1)[:, None].abs() + 0.1, 2, 1)",
}
JUMPY = {
    "argmax": "{0}.argmax({1})",
    "argsort": "{0}.argsort({1})",
    "max_index": "{0}.max({1})[1]",
    "one_hot": "F.one_hot({0}.argmax({1}), {0}.shape[{1}]).to({0}.dtype)",
    "bucketize": "torch.bucketize({0}, torch.tensor([-0.5, 0.0, 0.5], dtype={0}.dtype))",
    "searchsorted": "torch.searchsorted({0}.sort(-1)[0].contiguous(), {0}.contiguous())",
    "count_nonzero": "({0} > 0).count_nonzero({1})",
    "any": "({0} > 0.5).any({1})",
    "all": "({0} > -0.5).all({1})",
    "histogram": "torch.histc({0}.float(), 4, -2, 2)",
    "mode": "{0}.round().mode({1})[0]",
}


@production("unruled")
def unruled(d: Draw) -> None:
    x = d.pick((2, 3))
    d.emit(d.choose([*SMOOTH.values()]).format(x, d.choose((1, x.ndim - 1))))


@production("unruled", jumps=True)
def unruled_jumpy(d: Draw) -> None:
    x = d.pick((2, 3))
    d.emit(d.choose([*JUMPY.values()]).format(x, d.choose((1, x.ndim - 1))))


@production("unruled", "lstm.input gru.input rnn_tanh.input rnn_relu.input")
def recurrent(d: Draw) -> None:
    x = into_own(d, d.features((3,)))
    kind = d.choose(("LSTM", "GRU", "RNN"))
    both = ", bidirectional=True" if d.chance(0.3) else ""
    layers = ", num_layers=2" if d.chance(0.2) else ""
    layers += ", nonlinearity='relu'" if kind == "RNN" and d.chance(0.5) else ""
    d.emit(f"{dtyped(d, f'nn.{kind}({x.shape[-1]}, {d.size()}, batch_first=True{both}{layers})')}({x})[0]")


@production("unruled", "lstm_cell.default gru_cell.default rnn_tanh_cell.default rnn_relu_cell.default")
def cell(d: Draw) -> None:
    x = into_own(d, d.features((2,)))
    kind = d.choose(("GRUCell", "LSTMCell", "RNNCell"))
    relu = ", nonlinearity='relu'" if kind == "RNNCell" and d.chance(0.5) else ""
    d.emit(f"{dtyped(d, f'nn.{kind}({x.shape[-1]}, {d.size()}{relu})')}({x})" + ("[0]" if kind == "LSTMCell" else ""))


@production("unruled", "im2col.default")
def windows(d: Draw) -> None:
    x = d.image(2)
    d.emit(f"F.unfold({x}, 2)")


@production("unruled", "grid_sampler.default affine_grid_generator.default")
def sampled(d: Draw) -> None:
    x = into_own(d, d.image(2))
    d.line(f"angle = {x}.mean((1, 2, 3)).tanh()")
    d.line(
        "theta = torch.stack([angle.cos(), -angle.sin(), angle, angle.sin(), angle.cos(), angle], -1).view(-1, 2, 3)"
    )
    d.emit(f"F.grid_sample({x}, F.affine_grid(theta, {x}.shape, align_corners=False), align_corners=False)")


@production("unruled", "bilinear.default")
def bilinear(d: Draw) -> None:
    x = into_own(d, d.features((2,)))
    d.emit(f"{dtyped(d, f'nn.Bilinear({x.shape[-1]}, {x.shape[-1]}, {d.size()})')}({x}, {x})")


@production("unruled", jumps=True)
def selected(d: Draw) -> None:
    """Rows that a condition picks: how many, only the call can tell."""
    x = d.pick((2, 3), where=lambda v: v.batched())
    mean = f"{x}.flatten(1).sum(-1)"
    d.emit(d.choose((f"{x}[{mean} > -1e3]", f"{x}[({mean} > -1e3).nonzero()[:, 0]]")))


@production("unruled", "repeat_interleave.Tensor")
def repeated_by_input(d: Draw) -> None:
    x = d.pick((2, 3), where=lambda v: v.batched())
    if x.shape[0] != d.sizes[0] or x.other.shape[0] != d.varied[0]:
        raise Unfit
    counts = d.argument("torch.arange(b) % 3")
    d.emit(f"torch.repeat_interleave({x}, {counts}, dim=0)")


@production("unruled", "index_add.default")
def graph_layer(d: Draw) -> None:
    """Messages along edges, which an input lists."""
    x = into_own(d, d.features((2,)))
    if x.shape[0] != d.sizes[0] or x.other.shape[0] != d.varied[0]:
        raise Unfit
    edges = d.argument(f"torch.randint(0, b, (2, {d.choose(('b + 3', '7', 'b'))}), generator=g)")
    y = f"{dtyped(d, f'nn.Linear({x.shape[1]}, {d.size()})')}({x})"
    d.line(f"message = {y}")
    d.emit(f"torch.zeros_like(message).index_add(0, {edges}[1], message[{edges}[0]])")
