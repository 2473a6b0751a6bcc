"""Attention of ONNX files, the standard's and what ONNX Runtime's optimizer of transformers writes, answers alike."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from zoo.torchvision_shim import import_torchvision

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.capture.onnx.values import Refused
from sparsec.runtime.module import ProgramModule

from .onnx_nodes import answers, check, imported, model_of, session_of, values, whole

X = values(2, 3, 8)
MASK = whole([1, 1, 0], [1, 2, 1], dtype=np.int32)
ATTENTION = "y = com.microsoft.Attention <num_heads = 2{}> (x, w, b{})"
PAST = "y, z = com.microsoft.Attention <num_heads = 2{}> (x, w, b, {}, both)"
HEADS = "y = com.microsoft.MultiHeadAttention <num_heads = 2{}> (x, {})"
CACHED = "y, z, u = com.microsoft.MultiHeadAttention <num_heads = 2{}> (x, x, v, b, , , p, q)"
TURNED = "y = com.microsoft.RotaryEmbedding <{}> (x, {})"
HELD: dict[str, Any] = {
    "w": values(8, 24),
    "b": values(24),
    "k": values(2, 5, 8, seed=1),
    "v": values(2, 3, 8, seed=2),
    "wide": values(2, 5, 12, seed=2),
    "more": values(28),
    "heads": values(2, 2, 5, 4, seed=1),
    "both": values(2, 2, 2, 2, 4, seed=1),
    "p": values(2, 2, 5, 4, seed=1),
    "q": values(2, 2, 5, 4, seed=3),
    "m": MASK,
    "longer": whole([1, 1, 1, 1, 0], [1, 0, 1, 1, 1], dtype=np.int32),
    "square": np.random.default_rng(0).integers(0, 2, (2, 3, 3)).astype(np.int32),
    "lengths": whole(3, 2, dtype=np.int32),
    "none": whole(3, 0, dtype=np.int32),
    "ends": whole(3, 2, 1, 0, dtype=np.int32),
    "added": values(2, 1, 3, 3, seed=3),
    "at": whole([0, 1, 2], [3, 4, 5]),
    "first": whole(3),
    "cosines": np.cos(values(16, 2)),
    "sines": np.sin(values(16, 2)),
    "cosine": np.cos(values(16, 1)),
    "sine": np.sin(values(16, 1)),
}
CASES = {
    "lengths": ATTENTION.format("", ", lengths"),
    "a text that is empty": ATTENTION.format("", ", none"),
    "ends and beginnings": ATTENTION.format("", ", ends"),
    "flags": ATTENTION.format("", ", m"),
    "flags of pairs": ATTENTION.format("", ", square"),
    "causal": ATTENTION.format(", unidirectional = 1", ""),
    "causal with flags": ATTENTION.format(", unidirectional = 1", ", m"),
    "causal with a cache": PAST.format(", unidirectional = 1", ""),
    "flags with a cache": PAST.format("", "longer"),
    "a bias of scores": ATTENTION.format(", scale = 0.3", ", , , added"),
    "by head": HEADS.format("", "x, v, b"),
    "by head, causal": HEADS.format(", unidirectional = 1", "x, v, b"),
    "by head, flags": HEADS.format("", "x, v, b, m"),
    "by head, lengths": HEADS.format("", "x, v, b, lengths"),
    "by head, a bias of scores": HEADS.format("", "x, v, , , added"),
    "by head, across": HEADS.format("", "k, wide, more"),
    "by head, keys that are ready": HEADS.format("", "heads, heads, b"),
    "by head, a cache": CACHED.format(""),
    "by head, causal with a cache": CACHED.format(", unidirectional = 1"),
    "turned": TURNED.format("interleaved = 0", "at, cosines, sines"),
    "turned, interleaved": TURNED.format("interleaved = 1", "at, cosines, sines"),
    "turned from a place on": TURNED.format("interleaved = 0", "first, cosines, sines"),
    "turned in part": TURNED.format("num_heads = 2, rotary_embedding_dim = 2", "at, cosine, sine"),
}


@pytest.mark.parametrize("name", CASES)
def test_of_onnx_runtime(name: str) -> None:
    read = onnx.parser.parse_node(CASES[name]).input
    check(CASES[name], {key: value for key, value in HELD.items() if key in read}, 17, x=X)


# Of grouped heads: how they are asked for, how long the new texts are, and how many tokens each has in all.
GROUPED: dict[str, tuple[str, int, list[int]]] = {
    "no cache": ("", 3, [3, 2]),
    "a cache": ("", 3, [8]),
    "turned": ("do_rotary = 1", 3, [8]),
    "turned, interleaved": ("do_rotary = 1, rotary_interleaved = 1", 3, [8]),
    "one token": ("do_rotary = 1", 1, [6, 6]),
    "one token of texts that differ": ("do_rotary = 1", 1, [6, 4]),
    "a cache with room": ("do_rotary = 1", 1, [4]),
    "a window": ("local_window_size = 3", 3, [8]),
    "a limit of scores": ("softcap = 2.0", 3, [8]),
}


@pytest.mark.parametrize("name", GROUPED)
def test_of_grouped_heads(name: str) -> None:
    how, tokens, totals = GROUPED[name]
    batch = len(totals)
    held = {
        "k": values(batch, tokens, 32, seed=1),
        "v": values(batch, tokens, 32, seed=2),
        "last": whole(*(total - 1 for total in totals), dtype=np.int32),
        "total": np.array(max(totals), np.int32),
    }
    if cached := name != "no cache":
        held |= {"p": values(batch, 2, 5, 16, seed=3), "q": values(batch, 2, 5, 16, seed=4)}
    if rotary := "rotary" in how:
        held |= {"cosines": np.cos(values(16, 8)), "sines": np.sin(values(16, 8))}
    given = f"x, k, v, {'p, q' if cached else ', '}, last, total{', cosines, sines' if rotary else ''}"
    heads = f"num_heads = 4, kv_num_heads = 2{', ' if how else ''}{how}"
    check(f"y, z, u = com.microsoft.GroupQueryAttention <{heads}> ({given})", held, 17, x=values(batch, tokens, 64))


STANDARD = {
    "causal": "y, z = Attention <is_causal = 1, q_num_heads = 2, kv_num_heads = 2> (x, x, v)",
    "grouped": "y = Attention <q_num_heads = 4, kv_num_heads = 2> (x, four, four)",
    "turned": "y = RotaryEmbedding <num_heads = 2> (x, cosines, sines, at)",
    "root mean square": "y = RMSNormalization (x, scale)",
}


@pytest.mark.parametrize("name", STANDARD)
def test_of_the_standard(name: str) -> None:
    """All of its own cases are a slow test beside the other operators'."""
    held = HELD | {"four": values(2, 5, 4, seed=1), "scale": values(8)}
    read = onnx.parser.parse_node(STANDARD[name]).input
    check(STANDARD[name], {key: value for key, value in held.items() if key in read}, 23, x=X)


REFUSED = {
    "causal attention to keys of others": HEADS.format(", unidirectional = 1", "k, k"),
    "an attention mask of sums of lengths": ATTENTION.format("", ", k"),
    "hands on its scores": "y, , , z = com.microsoft.MultiHeadAttention <num_heads = 2> (x, x, v)",
}


@pytest.mark.parametrize("told", REFUSED)
def test_what_is_refused_says_what_it_asks_for(told: str) -> None:
    read = onnx.parser.parse_node(REFUSED[told]).input
    held = {key: value for key, value in HELD.items() if key in read}
    held |= {"k": whole(*range(8), dtype=np.int32)} if "sums" in told else {}
    module = imported(model_of(REFUSED[told], {"x": X}, held, 17))
    with pytest.raises(Refused, match=told):
        answers(module, {"x": X})


def encoder(path: Path, heads: int = 4, width: int = 32) -> Path:
    """A layer as the optimizer writes it, whose second head gives nothing; sizes are open."""
    body = f"""
        e, mask_index = com.microsoft.EmbedLayerNormalization <epsilon = 1e-12> (ids, , words, places, , g, b, mask)
        a = com.microsoft.Attention <num_heads = {heads}> (e, qkv, bias, mask_index)
        o = MatMul (a, out)
        y = com.microsoft.SkipLayerNormalization <epsilon = 1e-12> (o, e, g, b)"""
    each, qkv, bias = width // heads, values(width, 3 * width) / 3, values(3 * width, seed=2)
    gone = slice(2 * width + each, 2 * width + 2 * each)
    qkv[:, gone], bias[gone] = 0, 0
    held = {"words": values(50, width), "places": values(40, width, seed=1), "g": values(width, positive=True)}
    held |= {"b": values(width, seed=5), "qkv": qkv, "bias": bias, "out": values(width, width, seed=6)}
    model = model_of(body.strip(), {"ids": whole([1], dtype=np.int32), "mask": whole([1], dtype=np.int32)}, held, 17)
    for given in model.graph.input:
        del given.type.tensor_type.shape.dim[:]
        for name in ("batch", "length"):
            given.type.tensor_type.shape.dim.add().dim_param = name
    onnx.save(model, path)
    return path


def test_a_layer_with_lengths_for_a_mask_loses_a_head(tmp_path: Path) -> None:
    path = encoder(tmp_path / "net.onnx")
    compiled = sparsec.compile(path, measure=False, kernels=False, effort="fast", target="cpu")
    assert {row.name: row.outputs for row in compiled.report.layers} == {"qkv": (96, 72), "out": (32, 32)}
    ids = whole(*np.random.default_rng(0).integers(0, 50, (3, 7)).tolist(), dtype=np.int32)
    mask = np.ones_like(ids)
    mask[1, 4:] = 0
    wanted = session_of(onnx.load(path)).run(["y"], {"ids": ids, "mask": mask})[0]
    np.testing.assert_allclose(
        compiled(torch.from_numpy(ids), torch.from_numpy(mask))["y"], wanted, rtol=2e-5, atol=5e-6
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["bert", "gpt2"])
def test_what_the_optimizer_makes_of_a_model_answers_as_that(tmp_path: Path, kind: str) -> None:
    import_torchvision()
    import transformers
    from onnxruntime.transformers import optimizer

    torch.manual_seed(0)
    sizes = {"vocab_size": 90, "num_hidden_layers": 2, "num_attention_heads": 4, "hidden_size": 32}
    if kind == "bert":
        config: Any = transformers.BertConfig(**sizes, intermediate_size=64, max_position_embeddings=32)
    else:
        config = transformers.GPT2Config(**sizes, n_positions=32, bos_token_id=1, eos_token_id=1)
    config._attn_implementation, config.use_cache = "eager", False
    model = transformers.AutoModel.from_config(config).eval()

    class Texts(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask)[0]

    path, names = tmp_path / "net.onnx", ["input_ids", "attention_mask"]
    axes = {name: {0: "batch", 1: "length"} for name in names}
    given = (torch.ones(2, 8, dtype=torch.int64),) * 2
    logging.disable()
    torch.onnx.export(
        Texts(), given, path, dynamo=False, input_names=names, output_names=["y"], dynamic_axes=axes, opset_version=14
    )
    made = optimizer.optimize_model(str(path), model_type=kind, num_heads=4, hidden_size=32, opt_level=0)
    logging.disable(logging.NOTSET)
    made.save_model_to_file(str(tmp_path / "optimised.onnx"))
    fused = {node.op_type for node in made.model.graph.node if node.domain == "com.microsoft"}
    assert "SkipLayerNormalization" in fused and ("Attention" in fused or kind == "gpt2")
    program = capture(tmp_path / "optimised.onnx")
    ids, mask = torch.randint(0, 90, (3, 11)), torch.ones(3, 11, dtype=torch.int64)
    mask[-1, 6:] = 0
    kinds = {
        value.name: value.type for value in onnxruntime.InferenceSession(str(tmp_path / "optimised.onnx")).get_inputs()
    }
    dtype = torch.int32 if "int32" in kinds["input_ids"] else torch.int64
    wanted = session_of(onnx.load(path)).run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]
    found = ProgramModule(program)(ids.to(dtype), mask.to(dtype))["y"]
    counted = mask.bool().numpy()
    np.testing.assert_allclose(found.numpy()[counted], wanted[counted], rtol=2e-5, atol=5e-6)
