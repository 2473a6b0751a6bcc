"""What a family of models is, and the transformer language models: several configurations each, tied and untied, with
and without biases, every layout of the attention's projections, masks given and not given, attention as one call and
as its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim

from .planting import Site, no_sites
from .randomize import calibrate, randomize
from .torchvision_shim import import_torchvision

Feed = tuple[tuple[Any, ...], dict[str, Any]]
Tune = Callable[[nn.Module], None]


@dataclass(frozen=True)
class Family:
    """A tiny model of one architecture."""

    name: str
    source: str
    make: Callable[[], nn.Module]
    inputs: Callable[[int, int], Feed]
    """(batch, length) -> (args, kwargs); the length is the image's side where there are images."""
    length: int = 7
    axes: Mapping[str, Mapping[int, str]] | None = None
    """Input name -> dimension -> 'batch' or 'length', for the dimensions that can be symbolic."""
    sites: Callable[[nn.Module], list[Site]] = no_sites
    static: str = ""
    """Why torch.export needs a fixed length, or image size, although the model takes any ('' : it does not)."""
    fails: str = ""
    """Why torch.export cannot take the model at all ('' : it can)."""
    tune: Tune | None = None
    """What to change in the random weights for outputs of a sane scale."""
    fit: bool = False
    """Whether layers must be fitted to what they see, for the same reason: conv nets explode otherwise."""
    warm: bool = False
    """Whether the model keeps something of its first call, which therefore must not be the one that is traced."""
    slow: bool = False
    seed: int = 0

    @property
    def dynamic(self) -> bool:
        """Whether the sequence length can be symbolic."""
        return any("length" in dims.values() for dims in (self.axes or {}).values())

    def dynamic_shapes(self) -> dict[str, dict[int, Any]] | None:
        """What torch.export.export takes, or None where shapes are static."""
        if self.axes is None:
            return None
        symbols = {"batch": Dim("batch", min=1, max=64), "length": Dim("length", min=2, max=LONGEST)}
        return {key: {dim: symbols[name] for dim, name in dims.items()} for key, dims in self.axes.items()}

    def feed(self, batch: int = 2, length: int = 0, dtype: torch.dtype = torch.float32) -> Feed:
        """Inputs of the family's own length unless told otherwise, floats cast to the type of the model."""
        args, kwargs = self.inputs(batch, length or self.length)
        return tuple(_cast(value, dtype) for value in args), {key: _cast(value, dtype) for key, value in kwargs.items()}

    def build(self, dtype: torch.dtype = torch.float32) -> nn.Module:
        """The model with random weights, norms and biases included, in eval mode."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            model = self.make()
        randomize(model, self.seed)
        _draw_norms(model, self.seed)
        if self.tune is not None:
            with torch.no_grad():
                self.tune(model)
        if self.fit:
            calibrate(model, *self.feed(batch=8))
        model.to(dtype)
        if self.warm:
            args, kwargs = self.feed(dtype=dtype)
            with torch.no_grad():
                model(*args, **kwargs)
        return model


def _cast(value: Any, dtype: torch.dtype) -> Any:
    return value.to(dtype) if isinstance(value, Tensor) and value.is_floating_point() else value


@torch.no_grad()
def _draw_norms(model: nn.Module, seed: int) -> None:
    """What ``randomize`` does not recognize: norms that are no nn.LayerNorm, and norms whose weights are buffers."""
    random = torch.Generator().manual_seed(seed + 1)
    for module in model.modules():
        if "norm" not in type(module).__name__.lower():
            continue
        own = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
        for name, value in own:
            if name in ("weight", "bias") and value.dim() == 1:
                low, high = (0.5, 1.5) if name == "weight" else (0.1, 0.5)
                size = low + (high - low) * torch.rand(value.shape, generator=random)
                value.copy_(size * (torch.randint(0, 2, value.shape, generator=random) * 2 - 1))


LONGEST = 32
"""The longest sequence that every family takes."""
VOCABULARY = 101
SPECIAL = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
TOKENS = {"input_ids": {0: "batch", 1: "length"}}
MASKED = {**TOKENS, "attention_mask": {0: "batch", 1: "length"}}
PAIR = {**TOKENS, "decoder_input_ids": {0: "batch"}}


def hugging(model: str, config: str, attention: Any = "sdpa", **settings: Any) -> Callable[[], nn.Module]:
    """A factory of a transformers model with the given configuration."""

    def make() -> nn.Module:
        import_torchvision()  # transformers looks for torchvision too, and breaks on one that does not import
        import transformers

        made = getattr(transformers, config)(attn_implementation=attention, **settings)
        if "tie_word_embeddings" in settings:
            made.tie_word_embeddings = settings["tie_word_embeddings"]  # T5 takes it for something else
        return getattr(transformers, model)(made)  # type: ignore[no-any-return]

    return make


def tokens(batch: int, length: int, seed: int = 0) -> Tensor:
    """Random tokens, none of them special."""
    random = torch.Generator().manual_seed(2000 + seed)
    return torch.randint(3, VOCABULARY, (batch, length), generator=random)


def plain(batch: int, length: int) -> Feed:
    return (), {"input_ids": tokens(batch, length)}


def padded(batch: int, length: int) -> Feed:
    """The last sequence is one token shorter than the others."""
    mask = torch.ones(batch, length, dtype=torch.long)
    mask[-1, -1] = 0
    return (), {"input_ids": tokens(batch, length), "attention_mask": mask}


def pair(batch: int, length: int) -> Feed:
    return (), {"input_ids": tokens(batch, length), "decoder_input_ids": tokens(batch, 5, seed=1)}


def _text(
    name: str,
    model: str,
    config: str,
    settings: Mapping[str, Any],
    *,
    eager: bool = False,
    mask: bool = False,
    sites: Callable[[nn.Module], list[Site]] = no_sites,
    tune: Tune | None = None,
    two: bool = False,
    static: str = "",
) -> Family:
    common = {"vocab_size": VOCABULARY, "use_cache": False, **SPECIAL}
    make = hugging(model, config, "eager" if eager else "sdpa", **{**common, **settings})
    if two:
        return Family(name, "transformers", make, pair, axes=PAIR, sites=sites, tune=tune)
    inputs, axes = (padded, MASKED) if mask else (plain, {"input_ids": {0: "batch"}} if static else TOKENS)
    return Family(name, "transformers", make, inputs, axes=axes, sites=sites, static=static, tune=tune)


ENCODER = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
}
DECODER = {**ENCODER, "num_key_value_heads": 2}
BATCHED = {"experts_implementation": "batched_mm"}  # the default has no kernel for float64
EXPERTS = {**BATCHED, "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24, "num_key_value_heads": 2}

BERTS = [
    _text("bert", "BertForMaskedLM", "BertConfig", ENCODER, mask=True),
    _text("bert-eager", "BertForSequenceClassification", "BertConfig", {**ENCODER, "num_labels": 5}, eager=True),
    _text("bert-untied", "BertForMaskedLM", "BertConfig", {**ENCODER, "tie_word_embeddings": False}),
    _text(
        "roberta",
        "RobertaForMaskedLM",
        "RobertaConfig",
        {**ENCODER, "pad_token_id": 1, "bos_token_id": 0},
        mask=True,
    ),
    _text(
        "roberta-eager",
        "RobertaForSequenceClassification",
        "RobertaConfig",
        {**ENCODER, "pad_token_id": 1, "bos_token_id": 0, "num_labels": 5},
        eager=True,
    ),
    _text(
        "distilbert",
        "DistilBertForMaskedLM",
        "DistilBertConfig",
        {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 48, "max_position_embeddings": 64},
        mask=True,
    ),
    _text(
        "distilbert-eager",
        "DistilBertForSequenceClassification",
        "DistilBertConfig",
        {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 48, "max_position_embeddings": 64, "num_labels": 5},
        eager=True,
    ),
]

GPT2 = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_inner": 48, "n_positions": 64}
OPT = {
    "hidden_size": 32,
    "word_embed_proj_dim": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "ffn_dim": 48,
    "max_position_embeddings": 64,
}
BLOOM = {"hidden_size": 32, "n_layer": 2, "n_head": 4}
NEOX = {**ENCODER, "rotary_pct": 0.5, "tie_word_embeddings": False}

DECODERS = [
    _text("gpt2", "GPT2LMHeadModel", "GPT2Config", GPT2),
    _text("gpt2-eager-untied", "GPT2LMHeadModel", "GPT2Config", {**GPT2, "tie_word_embeddings": False}, eager=True),
    _text("opt", "OPTForCausalLM", "OPTConfig", OPT),
    _text(
        "opt-eager-projected",
        "OPTForCausalLM",
        "OPTConfig",
        {**OPT, "word_embed_proj_dim": 24, "do_layer_norm_before": False, "enable_bias": False},
        eager=True,
    ),
    _text("bloom", "BloomForCausalLM", "BloomConfig", BLOOM, eager=True),
    _text(
        "bloom-masked-untied",
        "BloomForCausalLM",
        "BloomConfig",
        {**BLOOM, "tie_word_embeddings": False, "apply_residual_connection_post_layernorm": True},
        eager=True,
        mask=True,
    ),
    _text("gpt-neox", "GPTNeoXForCausalLM", "GPTNeoXConfig", NEOX),
    _text(
        "gpt-neox-sequential-eager",
        "GPTNeoXForCausalLM",
        "GPTNeoXConfig",
        {**NEOX, "use_parallel_residual": False, "attention_bias": False},
        eager=True,
    ),
    _text("llama-gqa", "LlamaForCausalLM", "LlamaConfig", {**DECODER, "tie_word_embeddings": False}),
    _text(
        "llama-mha-tied-bias",
        "LlamaForCausalLM",
        "LlamaConfig",
        {**ENCODER, "num_key_value_heads": 4, "tie_word_embeddings": True, "attention_bias": True, "mlp_bias": True},
        eager=True,
    ),
    _text("llama-gqa-eager-masked", "LlamaForCausalLM", "LlamaConfig", DECODER, eager=True, mask=True),
    _text("mistral", "MistralForCausalLM", "MistralConfig", {**DECODER, "sliding_window": 4}),
    _text("mistral-eager", "MistralForCausalLM", "MistralConfig", {**DECODER, "sliding_window": None}, eager=True),
    _text("qwen2", "Qwen2ForCausalLM", "Qwen2Config", DECODER),
    _text("qwen2-tied-eager", "Qwen2ForCausalLM", "Qwen2Config", {**DECODER, "tie_word_embeddings": True}, eager=True),
    _text("qwen3", "Qwen3ForCausalLM", "Qwen3Config", {**DECODER, "head_dim": 12}),
    _text(
        "qwen3-tied-eager",
        "Qwen3ForCausalLM",
        "Qwen3Config",
        {**DECODER, "head_dim": 8, "tie_word_embeddings": True},
        eager=True,
    ),
    _text("phi3", "Phi3ForCausalLM", "Phi3Config", DECODER),
    _text("phi3-eager-tied", "Phi3ForCausalLM", "Phi3Config", {**DECODER, "tie_word_embeddings": True}, eager=True),
    _text("gemma", "GemmaForCausalLM", "GemmaConfig", {**DECODER, "num_key_value_heads": 1, "head_dim": 16}),
    _text("gemma-eager", "GemmaForCausalLM", "GemmaConfig", {**DECODER, "head_dim": 8}, eager=True),
]

MIXTURES = [
    _text("mixtral", "MixtralForCausalLM", "MixtralConfig", {**DECODER, **BATCHED, "num_local_experts": 4}),
    _text(
        "qwen2-moe",
        "Qwen2MoeForCausalLM",
        "Qwen2MoeConfig",
        {**ENCODER, **EXPERTS, "shared_expert_intermediate_size": 24},
    ),
    _text(
        "qwen3-moe-eager", "Qwen3MoeForCausalLM", "Qwen3MoeConfig", {**ENCODER, **EXPERTS, "head_dim": 8}, eager=True
    ),
]

MAMBA = {"hidden_size": 32, "state_size": 4, "num_hidden_layers": 2, "expand": 2, "conv_kernel": 3, "time_step_rank": 4}

LOOP = "without its kernels the scan is a Python loop over the positions"

RECURRENT = [
    _text("mamba", "MambaForCausalLM", "MambaConfig", MAMBA, eager=True, static=LOOP),
    _text(
        "mamba-bias-untied",
        "MambaForCausalLM",
        "MambaConfig",
        {**MAMBA, "use_bias": True, "tie_word_embeddings": False},
        eager=True,
        static=LOOP,
    ),
]

T5 = {"d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 4}
BART = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 40,
    "max_position_embeddings": 64,
    "decoder_start_token_id": 2,
    "forced_eos_token_id": None,
}


def _calm(model: nn.Module) -> None:
    """T5 does not divide its scores by the square root of the head size."""
    for name, parameter in model.named_parameters():
        if name.endswith(".q.weight"):
            parameter.mul_(8**-0.5)


PAIRS = [
    _text("t5", "T5ForConditionalGeneration", "T5Config", {**T5, "decoder_start_token_id": 0}, two=True, tune=_calm),
    _text(
        "t5-gated-untied",
        "T5ForConditionalGeneration",
        "T5Config",
        {**T5, "decoder_start_token_id": 0, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False},
        two=True,
        tune=_calm,
    ),
    _text("bart", "BartForConditionalGeneration", "BartConfig", BART, two=True),
    _text(
        "bart-eager",
        "BartForConditionalGeneration",
        "BartConfig",
        {**BART, "scale_embedding": True},
        two=True,
        eager=True,
    ),
]


TEXT = [*BERTS, *DECODERS, *MIXTURES, *RECURRENT, *PAIRS]
