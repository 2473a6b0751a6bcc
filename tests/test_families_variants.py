"""Every architecture again where sizes coincide and in other dtypes, compiled as people do: without being told what is
dynamic.

The length of the example is the size of a head (images, whose lengths are fixed: a batch of that many), or its batch is
one; the model was cast with ``.double()`` or ``.bfloat16()``. At each size that is called the answer is right within
the dtype, or a UserError says why there is none; the example's own size is never refused.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from zoo.backends import tensors
from zoo.coverage import KINDS, plant
from zoo.families import FAMILIES, Family
from zoo.reference import relative_error

import sparsec
from sparsec.compiler.comparison import TOLERANCE, narrowest
from sparsec.compiler.errors import UserError

DTYPES = {"double": torch.float64, "bfloat16": torch.bfloat16}
VARIANTS = ("head", "batch of one", *DTYPES)
QUICK = {("gpt2", "head"), ("llama-gqa", "batch of one"), ("vit", "double"), ("distilbert", "bfloat16")}
HEAD = 8
"""The size of a head, where the configuration does not say."""


def cases() -> list[Any]:
    pairs = [(name, variant) for variant in VARIANTS for name in FAMILIES]
    return [pytest.param(*pair, marks=() if pair in QUICK else pytest.mark.slow) for pair in pairs]


def head_size(model: nn.Module) -> int:
    config: Any = getattr(model, "config", None)
    named = getattr(config, "head_dim", None) or getattr(config, "d_kv", None)
    if named is not None:
        return int(named)
    heads = getattr(config, "num_attention_heads", None)
    return int(config.hidden_size) // int(heads) if isinstance(heads, int) and hasattr(config, "hidden_size") else HEAD


def example_sizes(family: Family, model: nn.Module, variant: str) -> tuple[int, int]:
    """Batch and length of the example; a length of 0 is the family's own."""
    if variant == "head":
        return (2, head_size(model)) if family.dynamic else (head_size(model), 0)
    return (1 if variant == "batch of one" else 2), 0


@pytest.mark.parametrize(("name", "variant"), cases())
def test_answers_are_right_or_refused(name: str, variant: str) -> None:
    family, dtype = FAMILIES[name], DTYPES.get(variant, torch.float32)
    model = family.build(dtype)
    plant(family, model, KINDS)
    example = example_sizes(family, model, variant)
    args, kwargs = family.feed(*example, dtype=dtype)
    small = sparsec.compile(model, args, kwargs, measure=False, strict=True)
    tolerance = TOLERANCE[narrowest(small.program)]  # norms and angles may be float32 inside a float64 model
    refused = []
    for size in (example, (3, 9), (1, 5)):
        args, kwargs = family.feed(size[0], size[1] if family.dynamic else 0, dtype=dtype)
        with torch.no_grad():
            expected = tensors(model(*args, **kwargs))
        try:
            found = tensors(small(*args, **kwargs))
        except UserError as error:
            refused.append((size, error.code))
            continue
        assert relative_error(found, expected) <= tolerance
    assert {code for _, code in refused} <= {"bad-inputs"}
    assert example not in [size for size, _ in refused]
