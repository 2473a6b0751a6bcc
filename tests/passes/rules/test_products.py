"""Products: heads and head sizes of attention, matrix products of values, einsum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import sparsec
from sparsec.compiler.ir.arguments import argument
from sparsec.compiler.ir.program import Program
from sparsec.passes.analysis.axes import Axes

from ..harness import TOLERANCE, Outcome, Sandwich, captured, columns, difference, known, op_names, optimised

aten = torch.ops.aten
WIDTH, SIZE = 6, 4
TOKENS = (5, WIDTH)


class Attention(nn.Module):
    """Attention over tokens of 6 features, with heads of size 4; a mask is a second input."""

    def __init__(self, heads: int = 3, groups: int | None = None, **options: Any) -> None:
        super().__init__()
        self.heads, self.groups, self.options = heads, groups or heads, options
        self.q, self.k = nn.Linear(WIDTH, heads * SIZE), nn.Linear(WIDTH, self.groups * SIZE)
        self.v, self.out = nn.Linear(WIDTH, self.groups * SIZE), nn.Linear(heads * SIZE, WIDTH)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q, k, v = self.q(x), self.k(x), self.v(x)
        q = q.unflatten(-1, (self.heads, SIZE)).transpose(1, 2)
        k, v = (y.unflatten(-1, (self.groups, SIZE)).transpose(1, 2) for y in (k, v))
        return self.out(self.attend(q, k, v, mask).transpose(1, 2).flatten(2))

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        mask = None if mask is None else mask.exp()
        return F.scaled_dot_product_attention(q, k, v, mask, **self.options)


class SpelledOut(Attention):
    """Attention as a product, a softmax and a product."""

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        scores = q @ k.transpose(-1, -2) / SIZE**0.5
        return (scores if mask is None else scores + mask).softmax(-1) @ v


class InTheBatch(Attention):
    """Attention whose heads lie in the batch, as older models have it."""

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        shape = q.shape
        q, k, v = (y.reshape(-1, *y.shape[2:]) for y in (q, k, v))
        scores = torch.baddbmm(q.new_zeros(1, 1, 1), q, k.transpose(1, 2), alpha=SIZE**-0.5)
        return torch.bmm(scores.softmax(-1), v).reshape(shape)


class AsEinsum(Attention):
    """Attention as two einsums."""

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        scores = torch.einsum("bhtd,bhsd->bhts", q, k) / SIZE**0.5
        return torch.einsum("bhts,bhsd->bhtd", scores.softmax(-1), v)


KINDS = [Attention, SpelledOut, InTheBatch, AsEinsum]


def head(*indices: int) -> list[int]:
    """The features of some heads, in a row."""
    return [SIZE * i + d for i in indices for d in range(SIZE)]


def checked(model: nn.Module, *shapes: tuple[int, ...], **options: Any) -> Outcome:
    """The model optimised, its numbers compared, and nothing left to do."""
    shapes = shapes or (TOKENS,)
    result = optimised(captured(model, *shapes), **options)
    assert difference(result.program, model, *shapes) <= TOLERANCE
    assert not optimised(result.program, **options).changed
    return result


def sizes(result: Outcome) -> dict[str, int]:
    """Outputs of q, k and v, and inputs of out."""
    return {name: result.shape(f"{name}.weight")[name == "out"] for name in ("q", "k", "v", "out")}


# -------------------------------------------------------------------- heads


@pytest.mark.parametrize("kind", KINDS)
def test_a_head_that_nobody_reads_goes(kind: type[Attention]) -> None:
    result = checked(known(kind(), zeros={"out.weight": columns(*head(1))}))
    assert sizes(result) == dict.fromkeys(("q", "k", "v", "out"), 8)


@pytest.mark.parametrize("kind", [Attention, SpelledOut, InTheBatch])
def test_an_average_of_one_constant_is_that_constant(kind: type[Attention]) -> None:
    """Values with zero weights are their bias, for every token; so is whatever average of them."""
    result = checked(known(kind(), zeros={"v.weight": head(0)}))
    assert sizes(result) == dict.fromkeys(("q", "k", "v", "out"), 8)


def test_einsum_averages_nothing() -> None:
    """Only zeros pass an einsum; the bias is zero here."""
    kept = checked(known(AsEinsum(), zeros={"v.weight": head(0)}))
    assert sizes(kept) == dict.fromkeys(("q", "k", "v", "out"), 12)
    gone = checked(known(AsEinsum(), zeros={"v.weight": head(0), "v.bias": head(0)}))
    assert sizes(gone) == dict.fromkeys(("q", "k", "v", "out"), 8)


@pytest.mark.parametrize("kind", KINDS)
def test_all_heads_lose_the_same_value_feature(kind: type[Attention]) -> None:
    """Heads of one tensor have one size: a feature goes only where it goes in all of them."""
    assert sizes(checked(known(kind(), zeros={"out.weight": columns(*THIRD)}))) == {"q": 12, "k": 12, "v": 9, "out": 9}
    assert sizes(checked(known(kind(), zeros={"out.weight": columns(*THIRD[:2])})))["v"] == 12


THIRD = [SIZE * i + 2 for i in range(3)]
"""Feature 2 of every head."""


def silent(*names: str, features: list[int] = THIRD) -> dict[str, list[int]]:
    """Layers whose weights and biases are zero for some features."""
    return {f"{name}.{part}": features for name in names for part in ("weight", "bias")}


@pytest.mark.parametrize("kind", KINDS)
def test_queries_and_keys_lose_a_feature_that_is_zero_in_both(kind: type[Attention]) -> None:
    result = checked(known(kind(), zeros=silent("q", "k")))
    assert sizes(result) == {"q": 9, "k": 9, "v": 12, "out": 12}
    assert sizes(checked(known(kind(), zeros={"q.weight": THIRD, "k.weight": THIRD})))["q"] == 12  # biases are not zero
    assert sizes(checked(known(kind(), zeros=silent("q", "k", features=[2]))))["q"] == 12  # one head of three


def test_the_scale_is_that_of_the_whole_head() -> None:
    result = checked(known(Attention(), zeros=silent("q", "k")))
    assert argument(attention_of(result.program), "scale") == SIZE**-0.5
    given = checked(known(Attention(scale=0.3), zeros=silent("q", "k")))
    assert argument(attention_of(given.program), "scale") == 0.3
    whole = checked(known(Attention(), zeros={"out.weight": columns(*head(1))}))
    assert argument(attention_of(whole.program), "scale") is None


def attention_of(program: Program) -> torch.fx.Node:
    return next(n for n in program.nodes() if n.target is aten.scaled_dot_product_attention.default)


def test_a_causal_mask_hides_never_everything() -> None:
    result = checked(known(Attention(is_causal=True), zeros={"v.weight": head(0)}))
    assert sizes(result)["out"] == 8


# -------------------------------------------------------------------- masks

MASKS = {"one for all": (1, 5, 5), "one for each key": (1, 1, 5)}


@pytest.mark.parametrize("name", MASKS)
def test_a_mask_may_hide_everything(name: str) -> None:
    """Where all is hidden the result is zero, and no average: of constants, only zero passes."""
    shapes = (TOKENS, MASKS[name])
    assert sizes(checked(known(Attention(), zeros={"v.weight": head(0)}), *shapes))["out"] == 12
    zeros = {"v.weight": head(0), "v.bias": head(0)}
    assert sizes(checked(known(Attention(), zeros=zeros), *shapes))["out"] == 8
    assert sizes(checked(known(Attention(), zeros={"out.weight": columns(*head(1))}), *shapes))["out"] == 8


def test_a_mask_for_each_head_that_is_an_input() -> None:
    """An input is one piece: there is a mask for every head, so there is every head."""
    result = checked(known(Attention(), zeros={"out.weight": columns(*head(1))}), TOKENS, (3, 5, 5))
    assert sizes(result) == dict.fromkeys(("q", "k", "v", "out"), 12)


class Biased(Attention):
    """A learned bias for each head."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.empty(1, 3, 5, 5))

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        return F.scaled_dot_product_attention(q, k, v, self.bias)


def test_a_mask_that_is_a_weight_goes_with_its_head() -> None:
    result = checked(known(Biased(), zeros={"out.weight": columns(*head(0, 2))}))
    assert result.shape("bias") == (1, 1, 5, 5)


# -------------------------------------------------------------------- grouped queries


def grouped(zeros: dict[str, Any]) -> dict[str, int]:
    """What is left of six heads that share the keys and values of two."""
    return sizes(checked(known(Attention(6, 2, enable_gqa=True), zeros=zeros)))


def test_a_group_goes_with_its_members() -> None:
    gone = {"q": 12, "k": 4, "v": 4, "out": 12}
    assert grouped({"out.weight": columns(*head(0, 1, 2))}) == gone
    assert grouped({"v.weight": head(1)}) == gone


def test_members_go_where_every_group_loses_the_same_one() -> None:
    assert grouped({"out.weight": columns(*head(0, 3))}) == {"q": 16, "k": 8, "v": 8, "out": 16}
    assert grouped({"out.weight": columns(*head(0, 4))}) == {"q": 24, "k": 8, "v": 8, "out": 24}


def test_grouped_heads_of_one_size() -> None:
    zeros = silent("q", features=[SIZE * i + 2 for i in range(6)]) | silent("k", features=[2, 6])
    assert grouped(zeros) == {"q": 18, "k": 6, "v": 8, "out": 24}


# -------------------------------------------------------------------- one module twice


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = Attention()

    def forward(self, x: Tensor) -> Tensor:
        return self.attention(x + self.attention(x))


def test_shared_attention() -> None:
    model = known(Twice(), zeros={"attention.v.weight": head(1)})
    program = captured(model, TOKENS)
    before = {name: weight.clone() for name, weight in program.weights().items()}
    result = optimised(program)
    queries = {tuple(w.shape) for name, w in result.program.weights().items() if ".q.weight" in name}
    assert queries == {(8, 6)}
    assert difference(result.program, model, TOKENS) <= TOLERANCE
    assert all(torch.equal(weight, before[name]) for name, weight in program.weights().items())


# -------------------------------------------------------------------- other products


class Products(nn.Module):
    """Two layers whose results are multiplied, and a third."""

    def __init__(self, multiply: Callable[[Tensor, Tensor], Tensor], inputs: int = 8) -> None:
        super().__init__()
        self.one, self.two, self.last = nn.Linear(6, 8), nn.Linear(6, 8), nn.Linear(inputs, 4)
        self.multiply = multiply

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.multiply(self.one(x), self.two(x)))


PRODUCTS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "matmul": lambda a, b: a.mT @ b,
    "bmm": lambda a, b: torch.bmm(a.mT, b),
    "baddbmm": lambda a, b: torch.baddbmm(a.new_ones(1, 1, 1), a.mT, b, beta=0.5, alpha=2.0),
    "einsum": lambda a, b: torch.einsum("btm,btn->bmn", a, b),
    "with a product of two letters": lambda a, b: torch.einsum("btm,btn,btm->bmn", a, b, a),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_columns_of_a_product(name: str) -> None:
    """The result has the rows of the one and the columns of the other factor; a column that is not read goes."""
    model = known(Products(PRODUCTS[name]), zeros={"last.weight": columns(1, 5)})
    result = checked(model)
    assert (result.shape("one.weight")[0], result.shape("two.weight")[0]) == (8, 6)


INNER: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "matmul": lambda a, b: a @ b.mT,
    "bmm": lambda a, b: torch.bmm(a, b.mT),
    "baddbmm": lambda a, b: torch.baddbmm(a.new_ones(1, 1, 1), a, b.mT, beta=0.5, alpha=2.0),
    "einsum": lambda a, b: torch.einsum("btc,bsc->bts", a, b),
}


@pytest.mark.parametrize("name", INNER)
def test_what_is_summed_over(name: str) -> None:
    """Where both factors are zero, nothing is added."""
    result = checked(known(Products(INNER[name], 5), zeros=silent("one", "two", features=[0, 3])))
    assert (result.shape("one.weight")[0], result.shape("two.weight")[0]) == (6, 6)
    one = checked(known(Products(INNER[name], 5), zeros=silent("one", features=[0, 3])))
    assert one.shape("one.weight") == (8, 6)


class Cancelling(nn.Module):
    """Two factors that are zero in one feature of one head, since what a constant adds cancels the bias."""

    def __init__(self, multiply: Callable[[Tensor, Tensor], Tensor], inputs: int) -> None:
        super().__init__()
        self.first, self.one, self.two = nn.Linear(6, 4), nn.Linear(4, 8), nn.Linear(4, 8)
        self.last, self.multiply = nn.Linear(inputs, 4), multiply

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.first(x))
        one, two = (y.unflatten(-1, (2, 4)).transpose(1, 2) for y in (self.one(x), self.two(x)))
        return self.last(self.multiply(one, two))

    @classmethod
    def zero(cls, multiply: Callable[[Tensor, Tensor], Tensor], inputs: int = 5) -> nn.Module:
        """Channel 0 of ``first`` is 1, and feature 2 of ``one`` and ``two`` is 1 - 1; no other reads the channel."""
        model = known(cls(multiply, inputs), zeros={"first.weight": [0], "one.weight": [2], "two.weight": [2]})
        with torch.no_grad():
            model.first.bias[0] = 1
            for layer in (model.one, model.two):
                layer.weight[:, 0] = 0
                layer.weight[2, 0], layer.bias[2] = 1, -1
        return model


@pytest.mark.parametrize("name", ["matmul", "einsum"])
def test_a_zero_that_stays_is_a_zero(name: str) -> None:
    """The feature is not read in head 0 and stays there for head 1's sake; the constant behind it goes."""
    multiply = {"matmul": INNER["matmul"], "einsum": lambda a, b: torch.einsum("bhtd,bhsd->bhts", a, b)}[name]
    result = checked(Cancelling.zero(multiply))
    assert result.shape("first.weight") == (3, 6)


class Stack(nn.Module):
    """A stack of matrices, one for each head: a weight of three dimensions."""

    def __init__(self, multiply: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.matrices, self.last = nn.Linear(6, 12), nn.Parameter(torch.empty(3, 4, 5)), nn.Linear(15, 4)
        self.multiply = multiply

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x).unflatten(-1, (3, 4)).transpose(1, 2)  # batch, head, token, feature
        return self.last(self.multiply(x, self.matrices).transpose(1, 2).flatten(2))


STACKS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "matmul": lambda x, w: x @ w,
    "einsum": lambda x, w: torch.einsum("bhti,hio->bhto", x, w),
}


@pytest.mark.parametrize("name", STACKS)
def test_a_factor_that_is_a_weight(name: str) -> None:
    dead = {"head": columns(*range(5, 10)), "output": columns(2, 7, 12)}
    shapes = {"head": (2, 4, 5), "output": (3, 4, 4)}
    for part, index in dead.items():
        result = checked(known(Stack(STACKS[name]), zeros={"last.weight": index}))
        assert result.shape("matrices") == shapes[part]
    rows = checked(known(Stack(STACKS[name]), zeros={"matrices": (slice(None), 1)}))  # an input nobody reads
    assert rows.shape("matrices") == (3, 3, 5)
    assert rows.shape("first.weight") == (9, 6)
    zero = checked(known(Stack(STACKS[name]), zeros={"matrices": 2}))  # a head that yields zeros
    assert zero.shape("matrices") == (2, 4, 5)
    assert zero.shape("last.weight") == (4, 10)


@pytest.mark.parametrize("name", STACKS)
def test_zeros_that_a_weight_multiplies(name: str) -> None:
    """A feature that is zero in every head goes; in one head alone, it stays in all."""
    for features, left in (([1, 5, 9], 3), ([1], 4)):
        zeros = {"first.weight": features, "first.bias": features}
        result = checked(known(Stack(STACKS[name]), zeros=zeros))
        assert result.shape("matrices") == (3, left, 5)


# -------------------------------------------------------------------- what is left alone

LEFT_ALONE: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "a vector": (lambda x: torch.matmul(x, x[0, 0])[..., None] * x, "an operand is a vector"),
    "a diagonal": (lambda x: torch.einsum("bii->bi", x[:, :1].expand(-1, 8, -1)), "an operand repeats a letter"),
    "no result": (lambda x: torch.einsum("bti,btj", x, x), "its equation has no explicit output"),
    "an ellipsis": (lambda x: torch.einsum("b...i,b...j->bij", x, x), "its equation has no explicit output"),
    "a weight for queries": (
        lambda x: F.scaled_dot_product_attention(QUERIES, x[:2], x[:2]),
        "an operand is a weight",
    ),
}
QUERIES = torch.linspace(-1, 1, 48, dtype=torch.float64).reshape(2, 3, 8)


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_left_alone(name: str) -> None:
    function, reason = LEFT_ALONE[name]
    model = Sandwich(function, nn.Linear(6, 8), nn.Linear(8, 4))
    model = known(model, zeros={"first.weight": [1], "first.bias": [1], "second.weight": columns(2)})
    result = checked(model)
    assert f"kept whole: {reason}" in result.reasons
    assert result.shape("first.weight") == (8, 6)


def test_attention_that_drops_values_out() -> None:
    """Capture refuses it; a program may be made otherwise."""
    program = captured(known(Attention(), zeros={"out.weight": columns(*head(1))}), TOKENS)
    node = attention_of(program)
    node.args = (*node.args[:3], None, 0.5)
    result = optimised(program, Axes())
    assert "kept whole: it drops values out" in result.reasons
    assert sizes(optimised(program)) == dict.fromkeys(("q", "k", "v", "out"), 12)


def test_products_of_two_dimensions() -> None:
    """``mm`` over the batch: the result has no batch."""
    model = Products(lambda a, b: torch.mm(a.t(), b))
    model = known(model, zeros={"last.weight": columns(1, 5)})
    program = captured(model, (6,))
    assert "aten.mm.default" in op_names(program)
    assert checked(model, (6,)).shape("two.weight") == (6, 6)


class GroupedRows(nn.Module):
    """Rows by a matrix for each group of them, between two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(5, 24), nn.Linear(24, 4)
        self.stack = nn.Parameter(torch.randn(2, 24, 24).bfloat16())

    def forward(self, x: Tensor, ends: Tensor) -> Tensor:
        return self.last(torch._grouped_mm(self.first(x).bfloat16(), self.stack, offs=ends).to(x.dtype))


def test_rows_of_a_grouped_product_stay_aligned() -> None:
    """14 features would do on either side; PyTorch takes rows that begin at multiples of 16 bytes."""
    torch.manual_seed(0)
    model = GroupedRows().eval()
    model.first.weight.data[:10], model.first.bias.data[:10] = 0, 0
    model.last.weight.data[:, 3:13] = 0
    x, ends = torch.randn(6, 5), torch.tensor([2, 6], dtype=torch.int32)
    small = sparsec.compile(model, (x, ends), measure=False)
    assert small.program.weights()["stack"].shape == (2, 16, 16)
    with torch.no_grad():
        torch.testing.assert_close(small(x, ends), model(x, ends), rtol=4e-2, atol=4e-2)


class Inputs(nn.Module):
    """Attention of what comes from outside."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options

    def forward(self, q: Tensor, k: Tensor, mask: Tensor) -> Tensor:
        return F.scaled_dot_product_attention(q, k, k, attn_mask=mask, **self.options)


@pytest.mark.parametrize("groups", [4, 2])
def test_sizes_of_heads_that_are_open_stay_open(groups: int) -> None:
    """Nothing is asked about a size that no weight fixes."""

    def inputs(batch: int, tokens: int, keys: int, size: int) -> tuple[Tensor, Tensor, Tensor]:
        mask = torch.rand(batch, 1, tokens, keys) > 0.3
        return torch.randn(batch, 4, tokens, size), torch.randn(batch, groups, keys, size), mask

    model = Inputs(enable_gqa=groups < 4).eval()
    small = sparsec.compile(model, inputs(2, 5, 7, 3), measure=False, strict=True)
    for sizes in ((3, 6, 9, 8), (1, 5, 7, 3)):
        given = inputs(*sizes)
        torch.testing.assert_close(small(*given), model(*given), equal_nan=True)
