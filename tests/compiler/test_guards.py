"""Guards: a call that differs from the example in what is part of the graph is an error, and only such a call."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sympy
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils._sympy import functions
from torch.utils._sympy.functions import FloorDiv, Mod, PythonMod

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir import guards
from sparsec.compiler.ir.guards import value_at


def compiled(model: nn.Module, *args: Any, **options: Any) -> Any:
    return sparsec.compile(model, args, measure=False, **options)


def seeded(make: Callable[[], nn.Module]) -> nn.Module:
    """A model with statistics of its own and a few rows of zeros."""
    torch.manual_seed(0)
    model = make().eval()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            assert part.running_mean is not None and part.running_var is not None
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
        if isinstance(part, (nn.Conv2d, nn.Linear)) and part.weight.shape[0] >= 8:
            part.weight.data[:3] = 0
    return model


def agrees(small: Any, model: nn.Module, *args: Any, **kwargs: Any) -> bool:
    with torch.no_grad():
        result, expected = small(*args, **kwargs), model(*args, **kwargs)
    return result.shape == expected.shape and torch.allclose(result, expected, atol=1e-5)


def refused(small: Any, *args: Any, **kwargs: Any) -> UserError:
    with pytest.raises(UserError) as caught:
        small(*args, **kwargs)
    assert caught.value.code == "bad-inputs"
    return caught.value


# -------------------------------------------------------------------- sizes


class Segmenter(nn.Module):
    """The size of the result is a number in the graph."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 16, 3, 2, 1), nn.Conv2d(16, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(self.b(F.relu(self.a(x))), size=x.shape[2:])


def test_an_image_size_that_the_graph_depends_on() -> None:
    model = seeded(Segmenter)
    small = compiled(model, torch.randn(2, 3, 32, 32))
    assert agrees(small, model, torch.randn(5, 3, 32, 32))
    error = refused(small, torch.randn(2, 3, 48, 32))
    assert error.message == "input 'x' has the size 48 in dimension 2, and the model was compiled for 32"
    assert "{'x': {0: Dim.AUTO, 2: Dim.AUTO}}" in (error.hint or "")


def test_several_examples_make_it_dynamic() -> None:
    model = seeded(Segmenter)
    small = compiled(model, torch.randn(2, 3, 32, 32), examples=[(torch.randn(2, 3, 40, 48),)])
    assert small.report.samples >= 3
    for size in ((32, 32), (40, 48), (56, 24)):
        assert agrees(small, model, torch.randn(3, 3, *size))


class Scaled(nn.Module):
    """A size is a number in the arithmetic, and no shape shows it."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv2d(3, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.a(x).sum((2, 3)) / x.shape[3]


class Branching(nn.Module):
    """Large images take another way."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.a(x))
        return self.b(y * 2 if x.shape[2] > 64 else y).mean((2, 3))


class Position(nn.Module):
    """A table of the image's own size."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.table = nn.Conv2d(3, 8, 1), nn.Parameter(torch.randn(8, 16, 16))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.a(x) + self.table)


@pytest.mark.parametrize("kind", [Scaled, Position])
def test_sizes_in_arithmetic_are_fixed(kind: type[nn.Module]) -> None:
    model = seeded(kind)
    small = compiled(model, torch.randn(2, 3, 16, 16))
    assert agrees(small, model, torch.randn(2, 3, 16, 16))
    refused(small, torch.randn(2, 3, 20, 20))


def test_a_branch_on_a_size_is_a_condition() -> None:
    model = seeded(Branching)
    small = compiled(model, torch.randn(2, 3, 16, 16))
    assert agrees(small, model, torch.randn(2, 3, 40, 24))
    assert "x.shape[2]" in (refused(small, torch.randn(2, 3, 80, 24)).note or "")


def plain() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 8, 3),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 4),
    )


@pytest.mark.parametrize("size", [(32, 32), (40, 24), (64, 65)])
def test_a_plain_convolutional_network_takes_any_image(size: tuple[int, int]) -> None:
    model = seeded(plain)
    small = compiled(model, torch.randn(2, 3, 32, 32))
    assert small.report.changed_layers
    assert agrees(small, model, torch.randn(3, 3, *size))


class Beside(nn.Module):
    """Two inputs of images with batches of their own. Tracing names symbols after inputs, and may do so twice."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv1d(8, 8, 1), nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x0: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        return self.a(x0), F.relu(self.b(F.avg_pool2d(x2, 2, 1, 1)))


@pytest.mark.parametrize("batch", [2, 3])
@pytest.mark.parametrize("other", [1, 5])
@pytest.mark.parametrize("size", [(6, 6, 6), (7, 5, 8)])
def test_free_sizes_are_not_taken_for_others(batch: int, other: int, size: tuple[int, int, int]) -> None:
    model = seeded(Beside)
    model.b.weight.data.zero_()
    small = compiled(model, torch.randn(3, 8, 6), torch.randn(4, 8, 6, 6), strict=True)
    free = {*small.program.assumptions.free.values()}
    assert not free & {str(symbol) for symbol in small.program.sizes_of(small.program.inputs)}
    inputs = torch.randn(batch, 8, size[0]), torch.randn(other, 8, *size[1:])
    if size == (6, 6, 6) or free:
        with torch.no_grad():
            torch.testing.assert_close(small(*inputs), model(*inputs))
    else:
        refused(small, *inputs)


def test_a_constant_that_holds_for_one_size_fixes_it() -> None:
    """Padded, a constant channel has a border; its mean over the image depends on the size of the image."""

    class Bordered(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 3, padding=1, groups=8)
            self.c = nn.Linear(8, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.c(F.relu(self.b(F.relu(self.a(x)))).mean((2, 3)))

    model = seeded(Bordered)
    model.a.bias.data.fill_(1.0)
    small = compiled(model, torch.randn(2, 3, 16, 16))
    assert agrees(small, model, torch.randn(2, 3, 16, 16))
    assert small.report.changed_layers  # constants were folded
    if small.program.assumptions.free:
        assert agrees(small, model, torch.randn(2, 3, 24, 24))
    else:
        refused(small, torch.randn(2, 3, 24, 24))


class Windows(nn.Module):
    """Stages of a strided convolution behind padding to whole windows, as hierarchical transformers have them."""

    def __init__(self, window: int, stages: int) -> None:
        super().__init__()
        self.window = window
        self.stages = nn.ModuleList(nn.Conv2d(3 if i == 0 else 8, 8, 2, stride=2) for i in range(stages))
        self.head = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        for stage in self.stages:
            height, width = x.shape[-2:]
            x = F.relu(stage(F.pad(x, (0, -width % self.window, 0, -height % self.window))))
        return self.head(x.mean((2, 3)))


def test_sizes_that_nest_remainders_stay_fixed() -> None:
    """What sympy is asked about them takes minutes: a fixed size is better."""
    model = seeded(lambda: Windows(6, 4))
    small = compiled(model, torch.randn(2, 3, 32, 32))
    assert agrees(small, model, torch.randn(3, 3, 32, 32))
    refused(small, torch.randn(2, 3, 40, 40))


def test_a_deep_convolutional_network_takes_any_image() -> None:
    strided = [nn.Conv2d(3 if i == 0 else 8, 8, 3, stride=2, padding=1) for i in range(5)]
    layers = [part for layer in strided for part in (layer, nn.ReLU())]
    model = seeded(lambda: nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4)))
    small = compiled(model, torch.randn(2, 3, 128, 128))
    assert agrees(small, model, torch.randn(3, 3, 160, 131))


def test_without_verification_no_image_size_is_free() -> None:
    model = seeded(plain)
    refused(compiled(model, torch.randn(2, 3, 32, 32), verify=False), torch.randn(2, 3, 40, 40))


class Tokens(nn.Module):
    """Positions of a table with an end."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(50, 16), nn.Parameter(torch.randn(20, 16))
        self.up, self.down = nn.Linear(16, 32), nn.Linear(32, 4)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.words(ids) + self.places[: ids.shape[1]]
        return self.down(F.relu(self.up(x)) * mask[..., None]).sum(1)


def tokens(batch: int, length: int) -> tuple[Tensor, Tensor]:
    return torch.randint(0, 50, (batch, length)), torch.ones(batch, length)


@pytest.mark.parametrize("size", [(2, 7), (1, 1), (1, 9), (5, 1), (3, 20), (0, 7)])
def test_lengths_are_dynamic(size: tuple[int, int]) -> None:
    model = seeded(Tokens)
    assert agrees(compiled(model, *tokens(2, 7)), model, *tokens(*size))


class Pairs(nn.Module):
    """A weight behind a value of two lengths; sizes of what is computed are quotients of others."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.weight = nn.Embedding(50, 16), nn.Parameter(torch.randn(16, 4))

    def forward(self, ids: Tensor) -> Tensor:
        x = self.words(ids)
        return (x[:, :, None] + x[:, None]) @ self.weight


@pytest.mark.parametrize("size", [(4, 9), (1, 9), (3, 5), (2, 1)])
def test_sizes_that_are_quotients(size: tuple[int, int]) -> None:
    model = seeded(Pairs)
    assert agrees(compiled(model, tokens(4, 9)[0]), model, tokens(*size)[0])


@pytest.mark.parametrize("mode", ["mean", "sum", "max"])
def test_offsets_that_point_behind_a_shorter_input(mode: str) -> None:
    """PyTorch reads there without looking, so that no such call may be tried."""
    model = nn.EmbeddingBag(9, 8, mode=mode).eval()
    words, starts = torch.arange(9).repeat(300), torch.tensor([0, 1200, 2600])
    small = compiled(model, words, starts)
    assert agrees(small, model, words, starts)
    assert agrees(small, model, words[:900], torch.tensor([0, 100, 500, 600]))


def test_lengths_have_an_end_and_are_equal() -> None:
    small = compiled(seeded(Tokens), *tokens(2, 7))
    assert "compiled for at most 20" in refused(small, *tokens(2, 21)).message
    ids, mask = tokens(2, 7)
    assert refused(small, ids, mask[:, :6]).message == (
        "input 'mask' has the size 6 in dimension 1, and 'ids' has 7 in dimension 1"
    )


class Even(nn.Module):
    """What is not a length of pairs takes another way."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(6, 8), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.a(x))
        if x.shape[1] % 2:
            y = y[:, 1:]
        return self.b(y.unflatten(1, (-1, 2)).sum(2))


def test_a_condition_on_a_length() -> None:
    model = seeded(Even)
    small = compiled(model, torch.randn(2, 6, 6))
    assert agrees(small, model, torch.randn(2, 8, 6))
    refused(small, torch.randn(2, 7, 6))


class Larger(nn.Module):
    """A question about two sizes, of which one is then found to be a number, or the other one."""

    def __init__(self, number: bool) -> None:
        super().__init__()
        self.a, self.number = nn.Linear(6, 8), number

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        z = self.a(x)
        if x.shape[0] * y.shape[0] > 50:
            z = 2 * z
        if y.shape[0] == (5 if self.number else x.shape[0]):
            z = z + 1
        return z


@pytest.mark.parametrize("exported", [False, True])
@pytest.mark.parametrize("number", [True, False])
def test_a_condition_on_a_size_that_another_condition_replaces(number: bool, exported: bool, tmp_path: Path) -> None:
    model = seeded(lambda: Larger(number))

    def inputs(size: int) -> tuple[Tensor, Tensor]:
        return torch.randn(size, 6), torch.randn(5 if number else size, 6)

    auto = {0: torch.export.Dim.AUTO}
    source = torch.export.export(model, inputs(20), dynamic_shapes=(auto, auto)) if exported else model
    small = compiled(source, *inputs(20))
    small.save(tmp_path / "m.pt2")
    saved, again = sparsec.load(tmp_path / "m.pt2").exported.module(), compiled(tmp_path / "m.pt2")
    for size in (11, 30):
        for one in (small, saved, again):
            assert agrees(one, model, *inputs(size))
    for size in (4, 7):
        refused(small, *inputs(size))
        refused(again, *inputs(size))
        with pytest.raises(AssertionError, match="Guard failed"):
            saved(*inputs(size))


QUESTIONS: dict[str, Callable[[int, int], bool]] = {
    "product": lambda rows, columns: rows * columns > 50,
    "quotient": lambda rows, columns: rows / columns > 1.5,
    "root": lambda rows, columns: int(rows**0.5) == 3,
    "difference": lambda rows, columns: rows - columns > 0,
    "bits": lambda rows, columns: bool(rows & 1),
}


class Asking(nn.Module):
    def __init__(self, question: str) -> None:
        super().__init__()
        self.a, self.question = nn.Linear(6, 8), QUESTIONS[question]

    def forward(self, x: Tensor) -> Tensor:
        y = self.a(x)
        return 2 * y if self.question(x.shape[0], x.shape[1]) else y


@pytest.mark.parametrize("question", QUESTIONS)
def test_conditions_of_every_kind_in_files(question: str, tmp_path: Path) -> None:
    """A file holds conditions as code, and so does one that PyTorch has written itself."""
    model, x, auto = seeded(lambda: Asking(question)), torch.randn(12, 5, 6), torch.export.Dim.AUTO
    small = compiled(model, x)
    small.save(tmp_path / "ours.pt2")
    torch.export.save(torch.export.export(model, (x,), dynamic_shapes=({0: auto, 1: auto},)), tmp_path / "theirs.pt2")
    ours, theirs = compiled(tmp_path / "ours.pt2"), compiled(tmp_path / "theirs.pt2", x)
    saved = sparsec.load(tmp_path / "ours.pt2").exported.module()
    answer = QUESTIONS[question](12, 5)
    for rows, columns in ((12, 5), (8, 5), (13, 5), (16, 9), (3, 6), (20, 20)):
        other = torch.randn(rows, columns, 6)
        for one in (small, ours, theirs):
            if QUESTIONS[question](rows, columns) == answer:
                assert agrees(one, model, other)
            else:
                refused(one, other)
        if QUESTIONS[question](rows, columns) != answer:
            with pytest.raises(AssertionError, match="Guard failed"):
                saved(other)


def test_conditions_beside_strings_that_are_no_code(tmp_path: Path) -> None:
    """Those of a file of PyTorch's own are known from its code alone, which cannot be read."""

    class Both(Asking):
        def forward(self, x: Tensor, text: str) -> Tensor:  # type: ignore[override]
            return super().forward(x) if text == "it's" else x

    model, x, auto = seeded(lambda: Both("product")), torch.randn(12, 5, 6), torch.export.Dim.AUTO
    exported = torch.export.export(model, (x, "it's"), dynamic_shapes=({0: auto, 1: auto}, None))
    assert agrees(compiled(exported, x, "it's"), model, x, "it's")
    refused(compiled(exported, x, "it's"), x[:2], "it's")
    torch.export.save(exported, tmp_path / "m.pt2")
    with pytest.raises(UserError) as caught:
        compiled(tmp_path / "m.pt2", x, "it's")
    assert caught.value.code == "capture-failed"


def test_sizes_for_which_a_file_has_no_form(tmp_path: Path) -> None:
    class Rounding(Asking):
        def forward(self, x: Tensor) -> Tensor:
            return self.a(x) * math.ceil(x.shape[0] / 4)

    small = compiled(seeded(lambda: Rounding("bits")), torch.randn(12, 5, 6))
    with pytest.raises(UserError, match="Failed serializing node ceil") as caught:
        small.save(tmp_path / "m.pt2")
    assert caught.value.code == "capture-failed" and "in whole numbers" in str(caught.value)
    assert not [*tmp_path.iterdir()]


class Halves(nn.Module):
    """The first half of the rows and the second half, and the same of further rows."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(6, 8)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        half = x.shape[0] // 2
        z = self.a(x[:half]) + self.a(x[half:]) * (2 if x.shape[0] > 50 else 3)
        return z + y.mean(0)


@pytest.mark.parametrize(("slope", "offset"), [(3, 0), (4, 0), (2, 1)])
def test_sizes_that_are_multiples_of_one_that_no_input_has(slope: int, offset: int, tmp_path: Path) -> None:
    """Conditions are on the number of which the rows are twice as many: it is read off them."""
    number = torch.export.Dim("number", min=2, max=64)
    shapes = ({0: 2 * number}, {0: slope * number + offset if offset else slope * number})
    model = seeded(Halves)

    def inputs(rows: int) -> tuple[Tensor, Tensor]:
        return torch.randn(rows, 6), torch.randn(rows // 2 * slope + offset, 8)

    small = compiled(model, *inputs(10), dynamic_shapes=shapes)
    small.save(tmp_path / "m.pt2")
    saved = sparsec.load(tmp_path / "m.pt2").exported.module()
    for rows in (10, 6, 48):
        assert agrees(small, model, *inputs(rows)) and agrees(saved, model, *inputs(rows))
    for rows in (7, 52, 130, 1):
        refused(small, *inputs(rows))
        with pytest.raises(AssertionError, match="Guard failed"):
            saved(*inputs(rows))
    refused(small, inputs(10)[0], inputs(12)[1])
    with pytest.raises(AssertionError, match="Guard failed"):
        saved(inputs(10)[0], inputs(12)[1])
    assert "as (x.shape[0] // 2)" in str(refused(small, *inputs(52)))


class Squeezing(nn.Module):
    def __init__(self, batch: bool) -> None:
        super().__init__()
        self.a, self.b, self.batch = nn.Linear(6, 8), nn.Linear(8, 4), batch

    def forward(self, x: Tensor) -> Tensor:
        y = self.b(F.relu(self.a(x)))
        if self.batch:
            return y[0] if x.shape[0] == 1 else y
        return y.squeeze()


@pytest.mark.parametrize("batch", [True, False])
@pytest.mark.parametrize("example", [1, 4])
def test_a_batch_of_one_that_is_something_else(batch: bool, example: int) -> None:
    model = seeded(lambda: Squeezing(batch))
    small = compiled(model, torch.randn(example, 6))
    for size in (1, 2, 4, 5):
        x = torch.randn(size, 6)
        if (size == 1) == (example == 1):
            assert agrees(small, model, x)
        else:
            refused(small, x)


class Dead(nn.Module):
    """An embedding with dead rows, which does something else for a batch of one."""

    def __init__(self, dead: int) -> None:
        super().__init__()
        self.a = nn.Embedding(6, 8)
        self.a.weight.data[:dead] = 0

    def forward(self, x: Tensor) -> Tensor:
        y = self.a(x)
        return 2 * y if x.shape[0] == 1 else y.relu()


@pytest.mark.parametrize("example", [[0, 1], [0, 5], [5, 0], [4, 5]], ids=str)
def test_zeros_show_nothing_of_a_batch_of_one(example: list[int]) -> None:
    model = seeded(lambda: Dead(4))
    small = compiled(model, torch.tensor(example))
    assert agrees(small, model, torch.tensor([3, 4, 5]))
    refused(small, torch.tensor([5]))
    assert agrees(
        compiled(seeded(lambda: nn.Embedding(6, 8)), torch.tensor(example)),
        seeded(lambda: nn.Embedding(6, 8)),
        torch.tensor([5]),
    )


def test_sizes_that_happen_to_be_equal_are_no_condition_unless_the_model_asks() -> None:
    class Half(nn.Module):
        """Half of the features, tokens first: with two samples one stride is twice another."""

        def __init__(self, asks: bool) -> None:
            super().__init__()
            self.a, self.asks = nn.Linear(4, 8), asks

        def forward(self, x: Tensor) -> Tensor:
            y = self.a((x + 1)[..., :4].transpose(0, 1))
            return y * 2 if self.asks and x.shape[0] == x.shape[1] else y

    for asks in (False, True):
        model = seeded(lambda asks=asks: Half(asks))
        small = compiled(model, torch.randn(3, 5, 8))
        assert agrees(small, model, torch.randn(2, 5, 8))
        if asks:
            refused(small, torch.randn(5, 5, 8))
        else:
            assert agrees(small, model, torch.randn(5, 5, 8))


class Branches(nn.Module):
    """Inputs whose batches nobody ties to each other."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.ModuleList(nn.Linear(6, 8) for _ in range(4)), nn.Linear(8, 4)

    def forward(self, *inputs: Tensor) -> Tensor:
        return torch.cat([self.b(layer(x).relu()).sum(0) for layer, x in zip(self.a, inputs, strict=True)])


@pytest.mark.parametrize("example", [1, 3])
@pytest.mark.parametrize("batch", [0, 1, 2, 5])
def test_batches_that_nobody_ties(example: int, batch: int) -> None:
    model = seeded(Branches)
    small = compiled(model, *(torch.randn(example, 6) for _ in range(4)))
    assert agrees(small, model, *(torch.randn(batch, 6) for _ in range(4)))


@pytest.mark.parametrize("size", [(1, 7), (2, 1), (1, 1), (4, 9)])
def test_lengths_beside_a_batch_of_one(size: tuple[int, int]) -> None:
    model = seeded(Tokens)
    assert agrees(compiled(model, *tokens(1, 7)), model, *tokens(*size))


# -------------------------------------------------------------------- values


class Options(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(6, 8), nn.Linear(8, 4)

    def forward(
        self, x: Tensor, scale: float = 1.0, mode: str = "relu", flip: bool = False, extra: Tensor | None = None
    ) -> Tensor:
        y = self.a(x)
        y = y.relu() if mode == "relu" else y.tanh()
        y = y.flip(1) if flip else y
        y = y if extra is None else y + extra
        return self.b(y) * scale


GIVEN = {"scale": 2.0, "mode": "tanh", "flip": True, "extra": None}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("scale", 3.0, "input 'scale' is 3.0, and the model was compiled for 2.0"),
        ("mode", "relu", "input 'mode' is 'relu', and the model was compiled for 'tanh'"),
        ("flip", False, "input 'flip' is False, and the model was compiled for True"),
        ("flip", 1, "input 'flip' is 1, and the model was compiled for True"),
        ("scale", 2, "input 'scale' is 2, and the model was compiled for 2.0"),
        ("extra", torch.ones(8), "input 'extra' is a tensor of float32, and the model was compiled for None"),
        ("scale", torch.tensor(2.0), "input 'scale' is a tensor of float32, and the model was compiled for 2.0"),
    ],
)
def test_numbers_strings_flags_and_none(name: str, value: object, words: str) -> None:
    model = seeded(Options)
    x = torch.randn(3, 6)
    small = sparsec.compile(model, (x,), GIVEN, measure=False)
    assert agrees(small, model, x, **GIVEN)
    assert refused(small, x, **{**GIVEN, name: value}).message == words
    assert "scale" in refused(small, x).message  # the default is another one


def test_a_tensor_where_none_was_and_the_other_way_round() -> None:
    model = seeded(Options)
    x, extra = torch.randn(3, 6), torch.ones(8)
    small = sparsec.compile(model, (x,), {"extra": extra}, measure=False)
    assert agrees(small, model, x, extra=extra * 2)
    assert refused(small, x, extra=None).message.startswith("input 'extra' is None")


@pytest.mark.parametrize("dtype", [torch.float64, torch.int64, torch.bfloat16])
def test_another_dtype(dtype: torch.dtype) -> None:
    model = seeded(lambda: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4)))
    small = compiled(model, torch.randn(3, 6))
    assert "has the type" in refused(small, torch.randn(3, 6).to(dtype)).message


def test_dtypes_follow_the_module() -> None:
    model = seeded(lambda: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4)))
    small = compiled(model, torch.randn(3, 6)).double()
    assert agrees(small, model.double(), torch.randn(3, 6, dtype=torch.float64))
    refused(small, torch.randn(3, 6))


def test_another_number_of_dimensions() -> None:
    small = compiled(seeded(lambda: nn.Linear(6, 8)), torch.randn(3, 6))
    assert "has 3 dimensions" in refused(small, torch.randn(2, 3, 6)).message


# -------------------------------------------------------------------- in files


def test_the_same_guards_in_a_saved_program(tmp_path: Path) -> None:
    model = seeded(Options)
    x = torch.randn(3, 6)
    sparsec.compile(model, (x,), GIVEN, measure=False).save(tmp_path / "m.pt2")
    again = sparsec.compile(tmp_path / "m.pt2", measure=False)
    assert agrees(again, model, x, **GIVEN)
    refused(again, x, **{**GIVEN, "scale": 3.0})
    module = sparsec.load(tmp_path / "m.pt2").exported.module()
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        module(x, **{**GIVEN, "scale": 3.0})


class Switches(nn.Module):
    """An argument of every kind, in containers, by position and by keyword only."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(6, 4)

    def forward(
        self,
        x: Tensor,
        pair: tuple[Tensor, dict[str, Tensor]],
        count: int = 2,
        zero: float = 0.0,
        text: str = "some",
        *,
        extra: Tensor | None = None,
    ) -> Tensor:
        y = self.a(x) * count + pair[0] + pair[1]["bias"].float() + torch.atan2(y := self.a(x), y * zero)
        y = y if extra is None else y + extra
        return y * len(text) * (2 if x.shape[0] == 1 else 1)


SWITCHES = {"count": 2, "zero": 0.0, "text": "some", "extra": None}


def switched(batch: int, **changed: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    args = {"x": torch.randn(batch, 6), "y": torch.randn(batch, 4), "bias": torch.ones(4)} | changed
    kwargs = SWITCHES | {name: value for name, value in changed.items() if name in SWITCHES}
    return (args["x"], (args["y"], {"bias": args["bias"]})), kwargs


@pytest.fixture(scope="module")
def switches(tmp_path_factory: pytest.TempPathFactory) -> tuple[nn.Module, Any, Any]:
    """A model, its ``.pt2`` file as PyTorch runs it, and that file compiled again."""
    path = tmp_path_factory.mktemp("switches") / "m.pt2"
    model = seeded(Switches)
    args, kwargs = switched(3)
    sparsec.compile(model, args, kwargs, measure=False).save(path)
    return model, sparsec.load(path).exported.module(), sparsec.compile(path, measure=False)


@pytest.mark.parametrize("batch", [2, 3, 7])
def test_a_saved_program_takes_what_the_model_was_compiled_for(
    batch: int, switches: tuple[nn.Module, Any, Any]
) -> None:
    model, saved, again = switches
    args, kwargs = switched(batch)
    assert agrees(saved, model, *args, **kwargs) and agrees(again, model, *args, **kwargs)
    traced = torch.export.export(saved, args, kwargs).module()
    assert agrees(traced, model, *args, **kwargs)


@pytest.mark.parametrize(
    "changed",
    [
        {"batch": 1},
        {"count": 3},
        {"count": 2.0},
        {"zero": 1.0},
        {"zero": -0.0},
        {"zero": 0},
        {"text": "other"},
        {"extra": torch.ones(4)},
        {"extra": 1.0},
        {"x": torch.ones(3, 6, dtype=torch.float64)},
        {"bias": torch.ones(4, dtype=torch.bool)},
        {"bias": torch.ones(1, 4)},
        {"y": torch.ones(1, 4)},
        {"y": None},
    ],
    ids=str,
)
def test_every_guard_in_a_saved_program(changed: dict[str, Any], switches: tuple[nn.Module, Any, Any]) -> None:
    """PyTorch's own guards know nothing of None, dtypes, numbers of dimensions, and sizes of 0 and 1."""
    _, saved, again = switches
    args, kwargs = switched(**{"batch": 3, **changed})
    with pytest.raises((AssertionError, AttributeError, ValueError)):
        saved(*args, **kwargs)
    refused(again, *args, **kwargs)


class Remainder(nn.Module):
    """A question about a remainder, which has no answer for a length of none."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(6, 4)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        both = self.a(x).sum(1) + self.a(y).sum(1)
        return both * 2 if y.shape[1] > 1 and x.shape[1] > 1 and x.shape[1] % y.shape[1] == 1 else both


def test_relations_in_a_saved_program_leave_small_sizes_out(tmp_path: Path) -> None:
    model = seeded(Remainder)
    small = compiled(model, torch.randn(2, 5, 6), torch.randn(2, 3, 6))
    small.save(tmp_path / "m.pt2")
    saved, again = (
        sparsec.load(tmp_path / "m.pt2").exported.module(),
        sparsec.compile(tmp_path / "m.pt2", measure=False),
    )
    for sizes in ((5, 3), (8, 3), (5, 1), (5, 0), (0, 3), (1, 3)):
        x, y = (torch.randn(2, size, 6) for size in sizes)
        assert agrees(small, model, x, y) and agrees(saved, model, x, y) and agrees(again, model, x, y)
    with pytest.raises(AssertionError, match="Guard failed"):
        saved(torch.randn(2, 7, 6), torch.randn(2, 3, 6))


TEXTS = ["it's", 'a "word"', "a\\b", "two\nlines"]


class Texts(nn.Module):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.a, self.text = nn.Linear(6, 8), text

    def forward(self, x: Tensor, text: str, by_name: dict[str, Tensor]) -> Tensor:
        return self.a(x) * (2 if text == self.text else 1) + sum(by_name.values())


@pytest.mark.parametrize(
    ("text", "key"), [("plain", "plain"), *((text, "plain") for text in TEXTS), *(("plain", text) for text in TEXTS)]
)
def test_strings_that_are_no_code(text: str, key: str, tmp_path: Path) -> None:
    """PyTorch writes strings without escapes into the code of its guards: those are not in the way, nor in files."""
    model = seeded(lambda: Texts(text))
    x, by_name = torch.randn(3, 6), {key: torch.ones(8)}
    small = compiled(model, x, text, by_name)
    again = compiled(torch.export.export(model, (x, text, by_name)), x, text, by_name)
    for one in (small, again):
        assert agrees(one, model, x, text, by_name)
        assert "'text' is 'other'" in refused(one, x, "other", by_name).message
    small.export_onnx(tmp_path / "m.onnx")
    if text == key == "plain":
        small.save(tmp_path / "m.pt2")
    else:
        with pytest.raises(UserError, match=r"cannot be written as a \.pt2 file"):
            small.save(tmp_path / "m.pt2")


def test_an_exported_program_whose_example_is_a_part_of_another_tensor() -> None:
    """PyTorch's guards ask the base of such an example for its size, which other inputs do not have."""
    auto = torch.export.Dim.AUTO
    model = seeded(lambda: nn.Conv2d(5, 8, 2, padding=1, padding_mode="replicate"))
    x = torch.randn(8, 2, 5, 5)[..., 1:].transpose(1, 2)
    exported = torch.export.export(model, (x,), dynamic_shapes=({0: auto, 2: auto, 3: auto},))
    small = compiled(exported, x)
    assert agrees(small, model, x) and agrees(small, model, torch.randn(3, 5, 4, 7))


def test_the_same_guards_in_onnx(tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    model = seeded(Options)
    small = sparsec.compile(model, (torch.randn(3, 6),), GIVEN, measure=False)
    path = small.export_onnx(tmp_path / "m.onnx")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [(i.name, i.shape[1:]) for i in session.get_inputs()] == [("x", [6])]  # numbers are no inputs
    with pytest.raises(Exception, match="dimension"):
        session.run(None, {"x": torch.randn(3, 7).numpy()})


class Rotary(nn.Module):
    """Angles over lengths: the conditions that tracing leaves hold remainders, which not all sizes have."""

    def forward(self, x: Tensor) -> Tensor:
        q = x.view(x.shape[0], -1, 4, 2).transpose(1, 2)
        angle = torch.arange(x.shape[1])[:, None] / 10.0 ** (torch.arange(2) % 1)
        q = q * angle.cos() + torch.cat([-q.chunk(2, -1)[1], q.chunk(2, -1)[0]], -1) * angle.sin()
        return torch.cat([q, q[..., 2:]], -1).transpose(1, 2).flatten(2)


@pytest.mark.slow
def test_conditions_that_not_all_sizes_have_a_value_for() -> None:
    small = compiled(Rotary().eval(), torch.randn(3, 5, 8), strict=True)
    for size in [(3, 5), (4, 8), (2, 2), (8, 3), (1, 6), (3, 1)]:
        assert agrees(small, Rotary(), torch.randn(*size, 8)), size


def test_the_value_of_a_size() -> None:
    one, two = sympy.symbols("one two", integer=True, positive=True)
    assert value_at(Mod(one, two), {one: 7, two: 4}) == 3
    assert value_at(Mod(one - 8, two), {one: 3, two: 4}) is None
    assert value_at(Mod(one, two), {one: 3, two: 0}) is None
    assert value_at(FloorDiv(one, two), {one: 3, two: 0}) is None
    assert value_at(PythonMod(one, two - 2), {one: 4, two: 2}) is None
    relation = sympy.Ne(PythonMod(one, two - 2), 1)
    assert value_at(relation, {one: 5, two: 4}) == sympy.false
    assert value_at(relation, {one: 4, two: 4}) == sympy.true


class Unread(nn.Module):
    """A bag of embeddings that no output depends on: the module computes it, the program does not."""

    def __init__(self) -> None:
        super().__init__()
        self.bag, self.layer = nn.EmbeddingBag(9, 8), nn.Linear(8, 4)

    def forward(self, words: Tensor, starts: Tensor, x: Tensor) -> Tensor:
        self.bag(words, starts)
        return self.layer(x)


class Bagged(Unread):
    def forward(self, words: Tensor, starts: Tensor, x: Tensor) -> Tensor:
        return self.layer(self.bag(words, starts) + x)


@pytest.mark.parametrize("kind", [Unread, Bagged])
@pytest.mark.parametrize(("words", "bags"), [(12, 4), (12, 1), (1, 1), (0, 0)])
def test_bags_of_embeddings_of_other_sizes(kind: type[nn.Module], words: int, bags: int) -> None:
    """No offsets at all are read without looking, too."""
    model = seeded(kind)
    small = compiled(model, torch.arange(9), torch.tensor([0, 2, 9]), torch.randn(3, 8))
    starts = torch.arange(bags) * words // max(bags, 1)
    assert agrees(small, model, torch.arange(words) % 9, starts, torch.randn(bags, 8))


class EquallyLong(nn.Module):
    """Only a branch asks whether two sizes are equal."""

    def __init__(self) -> None:
        super().__init__()
        self.p, self.q = nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        if x.shape[0] == h.shape[0]:
            return self.p(x) + h.mean()  # type: ignore[no-any-return]
        return self.q(x) - h.mean()  # type: ignore[no-any-return]


def test_sizes_that_only_a_branch_holds_equal_stay_so_in_files(tmp_path: Path) -> None:
    model = EquallyLong().eval()
    with torch.no_grad():
        model.p.weight[:4] = 0
    small = sparsec.compile(model, (torch.randn(6, 8), torch.randn(6, 5)), measure=False)
    small.save(tmp_path / "m.pt2")
    loaded = sparsec.load(tmp_path / "m.pt2")
    loaded.save(tmp_path / "again.pt2")
    again, anew = sparsec.load(tmp_path / "again.pt2"), sparsec.compile(tmp_path / "m.pt2", measure=False)
    stock = loaded.exported.module()
    for rows in (1, 4):
        x, h = torch.randn(rows, 8), torch.randn(rows, 5)
        for one in (small, loaded, again, anew, stock):
            torch.testing.assert_close(one(x, h), model(x, h))
    for x, h in ((torch.randn(4, 8), torch.randn(6, 5)), (torch.randn(1, 8), torch.randn(6, 5))):
        for one in (small, loaded, again, anew):
            with pytest.raises(UserError, match="bad-inputs"):
                one(x, h)
        with pytest.raises(AssertionError, match="Guard failed"):
            stock(x, h)


def test_what_always_holds_is_no_guard() -> None:
    """PyTorch's own Min and Max do not see that 8 * s is never below 4 * s."""
    s, t = sympy.symbols("s t", integer=True, positive=True)
    assert guards._always_holds(sympy.Ge(functions.Max(4 * s, 8 * s), 8 * s))
    assert guards._always_holds(sympy.Ge(4 * s, functions.Min(4 * s, 8 * s)))
    assert not guards._always_holds(sympy.Ge(functions.Max(4 * s, t), 8 * s))
    assert not guards._always_holds(sympy.Ge(s, 2))
