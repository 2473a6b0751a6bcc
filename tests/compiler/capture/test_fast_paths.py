"""Fused encoder layers and recurrent layers inside ``torch.compile``: they shrink like their parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.backend import last_reports
from sparsec.compiler.capture.fast_paths import encoder_layer

pytestmark = pytest.mark.usefixtures("fresh_dynamo")


class Recurrent(nn.Module):
    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.layer, self.second = layer, nn.Linear(16, 3)
        for name, weight in layer.named_parameters():
            if name.endswith("_l1"):
                weight.data.view(-1, 16, *weight.shape[1:])[:, :4] = 0

    def forward(self, x: Tensor) -> Any:
        return self.second(self.layer(x)[0])


def encoder(**options: Any) -> nn.Module:
    layer = nn.TransformerEncoderLayer(32, 4, 64, **({"batch_first": True} | options))
    model = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    for one in model.layers:
        one.linear1.weight.data[:20] = 0
        one.linear1.bias.data[:20] = 0
    return model


MODELS: dict[str, Callable[[], nn.Module]] = {
    "encoder": encoder,
    "norm first": lambda: encoder(norm_first=True),
    "gelu": lambda: encoder(activation="gelu"),
    "tokens first": lambda: encoder(batch_first=False),
    "lstm": lambda: Recurrent(nn.LSTM(32, 16, num_layers=2)),
    "gru": lambda: Recurrent(nn.GRU(32, 16, num_layers=2, batch_first=True)),
}


@pytest.mark.parametrize("name", MODELS)
def test_it_shrinks_and_agrees(name: str) -> None:
    torch.manual_seed(0)
    model, count = MODELS[name]().eval(), len(last_reports())
    fast = torch.compile(model, backend="sparse")
    with torch.no_grad():
        for shape in ((2, 7, 32), (3, 5, 32)):
            x = torch.randn(shape)
            torch.testing.assert_close(fast(x), model(x), rtol=1e-4, atol=1e-5)
    report = last_reports()[count]
    assert report.parameters[1] < report.parameters[0]
    assert report.flops[1] < 0.9 * report.flops[0]


CALLS: dict[str, tuple[dict[str, Any], int]] = {
    "padding": ({"src_key_padding_mask": torch.arange(7) > torch.tensor([[4], [6]])}, 1),
    "causal": ({"mask": nn.Transformer.generate_square_subsequent_mask(7), "is_causal": True}, 1),
    "not said whether causal": ({"mask": nn.Transformer.generate_square_subsequent_mask(7)}, 0),
    "said not to be causal": ({"mask": torch.eye(7).bool(), "is_causal": False}, 1),
}


@pytest.mark.parametrize("name", CALLS)
def test_masks(name: str) -> None:
    """An encoder that is not told looks into a mask whether it is causal: PyTorch compiles nothing of it then."""
    torch.manual_seed(0)
    masks, graphs = CALLS[name]
    model = encoder().eval()
    fast, x = torch.compile(model, backend="sparse"), torch.randn(2, 7, 32)
    with torch.no_grad():
        found, wanted = fast(x, **masks), model(x, **masks)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)
    reports = last_reports()
    assert len(reports) == graphs
    assert all(report.flops[1] < 0.9 * report.flops[0] for report in reports)


@pytest.mark.parametrize("mask_type", [None, 0, 1, 2])
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("gelu", [False, True])
def test_it_is_what_the_fused_operator_computes(gelu: bool, norm_first: bool, mask_type: int | None) -> None:
    random = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, generator=random, dtype=torch.float64)

    shapes = {None: (), 0: (5, 5), 1: (2, 5), 2: (2, 4, 5, 5)}
    mask = None if mask_type is None else torch.rand(shapes[mask_type], generator=random) < 0.4
    if mask is not None:
        mask[..., 0] = False  # something is left of every row
    args = (
        *(draw(2, 5, 8), 8, 4, draw(24, 8), draw(24), draw(8, 8), draw(8), gelu, norm_first, 1e-5),
        *(draw(8), draw(8), draw(8), draw(8), draw(12, 8), draw(12), draw(8, 12), draw(8), mask, mask_type),
    )
    torch.testing.assert_close(encoder_layer(*args), torch._transformer_encoder_layer_fwd(*args), rtol=0, atol=1e-10)


MASKS = {
    "causal": nn.Transformer.generate_square_subsequent_mask(5, dtype=torch.float64),
    "of places": torch.zeros(5, 5, dtype=torch.float64).index_fill(1, torch.tensor([2, 4]), -torch.inf),
    "of nothing": torch.zeros(5, 5, dtype=torch.float64),
}
CODERS: dict[str, tuple[Callable[[], nn.Module], int, str]] = {
    "encoder": (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 12, batch_first=True), 1), 1, "mask"),
    "decoder": (
        lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 12, batch_first=True), 1),
        2,
        "tgt_mask",
    ),
    "both": (lambda: nn.Transformer(8, 2, 1, 1, 12, batch_first=True), 2, "tgt_mask"),
}


@pytest.mark.parametrize("example", ["causal", "of places"])
@pytest.mark.parametrize("name", CODERS)
@pytest.mark.slow
def test_a_mask_is_no_branch_of_an_export(name: str, example: str) -> None:
    """Whether it is the causal one hangs on the call, not on the example."""
    torch.manual_seed(0)
    make, inputs, mask = CODERS[name]
    model, x = make().double().eval(), torch.randn(2, 5, 8, dtype=torch.float64)
    small = sparsec.compile(model, (x,) * inputs, {mask: MASKS[example]}, measure=False, kernels=False)
    for other in MASKS.values():
        wanted = model(*(x,) * inputs, **{mask: other})
        torch.testing.assert_close(small(*(x,) * inputs, **{mask: other}), wanted, rtol=0, atol=1e-10)


def test_a_mask_that_a_model_holds() -> None:
    class Held(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = CODERS["encoder"][0]().double()
            self.register_buffer("mask", MASKS["causal"])

        def forward(self, x: Tensor) -> Any:
            return self.encoder(x, mask=self.mask)

    model, x = Held().eval(), torch.linspace(-1, 1, 80, dtype=torch.float64).reshape(2, 5, 8)
    small = sparsec.compile(model, (x,), measure=False, kernels=False)
    torch.testing.assert_close(small(x), model(x), rtol=0, atol=1e-10)
