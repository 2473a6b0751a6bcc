"""The transformers library's vision models: plain, hierarchical, windowed, with a convolutional backbone, with text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .families_text import SPECIAL, VOCABULARY, hugging, tokens
from .planting import Family, Feed, Site, no_sites

CLASSES = 10
PICTURES = {"pixel_values": {0: "batch"}}


def pictures(batch: int, side: int) -> Tensor:
    return torch.randn(batch, 3, side, side, generator=torch.Generator().manual_seed(2300))


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
    sites: Callable[[nn.Module], list[Site]] = no_sites,
) -> Family:
    make = hugging(model, config, "eager" if eager else "sdpa", **settings)
    return Family(name, "transformers", make, seen, side, PICTURES, sites)


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


def _detr(name: str, attention: str) -> Family:
    kinds = {"": attention, "backbone_config": "eager"}
    make = hugging("DetrForObjectDetection", "DetrConfig", kinds, backbone_config=BACKBONE, **DETR)
    return Family(name, "transformers", make, seen, 64, PICTURES)


def _clip(name: str, eager: bool, **settings: Any) -> Family:
    make = hugging("CLIPModel", "CLIPConfig", "eager" if eager else "sdpa", **{**CLIP, **settings})
    axes = {
        "input_ids": {0: "batch", 1: "length"},
        "pixel_values": {0: "batch"},
        "attention_mask": {0: "batch", 1: "length"},
    }
    return Family(name, "transformers", make, captioned, axes=axes)


VISION = [
    _seen("vit", "ViTForImageClassification", "ViTConfig", VIT),
    _seen("vit-eager-nobias", "ViTForImageClassification", "ViTConfig", {**VIT, "qkv_bias": False}, eager=True),
    _seen("deit", "DeiTForImageClassificationWithTeacher", "DeiTConfig", VIT),
    _seen("deit-eager", "DeiTForImageClassification", "DeiTConfig", VIT, eager=True),
    _seen("beit", "BeitForImageClassification", "BeitConfig", {**BEIT, "use_relative_position_bias": True}),
    _seen(
        "beit-eager",
        "BeitForImageClassification",
        "BeitConfig",
        {**BEIT, "use_absolute_position_embeddings": True},
        eager=True,
    ),
    _seen("swin", "SwinForImageClassification", "SwinConfig", SWIN),
    _seen(
        "swin-eager-absolute",
        "SwinForImageClassification",
        "SwinConfig",
        {**SWIN, "use_absolute_embeddings": True, "qkv_bias": False},
        eager=True,
    ),
    _clip("clip", eager=False),
    _clip("clip-eager", eager=True),
    _seen("segformer", "SegformerForSemanticSegmentation", "SegformerConfig", SEGFORMER, side=64),
    _seen("segformer-eager", "SegformerForImageClassification", "SegformerConfig", SEGFORMER, eager=True, side=64),
    _seen("sam-vision", "SamVisionModel", "SamVisionConfig", SAM, side=64),
    _seen("sam-vision-eager", "SamVisionModel", "SamVisionConfig", SAM, eager=True, side=64),
    _detr("detr", "sdpa"),
    _detr("detr-eager", "eager"),
]
