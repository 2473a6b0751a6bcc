"""Productions without weights that work position by position, and what else keeps a shape."""

from __future__ import annotations

from .draw import Draw, Unfit, Value, production
from .layers import into_own

RULED = (
    "torch.relu({})",
    "F.gelu({})",
    "F.gelu({}, approximate='tanh')",
    "F.logsigmoid({})",
    "F.leaky_relu({}, 0.2)",
    "F.hardtanh({}, -0.5, 0.5)",
    "F.relu6({})",
    "F.softplus({})",
    "F.elu({})",
    "F.selu({})",
    "F.celu({}, 0.7)",
    "F.hardswish({})",
    "torch.rsub({}, {}.relu(), alpha=2)",
)
SMOOTH = (
    "torch.relu({})",
    "F.silu({})",
    "torch.sigmoid({})",
    "torch.tanh({})",
    "F.hardsigmoid({})",
    "F.mish({})",
    "F.softsign({})",
    "F.tanhshrink({})",
    "F.hardshrink({}, 0.1)",
    "F.softshrink({}, 0.1)",
    "F.threshold({}, 0.1, 0.3)",
    "{}.abs()",
    "{}.neg()",
    "{}.square()",
    "{}.abs().add(0.5).sqrt()",
    "{}.abs().add(0.5).log()",
    "{}.clamp(-2, 2).exp()",
    "{}.sin()",
    "{}.cos()",
    "{}.atan()",
    "torch.erf({})",
    "torch.rsub({}, 1.5)",
    "1 / ({}.abs() + 1)",
    "{}.clamp(min=0.1)",
    "{}.clamp(-0.5, 0.5)",
    "{} ** 2",
    "2.0 ** {}.clamp(-3, 3)",
    "{} + 0.5",
    "{} * -0.3",
    "{} - 1",
    "{} / 3",
    "{}.nan_to_num()",
    "torch.addcmul({0}, {0}, {0}, value=0.1)",
    "torch.lerp({0}, {0}.relu(), 0.3)",
    "torch.logaddexp({0}, {0} * 0.5)",
    "torch.hypot({0}, {0} + 1)",
    "torch.xlogy({0}, {0}.abs() + 1)",
    "torch.special.expit({})",
    "{}.expm1().clamp(max=5)",
    "torch.log1p({}.abs())",
    "F.dropout({}, 0.5, self.training)",
)
JUMPY = (
    "{}.round()",
    "{}.floor()",
    "{}.sign()",
    "{}.frac()",
    "{}.trunc() * {}",
    "torch.remainder({}, 0.7)",
    "torch.where({0} > 0, {0}, 0.5)",
    "torch.where({0} > 0, 0.5, {0})",
    "torch.where({0} > 0, 0.5, 2.0).to({0}.dtype)",
    "torch.where({0} > 0.1, {0}, {0} * 2)",
    "{0}.masked_fill({0} > 0.5, 0.1)",
    "{0}.masked_fill({0} > 0, torch.tensor(2.0, dtype={0}.dtype))",
    "torch.heaviside({0}, {0})",
    "({0} > 0) * {0}",
    "({0} >= 0.2).to({0}.dtype)",
    "{0} * ({0} == 0)",
    "{0}.isfinite() * {0}",
    "{0}.logical_not() + {0}",
    "torch.copysign({0} * 0 + 1, {0})",
)


@production(
    "pointwise",
    "log_sigmoid.default leaky_relu.default hardtanh.default relu6.default gelu.default softplus.default elu.default "
    "selu.default celu.default hardswish.default rsub.Tensor",
)
def activation(d: Draw) -> None:
    x = d.pick()
    d.emit(d.choose(RULED).format(x, x))


@production("pointwise")
def smooth(d: Draw) -> None:
    x = d.pick()
    d.emit(d.choose(SMOOTH).format(x))


@production("pointwise", "where.ScalarOther where.ScalarSelf where.Scalar masked_fill.Tensor", jumps=True)
def jumpy(d: Draw) -> None:
    x = d.pick()
    d.emit(d.choose(JUMPY).format(x, x))


def alike(d: Draw, x: Value) -> Value | None:
    """Another value of the same shape."""
    found = d.fitting(x.ndim, where=lambda v: v is not x and v.shape == x.shape and v.other.shape == x.other.shape)
    return d.choose(found) if found else None


@production("pointwise", "add.Tensor mul.Tensor sub.Tensor maximum.default")
def join(d: Draw) -> None:
    x = d.pick()
    y = alike(d, x) or x
    d.emit(
        d.choose(
            (
                "{0} + {1}",
                "{0} + {1}",
                "{0} * {1}",
                "{0} - {1}",
                "torch.maximum({0}, {1})",
                "torch.add({0}, {1}, alpha=0.5)",
                "{0} / (1 + {1}.abs())",
                "torch.where({1} > 0, {0}, {1})",
                "torch.minimum({0}, {1} + 0.1)",
                "{0} * torch.sigmoid({1})",
                "torch.atan2({0}, {1}.abs() + 1)",
                "torch.fmod({0}, {1}.abs() + 1)",
            )
        ).format(x, y)
    )


@production("pointwise", "mul.Tensor add.Tensor")
def scale_and_shift(d: Draw) -> None:
    x = into_own(d, d.pick((2, 3, 4), where=lambda v: v.fixed(1) and v.shape[1] > 0))
    dims = [x.shape[1], *[1] * (x.ndim - 2)]
    d.emit(f"{x} * {d.parameter(*dims)} + {d.parameter(*dims)}")


@production("pointwise", "mul.Tensor mean.dim")
def squeeze_excite(d: Draw) -> None:
    x = d.image()
    inner = d.choose(
        ("{0}.mean((2, 3), keepdim=True)", "F.adaptive_avg_pool2d({0}, 1)", "{0}.amax((2, 3), keepdim=True)")
    )
    d.emit(f"{x} * torch.sigmoid({inner.format(x)})")


@production("pointwise", "add.Tensor")
def broadcast(d: Draw) -> None:
    x = d.pick((3, 4))
    d.emit(
        d.choose(
            (
                "{0} + {0}[:, :1]",
                "{0} * {0}[..., :1]",
                "{0} - {0}.mean(-1, keepdim=True)",
                "{0}[:, :, None] + {0}[:, None]",
            )
        ).format(x)
    )


@production("pointwise", "mul.Tensor")
def gate(d: Draw) -> None:
    x = d.features()
    if x.shape[-1] % 2:
        raise Unfit
    d.emit(d.choose(("F.glu({0}, -1)", "{0}.chunk(2, -1)[0] * F.silu({0}.chunk(2, -1)[1])")).format(x))


@production("pointwise", "_to_copy.default")
def to_copy(d: Draw) -> None:
    x = d.pick()
    d.emit(f"torch.ops.aten._to_copy.default({x}, dtype=D)")


@production("pointwise", "zeros_like.default ones_like.default full_like.default")
def like(d: Draw) -> None:
    x = d.pick()
    d.emit(
        d.choose(
            (
                "{0} + torch.zeros_like({0})",
                "{0} * torch.full_like({0}, 1.5)",
                "torch.ones_like({0}) - {0}",
                "torch.cat([{0}, torch.zeros_like({0})], 1)",
                "torch.where({0} > 0, {0}, torch.full_like({0}, 0.2))",
            )
        ).format(x)
    )


@production(
    "pointwise",
    "zeros.default ones.default full.default new_zeros.default new_ones.default new_full.default",
)
def created(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    d.emit(
        d.choose(
            (
                "{0} + torch.zeros({0}.shape, dtype={0}.dtype)",
                "{0} * torch.ones({0}.shape[0], *[1] * ({0}.ndim - 1), dtype={0}.dtype)",
                "{0} - torch.full({0}.shape, 0.5, dtype={0}.dtype)",
                "{0} + {0}.new_zeros({0}.shape)",
                "{0}.new_ones({0}.shape) + {0}",
                "{0} * {0}.new_full({0}.shape, 0.7)",
                "torch.cat([{0}, {0}.new_zeros({0}.shape)], -1)",
            )
        ).format(x)
    )


@production("pointwise", "arange.default arange.start arange.start_step")
def counted(d: Draw) -> None:
    """What lies at a place goes with its number, as slopes of heads and angles of features do."""
    x = d.pick((2, 3, 4))
    along = d.number_in(1, x.ndim - 1)
    size = f"{x}.shape[{along}]"
    numbers = d.choose(
        (
            f"torch.arange({size}, dtype=D)",
            f"torch.arange(1, {size} + 1, dtype=D)",
            f"torch.arange(0, 2 * {size}, 2).to(D)",
            f"torch.arange({size}, 0, -1, dtype=D)",
        )
    )
    shape = ", ".join(size if dim == along else "1" for dim in range(x.ndim))
    d.emit(f"{x} {d.choose('+*')} ({numbers} / 8).view({shape})")


@production("pointwise", "bitwise_and.Tensor logical_and.default", jumps=True)
def booleans(d: Draw) -> None:
    x = d.pick()
    y = alike(d, x) or x
    d.emit(
        d.choose(("({0} > 0) & ({1} < 0.5)", "({0} > 0) | ({1} > 1)", "({0} > 0) ^ ({1} > 0)", "~({0} > 0)")).format(
            x, y
        )
    )


@production("pointwise", "where.self masked_fill.Scalar")
def masked(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    masks = d.fitting(x.ndim, "bool", lambda v: v.shape == x.shape and v.other.shape == x.other.shape)
    mask = d.choose(masks) if masks else d.argument(f"torch.rand({d.written_shape(x)}, generator=g) > 0.3")
    d.emit(
        d.choose(("torch.where({1}, {0}, -{0})", "{0}.masked_fill({1}, 0.25)", "{0} * {1}", "{0} + {1}")).format(
            x, mask
        )
    )


@production("pointwise", "to.dtype", jumps=True)
def integers(d: Draw) -> None:
    x = d.pick()
    d.emit(d.choose(("({0} * 3).round().long()", "({0} * 3).int()", "({0}.sigmoid() * 255).to(torch.uint8)")).format(x))


@production("pointwise", "to.dtype")
def from_integers(d: Draw) -> None:
    x = d.pick((1, 2, 3, 4), kind="int")
    d.emit(
        d.choose(("{0}.to(D)", "({0} % 3).to(D) / 3", "{0} * torch.ones((), dtype=D)", "({0} // 2).to(D)")).format(x)
    )
