"""What would lead a kernel astray is refused before it runs."""

from __future__ import annotations

import gc
from typing import Any

import pytest
import torch
from torch import Tensor

from sparsec.codegen.formats.bsr import Bsr
from sparsec.codegen.formats.n24 import N24
from sparsec.codegen.formats.row_groups import RowGroups
from sparsec.codegen.operators import BSR_LINEAR, GATHER_LINEAR, N24_LINEAR, SKIP_LINEAR, Operator, reach

ROWS, COLUMNS = 20, 24
WEIGHT = torch.randn(ROWS, COLUMNS, generator=torch.Generator().manual_seed(0)) * (torch.arange(COLUMNS) % 4 < 2)


def given(operator: Operator) -> dict[str, Any]:
    """Arguments of a call that is right."""
    shape = (ROWS, COLUMNS)
    packed: dict[Operator, Any] = {
        BSR_LINEAR: Bsr(shape, 8, 2).pack(WEIGHT),
        GATHER_LINEAR: RowGroups(shape, 8, 4).pack(WEIGHT),
        N24_LINEAR: N24(shape).pack(WEIGHT),
        SKIP_LINEAR: None,
    }
    found = {"x": torch.randn(5, COLUMNS), "bias": torch.randn(ROWS), "residual": torch.randn(5, ROWS)}
    found |= {} if packed[operator] is None else vars(packed[operator])
    found["gate"] = torch.randn(5, ROWS)
    found |= {"weight": WEIGHT.T.contiguous(), "threshold": 0.5, "out_features": ROWS, "activation": ""}
    return found | {"columns_first": False, "rows_first": False}


def call(operator: Operator, named: dict[str, Any]) -> Tensor:
    with torch.no_grad():
        result: Tensor = operator.op(*(named[argument.name] for argument in operator.op._schema.arguments))
    return result


def put(table: Tensor, place: tuple[int, ...], value: int) -> Tensor:
    table = table.clone()
    table[place] = value
    return table


BLOCKS = "the rows of blocks are not made of 18 entries"
PARTS = "the parts are not those of the rows"
WRONG: list[tuple[Operator, str, Any, str]] = [
    *(
        (operator, "x", lambda x: x[:, :-8], "columns")
        for operator in (BSR_LINEAR, GATHER_LINEAR, N24_LINEAR, SKIP_LINEAR)
    ),
    *(
        (operator, "bias", lambda b: b[1:], "19.* numbers for 20 rows")
        for operator in (BSR_LINEAR, N24_LINEAR, SKIP_LINEAR)
    ),
    *(
        (operator, "residual", lambda r: r[:1], "a residual of")
        for operator in (BSR_LINEAR, GATHER_LINEAR, N24_LINEAR, SKIP_LINEAR)
    ),
    *(
        (operator, "gate", lambda g: g[:1], "a gate of")
        for operator in (BSR_LINEAR, GATHER_LINEAR, N24_LINEAR, SKIP_LINEAR)
    ),
    *((operator, "out_features", lambda n: n + 8, "28 rows in") for operator in (BSR_LINEAR, GATHER_LINEAR)),
    *((operator, "columns", Tensor.long, "int32 tables") for operator in (BSR_LINEAR, GATHER_LINEAR)),
    *(
        (operator, "columns", lambda c: put(c, (0,), -1), "before the first")
        for operator in (BSR_LINEAR, GATHER_LINEAR)
    ),
    *(
        (operator, "columns", lambda c: put(c, (1,), 24), "a weight of more")
        for operator in (BSR_LINEAR, GATHER_LINEAR)
    ),
    *((operator, "columns", lambda c: c[1:], "int32 tables") for operator in (BSR_LINEAR, GATHER_LINEAR)),
    *((operator, "values", lambda v: v[1:], "tables") for operator in (BSR_LINEAR, GATHER_LINEAR)),
    *(
        (operator, "values", lambda v: v.mT.contiguous().mT, "not contiguous")
        for operator in (BSR_LINEAR, GATHER_LINEAR)
    ),
    (BSR_LINEAR, "rows", lambda r: r[:-1], BLOCKS),
    (BSR_LINEAR, "rows", lambda r: put(r, (0, 0), 2), "not every row of blocks is there once"),
    (BSR_LINEAR, "rows", lambda r: put(r, (0, 1), 1), BLOCKS),
    (BSR_LINEAR, "rows", lambda r: put(r, (2, 2), 40), BLOCKS),
    (BSR_LINEAR, "rows", lambda r: r[:, :2].contiguous(), "int32 tables"),
    *((BSR_LINEAR, "parts", lambda p, column=column: put(p, (0, column), 99), PARTS) for column in range(6)),
    *((BSR_LINEAR, "parts", lambda p, column=column: put(p, (0, column), -1), PARTS) for column in range(6)),
    (BSR_LINEAR, "parts", lambda p: p[1:], PARTS),
    (BSR_LINEAR, "parts", lambda p: torch.cat([p, p[:1]]), PARTS),
    (GATHER_LINEAR, "starts", lambda s: put(s, (1,), 99), "the groups are not made of 9 chunks"),
    (GATHER_LINEAR, "starts", lambda s: put(s, (3,), 8), "the groups are not made of 9 chunks"),
    (GATHER_LINEAR, "starts", lambda s: put(s, (0,), 1), "the groups are not made of 9 chunks"),
    (GATHER_LINEAR, "rows_first", lambda first: True, "a residual of"),
    (N24_LINEAR, "codes", lambda c: c[:, 1:], "are not those of values"),
    (N24_LINEAR, "codes", lambda c: c.short(), "are not those of values"),
    (N24_LINEAR, "codes", lambda c: put(c, (0, 0), 0), "in the same place"),
    (N24_LINEAR, "values", lambda v: v.mT.contiguous().mT, "not contiguous"),
    (SKIP_LINEAR, "weight", lambda w: w.T.contiguous().T, "not contiguous"),
]


@pytest.mark.parametrize(("operator", "name", "damage", "says"), WRONG)
def test_what_leads_astray_is_refused(operator: Operator, name: str, damage: Any, says: str) -> None:
    named = given(operator)
    assert call(operator, named).shape == (5, ROWS)
    with pytest.raises(IndexError, match=says):
        call(operator, named | {name: damage(named[name])})


OPERATORS = (BSR_LINEAR, GATHER_LINEAR, N24_LINEAR, SKIP_LINEAR)


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_nothing_lies_on_another_device(operator: Operator) -> None:
    named = given(operator)
    for name in ("bias", *operator.packed):
        with pytest.raises(IndexError, match=f"activations on 'cpu', and '{name}' on 'meta'"):
            call(operator, named | {name: named[name].to("meta")})


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_activations_without_numbers_give_a_result_without(operator: Operator) -> None:
    named = given(operator)
    assert call(operator, named | {"x": named["x"].to("meta")}).is_meta
    nowhere = {name: value.to("meta") if isinstance(value, Tensor) else value for name, value in named.items()}
    found = call(operator, nowhere)
    assert found.is_meta and found.shape == (5, ROWS)


@pytest.mark.parametrize(
    ("operator", "table"), [(BSR_LINEAR, "columns"), (GATHER_LINEAR, "columns"), (N24_LINEAR, "codes")]
)
def test_a_table_that_is_written_is_looked_at_again(operator: Operator, table: str) -> None:
    named = given(operator)
    call(operator, named)
    named[table].flatten()[0] = 200 if table == "columns" else 0
    with pytest.raises(IndexError):
        call(operator, named)


def test_a_weight_is_looked_at_once_and_forgotten() -> None:
    asked = []

    def find(tensor: Tensor, other: Tensor) -> int:
        asked.append(tensor)
        return int(tensor.sum())

    one, other = torch.arange(3), torch.arange(4)
    assert [reach.looked(find, one, other), reach.looked(find, one, other)] == [3, 3] and len(asked) == 1
    other.add_(1)
    assert reach.looked(find, one, other) == 3 and len(asked) == 2
    assert reach.looked(find, one, torch.arange(4)) == 3 and len(asked) == 3
    with torch.inference_mode():
        uncounted = torch.arange(5)
        assert reach.looked(find, uncounted, uncounted) == 10
    keys = {(find, id(one)), (find, id(uncounted))}
    assert keys <= reach._seen.keys()
    asked.clear()
    del one, uncounted
    gc.collect()
    assert not keys & reach._seen.keys()
