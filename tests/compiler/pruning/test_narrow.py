"""Folders of narrow models: what went is gone where a configuration can say so, and refused elsewhere; adapters."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from zoo.torchvision_shim import import_torchvision

import sparsec
from sparsec.compiler.pruning.narrow import narrowed
from sparsec.passes.prune.outcome import Gone, Pruned
from sparsec.pruning import Result, check_adapter


class Block(nn.Module):
    """Neurons with a gate, and a norm."""

    def __init__(self, width: int, neurons: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up, self.gate, self.down = nn.Linear(width, neurons), nn.Linear(width, neurons), nn.Linear(neurons, width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x)
        out: Tensor = x + self.down(self.gate(y).sigmoid() * self.up(y))
        return out


class Model(nn.Module):
    """As classes of Hugging Face's are: made of a configuration."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(20, 8)
        self.layers = nn.ModuleList(Block(8, config.intermediate_size) for _ in config.layer_types)
        assert len(self.layers) == config.num_hidden_layers
        self.head = nn.Linear(8, 20, bias=False)
        self.tie_weights()

    def tie_weights(self) -> None:
        self.head.weight = self.embed.weight

    def forward(self, ids: Tensor) -> Tensor:
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x)
        out: Tensor = self.head(x)
        return out

    def save_pretrained(self, folder: Path) -> None:
        torch.save((vars(self.config), self.state_dict()), Path(folder) / "model.bin")

    @classmethod
    def from_pretrained(cls, folder: Path) -> Model:
        config, weights = torch.load(folder / "model.bin")
        model = cls(SimpleNamespace(**config))
        model.load_state_dict(weights)
        return model.eval()


@pytest.fixture(scope="module")
def model() -> Model:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        kinds = ["one", "two", "three"]
        return Model(SimpleNamespace(intermediate_size=16, num_hidden_layers=3, layer_types=kinds)).eval()


@pytest.fixture(scope="module")
def data() -> list[Tensor]:
    g = torch.Generator().manual_seed(1)
    return [torch.randint(0, 20, (4, 6), generator=g) for _ in range(4)]


def same(folder: Path, result: Result, x: Tensor) -> Model:
    """The model in a folder, which gives what the pruned one does."""
    small = Model.from_pretrained(folder)
    with torch.no_grad():
        assert float((small(x) - result.model(x)).abs().max() / result.model(x).abs().max()) < 1e-6
    assert small.head.weight is small.embed.weight
    return small


def test_neurons_that_went_are_gone(model: Model, data: Any, tmp_path: Path) -> None:
    result = sparsec.prune(model, data, units="neuron", sparsity=0.25)
    small = same(result.save_pretrained(tmp_path / "small"), result, data[0])
    assert small.config.intermediate_size == 12 and model.config.intermediate_size == 16
    assert small.layers[0].up.bias.shape == (12,) and (tmp_path / "small/sparsec_recipe.toml").is_file()
    wide = same(result.save_pretrained(tmp_path / "wide", dense=True), result, data[0])
    assert wide.config.intermediate_size == 16


def test_layers_that_went_are_gone(model: Model, data: Any, tmp_path: Path) -> None:
    result = sparsec.prune(model, data, units="layer", sparsity=1 / 3)
    small = same(result.save_pretrained(tmp_path / "small"), result, data[0])
    assert small.config.num_hidden_layers == 2
    assert small.config.layer_types == [x for at, x in enumerate(model.config.layer_types) if at not in gone(result)]


def gone(result: Result) -> tuple[int, ...]:
    return result.outcome.gone[0].indices


def test_what_no_configuration_says_is_refused(model: Model, data: Any, tmp_path: Path) -> None:
    result = sparsec.prune(model, data, units="neuron", sparsity={"layers.0.*": 0.5, "*": 0.25})
    with pytest.raises(sparsec.UserError, match="no words for what is left") as caught:
        result.save_pretrained(tmp_path / "small")
    assert "8 and 12" in str(caught.value) and "result.save('pruned.pt2')" in str(caught.value)
    assert not (tmp_path / "small").exists()
    same(result.save_pretrained(tmp_path / "wide", dense=True), result, data[0])


@pytest.mark.parametrize(
    ("config", "one", "what"),
    [
        ({"intermediate_size": 16}, Gone("layers.sub-block", "sub-block", 6, (1,), 0.2), "nothing of sub-blocks"),
        ({}, Gone("layers.0.neuron", "neuron", 16, (1, 2, 3, 4), 0.25), "no number of neurons"),
        ({"intermediate_size": 16}, Gone("layers.0.neuron", "neuron", 16, (1,), 0.1), "are left, not 15"),
        ({"num_heads": 2}, Gone("layers.0.head", "head", 2, (1,), 0.5), "over their number"),
    ],
)
def test_reasons(model: Model, data: Any, config: Any, one: Gone, what: str) -> None:
    """Of a model of which nothing went, and of configurations that say less."""
    dense = copy.deepcopy(model)
    dense.config = SimpleNamespace(num_hidden_layers=3, layer_types=[1, 2, 3], **{"intermediate_size": None} | config)
    if not config:
        del dense.config.intermediate_size
    result = Result(dense, {}, None, Pruned(gone=(one,)))  # type: ignore[arg-type]
    with pytest.raises(sparsec.UserError, match="no words") as caught:
        narrowed(result)
    assert what in str(caught.value)


# -------------------------------------------------------------------- adapters


def adapter(folder: Path, base: Path | str | None, layer: str = "layers.1.up", outputs: int = 16) -> Path:
    """A folder like those of PEFT's."""
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": str(base) if base else None}))
    name = f"base_model.model.{layer}.lora"
    factors = {f"{name}_A.weight": torch.ones(2, 8), f"{name}_B.weight": torch.ones(outputs, 2)}
    save_file(factors, folder / "adapter_model.safetensors")
    return folder


def stored(model: nn.Module, folder: Path) -> Path:
    folder.mkdir()
    weights = {name: value.clone() for name, value in model.state_dict().items() if name != "head.weight"}
    save_file(weights, folder / "model.safetensors")
    return folder


def test_adapters_of_another_model_are_refused(model: Model, data: Any, tmp_path: Path) -> None:
    """By shape, by what layers there are, and by the weights that they were trained beside."""
    result = sparsec.prune(model, args=(data[0],), sparsity=0.5, pattern="scattered")
    dense, pruned = stored(model, tmp_path / "dense"), stored(result.model, tmp_path / "pruned")
    check_adapter(adapter(tmp_path / "own", pruned), result.model)
    check_adapter(adapter(tmp_path / "nameless", None), result.model, base=pruned)
    for name, base, options, what in (
        ("other", dense, {}, r"'layers.*' in '.*' is not that of this one, nor are"),
        ("wide", pruned, {"outputs": 24}, "for 24 outputs of 'layers.1.up'"),
        ("deep", pruned, {"layer": "layers.7.up"}, "for 'layers.7.up', which this one has not"),
    ):
        with pytest.raises(sparsec.UserError, match="was trained on another model") as caught:
            check_adapter(adapter(tmp_path / name, base, **options), result.model)  # type: ignore[arg-type]
        caught.match(what)
    with pytest.raises(sparsec.UserError, match="nothing tells whether"):
        check_adapter(adapter(tmp_path / "far", "somebody/model"), result.model)
    with pytest.raises(sparsec.UserError, match="holds no adapter"):
        check_adapter(dense, result.model)


# -------------------------------------------------------------------- real classes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("units", "numbers"),
    [
        (("neuron", "head"), {"intermediate_size": 32, "num_attention_heads": 2, "num_key_value_heads": 2}),
        (("kv group",), {"num_attention_heads": 2, "num_key_value_heads": 1}),
        (("layer",), {"num_hidden_layers": 1}),
    ],
)
def test_a_llama_is_narrow(units: Any, numbers: dict[str, int], tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    import_torchvision()
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = transformers.LlamaConfig(vocab_size=50, num_key_value_heads=2, use_cache=False, **sizes)
    llama = transformers.LlamaForCausalLM(config).eval()
    ids = [{"input_ids": torch.randint(0, 50, (2, 9))} for _ in range(4)]
    result = sparsec.prune(llama, ids, units=units, sparsity=0.5)
    small = transformers.LlamaForCausalLM.from_pretrained(result.save_pretrained(tmp_path / "small")).eval()
    with torch.no_grad():
        wanted, given = (one(**ids[0]).logits for one in (result.model, small))
    assert float((given - wanted).abs().max() / wanted.abs().max()) < 1e-6
    assert {name: getattr(small.config, name) for name in numbers} == numbers


@pytest.mark.slow
def test_heads_of_a_bert_are_refused(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    import_torchvision()
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    bert = transformers.BertModel(transformers.BertConfig(vocab_size=50, **sizes)).eval()
    ids = [{"input_ids": torch.randint(0, 50, (2, 9))} for _ in range(4)]
    result = sparsec.prune(bert, ids, units="head", sparsity=0.5)
    with pytest.raises(sparsec.UserError, match="no words for what is left") as caught:
        result.save_pretrained(tmp_path / "small")
    assert "over their number" in str(caught.value)
