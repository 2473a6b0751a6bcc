"""Results and inputs of classes of the user's: called, copied, pickled, saved and read, they stay what they are."""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
import torch.utils._pytree as pytree
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError

# PyTorch's own, while it reads a structure out of a pickle.
pytestmark = pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")


class Pair(NamedTuple):
    y: Tensor
    z: Tensor


@dataclass
class Data:
    y: Tensor
    z: Tensor


torch.export.register_dataclass(Data, serialized_type_name=f"{__name__}.Data")


class Output(OrderedDict[str, Any]):
    """A dict with attributes, as transformers' models return them."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error


pytree.register_pytree_node(
    Output,
    lambda output: ([*output.values()], [*output]),
    lambda values, keys: Output(zip(keys, values, strict=True)),
    serialized_type_name=f"{__name__}.Output",
    flatten_with_keys_fn=lambda output: ([(pytree.MappingKey(k), v) for k, v in output.items()], [*output]),
)

MAKE: dict[str, Callable[[Tensor, Tensor], Any]] = {
    "named tuple": Pair,
    "dataclass": Data,
    "dict of its own": lambda y, z: Output(y=y, z=z),
    "nested": lambda y, z: {"a": Data(y, z), "b": [Output(z=z), (y,)]},
    "list": lambda y, z: [y, z],
    "ordered": lambda y, z: OrderedDict(z=z, y=y),
}


class Returning(nn.Module):
    def __init__(self, make: Callable[[Tensor, Tensor], Any]) -> None:
        super().__init__()
        self.a, self.b, self.make = nn.Linear(6, 8), nn.Linear(8, 4), make
        self.a.weight.data[::2] = 0

    def forward(self, x: Tensor) -> Any:
        y = self.a(x).relu()
        return self.make(self.b(y), y)


class Taking(Returning):
    def forward(self, x: Any) -> Tensor:
        y, z = pytree.tree_leaves(x)[:2]
        return self.b(self.a(y + z).relu())


def same(found: Any, wanted: Any) -> None:
    """Equal, and of the same classes all the way down."""
    assert pytree.tree_structure(found) == pytree.tree_structure(wanted)
    for a, b in zip(pytree.tree_leaves(found), pytree.tree_leaves(wanted), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)


def pickled(compiled: Any) -> Any:
    return pickle.loads(pickle.dumps(compiled))


WAYS: dict[str, Callable[[Any], Any]] = {
    "as it is": lambda compiled: compiled,
    "pickled": pickled,
    "pickled twice": lambda compiled: pickled(pickled(compiled)),
    "copied": copy.deepcopy,
    "copied after that": lambda compiled: copy.deepcopy(pickled(compiled)),
    "there and back": lambda compiled: pickled(compiled).double().float(),
}


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize("model", [Returning, Taking])
def test_structures_stay_what_they_are(make: str, model: Any) -> None:
    torch.manual_seed(0)
    module = model(MAKE[make]).eval()

    def given(size: int) -> Any:
        x = torch.randn(size, 6)
        return MAKE[make](x, x.cos()) if model is Taking else x

    compiled = sparsec.compile(module, (given(3),), measure=False)
    for way, change in WAYS.items():
        changed = change(compiled)
        for size in (3, 5, 1):
            x = given(size)
            same(changed(x), module(x)), way
        assert changed.report.parameters == compiled.report.parameters
        assert changed.state_dict().keys() == compiled.state_dict().keys()


@pytest.mark.parametrize("make", [name for name in MAKE if name != "named tuple"])
@pytest.mark.parametrize("model", [Returning, Taking])
def test_files_know_registered_classes(make: str, model: Any, tmp_path: Path) -> None:
    """Also those that were written from a pickled module."""
    torch.manual_seed(0)
    module, x = model(MAKE[make]).eval(), torch.randn(3, 6)
    call = MAKE[make](x, x.cos()) if model is Taking else x
    more = pytree.tree_map(lambda part: part.repeat(2, 1), call)
    compiled = sparsec.compile(module, (call,), measure=False)
    for one in (compiled, pickled(compiled)):
        program = sparsec.load(one.save(tmp_path / "model.pt2"))
        same(program(more), module(more))


def test_a_dataclass_has_dynamic_sizes() -> None:
    """What ``torch.export`` is told about sizes is told of the parts of a class."""
    torch.manual_seed(0)
    module = Taking(Data).eval()
    compiled = sparsec.compile(module, (Data(torch.randn(3, 6), torch.randn(1, 6)),), measure=False)
    x = Data(torch.randn(7, 6), torch.randn(1, 6))
    same(compiled(x), module(x))
    assert [field.name for field in fields(Data)] == ["y", "z"]


def test_a_pickled_module_keeps_its_guards_and_sizes(tmp_path: Path) -> None:
    class Picky(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Linear(6, 4)

        def forward(self, x: Tensor, y: Tensor, scale: float) -> Tensor:
            return self.a(x if x.shape[0] < 100 else -x) * scale + y

    torch.manual_seed(0)
    module, x = Picky().eval(), torch.randn(3, 5, 6)
    compiled = pickled(_importable(sparsec.compile(module, (x, torch.zeros(5, 1), 2.0), measure=False)))
    for shape in ((3, 5, 6), (7, 9, 6), (1, 5, 6)):
        given = torch.randn(shape), torch.randn(shape[1], 1)
        same(compiled(*given, 2.0), module(*given, 2.0))
    for wrong in ((x, torch.zeros(5, 1), 3.0), (x.double(), torch.zeros(5, 1), 2.0), (x, torch.zeros(4, 1), 2.0)):
        with pytest.raises(UserError) as raised:
            compiled(*wrong)
        assert raised.value.code == "bad-inputs"
    with pytest.raises(UserError):
        compiled(torch.randn(100, 5, 6), torch.zeros(5, 1), 2.0)
    compiled.export_onnx(tmp_path / "model.onnx")


def _importable(compiled: Any) -> Any:
    """Without the signature, which names no class that a pickle could find; there is none in it."""
    return compiled
