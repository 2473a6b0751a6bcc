"""How zeros lie: masks made by hand, and what is seen in them."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.codegen.formats.patterns import order_of, pattern_of
from sparsec.compiler.ir.packing import BLOCK_ROWS


def scattered(rows: int, columns: int, density: float, seed: int = 0) -> Tensor:
    return (torch.rand(rows, columns, generator=torch.Generator().manual_seed(seed)) < density).float()


def in_blocks(rows: int, columns: int, high: int, wide: int, density: float = 0.25) -> Tensor:
    """Blocks of high x wide that are whole or gone."""
    small = scattered(rows // high, columns // wide, density)
    return small.repeat_interleave(high, 0).repeat_interleave(wide, 1)


def two_of_four(rows: int, columns: int) -> Tensor:
    """Two of each four neighbours, which two differs from row to row."""
    order = torch.rand(rows, columns // 4, 4, generator=torch.Generator().manual_seed(0)).argsort(2)
    return (order < 2).reshape(rows, columns).float()


# -------------------------------------------------------------------- density


def test_density_counts_what_is_not_zero() -> None:
    weight = torch.tensor([[1.0, 0.0, -0.0, 2.0], [0.0, float("nan"), 0.0, 0.0]])
    assert pattern_of(weight).density == 3 / 8


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_an_empty_weight(shape: tuple[int, int]) -> None:
    pattern = pattern_of(torch.zeros(shape))
    assert pattern.density == 0
    assert (pattern.row_skew, pattern.column_skew, pattern.n_of_m, pattern.groups) == (1, 1, None, {})
    assert set(pattern.blocks.values()) == {0}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16, torch.int8])
def test_any_dtype(dtype: torch.dtype) -> None:
    weight = two_of_four(24, 16)
    assert pattern_of(weight.to(dtype)) == pattern_of(weight)


# -------------------------------------------------------------------- blocks


def test_every_shape_of_block_is_looked_at() -> None:
    assert pattern_of(torch.ones(3, 3)).blocks.keys() == {(rows, 1) for rows in BLOCK_ROWS}


def test_one_number_fills_one_block() -> None:
    weight = torch.zeros(64, 64)
    weight[17, 33] = 1
    pattern = pattern_of(weight)
    for (rows, columns), share in pattern.blocks.items():
        assert share == rows * columns / 64**2
    assert (pattern.row_skew, pattern.column_skew) == (64, 64)


@pytest.mark.parametrize("rows", [2, 4, 8, 16])
def test_blocks_of_one_column(rows: int) -> None:
    weight = in_blocks(64, 48, rows, 1)
    pattern = pattern_of(weight)
    assert pattern.best_vector == (rows, 1)
    for smaller in (1, 2, 4, 8, 16):
        if smaller <= rows:
            assert pattern.blocks[smaller, 1] == pattern.density
        else:
            assert pattern.blocks[smaller, 1] > 1.2 * pattern.density


def test_blocks_of_several_columns() -> None:
    pattern = pattern_of(in_blocks(64, 64, 8, 4))
    assert pattern.blocks[8, 1] == pattern.density
    assert pattern.blocks[16, 1] > pattern.density


def test_blocks_where_rows_are_gone() -> None:
    """Removing channels leaves groups of unequal height; the rows of each still read the same columns."""
    weight = in_blocks(64, 48, 8, 1)[torch.arange(64) % 8 != 3]
    pattern = pattern_of(weight)
    filled = 8 / 7  # blocks of 8 with 7 rows
    assert pattern.blocks[8, 1] == pytest.approx(filled * pattern.density)
    assert pattern.blocks[1, 1] == pattern.density


def test_blocks_of_which_part_hangs_over_the_edge() -> None:
    pattern = pattern_of(torch.ones(9, 5))
    assert pattern.blocks[8, 1] == 2 * 8 * 5 / 45
    assert pattern.density == 1


def test_scattered_zeros_fill_blocks() -> None:
    pattern = pattern_of(scattered(128, 128, 0.2))
    assert pattern.best_vector == (1, 1)
    shares = [pattern.blocks[rows, 1] for rows in (1, 2, 4, 8, 16)]
    assert shares == sorted(shares) and shares[3] > 0.7


TILES = ((32, 32), (64, 64), (128, 64), (24, 8), (16, 16), (20, 3), (1, 1), (64, 1))


@pytest.mark.parametrize("weight", [in_blocks(256, 192, 32, 16), scattered(100, 70, 0.01), torch.zeros(5, 3)], ids=str)
def test_shapes_that_a_target_asks_about(weight: Tensor) -> None:
    found = pattern_of(weight, TILES).tiles
    assert found.keys() == {*TILES} and not pattern_of(weight).tiles
    for (rows, columns), share in found.items():
        whole = torch.nn.functional.pad(weight, (0, -weight.shape[1] % columns, 0, -weight.shape[0] % rows))
        blocks = whole.unflatten(0, (-1, rows)).unflatten(2, (-1, columns)).transpose(1, 2).flatten(2)
        assert share == int(blocks.any(2).sum()) * rows * columns / weight.numel()


def test_times_depend_on_the_shapes_that_were_asked_about() -> None:
    one, other = (pattern_of(in_blocks(256, 256, high, 64), TILES) for high in (64, 32))
    assert one.key != other.key and one.key.startswith(pattern_of(in_blocks(256, 256, 64, 64)).key.partition(" ")[0])


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_an_empty_weight_holds_no_blocks(shape: tuple[int, int]) -> None:
    assert {*pattern_of(torch.zeros(shape), TILES).tiles.values()} == {0}


# -------------------------------------------------------------------- N:M


def test_two_of_four() -> None:
    pattern = pattern_of(two_of_four(32, 32))
    assert pattern.n_of_m == (2, 4)
    assert pattern.density == 0.5


def test_four_of_eight_is_not_two_of_four() -> None:
    weight = torch.zeros(4, 16)
    weight[:, [0, 1, 2, 3, 8, 9, 10, 15]] = 1
    assert pattern_of(weight).n_of_m == (4, 8)


def test_eight_of_sixteen() -> None:
    weight = torch.zeros(4, 32)
    weight[:, :8], weight[:, 20:27] = 1, 1
    assert pattern_of(weight).n_of_m == (8, 16)


def test_one_of_four() -> None:
    weight = torch.zeros(4, 8)
    weight[:, 1::4] = 1
    assert pattern_of(weight).n_of_m == (1, 4)


@pytest.mark.parametrize(
    "weight",
    [torch.ones(4, 16), torch.zeros(4, 16), scattered(64, 64, 0.3), two_of_four(8, 16)[:, :-1]],
    ids=["no zeros", "only zeros", "scattered", "no whole groups"],
)
def test_not_n_of_m(weight: Tensor) -> None:
    assert pattern_of(weight).n_of_m is None


# -------------------------------------------------------------------- groups and skew


def test_groups_of_rows_that_read_the_same_columns() -> None:
    weight = torch.zeros(64, 40)
    weight[:32, :10], weight[32:, 30:] = 1, 1
    assert pattern_of(weight).groups == {2: 0.25, 4: 0.25}
    mixed = weight[torch.randperm(64, generator=torch.Generator().manual_seed(0))]
    assert pattern_of(mixed).groups == {2: 0.25, 4: 0.25}


@pytest.mark.parametrize(("rows", "groups"), [(31, set()), (32, {2}), (255, {2, 4, 8}), (512, {2, 4, 8, 16, 32})])
def test_groups_have_many_rows(rows: int, groups: set[int]) -> None:
    assert pattern_of(torch.ones(rows, 4)).groups.keys() == groups


# -------------------------------------------------------------------- another order of the rows


def mixed(weight: Tensor, seed: int = 0) -> Tensor:
    return weight[torch.randperm(len(weight), generator=torch.Generator().manual_seed(seed))]


@pytest.mark.parametrize("rows", [4, 8, 16])
def test_rows_that_were_mixed_are_put_in_order(rows: int) -> None:
    weight = in_blocks(128, 96, rows, 1)
    assert pattern_of(weight).order is None
    pattern = pattern_of(mixed(weight))
    assert pattern.order is not None
    assert torch.equal(pattern.order.sort().values, torch.arange(128))
    assert pattern.best_vector == (rows, 1)
    assert pattern.blocks[rows, 1] == pattern.density
    assert pattern.words().endswith(f"in blocks of {rows} x 1 in another order of rows")


def test_one_order_serves_large_groups_and_small_blocks() -> None:
    weight = mixed(in_blocks(256, 96, 64, 1))
    order = order_of(weight != 0)
    assert order is not None
    for rows in (16, 64):
        assert pattern_of(weight[order]).blocks[16, 1] == pattern_of(weight).density
        runs = (weight[order] != 0).reshape(-1, rows, 96)
        assert torch.equal(runs.any(1), runs.all(1))


@pytest.mark.parametrize(
    "weight",
    [scattered(128, 96, 0.2), torch.ones(64, 48), torch.zeros(64, 48), in_blocks(64, 48, 8, 1), torch.ones(1, 1)],
    ids=["scattered", "dense", "zero", "in order", "one number"],
)
def test_no_other_order_where_none_is_better(weight: Tensor) -> None:
    assert order_of(weight != 0) is None


def test_skew() -> None:
    weight = torch.zeros(4, 8)
    weight[0] = 1  # 8, 0, 0, 0
    pattern = pattern_of(weight)
    assert (pattern.row_skew, pattern.column_skew) == (4, 1)
    pattern = pattern_of(weight.t())
    assert (pattern.row_skew, pattern.column_skew) == (1, 4)


# -------------------------------------------------------------------- in words

UNEVEN = torch.zeros(8, 16)
UNEVEN[0, :14], UNEVEN[1:, 3] = 1, 1

WORDS = {
    "no zeros": torch.ones(16, 16),
    "all zero": torch.zeros(16, 16),
    "80% zero, scattered": scattered(200, 200, 0.2),
    "50% zero, 2:4": two_of_four(64, 64),
    "80% zero, in blocks of 8 x 1": torch.eye(5).repeat_interleave(2, 1).repeat_interleave(8, 0),
    "84% zero, rows uneven (5.3 times the average)": UNEVEN,
}


def test_words_of_blocks_and_n_of_m() -> None:
    assert pattern_of(two_of_four(4, 32).repeat_interleave(8, 0)).words() == "50% zero, 2:4, in blocks of 8 x 1"


def test_words_of_blocks_that_a_target_asks_about() -> None:
    weight = in_blocks(256, 256, 64, 64)
    assert pattern_of(weight, TILES).words() == "75% zero, in blocks of 64 x 64"
    assert pattern_of(weight).words() == "75% zero, in blocks of 16 x 1"
    assert pattern_of(scattered(200, 200, 0.2), TILES).words() == "80% zero, scattered"
    shuffled = mixed(in_blocks(128, 96, 8, 1))
    assert pattern_of(shuffled, TILES).words() == pattern_of(shuffled).words()


@pytest.mark.parametrize("words", WORDS)
def test_words(words: str) -> None:
    assert pattern_of(WORDS[words]).words() == words
