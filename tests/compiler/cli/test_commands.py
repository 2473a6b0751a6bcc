"""The command line: what it prints and where, its exit codes, and that nothing half-written stays."""

from __future__ import annotations

import importlib.metadata
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import onnx
import onnxruntime
import pytest
import torch
from torch import nn
from torch.export import Dim
from torch.nn.utils import prune
from zoo.stopwatch import Settled
from zoo.torchvision_shim import import_torchvision

import sparsec
from sparsec.compiler import driver
from sparsec.compiler.cli import main
from sparsec.compiler.cli.arguments import ranges_of
from sparsec.compiler.ir.costs import Work
from sparsec.compiler.ir.facts import Fact, Keys
from sparsec.compiler.ir.program import Program
from sparsec.compiler.pipeline import known_passes
from sparsec.passes.base import Context, Pass, parse
from sparsec.runtime import targets

COMMANDS = (
    "compile",
    "explain",
    "run",
    "passes",
    "profile",
    "kernels",
    "run-onnx",
    "prune",
    "recover",
    "sensitivity",
    "methods",
)


def model() -> nn.Module:
    """Convolutions with a batch norm between, some filters of zeros, and a classifier."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = nn.Sequential(
            nn.Conv2d(3, 8, 3),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.Conv2d(8, 6, 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(54, 5),
        )
        for part in layers.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.running_mean = torch.rand(8)
                nn.init.uniform_(part.bias)
    with torch.no_grad():
        layers[0].weight[:3] = 0
        layers[3].weight[2] = 0
    return layers.eval()


def images(batch: int = 2) -> torch.Tensor:
    return torch.linspace(-1, 1, batch * 75).reshape(batch, 3, 5, 5)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("saved") / "model.pt2"
    torch.export.save(torch.export.export(model(), (images(),), dynamic_shapes=({0: Dim.AUTO},)), file)
    return file.read_bytes()


@pytest.fixture
def folder(saved: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a model in it."""
    (tmp_path / "model.pt2").write_bytes(saved)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listing() -> list[str]:
    return sorted(str(path) for path in Path().rglob("*"))


@dataclass
class Shell:
    capture: pytest.CaptureFixture[str]

    def __call__(self, line: str) -> tuple[int, str, str]:
        """Run a command line; returns exit code, stdout, stderr."""
        self.capture.readouterr()
        code = main(line.split())
        out, err = self.capture.readouterr()
        assert "Traceback" not in err
        return code, out, err

    def good(self, line: str) -> str:
        code, out, err = self(line)
        assert (code, err) == (0, "")
        return out

    def bad(self, line: str) -> str:
        """Run a command line that is at fault; returns stderr."""
        before = listing()
        code, out, err = self(line)
        assert (code, out) == (2, "")
        assert err.startswith("error: ") and listing() == before
        return err

    def document(self, line: str) -> Any:
        """The JSON document that a command prints, and prints alone."""
        return json.loads(self.good(f"{line} --json"), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


@pytest.fixture
def shell(folder: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


# --- help


def python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("line", ["--help", "-h", "--version", *(f"{command} --help" for command in COMMANDS)])
def test_help_comes_without_torch(line: str) -> None:
    script = "import sys; from sparsec.compiler.cli import main; print(main(), 'torch' in sys.modules)"
    done = python(script, *line.split())
    assert done.stdout.splitlines()[-1] == "0 False"
    assert done.stderr == ""


def test_the_console_script_exits_with_the_code() -> None:
    script = "from importlib.metadata import entry_points as e; import sys; "
    done = python(script + "sys.exit([*e(group='console_scripts', name='sparsec')][0].load()())", "nonsense")
    assert done.returncode == 2 and done.stderr.startswith("error: no such command 'nonsense'")


def test_help_names_the_commands_and_shows_examples(shell: Shell) -> None:
    out = shell.good("--help")
    assert all(f"sparsec {command} " in out for command in ("compile", "explain", "run"))
    assert all(command in out for command in COMMANDS) and "Exit codes" in out


@pytest.mark.parametrize("command", COMMANDS[:3])
def test_help_of_a_command_shows_an_example(shell: Shell, command: str) -> None:
    assert f"Example:  sparsec {command}" in shell.good(f"{command} --help")


def test_help_names_the_targets(shell: Shell) -> None:
    words = shell.good("compile --help").replace("│", " ").split()
    assert all(target in {word.strip(".,") for word in words} for target in targets.names())


def test_no_command_shows_the_help_and_is_an_error(shell: Shell) -> None:
    code, out, err = shell("")
    assert code == 2 and "Usage: sparsec" in out + err


def test_version(shell: Shell) -> None:
    assert shell.good("--version") == f"sparsec {sparsec.__version__}\n"


# --- compile


def test_compile_to_onnx(shell: Shell) -> None:
    out = shell.good("compile model.pt2 -o small.onnx --target cpu")
    assert "3 of 3 layers shrank" in out and "Verified on 2 input sets in float64" in out and "Measured on cpu" in out
    assert "8->5" in out and "Wrote small.onnx (" in out
    assert listing() == ["model.pt2", "small.onnx"]
    onnx.checker.check_model("small.onnx")


def test_compile_to_pt2(shell: Shell) -> None:
    shell.good("compile model.pt2 -o small.pt2 --no-measure")
    result = torch.export.load("small.pt2").module()(images(4))
    assert torch.allclose(result, model()(images(4)), atol=1e-6)
    held, left = (sum(w.numel() for w in torch.export.load(f).state_dict.values()) for f in ("model.pt2", "small.pt2"))
    assert left < held  # the report of a model as small as this one takes as much as is saved


def test_compile_over_the_model_itself(shell: Shell) -> None:
    shell.good("compile model.pt2 -o model.pt2 --no-measure --no-verify")
    assert listing() == ["model.pt2"]
    assert "3 of 3 layers shrank" in shell.good("explain model.pt2")  # the report that the file holds
    assert "0 of 3 layers shrank" in shell.good("explain model.pt2 --verify")  # asked anew


def test_compile_as_json(shell: Shell) -> None:
    document = shell.document("compile model.pt2 -o small.pt2 --no-measure")
    assert document["output"] == "small.pt2" and document["bytes"] == Path("small.pt2").stat().st_size
    assert document["report"]["error"] < 1e-10 and document["report"]["measured"] is None
    assert [layer["name"] for layer in document["report"]["layers"]] == ["0.weight", "3.weight", "6.weight"]


def test_compile_without_verification(shell: Shell) -> None:
    document = shell.document("compile model.pt2 -o small.pt2 --no-measure --no-verify")
    assert document["report"]["error"] is None


def test_compile_measures_unless_told_otherwise(shell: Shell) -> None:
    document = shell.document("compile model.pt2 -o small.pt2 --target cpu")
    assert len(document["report"]["measured"]) == 2 and document["report"]["target"] == "cpu"


def test_compile_runs_further_passes_with_their_analyses(shell: Shell) -> None:
    plain = shell.document("compile model.pt2 -o small.pt2 --no-measure --no-kernels --layout constrained")
    document = shell.document(
        "compile model.pt2 -o small.pt2 --no-measure --no-kernels --layout constrained "
        "-p fold-batchnorm,remove-channels"
    )
    names, others = ([row[0] for row in x["report"]["timings"]] for x in (document, plain))
    place = next(at for at, (name, other) in enumerate(zip(names, others, strict=False)) if name != other)
    added = ["fold-batchnorm", "axes", "constants", "liveness", "remove-channels"]
    assert names[place : place + len(added)] == added


def test_the_report_can_be_written(shell: Shell) -> None:
    out = shell.good("compile model.pt2 -o small.pt2 --no-measure --report report.json")
    assert "Wrote report.json (" in out
    report = json.loads(Path("report.json").read_text())
    assert report["model"] == "model" and len(report["layers"]) == 3
    shell.good("compile model.pt2 -o small.pt2 --no-measure --report report.html")
    assert "<html" in Path("report.html").read_text()
    assert listing() == ["model.pt2", "report.html", "report.json", "small.pt2"]


def test_the_program_can_be_dumped(shell: Shell) -> None:
    shell.good("compile model.pt2 -o small.pt2 --no-measure --dump-ir dumps/one")
    files = sorted(file.name for file in Path("dumps/one").iterdir())
    assert files[:2] == ["000_captured.txt", "005_fold-batchnorm.txt"]  # the fifth pass; the four before change nothing


# --- explain


def test_explain(shell: Shell) -> None:
    out = shell.good("explain model.pt2")
    assert "8->5" in out and "Not verified" in out
    assert listing() == ["model.pt2"]


def test_explain_shows_unchanged_layers_on_request(shell: Shell) -> None:
    torch.export.save(torch.export.export(nn.Linear(3, 2), (torch.ones(2, 3),)), "plain.pt2")
    out = shell.good("explain plain.pt2")
    assert "1 layer without zero channels is unchanged; --all lists them." in out and "1.00x" not in out
    assert "1.00x" in shell.good("explain plain.pt2 --all")


def test_explain_tells_all_about_one_layer(shell: Shell) -> None:
    name = shell.document("explain model.pt2")["layers"][0]["name"]
    out = shell.good(f"explain model.pt2 --why {name} --html page.html")
    assert out.startswith(f"{name} (") and "3 zero filters" in out and "Wrote page.html (" in out
    assert "layers shrank" not in out
    assert "there is no layer 'none.such'" in shell.bad("explain model.pt2 --why none.such")


def test_explain_says_which_channels_are_gone(shell: Shell) -> None:
    plain, told = shell.document("explain model.pt2"), shell.document("explain model.pt2 --removed")
    assert not any("removed_outputs" in row for row in plain["layers"])
    rows = [row for row in told["layers"] if row["removed_outputs"]]
    assert rows and all(len(row["removed_outputs"]) == row["outputs"][0] - row["outputs"][1] for row in rows)
    out = shell.good("explain model.pt2 --removed")
    assert "removed outputs" in out and "removed outputs" not in shell.good("explain model.pt2")
    shell.good("compile model.pt2 -o small.pt2 --no-measure --removed --report report.json")
    written = json.loads(Path("report.json").read_text())["layers"]
    assert [row["removed_outputs"] for row in written] == [row["removed_outputs"] for row in told["layers"]]


def test_explain_as_json(shell: Shell) -> None:
    document = shell.document("explain model.pt2")
    assert document["model"] == "model" and document["measured"] is None
    assert document["layers"][0]["zero_outputs"] == 3
    assert document == json.loads(json.dumps(sparsec.explain("model.pt2").to_json())) | {"timings": document["timings"]}


def test_explain_can_measure(shell: Shell) -> None:
    assert len(shell.document("explain model.pt2 --measure")["measured"]) == 2


def test_explain_as_a_page(shell: Shell) -> None:
    assert "Wrote page.html (" in shell.good("explain model.pt2 --html page.html")
    assert "<html" in Path("page.html").read_text()


class Fan(nn.Module):
    """Two layers that read different channels of one value."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.low, self.high = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 1), nn.Conv2d(8, 4, 1)
        with torch.no_grad():
            self.low.weight[:, ::2] = 0
            self.high.weight[:, 4:] = 0

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.relu(self.stem(x))
        return self.low(x), self.high(x)


@pytest.fixture
def fan(folder: Path, monkeypatch: pytest.MonkeyPatch, stopwatch: Settled) -> None:
    """A model with layouts in the folder, on a machine where layers are dear, and the race is won."""

    def seconds(work: Work) -> float:
        return 1e-4 * work.inputs if work.kind == "conv" else 1e-6 * (1 + 2 * (work.kind == "gather"))

    monkeypatch.setattr(driver, "costs_for", lambda target: SimpleNamespace(name="cpu, estimated", seconds=seconds))
    stopwatch.gain = 1.25
    torch.export.save(torch.export.export(Fan(), (images(1),)), folder / "fan.pt2")


def test_explain_shows_layouts(shell: Shell, fan: None) -> None:
    out = shell.good("explain fan.pt2 --layouts")
    lines = [line.split() for line in out.splitlines()]
    assert "stem: 6 channels, 2 copies avoided, 0 left" in out  # two of the eight are read by nobody
    assert [line[:6] for line in lines if "view" in line] == [
        ["low", "4", "4", "6", "view", "1.0"],
        ["high", "4", "4", "6", "view", "1.0"],
    ]
    assert sorted(line[6] for line in lines if "view" in line) == ["··████", "████··"]
    assert "2 conversions: 2 slices; kept, measured 1.25x on cpu." in out
    assert "(cpu, estimated; 'sparsec profile --target cpu' measures)" in out


def test_layouts_are_one_line_unless_asked_for(shell: Shell, fan: None) -> None:
    for line in ("explain fan.pt2", "compile fan.pt2 -o small.pt2 --no-measure"):
        out = shell.good(line)
        assert "Kept, measured 1.25x on cpu: readers with channels of their own (2 slices)." in out
        assert "copies avoided" not in out


def test_layouts_as_json_and_as_a_page(shell: Shell, fan: None) -> None:
    (group,) = shell.document("explain fan.pt2 --layouts")["layout"]["groups"]
    assert [row["how"] for row in group["readers"]] == ["view", "view"]
    shell.good("explain fan.pt2 --layouts --html page.html")
    assert 'aria-label="Channels that the readers of stem take"' in Path("page.html").read_text()


def test_another_layout_can_be_asked_for(shell: Shell, fan: None) -> None:
    out = shell.good("explain fan.pt2 --layouts --layout gather")
    assert "2 conversions: 2 copies of 8 channels" in out and "since 'gather' copies always: low" in out
    out = shell.good("explain fan.pt2 --layouts --layout constrained")
    assert "All readers share all channels, as was asked for (layout 'constrained')." in out
    document = shell.document("compile fan.pt2 -o small.pt2 --no-measure --layout upscale")
    assert document["report"]["layout"]["mode"] == "upscale"


def test_a_model_without_layouts_says_so(shell: Shell) -> None:
    out = shell.good("explain model.pt2 --layouts")
    assert "Layouts change nothing: all readers of a value need the same channels." in out


# --- passes


def test_passes_are_listed(shell: Shell) -> None:
    out = shell.good("passes")
    assert all(name in out for name in known_passes())
    assert "bias_maps=false: true or false" in out and "``" not in out


def test_passes_as_json(shell: Shell) -> None:
    document = shell.document("passes")
    assert [row["name"] for row in document] == sorted(known_passes())
    (row,) = (row for row in document if row["name"] == "liveness")
    assert row["options"] == {"bias_maps": False} and row["values"] == {"bias_maps": "true or false"}
    assert row["requires"] == ["axes", "constants"]
    assert row["establishes"] == ["liveness"] and row["summary"].endswith(".")


class Color(Enum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True)
class Paint(Pass):
    """Paint it."""

    sizes: tuple[int, ...] = (1, 2)
    color: Color = Color.RED
    limit: float | None = None


def test_options_of_every_kind_are_listed_as_they_are_given(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparsec.compiler.pipeline.known_passes", lambda: {"paint": Paint})
    out = " ".join(re.sub("[│┃]", " ", shell.good("passes")).split())
    for text in ("sizes=1;2: any number of", "color=red: one of 'red', 'blue'", "limit=none: a number"):
        assert text.partition(": ")[0] in out and text.split()[-1] in out
    assert parse("paint{sizes=3;4,color=blue,limit=0.5}", {"paint": Paint}) == [Paint((3, 4), Color.BLUE, 0.5)]
    for wrong, words in (
        ("sizes=a", "any number of (an integer), separated by ';', not 'a'"),
        ("color=green", "one of 'red', 'blue', not 'green'"),
        ("limit=much", "a number (float) or none, not 'much'"),
    ):
        with pytest.raises(sparsec.UserError, match=re.escape(words)):
            parse(f"paint{{{wrong}}}", {"paint": Paint})


# --- run


def test_run_adds_the_analyses_that_are_needed_and_says_so(shell: Shell) -> None:
    out = shell.good("run -p fold-batchnorm,remove-channels model.pt2")
    assert "Added because a later pass needs them: axes, constants, liveness." in out
    names = ["fold-batchnorm", "axes (added)", "constants (added)", "liveness (added)", "remove-channels"]
    positions = [out.index(name) for name in names]
    assert positions == sorted(positions)
    assert "3 of 3 layers shrank" in out and "Verified on" in out
    assert listing() == ["model.pt2"]


class Doubled(nn.Module):
    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight * 2


def test_run_says_that_masks_are_not_folded(shell: Shell) -> None:
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3)).eval()
    for layer in (model[0], model[2]):
        nn.utils.parametrize.register_parametrization(layer, "weight", Doubled())
    torch.export.save(torch.export.export(model, (torch.ones(1, 4),)), "masked.pt2")
    out = shell.good("run -p remove-channels masked.pt2")
    assert "axes left '0': kept whole: its weight is computed from other weights, and not folded (fold-weights)." in out
    assert "not folded" not in shell.good("run -p fold-weights,remove-channels masked.pt2")


def test_run_adds_nothing_that_is_there(shell: Shell) -> None:
    out = shell.good("run -p fold-batchnorm,axes,constants,liveness{bias_maps=true},remove-channels model.pt2")
    assert "added" not in out.lower()


def test_run_adds_what_a_change_made_stale(shell: Shell) -> None:
    document = shell.document("run -p axes,fold-batchnorm,collapse-permutations model.pt2")
    assert [(row["name"], row["added"]) for row in document["passes"]] == [
        ("axes", False),
        ("fold-batchnorm", False),
        ("axes", True),
        ("collapse-permutations", False),
    ]


def test_run_says_what_each_pass_changed(shell: Shell) -> None:
    document = shell.document("run -p fold-batchnorm,drop-identities model.pt2")
    first, second = document["passes"]
    assert first["changed"] and first["nodes"][0] > first["nodes"][1] and first["seconds"] > 0
    assert any(line.startswith("-getitem = ") for line in first["diff"])
    assert not second["changed"] and second["diff"] == [] and second["nodes"][0] == second["nodes"][1]
    assert document["report"]["error"] < 1e-10 and document["ir"] is None and document["output"] is None


def test_run_can_print_the_differences(shell: Shell) -> None:
    out = shell.good("run -p fold-batchnorm model.pt2 --diff")
    assert "\n-getitem = " in out and "\n+++ 001_fold-batchnorm\n" in out
    assert "\n-getitem = " not in shell.good("run -p fold-batchnorm model.pt2")


def test_run_numbers_passes_as_dumps_and_errors_do(shell: Shell) -> None:
    line = "run -p axes,axes,constants,fold-batchnorm model.pt2 --dump-ir dumps"  # facts hold: the second does not run
    passes = shell.document(line)["passes"]
    assert [(row["number"], row["name"]) for row in passes] == [(1, "axes"), (3, "constants"), (4, "fold-batchnorm")]
    assert sorted(file.name for file in Path("dumps").iterdir()) == ["000_captured.txt", "004_fold-batchnorm.txt"]
    assert [row["added"] for row in passes] == [False, False, False]


def test_run_can_print_the_program(shell: Shell) -> None:
    lines = shell.good("run -p fold-batchnorm model.pt2 --print").splitlines()
    assert "_0_weight = weight '0.weight' f32[8, 3, 3, 3]" in lines
    assert any(
        line.startswith("conv2d = aten.conv2d(") and line.endswith("# f32[s31, 8, 3, 3]"[-11:]) for line in lines
    )
    assert lines[-1] == "return [linear]"
    document = shell.document("run -p fold-batchnorm model.pt2 --print")
    assert document["ir"].splitlines() == lines[-len(document["ir"].splitlines()) :]


def test_run_says_what_was_left_undone(shell: Shell) -> None:
    norm_first = nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 2, 1)).eval()
    torch.export.save(torch.export.export(norm_first, (images(),)), "norm.pt2")
    out = shell.good("run -p fold-batchnorm norm.pt2")
    assert "fold-batchnorm left '0': batch norm does not follow a convolution or linear layer." in out


def test_run_can_write_the_result(shell: Shell) -> None:
    out = shell.good("run -p fold-batchnorm model.pt2 -o folded.pt2 --no-verify --dump-ir dumps")
    assert "Wrote folded.pt2" in out and "Not verified" in out
    assert torch.allclose(torch.export.load("folded.pt2").module()(images()), model()(images()), atol=1e-6)
    assert sorted(file.name for file in Path("dumps").iterdir()) == ["000_captured.txt", "001_fold-batchnorm.txt"]


# --- models that transformers saved


@pytest.fixture
def bert(shell: Shell) -> Any:
    """A text classifier whose hidden neurons are half zero, in the folder 'bert', with masks beside its weights."""
    import_torchvision()  # transformers looks for torchvision too, and breaks on one that does not import
    transformers = pytest.importorskip("transformers")
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 48}
    config = transformers.BertConfig(**sizes, vocab_size=101, max_position_embeddings=64, num_labels=5)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = transformers.BertForSequenceClassification(config).eval()
    network.save_pretrained("bert")
    hidden = network.bert.encoder.layer[0].intermediate.dense
    prune.ln_structured(hidden, "weight", amount=24, n=2, dim=0)
    torch.save(network.state_dict(), "bert/pytorch_model.bin")
    Path("bert/model.safetensors").unlink()
    prune.remove(hidden, "weight")
    return network


def texts(batch: int, length: int) -> dict[str, torch.Tensor]:
    ids = torch.randint(3, 101, (batch, length), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    mask[0, -2:] = 0
    return {"input_ids": ids, "attention_mask": mask}


def test_a_folder_becomes_onnx(shell: Shell, bert: Any) -> None:
    out = shell.good("compile bert -o bert.onnx --no-measure")
    assert "bert for onnxruntime: " in out and "Verified on 2 input sets" in out
    assert 24 in [int(before) - int(after) for before, after in re.findall(r"(\d+)->(\d+)", out)]
    session = onnxruntime.InferenceSession("bert.onnx", providers=["CPUExecutionProvider"])
    for batch, length in ((1, 9), (3, 40)):
        inputs = texts(batch, length)
        (result,) = session.run(None, {name: value.numpy() for name, value in inputs.items()})
        with torch.no_grad():
            expected = bert(**inputs).logits
        torch.testing.assert_close(torch.from_numpy(result), expected, rtol=1e-4, atol=1e-6)


def test_a_folder_is_explained(shell: Shell, bert: Any) -> None:
    document = shell.document("explain bert/")
    assert document["model"] == "bert"
    zeros = {layer["name"]: layer["zero_outputs"] for layer in document["layers"]}
    assert zeros["bert.encoder.layer.0.intermediate.dense.weight"] == 24


def test_a_folder_is_run_through_passes(shell: Shell, bert: Any) -> None:
    assert "Wrote bert.pt2" in shell.good("run -p fold-weights bert -o bert.pt2 --no-verify")
    inputs = texts(4, 12)
    result = torch.export.load("bert.pt2").module()(**inputs)
    with torch.no_grad():
        torch.testing.assert_close(result.logits, bert(**inputs).logits, rtol=1e-4, atol=1e-6)


def test_the_command_needs_no_transformers_for_pt2(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    monkeypatch.setitem(sys.modules, "safetensors", None)
    shell.good("explain model.pt2")


# --- mistakes


@pytest.mark.parametrize(
    ("line", "code", "part"),
    [
        ("compile", "bad-option", "missing argument 'MODEL"),
        ("compile model.pt2", "bad-option", "missing option '--output'"),
        ("compile model.pt2 -o", "bad-option", "requires an argument"),
        ("compile model.pt2 more -o small.pt2", "bad-option", "unexpected extra argument"),
        ("run model.pt2", "bad-option", "missing option '--passes'"),
        ("compile model.pt2 -o small.pt2 --fast", "unknown-option", "no such option: --fast"),
        ("squeeze model.pt2", "unknown-option", "no such command 'squeeze'"),
        ("compile model.pt2 -o small.txt", "bad-option", "'-o small.txt' does not say what to write"),
        ("compile model.pt2 -o small", "bad-option", "end it in .onnx or .pt2"),
        ("run -p axes model.pt2 -o small.pth", "bad-option", "end it in .onnx or .pt2"),
        ("compile model.pt2 -o small.pt2 --report report.txt", "bad-option", "'--report report.txt'"),
        ("explain model.pt2 --html report.json", "bad-option", "end it in .html"),
        ("compile model.pt2 -o no/small.pt2", "unwritable-path", "'no/small.pt2' cannot be written"),
        ("compile model.pt2 -o model.pt2/small.pt2", "unwritable-path", "Not a directory"),
        ("compile model.pt2 -o small.pt2 --report no/r.json", "unwritable-path", "'no/r.json' cannot be written"),
        ("compile model.pt2 -o small.pt2 --dump-ir model.pt2/dumps", "unwritable-path", "'model.pt2/dumps'"),
        ("explain model.pt2 --html no/r.html", "unwritable-path", "'no/r.html' cannot be written"),
        ("compile missing.pt2 -o small.pt2 --dump-ir dumps", "bad-file", "there is no file 'missing.pt2'"),
        ("explain missing.pt2", "bad-file", "there is no file 'missing.pt2'"),
        ("run -p axes missing.pt2", "bad-file", "there is no file 'missing.pt2'"),
        ("explain .", "bad-file", "folder '.' holds no model"),
        ("explain missing.gguf", "bad-file", "there is no file 'missing.gguf'"),
        ("compile missing.safetensors -o small.onnx", "bad-file", "holds weights without a model"),
        ("compile model.pt2 -o small.pt2 --target gpu", "unknown-option", "there is no target 'gpu'"),
        ("explain model.pt2 -t gpu", "unknown-option", "there is no target 'gpu'"),
        ("explain model.pt2 --layout nonsense", "unknown-option", "there is no layout 'nonsense'"),
        ("compile model.pt2 -o small.pt2 --layout no", "unknown-option", "layouts: optimised, constrained"),
        ("compile missing.pt2 -o small.pt2 --quantize int4", "bad-option", "weights cannot be rounded to 'int4'"),
        ("run -p fold-all model.pt2", "unknown-option", "there is no pass 'fold-all'"),
        ("compile model.pt2 -o small.pt2 -p fold-all", "unknown-option", "there is no pass 'fold-all'"),
        ("run -p axes{fast=true} model.pt2", "unknown-option", "pass 'axes' has no option 'fast'"),
        ("run -p liveness{bias_maps=7} model.pt2", "bad-option", "true or false, not '7'"),
        ("run -p , model.pt2", "bad-option", "',' names no pass"),
    ],
)
def test_mistakes_are_named(shell: Shell, line: str, code: str, part: str) -> None:
    err = shell.bad(line)
    assert f"[{code}]" in err.splitlines()[0] and part in err
    before = listing()
    status, out, err = shell(f"{line} --json".replace("-o --json", "--json -o"))
    assert (status, err, listing()) == (2, "", before)
    error = json.loads(out)["error"]
    assert error["code"] == code and part in "\n".join(filter(None, error.values()))


def test_a_bad_file_is_named(shell: Shell) -> None:
    Path("text.pt2").write_text("hello")
    assert "'text.pt2' is not an exported program [bad-file]" in shell.bad("compile text.pt2 -o small.onnx")


def test_a_mistake_costs_no_time(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "compile_program", lambda *args, **kwargs: pytest.fail("too late"))
    shell.bad("compile model.pt2 -o no/small.pt2")
    shell.bad("compile model.pt2 -o small.pt2 -p fold-all")


def test_a_traceback_is_shown_on_request(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "missing.pt2", "--traceback"]) == 2
    err = capsys.readouterr().err
    assert "Traceback (most recent call last)" in err and "error: there is no file 'missing.pt2'" in err


# --- our own faults


@dataclass(frozen=True)
class Halve(Pass):
    """Halve a weight, which is wrong."""

    def run(self, program: Program, ctx: Context) -> bool:
        node = next(node for node in program.nodes() if node.target is torch.ops.aten.linear.default)
        held = node.args[1]
        assert isinstance(held, torch.fx.Node)
        weight = program.weight(held)
        assert weight is not None
        program.replace_weight(node, held, weight / 2)
        return True


@dataclass(frozen=True)
class Dream(Pass):
    """Need what nobody finds."""

    requires: ClassVar[Keys] = frozenset({Fact[str]("dreams")})


@pytest.fixture
def third_party(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass
    class Entry:
        kind: type[Pass]
        name: str = "entry"

        def load(self) -> type[Pass]:
            return self.kind

    entries = [Entry(Halve), Entry(Dream)]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: entries if group == "sparsec.passes" else [])


@pytest.mark.usefixtures("third_party")
def test_passes_of_other_packages_are_listed_and_run(shell: Shell) -> None:
    assert "Halve a weight, which is wrong." in shell.good("passes")
    document = shell.document("run -p halve model.pt2 --no-verify")
    assert [row["name"] for row in document["passes"]] == ["halve"] and document["report"]["error"] is None


@pytest.mark.usefixtures("third_party")
def test_a_fact_that_nothing_establishes_is_an_error(shell: Shell) -> None:
    err = shell.bad("run -p dream model.pt2")
    assert "'dream' needs 'dreams', which no earlier pass establishes [pass-order]" in err


@pytest.mark.usefixtures("third_party")
@pytest.mark.parametrize(
    "line", ["compile model.pt2 -o old.onnx -p axes,halve", "run -p axes,halve model.pt2 -o old.onnx"]
)
def test_a_wrong_pass_is_our_fault_and_nothing_is_written(shell: Shell, line: str) -> None:
    Path("old.onnx").write_text("old")
    code, out, err = shell(line)
    assert (code, out) == (1, "")
    assert err.startswith("error: pass 'halve' (number ") and "it changes what the model computes" in err
    assert "after: " in err and "axes" in err
    code, out, err = shell(f"{line} --json")
    assert (code, err) == (1, "")
    error = json.loads(out)["error"]
    assert (error["code"], error["pass"], error["ran"][-1]) == ("pass-error", "halve", "axes")
    assert error["index"] == 1 + len(error["ran"])
    assert "aten.linear" in error["ir"]
    assert Path("old.onnx").read_text() == "old" and listing() == ["model.pt2", "old.onnx"]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    def fail_with(error: BaseException) -> None:
        def compile_program(*args: object, **kwargs: object) -> None:
            print("noise on stdout")
            raise error

        monkeypatch.setattr(driver, "compile_program", compile_program)

    return fail_with


def test_an_unexpected_error_is_our_fault(shell: Shell, failing: Callable[[BaseException], None]) -> None:
    failing(KeyError("conv2d_3"))
    code, out, err = shell("compile model.pt2 -o small.onnx")
    assert (code, out) == (1, "") and "error: KeyError: 'conv2d_3'" in err and "--traceback" in err
    code, out, err = shell("compile model.pt2 -o small.onnx --json")
    assert code == 1 and json.loads(out)["error"]["code"] == "internal-error"
    assert err == "noise on stdout\n" and listing() == ["model.pt2"]


def test_an_interrupt_leaves_nothing(shell: Shell, failing: Callable[[BaseException], None]) -> None:
    failing(KeyboardInterrupt())
    assert shell("compile model.pt2 -o small.onnx")[0] == 130
    assert listing() == ["model.pt2"]


def test_an_interrupted_write_leaves_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(program: object, file: io.BytesIO, **more: object) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch.export, "save", save)
    assert shell("compile model.pt2 -o small.pt2 --no-measure --no-verify")[0] == 130
    assert listing() == ["model.pt2"]


# --- progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, output = Terminal(), io.StringIO()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(sys, "stdout", output)
    assert main(["run", "-p", "axes", "model.pt2", "--json"]) == 0
    # What is over within a twelfth of a second is not shown.
    assert any(said in terminal.getvalue() for said in ("reading model.pt2", "pass 1: axes", "checking and measuring"))
    assert json.loads(output.getvalue())["passes"][0]["name"] == "axes"


ESCAPE = "\x1b"
QUIET = ("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM", "GITHUB_ACTIONS", "PY_COLORS")


def ran(monkeypatch: pytest.MonkeyPatch, line: str, stream: type[io.StringIO], **settings: str) -> tuple[str, str]:
    """What a command writes to stdout and stderr under environment variables."""
    out, err = stream(), stream()
    for name in QUIET:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        assert main(line.split()) == 0
    return out.getvalue(), err.getvalue()


LINES = ["explain model.pt2", "compile model.pt2 -o small.pt2 --no-measure --report r.json", "run -p axes model.pt2"]


@pytest.mark.parametrize("line", [*LINES, "passes", "explain model.pt2 --json"])
@pytest.mark.parametrize(
    "settings", [{}, {"TERM": "xterm-256color"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"FORCE_COLOR": "0"}], ids=str
)
def test_no_codes_where_output_goes_to_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, line: str, settings: dict[str, str]
) -> None:
    out, err = ran(monkeypatch, line, io.StringIO, **settings)
    assert out and ESCAPE not in out and ESCAPE not in err and "\r" not in out + err
    assert settings.get("FORCE_COLOR") == "1" or all(line == line.rstrip() for line in out.splitlines())


@pytest.mark.parametrize("line", LINES[:2])
def test_no_codes_on_a_dumb_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    out, err = ran(monkeypatch, line, Terminal, TERM="dumb")
    assert out and ESCAPE not in out + err and "\r" not in out + err


def test_colours_are_forced_and_forbidden(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = ran(monkeypatch, LINES[0], io.StringIO, FORCE_COLOR="1", TERM="xterm")
    assert ESCAPE in out and not err  # no progress where nobody watches
    plain, _ = ran(monkeypatch, LINES[0], Terminal, NO_COLOR="1", TERM="xterm")
    assert plain and ESCAPE not in plain
    bold, _ = ran(monkeypatch, LINES[0], Terminal, TERM="xterm")
    assert ESCAPE in bold


def test_a_forced_colour_leaves_reports_and_files_plain(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    report = sparsec.explain("model.pt2")
    assert "─" in str(report) and ESCAPE not in str(report) + repr(report)
    for file in ("r.json", "r.html"):
        assert main(["explain", "model.pt2", "--html", "r.html"]) == 0
        report.save_json("r.json")
        assert ESCAPE not in Path(file).read_text()


def test_progress_says_what_is_going_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("sparsec.compiler.progress.Progress.say", lambda self, text: said.append(text))
    assert main(["run", "model.pt2", "-o", "small.pt2", "-p", "axes,fold-batchnorm"]) == 0
    assert [text for text in said if not text.startswith("checking")] == [
        "reading model.pt2",
        "pass 1: axes",
        "pass 2: fold-batchnorm",
        "writing small.pt2",
    ]


# --- ranges of inputs


def test_what_is_off_within_a_range_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3)).eval()
    with torch.no_grad():
        net[0].weight.abs_()
        net[0].bias.copy_(torch.tensor([-9.0, -9.0, 1.0, 1.0, 1.0, -9.0]))  # three are off for inputs up to 1
        net[0].weight.clamp_(max=1.0)
    path, small = tmp_path / "model.pt2", tmp_path / "small.pt2"
    torch.export.save(torch.export.export(net, (torch.rand(2, 4),)), path)
    line = ["compile", str(path), "-o", str(small), "--no-measure", "--range", "input=0:1"]
    assert main(line) == 0
    assert "input" in capsys.readouterr().out
    loaded, x = sparsec.load(small), torch.rand(2, 4)
    torch.testing.assert_close(loaded(x), net(x))
    assert (
        sum(weight.numel() for weight in loaded.program.held_weights().values()) == 4 * 3 + 3
    )  # the others are on: nothing bends


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["x"], "'x' is no range"),
        (["x=1"], "'x=1' is no range"),
        (["x=low:1"], "is no range"),
        (["=0:1"], "is no range"),
        (["x=0:1", "x=0:2"], "twice where 'x' lies"),
    ],
)
def test_ranges_that_are_none(given: list[str], words: str) -> None:
    with pytest.raises(sparsec.UserError, match=words):
        ranges_of(given)


def test_ranges_as_they_are_written() -> None:
    assert ranges_of(["x=0:1", "a=b=-1e3:inf"]) == {"x": (0.0, 1.0), "a=b": (-1000.0, float("inf"))}
    assert ranges_of(None) is ranges_of([]) is None
