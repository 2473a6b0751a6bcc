"""Productions of ops that pick, sort, accumulate or transform along one dimension, and of complex numbers."""

from __future__ import annotations

from .draw import Draw, production

# By op: what is written, of a value {0} and a dimension {1} that is not the channels'.
PICKS = {
    "max.dim": "{0}.max({1})[0]",
    "min.dim": "{0}.min({1})[0]",
    "median.dim": "{0}.median({1})[0]",
    "kthvalue.default": "{0}.kthvalue(1, {1})[0]",
    "aminmax.default": "torch.aminmax({0}, dim={1})[0]",
    "sort.default": "{0}.sort({1})[0]",
    "sort.stable": "{0}.sort(dim={1}, stable=True)[0]",
    "topk.default": "{0}.topk(1, {1})[0]",
    "cummax.default": "{0}.cummax({1})[0]",
    "cummin.default": "{0}.cummin({1})[0]",
    "cumsum.default": "{0}.cumsum({1})",
    "cumprod.default": "({0} * 0.5).cumprod({1})",
    "logcumsumexp.default": "{0}.logcumsumexp({1})",
    "logsumexp.default": "{0}.logsumexp({1}, keepdim=True)",
    "prod.dim_int": "({0} * 0.5).prod({1})",
    "unfold.default": "{0}.unfold({1}, 2, 1)",
    "linalg_norm.default": "torch.linalg.norm({0}, dim={1})",
}
JUMPS = {
    "argmax.default": "{0}.argmax({1})",
    "argmin.default": "{0}.argmin({1})",
    "any.dim": "({0} > 0.5).any({1})",
    "all.dim": "({0} > -0.5).all({1})",
}
TRANSFORMS = {
    **{f"fft_{kind}.default": f"torch.fft.{kind}({{0}}, dim={{1}})" for kind in ("fft", "ifft", "rfft", "ihfft")},
    **{f"fft_{kind}.default": f"torch.fft.{kind}({{0}}.cfloat(), n=4, dim={{1}})" for kind in ("irfft", "hfft")},
    **{f"fft_{kind}.default": f"torch.fft.{kind}({{0}}, dim=(2, -1))" for kind in ("fft2", "ifft2", "rfft2")},
    **{f"fft_{kind}.default": f"torch.fft.{kind}({{0}}, dim=(2, -1))" for kind in ("fftn", "ifftn", "rfftn")},
    **{
        f"fft_{kind}.default": f"torch.fft.{kind}({{0}}.cfloat(), s=(2, 4), dim=(2, -1))"
        for kind in ("irfft2", "irfftn")
    },
}


@production("picks", " ".join(PICKS))
def picked(d: Draw) -> None:
    x = d.pick((3, 4))
    d.emit(d.choose([*PICKS.values()]).format(x, d.choose((2, -1))))


@production("picks", " ".join(JUMPS), jumps=True)
def picked_places(d: Draw) -> None:
    x = d.pick((3, 4))
    d.emit(d.choose([*JUMPS.values()]).format(x, d.choose((2, -1))))


@production("picks", " ".join(TRANSFORMS))
def transformed(d: Draw) -> None:
    x = d.pick(4)
    d.emit(f"torch.view_as_real({d.choose([*TRANSFORMS.values()]).format(f'{x}.double()', d.choose((2, -1)))} + 0j)")


@production("picks", "view_as_complex.default view_as_real.default polar.default")
def rotated(d: Draw) -> None:
    """Rotary positions as products of complex numbers."""
    x = d.features((3,))
    d.line(f"pairs = torch.view_as_complex(torch.stack([{x}, {x} * 0.5], -1).double())")
    d.line(f"turn = torch.polar(torch.ones({x.shape[-1]}).double(), torch.arange({x.shape[-1]}).double())")
    d.emit("torch.view_as_real(pairs * turn).flatten(-2)")


@production("picks", "max_unpool2d.default max_unpool3d.default", jumps=True)
def unpooled(d: Draw) -> None:
    dims = d.choose((2, 3))
    x = d.planes(dims, 2)
    d.line(f"kept, places = F.max_pool{dims}d({x}, 2, 2, return_indices=True)")
    d.emit(f"F.max_unpool{dims}d(kept, places, 2, 2)")


@production("picks", "_native_batch_norm_legit.no_stats")
def norm_of_the_batch(d: Draw) -> None:
    x = d.image(2)
    d.emit(f"F.batch_norm({x}, None, None, training=True)")


@production("picks", "col2im.default")
def folded(d: Draw) -> None:
    x = d.image(3)
    d.emit(f"F.fold(F.unfold({x}, 2), {tuple(x.shape[2:])}, 2)")
