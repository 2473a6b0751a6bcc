"""timm's architectures, built of their own blocks, but of fewer and thinner ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from .families_text import Family, Feed, Tune
from .families_vision import pictures
from .planting import Lanes, Planter, Site, Stream, fused, hidden, outputs, planned, reading, writing
from .torchvision_shim import import_torchvision

CLASSES = 10
SIDE = 64
Make = Callable[[], nn.Module]
Heads = tuple[Lanes, Lanes, Lanes]


def seen(batch: int, side: int) -> Feed:
    return (pictures(batch, side),), {}


def _made(model: str, fused: bool | None = None, **options: Any) -> Make:
    """A factory of the named model; ``fused`` says whether attention is one call (None: as timm has it)."""

    def make() -> nn.Module:
        import_torchvision()
        import timm

        made: nn.Module = timm.create_model(model, pretrained=False, num_classes=CLASSES, **options)
        module: Any
        for module in made.modules():
            if fused is not None and hasattr(module, "fused_attn"):
                module.fused_attn = fused
        return made

    return make


def _poolformer() -> nn.Module:
    import_torchvision()
    from timm.layers.norm import GroupNorm1
    from timm.models.metaformer import MetaFormer

    return MetaFormer(
        num_classes=CLASSES,
        depths=(1, 1, 2, 1),
        dims=(16, 24, 32, 48),
        downsample_norm=None,
        mlp_act=nn.GELU,
        mlp_bias=True,
        norm_layers=GroupNorm1,
        layer_scale_init_values=1e-5,
        res_scale_init_values=(None,) * 4,
        use_mlp_head=False,
    )


def _mixer() -> nn.Module:
    import_torchvision()
    from timm.models.mlp_mixer import MlpMixer

    return MlpMixer(num_classes=CLASSES, img_size=SIDE, num_blocks=2, embed_dim=32)


def _darknet() -> nn.Module:
    import_torchvision()
    from timm.models import cspnet

    whole = cspnet.model_cfgs["cspdarknet53"]
    stages = replace(whole.stages, depth=(1, 2, 2), out_chs=(32, 48, 64))
    config = replace(whole, stem=replace(whole.stem, out_chs=16), stages=stages)
    return cspnet.CspNet(config, num_classes=CLASSES)


HIDDEN: dict[str, tuple[tuple[str, ...], ...]] = {
    "Bottle2neck": (("conv1", "bn1"),),
    "BottleneckBlock": (("conv1_1x1.conv", "conv1_1x1.bn", "conv2_kxk.bn"),),
    "DarkBlock": (("conv1.conv", "conv1.bn"),),
    "DualPathBlock": (("c1x1_a.conv", "c3x3_b.bn"), ("c3x3_b.conv", "c1x1_c.bn")),
    "LevitMlp": (("ln1.linear", "ln1.bn"),),
    "MbConvBlock": (("conv1_1x1", "norm1", "norm2"),),
    "NormFreeBlock": (("conv1",), ("conv2",), ("conv2b",)),
}
"""Blocks whose hidden channels are zero when a convolution's filters and the norms behind it are."""


def _sites(*streams: Stream) -> Callable[[nn.Module], list[Site]]:
    """What is in the blocks of any model, and the given streams."""

    def sites(model: nn.Module) -> list[Site]:
        planter = Planter(model)
        ends = [end for name, module in model.named_modules() for end in _block(planter, name, module)]
        planter.branches(ends)
        return planter.sites + planned(*streams)(model)

    return sites


def _block(planter: Planter, name: str, module: Any) -> list[nn.Module]:
    """Plant the module's own sites; returns the layer that ends it if it is a whole branch."""
    kind = type(module).__name__
    for layers in HIDDEN.get(kind, ()):
        planter.add(
            "neuron", f"{name} {layers[0]}", [s for layer in layers for s in outputs(module.get_submodule(layer))]
        )
    if hasattr(module, "fc1"):
        between: list[Any] = [getattr(module, part, None) for part in ("dwconv", "norm", "norm1", "bn")]
        dead = [slot for part in between if getattr(part, "weight", None) is not None for slot in outputs(part)]
        planter.mlp(name, hidden([module.fc1], module.fc2), module.fc2, dead)
        return [module.fc2] if "Mlp" in kind else []
    kind = f"{type(module).__module__.rpartition('.')[2]}.{kind}"
    if kind not in LAYOUTS:
        return []
    q, k, v = LAYOUTS[kind](module)
    out = reading(module.proj, q.shape[0])
    if kind.startswith("coat"):  # convolutions of the values, with biases, go into the heads as well
        planter.add("head", name, out.heads(), dead=q.heads() + k.heads() + v.heads())
    else:
        turns = [[at, at + 1] for at in range(0, q.shape[1], 2)] if kind.startswith("eva") else None
        planter.attention(name, q, k, v, out, turns, places=kind not in ACROSS)
    return [module.proj]


def _in_a_row(attention: Any) -> Heads:
    heads = attention.heads if hasattr(attention, "heads") else attention.num_heads
    return fused(attention.qkv, heads, heads, by_head=getattr(attention, "head_first", False))


def _apart(attention: Any) -> Heads:
    heads = attention.num_heads
    return writing(attention.q, heads), writing(attention.k, heads), writing(attention.v, heads)


def _pvt(attention: Any) -> Heads:
    heads, kv = attention.num_heads, attention.kv
    k, v = torch.arange(kv.out_features).chunk(2)
    return writing(attention.q, heads), writing(kv, heads, k), writing(kv, heads, v)


def _eva(attention: Any) -> Heads:
    """Its biases are parameters of their own."""
    q, k, v = _in_a_row(attention)
    grid = torch.arange(len(attention.q_bias)).reshape(q.shape)
    return Lanes((*q.parts, (attention.q_bias, 0, grid))), k, Lanes((*v.parts, (attention.v_bias, 0, grid)))


def _efficientformer(attention: Any) -> Heads:
    heads, size = attention.num_heads, attention.key_dim
    grid = torch.arange(attention.qkv.out_features).reshape(heads, -1)
    q, k, v = (writing(attention.qkv, heads, rows) for rows in grid.split([size, size, grid.shape[1] - 2 * size], 1))
    return q, k, v


IN_A_ROW = (
    "attention.Attention",
    "swin_transformer.WindowAttention",
    "hiera.MaskUnitAttention",
    "maxxvit.AttentionCl",
    "xcit.XCA",
    "edgenext.CrossCovarianceAttn",
    "coat.FactorAttnConvRelPosEnc",
)
LAYOUTS: dict[str, Callable[[Any], Heads]] = {
    **dict.fromkeys(IN_A_ROW, _in_a_row),
    "cait.ClassAttn": _apart,
    "pvt_v2.Attention": _pvt,
    "eva.EvaAttention": _eva,
    "efficientformer.Attention": _efficientformer,
}
"""Class -> its projections; those of LeViT end in norms, which shift what the values do not say."""
ACROSS = ("xcit.XCA", "edgenext.CrossCovarianceAttn")
"""Attention of channels to channels."""


def _amplify(model: nn.Module) -> None:
    """Weights that are standardized are as large as their gains; at less than one the inputs fade."""
    for name, parameter in model.named_parameters():
        if name.endswith(".gain"):
            parameter.mul_(4)


def _timm(
    name: str,
    make: Make,
    *,
    side: int = SIDE,
    fit: bool = False,
    warm: bool = False,
    tune: Tune | None = None,
    streams: tuple[Stream, ...] = (),
) -> Family:
    return Family(name, "timm", make, seen, side, {"x": {0: "batch"}}, _sites(*streams), fit=fit, warm=warm, tune=tune)


BRANCHES = ("attn.proj", "mlp.fc2")
READERS = ("attn.qkv", "mlp.fc1")
PLAIN = Stream(
    "stream",
    "blocks.#",
    tables=("cls_token", "pos_embed"),
    writers=("patch_embed.proj", *(f"blocks.#.{name}" for name in BRANCHES)),
    readers=("head", *(f"blocks.#.{name}" for name in READERS)),
    norms=("blocks.#.norm#", "norm"),
    quiet=True,
)
EVA_STREAM = replace(PLAIN, norms=("blocks.#.norm#", "fc_norm"))


def _stage(number: int, writers: tuple[str, ...], reader: str, norm: str) -> Stream:
    """A stage of Swin."""
    blocks = f"layers.{number}.blocks.#"
    return Stream(
        f"stage {number}",
        blocks,
        writers=(*writers, *(f"{blocks}.{name}" for name in BRANCHES)),
        readers=(reader, *(f"{blocks}.{name}" for name in READERS)),
        norms=(f"{blocks}.norm#", norm),
        quiet=True,
    )


SWIN_STREAMS = (
    _stage(0, ("patch_embed.proj", "patch_embed.norm"), "layers.1.downsample.reduction", "layers.1.downsample.norm"),
    _stage(1, ("layers.1.downsample.reduction",), "head.fc", "norm"),
)
SWIN: dict[str, Any] = {"img_size": SIDE, "embed_dim": 24, "depths": (2, 2), "num_heads": (2, 4), "window_size": 4}
DEIT: dict[str, Any] = {"img_size": SIDE, "embed_dim": 48, "depth": 2, "num_heads": 4}
EVA: dict[str, Any] = {"img_size": 56, "embed_dim": 48, "depth": 2, "num_heads": 4}
PVT: dict[str, Any] = {"depths": (1, 1, 1, 1), "embed_dims": (16, 24, 32, 48), "num_heads": (1, 2, 4, 4)}
LEVIT: dict[str, Any] = {
    "img_size": SIDE,
    "embed_dim": (32, 48, 64),
    "key_dim": 8,
    "depth": (1, 1, 1),
    "num_heads": (2, 3, 4),
}
EDGENEXT: dict[str, Any] = {"depths": (1, 2, 2, 1), "dims": (16, 24, 32, 48), "heads": (4, 4, 4, 4)}
FASTVIT: dict[str, Any] = {"layers": (1, 1, 1, 1), "embed_dims": (16, 32, 64, 128)}
HIERA: dict[str, Any] = {"img_size": (SIDE, SIDE), "embed_dim": 16, "num_heads": 1, "stages": (1, 1, 2, 1)}
MAXVIT: dict[str, Any] = {
    "img_size": SIDE,
    "depths": (1, 1),
    "embed_dim": (16, 32),
    "stem_width": 16,
    "transformer_dim_head": 8,
}
EFFICIENTFORMER: dict[str, Any] = {"depths": (1, 1, 1, 2), "embed_dims": (16, 24, 32, 48), "num_vit": 1}
COAT: dict[str, Any] = {
    "img_size": SIDE,
    "embed_dims": (32,) * 4,
    "serial_depths": (1, 1, 1, 1),
    "parallel_depth": 1,
    "num_heads": 8,
}
NFNET: dict[str, Any] = {"depths": (1, 1, 2, 1), "channels": (32, 48, 64, 64), "group_size": 16}

TIMM = [
    _timm(
        "swin_tiny_patch4_window7_224", _made("swin_tiny_patch4_window7_224", fused=True, **SWIN), streams=SWIN_STREAMS
    ),
    _timm("swin_tiny-eager", _made("swin_tiny_patch4_window7_224", fused=False, **SWIN), streams=SWIN_STREAMS),
    _timm("deit_tiny_patch16_224", _made("deit_tiny_patch16_224", fused=True, **DEIT), streams=(PLAIN,)),
    _timm("deit_tiny-eager", _made("deit_tiny_patch16_224", fused=False, **DEIT), streams=(PLAIN,)),
    _timm("xcit_nano_12_p16_224", _made("xcit_nano_12_p16_224", img_size=SIDE, embed_dim=32, depth=2), fit=True),
    _timm("mobilevit_xxs", _made("mobilevit_xxs"), side=128, fit=True),
    _timm("pvt_v2_b0", _made("pvt_v2_b0", **PVT), fit=True),
    _timm("poolformer_s12", _poolformer),
    _timm("levit_128s", _made("levit_128s", **LEVIT), fit=True, warm=True),
    _timm("edgenext_xx_small", _made("edgenext_xx_small", **EDGENEXT), fit=True),
    _timm("fastvit_t8", _made("fastvit_t8", **FASTVIT), fit=True),
    _timm("eva02_tiny_patch14_224", _made("eva02_tiny_patch14_224", **EVA), side=56, streams=(EVA_STREAM,)),
    _timm("hiera_tiny_224", _made("hiera_tiny_224", **HIERA)),
    _timm("maxvit_tiny_tf_224", _made("maxvit_tiny_tf_224", **MAXVIT), fit=True),
    _timm("maxvit_nano_rw_256", _made("maxvit_nano_rw_256", **MAXVIT), fit=True),
    _timm("res2net50_26w_4s", _made("res2net50_26w_4s", layers=(1, 1, 1, 1)), fit=True),
    _timm("cspdarknet53", _darknet, fit=True),
    _timm("dpn68", _made("dpn68", k_sec=(1, 1, 2, 1)), fit=True),
    _timm("efficientformer_l1", _made("efficientformer_l1", **EFFICIENTFORMER), side=224, fit=True, warm=True),
    _timm("mixer_s32_224", _mixer),
    _timm("coat_tiny", _made("coat_tiny", **COAT)),
    _timm("nfnet_f0", _made("nfnet_f0", **NFNET), fit=True, tune=_amplify),
    _timm("dm_nfnet_f0", _made("dm_nfnet_f0", **NFNET), fit=True, tune=_amplify),
]
