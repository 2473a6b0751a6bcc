"""Productions that look at neighbours or at whole dimensions: pools, resizing, pads, reductions."""

from __future__ import annotations

from .draw import Draw, production


@production("spatial", "max_pool1d.default max_pool2d.default max_pool3d.default")
def max_pool(d: Draw) -> None:
    dims = d.choose((1, 2, 2, 3))
    x = d.planes(dims, 2)
    d.emit(
        d.choose(
            (
                f"F.max_pool{dims}d({x}, 2)",
                f"F.max_pool{dims}d({x}, 2, 1, 1)",
                f"F.max_pool{dims}d({x}, 3, 2, 1, ceil_mode=True)",
            )
        )
    )


@production("spatial", "max_pool1d.default")
def max_pool1d(d: Draw) -> None:
    d.emit(f"torch.ops.aten.max_pool1d.default({d.planes(1, 2)}, 2, 1)")


@production("spatial", "max_pool2d_with_indices.default max_pool3d_with_indices.default", jumps=True)
def pool_indices(d: Draw) -> None:
    dims = d.choose((2, 2, 3))
    y, index = d.emit_many(f"F.max_pool{dims}d({d.planes(dims, 2)}, 2, 2, return_indices=True)", 2)
    if d.chance(0.4):
        d.emit(f"F.max_unpool{dims}d({y}, {index}, 2)")


@production("spatial", "avg_pool1d.default avg_pool2d.default avg_pool3d.default")
def avg_pool(d: Draw) -> None:
    dims = d.choose((1, 2, 2, 3))
    x = d.planes(dims, 2)
    extra = d.choose(("", ", 1, 1", ", 1, 1, count_include_pad=False", ", 2, ceil_mode=True"))
    d.emit(f"F.avg_pool{dims}d({x}, 2{extra})")


@production("spatial", "adaptive_avg_pool1d.default adaptive_avg_pool2d.default adaptive_avg_pool3d.default")
def adaptive_avg(d: Draw) -> None:
    dims = d.choose((1, 2, 2, 3))
    d.emit(f"F.adaptive_avg_pool{dims}d({d.planes(dims)}, {d.choose((1, 2, 3))})")


@production("spatial", "adaptive_max_pool1d.default adaptive_max_pool2d.default adaptive_max_pool3d.default getitem")
def adaptive_max(d: Draw) -> None:
    dims = d.choose((1, 2, 2, 3))
    size = ", ".join([str(d.choose((1, 2, 3)))] * dims)
    d.emit(f"torch.ops.aten.adaptive_max_pool{dims}d.default({d.planes(dims)}, [{size}])[0]")


@production(
    "spatial",
    "upsample_nearest1d.vec upsample_nearest2d.vec upsample_nearest3d.vec upsample_linear1d.vec "
    "upsample_bilinear2d.vec upsample_trilinear3d.vec upsample_bicubic2d.vec",
)
def resize(d: Draw) -> None:
    dims = d.choose((1, 2, 2, 3))
    x = d.planes(dims)
    modes = {
        1: ("nearest", "linear"),
        2: ("nearest", "bilinear", "bicubic", "nearest-exact"),
        3: ("nearest", "trilinear"),
    }
    mode = d.choose(modes[dims])
    size = d.choose(("scale_factor=2", f"size={d.number_in(2, 7)}"))
    corners = ", align_corners=True" if "linear" in mode and d.chance(0.3) else ""
    d.emit(f"F.interpolate({x}, {size}, mode={mode!r}{corners})")


@production("spatial", "pad.default constant_pad_nd.default")
def pad(d: Draw) -> None:
    x = d.pick((3, 4))
    sides = ", ".join(str(d.number_in(0, 2)) for _ in range(2 * (x.ndim - 2)))
    how = d.choose(
        (
            f"F.pad({x}, (1, 1))",
            f"F.pad({x}, ({sides}), value=0.3)",
            f"F.pad({x}, ({sides}), mode='replicate')",
            f"F.pad({x}, ({sides}), mode='reflect')",
            f"F.pad({x}, ({sides}), mode='circular')",
            f"F.pad({x}, ({', '.join(['0'] * 2 * (x.ndim - 2))}, 1, 2))",
            f"torch.ops.aten.constant_pad_nd.default({x}, [1, -1], 0.25)",
            f"F.pad({x}, (-1, 1))",
        )
    )
    d.emit(how)


@production(
    "spatial",
    "mean.dim sum.dim_IntList amax.default amin.default var.dim std.dim linalg_vector_norm.default",
)
def reduce(d: Draw) -> None:
    x = d.pick((3, 4))
    dim = d.choose(("-1", "1", "(1, 2)", "(-1, -2)", "2"))
    keep = d.choose(("", ", keepdim=True"))
    d.emit(
        d.choose(
            (
                "{0}.mean({1}{2})",
                "{0}.sum({1}{2})",
                "{0}.amax({1}{2})",
                "{0}.amin({1}{2})",
                "torch.ops.aten.var.dim({0}, [{3}], False, {4})",
                "torch.ops.aten.std.dim({0} + 0.1 * {0}.cumsum(-1), [{3}], False, {4})",
                "torch.linalg.vector_norm({0}, dim={1}{2})",
            )
        ).format(x, dim, keep, dim.strip("()"), bool(keep))
    )


@production("spatial", "softmax.int log_softmax.int _softmax.default _log_softmax.default")
def soft(d: Draw) -> None:
    x = d.pick((2, 3, 4))
    dim = d.choose((1, -1))
    d.emit(
        d.choose(
            (
                f"{x}.softmax({dim})",
                f"F.log_softmax({x}, {dim})",
                f"torch.ops.aten._softmax.default({x}, {dim}, False)",
                f"torch.ops.aten._log_softmax.default({x}, {dim}, False)",
            )
        )
    )
