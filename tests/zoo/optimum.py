"""Folders as Hugging Face's optimum writes them, of tiny models with zeros: names of files, inputs and results, and
sizes that stay open are its own.

An encoder is ``model.onnx``; a decoder is ``model.onnx``, too, which takes and gives keys and values; a model with both
is ``encoder_model.onnx``, ``decoder_model.onnx`` and ``decoder_with_past_model.onnx``, whose last two may be merged.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .torchvision_shim import import_torchvision

VOCABULARY, LAYERS = 99, 2
BATCH, LENGTH, PAST = 2, 7, 5
Sizes = Mapping[str, Mapping[int, str]]


def zeros(model: nn.Module, ending: str, share: int = 2) -> None:
    """One in ``share`` rows of the linear layers that are called so are zero, with their biases."""
    for name, layer in model.named_modules():
        if name.endswith(ending) and isinstance(layer, nn.Linear):
            layer.weight.data[::share] = 0
            if layer.bias is not None:
                layer.bias.data[::share] = 0


class _Called(nn.Module):
    """A model with flat inputs and results, as files have them."""

    def __init__(self, model: nn.Module, call: Any) -> None:
        super().__init__()
        self.model, self.call = model, call

    def forward(self, *inputs: Tensor) -> Any:
        return self.call(self.model, *inputs)


def _write(
    file: Path, model: nn.Module, call: Any, inputs: Mapping[str, Tensor], outputs: Sequence[str], open_sizes: Sizes
) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Called(model, call).eval(),
            (*inputs.values(),),
            file,
            input_names=[*inputs],
            output_names=[*outputs],
            dynamic_axes={name: dict(sizes) for name, sizes in open_sizes.items()},
            opset_version=18,
            dynamo=False,
        )


def _transformers() -> Any:
    """The package; it looks for torchvision too, and breaks on one that does not import."""
    import_torchvision()
    import transformers

    return transformers


def _ids(batch: int, length: int) -> Tensor:
    return torch.randint(5, VOCABULARY, (batch, length), generator=torch.Generator().manual_seed(0))


def _beside(folder: Path, model: Any) -> None:
    """What lies beside the models."""
    model.config.save_pretrained(folder)
    (folder / "tokenizer.json").write_text(json.dumps({"version": "1.0", "model": {"type": "WordPiece", "vocab": {}}}))
    (folder / "special_tokens_map.json").write_text("{}")


def encoder(folder: Path) -> Path:
    """BERT: ``model.onnx``."""
    library = _transformers()

    torch.manual_seed(0)
    config = library.BertConfig(
        vocab_size=VOCABULARY, hidden_size=16, num_hidden_layers=LAYERS, num_attention_heads=2, intermediate_size=32
    )
    model = library.BertModel(config, add_pooling_layer=False)
    zeros(model, "intermediate.dense")
    _beside(folder, model)
    ids = _ids(BATCH, LENGTH)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}

    def call(model: Any, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        found: Tensor = model(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state
        return found

    sizes = {name: {0: "batch_size", 1: "sequence_length"} for name in (*inputs, "last_hidden_state")}
    _write(folder / "model.onnx", model, call, inputs, ["last_hidden_state"], sizes)
    return folder


def decoder(folder: Path) -> Path:
    """Llama: ``model.onnx``, which takes keys and values of what came before and gives those of all."""
    library = _transformers()

    torch.manual_seed(0)
    config = library.LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        num_key_value_heads=2,
        attn_implementation="eager",
    )
    model = library.LlamaForCausalLM(config)
    zeros(model, "mlp.up_proj")
    _beside(folder, model)
    past = {f"past_key_values.{n}.{part}": (BATCH, 2, PAST, 4) for n in range(LAYERS) for part in ("key", "value")}
    inputs = {
        "input_ids": _ids(BATCH, LENGTH),
        "attention_mask": torch.ones(BATCH, PAST + LENGTH, dtype=torch.int64),
        "position_ids": torch.arange(PAST, PAST + LENGTH).expand(BATCH, -1).contiguous(),
        **{name: torch.randn(shape) for name, shape in past.items()},
    }

    def call(model: Any, ids: Tensor, mask: Tensor, places: Tensor, *past: Tensor) -> Any:
        cache = library.DynamicCache([*zip(past[::2], past[1::2], strict=True)])
        found = model(input_ids=ids, attention_mask=mask, position_ids=places, past_key_values=cache, use_cache=True)
        return found.logits, *(x for layer in found.past_key_values.layers for x in (layer.keys, layer.values))

    present = [name.replace("past_key_values", "present") for name in past]
    sizes = {
        "input_ids": {0: "batch_size", 1: "sequence_length"},
        "attention_mask": {0: "batch_size", 1: "past_sequence_length + sequence_length"},
        "position_ids": {0: "batch_size", 1: "sequence_length"},
        **{name: {0: "batch_size", 2: "past_sequence_length"} for name in past},
        "logits": {0: "batch_size", 1: "sequence_length"},
        **{name: {0: "batch_size", 2: "past_sequence_length + sequence_length"} for name in present},
    }
    _write(folder / "model.onnx", model, call, inputs, ["logits", *present], sizes)
    return folder


def encoder_decoder(folder: Path) -> Path:
    """T5: an encoder, a decoder for the first word, and one for those that follow."""
    library = _transformers()

    torch.manual_seed(0)
    config = library.T5Config(
        vocab_size=VOCABULARY, d_model=16, d_kv=4, d_ff=32, num_layers=LAYERS, num_heads=4, decoder_start_token_id=0
    )
    model = library.T5ForConditionalGeneration(config)
    zeros(model, "DenseReluDense.wi")
    _beside(folder, model)
    ids, mask = _ids(BATCH, LENGTH), torch.ones(BATCH, LENGTH, dtype=torch.int64)
    hidden = torch.randn(BATCH, LENGTH, 16)
    named = ("input_ids", "attention_mask", "last_hidden_state")
    texts = {name: {0: "batch_size", 1: "sequence_length"} for name in named}

    def encode(model: Any, ids: Tensor, mask: Tensor) -> Tensor:
        found: Tensor = model.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return found

    inputs = {"input_ids": ids, "attention_mask": mask}
    _write(folder / "encoder_model.onnx", model, encode, inputs, ["last_hidden_state"], texts)

    def decode(model: Any, mask: Tensor, ids: Tensor, hidden: Tensor, *past: Tensor) -> Any:
        own, cross = library.DynamicCache(), library.DynamicCache()
        if past:
            fours = [past[at : at + 4] for at in range(0, len(past), 4)]
            own = library.DynamicCache([(a, b) for a, b, _, _ in fours])
            cross = library.DynamicCache([(c, d) for _, _, c, d in fours])
        found = model(
            encoder_outputs=library.modeling_outputs.BaseModelOutput(last_hidden_state=hidden),
            attention_mask=mask,
            decoder_input_ids=ids,
            past_key_values=library.EncoderDecoderCache(own, cross),
            use_cache=True,
        )
        cache = found.past_key_values
        sides = (cache.self_attention_cache.layers, cache.cross_attention_cache.layers)
        pairs = [[(layer.keys, layer.values) for layer in side] for side in (sides if not past else sides[:1])]
        return found.logits, *(x for layer in zip(*pairs, strict=True) for pair in layer for x in pair)

    parts = [f"{side}.{part}" for side in ("decoder", "encoder") for part in ("key", "value")]
    past = {
        f"past_key_values.{n}.{part}": torch.randn(BATCH, 4, PAST if "decoder" in part else LENGTH, 4)
        for n in range(LAYERS)
        for part in parts
    }
    present = [name.replace("past_key_values", "present") for name in past]
    sizes: dict[str, dict[int, str]] = {
        "encoder_attention_mask": {0: "batch_size", 1: "encoder_sequence_length"},
        "encoder_hidden_states": {0: "batch_size", 1: "encoder_sequence_length"},
        "logits": {0: "batch_size", 1: "decoder_sequence_length"},
        **{name: {0: "batch_size", 2: f"{_side(name)}_sequence_length"} for name in present},
    }
    first = {"encoder_attention_mask": mask, "input_ids": _ids(BATCH, 3), "encoder_hidden_states": hidden}
    opened = {**sizes, "input_ids": {0: "batch_size", 1: "decoder_sequence_length"}}
    _write(folder / "decoder_model.onnx", model, decode, first, ["logits", *present], opened)
    own = [name for name in present if "decoder" in name]
    opened = {
        "encoder_attention_mask": sizes["encoder_attention_mask"],
        "input_ids": {0: "batch_size"},
        "logits": {0: "batch_size"},
        "encoder_hidden_states": sizes["encoder_hidden_states"],
        **{name: {0: "batch_size", 2: "past_decoder_sequence_length"} for name in past if "decoder" in name},
        **{name: {0: "batch_size", 2: "encoder_sequence_length"} for name in past if "encoder" in name},
        **{name: {0: "batch_size", 2: "past_decoder_sequence_length + 1"} for name in own},
    }
    later = {**first, "input_ids": _ids(BATCH, 1), **past}
    _write(folder / "decoder_with_past_model.onnx", model, decode, later, ["logits", *own], opened)
    return folder


def _side(name: str) -> str:
    return "decoder" if "decoder" in name else "encoder"
