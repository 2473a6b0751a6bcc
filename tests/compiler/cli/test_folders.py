"""Folders of ONNX models: every model becomes smaller and answers as before, and the rest lies beside it again."""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from torch import nn
from zoo import optimum
from zoo.backends import OnnxModel

from sparsec.compiler.cli import main

# A size of each name: those of the example, and others.
SIZES = (
    {"batch_size": 2, "sequence_length": 7, "past_sequence_length": 5},
    {"batch_size": 3, "sequence_length": 4, "past_sequence_length": 9},
)


def layered(path: Path, apart: bool = False) -> None:
    """A model of two layers, half of whose inner channels are zero."""
    layers = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4)).eval()
    with torch.no_grad():
        layers[0].weight[::2] = 0
        layers[0].bias[::2] = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(layers, (torch.ones(2, 8),), path, dynamo=True, verbose=False, external_data=False)
    if apart:
        onnx.save_model(
            onnx.load(path), path, save_as_external_data=True, location=f"{path.name}_data", size_threshold=0
        )


def numbers(path: Path) -> int:
    return sum(math.prod(weight.dims) for weight in onnx.load(path).graph.initializer)


def answers(path: Path, feeds: dict[str, Any]) -> list[Any]:
    return list(OnnxModel(path).session.run(None, feeds))


@pytest.mark.filterwarnings("ignore")
def test_all_models_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = [tmp_path / "from" / "encoder.onnx", tmp_path / "from" / "onnx" / "decoder.onnx"]
    for model, apart in zip(models, (True, False), strict=True):
        layered(model, apart)
    (tmp_path / "from" / "config.json").write_text("{}")
    (tmp_path / "from" / "onnx" / "notes.txt").write_text("of ours")
    assert (tmp_path / "from" / "encoder.onnx_data").exists()
    assert main(["compile", str(tmp_path / "from"), "-o", str(tmp_path / "to"), "--no-measure"]) == 0
    written = sorted(str(path.relative_to(tmp_path / "to")) for path in (tmp_path / "to").rglob("*") if path.is_file())
    assert written == ["config.json", "encoder.onnx", "onnx/decoder.onnx", "onnx/notes.txt"]
    told = capsys.readouterr().out
    assert told.count("parameters") == told.count("Wrote") == 2
    for model in models:
        small = tmp_path / "to" / model.relative_to(tmp_path / "from")
        assert numbers(small) < numbers(model)
        feeds = {onnx.load(model).graph.input[0].name: np.linspace(-1, 1, 16, dtype=np.float32).reshape(2, 8)}
        np.testing.assert_allclose(answers(small, feeds)[0], answers(model, feeds)[0], rtol=1e-5, atol=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_folders_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("encoder", "decoder"):
        layered(tmp_path / "from" / f"{name}.onnx")
    (tmp_path / "file").write_text("")
    for output, said in (
        (tmp_path / "file", "is a file"),
        (tmp_path / "from", "lies in the folder that is read"),
        (tmp_path / "from" / "small", "lies in the folder that is read"),
        (tmp_path / "small.onnx", "holds 2 ONNX models"),
    ):
        assert main(["compile", str(tmp_path / "from"), "-o", str(output)]) != 0
        assert said in capsys.readouterr().err
    assert main(["compile", str(tmp_path / "from"), "-o", str(tmp_path / "to"), "--report", "report.html"]) != 0
    assert "'--report' is for one model" in capsys.readouterr().err
    assert not (tmp_path / "to").exists()


@pytest.mark.filterwarnings("ignore")
def test_a_model_that_is_refused_is_copied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layered(tmp_path / "from" / "encoder.onnx")
    (tmp_path / "from" / "torn.onnx").write_bytes(b"no model at all")
    command = ["compile", str(tmp_path / "from"), "-o", str(tmp_path / "to"), "--no-measure"]
    assert main(command) == 0
    assert "torn.onnx as it is: " in capsys.readouterr().out.replace("\n", " ")
    assert (tmp_path / "to" / "torn.onnx").read_bytes() == b"no model at all"
    assert numbers(tmp_path / "to" / "encoder.onnx") < numbers(tmp_path / "from" / "encoder.onnx")
    (tmp_path / "from" / "encoder.onnx").unlink()
    assert main(command) != 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", [optimum.encoder, optimum.decoder, optimum.encoder_decoder])
def test_layouts_of_optimum(kind: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "from").mkdir()
    kind(tmp_path / "from")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # names with dots are none of Python's
        assert main(["compile", str(tmp_path / "from"), "-o", str(tmp_path / "to"), "--no-measure", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["models"]) == len([*(tmp_path / "from").glob("*.onnx")])
    assert {path.name for path in (tmp_path / "from").iterdir()} <= {path.name for path in (tmp_path / "to").iterdir()}
    for model in (tmp_path / "from").glob("*.onnx"):
        before, after = (onnx.load(folder / model.name).graph for folder in (tmp_path / "from", tmp_path / "to"))
        assert [x.name for x in before.input] == [x.name for x in after.input]
        assert [x.name for x in before.output] == [x.name for x in after.output]
        assert numbers(tmp_path / "to" / model.name) < numbers(model)
        for sizes in SIZES:
            feeds = {value.name: drawn(value, sizes) for value in before.input}
            wanted, found = answers(model, feeds), answers(tmp_path / "to" / model.name, feeds)
            for one, other in zip(wanted, found, strict=True):
                np.testing.assert_allclose(other, one, rtol=1e-4, atol=1e-5)


def drawn(value: Any, sizes: dict[str, int]) -> Any:
    """An input of the sizes that its dimensions name: lengths of a mask are sums of those."""
    random = np.random.default_rng(0)
    known = sizes | {
        "encoder_sequence_length": sizes["sequence_length"],
        "decoder_sequence_length": sizes["sequence_length"],
        "past_decoder_sequence_length": sizes["past_sequence_length"],
    }
    shape = [
        sum(known[part] for part in dim.dim_param.split(" + ")) if dim.dim_param else dim.dim_value
        for dim in value.type.tensor_type.shape.dim
    ]
    if value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT:
        return random.standard_normal(shape).astype(np.float32)
    if "mask" in value.name:
        return np.ones(shape, np.int64)
    if "position" in value.name:
        return np.broadcast_to(np.arange(shape[1]) + sizes["past_sequence_length"], shape).astype(np.int64)
    return random.integers(0, 2 if "type" in value.name else optimum.VOCABULARY, shape)
