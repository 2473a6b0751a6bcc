"""Layouts of transformers and other families: every linear layer reads its own part of what others read too."""

from __future__ import annotations

from typing import Any

import pytest
from torch import nn
from zoo.families import FAMILIES, Family

from .passes.layout.harness import MODELS, Prepared, check, mask_consumers, mask_producers, prepare

SEARCH = 0.5  # seconds: it is about answers, not about the best plan
QUICK = ("llama-gqa",)
SLOW = (
    *(
        "gpt2",
        "bert",
        "bert-untied",
        "roberta",
        "distilbert",
        "opt",
        "opt-eager-projected",
        "bloom",
        "gpt-neox",
        "phi3",
    ),
    *("llama-mha-tied-bias", "mistral", "qwen2", "qwen3", "gemma", "mixtral", "mamba", "t5", "t5-gated-untied", "bart"),
    *("vit", "deit", "beit", "swin", "clip", "segformer", "sam-vision", "detr", "whisper", "wav2vec2"),
    *("deit_tiny_patch16_224", "xcit_nano_12_p16_224", "mobilevit_xxs", "pvt_v2_b0", "poolformer_s12", "levit_128s"),
    *("edgenext_xx_small", "fastvit_t8", "eva02_tiny_patch14_224", "res2net50_26w_4s", "cspdarknet53", "dpn68"),
    *("efficientformer_l1", "mixer_s32_224", "coat_tiny", "nfnet_f0"),
)

# Its layers read along tokens and along channels in turns: values are labelled along both.
WHOLE = {"mixer_s32_224"}


def masked(family: Family, producers: bool = False) -> Prepared:
    model: nn.Module = family.build()
    mask_consumers(model, 0.5, seed=1, first=True)
    if producers:
        mask_producers(model, 0.2, seed=2, biases=True)
    args, kwargs = family.feed(2)
    return prepare(model, args, kwargs, dynamic_shapes=family.dynamic_shapes())


def families() -> list[Any]:
    return [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]


@pytest.mark.parametrize("name", families())
def test_every_layer_reads_its_own_part(name: str) -> None:
    prepared = masked(FAMILIES[name])
    found = [prepared.laid("optimised", costs, seconds=SEARCH) for costs in MODELS.values()]
    found.append(prepared.laid("gather"))
    for laid in found:
        check(laid)
    narrowed = any(way.how != "whole" for laid in found for _, way in laid.ways)
    assert narrowed == (name not in WHOLE)


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK + SLOW)
def test_zero_filters_too(name: str) -> None:
    prepared = masked(FAMILIES[name], producers=True)
    for costs in MODELS.values():
        check(prepared.laid("optimised", costs, seconds=SEARCH))
    check(prepared.laid("gather"))
    check(prepared.laid("upscale"))
