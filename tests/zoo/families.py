"""Every architecture that pruned models come in, as tiny models with random weights, by name; where zeros go in the
language models; and the speech models.

``FAMILIES[name].build()`` is the model, ``.feed()`` what to call it with, ``.dynamic_shapes()`` how to export it and
``.sites(model)`` where zeros can be planted in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from .families_text import BART, ENCODER, SPECIAL, TEXT, VOCABULARY, Family, Feed, hugging, tokens
from .families_timm import TIMM
from .families_vision import VISION
from .planting import Attention, Planter, Site, Stream, inputs, outputs, paths, planned, table

__all__ = ["FAMILIES", "Family", "Site"]

Sites = Callable[[nn.Module], list[Site]]


def _bert(root: str, *readers: str) -> Sites:
    """Every norm writes to the stream, so that its own values at a channel must be zero too."""
    attention = Attention(
        "attention.output.dense", "attention.self.query", "attention.self.key", "attention.self.value"
    )
    layers = f"{root}.encoder.layer.#"
    return planned(
        Stream(
            "stream",
            layers,
            (attention,),
            ((("intermediate.dense",), "output.dense"),),
            tables=tuple(f"{root}.embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")),
            writers=(
                f"{root}.embeddings.LayerNorm",
                f"{layers}.attention.output.LayerNorm",
                f"{layers}.output.LayerNorm",
            ),
            readers=readers,
        )
    )


def _distilbert(reader: str) -> Sites:
    layers = "distilbert.transformer.layer.#"
    return planned(
        Stream(
            "stream",
            layers,
            (paths("attention.", "out_lin", "_lin"),),
            ((("ffn.lin1",), "ffn.lin2"),),
            tables=tuple(f"distilbert.embeddings.{kind}_embeddings.weight" for kind in ("word", "position")),
            writers=(
                "distilbert.embeddings.LayerNorm",
                f"{layers}.sa_layer_norm",
                f"{layers}.output_layer_norm",
            ),
            readers=(reader,),
        )
    )


GPT2 = planned(
    Stream(
        "stream",
        "transformer.h.#",
        (Attention("attn.c_proj", fused="attn.c_attn"),),
        ((("mlp.c_fc",), "mlp.c_proj"),),
        tables=("transformer.wte.weight", "transformer.wpe.weight"),
        readers=("lm_head",),
        norms=("transformer.h.#.ln_#", "transformer.ln_f"),
        quiet=True,
    )
)
OPT = Stream(
    "stream",
    "model.decoder.layers.#",
    (paths("self_attn.", "out_proj"),),
    ((("fc1",), "fc2"),),
    tables=("model.decoder.embed_tokens.weight", "model.decoder.embed_positions.weight"),
    readers=("lm_head",),
    norms=("model.decoder.layers.#.self_attn_layer_norm", "model.decoder.layers.#.final_layer_norm"),
    quiet=True,
)
OPT_PRE = replace(OPT, norms=(*OPT.norms, "model.decoder.final_layer_norm"))
OPT_POST = replace(
    OPT,
    tables=("model.decoder.embed_positions.weight",),
    writers=("model.decoder.project_in", *OPT.norms),
    readers=("model.decoder.project_out",),
    norms=(),
    quiet=False,
)
BLOOM_NORMS = ("transformer.h.#.input_layernorm", "transformer.h.#.post_attention_layernorm")
BLOOM = Stream(
    "stream",
    "transformer.h.#",
    (Attention("self_attention.dense", fused="self_attention.query_key_value", by_head=True),),
    ((("mlp.dense_h_to_4h",), "mlp.dense_4h_to_h"),),
    tables=("transformer.word_embeddings.weight",),
    writers=("transformer.word_embeddings_layernorm",),
    readers=("lm_head",),
    norms=(*BLOOM_NORMS, "transformer.ln_f"),
    quiet=True,
)
NEOX = planned(
    Stream(
        "stream",
        "gpt_neox.layers.#",
        (Attention("attention.dense", fused="attention.query_key_value", by_head=True, rotated=4),),
        ((("mlp.dense_h_to_4h",), "mlp.dense_4h_to_h"),),
        tables=("gpt_neox.embed_in.weight",),
        readers=("lm_head",),
        norms=(
            "gpt_neox.layers.#.input_layernorm",
            "gpt_neox.layers.#.post_attention_layernorm",
            "gpt_neox.final_layer_norm",
        ),
        quiet=True,
    )
)
LLAMA = Stream(
    "stream",
    "model.layers.#",
    (paths("self_attn.", rotated=-1),),
    ((("mlp.gate_proj", "mlp.up_proj"), "mlp.down_proj"),),
    tables=("model.embed_tokens.weight",),
    readers=("lm_head",),
    norms=("model.layers.#.input_layernorm", "model.layers.#.post_attention_layernorm", "model.norm"),
)
PHI3 = replace(
    LLAMA,
    attention=(Attention("self_attn.o_proj", fused="self_attn.qkv_proj", kv_heads=2, rotated=-1),),
    mlp=((("mlp.gate_up_proj",), "mlp.down_proj"),),
)
MIXTRAL = replace(LLAMA, mlp=(), experts="mlp.experts")
SHARED_EXPERT = replace(
    MIXTRAL,
    mlp=((("mlp.shared_expert.gate_proj", "mlp.shared_expert.up_proj"), "mlp.shared_expert.down_proj"),),
    readers=("lm_head", "model.layers.#.mlp.shared_expert_gate"),
)


def _mamba(model: nn.Module) -> list[Site]:
    """Channels of the state space; the gate is the second half of the input projection."""
    planter = Planter(model)
    layers: Any = model.get_submodule("backbone.layers")
    writes, reads = outputs(model.get_submodule("backbone.embeddings")), inputs(model.get_submodule("lm_head"))
    for number, layer in enumerate(layers):
        mixer = layer.mixer
        size = mixer.out_proj.in_features
        entry = outputs(mixer.in_proj, [[at, at + size] for at in range(size)]) + outputs(mixer.conv1d)
        state = outputs(mixer.dt_proj) + table(mixer.A_log, 0) + table(mixer.D)
        planter.add("neuron", f"layer {number}", entry, inputs(mixer.out_proj) + inputs(mixer.x_proj), state)
        writes += outputs(mixer.out_proj)
        reads += inputs(mixer.in_proj) + outputs(layer.norm)
    planter.branches([layer.mixer.out_proj for layer in layers], "stream")
    planter.add("residual", "stream", writes, dead=[*reads, *outputs(model.get_submodule("backbone.norm_f"))])
    return planter.sites


def _t5(*ups: str) -> Sites:
    mlp = (tuple(f"layer.#.DenseReluDense.{up}" for up in ups), "layer.#.DenseReluDense.wo")
    return planned(*(_t5_stack(side, mlp) for side in ("encoder", "decoder")))


def _t5_stack(side: str, mlp: tuple[tuple[str, ...], str]) -> Stream:
    own = paths("layer.0.SelfAttention.", "o", "")
    cross = paths("layer.1.EncDecAttention.", "o", "", crossed=True)
    decodes = side == "decoder"
    ups, down = mlp
    at = "2" if decodes else "1"
    return Stream(
        side,
        f"{side}.block.#",
        (own, cross) if decodes else (own,),
        ((tuple(up.replace("#", at) for up in ups), down.replace("#", at)),),
        tables=(f"{side}.embed_tokens.weight",),
        readers=("lm_head",) if decodes else tuple(f"decoder.block.#.layer.1.EncDecAttention.{part}" for part in "kv"),
        norms=(f"{side}.block.#.layer.#.layer_norm", f"{side}.final_layer_norm"),
        shared=True,
    )


def _bart(side: str) -> Stream:
    layers = f"model.{side}.layers.#"
    own, cross = paths("self_attn.", "out_proj"), paths("encoder_attn.", "out_proj", crossed=True)
    decodes = side == "decoder"
    norms = ("self_attn_layer_norm", *["encoder_attn_layer_norm"] * decodes, "final_layer_norm")
    return Stream(
        side,
        layers,
        (own, cross) if decodes else (own,),
        ((("fc1",), "fc2"),),
        tables=(f"model.{side}.embed_tokens.weight", f"model.{side}.embed_positions.weight"),
        writers=(f"model.{side}.layernorm_embedding", *(f"{layers}.{norm}" for norm in norms)),
        readers=("lm_head",) if decodes else tuple(f"model.decoder.layers.#.encoder_attn.{part}_proj" for part in "kv"),
        shared=True,
    )


def _whisper(side: str) -> Stream:
    """The encoder's last norm is an answer of the model: zero, or it would be there for channels that are gone."""
    after = _bart(side)
    inner = after.writers[1:]
    if side == "encoder":
        tables, writers = (f"model.{side}.embed_positions.weight",), ("model.encoder.conv2", "model.encoder.layer_norm")
        return replace(after, tables=tables, writers=writers, norms=inner, quiet=True, shared=False)
    norms = (*inner, "model.decoder.layer_norm")
    return replace(after, writers=(), readers=("proj_out",), norms=norms, quiet=True, shared=False)


def _wav2vec2(stable: bool) -> Sites:
    layers = "wav2vec2.encoder.layers.#"
    norms = (f"{layers}.layer_norm", f"{layers}.final_layer_norm", "wav2vec2.encoder.layer_norm")
    positions = "wav2vec2.encoder.pos_conv_embed.conv"
    return planned(
        Stream(
            "stream",
            layers,
            (paths("attention.", "out_proj"),),
            ((("feed_forward.intermediate_dense",), "feed_forward.output_dense"),),
            rows=(f"{positions}.parametrizations.weight.original1", f"{positions}.bias"),
            writers=("wav2vec2.feature_projection.projection", *(() if stable else norms)),
            readers=("lm_head",),
            norms=norms if stable else (),
            quiet=stable,
        )
    )


def _spectrum(batch: int, length: int) -> Feed:
    random = torch.Generator().manual_seed(2100)
    features = torch.randn(batch, 16, 24, generator=random)
    return (), {"input_features": features, "decoder_input_ids": tokens(batch, length)}


def _waves(batch: int, length: int) -> Feed:
    return (), {"input_values": torch.randn(batch, 40 * length, generator=torch.Generator().manual_seed(2200))}


WHISPER = {
    **{key: value for key, value in BART.items() if key not in ("max_position_embeddings", "forced_eos_token_id")},
    **SPECIAL,
    "vocab_size": VOCABULARY,
    "use_cache": False,
    "num_mel_bins": 16,
    "max_source_positions": 12,
    "max_target_positions": 40,
}
WAV2VEC2 = {
    **{key: value for key, value in ENCODER.items() if key != "max_position_embeddings"},
    **SPECIAL,
    "vocab_size": VOCABULARY,
    "conv_dim": (16, 24, 32),
    "conv_kernel": (5, 3, 3),
    "conv_stride": (4, 2, 2),
    "num_feat_extract_layers": 3,
    "num_conv_pos_embeddings": 5,
    "num_conv_pos_embedding_groups": 2,
    "mask_time_prob": 0.0,
}


def _speech(name: str, attention: str, **settings: Any) -> Family:
    make = hugging("WhisperForConditionalGeneration", "WhisperConfig", attention, **{**WHISPER, **settings})
    axes = {"input_features": {0: "batch"}, "decoder_input_ids": {0: "batch", 1: "length"}}
    return Family(name, "transformers", make, _spectrum, axes=axes)


def _wave(name: str, attention: str, stable: bool, **settings: Any) -> Family:
    make = hugging(
        "Wav2Vec2ForCTC", "Wav2Vec2Config", attention, **{**WAV2VEC2, "do_stable_layer_norm": stable, **settings}
    )
    return Family(name, "transformers", make, _waves, axes={"input_values": {0: "batch"}}, sites=_wav2vec2(stable))


SPEECH = [
    _speech("whisper", "sdpa"),
    _speech("whisper-eager", "eager", tie_word_embeddings=False),
    _wave("wav2vec2", "sdpa", stable=False),
    _wave("wav2vec2-stable-eager", "eager", stable=True, feat_extract_norm="layer", conv_bias=True),
]


SITES: dict[str, Sites] = {
    "bert": _bert("bert", "cls.predictions.transform.dense"),
    "bert-eager": _bert("bert", "bert.pooler.dense"),
    "bert-untied": _bert("bert", "cls.predictions.transform.dense"),
    "roberta": _bert("roberta", "lm_head.dense"),
    "roberta-eager": _bert("roberta", "classifier.dense"),
    "distilbert": _distilbert("vocab_transform"),
    "distilbert-eager": _distilbert("pre_classifier"),
    "gpt2": GPT2,
    "gpt2-eager-untied": GPT2,
    "opt": planned(OPT_PRE),
    "opt-eager-projected": planned(OPT_POST),
    "bloom": planned(BLOOM),
    "bloom-masked-untied": planned(replace(BLOOM, writers=(*BLOOM.writers, *BLOOM_NORMS), norms=("transformer.ln_f",))),
    "gpt-neox": NEOX,
    "gpt-neox-sequential-eager": NEOX,
    **{name: planned(LLAMA) for name in ("llama-gqa", "llama-mha-tied-bias", "llama-gqa-eager-masked")},
    **{name: planned(LLAMA) for name in ("mistral", "mistral-eager", "qwen2", "qwen2-tied-eager")},
    **{name: planned(LLAMA) for name in ("qwen3", "qwen3-tied-eager", "gemma", "gemma-eager")},
    "phi3": planned(PHI3),
    "phi3-eager-tied": planned(PHI3),
    "mixtral": planned(MIXTRAL),
    "qwen2-moe": planned(SHARED_EXPERT),
    "qwen3-moe-eager": planned(MIXTRAL),
    "mamba": _mamba,
    "mamba-bias-untied": _mamba,
    "t5": _t5("wi"),
    "t5-gated-untied": _t5("wi_0", "wi_1"),
    "bart": planned(_bart("encoder"), _bart("decoder")),
    "bart-eager": planned(_bart("encoder"), _bart("decoder")),
    "whisper": planned(_whisper("encoder"), _whisper("decoder")),
    "whisper-eager": planned(_whisper("encoder"), _whisper("decoder")),
}

FAMILIES: dict[str, Family] = {
    family.name: replace(family, sites=SITES.get(family.name, family.sites))
    for family in [*TEXT, *VISION, *SPEECH, *TIMM]
}
