"""``sparsec prune``, ``sparsec sensitivity`` and ``sparsec methods``: what they write, print and refuse."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn
from torch.export import Dim
from zoo.torchvision_shim import import_torchvision

import sparsec
from sparsec.compiler.cli import main
from sparsec.pruning import Recipe, report_in

Run = Callable[[str], tuple[int, str, str]]
OPTIONS = "--data calib.npz --no-measure"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``model.pt2`` and ``calib.npz``."""
    folder = tmp_path_factory.mktemp("saved")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(12, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 4)).eval()
        calls = torch.randn(80, 12)
    exported = torch.export.export(model, (calls[:2],), dynamic_shapes=({0: Dim.AUTO},))
    torch.export.save(exported, folder / "model.pt2")
    np.savez(folder / "calib.npz", input=calls.numpy())
    return folder


@pytest.fixture
def run(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in a folder with a model and data; gives exit code, stdout, stderr."""
    for name in ("model.pt2", "calib.npz"):
        (tmp_path / name).symlink_to(saved / name)
    monkeypatch.chdir(tmp_path)

    def line(words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(words.split())
        return code, *capsys.readouterr()

    return line


def weights(path: str) -> dict[str, torch.Tensor]:
    return dict(torch.export.load(path).state_dict)


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir() if path.name not in ("model.pt2", "calib.npz"))


def test_units_go_and_a_smaller_file_is_written(run: Run) -> None:
    code, out, err = run(f"prune model.pt2 {OPTIONS} --units neuron --macs 0.6 -o small.pt2 --write-recipe how.toml")
    assert (code, err) == (0, "")
    assert "Pruned with 'calib.npz'" in out and "Against the dense model" in out and "of 24 neurons" in out
    assert "layers shrank" in out and "Wrote small.pt2 (" in out and "Wrote how.toml (" in out
    assert files() == ["how.toml", "small.pt2"]
    held, before = (sum(w.numel() for w in weights(name).values()) for name in ("small.pt2", "model.pt2"))
    assert held < 0.8 * before
    assert Recipe.load("how.toml") == Recipe.load("small.pt2")
    assert report_in("small.pt2")["left"] <= 0.6
    explained = run("explain small.pt2")[1]
    assert "layers shrank" in explained and "Pruned before: Gone: " in explained and "  relative 0." in explained
    assert "Pruned before" not in run("explain model.pt2")[1]


def test_zeros_alone_and_again_by_their_recipe(run: Run) -> None:
    code, out, _ = run(f"prune model.pt2 {OPTIONS} --sparsity 0.5 --pattern 2:4 --no-compile -o pruned.pt2")
    assert code == 0 and "50.0% of the weights of 3 layers are zero" in out and "layers shrank" not in out
    assert int((weights("pruned.pt2")["2.weight"] == 0).sum()) == 288
    code, _, err = run(f"prune model.pt2 {OPTIONS} --recipe pruned.pt2 --no-compile -o again.pt2")
    assert (code, err) == (0, "")
    one, two = weights("pruned.pt2"), weights("again.pt2")
    assert all(torch.equal(value, two[name]) for name, value in one.items())
    code, _, err = run(f"prune model.pt2 {OPTIONS} --samples 40 --recipe pruned.pt2 --no-compile -o other.pt2")
    assert code == 2 and "made with other data" in err
    code, _, err = run(
        f"prune model.pt2 {OPTIONS} --samples 40 --recipe pruned.pt2 --elsewhere --no-compile -o other.pt2"
    )
    assert (code, err) == (0, "")


def test_for_onnx_runtime_as_json(run: Run) -> None:
    options = "--sparsity 0:0.25,*:0.5 --importance magnitude --pattern rows --keep 4"
    code, out, err = run(f"prune model.pt2 {OPTIONS} {options} -o small.onnx --json --metric kl")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert {one["name"]: one["asked"] for one in document["pruning"]["layers"]} == {"0": 0.25, "2": 0.5}
    assert document["pruning"]["refused"]["4"] == "it is kept, as asked"
    assert document["report"]["target"] == "onnxruntime" and document["bytes"] == Path("small.onnx").stat().st_size
    assert any(one["name"] == "kl, pruned" for one in document["pruning"]["losses"])
    assert onnxruntime.InferenceSession("small.onnx").run(None, {"input": np.ones((3, 12), np.float32)})[0].shape == (
        3,
        4,
    )


def test_without_data_magnitudes_decide(run: Run) -> None:
    code, out, _ = run("prune model.pt2 --sparsity 0.5 --no-compile -o pruned.pt2")
    assert code == 0 and "Against the dense model" not in out
    assert Recipe.load("pruned.pt2").options["importance"] == "magnitude"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("--sparsity half -o x.pt2", "--sparsity 'half' is no share"),
        ("--sparsity 0.5 -o x.txt", "does not say what to write"),
        ("--sparsity 0.5 --no-compile -o x.onnx", "does not say what to write"),
        ("--sparsity 0.5 --no-compile -o folder", "does not say what to write"),
        ("--sparsity 0.5 --macs 0.5 -o x.pt2", "both sparsity= and budget="),
        ("--macs 0.5 --parameters 0.5 -o x.pt2", "both --macs and --parameters"),
        ("--sparsity 0.5 --importance wnada -o x.pt2", "no importance 'wnada'"),
        ("--sparsity 0.5 --recipe none.toml -o x.pt2", "no file 'none.toml'"),
        ("-o x.pt2", "nobody says how many"),
        ("--sparsity 0.5 --write-recipe x.json -o x.pt2", "end it in .toml"),
    ],
)
def test_what_cannot_be_asked(run: Run, line: str, what: str) -> None:
    code, out, err = run(f"prune model.pt2 {OPTIONS} {line}")
    assert (code, out) == (2, "") and what in err
    assert not files()


def test_texts_and_pictures_need_to_be_told_about(run: Run) -> None:
    Path("texts.txt").write_text("a line\n")
    code, _, err = run("prune model.pt2 --data texts.txt --sparsity 0.5 -o x.pt2")
    assert code == 2 and "'texts.txt' is read as text" in err and "--tokenizer" in err
    Path("pictures").mkdir()
    code, _, err = run("prune model.pt2 --data pictures --sparsity 0.5 -o x.pt2")
    assert code == 2 and "--image-size" in err


def test_sensitivity(run: Run) -> None:
    code, out, err = run("sensitivity model.pt2 --data calib.npz --levels 0.9,0.5 --html curves.html")
    assert (code, err) == (0, "")
    assert "one layer pruned at a time" in out and "50% zeros" in out and "Wrote curves.html (" in out
    text = Path("curves.html").read_text()
    assert text.count("<polyline") == 2 * 3 and "var(--left)" in text and text.endswith("</html>\n")
    assert "http" not in text and "<script" not in text


def test_sensitivity_as_json(run: Run) -> None:
    code, out, _ = run("sensitivity model.pt2 --data calib.npz --keep 4 --json")
    document = json.loads(out)
    assert code == 0 and document["levels"] == [0.25, 0.5, 0.75]
    assert [layer["name"] for layer in document["layers"]] == ["0", "2"]
    for layer in document["layers"]:
        assert 0 < layer["losses"][0] < layer["losses"][1] < layer["losses"][2]
    code, out, _ = run("sensitivity model.pt2 --data calib.npz --pattern 2:4 --json")
    assert json.loads(out)["levels"] == [0.5]


def test_sensitivity_is_what_the_outputs_of_the_model_lose(run: Run) -> None:
    """Against a model in which one layer was pruned by hand."""
    model, calls = torch.export.load("model.pt2").module(), torch.from_numpy(np.load("calib.npz")["input"])[:16]
    found = sparsec.pruning.sensitivity("model.pt2", [calls], levels=[0.5], importance="magnitude")
    dense = model(calls)
    for curve in found.curves:
        weight = model.get_parameter(f"{curve.name}.weight")
        before = weight.detach().clone()
        lowest = weight.abs().flatten().argsort()[: weight.numel() // 2]
        with torch.no_grad():
            weight.view(-1)[lowest] = 0
            error = (model(calls) - dense).square().sum() / dense.square().sum()
            weight.copy_(before)
        assert curve.losses[0.5] == pytest.approx(float(error), rel=1e-4)
    assert [one.name for one in found.sorted()] == sorted(
        (one.name for one in found.curves),
        key=lambda name: -next(c.losses[0.5] for c in found.curves if c.name == name),
    )


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("", "pass --data"),
        ("--data calib.npz --levels many", "no shares"),
        ("--data calib.npz --levels 2", "no shares"),
    ],
)
def test_what_sensitivity_cannot_be_asked(run: Run, line: str, what: str) -> None:
    code, out, err = run(f"sensitivity model.pt2 {line}")
    assert (code, out) == (2, "") and what in err


def test_methods(run: Run) -> None:
    _, out, _ = run("methods")
    assert all(word in out for word in ("wanda", "Wanda (Sun et al., 2023)", "l-greco", "row-groups", "affine"))
    found: list[dict[str, Any]] = json.loads(run("methods pattern --json")[1])
    assert {row["kind"] for row in found} == {"pattern"} and all(row["file"].endswith(".py") for row in found)
    code, _, err = run("methods nonsense")
    assert code == 2 and "no methods of the kind 'nonsense'" in err


# --- Hugging Face folders


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small BERT and its tokenizer, and a text file beside it."""
    with contextlib.suppress(ImportError):  # transformers looks for torchvision too
        import_torchvision()
    transformers, tokenizers = pytest.importorskip("transformers"), pytest.importorskip("tokenizers")
    place = tmp_path_factory.mktemp("bert")
    words = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", *"abcdefghijklmnop"])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]"
    ).save_pretrained(place / "model")
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 48}
    config = transformers.BertConfig(**sizes, vocab_size=len(words), max_position_embeddings=32)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        transformers.BertForSequenceClassification(config).eval().save_pretrained(place / "model")
    lines = [" ".join("abcdefghijklmnop"[(3 * row + place) % 16] for place in range(3 + row % 7)) for row in range(40)]
    (place / "texts.txt").write_text("\n".join(lines))
    return place


def test_a_folder_of_hugging_faces(folder: Path, run: Run) -> None:
    transformers = pytest.importorskip("transformers")
    line = f"prune {folder / 'model'} --data {folder / 'texts.txt'} --length 12 --sparsity 0.5 --pattern 8x1"
    code, out, err = run(f"{line} --keep classifier,*.pooler.* --no-compile -o pruned-0.5")
    assert (code, err) == (0, "")
    assert "12 tokens each" in out and "shapes are those of the dense model" in out
    model, info = transformers.BertForSequenceClassification.from_pretrained("pruned-0.5", output_loading_info=True)
    assert not info["missing_keys"] and not info["mismatched_keys"]
    weight = model.bert.encoder.layer[0].intermediate.dense.weight
    blocks = (weight.reshape(6, 8, 32) != 0).sum(dim=1)
    assert set(blocks.unique().tolist()) <= {0, 8} and int((weight == 0).sum()) == weight.numel() // 2
    assert transformers.AutoTokenizer.from_pretrained("pruned-0.5")("a b c")["input_ids"] == [3, 4, 5]
    recipe = Recipe.load("pruned-0.5/sparsec_recipe.toml")
    assert recipe.levels["bert.encoder.layer.0.intermediate.dense"] == 0.5
    code, _, err = run(
        f"prune {folder / 'model'} --data {folder / 'texts.txt'} --length 12 --no-measure"
        " --recipe pruned-0.5/sparsec_recipe.toml -o small.pt2"
    )
    assert (code, err) == (0, "")
    assert run("compile pruned-0.5 -o later.pt2 --no-measure")[0] == 0
    assert Recipe.load("later.pt2") == recipe
    ids = torch.randint(3, 19, (3, 9))
    small = sparsec.load("small.pt2")(input_ids=ids, attention_mask=torch.ones_like(ids))
    with torch.no_grad():
        own = model.eval()(input_ids=ids, attention_mask=torch.ones_like(ids))
    torch.testing.assert_close(small["logits"], own["logits"], rtol=1e-4, atol=1e-5)


def test_what_was_lost_is_won_back(run: Run) -> None:
    """From files, in two runs that are as one: the first is interrupted."""
    assert run("prune model.pt2 --sparsity 0.6 --pattern scattered --no-compile -o pruned.pt2")[0] == 0
    line = "recover model.pt2 pruned.pt2 --data calib.npz --steps 40 --learning-rate 0.003 --no-compile"
    code, out, err = run(f"{line} -o whole.pt2 --resume run.checkpoint")
    assert (code, err) == (0, "") and "Taught with 'calib.npz'" in out and "Recovered in 40 steps" in out
    told = report_in("whole.pt2")["recovered"]
    assert dict(told["losses"])[told["best"]] < 0.8 * told["losses"][0][1]
    before, after = weights("pruned.pt2"), weights("whole.pt2")
    assert all(torch.equal(value == 0, after[name] == 0) for name, value in before.items() if "weight" in name)
    assert Recipe.load("whole.pt2") == Recipe.load("pruned.pt2")
    assert run(f"{line} -o again.pt2")[0] == 0
    assert all(torch.equal(value, after[name]) for name, value in weights("again.pt2").items())
    assert files() == ["again.pt2", "pruned.pt2", "whole.pt2"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("model.pt2 model.pt2 --data calib.npz -o x.pt2", "has no zeros that"),
        ("model.pt2 model.pt2 -o x.pt2", "nothing to learn from"),
        ("model.pt2 model.pt2 --data calib.npz -o x.txt", "does not say what to write"),
    ],
)
def test_what_cannot_be_won_back(run: Run, line: str, what: str) -> None:
    code, _, err = run(f"recover {line}")
    assert code == 2 and what in err
