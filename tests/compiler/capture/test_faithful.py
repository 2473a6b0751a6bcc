"""The reference is the user's module: what torch.export draws of it has to answer alike, or is not compiled."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError


class Base(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(8, 16), nn.Linear(16, 4)

    def body(self, x: Tensor) -> Tensor:
        return self.b(torch.relu(self.a(x)))


class Exporting(Base):
    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return y if torch.compiler.is_exporting() else y.softmax(-1)


class Compiling(Base):
    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return y * 2 if torch.compiler.is_compiling() else y


class Counting(Base):
    calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return self.body(x) + self.calls


class NumpyNoise(Base):
    def forward(self, x: Tensor) -> Tensor:
        import numpy as np

        return self.body(x) + float(np.random.default_rng().random())


class Shape(Base):
    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return y if torch.compiler.is_exporting() else y[:, :2]


class Dtype(Base):
    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return y if torch.compiler.is_exporting() else y.double()


class Structure(Base):
    def forward(self, x: Tensor) -> Any:
        y = self.body(x)
        return (y, y) if torch.compiler.is_exporting() else [y, y]


class Less(Base):
    def forward(self, x: Tensor) -> Any:
        y = self.body(x)
        return (y,) if torch.compiler.is_exporting() else (y, y.sum())


def differs(model: nn.Module, *args: Tensor) -> UserError:
    with pytest.raises(UserError) as caught:
        sparsec.compile(model.eval(), args, measure=False)
    assert caught.value.code == "capture-differs"
    return caught.value


@pytest.mark.parametrize(
    ("kind", "words", "note"),
    [
        (Exporting, "differs by", "is_exporting"),
        (Compiling, "differs by", "is_exporting"),
        (Counting, "differs by", "state in Python"),
        (NumpyNoise, "differs by", "random numbers"),
        (Shape, "its shape is [3, 4] instead of [3, 2]", "is_exporting"),
        (Dtype, "it is torch.float32 instead of torch.float64", "is_exporting"),
        (Structure, "another structure", "the model returns"),
        (Less, "another structure", "the model returns"),
    ],
)
def test_a_program_that_is_not_the_model(kind: type[nn.Module], words: str, note: str) -> None:
    torch.manual_seed(0)
    error = differs(kind(), torch.randn(3, 8))
    assert words in error.message
    assert note in (error.note or "")


def test_the_exported_program_may_be_what_is_wanted() -> None:
    model = Exporting().eval()
    x = torch.randn(3, 8)
    small = sparsec.compile(model, (x,), reference="export", measure=False)
    torch.testing.assert_close(small(x), model.body(x))
    assert small.report.error < 1e-10


def test_an_unknown_reference() -> None:
    with pytest.raises(UserError, match="there is no reference 'truth'"):
        sparsec.compile(Exporting().eval(), (torch.randn(3, 8),), reference="truth")


class Encoder(nn.Module):
    def __init__(self, **options: Any) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, **options)
        self.t = nn.TransformerEncoder(layer, 2, enable_nested_tensor=not options)

    def forward(self, x: Tensor, pad: Tensor) -> Tensor:
        return self.t(x, src_key_padding_mask=pad)


def padded() -> tuple[Tensor, Tensor]:
    pad = torch.zeros(3, 7, dtype=torch.bool)
    pad[0, 4:] = True
    pad[1, 6:] = True
    return torch.randn(3, 7, 32), pad


@pytest.mark.slow
def test_a_fast_path_that_writes_zeros_at_padded_places() -> None:
    torch.manual_seed(0)
    model, (x, pad) = Encoder().eval(), padded()
    for layer in model.t.layers:
        layer.linear1.weight.data[:20] = 0
    error = differs(model, x, pad)
    assert "fast path" in (error.note or "")
    assert "reference='export'" in (error.hint or "")
    small = sparsec.compile(model, (x, pad), reference="export", measure=False)
    with torch.no_grad():
        torch.testing.assert_close(small(x, pad)[~pad], model(x, pad)[~pad], atol=1e-5, rtol=1e-5)
    assert small.report.changed_layers
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        assert sparsec.compile(model, (x, pad), measure=False).report.error < 1e-10
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


def test_without_padding_the_fast_path_agrees() -> None:
    torch.manual_seed(0)
    x, _ = padded()
    assert (
        sparsec.compile(Encoder().eval(), (x, torch.zeros(3, 7, dtype=torch.bool)), measure=False).report.error < 1e-10
    )


# -------------------------------------------------------------------- the module is left as it was


class Stateful(Base):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("seen", torch.zeros(4))

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        self.seen += y.sum(0)
        return y + self.seen


def test_running_the_module_leaves_no_trace() -> None:
    torch.manual_seed(0)
    model, x = Stateful().eval(), torch.randn(3, 8)
    kept, random = x.clone(), torch.random.get_rng_state()
    program = capture(model, (x,))
    assert torch.equal(model.seen, torch.zeros(4))
    assert torch.equal(x, kept)
    assert torch.equal(torch.random.get_rng_state(), random)
    (answer,) = program.answers
    assert set(answer.state) == {"seen"}
    with torch.no_grad():
        torch.testing.assert_close(answer.outputs[0], model(x))
        torch.testing.assert_close(answer.state["seen"], model.seen)


def test_a_buffer_that_is_replaced_by_the_forward() -> None:
    class Replacing(Stateful):
        def forward(self, x: Tensor) -> Tensor:
            y = self.body(x)
            self.seen = self.seen + y.sum(0)
            return y + self.seen

    torch.manual_seed(0)
    model, x = Replacing().eval(), torch.randn(3, 8)
    held = model.seen
    small = sparsec.compile(model, (x,), measure=False)
    assert model.seen is held
    with torch.no_grad():
        torch.testing.assert_close(small(x), model(x))


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        ([(torch.randn(3, 8), torch.randn(3, 8))], "is not structured like the first one"),
        ([(torch.randn(3, 8).double(),)], "differs from the first one in more than sizes"),
        ([torch.randn(3, 8)], "not a tuple"),
    ],
)
def test_examples_that_do_not_fit(examples: list[Any], words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        sparsec.compile(nn.Linear(8, 4).eval(), (torch.randn(3, 8),), examples=examples)
    assert caught.value.code == "bad-inputs"


def test_examples_by_keyword_and_in_pairs() -> None:
    model = nn.Linear(8, 4).eval()
    call = {"input": torch.randn(3, 8)}
    small = sparsec.compile(model, (), call, examples=[{"input": torch.randn(5, 8)}, ((), call)], measure=False)
    assert small.report.samples == 4
