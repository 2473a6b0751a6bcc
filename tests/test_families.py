"""Every architecture people use: zeros at every kind of axis go, and nothing changes.

Neurons, heads, groups of heads, places within heads and residual channels are planted together, a third of each; the
compiled program must be exact at other batch sizes and lengths, and what the zeros prove superfluous must be gone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from zoo.backends import OnnxModel, run_sparse_backend, tensors
from zoo.coverage import INCOMPLETE, KINDS, ONNX, compiled, finished, plant
from zoo.families import FAMILIES
from zoo.reference import relative_error

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import shape_of
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.pipeline import Pipeline, exact
from sparsec.passes.base import Context

QUICK = {  # one of each way to write an attention, a norm or a residual stream
    *("bert", "gpt2", "bloom", "llama-gqa", "mamba", "swin", "mixtral", "deit_tiny_patch16_224"),
}
ENDS = {"bert", "llama-gqa"}
SIZES = ((3, 9), (1, 5))


def every(quick: set[str]) -> list[Any]:
    return [pytest.param(n, marks=() if n in quick else pytest.mark.slow) for n in FAMILIES]


@pytest.mark.parametrize("name", every(QUICK))
def test_planted_zeros_go_and_nothing_changes(name: str) -> None:
    outcome = compiled(FAMILIES[name], KINDS, SIZES)
    assert outcome.error <= 1e-10
    assert outcome.planted > 0
    if name in INCOMPLETE:
        assert outcome.removed > 0
        assert outcome.missing
    else:
        assert not outcome.missing


@pytest.mark.parametrize("name", every({"bert", "llama-gqa"}))
def test_a_branch_that_adds_nothing_goes(name: str) -> None:
    family = FAMILIES[name]
    if not any(site.kind == "branch" for site in family.sites(family.build())):
        pytest.skip("no branches are known")
    outcome = compiled(family, ("branch",), SIZES)
    assert outcome.error <= 1e-10
    assert outcome.program is not None
    model = family.build(torch.float64)
    planted = {id(site): positions for site, positions in plant(family, model, ("branch",))}
    assert planted
    names = {n for n, p in model.named_parameters() if p.dim() > 1 and not p.any()}
    assert names
    assert not names & outcome.program.weights().keys()


@pytest.mark.parametrize("name", every(set()))
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone(name: str, kind: Any) -> None:
    family = FAMILIES[name]
    if not any(site.kind == kind for site in family.sites(family.build())):
        pytest.skip("it has no such axis")
    outcome = compiled(family, (kind,), SIZES)
    assert outcome.error <= 1e-10
    assert name in INCOMPLETE or not outcome.missing


@pytest.mark.parametrize("name", every(ENDS))
def test_onnxruntime(name: str, tmp_path: Path) -> None:
    if name in ONNX:
        pytest.skip(ONNX[name])
    family = FAMILIES[name]
    model, small = finished(family, KINDS)
    small.export_onnx(tmp_path / "small.onnx")
    session = OnnxModel(tmp_path / "small.onnx")
    for batch, length in ((3, 9), (2, 5)):
        args, kwargs = family.feed(batch, length if family.dynamic else 0)
        with torch.no_grad():
            expected = tensors(model(*args, **kwargs))
        found = session(list(small.program.input_names), (args, kwargs))
        assert relative_error(found, expected) <= 1e-4


@pytest.mark.parametrize("name", every(ENDS))
def test_torch_compile(name: str) -> None:
    family = FAMILIES[name]
    model = family.build()
    plant(family, model, KINDS)
    feeds = [family.feed(batch, length if family.dynamic else 0) for batch, length in ((2, 0), (3, 9))]
    for feed, answer in zip(feeds, run_sparse_backend(model, feeds), strict=True):
        with torch.no_grad():
            expected = tensors(model(*feed[0], **feed[1]))
        assert relative_error(tensors(answer), expected) <= 1e-4


@pytest.mark.parametrize("name", ["llama-gqa"])
def test_a_size_that_meets_the_examples_length_stays_apart_from_it(name: str) -> None:
    """Heads of as many places, and as many neurons, as the example has tokens: the length stays symbolic."""
    family = FAMILIES[name]
    model = family.build(torch.float64)
    for site in family.sites(model):
        if site.kind == "vo":
            site.plant([1])
        if site.kind == "neuron":
            site.plant(list(range(site.size - family.length)))
    original = capture(model, *family.feed(2, dtype=torch.float64), family.dynamic_shapes())
    result = original.copy()
    Pipeline(exact()).run(result, Context("cpu", speculation=EVERYWHERE))
    assert [str(shape_of(n)) for n in result.placeholders()] == [str(shape_of(n)) for n in original.placeholders()]
