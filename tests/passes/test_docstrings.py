"""Every built-in pass says in its docstring what it does, in one form; and does it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.ir.packing import Choice, SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.numerics import demote
from sparsec.compiler.pipeline import BUILT_IN, Pipeline, Step
from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.constants import Constants
from sparsec.passes.analysis.layouts import Layouts
from sparsec.passes.analysis.liveness import Liveness
from sparsec.passes.analysis.patterns import Patterns
from sparsec.passes.analysis.ranges import Ranges
from sparsec.passes.base import Context, Pass, options_of
from sparsec.passes.rewrite.absorb_permutations import AbsorbPermutations
from sparsec.passes.rewrite.collapse_permutations import CollapsePermutations
from sparsec.passes.rewrite.convert_layouts import ConvertLayouts
from sparsec.passes.rewrite.drop_identities import DropIdentities
from sparsec.passes.rewrite.fold_batchnorm import FoldBatchnorm
from sparsec.passes.rewrite.fold_constant_values import FoldConstantValues
from sparsec.passes.rewrite.fold_weights import FoldWeights
from sparsec.passes.rewrite.form_linears import FormLinears
from sparsec.passes.rewrite.fuse_attention import FuseAttention
from sparsec.passes.rewrite.join_layers import JoinLayers
from sparsec.passes.rewrite.join_recurrent import JoinRecurrent
from sparsec.passes.rewrite.keep_features_first import KeepFeaturesFirst
from sparsec.passes.rewrite.merge_linears import MergeLinears
from sparsec.passes.rewrite.order_rows import OrderRows
from sparsec.passes.rewrite.pack_weights import PackWeights
from sparsec.passes.rewrite.remove_channels import RemoveChannels
from sparsec.passes.rewrite.separate_readers import SeparateReaders
from sparsec.passes.rewrite.separate_sums import SeparateSums
from sparsec.passes.rewrite.settle_activations import SettleActivations
from sparsec.passes.rewrite.split_batches import SplitBatches
from sparsec.passes.rewrite.split_fused import SplitFused
from sparsec.passes.rewrite.split_recurrent import SplitRecurrent
from sparsec.runtime import operators  # noqa: F401
from sparsec.runtime.targets import get

from .harness import TOLERANCE, Outcome, Sandwich, Zeros, captured, columns, difference, known, noise, optimised

# Like the harness's, for float32.
SINGLE = 2e-6
BY_NAME = {kind.name(): kind for kind in BUILT_IN}


def blocks(kind: type[Pass]) -> tuple[str, str]:
    """The Before and the After block of a docstring, comments taken off."""
    found = re.search(
        r"\n    Before::\n\n(.*?)\n    After(?: \(facts only\))?::\n\n(.*?)(?:\n    \w|\Z)", kind.__doc__ or "", re.S
    )
    assert found, f"the docstring of {kind.__name__} has no Before:: and After::"
    before, after = (re.sub(r" +#.*", "", block) for block in found.groups())
    return before, after


def ops_in(block: str) -> list[str]:
    return re.findall(r"= (?:aten\.|sparsec\.)?(\w+)\(", block)


@pytest.mark.parametrize("name", BY_NAME)
def test_one_sentence_comes_first(name: str) -> None:
    first, _, rest = (BY_NAME[name].__doc__ or "").partition("\n\n")
    assert "\n" not in first
    assert re.fullmatch(r"[A-Z].*[a-z)`.:]\.", first)
    assert len(first) <= 120
    assert rest.lstrip().startswith("Before::")


@pytest.mark.parametrize("name", BY_NAME)
def test_before_and_after_show_printed_ir(name: str) -> None:
    before, after = blocks(BY_NAME[name])
    assert re.search(r"^ {8}\w+ = \S+\(", before, re.M)
    if BY_NAME[name].establishes:
        assert re.search(r"^ {8}\w+: ", after, re.M)
    else:
        assert re.search(r"^ {8}\w+ = \S+\(", after, re.M)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_option_is_explained(name: str) -> None:
    for option in options_of(BY_NAME[name]):
        assert f"        {option}: " in (BY_NAME[name].__doc__ or "")


def test_the_page_lists_every_pass() -> None:
    page = (Path(__file__).parents[2] / "docs" / "passes.md").read_text()
    for name, kind in BY_NAME.items():
        assert f"| `{name}` | {kind.summary().rstrip('.')} |" in page


# -------------------------------------------------------------------- the example of each docstring, run


class Masked(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight_orig, self.bias = nn.Parameter(torch.empty(8, 3, 1, 1)), nn.Parameter(torch.empty(8))
        self.register_buffer("weight_mask", torch.ones(8, 3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight_orig * self.weight_mask, self.bias)


class Layers(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.LSTM(8, 8, num_layers=2, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)[0]


class DeadBranch(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.trunk, self.branch = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x) + self.branch(x)


class Gather(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.order = torch.tensor([3, 0, 7, 1, 6, 2, 5, 4])

    def forward(self, x: Tensor) -> Tensor:
        return x.index_select(1, self.order)


class TwoReaders(nn.Module):
    """Two layers that read different channels of one value."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.one, self.other = nn.Conv2d(3, 6, 1), nn.Conv2d(6, 4, 1), nn.Conv2d(6, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.first(x))
        return self.one(x) + self.other(x)


def shuffle(x: Tensor) -> Tensor:
    return x.reshape(-1, 2, 4, 4, 4).transpose(1, 2).reshape(-1, 8, 4, 4)


class Transposed(nn.Module):
    """A layer whose weight is stored the other way round."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.empty(4, 8)), nn.Parameter(torch.empty(8))

    def forward(self, x: Tensor) -> Tensor:
        return torch.addmm(self.bias, x, self.weight)


class MergedBatch(nn.Module):
    """Products of many small matrices, all of them in the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.empty(4))

    def forward(self, x: Tensor) -> Tensor:
        y = x * self.scale
        return torch.bmm(x.reshape(-1, 4, 4), y.reshape(-1, 4, 4)).reshape(x.shape)


class Factored(nn.Module):
    """A layer, a factor of each of its outputs, a layer."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.mask = nn.Linear(4, 32), nn.Linear(32, 3), nn.Parameter(torch.ones(32))

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x) * self.mask)


class Fused(nn.Module):
    """One layer for two values of 2 heads, that go different ways."""

    def __init__(self) -> None:
        super().__init__()
        self.both, self.one, self.two = nn.Linear(4, 16), nn.Linear(4, 3), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        parts = self.both(x).reshape(-1, 4, 2, 2, 4).permute(2, 0, 3, 1, 4)
        return self.one(parts[0]) + self.two(parts[1])


@dataclass(frozen=True)
class Example:
    """A module, the pass with what it needs, and the ops that stand in the graph before and after."""

    model: Callable[[], nn.Module]
    steps: tuple[Step, ...]
    before: str
    after: str
    zeros: Zeros | None = None
    shape: tuple[int, ...] = (3, 4, 4)


EXAMPLES: dict[str, Example] = {
    "fold-weights": Example(Masked, (FoldWeights(),), "mul conv2d", "conv2d"),
    "form-linears": Example(Transposed, (FormLinears(),), "addmm", "linear", shape=(4,)),
    "split-recurrent": Example(
        Layers,
        (SplitRecurrent(),),
        "zeros zeros lstm getitem",
        "zeros zeros lstm getitem zeros zeros lstm getitem",
        shape=(5, 8),
    ),
    "join-recurrent": Example(
        Layers,
        (SplitRecurrent(), JoinRecurrent()),
        "zeros zeros lstm getitem",
        "zeros zeros lstm getitem",
        shape=(5, 8),
    ),
    "split-batches": Example(MergedBatch, (SplitBatches(),), "mul reshape reshape bmm reshape", "mul matmul reshape"),
    "split-fused": Example(
        Fused,
        (Axes(), Constants(), Liveness(), SplitFused()),
        "linear reshape permute select linear select linear add",
        "linear split_with_sizes getitem reshape permute linear getitem reshape permute linear add",
        {"one.weight": columns(2)},
        shape=(4, 4),
    ),
    "fold-batchnorm": Example(
        lambda: nn.Sequential(nn.Conv2d(3, 8, 1, bias=False), nn.BatchNorm2d(8)),
        (FoldBatchnorm(),),
        "conv2d _native_batch_norm_legit_no_training getitem",
        "conv2d",
    ),
    "drop-identities": Example(
        lambda: Sandwich(lambda x: torch.cat([x.relu()], 1)),
        (DropIdentities(),),
        "conv2d relu cat conv2d",
        "conv2d relu conv2d",
    ),
    "ranges": Example(
        lambda: nn.Sequential(nn.Sigmoid(), nn.Linear(4, 3)),
        (Axes(), Ranges()),
        "sigmoid linear",
        "sigmoid linear",
        shape=(4,),
    ),
    "settle-activations": Example(
        lambda: nn.Sequential(nn.Linear(4, 3), nn.Sigmoid(), nn.ReLU(), nn.Linear(3, 3)),
        (Axes(), Ranges(), SettleActivations()),
        "linear sigmoid relu linear",
        "linear sigmoid linear",
        shape=(4,),
    ),
    "merge-linears": Example(Factored, (MergeLinears(),), "linear mul linear", "linear", shape=(4,)),
    "axes": Example(lambda: Sandwich(F.relu), (Axes(),), "conv2d relu conv2d", "conv2d relu conv2d"),
    "constants": Example(
        lambda: Sandwich(F.relu), (Axes(), Constants()), "conv2d relu conv2d", "conv2d relu conv2d", {"first.weight": 3}
    ),
    "liveness": Example(
        lambda: Sandwich(F.relu),
        (Axes(), Constants(), Liveness()),
        "conv2d relu conv2d",
        "conv2d relu conv2d",
        {"second.weight": columns(5)},
    ),
    "collapse-permutations": Example(
        lambda: Sandwich(shuffle),
        (Axes(), CollapsePermutations()),
        "conv2d reshape transpose reshape conv2d",
        "conv2d index_select conv2d",
    ),
    "fold-constant-values": Example(
        DeadBranch,
        (Axes(), Constants(), FoldConstantValues()),
        "conv2d conv2d add",
        "conv2d add",
        {"branch.weight": slice(None)},
    ),
    "remove-channels": Example(
        lambda: Sandwich(F.relu),
        (Axes(), Constants(), Liveness(), RemoveChannels()),
        "conv2d relu conv2d",
        "conv2d relu conv2d",
        {"first.weight": 3},
    ),
    "absorb-permutations": Example(
        lambda: Sandwich(Gather()),
        (DropIdentities(), AbsorbPermutations()),
        "conv2d index_select conv2d",
        "conv2d conv2d",
    ),
}


FACTS = (Axes(), Constants(), Liveness())
APART: Zeros = {"one.weight": columns(2, 3), "other.weight": columns(0, 1)}
EXAMPLES |= {
    "separate-readers": Example(
        TwoReaders,
        (*FACTS, SeparateReaders()),
        "conv2d relu conv2d conv2d add",
        "conv2d relu index_select index_select conv2d conv2d add",
        APART,
    ),
    "layouts": Example(
        TwoReaders,
        (*FACTS, SeparateReaders(), *FACTS, Layouts(mode="upscale")),
        "conv2d relu conv2d conv2d add",
        "conv2d relu index_select index_select conv2d conv2d add",
        APART,
    ),
    "convert-layouts": Example(
        TwoReaders,
        (*FACTS, SeparateReaders(), *FACTS, Layouts(mode="upscale"), ConvertLayouts()),
        "conv2d relu conv2d conv2d add",
        "conv2d relu slice slice conv2d conv2d add",
        APART,
    ),
}


PACKED = Example(
    lambda: nn.Sequential(nn.Linear(16, 8), nn.GELU()),
    (Patterns(), PackWeights()),
    "linear gelu",
    "vblock_linear",
    {"0.weight": columns(*range(12))},
    shape=(16,),
)
EXAMPLES |= {
    "order-rows": Example(
        lambda: nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 8)),
        (*FACTS, OrderRows()),
        "linear relu linear",
        "linear relu linear",
        {"0.weight": (torch.arange(16)[:, None] + torch.arange(16)) % 2 == 0},
        shape=(16,),
    ),
    "patterns": replace(PACKED, steps=(Patterns(),), after="linear gelu"),
    "pack-weights": PACKED,
    "keep-features-first": replace(
        PACKED,
        model=lambda: nn.Sequential(nn.Linear(16, 24), nn.GELU(), nn.Linear(24, 8)),
        steps=(Patterns(), PackWeights(), KeepFeaturesFirst()),
        before="linear gelu linear",
        after="vblock_linear vblock_linear",
        zeros={"0.weight": columns(*range(12)), "2.weight": columns(*range(16))},
    ),
}


class Attending(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        query, key, value = (part.unflatten(2, (2, 4)).transpose(1, 2) for part in (x, x.relu(), x.tanh()))
        return F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)


class Normed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(8)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x + x.relu())


VIEWED = " ".join(["relu tanh", *["reshape transpose"] * 3, "scaled_dot_product_attention transpose reshape"])
EXAMPLES |= {
    "fuse-attention": Example(
        Attending, (FuseAttention(),), VIEWED, "relu tanh attention unflatten reshape", shape=(3, 8)
    ),
    "separate-sums": Example(
        Normed, (SeparateSums(),), "relu add layer_norm", "relu sum_apart layer_norm", shape=(3, 8)
    ),
}
SINGLES = ("pack-weights", "keep-features-first", "fuse-attention", "separate-sums", "join-layers")


class TwoHeads(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = nn.Linear(16, 8), nn.Linear(16, 8)

    def forward(self, x: Tensor) -> Tensor:
        return self.one(x) * self.other(x)


EXAMPLES["join-layers"] = replace(
    PACKED,
    model=TwoHeads,
    steps=(Patterns(), PackWeights(), JoinLayers()),
    before="linear linear mul",
    after="vblock_linear split_with_sizes getitem getitem mul",
    zeros={"one.weight": columns(*range(12)), "other.weight": columns(*range(8))},
)


class Kernels:
    """Those of a machine on which they are always faster."""

    quantize = None

    def __init__(self) -> None:
        self.chosen: dict[str, Choice] = {}

    def choose(self, layer: SparseLayer) -> Choice:
        return Choice(VectorBlocks((layer.weight.shape[0], layer.weight.shape[1]), 8), 2.0, "twice as fast")


def packed(program: Program, *steps: Step) -> Outcome:
    """Like ``optimised``, in float32, which kernels compute in, for a target that has operators of its own."""
    target = get("onnxruntime" if isinstance(steps[-1], FuseAttention | SeparateSums) else "cpu")
    program, ctx = program.copy(), Context(target, kernels=Kernels(), speculation=EVERYWHERE)
    demote(program, torch.float32)
    return Outcome(program, ctx, Pipeline(steps).run(program, ctx))


def ops_of(program_text: str) -> list[str]:
    names = re.findall(r"= (?:aten\.|sparsec\.)?(\w+)(?:\.\w+)?\(", program_text)
    return [name for name in names if name not in ("sym_size", "clone", "alias", "lift_fresh_copy", "mul_int")]


def test_every_pass_has_an_example() -> None:
    assert EXAMPLES.keys() == BY_NAME.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str) -> None:
    example, kind = EXAMPLES[name], BY_NAME[name]
    assert isinstance(example.steps[-1], kind)
    model = known(example.model(), zeros=example.zeros)
    program = captured(model, example.shape)
    captured_ops = ops_of(optimised(program, Axes()).text)
    assert captured_ops == example.before.split()
    single = name in SINGLES
    result = (packed if single else optimised)(program, *example.steps)
    assert ops_of(result.text) == example.after.split()
    if single:
        (x,) = (value.float() for value in noise(example.shape))
        assert relative_error(result.program.run((x,)), [model.float()(x).detach()]) <= SINGLE
    else:
        assert difference(result.program, model, example.shape) <= TOLERANCE
    assert kind.establishes <= result.program.facts.keys()
    # The docstring's own ops are those of the example.
    before, after = blocks(kind)
    assert set(ops_in(before)) <= set(captured_ops) | {"linear", "index_select", "vblock_linear"}
    assert set(ops_in(after)) <= set(example.after.split())
