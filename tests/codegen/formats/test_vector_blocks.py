"""Vector blocks: what is packed comes back, and is multiplied as a dense weight would be."""

from __future__ import annotations

import itertools
import os
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from sparsec.codegen.formats import vector_blocks
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.vector_blocks import START_ENTRIES, TIGHT_RATIO, Packed, VectorBlocks, cut
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.packing import Means, SparseLayer
from sparsec.compiler.ir.window import Window

EXAMPLES = settings(max_examples=60, deadline=None, derandomize="CI" in os.environ)
DTYPES = (torch.float32, torch.float64, torch.bfloat16, torch.int8)
ROWS, COLUMNS = (1, 2, 4, 8, 16), (1, 4)


def weights(rows: int, columns: int, density: float, dtype: torch.dtype, seed: int = 0) -> Tensor:
    """Small integers, which every dtype holds exactly, and whose sums have no rounding."""
    random = torch.Generator().manual_seed(seed)
    numbers = torch.randint(1, 5, (rows, columns), generator=random) * (1 - 2 * (torch.arange(columns) % 2))
    kept = torch.rand(rows, columns, generator=random) < density
    return (numbers * kept).to(dtype)


@st.composite
def packings(draw: st.DrawFn) -> tuple[VectorBlocks, Tensor]:
    """A form and a weight that fits it; 0 and 1 among the sizes."""
    rows, columns = draw(st.integers(0, 37)), draw(st.integers(0, 37))
    block_columns = draw(st.sampled_from(COLUMNS))
    column_tile = block_columns * draw(st.sampled_from((0, 1, 2, 5, 16)))
    form = VectorBlocks((rows, columns), draw(st.sampled_from(ROWS)), block_columns, column_tile)
    density = draw(st.sampled_from((0.0, 0.02, 0.1, 0.3, 0.8, 1.0)))
    return form, weights(rows, columns, density, draw(st.sampled_from(DTYPES)), draw(st.integers(0, 9)))


@pytest.mark.parametrize(
    ("window", "tiled"),
    [(Window((3, 3), padding=(1, 1)), True), (Window((1, 1)), False), (Window((3, 3), groups=2), False)],
    ids=lambda value: getattr(value, "words", str(value)),
)
def test_scattered_windows_of_one_group_may_come_in_column_tiles(window: Window, tiled: bool) -> None:
    weight = weights(64, 64 * 9, 0.1, torch.float32)
    layer = SparseLayer(weight, pattern_of(weight), 196, window, (1, 14, 14))
    found = VectorBlocks.candidates(layer, Means())
    assert {form.column_tile for form in found.values()} == ({0, 192, 384} if tiled else {0})


# -------------------------------------------------------------------- there and back


@EXAMPLES
@given(packings())
def test_unpack_gives_back_what_was_packed(case: tuple[VectorBlocks, Tensor]) -> None:
    form, weight = case
    unpacked = form.unpack(form.pack(weight))
    assert unpacked.dtype is weight.dtype
    assert unpacked.is_contiguous()
    assert torch.equal(unpacked, weight)


@EXAMPLES
@given(packings(), st.integers(0, 5))
def test_multiply_is_the_dense_product(case: tuple[VectorBlocks, Tensor], tokens: int) -> None:
    form, weight = case
    x = torch.randint(-8, 9, (form.shape[1], tokens), generator=torch.Generator().manual_seed(1)).double()
    assert torch.equal(form.multiply(form.pack(weight), x), weight.double() @ x)  # sums of integers: exact


def rows_of_blocks(form: VectorBlocks, packed: Packed) -> int:
    """In each column tile: where rows are cut evenly, as many as R goes into them."""
    found, rest = divmod(len(packed.starts) - 1, form.column_tiles)
    assert not rest and found >= -(-form.shape[0] // form.rows)
    return found


@EXAMPLES
@given(packings())
def test_tensors_are_as_the_module_says(case: tuple[VectorBlocks, Tensor]) -> None:
    form, weight = case
    packed = form.pack(weight)
    entries, blocks = len(packed.values) - 1, rows_of_blocks(form, packed)
    assert packed.values.shape == (entries + 1, form.columns, form.rows)
    assert packed.indices.shape == (entries + 1,)
    assert packed.starts.shape == (form.column_tiles * blocks + 1, 2)
    assert (packed.values.dtype, packed.starts.dtype) == (weight.dtype, torch.int32)
    assert all(tensor.is_contiguous() for tensor in (packed.values, packed.indices, packed.starts))
    assert not packed.values[-1].any()  # one more than there are
    assert packed.values[:-1].flatten(1).any(1).all()  # and none of zeros alone
    # Entries are counted through; rows begin anew in each column tile.
    assert packed.starts[0, 0] == 0 and packed.starts[-1].tolist() == [entries, form.shape[0]]
    assert (packed.starts[:, 0].diff() >= 0).all()
    tops = packed.starts[:-1, 1].reshape(form.column_tiles, blocks)
    assert (tops == tops[:1]).all()
    heights = torch.cat([tops[0], packed.starts[-1:, 1]]).diff()
    assert ((heights > 0) & (heights <= form.rows)).all()


@EXAMPLES
@given(packings())
def test_entries_lie_in_order_and_within_their_column_tile(case: tuple[VectorBlocks, Tensor]) -> None:
    form, weight = case
    packed = form.pack(weight)
    columns = form.coordinates(packed)[1] * form.columns
    width = form.column_tile or max(1, form.shape[1])
    counts = packed.starts[:, 0].diff().tolist()
    for number, run in enumerate(columns.split(counts)):
        column_tile = number // max(1, rows_of_blocks(form, packed))
        assert (run.diff() > 0).all()
        assert (run // width == column_tile).all()


# -------------------------------------------------------------------- single numbers


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("columns", COLUMNS)
def test_all_zero(rows: int, columns: int) -> None:
    form = VectorBlocks((13, 9), rows, columns)
    packed = form.pack(torch.zeros(13, 9))
    assert packed.values.shape == (1, columns, rows)
    assert len(packed.starts) == -(-13 // rows) + 1  # each row of blocks has a result: zero
    assert torch.equal(form.unpack(packed), torch.zeros(13, 9))
    assert torch.equal(form.multiply(packed, torch.ones(9, 2)), torch.zeros(13, 2))


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("columns", COLUMNS)
def test_all_dense(rows: int, columns: int) -> None:
    weight = weights(13, 9, 1.0, torch.float32)
    form = VectorBlocks((13, 9), rows, columns)
    packed = form.pack(weight)
    assert len(packed.values) - 1 == -(-13 // rows) * -(-9 // columns)
    assert torch.equal(form.unpack(packed), weight)


def test_minus_zero_is_zero() -> None:
    form = VectorBlocks((4, 6), 2)
    assert len(form.pack(torch.full((4, 6), -0.0)).values) == 1


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -float("inf"), 1e-45])
def test_odd_numbers_are_kept(odd: float) -> None:
    weight = torch.zeros(5, 7)
    weight[3, 2] = odd
    form = VectorBlocks((5, 7), 4)
    packed = form.pack(weight)
    assert len(packed.values) == 2
    torch.testing.assert_close(form.unpack(packed), weight, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_weight_need_not_be_contiguous(dtype: torch.dtype) -> None:
    weight = weights(20, 33, 0.3, dtype).t()[::3]
    assert not weight.is_contiguous()
    form = VectorBlocks((11, 20), 4)
    packed = form.pack(weight)
    assert all(t.is_contiguous() for t in (packed.values, packed.indices, packed.starts))
    assert torch.equal(form.unpack(packed), weight)


def test_packing_leaves_the_weight_alone() -> None:
    weight = weights(9, 9, 0.5, torch.float32)
    before = weight.clone()
    form = VectorBlocks((9, 9), 4)
    packed = form.pack(weight)
    packed.values.zero_()
    assert torch.equal(weight, before)


def test_a_weight_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3, 4\), not \(4, 3\)"):
        VectorBlocks((4, 3), 1).pack(torch.ones(3, 4))


def test_columns_that_nobody_reads_may_hold_anything() -> None:
    weight = torch.tensor([[1.0, 0.0, 2.0]])
    form = VectorBlocks((1, 3), 1)
    x = torch.tensor([[1.0], [float("nan")], [1.0]])
    assert form.multiply(form.pack(weight), x).tolist() == [[3.0]]


# -------------------------------------------------------------------- how columns are numbered


@pytest.mark.parametrize(("columns", "dtype"), [(65536, torch.int16), (65537, torch.int32)])
def test_the_smallest_index_that_holds_every_column(columns: int, dtype: torch.dtype) -> None:
    form = VectorBlocks((2, columns), 2)
    weight = torch.zeros(2, columns)
    places = [0, 32767, 32768, columns - 1]  # those from 32768 on are negative as int16
    weight[1, places] = 1.0
    packed = form.pack(weight)
    assert form.index_dtype is packed.indices.dtype is dtype
    assert form.coordinates(packed)[1].tolist() == places
    assert torch.equal(form.unpack(packed), weight)
    x = torch.arange(columns, dtype=torch.float64)[:, None]
    assert form.multiply(packed, x).flatten().tolist() == [0.0, float(sum(places))]


def test_blocks_of_several_columns_count_by_block() -> None:
    assert VectorBlocks((1, 4 * 65536), 1, 4).index_dtype is torch.int16
    assert VectorBlocks((1, 4 * 65536 + 1), 1, 4).index_dtype is torch.int32


def test_more_blocks_than_can_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_blocks, "MOST_ENTRIES", 5)
    form = VectorBlocks((2, 6), 2)
    with pytest.raises(UserError) as caught:
        form.pack(torch.ones(2, 6))
    assert caught.value.code == "too-large"
    weight = torch.ones(2, 6)
    weight[:, 0] = 0
    assert len(form.pack(weight).values) == 6  # five are not too many


# -------------------------------------------------------------------- which rows form a block


def test_where_rows_are_gone_the_others_stay_together() -> None:
    """Groups of 8 rows read the same columns; some rows are gone: no group is torn."""
    groups = torch.zeros(4, 24, dtype=torch.bool)
    for number in range(4):
        groups[number, 6 * number : 6 * number + 6] = True
    kept = groups.repeat_interleave(torch.tensor([8, 7, 8, 5]), 0)
    assert cut(kept, 8).tolist() == [0, 8, 15, 23, 28]
    form = VectorBlocks((28, 24), 8)
    assert len(form.pack(kept.float()).values) - 1 == 4 * 6


def test_rows_are_cut_evenly_where_nothing_is_gained() -> None:
    assert cut(torch.ones(10, 3, dtype=torch.bool), 4).tolist() == [0, 4, 8, 10]
    assert cut(torch.ones(3, 3, dtype=torch.bool), 1).tolist() == [0, 1, 2, 3]
    assert cut(torch.ones(3, 3, dtype=torch.bool), 16).tolist() == [0, 3]
    assert cut(torch.ones(0, 3, dtype=torch.bool), 4).tolist() == [0]


def test_large_weights_are_cut_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = torch.zeros(7, 40, dtype=torch.bool)
    kept[:3, :20], kept[3:, 20:] = True, True
    assert cut(kept, 4).tolist() == [0, 3, 7]
    monkeypatch.setattr(vector_blocks, "SEARCHED_NUMBERS", 7 * 40 * 4 - 1)
    assert cut(kept, 4).tolist() == [0, 4, 7]


def price(kept: Tensor, first: list[int]) -> int:
    """What runs of rows read, and ``START_ENTRIES`` for each."""
    return sum(int(kept[a:b].any(0).sum()) + START_ENTRIES for a, b in itertools.pairwise(first))


@settings(EXAMPLES, max_examples=100)
@given(st.integers(1, 9), st.integers(1, 12), st.sampled_from((2, 4, 8)), st.floats(0, 1), st.integers(0, 99))
def test_no_other_cut_is_better(rows: int, columns: int, most: int, density: float, seed: int) -> None:
    kept = torch.rand(rows, columns, generator=torch.Generator().manual_seed(seed)) < density
    best = min(
        price(kept, [0, *inner, rows])
        for count in range(rows)
        for inner in itertools.combinations(range(1, rows), count)
        if all(b - a <= most for a, b in itertools.pairwise([0, *inner, rows]))
    )
    found = cut(kept, most).tolist()
    assert found[0] == 0 and found[-1] == rows
    assert all(0 < b - a <= most for a, b in itertools.pairwise(found))
    assert best <= price(kept, found) <= TIGHT_RATIO * best


def test_the_cut_sees_blocks_of_several_columns() -> None:
    """What counts for C = 4 is which blocks of four columns are read, not which columns."""
    weight = torch.zeros(6, 40)
    weight[:3, 0:20:4], weight[3:, 20:40:4] = 1, 1
    weight[1] = weight[1].roll(1)  # other columns of the same blocks
    form = VectorBlocks((6, 40), 4, 4)
    packed: Any = form.pack(weight)
    assert packed.starts.tolist() == [[0, 0], [5, 3], [10, 6]]
    assert torch.equal(form.unpack(packed), weight)
