"""Units of the families that people have: which are found and go, and that the compiled model is the pruned one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from zoo.backends import tensors
from zoo.families import FAMILIES
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
