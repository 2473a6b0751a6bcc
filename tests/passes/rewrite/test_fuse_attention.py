"""FuseAttention: what is recognised, what is left, and that masks hide what they hid."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from zoo.torchvision_shim import import_torchvision

import sparsec
from sparsec.codegen.onnx.export import export_onnx
from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.pipeline import Pipeline, fusing_steps
from sparsec.passes.base import Context
from sparsec.passes.rewrite.fuse_attention import FuseAttention
from sparsec.passes.rewrite.separate_sums import SeparateSums
from sparsec.runtime.targets import get

TOLERANCE = 2e-6
HEADS, SIZE = 2, 4
Attend = Callable[..., Tensor]


class Net(nn.Module):
    """Attention between layers; ``attend`` is given queries, keys, values with heads apart, and the mask."""

    def __init__(self, attend: Attend) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.attend = attend
        self.query, self.key, self.value, self.out = (nn.Linear(8, 8) for _ in range(4))
        self.norm = nn.LayerNorm(8)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q, k, v = (layer(x).unflatten(2, (HEADS, SIZE)).transpose(1, 2) for layer in (self.query, self.key, self.value))
        y = self.attend(q, k, v, mask).transpose(1, 2).flatten(2)
        return self.norm(x + self.out(y))


def of_operator(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v, mask)


def causal(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=0.3)


def written_out(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    scores = q @ k.transpose(2, 3) * 0.3
    return (scores if mask is None else scores + mask).softmax(-1) @ v


def divided(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    return (q @ k.mT / 2.0).softmax(-1) @ v


def turned(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """Something lies between the layers and the attention, as rotary positions do."""
    return F.scaled_dot_product_attention(q * 0.5 + q.flip(3), k + k.flip(3), v)


WAYS = [of_operator, causal, written_out, divided, turned]


def tokens(batch: int = 2, length: int = 5, seed: int = 0) -> Tensor:
    return torch.randn(batch, length, 8, generator=torch.Generator().manual_seed(seed))


def program_of(attend: Attend) -> Program:
    free = dict.fromkeys((0, 1), torch.export.Dim.DYNAMIC)
    return capture(Net(attend).eval(), (tokens(),), dynamic_shapes=(free,))


def fused(program: Program, target: str = "onnxruntime") -> tuple[Program, bool]:
    program, ctx = program.copy(), Context(get(target), speculation=EVERYWHERE)
    return program, Pipeline([FuseAttention(), SeparateSums()]).run(program, ctx)


def names(program: Program) -> list[str]:
    return [str(node.target).split(".")[-2] for node in program.nodes() if node.op == "call_function"]


@pytest.mark.parametrize("attend", WAYS)
def test_it_is_recognised_and_the_same(attend: Attend, tmp_path: Path) -> None:
    model = Net(attend)
    program, changed = fused(program_of(attend))
    assert changed and names(program).count("attention") == 1 and names(program).count("sum_apart") == 1
    assert ("permute" in names(program)) == (attend is turned) and "softmax" not in names(program)
    path = export_onnx(program, tmp_path / "model.onnx")
    assert {"MultiHeadAttention", "Sum"} <= {node.op_type for node in onnx.load(path).graph.node}
    session = onnxruntime.InferenceSession(path)
    for given in (tokens(), tokens(3, 7, seed=1)):
        expected = model(given).detach()
        assert relative_error(program.run((given,)), [expected]) <= TOLERANCE
        assert (
            relative_error([torch.from_numpy(x) for x in session.run(None, {"x": given.numpy()})], [expected]) <= 1e-5
        )


@pytest.mark.parametrize("attend", WAYS)
def test_it_is_exact_in_float64(attend: Attend) -> None:
    program, _ = fused(program_of(attend))
    program.change_weights(lambda weight: weight.double())
    x = tokens(seed=2).double()
    assert relative_error(program.run((x,)), [Net(attend).double()(x).detach()]) <= 1e-12


# -------------------------------------------------------------------- masks


def masks(shape: tuple[int, ...], seed: int) -> Tensor:
    """Truth values in which some rows hide everything."""
    random = torch.Generator().manual_seed(seed)
    seen = torch.rand(shape, generator=random) > 0.5
    return seen & (torch.rand((*shape[:-1], 1), generator=random) > 0.3)


KINDS = ("infinite", "finite")
MASKED = [(of_operator, "truth"), *((way, kind) for way in (of_operator, written_out) for kind in KINDS)]


@pytest.mark.parametrize(("attend", "kind"), MASKED)
@pytest.mark.parametrize("shape", [(2, 1, 5, 5), (1, 1, 5, 5), (2, 1, 1, 5)], ids=str)
def test_masks_hide_what_they_hid(attend: Attend, kind: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    model = Net(attend).eval()

    def made(seed: int) -> Tensor:
        seen = masks(shape, seed)
        least = -math.inf if kind == "infinite" else torch.finfo(torch.float32).min
        return seen if kind == "truth" else torch.zeros(shape).masked_fill(~seen, least)

    program, changed = fused(capture(model, (tokens(), made(0))))
    assert changed and "attention" in names(program)
    session = onnxruntime.InferenceSession(export_onnx(program, tmp_path / "model.onnx"))
    for seed in range(6):
        x, mask = tokens(seed=seed), made(seed)
        expected = model(x, mask).detach()
        for found in (program.run((x, mask))[0], session.run(None, {"x": x.numpy(), "mask": mask.numpy()})[0]):
            np.testing.assert_allclose(np.asarray(found), expected.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", [bool, float])
def test_without_fusing_they_hide_it_too(kind: type, tmp_path: Path) -> None:
    model, seen = Net(of_operator).eval(), masks((2, 1, 5, 5), 1)
    mask = seen if kind is bool else torch.zeros(seen.shape).masked_fill(~seen, -math.inf)
    assert not seen.any(-1).all()
    session = onnxruntime.InferenceSession(export_onnx(capture(model, (tokens(), mask)), tmp_path / "model.onnx"))
    (found,) = session.run(None, {"x": tokens().numpy(), "mask": mask.numpy()})
    np.testing.assert_allclose(found, model(tokens(), mask).detach().numpy(), rtol=1e-4, atol=1e-5)


def test_layers_share_what_a_mask_becomes() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = Net(of_operator), Net(of_operator)

        def forward(self, x: Tensor, mask: Tensor) -> Tensor:
            y: Tensor = self.second(self.first(x, mask), mask)
            return y

    program, _ = fused(capture(Two().eval(), (tokens(), masks((2, 1, 5, 5), 0))))
    assert names(program).count("attention") == 2 and names(program).count("any") == 1


def test_a_mask_that_is_known_is_looked_at() -> None:
    def with_lower(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        return F.scaled_dot_product_attention(q, k, v, lower)

    lower = torch.ones(5, 5, dtype=torch.bool).tril()
    program, _ = fused(capture(Net(with_lower).eval(), (tokens(),)))
    assert "attention" in names(program) and "any" not in names(program)


# -------------------------------------------------------------------- models that people have


class Hidden(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        result: Tensor = self.model(x)[0] if mask is None else self.model(x, attention_mask=mask)[0]
        return result


@pytest.mark.slow
@pytest.mark.parametrize("way", ["eager", "sdpa"])
@pytest.mark.parametrize("name", ["bert", "gpt2", "llama", "vit"])
def test_transformers(name: str, way: str, tmp_path: Path) -> None:
    import_torchvision()
    import transformers as hf

    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48}
    words = {"vocab_size": 50, "attn_implementation": way}
    small = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 32, "use_cache": False}
    ends = {"bos_token_id": None, "eos_token_id": None}
    torch.manual_seed(0)
    model: nn.Module = {
        "bert": lambda: hf.BertModel(hf.BertConfig(**words, **sizes), add_pooling_layer=False),
        "gpt2": lambda: hf.GPT2Model(hf.GPT2Config(**words, **small, **ends)),
        "llama": lambda: hf.LlamaModel(hf.LlamaConfig(**words, **sizes, num_key_value_heads=2, use_cache=False)),
        "vit": lambda: hf.ViTModel(
            hf.ViTConfig(image_size=16, patch_size=4, attn_implementation=way, **sizes), add_pooling_layer=False
        ),
    }[name]()
    x = torch.randn(2, 3, 16, 16) if name == "vit" else torch.randint(0, 50, (2, 7))
    mask = torch.tensor([[1, 1, 1, 1, 1, 0, 0], [0] * 7])  # the second sees nothing
    inputs = (x,) if name in ("vit", "llama") else (x, mask)
    model = Hidden(model).eval()
    done = sparsec.compile(model, inputs, target="onnxruntime", measure=False)
    path = done.export_onnx(tmp_path / "model.onnx")
    kinds = [node.op_type for node in onnx.load(path).graph.node]
    assert kinds.count("MultiHeadAttention") == 2 and "Softmax" not in kinds
    session = onnxruntime.InferenceSession(path)
    feeds = {value.name: given.numpy() for value, given in zip(session.get_inputs(), inputs, strict=True)}
    np.testing.assert_allclose(session.run(None, feeds)[0], model(*inputs).detach().numpy(), rtol=1e-4, atol=1e-5)


# -------------------------------------------------------------------- what is left


def of_all_heads(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v, torch.zeros(1, HEADS, 1, 1) + torch.arange(HEADS)[:, None, None])


def grouped(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    return F.scaled_dot_product_attention(q, k[:, :1], v[:, :1], enable_gqa=True)


def shown(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    weights = (q @ k.mT).softmax(-1)
    return weights @ v + weights.sum()


def along_queries(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    return (q @ k.mT).softmax(-2) @ v


def fewer(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    return F.scaled_dot_product_attention(q, k[:, :, :3], v[:, :, :3], is_causal=True)


@pytest.mark.parametrize("attend", [of_all_heads, grouped, shown, along_queries, fewer])
def test_others_stay(attend: Attend) -> None:
    program, _ = fused(capture(Net(attend).eval(), (tokens(),)))
    assert "attention" not in names(program)


def test_other_targets_and_dtypes_keep_theirs() -> None:
    program = capture(Net(of_operator).eval(), (tokens(),))
    for target in ("cpu", "inductor", "openvino"):
        assert not fused(program, target)[1]
    assert not fused(capture(Net(of_operator).double().eval(), (tokens().double(),)))[1]


def test_what_is_spared_stays() -> None:
    program, ctx = program_of(of_operator), Context(get("onnxruntime"))
    assert not Pipeline(fusing_steps("onnxruntime")).run(program, ctx)
