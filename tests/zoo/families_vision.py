"""The transformers library's models of pictures: plain, hierarchical, windowed, behind a convolutional backbone, and
beside a text model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from .families_text import SPECIAL, VOCABULARY, Family, Feed, hugging, tokens
from .planting import Attention, Site, Stream, no_sites, paths, planned

CLASSES = 10
PICTURES = {"pixel_values": {0: "batch"}}


Sites = Callable[[nn.Module], list[Site]]


def pictures(batch: int, side: int) -> Tensor:
    """Noise around a colour for each picture, which survives the pooling at the end."""
    random = torch.Generator().manual_seed(2300)
    return torch.randn(batch, 3, side, side, generator=random) + torch.randn(batch, 3, 1, 1, generator=random)


def seen(batch: int, length: int) -> Feed:
    return (), {"pixel_values": pictures(batch, length)}


def captioned(batch: int, length: int) -> Feed:
    """As many captions as pictures, each ending with the token at which CLIP reads."""
    ids = tokens(batch, length)
    ids[:, -1] = SPECIAL["eos_token_id"]
    return (), {"input_ids": ids, "pixel_values": pictures(batch, 32), "attention_mask": torch.ones_like(ids)}


def _seen(
    name: str,
    model: str,
    config: str,
    settings: Mapping[str, Any],
    *,
    eager: bool = False,
    side: int = 32,
    sites: Sites = no_sites,
    fit: bool = False,
) -> Family:
    make = hugging(model, config, "eager" if eager else "sdpa", **settings)
    return Family(name, "transformers", make, seen, side, PICTURES, sites, fit=fit)


VIT = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "image_size": 32,
    "patch_size": 8,
    "num_labels": CLASSES,
}
BEIT = {**VIT, "layer_scale_init_value": 0.5}
SWIN = {
    "image_size": 32,
    "patch_size": 2,
    "embed_dim": 16,
    "depths": [2, 2],
    "num_heads": [2, 4],
    "window_size": 4,
    "mlp_ratio": 2.0,
    "num_labels": CLASSES,
}
SEGFORMER = {
    "num_encoder_blocks": 3,
    "depths": [1, 2, 1],
    "sr_ratios": [4, 2, 1],
    "hidden_sizes": [16, 24, 32],
    "patch_sizes": [7, 3, 3],
    "strides": [4, 2, 2],
    "num_attention_heads": [1, 2, 4],
    "mlp_ratios": [2, 2, 2],
    "decoder_hidden_size": 24,
    "num_labels": CLASSES,
}
SAM = {
    "hidden_size": 32,
    "output_channels": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": 64,
    "patch_size": 8,
    "window_size": 4,
    "global_attn_indexes": [1],
    "mlp_dim": 48,
}
TOWER = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48}
CLIP = {
    "text_config": {**TOWER, **SPECIAL, "vocab_size": VOCABULARY, "max_position_embeddings": 64, "eos_token_id": 2},
    "vision_config": {**TOWER, "image_size": 32, "patch_size": 8},
    "projection_dim": 24,
}
DETR = {
    "use_timm_backbone": False,
    "num_labels": CLASSES,
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 40,
    "num_queries": 6,
}


BACKBONE = {
    "model_type": "resnet",
    "embedding_size": 16,
    "hidden_sizes": [16, 24],
    "depths": [1, 1],
    "layer_type": "basic",
    "out_features": ["stage2"],
}


PATCHES = "embeddings.patch_embeddings.projection"


def _tower(root: str, *readers: str, tables: tuple[str, ...] = ("cls_token", "position_embeddings")) -> Sites:
    """A plain vision transformer."""
    norms = ("layers.#.layernorm_before", "layers.#.layernorm_after")
    final = "pooler.layernorm" if root == "beit" else "layernorm"
    return planned(
        Stream(
            "stream",
            f"{root}.layers.#",
            (paths("attention."),),
            ((("mlp.fc1",), "mlp.fc2"),),
            tables=tuple(f"{root}.embeddings.{name}" for name in tables),
            writers=(f"{root}.{PATCHES}",),
            readers=readers,
            norms=tuple(f"{root}.{norm}" for norm in (*norms, final)),
            quiet=True,
        )
    )


def _swin(*tables: str) -> Sites:
    """A stream for each stage; between them a layer reads the channels of four positions side by side."""
    first = Stream(
        "stage 0",
        "swin.encoder.layers.0.blocks.#",
        (paths("attention.", heads=0),),
        ((("mlp.fc1",), "mlp.fc2"),),
        tables=tables,
        writers=(f"swin.{PATCHES}", "swin.embeddings.norm"),
        readers=("swin.encoder.layers.0.downsample.reduction",),
        norms=(
            "swin.encoder.layers.0.blocks.#.layernorm_before",
            "swin.encoder.layers.0.blocks.#.layernorm_after",
            "swin.encoder.layers.0.downsample.norm",
        ),
        quiet=True,
    )
    second = replace(
        first,
        name="stage 1",
        blocks="swin.encoder.layers.1.blocks.#",
        tables=(),
        writers=("swin.encoder.layers.0.downsample.reduction",),
        readers=("classifier",),
        norms=(
            "swin.encoder.layers.1.blocks.#.layernorm_before",
            "swin.encoder.layers.1.blocks.#.layernorm_after",
            "swin.layernorm",
        ),
    )
    return planned(first, second)


def _segformer(decodes: bool) -> Sites:
    return planned(*(_segformer_stage(stage, decodes) for stage in range(3)))


def _segformer_stage(stage: int, decodes: bool) -> Stream:
    """The attention of all but the last stage reduces the sequence before keys and values are taken of it."""
    at = f"segformer.stages.{stage}"
    readers = [f"decode_head.linear_projections.{stage}.proj"] if decodes else ["classifier"] * (stage == 2)
    if stage < 2:
        readers.append(f"segformer.stages.{stage + 1}.patch_embeddings.proj")
        readers.append(f"{at}.blocks.#.attention.sequence_reduction.sequence_reduction")
    return Stream(
        f"stage {stage}",
        f"{at}.blocks.#",
        (paths("attention.", heads=0),),
        ((("mlp.fc1",), "mlp.fc2"),),
        between=("mlp.dwconv.dwconv",),
        writers=(f"{at}.patch_embeddings.proj", f"{at}.patch_embeddings.layer_norm"),
        readers=tuple(readers),
        norms=(f"{at}.blocks.#.layernorm_before", f"{at}.blocks.#.layernorm_after", f"{at}.layer_norm"),
        quiet=True,
    )


SAM_SITES = planned(
    Stream(
        "stream",
        "vision_encoder.layers.#",
        (Attention("attn.proj", fused="attn.qkv"),),
        ((("mlp.lin1",), "mlp.lin2"),),
        tables=("vision_encoder.pos_embed",),
        writers=("vision_encoder.patch_embed.projection",),
        readers=("vision_encoder.neck.conv1",),
        norms=("vision_encoder.layers.#.layer_norm#",),
        quiet=True,
    )
)
CLIP_TEXT = Stream(
    "text",
    "text_model.encoder.layers.#",
    (paths("self_attn.", "out_proj"),),
    ((("mlp.fc1",), "mlp.fc2"),),
    tables=("text_model.embeddings.token_embedding.weight", "text_model.embeddings.position_embedding.weight"),
    writers=("text_model.final_layer_norm",),
    readers=("text_projection",),
    norms=("text_model.encoder.layers.#.layer_norm#",),
    quiet=True,
)
CLIP_VISION = replace(
    CLIP_TEXT,
    name="vision",
    blocks="vision_model.encoder.layers.#",
    tables=("vision_model.embeddings.class_embedding", "vision_model.embeddings.position_embedding.weight"),
    writers=(
        "vision_model.embeddings.patch_embedding",
        "vision_model.pre_layrnorm",
        "vision_model.post_layernorm",
    ),
    readers=("visual_projection",),
    norms=("vision_model.encoder.layers.#.layer_norm#",),
)


def _detr_stream(side: str) -> Stream:
    """Queries and keys read the positions as well, which are not zero: they must be zero themselves."""
    layers, decodes = f"model.{side}.layers.#", side == "decoder"
    norms = ("self_attn_layer_norm", *["encoder_attn_layer_norm"] * decodes, "final_layer_norm")
    return Stream(
        side,
        layers,
        (paths("self_attn."), *[paths("encoder_attn.", crossed=True)] * decodes),
        ((("mlp.fc1",), "mlp.fc2"),),
        tables=("model.query_position_embeddings.weight",) if decodes else (),
        writers=(
            *(f"{layers}.{norm}" for norm in norms),
            "model.decoder.layernorm" if decodes else "model.input_projection",
        ),
        readers=("class_labels_classifier", "bbox_predictor.layers.0")
        if decodes
        else tuple(f"model.decoder.layers.#.encoder_attn.{part}_proj" for part in "kv"),
        quiet=True,
    )


def _detr(name: str, attention: str) -> Family:
    kinds = {"": attention, "backbone_config": "eager"}
    make = hugging("DetrForObjectDetection", "DetrConfig", kinds, backbone_config=BACKBONE, **DETR)
    sites = planned(_detr_stream("encoder"), _detr_stream("decoder"))
    return Family(name, "transformers", make, seen, 64, PICTURES, sites, fit=True)


def _sharpen(model: nn.Module) -> None:
    """The scale is a logarithm."""
    dict(model.named_parameters())["logit_scale"].fill_(2.0)


def _clip(name: str, eager: bool, **settings: Any) -> Family:
    make = hugging("CLIPModel", "CLIPConfig", "eager" if eager else "sdpa", **{**CLIP, **settings})
    axes = {
        "input_ids": {0: "batch", 1: "length"},
        "pixel_values": {0: "batch"},
        "attention_mask": {0: "batch", 1: "length"},
    }
    return Family(
        name, "transformers", make, captioned, axes=axes, sites=planned(CLIP_TEXT, CLIP_VISION), tune=_sharpen
    )


TEACHER = ("cls_token", "distillation_token", "position_embeddings")

VISION = [
    _seen("vit", "ViTForImageClassification", "ViTConfig", VIT, sites=_tower("vit", "classifier")),
    _seen(
        "vit-eager-nobias",
        "ViTForImageClassification",
        "ViTConfig",
        {**VIT, "qkv_bias": False},
        eager=True,
        sites=_tower("vit", "classifier"),
    ),
    _seen(
        "deit",
        "DeiTForImageClassificationWithTeacher",
        "DeiTConfig",
        VIT,
        sites=_tower("deit", "cls_classifier", "distillation_classifier", tables=TEACHER),
    ),
    _seen(
        "deit-eager",
        "DeiTForImageClassification",
        "DeiTConfig",
        VIT,
        eager=True,
        sites=_tower("deit", "classifier", tables=TEACHER),
    ),
    _seen(
        "beit",
        "BeitForImageClassification",
        "BeitConfig",
        {**BEIT, "use_relative_position_bias": True},
        sites=_tower("beit", "classifier", tables=("cls_token",)),
    ),
    _seen(
        "beit-eager",
        "BeitForImageClassification",
        "BeitConfig",
        {**BEIT, "use_absolute_position_embeddings": True},
        eager=True,
        sites=_tower("beit", "classifier"),
    ),
    _seen("swin", "SwinForImageClassification", "SwinConfig", SWIN, sites=_swin()),
    _seen(
        "swin-eager-absolute",
        "SwinForImageClassification",
        "SwinConfig",
        {**SWIN, "use_absolute_embeddings": True, "qkv_bias": False},
        eager=True,
        sites=_swin("swin.embeddings.position_embeddings"),
    ),
    _clip("clip", eager=False),
    _clip("clip-eager", eager=True),
    _seen(
        "segformer",
        "SegformerForSemanticSegmentation",
        "SegformerConfig",
        SEGFORMER,
        side=64,
        sites=_segformer(True),
        fit=True,
    ),
    _seen(
        "segformer-eager",
        "SegformerForImageClassification",
        "SegformerConfig",
        SEGFORMER,
        eager=True,
        side=64,
        sites=_segformer(False),
        fit=True,
    ),
    _seen("sam-vision", "SamVisionModel", "SamVisionConfig", SAM, side=64, sites=SAM_SITES),
    _seen("sam-vision-eager", "SamVisionModel", "SamVisionConfig", SAM, eager=True, side=64, sites=SAM_SITES),
    _detr("detr", "sdpa"),
    _detr("detr-eager", "eager"),
]
