"""``torch.ops.sparsec.vblock_linear`` computes what the dense layer does, wherever and however it is called."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine, pack
from sparsec.codegen.mlir.pack import Pack
from sparsec.codegen.operators.epilogues import ACTIVATIONS, finished
from sparsec.codegen.operators.vblock_linear import reference
from sparsec.runtime import (
    kernels,
    operators,  # noqa: F401  (attaches the kernels)
)

EXAMPLES = settings(max_examples=50, deadline=None, derandomize="CI" in os.environ)
COMPILER = pytest.mark.skipif(not engine.available(), reason="torch-mlir is not installed")
ROWS = (1, 2, 4, 8, 16)
ORDERS = [*itertools.product((False, True), (False, True))]  # columns first, rows first
# Sums of at most some hundred products of numbers around 1, in float32.
CLOSE = {"rtol": 1e-5, "atol": 3e-5}
INF, NAN = float("inf"), float("nan")


def sparse(rows: int, columns: int, density: float = 0.3, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(rows, columns, generator=random) * (torch.rand(rows, columns, generator=random) < density)


def noise(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


class Sparse(nn.Module):
    """A layer in vector blocks, made of a dense weight; tokens come first and leave first, as in ``F.linear``."""

    def __init__(
        self,
        weight: Tensor,
        rows: int = 8,
        *,
        columns: int = 1,
        column_tile: int = 0,
        activation: str = "",
        columns_first: bool = False,
        rows_first: bool = False,
    ) -> None:
        super().__init__()
        self.form = VectorBlocks((weight.shape[0], weight.shape[1]), rows, columns, column_tile)
        packed = self.form.pack(weight)
        self.register_buffer("values", packed.values)
        self.register_buffer("indices", packed.indices)
        self.register_buffer("starts", packed.starts)
        self.activation, self.columns_first, self.rows_first = activation, columns_first, rows_first

    def arguments(self, x: Tensor, bias: Tensor | None = None, residual: Tensor | None = None) -> tuple[object, ...]:
        """The operator's own, orders among them."""
        x = x.movedim(-1, 0) if self.columns_first else x
        if residual is not None and self.rows_first:
            residual = residual.movedim(-1, 0)
        tensors = (x, self.values, self.indices, self.starts, bias, residual)
        return (
            *(*tensors, self.form.shape[0], self.form.column_tile, self.activation),
            *(self.columns_first, self.rows_first),
        )

    def forward(self, x: Tensor, bias: Tensor | None = None, residual: Tensor | None = None) -> Tensor:
        y: Tensor = torch.ops.sparsec.vblock_linear(*self.arguments(x, bias, residual))
        return y.movedim(0, -1) if self.rows_first else y


def dense(
    weight: Tensor, x: Tensor, bias: Tensor | None = None, residual: Tensor | None = None, activation: str = ""
) -> Tensor:
    """The same in float64."""
    y = F.linear(x.double(), weight.double(), None if bias is None else bias.double())
    return finished(y, None if residual is None else residual.double(), activation).float()


def same(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, equal_nan=True, **CLOSE)


@pytest.fixture(params=[pytest.param(True, marks=COMPILER, id="compiled"), pytest.param(False, id="PyTorch")])
def compiler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """With a compiler and without."""
    if not request.param:
        without_compiler(monkeypatch)
    return bool(request.param)


def without_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> engine.Entry:
        raise AssertionError("compiled")

    monkeypatch.setattr(engine, "available", lambda: False)
    monkeypatch.setattr(engine, "jit", fail)


@pytest.fixture
def threads() -> Iterator[None]:
    """Two threads, whatever the environment says."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


# -------------------------------------------------------------------- any size


@st.composite
def layers(draw: st.DrawFn) -> tuple[Tensor, Tensor]:
    """A weight and activations, of odd sizes; rows, columns, or all of it may be empty or full."""
    rows, columns = draw(st.integers(0, 40)), draw(st.integers(0, 70))
    density = draw(st.sampled_from((0.0, 0.05, 0.3, 1.0)))
    weight = sparse(rows, columns, density, draw(st.integers(0, 9)))
    weight[draw(st.integers(0, 40)) : draw(st.integers(0, 40))] = 0  # some rows, or none
    weight[:, draw(st.integers(0, 70)) : draw(st.integers(0, 70))] = 0
    tokens = draw(st.sampled_from((0, 1, 2, 3, 7, 15, 16, 17, 33, 65, 130, 257)))
    return weight, noise(tokens, columns, seed=draw(st.integers(0, 9)))


@EXAMPLES
@given(layers(), st.sampled_from(ROWS), st.sampled_from(ORDERS))
def test_any_size(layer: tuple[Tensor, Tensor], rows: int, orders: tuple[bool, bool]) -> None:
    weight, x = layer
    same(Sparse(weight, rows, columns_first=orders[0], rows_first=orders[1])(x), dense(weight, x))


@EXAMPLES
@given(layers(), st.sampled_from((2, 8)), st.booleans(), st.sampled_from(("", "relu")), st.booleans())
def test_any_size_with_what_follows(
    layer: tuple[Tensor, Tensor], rows: int, rows_first: bool, activation: str, both: bool
) -> None:
    weight, x = layer
    bias = noise(weight.shape[0], seed=3)
    residual = noise(x.shape[0], weight.shape[0], seed=4) if both else None
    made = Sparse(weight, rows, rows_first=rows_first, activation=activation)
    same(made(x, bias, residual), dense(weight, x, bias, residual, activation))


@pytest.mark.parametrize("orders", [ORDERS[0], ORDERS[-1]])
@pytest.mark.parametrize("rows", ROWS)
def test_bfloat16_weights(compiler: bool, rows: int, orders: tuple[bool, bool]) -> None:
    weight, x = sparse(37, 50).bfloat16(), noise(67, 50)
    same(Sparse(weight, rows, columns_first=orders[0], rows_first=orders[1])(x), dense(weight, x))


@pytest.mark.parametrize("columns", [65536, 65537])
def test_many_columns(compiler: bool, columns: int) -> None:
    """Columns from 32768 on are negative as int16; those from 65536 on take int32."""
    weight, x = torch.zeros(3, columns), noise(5, columns)
    weight[1, [0, 32767, 32768, columns - 1]] = torch.tensor([1.0, 2.0, 3.0, 4.0])
    same(Sparse(weight, 2)(x), dense(weight, x))


@pytest.mark.parametrize("column_tile", [16, 48, 64])
def test_column_tiles(compiler: bool, column_tile: int) -> None:
    weight, x = sparse(37, 150, 0.1), noise(67, 150)
    for rows, orders in itertools.product((1, 8), ORDERS):
        made = Sparse(weight, rows, column_tile=column_tile, columns_first=orders[0], rows_first=orders[1])
        same(made(x, noise(37, seed=2)), dense(weight, x, noise(37, seed=2)))


@pytest.mark.parametrize("rows", [1, 8])
def test_blocks_of_several_columns(compiler: bool, rows: int) -> None:
    """Computed by a kernel where there is one, by PyTorch where not."""
    weight, x = sparse(21, 38), noise(19, 38)
    same(Sparse(weight, rows, columns=4)(x), dense(weight, x))


# -------------------------------------------------------------------- what follows


@pytest.mark.parametrize("activation", ["", *ACTIVATIONS])
def test_activations(compiler: bool, activation: str) -> None:
    weight, x = sparse(19, 30), 3 * noise(21, 30)
    bias, residual = noise(19, seed=2), noise(21, 19, seed=3)
    same(Sparse(weight, activation=activation)(x, bias, residual), dense(weight, x, bias, residual, activation))


@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize("follows", ["bias", "residual", "both"])
def test_bias_and_residual(compiler: bool, follows: str, orders: tuple[bool, bool]) -> None:
    weight, x = sparse(19, 30), noise(21, 30)
    bias = noise(19, seed=2) if follows != "residual" else None
    residual = noise(21, 19, seed=3) if follows != "bias" else None
    made = Sparse(weight, 4, activation="relu6", columns_first=orders[0], rows_first=orders[1])
    same(made(x, bias, residual), dense(weight, x, bias, residual, "relu6"))


# -------------------------------------------------------------------- how tensors lie


@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize("shape", [(), (7,), (2, 3), (2, 3, 5), (0, 3), (1, 1, 1)])
def test_any_rank(compiler: bool, shape: tuple[int, ...], orders: tuple[bool, bool]) -> None:
    weight, x, bias = sparse(19, 30), noise(*shape, 30), noise(19, seed=2)
    y = Sparse(weight, columns_first=orders[0], rows_first=orders[1])(x, bias)
    assert y.shape == (*shape, 19)
    same(y, dense(weight, x, bias))


LIES = {
    "transposed": lambda x: x.t().contiguous().t(),
    "every other one": lambda x: x.repeat_interleave(2, -1)[..., ::2],
    "a part of more": lambda x: F.pad(x, (3, 5), value=NAN)[..., 3:-5],
    "expanded": lambda x: x[:1].expand(x.shape),
}


@pytest.mark.parametrize("lies", LIES)
@pytest.mark.parametrize("orders", ORDERS)
def test_activations_need_not_be_contiguous(compiler: bool, orders: tuple[bool, bool], lies: str) -> None:
    weight, x = sparse(19, 30), LIES[lies](noise(21, 30))
    same(Sparse(weight, 4, columns_first=orders[0], rows_first=orders[1])(x), dense(weight, x))


@pytest.mark.parametrize("lies", LIES)
@pytest.mark.parametrize("rows_first", [False, True])
def test_a_residual_need_not_be_contiguous(compiler: bool, rows_first: bool, lies: str) -> None:
    weight, x = sparse(19, 30), noise(21, 30)
    residual = LIES[lies](noise(21, 19, seed=2))
    same(Sparse(weight, 4, rows_first=rows_first)(x, None, residual), dense(weight, x, None, residual))


def test_a_residual_of_another_shape_is_not_read_beyond_its_end(compiler: bool) -> None:
    weight, x, row = torch.randn(8, 12), torch.randn(3, 12), torch.randn(1, 8)
    packed = VectorBlocks((8, 12), 4, 1, 0).pack(weight)
    layer = (packed.values, packed.indices, packed.starts, None)
    result = torch.ops.sparsec.vblock_linear(x, *layer, row, 8, 0, "relu", False, False)
    torch.testing.assert_close(result, F.relu(F.linear(x, weight) + row))
    with pytest.raises(RuntimeError, match="must match"):
        torch.ops.sparsec.vblock_linear(x, *layer, torch.randn(2, 8), 8, 0, "relu", False, False)


def disagreeing(change: str, columns: int, rows: int) -> tuple[Tensor, int, Tensor]:
    """Activations, rows and a bias, one of which does not fit a weight of [rows, columns]."""
    x, bias = noise(3, columns - (change == "few columns")), noise(rows - (change == "short bias"))
    return x, rows - (change == "few rows") + (change == "many rows"), bias


DISAGREEING = ("few columns", "short bias", "few rows", "many rows")


@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize("change", DISAGREEING)
@pytest.mark.parametrize("columns", [1, 4])
def test_nothing_is_read_beyond_the_ends(compiler: bool, change: str, orders: tuple[bool, bool], columns: int) -> None:
    x, rows, bias = disagreeing(change, 13, 10)
    layer = VectorBlocks((10, 13), 4, columns).pack(torch.ones(10, 13))
    packed = (layer.values, layer.indices, layer.starts)
    with pytest.raises(IndexError):
        torch.ops.sparsec.vblock_linear(x.t() if orders[0] else x, *packed, bias, None, rows, 0, "", *orders)


@pytest.mark.parametrize("change", DISAGREEING)
def test_no_convolution_reads_beyond_the_ends(compiler: bool, change: str) -> None:
    x, rows, bias = disagreeing(change, 5, 10)
    layer = VectorBlocks((10, 5 * 9), 4).pack(torch.ones(10, 5 * 9))
    images = x[:, :, None, None].expand(-1, -1, 8, 8)
    sides = ([3, 3], [1, 1], [1, 1], [1, 1], 1)
    with pytest.raises(IndexError):
        torch.ops.sparsec.vblock_conv2d(
            images, layer.values, layer.indices, layer.starts, bias, None, rows, *sides, "relu"
        )


def test_a_weight_that_is_written_is_looked_at_again(compiler: bool) -> None:
    first, second = (VectorBlocks((8, size), 8).pack(torch.ones(8, size).tril(size - 8)) for size in (8, 12))
    packed = (first.values, first.indices, first.starts)

    def call() -> Tensor:
        result: Tensor = torch.ops.sparsec.vblock_linear(noise(3, 8), *packed, None, None, 8, 0, "", False, False)
        return result

    call()
    first.indices.copy_(second.indices[4 : 4 + len(first.indices)])
    with pytest.raises(IndexError):
        call()


def test_a_weight_made_in_inference_mode(compiler: bool) -> None:
    weight, x = sparse(9, 20), noise(3, 20)
    with torch.inference_mode():
        layer = Sparse(weight)
        same(layer(x), dense(weight, x))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("activation", ["", "gelu"])
def test_autocast(compiler: bool, activation: str, dtype: torch.dtype) -> None:
    """As the dense layer: the product is rounded, what is added to it is not."""
    weight, x, bias, residual = sparse(19, 30), noise(21, 30), noise(19, seed=2), noise(21, 19, seed=3)
    layer = Sparse(weight, 4, activation=activation)
    with torch.autocast("cpu", dtype):
        for given in (None, residual, residual.to(dtype)):
            found, wanted = layer(x, bias, given), finished(F.linear(x, weight, bias), given, activation)
            assert found.dtype == wanted.dtype
            torch.testing.assert_close(found, wanted, rtol=2e-2, atol=2e-2)
        assert layer(x.double(), bias.double()).dtype == torch.float64


@pytest.mark.parametrize("dtype", [torch.bfloat16])
def test_autocast_of_convolutions(compiler: bool, dtype: torch.dtype) -> None:
    conv, x = Conv(filters(9, 4, 3, 3), padding=(1, 1), activation="relu"), noise(2, 4, 8, 8)
    with torch.autocast("cpu", dtype):
        found, wanted = conv(x), F.relu(F.conv2d(x, conv.weight, None, *conv.geometry))
    assert found.dtype == wanted.dtype == dtype
    torch.testing.assert_close(found, wanted, rtol=2e-2, atol=2e-2)


def test_autocast_is_recorded(compiler: bool) -> None:
    """What is exported under autocast holds the casts."""
    layer, x = Sparse(sparse(19, 30)), noise(21, 30)
    with torch.autocast("cpu", torch.bfloat16):
        graph = torch.export.export(layer, (x,)).run_decompositions({}).module()
    assert graph(x).dtype == torch.bfloat16


def test_a_bias_need_not_be_contiguous(compiler: bool) -> None:
    weight, x, bias = sparse(19, 30), noise(21, 30), noise(19, 2, seed=2)[:, 1]
    same(Sparse(weight, 4)(x, bias), dense(weight, x, bias))


@pytest.mark.parametrize("orders", ORDERS)
def test_the_result_is_contiguous_and_new(compiler: bool, orders: tuple[bool, bool]) -> None:
    weight, x, residual = sparse(19, 30), noise(2, 21, 30), noise(2, 21, 19)
    made = Sparse(weight, 4, columns_first=orders[0], rows_first=orders[1])
    before = [tensor.clone() for tensor in (x, residual)]
    arguments = made.arguments(x, None, residual)
    y = torch.ops.sparsec.vblock_linear(*arguments)
    assert y.is_contiguous()
    assert y.shape == ((19, 2, 21) if orders[1] else (2, 21, 19))
    assert all(torch.equal(*pair) for pair in zip(before, (x, residual), strict=True))
    assert torch.equal(torch.ops.sparsec.vblock_linear(*arguments), y)


# -------------------------------------------------------------------- what is not finite


@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("number", [NAN, INF, -INF])
def test_what_is_not_finite(number: float, rows: int, orders: tuple[bool, bool]) -> None:
    """As in the dense layer, also where a zero is multiplied: 0 * inf is NaN."""
    weight, x = sparse(35, 50, 0.4), noise(90, 50)
    weight[3:9], weight[:, 11] = 0, 0
    weight[:, 12] = noise(35, seed=5)  # nobody multiplies this one by zero
    x[2, 12], x[17, 11], x[40, 20], x[89, 49] = number, number, number, number
    y, expected = Sparse(weight, rows, columns_first=orders[0], rows_first=orders[1])(x), F.linear(x, weight)
    assert torch.equal(y.isnan(), expected.isnan())
    assert y[2].isinf().any() or number != number
    same(y, expected)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("tokens", [1, 2, 5, 7])
@pytest.mark.parametrize("number", [NAN, INF, -INF])
def test_what_is_not_finite_among_few_tokens(number: float, tokens: int, rows: int) -> None:
    weight, x = sparse(35, 50, 0.4), noise(tokens, 50)
    weight[3:9], weight[:, 11] = 0, 0
    weight[:, 49] = noise(35, seed=5)
    for token, column in ((0, 11), (tokens - 1, 49), (tokens // 2, 20)):
        x = noise(tokens, 50)
        x[token, column] = number
        same(Sparse(weight, rows)(x), F.linear(x, weight))


def test_infinities_of_both_signs(compiler: bool) -> None:
    weight, x = torch.ones(9, 20), noise(18, 20)
    x[3, 4], x[3, 5] = INF, -INF
    x[5, 4] = INF
    y = Sparse(weight)(x)
    assert y[3].isnan().all() and (y[5] == INF).all()
    same(y, F.linear(x, weight))


@pytest.mark.parametrize("number", [NAN, INF, -INF])
def test_a_weight_that_is_not_finite(compiler: bool, number: float) -> None:
    weight, x = sparse(19, 30), noise(21, 30)
    weight[7, 3] = number
    same(Sparse(weight)(x), F.linear(x, weight))


def test_a_bias_and_a_residual_that_are_not_finite(compiler: bool) -> None:
    weight, x, bias, residual = sparse(19, 30), noise(21, 30), noise(19, seed=2), noise(21, 19, seed=3)
    bias[3], bias[4], residual[5, 6], residual[7, 3] = INF, NAN, -INF, -INF
    same(Sparse(weight, activation="relu")(x, bias, residual), dense(weight, x, bias, residual, "relu"))


# -------------------------------------------------------------------- convolutions


@dataclasses.dataclass(frozen=True)
class Conv:
    """A convolution in vector blocks, made of a dense weight [outputs, channels, height, width]."""

    weight: Tensor
    stride: int | tuple[int, int] = 1
    padding: tuple[int, int] = (0, 0)
    dilation: tuple[int, int] = (1, 1)
    rows: int = 8
    activation: str = ""
    groups: int = 1

    @property
    def geometry(self) -> tuple[list[int], list[int], list[int], int]:
        stride = [self.stride] * 2 if isinstance(self.stride, int) else [*self.stride]
        return stride, [*self.padding], [*self.dilation], self.groups

    def arguments(self, x: Tensor, bias: Tensor | None = None, residual: Tensor | None = None) -> tuple[object, ...]:
        matrix = self.weight.flatten(1)
        packed = VectorBlocks((matrix.shape[0], matrix.shape[1]), self.rows, groups=self.groups).pack(matrix)
        tensors = (x, packed.values, packed.indices, packed.starts, bias, residual)
        return (*tensors, len(matrix), [*self.weight.shape[2:]], *self.geometry, self.activation)

    def __call__(self, x: Tensor, bias: Tensor | None = None, residual: Tensor | None = None) -> Tensor:
        y: Tensor = torch.ops.sparsec.vblock_conv2d(*self.arguments(x, bias, residual))
        return y

    def dense(self, x: Tensor, bias: Tensor | None = None, residual: Tensor | None = None) -> Tensor:
        y = F.conv2d(x.double(), self.weight.double(), None if bias is None else bias.double(), *self.geometry)
        return finished(y, None if residual is None else residual.double(), self.activation).float()


def filters(outputs: int, channels: int, height: int, width: int, seed: int = 0) -> Tensor:
    return sparse(outputs, channels * height * width, 0.3, seed).reshape(outputs, channels, height, width)


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[Conv, Tensor]:
    """A convolution and images, which its filters may fit into just once."""
    sizes, gaps = ([draw(st.integers(1, most)) for _ in range(2)] for most in (4, 2))
    groups = draw(st.sampled_from((1, 1, 2, 3)))
    weight = filters(groups * draw(st.integers(1, 20)), draw(st.integers(1, 5)), *sizes, draw(st.integers(0, 9)))
    padding, stride = ([draw(st.integers(least, 3)) for _ in range(2)] for least in (0, 1))
    rows = draw(st.sampled_from(ROWS))
    sides = ((stride[0], stride[1]), (padding[0], padding[1]), (gaps[0], gaps[1]))
    made = Conv(weight, *sides, rows, groups=groups)
    reach = [gap * (size - 1) + 1 for gap, size in zip(gaps, sizes, strict=True)]
    image = [max(1, draw(st.integers(r - 2 * p, r + 20))) for r, p in zip(reach, padding, strict=True)]
    return made, noise(draw(st.integers(0, 3)), groups * weight.shape[1], *image)


@EXAMPLES
@given(convolutions())
def test_any_convolution(case: tuple[Conv, Tensor]) -> None:
    made, x = case
    same(made(x), made.dense(x))


@EXAMPLES
@given(convolutions(), st.booleans(), st.booleans(), st.sampled_from(("", "relu")))
def test_any_convolution_with_what_follows(
    case: tuple[Conv, Tensor], biased: bool, added: bool, activation: str
) -> None:
    made, x = case
    made = dataclasses.replace(made, rows=4, activation=activation)
    bias = noise(len(made.weight), seed=3) if biased else None
    residual = noise(*made.dense(x).shape, seed=4) if added else None
    same(made(x, bias, residual), made.dense(x, bias, residual))


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("number", [NAN, INF, -INF])
def test_images_that_are_not_finite(number: float, kernel: int) -> None:
    x = noise(3, 5, 18, 21)
    x[1, 2, 7, 9] = number
    made = Conv(filters(9, 5, kernel, kernel), padding=(kernel // 2, kernel // 2))
    same(made(x), F.conv2d(x, made.weight, None, *made.geometry))


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("stride", [1, 2])
def test_threads_do_not_change_a_convolution(threads: None, stride: int, kernel: int) -> None:
    made, x = Conv(filters(70, 16, kernel, kernel), stride, (1, 1)), noise(2, 16, 37, 41)
    two = made(x)
    torch.set_num_threads(1)
    assert torch.equal(made(x), two)
    same(two, made.dense(x))


# -------------------------------------------------------------------- features in panels


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Features are put in panels however few blocks read them."""
    for constant in ("WORTH_BLOCKS", "WORTH_BLOCKS_OF_MANY", "WORTH_BLOCKS_THAT_MEET"):
        monkeypatch.setattr(pack, constant, 0)
    plans = (kernels._linear_plan, kernels._conv_plan)
    for plan in plans:
        plan.cache_clear()
    yield
    for plan in plans:
        plan.cache_clear()


@pytest.mark.parametrize("tokens", [2, 15, 16, 17, 33, 130, 333])
@pytest.mark.parametrize("rows_first", [True, False])
def test_features_in_panels(panels: None, rows_first: bool, tokens: int) -> None:
    weight, x, bias, residual = sparse(37, 50), noise(tokens, 50), noise(37, seed=2), noise(tokens, 37, seed=3)
    for rows, column_tile in itertools.product((1, 4, 16), (0, 16)):
        made = Sparse(
            weight, rows, column_tile=column_tile, columns_first=True, rows_first=rows_first, activation="relu"
        )
        same(made(x, bias, residual), dense(weight, x, bias, residual, "relu"))


@pytest.mark.parametrize("size", [(1, 5), (5, 5), (4, 4), (7, 9), (14, 14)])
@pytest.mark.parametrize("images", [0, 1, 3])
def test_images_in_panels(panels: None, images: int, size: tuple[int, int]) -> None:
    for rows in ROWS:
        made = Conv(filters(21, 9, 1, 1), rows=rows, activation="relu")
        x, bias, residual = noise(images, 9, *size), noise(21, seed=3), noise(images, 21, *size, seed=4)
        same(made(x, bias, residual), made.dense(x, bias, residual))


@pytest.mark.parametrize("number", [NAN, INF])
def test_panels_that_are_not_finite(panels: None, number: float) -> None:
    x, made = noise(3, 5, 6, 7), Conv(filters(9, 5, 1, 1))
    x[1, 2, 5, 6] = number
    same(made(x), F.conv2d(x, made.weight))


@COMPILER
@pytest.mark.parametrize(
    ("size", "density", "worth_while"),
    [
        ((7, 7), 0.3, True),
        ((4, 8), 0.3, False),
        ((7, 7), 0.05, False),
        ((17, 17), 0.25, False),
        ((32, 32), 0.1, True),
        ((32, 32), 0.02, False),
        ((16, 32), 0.1, False),
    ],
)
def test_panels_are_made_where_many_blocks_read_them(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], density: float, worth_while: bool
) -> None:
    asked, compiled = [], kernels.compiled

    def watched(spec: object) -> engine.Entry:
        asked.append(spec)
        return compiled(spec)  # type: ignore[arg-type]

    monkeypatch.setattr(kernels, "compiled", watched)
    kernels._conv_plan.cache_clear()
    made, x = Conv(sparse(200, 40, density)[..., None, None], rows=1), noise(2, 40, *size)
    same(made(x), made.dense(x))
    assert (Pack("features") in asked) == worth_while


@pytest.mark.parametrize("number", [NAN, INF, -INF])
@pytest.mark.parametrize("kernel", [1, 3])
def test_what_is_not_finite_stays_in_its_group(compiler: bool, kernel: int, number: float) -> None:
    for rows in ROWS:
        made = Conv(filters(15, 2, kernel, kernel), rows=rows, padding=(1, 0), groups=3)
        x = noise(2, 6, 7, 8)
        x[1, 3, 4, 5] = number
        y = made(x)
        same(y, F.conv2d(x, made.weight, None, *made.geometry))
        assert y[1, 5:10].isfinite().logical_not().any() and y[1, :5].isfinite().all() and y[1, 10:].isfinite().all()


@pytest.mark.parametrize(("groups", "rows", "channels"), [(0, 12, 6), (-1, 12, 6), (4, 12, 6), (3, 11, 6)])
def test_groups_that_do_not_fit(compiler: bool, groups: int, rows: int, channels: int) -> None:
    made = Conv(filters(rows, 2, 3, 3), groups=3)
    arguments = [*dataclasses.replace(made, groups=1).arguments(noise(1, channels, 7, 8))]
    arguments[-2] = groups
    with pytest.raises(IndexError, match="groups"):
        torch.ops.sparsec.vblock_conv2d(*arguments)


def test_images_need_not_be_contiguous(compiler: bool) -> None:
    made = Conv(filters(9, 5, 3, 3), padding=(1, 1))
    x = noise(2, 5, 9, 12).contiguous(memory_format=torch.channels_last)
    residual = noise(2, 9, 9, 12).contiguous(memory_format=torch.channels_last)
    bias = noise(9, 2)[:, 0]
    same(made(x, bias, residual), made.dense(x, bias, residual))


@pytest.mark.parametrize("kernel", [1, 3])
def test_opcheck_of_convolutions(compiler: bool, kernel: int) -> None:
    arguments = Conv(filters(9, 5, kernel, kernel), 2, (1, 0)).arguments(noise(2, 5, 9, 12), noise(9))
    results = torch.library.opcheck(torch.ops.sparsec.vblock_conv2d.default, arguments)
    assert set(results.values()) == {"SUCCESS"}


# -------------------------------------------------------------------- threads


@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize(("rows", "tokens"), [(128, 150), (9, 2000), (2000, 9), (2000, 5), (4000, 1)])
def test_threads_do_not_change_a_bit(threads: None, rows: int, tokens: int, orders: tuple[bool, bool]) -> None:
    """Enough work for two threads, which share the rows or the tokens."""
    weight, x = sparse(rows, 200), noise(tokens, 200)
    made = Sparse(weight, columns_first=orders[0], rows_first=orders[1])
    two = made(x)
    torch.set_num_threads(1)
    assert torch.equal(made(x), two)
    same(two, dense(weight, x))


def test_threads_agree_on_what_is_not_finite(threads: None) -> None:
    weight, x = sparse(128, 200), noise(150, 200)
    x[20, 3], x[149, 199] = INF, NAN
    made = Sparse(weight)
    two = made(x)
    torch.set_num_threads(1)
    torch.testing.assert_close(made(x), two, rtol=0, atol=0, equal_nan=True)


def test_called_from_several_threads_at_once(threads: None) -> None:
    weights = [sparse(96, 130 + n, seed=n) for n in range(4)]
    inputs = [noise(120, 130 + n, seed=n) for n in range(4)]
    expected = [dense(*pair) for pair in zip(weights, inputs, strict=True)]
    made = [Sparse(weight, rows) for weight, rows in zip(weights, (2, 4, 8, 16), strict=True)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            for found, wanted in zip(pool.map(lambda layer, x: layer(x), made, inputs), expected, strict=True):
                same(found, wanted)


# -------------------------------------------------------------------- where there is no kernel


@pytest.mark.parametrize("orders", ORDERS)
def test_without_a_compiler(monkeypatch: pytest.MonkeyPatch, orders: tuple[bool, bool]) -> None:
    without_compiler(monkeypatch)
    for rows in ROWS:
        weight, x, bias = sparse(21, 30), noise(2, 9, 30), noise(21, seed=2)
        residual = noise(2, 9, 21, seed=3)
        made = Sparse(weight, rows, activation="silu", columns_first=orders[0], rows_first=orders[1])
        same(made(x, bias, residual), dense(weight, x, bias, residual, "silu"))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_float64_activations(monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype) -> None:
    without_compiler(monkeypatch)
    weight, x, bias = sparse(21, 30).to(dtype), noise(9, 30).double(), noise(21).double()
    y = Sparse(weight, activation="gelu")(x, bias)
    assert y.dtype is torch.float64
    torch.testing.assert_close(y, F.gelu(F.linear(x, weight.double(), bias)), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_activations(dtype: torch.dtype) -> None:
    weight, x = sparse(21, 30).to(dtype), noise(9, 30).to(dtype)
    y = Sparse(weight)(x)
    assert y.dtype is dtype
    torch.testing.assert_close(y, F.linear(x, weight))


# -------------------------------------------------------------------- inside PyTorch


@pytest.mark.parametrize(("follows", "orders"), [(False, ORDERS[0]), *((True, orders) for orders in ORDERS)])
def test_opcheck(compiler: bool, follows: bool, orders: tuple[bool, bool]) -> None:
    made = Sparse(sparse(11, 20), 4, activation="relu", columns_first=orders[0], rows_first=orders[1])
    x, bias, residual = noise(2, 3, 20), noise(11), noise(2, 3, 11)
    arguments = made.arguments(x, *((bias, residual) if follows else ()))
    results = torch.library.opcheck(torch.ops.sparsec.vblock_linear.default, arguments)
    assert set(results.values()) == {"SUCCESS"}


def test_the_operator_is_its_reference() -> None:
    arguments = Sparse(sparse(11, 20), 4).arguments(noise(3, 20))
    torch.testing.assert_close(torch.ops.sparsec.vblock_linear(*arguments), reference(*arguments))  # type: ignore[arg-type]


class Model(nn.Module):
    """Two sparse layers, the second with a residual."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = Sparse(sparse(24, 20), activation="gelu"), Sparse(sparse(20, 24, seed=1), 4)
        self.bias = nn.Parameter(noise(24, seed=7), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x, self.bias), None, x)


@functools.cache
def model() -> tuple[Model, Tensor]:
    made = Model().eval()
    return made, noise(6, 20)


def test_export_save_load(tmp_path: Path) -> None:
    made, x = model()
    exported = torch.export.export(made, (x,), dynamic_shapes=({0: torch.export.Dim.DYNAMIC},))
    torch.export.save(exported, tmp_path / "model.pt2")
    loaded = torch.export.load(tmp_path / "model.pt2")
    targets = [str(node.target) for node in loaded.graph.nodes]
    assert targets.count("sparsec.vblock_linear.default") == 2
    for tokens in (6, 17):
        x = noise(tokens, 20)
        assert torch.equal(loaded.module()(x), made(x))


@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
def test_torch_compile(backend: str) -> None:
    made, _ = model()
    torch._dynamo.reset()
    compiled = torch.compile(made, backend=backend, fullgraph=True, dynamic=True)
    for tokens in (6, 17):
        x = noise(tokens, 20)
        with torch.no_grad():
            assert torch.equal(compiled(x), made(x))


def test_inductor() -> None:
    made, x = model()
    torch._dynamo.reset()
    with torch.no_grad():
        assert torch.equal(torch.compile(made, fullgraph=True)(x), made(x))
