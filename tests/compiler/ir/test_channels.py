"""Position labels: atoms unify, kept positions close under constraints."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparsec.compiler.ir.channels import Atoms, Channels, compact


def test_fresh_atoms_are_distinct() -> None:
    atoms = Atoms()
    a, b = atoms.fresh((2, 3)), atoms.fresh((4,))
    assert a.shape == (2, 3)
    assert len({*a.ravel().tolist(), *b.tolist()}) == len(atoms) == 10
    assert np.array_equal(atoms.find(a), a)


def test_tie_broadcasts() -> None:
    atoms = Atoms()
    table = atoms.fresh((2, 3))
    atoms.tie(table, table[:, :1])
    roots = atoms.find(table)
    assert (roots == roots[:, :1]).all()
    assert roots[0, 0] != roots[1, 0]


def test_one_atom_tied_to_many_at_once() -> None:
    atoms = Atoms()
    one, many = atoms.fresh(), atoms.fresh((5,))
    atoms.tie(many, one)
    assert len(np.unique(atoms.find(many))) == 1


def test_more_atoms_than_there_was_room_for() -> None:
    atoms = Atoms()
    first, large = atoms.fresh((1000,)), atoms.fresh((5000,))
    assert np.array_equal(atoms.find(first), first)
    assert np.array_equal(atoms.find(large), large)
    atoms.tie(first, large[:1000])
    more = atoms.fresh((20000,))
    assert np.array_equal(atoms.find(first), atoms.find(large[:1000]))
    assert np.array_equal(atoms.find(more), more)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30), st.booleans())
def test_ties_are_the_connected_components(pairs: list[tuple[int, int]], at_once: bool) -> None:
    atoms = Atoms()
    labels = atoms.fresh((20,))
    left, right = (np.array([p[side] for p in pairs], dtype=np.int64) for side in (0, 1))
    if at_once:
        atoms.tie(labels[left], labels[right])
    else:
        for a, b in pairs:
            atoms.tie(labels[a], labels[b])
    group = {i: {i} for i in range(20)}
    for a, b in pairs:
        merged = group[a] | group[b]
        for member in merged:
            group[member] = merged
    roots = atoms.find(labels)
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


def test_compact_finds_a_full_product() -> None:
    mask = np.outer([True, False, True], [False, True, True, True])
    rows, columns = compact(mask) or ([], [])
    assert [*rows] == [0, 2]
    assert [*columns] == [1, 2, 3]


def test_compact_of_anything_else() -> None:
    assert compact(np.array([[True, False], [True, True]])) is None
    assert compact(np.array(True)) == ()
