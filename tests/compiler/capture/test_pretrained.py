"""Models on disk: folders of ``save_pretrained``, GGUF files, the inputs made up for them, and whatever is wrong."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.export import Dim
from zoo.refusals import refused
from zoo.torchvision_shim import import_torchvision

from sparsec.compiler.capture import pretrained
from sparsec.compiler.capture.example_inputs import example_inputs
from sparsec.compiler.capture.models import capture
from sparsec.compiler.capture.pretrained import Pretrained, capture_pretrained, is_pretrained, load_pretrained
from sparsec.compiler.ir.program import Program

import_torchvision()  # transformers looks for torchvision too, and breaks on one that does not import
transformers = pytest.importorskip("transformers")

SIZES = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 48}
TEXT = {**SIZES, "vocab_size": 101, "max_position_embeddings": 64}
SPECIAL = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
PICTURE = {**SIZES, "image_size": 32, "patch_size": 8, "num_labels": 5}
T5 = {"vocab_size": 101, "d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 1, "num_heads": 4}
WHISPER = {
    "vocab_size": 101,
    "d_model": 32,
    "num_mel_bins": 20,
    "max_source_positions": 50,
    "max_target_positions": 64,
    "decoder_start_token_id": 1,
    **{f"{part}_{what}": value for part in ("encoder", "decoder") for what, value in (("layers", 1), ("ffn_dim", 48))},
    **{f"{part}_attention_heads": 4 for part in ("encoder", "decoder")},
}
WAVE = {
    **SIZES,
    "vocab_size": 32,
    "conv_dim": (16, 24, 32),
    "conv_kernel": (5, 3, 3),
    "conv_stride": (4, 2, 2),
    "num_feat_extract_layers": 3,
    "num_conv_pos_embeddings": 5,
    "num_conv_pos_embedding_groups": 2,
}
CLIP = {"text_config": {**TEXT, **SPECIAL}, "vision_config": PICTURE, "projection_dim": 16}

# name: (class, its configuration, what example inputs must look like)
MODELS: dict[str, tuple[str, str, dict[str, Any], dict[str, tuple[int, ...]]]] = {
    "bert": (
        "BertForSequenceClassification",
        "BertConfig",
        {**TEXT, "num_labels": 5},
        {"input_ids": (2, 32), "attention_mask": (2, 32)},
    ),
    "llama": (
        "LlamaForCausalLM",
        "LlamaConfig",
        {**TEXT, **SPECIAL, "num_key_value_heads": 2},
        {"input_ids": (2, 32), "attention_mask": (2, 32)},
    ),
    "mixtral": (
        "MixtralForCausalLM",
        "MixtralConfig",
        {**TEXT, **SPECIAL, "num_key_value_heads": 2, "num_local_experts": 4},
        {"input_ids": (2, 32), "attention_mask": (2, 32)},
    ),
    "t5": (
        "T5ForConditionalGeneration",
        "T5Config",
        {**T5, "pad_token_id": 0, "eos_token_id": 2, "decoder_start_token_id": 0},
        {"input_ids": (2, 64), "attention_mask": (2, 64), "decoder_input_ids": (2, 24)},
    ),
    "vit": ("ViTForImageClassification", "ViTConfig", PICTURE, {"pixel_values": (2, 3, 32, 32)}),
    "resnet": (
        "ResNetForImageClassification",
        "ResNetConfig",
        {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "num_labels": 5},
        {"pixel_values": (2, 3, 224, 224)},
    ),
    "clip": (
        "CLIPModel",
        "CLIPConfig",
        CLIP,
        {"pixel_values": (2, 3, 32, 32), "input_ids": (2, 32), "attention_mask": (2, 32)},
    ),
    "whisper": (
        "WhisperForConditionalGeneration",
        "WhisperConfig",
        {**WHISPER, **SPECIAL},
        {"input_features": (2, 20, 100), "decoder_input_ids": (2, 24)},
    ),
    "wav2vec2": ("Wav2Vec2ForCTC", "Wav2Vec2Config", WAVE, {"input_values": (2, 4000)}),
    "spectrogram": (
        "ASTForAudioClassification",
        "ASTConfig",
        {**SIZES, "max_length": 64, "num_mel_bins": 32},
        {"input_values": (2, 64, 32)},
    ),
}
CACHED = ("bert", "llama", "mixtral", "t5", "whisper")


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """What transformers prints while a test saves a model."""
    transformers.utils.logging.disable_progress_bar()
    yield
    transformers.utils.logging.enable_progress_bar()


def build(name: str) -> Any:
    """A tiny model with random weights, biases included."""
    kind, config, settings, _ = MODELS[name]
    random = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = getattr(transformers, kind)(getattr(transformers, config)(**settings)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=random))
    return model


def save(name: str, folder: Path, **settings: Any) -> Any:
    model = build(name)
    model.save_pretrained(folder, **settings)
    return model


def as_pickle(folder: Path) -> None:
    """Turn the weights of a folder into a pytorch_model.bin."""
    file = folder / "model.safetensors"
    torch.save(safetensors.torch.load_file(file), folder / "pytorch_model.bin")
    file.unlink()


def configure(folder: Path, **changes: Any) -> None:
    """Change config.json; None takes an entry out."""
    file = folder / "config.json"
    document = json.loads(file.read_text()) | changes
    file.write_text(json.dumps({key: value for key, value in document.items() if value is not None}))


def first_output(model: Any, inputs: dict[str, Tensor]) -> Tensor:
    with torch.no_grad():
        return model(**inputs)[0]  # type: ignore[no-any-return]


def agree(loaded: Pretrained, original: Any) -> None:
    result, expected = first_output(loaded.model, loaded.kwargs), first_output(original, loaded.kwargs)
    torch.testing.assert_close(result, expected, rtol=1e-6, atol=1e-6)


# --- folders


@pytest.mark.parametrize("name", MODELS)
def test_folders(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    original = save(name, tmp_path)
    capfd.readouterr()
    loaded = load_pretrained(tmp_path)
    assert capfd.readouterr() == ("", "")
    assert type(loaded.model) is type(original) and not loaded.model.training
    assert {key: tuple(value.shape) for key, value in loaded.kwargs.items()} == MODELS[name][3]
    assert loaded.name == tmp_path.name
    agree(loaded, original)
    assert not any(getattr(getattr(part, "config", None), "use_cache", False) for part in loaded.model.modules())
    assert getattr(original.config, "use_cache", False) == (name in CACHED)


def test_shards(tmp_path: Path) -> None:
    original = save("bert", tmp_path, max_shard_size="40KB")
    assert len([*tmp_path.glob("*.safetensors")]) > 1
    agree(load_pretrained(tmp_path), original)
    next(tmp_path.glob("*.safetensors")).unlink()
    refused("bad-file", lambda: load_pretrained(tmp_path), "files that", "lists are missing")


def test_pickles(tmp_path: Path) -> None:
    original = save("bert", tmp_path)
    as_pickle(tmp_path)
    agree(load_pretrained(tmp_path), original)


def prune_neurons(model: Any) -> None:
    """Take half of the hidden neurons out of a BERT."""
    with torch.no_grad():
        for layer in model.bert.encoder.layer:
            layer.intermediate.dense.weight[::2] = 0
            layer.intermediate.dense.bias[::2] = 0


def mask_weights(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights as ``torch.nn.utils.prune`` stores them: what is pruned is still there beside a mask."""
    held: dict[str, Tensor] = {}
    for name, value in weights.items():
        pruned = value.ndim == 2 and "dense" in name
        held |= {f"{name}_orig": value.where(value != 0, 7.0), f"{name}_mask": (value != 0).float()} if pruned else {}
        held |= {} if pruned else {name: value}
    return held


def pack_weights(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights as compressed-tensors stores them in its sparse-bitmask format."""
    held: dict[str, Tensor] = {}
    for name, value in weights.items():
        if value.ndim == 2 and "dense" in name:
            kept, place = value != 0, name.removesuffix(".weight")
            counts = kept.sum(-1)
            bits = torch.from_numpy(np.packbits(kept.numpy(), axis=-1, bitorder="little"))
            held |= {f"{place}.shape": torch.tensor(value.shape), f"{place}.compressed": value[kept]}
            held |= {f"{place}.bitmask": bits, f"{place}.row_offsets": torch.cumsum(counts, 0) - counts}
        else:
            held[name] = value
    return held


def compile_prefix(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"_orig_mod.{name}": value for name, value in weights.items()}


@pytest.mark.parametrize("store", [mask_weights, pack_weights, compile_prefix])
@pytest.mark.parametrize("kind", ["safetensors", "pickle"])
def test_weights_that_are_not_stored_plainly(
    store: Callable[[dict[str, Tensor]], dict[str, Tensor]], kind: str, tmp_path: Path
) -> None:
    original = build("bert")
    prune_neurons(original)
    original.save_pretrained(tmp_path)
    file = tmp_path / "model.safetensors"
    held = store(safetensors.torch.load_file(file))
    assert held.keys() != original.state_dict().keys()
    safetensors.torch.save_file(held, file, {"format": "pt"})
    if kind == "pickle":
        as_pickle(tmp_path)
    agree(load_pretrained(tmp_path), original)


SPARSE = {"format": "sparse-bitmask", "global_sparsity": 0.5, "sparsity_structure": "unstructured"}


@pytest.mark.parametrize(
    "entry",
    [
        {"quantization_config": {"quant_method": "compressed-tensors", "sparsity_config": SPARSE}},
        {"quantization_config": {"quant_method": "compressed-tensors", "format": "sparse-24-bitmask"}},
        {"compression_config": {"format": "dense", "sparsity_config": SPARSE}},
    ],
)
def test_configurations_of_compressed_tensors(entry: dict[str, Any], tmp_path: Path) -> None:
    original = build("bert")
    prune_neurons(original)
    original.save_pretrained(tmp_path)
    configure(tmp_path, **entry)
    agree(load_pretrained(tmp_path), original)  # dense weights with zeros
    file = tmp_path / "model.safetensors"
    safetensors.torch.save_file(pack_weights(safetensors.torch.load_file(file)), file, {"format": "pt"})
    agree(load_pretrained(tmp_path), original)


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ({"quant_method": "compressed-tensors", "format": "pack-quantized"}, "pack-quantized"),
        ({"quant_method": "compressed-tensors", "format": "dense", "config_groups": {"group_0": {}}}, "config_groups"),
        ({"quant_method": "compressed-tensors", "kv_cache_scheme": {"num_bits": 8}}, "kv_cache_scheme"),
        ({"format": "float-quantized", "sparsity_config": SPARSE}, "float-quantized"),
        ({"sparsity_config": {"format": "marlin-24"}}, "marlin-24"),
        ({"quant_method": "gptq", "bits": 4}, "gptq"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "bitsandbytes"),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_quantised_folders(entry: dict[str, Any], word: str, nested: bool, tmp_path: Path) -> None:
    save("bert", tmp_path)
    configure(
        tmp_path, **({"text_config": {"quantization_config": entry}} if nested else {"quantization_config": entry})
    )
    parts = (f"folder '{tmp_path}' holds a quantised model", f"config.json says '{word}'", "sparse-24-bitmask")
    refused("quantized-model", lambda: load_pretrained(tmp_path), *parts)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_types_stay_unless_onnxruntime_runs_them(dtype: torch.dtype, tmp_path: Path) -> None:
    build("vit").to(dtype).save_pretrained(tmp_path)
    loaded = load_pretrained(tmp_path)
    assert next(loaded.model.parameters()).dtype == loaded.kwargs["pixel_values"].dtype == dtype
    program = capture_pretrained(tmp_path, "onnxruntime")
    assert {weight.dtype for weight in program.weights().values() if weight.is_floating_point()} == {torch.float32}


# --- folders at fault


def test_folders_without_a_model(tmp_path: Path) -> None:
    parts = (f"folder '{tmp_path}' holds no model", "there is no config.json in it")
    refused("bad-file", lambda: load_pretrained(tmp_path), *parts)
    (tmp_path / "adapter_config.json").write_text("{}")
    refused("bad-file", lambda: load_pretrained(tmp_path), f"folder '{tmp_path}' holds an adapter", "merge_and_unload")


def test_folders_without_weights(tmp_path: Path) -> None:
    save("bert", tmp_path)
    (tmp_path / "model.safetensors").unlink()
    refused("bad-file", lambda: load_pretrained(tmp_path), f"folder '{tmp_path}' holds no weights")


def test_weights_without_a_folder(tmp_path: Path) -> None:
    save("bert", tmp_path)
    file = tmp_path / "model.safetensors"
    assert is_pretrained(file) and is_pretrained(tmp_path) and is_pretrained("x.gguf")
    assert not is_pretrained("x.pt2") and not is_pretrained("x.onnx")
    refused("bad-file", lambda: load_pretrained(file), f"'{file}' holds weights without a model", "load_weights")


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_broken_configuration(text: str, tmp_path: Path) -> None:
    save("bert", tmp_path)
    (tmp_path / "config.json").write_text(text)
    refused("bad-file", lambda: load_pretrained(tmp_path), f"'{tmp_path / 'config.json'}'")


def test_a_truncated_file(tmp_path: Path) -> None:
    save("bert", tmp_path)
    file = tmp_path / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    refused("bad-file", lambda: load_pretrained(tmp_path), f"'{file}' cannot be read")


def test_models_that_transformers_does_not_know(tmp_path: Path) -> None:
    save("bert", tmp_path)
    configure(tmp_path, architectures=["BertForNothing"])
    parts = ("transformers has no model 'BertForNothing'", f"version {transformers.__version__} is installed")
    refused("bad-file", lambda: load_pretrained(tmp_path), *parts)
    configure(tmp_path, architectures=None)
    refused("bad-file", lambda: load_pretrained(tmp_path), "does not say which class the model is of")
    configure(tmp_path, model_type="nonsense")
    refused("bad-file", lambda: load_pretrained(tmp_path), f"transformers cannot load '{tmp_path}'", "ValueError")


def test_weights_that_do_not_fit(tmp_path: Path) -> None:
    original = save("bert", tmp_path)
    configure(tmp_path, vocab_size=99)
    parts = ("word_embeddings.weight' has another shape", "the model's is [99, 32], the checkpoint's is [101, 32]")
    refused("bad-checkpoint", lambda: load_pretrained(tmp_path), *parts)
    configure(tmp_path, vocab_size=101)
    held = {name: value for name, value in original.state_dict().items() if "classifier" not in name}
    safetensors.torch.save_file(held, tmp_path / "model.safetensors", {"format": "pt"})
    parts = ("the checkpoint does not fit 'BertForSequenceClassification'", "'classifier.bias', 'classifier.weight'")
    refused("bad-checkpoint", lambda: load_pretrained(tmp_path), *parts)


def test_names_that_the_model_does_not_need_are_no_error(tmp_path: Path) -> None:
    """Another head, as transformers itself allows."""
    original = save("bert", tmp_path)
    file = tmp_path / "model.safetensors"
    held = safetensors.torch.load_file(file) | {"cls.predictions.bias": torch.ones(101)}
    safetensors.torch.save_file(held, file, {"format": "pt"})
    agree(load_pretrained(tmp_path), original)


# --- packages


def test_transformers_is_imported_when_it_is_needed() -> None:
    script = (
        "import sys; from sparsec.compiler.capture import checkpoint, pretrained; print('transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_transformers_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save("bert", tmp_path)
    monkeypatch.setitem(sys.modules, "transformers", None)
    parts = (f"'transformers' is needed to load '{tmp_path}'", "it is not installed", "pip install transformers")
    refused("missing-package", lambda: load_pretrained(tmp_path), *parts)


class Broken(types.ModuleType):
    """transformers beside a torchvision that does not import; ``works`` are the names that do."""

    def __init__(self, *works: str) -> None:
        super().__init__("transformers")
        self.works = works

    def __getattr__(self, name: str) -> Any:
        if name in self.works or name.startswith("__"):
            return getattr(transformers, name)
        try:
            raise RuntimeError("operator torchvision::nms does not exist")
        except RuntimeError as error:
            raise ModuleNotFoundError(f"Could not import module '{name}'") from error


@pytest.mark.parametrize(
    ("works", "part"),
    [
        ((), "transformers cannot import what it needs to load"),
        (("AutoConfig",), "'transformers' is installed and cannot be imported"),
    ],
)
def test_transformers_may_be_broken(
    works: tuple[str, ...], part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("bert", tmp_path)
    monkeypatch.setattr(pretrained, "optional_package", lambda name, purpose: Broken(*works))
    note = "Note: RuntimeError: operator torchvision::nms does not exist"
    refused("missing-package", lambda: load_pretrained(tmp_path), part, note)


# --- example inputs


def test_tokens_are_not_special_and_the_last_is_masked(tmp_path: Path) -> None:
    model = build("llama")
    inputs, shapes = example_inputs(model, tmp_path)
    assert not set(inputs["input_ids"].flatten().tolist()) & set(SPECIAL.values())
    assert (
        inputs["attention_mask"].sum() == inputs["attention_mask"].numel() - 1 and inputs["attention_mask"][-1, -1] == 0
    )
    names = {name: {at: dim.__name__ for at, dim in dims.items()} for name, dims in shapes.items()}
    assert names == {key: {0: "batch", 1: "length"} for key in ("input_ids", "attention_mask")}


@pytest.mark.parametrize(
    ("document", "sides"),
    [
        ({"size": {"height": 40, "width": 48}}, (40, 48)),
        ({"size": {"shortest_edge": 64}, "crop_size": {"height": 56, "width": 56}}, (56, 56)),
        ({"size": 64}, (64, 64)),
        ({"size": {"longest_edge": 64}}, (224, 224)),
        ({}, (224, 224)),
    ],
)
def test_the_preprocessor_says_how_large_pictures_are(
    document: dict[str, Any], sides: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(document))
    inputs, shapes = example_inputs(build("resnet"), tmp_path)
    assert inputs["pixel_values"].shape == (2, 3, *sides) and [*shapes["pixel_values"]] == [0]


class Odd(nn.Module):
    """What example_inputs looks at, with a main input of its own."""

    def __init__(self, main: str, dummies: object = None) -> None:
        super().__init__()
        self.main_input_name, self.dtype = main, torch.float32
        self.config = transformers.PretrainedConfig()
        if dummies is not None:
            self.dummy_inputs = dummies

    def forward(self, state: Tensor | None = None, pixel_values: Tensor | None = None) -> Tensor:
        if state is None:
            raise ValueError("there is no state")
        return state + 1


def test_other_inputs_come_from_the_model(tmp_path: Path) -> None:
    inputs, _ = example_inputs(Odd("state", {"state": torch.ones(2, 3), "other": torch.ones(1)}), tmp_path)
    assert [*inputs] == ["state"]


@pytest.mark.parametrize(
    ("main", "note"), [("state", "it reads 'state'"), ("pixel_values", "ValueError: there is no state")]
)
def test_no_inputs_are_known(main: str, note: str, tmp_path: Path) -> None:
    parts = ("no example inputs are known for 'Odd'", note, "torch.export.save")
    refused("bad-inputs", lambda: example_inputs(Odd(main), tmp_path), *parts)


# --- capture


def is_fixed(size: int | torch.SymInt) -> bool:
    """Whether a size is a number; torch.export leaves symbols whose value is known."""
    return str(size).isdigit()


@pytest.mark.parametrize("name", ["bert", "t5", "vit"])
def test_dimensions_are_dynamic(name: str, tmp_path: Path) -> None:
    save(name, tmp_path)
    program = capture_pretrained(tmp_path)
    sizes = {node.target: [is_fixed(size) for size in node.meta["val"].shape] for node in program.placeholders()}
    free = {"pixel_values": [False, True, True, True]}
    assert sizes == {key: free.get(key, [False, False]) for key in MODELS[name][3]}
    assert program.name == tmp_path.name


class Fixed(nn.Module):
    """A model that takes inputs of one size in some of their dimensions only."""

    def __init__(self, sizes: dict[int, int]) -> None:
        super().__init__()
        self.sizes, self.layer = sizes, nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        for dim, size in self.sizes.items():
            if x.shape[dim] != size:
                raise ValueError("no such size")
        result: Tensor = self.layer(x)
        return result


@pytest.mark.parametrize(("sizes", "free"), [({}, [0, 1]), ({1: 5}, [0]), ({0: 2}, [1]), ({0: 2, 1: 5}, [])])
def test_dimensions_that_cannot_be_dynamic_are_not(
    sizes: dict[int, int], free: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = {"x": {0: Dim("batch", min=1), 1: Dim("length", min=2, max=64)}}
    loaded = Pretrained(Fixed(sizes).eval(), {"x": torch.ones(2, 5, 3)}, shapes, "fixed")
    monkeypatch.setattr(pretrained, "load_pretrained", lambda path, dtype: loaded)
    (x,) = capture_pretrained("fixed").placeholders()
    assert [at for at, size in enumerate(x.meta["val"].shape) if not is_fixed(size)] == free


def test_other_errors_are_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model, tries = Fixed({}).eval(), list[Any]()
    nn.init.constant_(model.layer.weight, torch.nan)
    loaded = Pretrained(model, {"x": torch.ones(2, 5, 3)}, {"x": {0: Dim("batch", min=1)}}, "fixed")

    def counted(*args: Any) -> Program:
        tries.append(args)
        return capture(*args)

    monkeypatch.setattr(pretrained, "load_pretrained", lambda path, dtype: loaded)
    monkeypatch.setattr(pretrained, "capture", counted)
    refused("non-finite-weights", lambda: capture_pretrained("fixed"))
    assert len(tries) == 1


# --- GGUF

LAYER = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
OUTSIDE = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def write_gguf(model: Any, file: Path) -> None:
    """What llama.cpp's converter writes for a Llama, unquantised."""
    gguf = pytest.importorskip("gguf")
    pytest.importorskip("accelerate")
    config, writer = model.config, gguf.GGUFWriter(file, "llama")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_vocab_size(config.vocab_size)
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    for name, value in model.state_dict().items():
        place = name.removesuffix(".weight")
        inside = place.startswith("model.layers.")
        number, _, layer = place.removeprefix("model.layers.").partition(".")
        kind = LAYER[layer] if inside else OUTSIDE[place]
        if kind in heads:  # pairs of a rotary embedding are neighbours there
            value = value.view(heads[kind], 2, -1, value.shape[1]).transpose(1, 2).reshape(value.shape)
        writer.add_tensor(f"blk.{number}.{kind}.weight" if inside else f"{kind}.weight", value.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def test_gguf_files(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    original, file = build("llama"), tmp_path / "small.gguf"
    write_gguf(original, file)
    capfd.readouterr()
    loaded = load_pretrained(file)
    assert capfd.readouterr() == ("", "")
    assert loaded.name == "small" and next(loaded.model.parameters()).dtype == torch.float32
    agree(loaded, original)
    content = file.read_bytes()
    for size in (100, len(content) // 2):
        file.write_bytes(content[:size])
        refused("bad-file", lambda: load_pretrained(file), f"transformers cannot load '{file}'", "copy it again")


def test_files_that_are_no_gguf(tmp_path: Path) -> None:
    file = tmp_path / "small.gguf"
    refused("bad-file", lambda: load_pretrained(file), f"there is no file '{file}'")
    file.write_bytes(b"PK\x03\x04 and more")
    refused("bad-file", lambda: load_pretrained(file), f"'{file}' is not a GGUF file", r"it begins with b'PK\x03\x04'")


@pytest.mark.parametrize("name", ["gguf", "accelerate"])
def test_packages_for_gguf_may_be_missing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "small.gguf"
    file.write_bytes(b"GGUF")
    monkeypatch.setattr(importlib.util, "find_spec", lambda wanted: None if wanted == name else object())
    parts = (f"'{name}' is needed to load '{file}'", "pip install gguf accelerate")
    refused("missing-package", lambda: load_pretrained(file), *parts)
