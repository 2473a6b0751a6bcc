"""Units of the families that people have: which are found and go, and that the compiled model is the pruned one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from zoo.backends import tensors
from zoo.families import FAMILIES
from zoo.families_text import hugging
from zoo.reference import relative_error

import sparsec
from sparsec.passes.prune.outcome import Gone

pytestmark = pytest.mark.slow

ATTENTION = "model.layers.{}.self_attn"


def halved(family: str, units: Sequence[str]) -> tuple[sparsec.pruning.Result, list[Gone]]:
    """A model without half of its units of some kinds; what is compiled of it is smaller, and equal in float64."""
    pytest.importorskip("transformers")
    net = FAMILIES[family].build(torch.float64)
    args, kwargs = FAMILIES[family].feed(dtype=torch.float64)
    result = sparsec.prune(net, [kwargs], units=units, sparsity=0.5, importance="magnitude")
    small = sparsec.compile(result.model, args, kwargs, measure=False)
    with torch.no_grad():
        found, expected = tensors(small(*args, **kwargs)), tensors(result.model(*args, **kwargs))
    assert relative_error(found, expected) <= 1e-10
    return result, list(result.outcome.gone)


@pytest.mark.parametrize("family", ["llama-gqa", "llama-mha-tied-bias"])
def test_rotary_pairs(family: str) -> None:
    """Whose angles are computed in the graph, and whose keys are repeated for the queries of their group."""
    result, gone = halved(family, ["rotary pair"])
    assert [one.name for one in gone] == [f"{ATTENTION.format(at)}.rotary pair" for at in (0, 1)]
    for one in gone:
        assert (one.size, len(one.indices)) == (4, 2)
        places = [*one.indices, *(index + 4 for index in one.indices)]
        for name in ("q_proj", "k_proj"):
            weight = result.model.get_parameter(f"{one.name.rpartition('.')[0]}.{name}.weight")
            for head in (weight == 0).all(dim=1).reshape(-1, 8):
                assert head.nonzero().flatten().tolist() == places


FUSED = {
    "phi3": ("self_attn.qkv_proj", 64, "mlp.gate_up_proj", 96),
    "gpt-neox": ("attention.query_key_value", 96, "mlp.dense_h_to_4h", 48),
    "gpt2": ("attn.c_attn", 96, "mlp.c_fc", 48),
    "bloom": ("self_attention.query_key_value", 96, "mlp.dense_h_to_4h", 128),
}


@pytest.mark.parametrize("family", FUSED)
def test_heads_and_neurons_of_fused_projections(family: str) -> None:
    """Whose heads lie beside each other, or queries, keys and values of each head do; gates beside neurons."""
    result, gone = halved(family, ["head", "neuron"])
    fused, _, up, _ = FUSED[family]
    assert len(gone) == 4 and all(len(one.indices) == one.size // 2 for one in gone)
    weights = dict(result.model.named_parameters())
    for name, held in weights.items():
        if name.endswith((f"{fused}.weight", f"{up}.weight")):
            dead = (held == 0).all(dim=0 if family == "gpt2" else 1)
            rows = {"phi3": 16}.get(family, len(dead) // 2) if fused in name else len(dead) // 2
            assert int(dead.sum()) == rows, name


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("options", [{"multi_query": True}, {"new_decoder_architecture": True, "num_kv_heads": 2}])
def test_heads_of_falcon(options: dict[str, Any], attention: str) -> None:
    """With one key and value for all queries, or one for each group, in one weight."""
    pytest.importorskip("transformers")
    sizes = {"vocab_size": 101, "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4}
    given = {"new_decoder_architecture": False, "use_cache": False, **sizes, **options}
    net = hugging("FalconForCausalLM", "FalconConfig", attention, **given)().double().eval()
    ids = torch.randint(101, (2, 8))
    result = sparsec.prune(net, [{"input_ids": ids}], units="head", sparsity=0.5, importance="magnitude")
    assert [(one.size, len(one.indices)) for one in result.outcome.gone] == [(4, 2)]
    small = result.compile(measure=False)
    with torch.no_grad():
        assert relative_error(tensors(small(input_ids=ids)), tensors(result.model(input_ids=ids))) <= 1e-10
    shapes = {tuple(held.shape) for held in small.module.state_dict().values()}
    assert (32, 16) in shapes and (32 if "multi_query" in options else 48, 32) in shapes and (64, 32) not in shapes


def test_heads_of_cross_attention() -> None:
    """Of T5, which makes a mask of zeros for all heads there, where other layers have a table of biases."""
    result, gone = halved("t5", ["head"])
    crossed = [one for one in gone if one.name.endswith("EncDecAttention.head")]
    assert [(one.size, len(one.indices)) for one in crossed] == [(4, 2), (4, 2)]
    for one in crossed:
        path = one.name.removesuffix(".head")
        for name, dim in (("q", 1), ("k", 1), ("v", 1), ("o", 0)):
            dead = (result.model.get_parameter(f"{path}.{name}.weight") == 0).all(dim=dim).reshape(4, 8).all(dim=1)
            assert tuple(dead.nonzero().flatten().tolist()) == one.indices
