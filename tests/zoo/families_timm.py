"""timm's architectures, built of their own blocks, but of fewer and thinner ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from .planting import Family, Feed, Site, no_sites
from .torchvision_shim import import_torchvision

CLASSES = 10
SIDE = 64
Make = Callable[[], nn.Module]


def seen(batch: int, side: int) -> Feed:
    return (torch.randn(batch, 3, side, side, generator=torch.Generator().manual_seed(2400)),), {}


def _made(model: str, fused: bool | None = None, **options: Any) -> Make:
    """A factory of the named model; ``fused`` says whether attention is one call (None: as timm has it)."""

    def make() -> nn.Module:
        import_torchvision()
        import timm

        made: nn.Module = timm.create_model(model, pretrained=False, num_classes=CLASSES, **options)
        for module in made.modules():
            if fused is not None and hasattr(module, "fused_attn"):
                module.fused_attn = fused
        return made

    return make


def _poolformer() -> nn.Module:
    import_torchvision()
    from timm.layers import GroupNorm1
    from timm.models.metaformer import MetaFormer

    return MetaFormer(  # type: ignore[no-any-return]
        num_classes=CLASSES,
        depths=(1, 1, 2, 1),
        dims=(16, 24, 32, 48),
        downsample_norm=None,
        mlp_act=nn.GELU,
        mlp_bias=True,
        norm_layers=GroupNorm1,
        layer_scale_init_values=1e-5,
        res_scale_init_values=None,
        use_mlp_head=False,
    )


def _mixer() -> nn.Module:
    import_torchvision()
    from timm.models.mlp_mixer import MlpMixer

    return MlpMixer(num_classes=CLASSES, img_size=SIDE, num_blocks=2, embed_dim=32)  # type: ignore[no-any-return]


def _darknet() -> nn.Module:
    import_torchvision()
    from timm.models import cspnet

    whole = cspnet.model_cfgs["cspdarknet53"]
    stages = replace(whole.stages, depth=(1, 2, 2), out_chs=(32, 48, 64))
    config = replace(whole, stem=replace(whole.stem, out_chs=16), stages=stages)
    return cspnet.CspNet(config, num_classes=CLASSES)  # type: ignore[no-any-return]


def _timm(
    name: str,
    make: Make,
    *,
    side: int = SIDE,
    fit: bool = False,
    sites: Callable[[nn.Module], list[Site]] = no_sites,
) -> Family:
    return Family(name, "timm", make, seen, side, {"x": {0: "batch"}}, sites, fit=fit)


SWIN = {"img_size": SIDE, "embed_dim": 24, "depths": (2, 2), "num_heads": (2, 4), "window_size": 4}
DEIT = {"img_size": SIDE, "embed_dim": 48, "depth": 2, "num_heads": 4}
EVA = {"img_size": 56, "embed_dim": 48, "depth": 2, "num_heads": 4}
PVT = {"depths": (1, 1, 1, 1), "embed_dims": (16, 24, 32, 48), "num_heads": (1, 2, 4, 4)}
LEVIT = {"img_size": SIDE, "embed_dim": (32, 48, 64), "key_dim": 8, "depth": (1, 1, 1), "num_heads": (2, 3, 4)}
EDGENEXT = {"depths": (1, 2, 2, 1), "dims": (16, 24, 32, 48), "heads": (4, 4, 4, 4)}
FASTVIT = {"layers": (1, 1, 1, 1), "embed_dims": (16, 32, 64, 128)}
HIERA = {"img_size": (SIDE, SIDE), "embed_dim": 16, "num_heads": 1, "stages": (1, 1, 2, 1)}
MAXVIT = {"img_size": SIDE, "depths": (1, 1), "embed_dim": (16, 32), "stem_width": 16, "transformer_dim_head": 8}
EFFICIENTFORMER = {"depths": (1, 1, 1, 2), "embed_dims": (16, 24, 32, 48), "num_vit": 1}
COAT = {"img_size": SIDE, "embed_dims": (32,) * 4, "serial_depths": (1, 1, 1, 1), "parallel_depth": 1, "num_heads": 8}
NFNET = {"depths": (1, 1, 2, 1), "channels": (32, 48, 64, 64), "group_size": 16}

TIMM = [
    _timm("swin_tiny_patch4_window7_224", _made("swin_tiny_patch4_window7_224", fused=True, **SWIN)),
    _timm("swin_tiny-eager", _made("swin_tiny_patch4_window7_224", fused=False, **SWIN)),
    _timm("deit_tiny_patch16_224", _made("deit_tiny_patch16_224", fused=True, **DEIT)),
    _timm("deit_tiny-eager", _made("deit_tiny_patch16_224", fused=False, **DEIT)),
    _timm("xcit_nano_12_p16_224", _made("xcit_nano_12_p16_224", img_size=SIDE, embed_dim=32, depth=2)),
    _timm("mobilevit_xxs", _made("mobilevit_xxs"), fit=True),
    _timm("pvt_v2_b0", _made("pvt_v2_b0", **PVT)),
    _timm("poolformer_s12", _poolformer),
    _timm("levit_128s", _made("levit_128s", **LEVIT), fit=True),
    _timm("edgenext_xx_small", _made("edgenext_xx_small", **EDGENEXT)),
    _timm("fastvit_t8", _made("fastvit_t8", **FASTVIT), fit=True),
    _timm("eva02_tiny_patch14_224", _made("eva02_tiny_patch14_224", **EVA), side=56),
    _timm("hiera_tiny_224", _made("hiera_tiny_224", **HIERA)),
    _timm("maxvit_tiny_tf_224", _made("maxvit_tiny_tf_224", **MAXVIT)),
    _timm("maxvit_nano_rw_256", _made("maxvit_nano_rw_256", **MAXVIT)),
    _timm("res2net50_26w_4s", _made("res2net50_26w_4s", layers=(1, 1, 1, 1)), fit=True),
    _timm("cspdarknet53", _darknet, fit=True),
    _timm("dpn68", _made("dpn68", k_sec=(1, 1, 2, 1)), fit=True),
    _timm("efficientformer_l1", _made("efficientformer_l1", **EFFICIENTFORMER), side=224, fit=True),
    _timm("mixer_s32_224", _mixer),
    _timm("coat_tiny", _made("coat_tiny", **COAT)),
    _timm("nfnet_f0", _made("nfnet_f0", **NFNET)),
    _timm("dm_nfnet_f0", _made("dm_nfnet_f0", **NFNET)),
]
