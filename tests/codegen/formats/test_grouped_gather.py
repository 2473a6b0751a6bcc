"""Groups of rows: what is packed comes back, and plain operations multiply it as a dense weight would be."""

from __future__ import annotations

import os

import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from sparsec.codegen.formats.grouped_gather import GroupedGather, PackedGroups, estimate

EXAMPLES = settings(max_examples=60, deadline=None, derandomize="CI" in os.environ)
DTYPES = (torch.float32, torch.float64, torch.bfloat16)
INF, NAN = float("inf"), float("nan")


def weights(rows: int, columns: int, high: int, density: float, dtype: torch.dtype, seed: int = 0) -> Tensor:
    """Small integers, of which each ``high`` rows, shuffled, read the same columns."""
    random = torch.Generator().manual_seed(seed)
    numbers = torch.randint(1, 5, (rows, columns), generator=random) * (1 - 2 * (torch.arange(columns) % 2))
    kept = (torch.rand(-(-rows // high), columns, generator=random) < density).repeat_interleave(high, 0)[:rows]
    return (numbers * kept)[torch.randperm(rows, generator=random)].to(dtype)


@st.composite
def packings(draw: st.DrawFn) -> tuple[GroupedGather, Tensor]:
    """A form and a weight that fits it; 0 and 1 among the sizes."""
    rows, columns = draw(st.integers(0, 37)), draw(st.integers(0, 37))
    form = GroupedGather((rows, columns), draw(st.integers(1, max(1, rows))))
    high, density = draw(st.sampled_from((1, 4, 8))), draw(st.sampled_from((0.0, 0.02, 0.1, 0.3, 0.8, 1.0)))
    return form, weights(rows, columns, high, density, draw(st.sampled_from(DTYPES)), draw(st.integers(0, 9)))


# -------------------------------------------------------------------- there and back


@EXAMPLES
@given(packings())
def test_unpack_gives_back_what_was_packed(case: tuple[GroupedGather, Tensor]) -> None:
    form, weight = case
    unpacked = form.unpack(form.pack(weight))
    assert unpacked.dtype is weight.dtype
    assert unpacked.is_contiguous()
    assert torch.equal(unpacked, weight)


@EXAMPLES
@given(packings(), st.integers(0, 5))
def test_multiply_is_the_dense_product(case: tuple[GroupedGather, Tensor], tokens: int) -> None:
    form, weight = case
    packed = form.pack(weight)
    random = torch.Generator().manual_seed(1)
    whole = torch.randint(-8, 9, (form.shape[1], tokens), generator=random).double()
    assert torch.equal(form.multiply(packed, whole), weight.double() @ whole)  # sums of integers: exact
    x = torch.randn(form.shape[1], tokens, generator=random, dtype=torch.float64)
    torch.testing.assert_close(form.multiply(packed, x), weight.double() @ x, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("leading", [(), (1,), (3,), (2, 3)])
def test_multiply_takes_dimensions_in_front(leading: tuple[int, ...]) -> None:
    form, weight = GroupedGather((45, 20), 6), weights(45, 20, 8, 0.3, torch.float64)
    x = torch.randn(*leading, 20, 7, dtype=torch.float64)
    torch.testing.assert_close(form.multiply(form.pack(weight), x), weight @ x, rtol=1e-10, atol=1e-10)


@EXAMPLES
@given(packings())
def test_tensors_are_as_the_module_says(case: tuple[GroupedGather, Tensor]) -> None:
    form, weight = case
    packed = form.pack(weight)
    width = packed.values.shape[2]
    assert packed.values.shape == (form.groups, form.rows, width)
    assert packed.columns.shape == (form.groups * width,)
    assert (packed.values.dtype, packed.columns.dtype) == (weight.dtype, torch.int32)
    assert packed.values.is_contiguous() and packed.columns.is_contiguous()
    lists = packed.columns.reshape(form.groups, width)
    assert (lists.diff() > 0).all()
    assert min(1, form.shape[1]) <= width <= form.shape[1]
    # No list is longer than the longest needs to be, and nobody reads what no row of the weight reads.
    needed = packed.values.ne(0).any(1).sum(1)
    assert width == max(min(1, form.shape[1]), *needed.tolist(), 0)
    if weight.any():
        assert weight.ne(0).any(0)[lists.long()].all()
    if packed.order is not None:
        assert (packed.order.dtype, packed.order.shape) == (torch.int64, (form.shape[0],))
        assert packed.order.sort().values.tolist() == list(range(form.shape[0]))


@EXAMPLES
@given(packings())
def test_the_share_is_known_without_packing(case: tuple[GroupedGather, Tensor]) -> None:
    form, weight = case
    packed = form.pack(weight)
    assert form.share(packed) == packed.values.numel() / max(1, weight.numel())
    assert estimate(weight != 0, form.groups) == form.share(packed)


# -------------------------------------------------------------------- which rows form a group


def test_a_shuffled_block_diagonal_is_stored_without_zeros() -> None:
    weight = torch.block_diag(*[torch.ones(8, 5)] * 6)[torch.arange(48) * 7 % 48][:, torch.arange(30) * 7 % 30]
    form = GroupedGather((48, 30), 6)
    packed = form.pack(weight)
    assert packed.order is not None
    assert packed.values.all()
    assert form.share(packed) == 1 / 6
    assert torch.equal(form.unpack(packed), weight)


def test_rows_that_lie_well_stay_where_they_are() -> None:
    packed = GroupedGather((48, 30), 6).pack(torch.block_diag(*[torch.ones(8, 5)] * 6))
    assert packed.order is None
    assert packed.columns.tolist() == list(range(30))


def test_rows_stay_where_they_are_unless_the_longest_list_becomes_shorter() -> None:
    """Another order may read less in all, but one group still reads everything."""
    weight = torch.zeros(8, 12)
    weight[0] = 1
    weight[2::2, :4], weight[1::2, 6:] = 1, 1
    assert GroupedGather((8, 12), 2).pack(weight).order is None


def test_short_lists_are_filled_with_columns_that_others_read() -> None:
    weight = torch.zeros(4, 9)
    weight[:2, [4, 6, 8]], weight[2:, 5] = 1, 1
    packed = GroupedGather((4, 9), 2).pack(weight)
    assert packed.columns.tolist() == [4, 6, 8, 4, 5, 6]
    assert packed.values.tolist() == [[[1.0, 1.0, 1.0]] * 2, [[0.0, 1.0, 0.0]] * 2]


def test_groups_that_do_not_divide_the_rows() -> None:
    weight = weights(7, 6, 1, 0.6, torch.float32)
    form = GroupedGather((7, 6), 4)
    packed = form.pack(weight)
    assert packed.values.shape[:2] == (4, 2)
    assert torch.equal(form.unpack(packed), weight)
    form = GroupedGather((5, 6), 4)  # of two rows: three of them would do
    assert torch.equal(form.unpack(form.pack(weight[:5])), weight[:5])


# -------------------------------------------------------------------- single numbers


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0), (5, 7)])
def test_nothing_to_keep(shape: tuple[int, int]) -> None:
    form = GroupedGather(shape, 1)
    packed = form.pack(torch.zeros(shape))
    assert packed.columns.tolist() == [0] * min(1, shape[1])
    assert torch.equal(form.unpack(packed), torch.zeros(shape))
    assert torch.equal(form.multiply(packed, torch.ones(shape[1], 2)), torch.zeros(shape[0], 2))


def test_minus_zero_is_zero() -> None:
    assert GroupedGather((4, 6), 2).pack(torch.full((4, 6), -0.0)).values.shape == (2, 2, 1)


@pytest.mark.parametrize("odd", [NAN, INF, -INF, 1e-45])
def test_odd_numbers_are_kept(odd: float) -> None:
    weight = torch.zeros(5, 7)
    weight[3, 2] = odd
    form = GroupedGather((5, 7), 2)
    packed = form.pack(weight)
    assert packed.columns.tolist() == [2, 2]
    torch.testing.assert_close(form.unpack(packed), weight, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("odd", [INF, NAN])
def test_odd_activations_spoil_nothing_that_a_dense_product_keeps(odd: float) -> None:
    form, weight = GroupedGather((32, 20), 4), weights(32, 20, 8, 0.3, torch.float64)
    x = torch.ones(20, 20, dtype=torch.float64).fill_diagonal_(odd)  # for each token another
    dense, result = weight @ x, form.multiply(form.pack(weight), x)
    assert result.isnan().sum() < dense.isnan().sum()
    assert not (result.isnan() & ~dense.isnan()).any()


def test_columns_that_nobody_reads_may_hold_anything() -> None:
    weight = torch.tensor([[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 3.0, 0.0]])
    form = GroupedGather((2, 4), 2)
    x = torch.tensor([[1.0], [NAN], [1.0], [INF]])
    assert form.multiply(form.pack(weight), x).tolist() == [[3.0], [3.0]]


def test_a_weight_need_not_be_contiguous() -> None:
    weight = weights(20, 33, 4, 0.3, torch.float32).t()[::3]
    assert not weight.is_contiguous()
    form = GroupedGather((11, 20), 3)
    packed = form.pack(weight)
    assert packed.values.is_contiguous()
    assert torch.equal(form.unpack(packed), weight)


def test_packing_leaves_the_weight_alone() -> None:
    weight = weights(9, 9, 1, 0.9, torch.float32)
    before = weight.clone()
    GroupedGather((9, 9), 1).pack(weight).values.zero_()
    assert torch.equal(weight, before)


def test_a_weight_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3, 4\), not \(4, 3\)"):
        GroupedGather((4, 3), 1).pack(torch.ones(3, 4))


@pytest.mark.parametrize("groups", [-1, 0, 4])
def test_more_groups_than_rows_and_fewer_than_one_are_refused(groups: int) -> None:
    with pytest.raises(ValueError, match=f"3 rows in {groups} groups"):
        GroupedGather((3, 4), groups)


def test_in_words() -> None:
    assert GroupedGather((9, 9), 3).words == "3 groups of rows"


# -------------------------------------------------------------------- plain operations


class Product(nn.Module):
    """``multiply``, on tensors that belong to a model."""

    def __init__(self, form: GroupedGather, packed: PackedGroups) -> None:
        super().__init__()
        self.form = form
        self.values = nn.Parameter(packed.values)
        self.register_buffer("columns", packed.columns)
        self.register_buffer("order", packed.order)

    def forward(self, x: Tensor) -> Tensor:
        packed = PackedGroups(self.values, self.get_buffer("columns"), self.order)
        return self.form.multiply(packed, x)


@pytest.mark.parametrize("ordered", [True, False])
def test_export(ordered: bool) -> None:
    form, weight = GroupedGather((45, 20), 6), weights(45, 20, 8, 0.3, torch.float32)
    packed = form.pack(weight if ordered else weight.sort(0).values)
    assert (packed.order is not None) is ordered
    x = torch.randn(20, 7)
    exported = torch.export.export(Product(form, packed), (x,), dynamic_shapes=({1: torch.export.Dim("tokens")},))
    program = exported.run_decompositions({})
    for tokens in (7, 3):
        torch.testing.assert_close(program.module()(x[:, :tokens]), form.unpack(packed) @ x[:, :tokens])
    targets = [node.target for node in program.graph.nodes if node.op == "call_function"]
    assert targets.count(torch.ops.aten.matmul.default) == 1
    assert targets.count(torch.ops.aten.index_select.default) == 1 + ordered
    assert torch.ops.aten._to_copy.default not in targets  # nothing is converted on the way


def test_onnx_runtime_takes_the_tensors_as_they_are() -> None:
    form, weight = GroupedGather((45, 20), 6), weights(45, 20, 8, 0.3, torch.float32)
    packed = form.pack(weight)
    assert packed.order is not None
    constants = {
        "columns": packed.columns,
        "values": packed.values,
        "order": packed.order,
        "lists": torch.tensor([form.groups, packed.values.shape[2], -1]),
        "rows": torch.tensor([form.groups * form.rows, -1]),
    }
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["x", "columns"], ["gathered"], axis=0),
            helper.make_node("Reshape", ["gathered", "lists"], ["read"]),
            helper.make_node("MatMul", ["values", "read"], ["products"]),
            helper.make_node("Reshape", ["products", "rows"], ["computed"]),
            helper.make_node("Gather", ["computed", "order"], ["y"], axis=0),
        ],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [20, "tokens"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [45, "tokens"])],
        [numpy_helper.from_array(tensor.numpy(), name) for name, tensor in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    x = torch.randn(20, 7)
    torch.testing.assert_close(torch.from_numpy(session.run(None, {"x": x.numpy()})[0]), weight @ x)
