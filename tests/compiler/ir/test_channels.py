"""Position labels: channel ids unify, kept positions close under constraints."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparsec.compiler.ir.channels import ChannelIds, Channels, Part, product


def test_fresh_ids_are_distinct() -> None:
    ids = ChannelIds()
    a, b = ids.fresh((2, 3)), ids.fresh((4,))
    assert a.shape == (2, 3)
    assert len({*a.ravel().tolist(), *b.tolist()}) == len(ids) == 10
    assert np.array_equal(ids.find(a), a)


def test_tie_broadcasts() -> None:
    ids = ChannelIds()
    table = ids.fresh((2, 3))
    ids.tie(table, table[:, :1])
    roots = ids.find(table)
    assert (roots == roots[:, :1]).all()
    assert roots[0, 0] != roots[1, 0]


def test_one_id_tied_to_many_at_once() -> None:
    ids = ChannelIds()
    one, many = ids.fresh(), ids.fresh((5,))
    ids.tie(many, one)
    assert len(np.unique(ids.find(many))) == 1


def test_more_ids_than_there_was_room_for() -> None:
    ids = ChannelIds()
    first, large = ids.fresh((1000,)), ids.fresh((5000,))
    assert np.array_equal(ids.find(first), first)
    assert np.array_equal(ids.find(large), large)
    ids.tie(first, large[:1000])
    more = ids.fresh((20000,))
    assert np.array_equal(ids.find(first), ids.find(large[:1000]))
    assert np.array_equal(ids.find(more), more)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30), st.booleans())
def test_ties_are_the_connected_components(pairs: list[tuple[int, int]], at_once: bool) -> None:
    ids = ChannelIds()
    labels = ids.fresh((20,))
    left, right = (np.array([p[side] for p in pairs], dtype=np.int64) for side in (0, 1))
    if at_once:
        ids.tie(labels[left], labels[right])
    else:
        for a, b in pairs:
            ids.tie(labels[a], labels[b])
    group = {i: {i} for i in range(20)}
    for a, b in pairs:
        merged = group[a] | group[b]
        for member in merged:
            group[member] = merged
    roots = ids.find(labels)
    assert all((roots[a] == roots[b]) == (b in group[a]) for a in range(20) for b in range(20))


def test_labels_have_the_rank_of_their_dimensions() -> None:
    with pytest.raises(ValueError, match="2 label dimensions"):
        Channels((1,), np.zeros((2, 2), dtype=np.int64))


@pytest.mark.parametrize("dims", [(2, 1), (1, 1)])
def test_dimensions_ascend(dims: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="not in ascending order"):
        Channels(dims, np.zeros((2, 2), dtype=np.int64))


def test_along() -> None:
    channels = Channels((1, 3), np.zeros((2, 2), dtype=np.int64))
    assert [channels.along(d) for d in range(4)] == [None, 0, None, 1]


def test_a_box_is_a_full_product() -> None:
    ids = ChannelIds()
    labels = ids.fresh((3, 4))
    constraint = product([Part(labels, ("row", "column"))], "why", ids)
    kept = np.zeros(len(ids), dtype=np.bool_)
    kept[[0, 5]] = True
    assert constraint.close(kept)
    assert np.flatnonzero(kept).tolist() == [0, 1, 4, 5]
    assert not constraint.close(kept)


def test_parts_of_a_box_agree_on_the_index_that_they_share() -> None:
    ids = ChannelIds()
    heads, bias = ids.fresh((2, 3)), ids.fresh((2,))
    constraint = product([Part(heads, ("head", "size")), Part(bias, ("head",))], "why", ids)
    kept = np.zeros(len(ids), dtype=np.bool_)
    kept[heads[1, 2]] = True
    assert constraint.close(kept)
    assert kept[bias].tolist() == [False, True]


def test_a_part_of_which_nothing_is_kept_gets_its_first_position() -> None:
    ids = ChannelIds()
    result, operand = ids.fresh((2,)), ids.fresh((3,))
    constraint = product([Part(result, ("out",)), Part(operand, ("in",))], "why", ids)
    kept = np.zeros(len(ids), dtype=np.bool_)
    assert not constraint.close(kept)  # nothing to agree on
    kept[result[1]] = True
    assert constraint.close(kept)
    assert kept[operand].tolist() == [True, False, False]


def test_a_reader_may_tell_positions_apart_along_some_dimensions_only() -> None:
    channels = Channels((1, 3), np.arange(6).reshape(2, 3))
    assert channels.only({3}).labels.tolist() == [0, 1, 2]
    assert channels.only({1, 3}) is channels
    mask = np.array([True, False, True])
    assert channels.spread(mask, {3}).tolist() == [[True, False, True]] * 2
    both = np.array([[True, True, False], [True, False, False]])
    assert channels.reduced(both, {3}).tolist() == [True, False, False]
    assert channels.anywhere(both, {3}).tolist() == [True, True, False]
