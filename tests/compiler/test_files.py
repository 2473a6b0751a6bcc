"""Files that sparsec wrote, loaded: the same calls and answers, the same report; and files that are none of those."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler import embedded
from sparsec.compiler.cli import main
from sparsec.compiler.embedded import CALL, LONGEST_CHARACTERS, REPORT, packed, unpacked
from sparsec.compiler.errors import UserError
from sparsec.compiler.report.data import LayerRow, Report

KINDS = (".pt2", ".onnx")
X = torch.linspace(-1, 1, 48).reshape(3, 16)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Linear(16, 12), nn.Linear(12, 4)
        with torch.no_grad():
            self.first.weight[::2], self.first.bias[::2] = 0, 0

    def forward(self, x: Tensor, other: Tensor | None = None, *, flag: bool = True) -> Any:
        y = self.second(self.first(x).relu())
        return OrderedDict(y=y, rest=[(y + other if other is not None else y, 3), None, x.shape[0]])


@pytest.fixture(scope="module")
def model() -> Net:
    return Net().eval()


@pytest.fixture(scope="module")
def written(model: Net, tmp_path_factory: pytest.TempPathFactory) -> tuple[sparsec.CompiledModule, Path]:
    """A compiled model, and where its files lie."""
    folder = tmp_path_factory.mktemp("written")
    compiled = sparsec.compile(model, (X,), measure=False, target="onnxruntime")
    for kind in KINDS:
        compiled.save(folder / f"small{kind}")
    return compiled, folder


@pytest.fixture(scope="module", params=KINDS)
def loaded(request: pytest.FixtureRequest, written: Any) -> sparsec.CompiledModule:
    return sparsec.load(written[1] / f"small{request.param}")


def same(found: Any, wanted: Any) -> None:
    if isinstance(wanted, Tensor):
        torch.testing.assert_close(found, wanted.detach())
        return
    assert type(found) is type(wanted)
    if isinstance(wanted, Mapping):
        assert [*found] == [*wanted]
        found, wanted = [*found.values()], [*wanted.values()]
    if isinstance(wanted, list | tuple):
        assert len(found) == len(wanted)
        for a, b in zip(found, wanted, strict=True):
            same(a, b)
    else:
        assert found == wanted


def test_a_file_answers_as_the_model_does(loaded: sparsec.CompiledModule, model: Net) -> None:
    assert isinstance(loaded, sparsec.CompiledModule) and isinstance(loaded, nn.Module) and not loaded.training
    for x in (X, X[:1], X.repeat(3, 1).cos()):
        for answer in (loaded(x), loaded(x=x), loaded(x, None, flag=True), loaded(x, flag=True)):
            same(answer, model(x))


def test_a_file_knows_its_report(loaded: sparsec.CompiledModule, written: Any) -> None:
    report = written[0].report
    assert loaded.report == report and str(loaded.report) == str(report)
    assert loaded.report.why("first") == report.why("first")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda net: net(X.double()), "input 'x' has the type float64"),
        (lambda net: net(X[:, :3]), "input 'x' has the size 3 in dimension 1, and the model was compiled for 16"),
        (lambda net: net(X[0]), "input 'x' has 1 dimension"),
        (lambda net: net(X, flag=False), "not in the example: ['flag']"),
        (lambda net: net(X, X), "not in the example: ['other']"),
        (lambda net: net(), "missing a required argument: 'x'"),
        (lambda net: net([X]), "not structured like the example"),
    ],
)
def test_a_file_refuses_what_the_compiled_model_refuses(loaded: Any, call: Any, words: str) -> None:
    with pytest.raises(UserError) as caught:
        call(loaded)
    assert caught.value.code == "bad-inputs" and words in str(caught.value)


def test_a_pt2_file_is_a_whole_program(written: Any, model: Net, tmp_path: Path) -> None:
    found = sparsec.load(written[1] / "small.pt2")
    assert found._target.name == "onnxruntime"  # where it was compiled for
    assert isinstance(found.exported, torch.export.ExportedProgram)
    same(found.exported.module()(X), model(X))
    same(sparsec.load(written[1] / "small.pt2", target="cpu")(X), model(X))
    again = sparsec.load(found.save(tmp_path / "again.onnx"))
    same(again(X), model(X))
    assert again.report == found.report
    same(pickle.loads(pickle.dumps(found))(X), model(X))


def test_a_compiled_model_is_an_exported_program(written: Any, model: Net) -> None:
    same(written[0].exported.module()(X), model(X))


def test_an_onnx_file_is_no_program(written: Any, model: Net, tmp_path: Path) -> None:
    found = sparsec.load(written[1] / "small.onnx")
    for use in (
        lambda: found.program,
        lambda: found.exported,
        lambda: found.module,
        lambda: found.graph_module,
        lambda: found.save(tmp_path / "again.onnx"),
        lambda: found.export_onnx(tmp_path / "again.onnx"),
        found.double,
    ):
        with pytest.raises(UserError, match=r"the model from .* has no") as caught:
            use()
        assert caught.value.code == "bad-option" and "save the compiled model as .pt2, too" in str(caught.value)
    found.prepare()
    for twin in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        same(twin(X), model(X))
    with pytest.raises(UserError, match="input 'x' is empty"):
        found(X[:0])
    with pytest.raises(UserError, match="does not run on 'cpu'"):
        sparsec.load(written[1] / "small.onnx", target="cpu")


# --- structures


class Pair(nn.Module):
    """Two inputs, sizes that go together, and a constant that is part of the graph."""

    def forward(self, pair: dict[str, Tensor], number: int = 2, mode: str = "twice") -> tuple[Tensor, ...]:
        return (pair["a"] * number + pair["b"], torch.cat([pair["b"], pair["a"]]))


@pytest.mark.parametrize("kind", KINDS)
def test_inputs_in_structures(kind: str, tmp_path: Path) -> None:
    a, b = torch.ones(4, 3), torch.arange(12.0).reshape(4, 3)
    compiled = sparsec.compile(Pair().eval(), ({"a": a, "b": b}, 2), measure=False)
    found = sparsec.load(compiled.save(tmp_path / f"small{kind}"))
    wide = {"b": b.repeat(2, 1), "a": a.repeat(2, 1)}
    same(found(wide, 2), Pair()(wide))
    same(found(number=2, pair=wide, mode="twice"), Pair()(wide))
    for call in (lambda: found(wide, 3), lambda: found({"a": a, "b": b[:2]}, 2), lambda: found({"a": a}, 2)):
        with pytest.raises(UserError) as caught:
            call()
        assert caught.value.code == "bad-inputs"


def test_outputs_of_classes_come_by_name(tmp_path: Path) -> None:
    class Tall(nn.Module):
        def forward(self, x: Tensor) -> Any:
            return torch.return_types.topk(x.topk(2))

    compiled = sparsec.compile(Tall().eval(), (X,), measure=False)
    found = sparsec.load(compiled.save(tmp_path / "small.onnx"))
    answer = found(X)
    assert isinstance(answer, dict) and len(answer) == 2
    same([*answer.values()], [*X.topk(2)])


def test_default_values_without_a_form(tmp_path: Path) -> None:
    class Default(nn.Module):
        def forward(self, x: Tensor, places: tuple[int, ...] = (0, 1)) -> Tensor:
            return x.sum(places)

    compiled = sparsec.compile(Default().eval(), (X,), measure=False)
    for kind in KINDS:
        found = sparsec.load(compiled.save(tmp_path / f"small{kind}"))
        same(found(X), X.sum())
        with pytest.raises(UserError, match="not those of the example call"):
            found(X, (0,))


# --- files that sparsec did not write


def test_a_pt2_file_of_others(model: Net, tmp_path: Path) -> None:
    torch.export.save(torch.export.export(model, (X,)), tmp_path / "theirs.pt2")
    found = sparsec.load(tmp_path / "theirs.pt2")
    assert found.report is None
    same(found(X), model(X))


def test_an_onnx_file_of_others(tmp_path: Path) -> None:
    """By names; sizes that are named alike are alike, those of no name are any, a product is one."""
    value = onnx.helper.make_tensor_value_info
    inputs = [value("a", 1, ["n", None]), value("b", 1, ["n", 3]), value("c", 1, ["2*n", "what ever"])]
    nodes = [
        onnx.helper.make_node("Add", ["a", "b"], ["y"]),
        onnx.helper.make_node("Neg", ["c"], ["z"]),
    ]
    graph = onnx.helper.make_graph(nodes, "g", inputs, [value("y", 1, None), value("z", 1, None)])
    made = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=9)
    onnx.save_model(made, tmp_path / "theirs.onnx")
    found = sparsec.load(tmp_path / "theirs.onnx")
    assert found.report is None
    a, b, c = torch.ones(2, 3), torch.ones(2, 3), torch.ones(4, 5)
    for answer in (found(a, b, c), found(c=c, a=a, b=b)):
        assert [*answer] == ["y", "z"]
        same(answer["y"], a + b)
    for wrong in ((torch.ones(3, 3), b, c), (a, b[:, :2], c), (a, b, c[:3])):
        with pytest.raises(UserError) as caught:
            found(*wrong)
        assert caught.value.code == "bad-inputs"


@pytest.mark.parametrize("name", ["none.pt2", "none.onnx", "text.pt2", "text.onnx"])
def test_what_is_no_model(name: str, tmp_path: Path) -> None:
    (tmp_path / "text.pt2").write_text("a model")
    (tmp_path / "text.onnx").write_text("a model")
    with pytest.raises(UserError) as caught:
        sparsec.load(tmp_path / name)
    assert caught.value.code == "bad-file" and name in str(caught.value)


@pytest.mark.parametrize("target", ["cpu", "openvino"])
def test_an_onnx_file_runs_in_onnx_runtime(target: str, written: Any) -> None:
    file = written[1] / "small.onnx"
    assert sparsec.load(file, target=sparsec.targets.get("onnxruntime"))(X)
    with pytest.raises(UserError, match=f"does not run on '{target}'"):
        sparsec.load(file, target=target)
    with pytest.raises(UserError, match="is no target"):
        sparsec.load(file, target=3)  # type: ignore[arg-type]


def test_a_pt2_file_has_no_library(written: Any) -> None:
    with pytest.raises(UserError, match=r"library= is for \.onnx files"):
        sparsec.load(written[1] / "small.pt2", library="small.so")


def test_an_onnx_file_is_no_model_to_compile(written: Any) -> None:
    found = sparsec.load(written[1] / "small.onnx")
    for model in (found, nn.Sequential(found)):
        for use in (sparsec.compile, sparsec.explain):
            with pytest.raises(UserError, match="has no form in PyTorch") as caught:
                use(model, (X,))
            assert ".pt2" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("small.pt2", r"Tensor\[s\d+, 16\]"), ("small.onnx", r"Tensor\[s\d+, 16\]"), ("named.onnx", r"Tensor\[n, 16\]")],
)
def test_dynamic_sizes_are_named(name: str, wanted: str, written: Any, tmp_path: Path) -> None:
    """An example of other sizes is none that a caller has seen."""
    file = written[1] / name
    if name == "named.onnx":
        made = onnx.load_model(written[1] / "small.onnx")
        made.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "n"
        del made.metadata_props[:]
        file = tmp_path / name
        onnx.save_model(made, file)
    found = sparsec.load(file)
    with pytest.raises(UserError, match=rf"compiled for \({wanted}\), called with \(\[Tensor\[3, 16\], int\]\)"):
        found([X, 3])


def test_float64_layers_that_onnx_runtime_lacks(tmp_path: Path) -> None:
    """Other runtimes may have them: the file is written, and who writes it is told."""
    image = torch.ones(1, 3, 6, 6, dtype=torch.float64)
    compiled = sparsec.compile(nn.Conv2d(3, 4, 3).double().eval(), (image,), measure=False)
    for write in (compiled.save, compiled.export_onnx):
        with pytest.warns(UserWarning, match=r"no kernel.*Conv.*cast model and inputs to float32"):
            assert write(tmp_path / "wide.onnx").is_file()
    with pytest.raises(UserError, match="ONNX Runtime cannot load") as caught:
        sparsec.load(tmp_path / "wide.onnx")
    assert caught.value.code == "bad-file" and "float32" in str(caught.value.hint)
    narrow = sparsec.compile(nn.Linear(3, 4).double().eval(), (image[0, 0, :3, :3],), measure=False)
    sparsec.load(narrow.save(tmp_path / "linear.onnx"))  # for that it has one


# --- damage


def changed(file: Path, to: Path, key: str, text: str) -> Path:
    """A copy of a file in which one of its texts is another; of an ONNX model without its digest."""
    if file.suffix == ".onnx":
        model = onnx.load_model(str(file))
        kept = [(e.key, e.value) for e in model.metadata_props if e.key not in ("sparsec.sha256", key)]
        del model.metadata_props[:]
        for name, value in [*kept, (key, text)]:
            model.metadata_props.add(key=name, value=value)
        onnx.save_model(model, str(to))
        return to
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, text if entry.filename.endswith(key) else old.read(entry))
    return to


BROKEN = {
    "cut off": lambda data: packed(data)[:-7],
    "cut off when compressed": lambda data: base64.b64encode(zlib.compress(json.dumps(data).encode())[:-9]).decode(),
    "no JSON": lambda data: "no JSON at all",
    "a list": lambda data: "[1]",
    "empty": lambda data: "",
    "newer": lambda data: packed(data | {"schema": 99}),
    "foreign": lambda data: packed({"weather": "fine"}),
    "without a layer's name": lambda data: packed(data | {"layers": [{"op": "linear"}]}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", BROKEN)
def test_a_broken_report_is_said_and_the_model_runs(
    kind: str, damage: str, written: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled, folder = written
    data = compiled.report.to_json(removed=True)
    file = changed(folder / f"small{kind}", tmp_path / f"other{kind}", REPORT, BROKEN[damage](data))
    with pytest.warns(UserWarning, match="the report in '.*' cannot be read"):
        found = sparsec.load(file)
    assert found.report is None and found(X)["y"].shape == (3, 4)
    assert main(["explain", str(file)]) == 2
    assert "the report in" in capsys.readouterr().err


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"call": {}}', '{"call": 3, "signature": 3}', '{"signature": [{"name": "x", "kind": "no"}]}'],
)
def test_a_broken_description_of_calls(kind: str, text: str, written: Any, tmp_path: Path) -> None:
    file = changed(written[1] / f"small{kind}", tmp_path / f"other{kind}", CALL, text)
    if kind == ".pt2" and text == '{"call": {}}':  # it leaves out what the file says itself
        assert sparsec.load(file)(X)["y"].shape == (3, 4)
        return
    with pytest.raises(UserError, match="says of how its model is called cannot be read") as caught:
        sparsec.load(file)
    assert caught.value.code == "bad-file"


def test_what_would_unfold_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "UNFOLDED_BYTES", 1000)
    with pytest.raises(ValueError, match="cut off, or too long"):
        unpacked(base64.b64encode(zlib.compress(b" " * 5000)).decode())


@pytest.mark.slow
def test_the_report_of_a_large_model_is_bounded() -> None:
    generator = torch.Generator().manual_seed(0)
    layers = []
    for number in range(1000):
        gone = torch.randperm(4096, generator=generator)[:2000].sort().values.tolist()
        layer = LayerRow(f"block.{number}.weight", "linear", None, 0.5, 2000, 0, (4096, 2096), (64, 64), (100, 50))
        layer.removed_outputs = tuple(gone)
        layers.append(layer)
    report = Report("Large", "cpu", layers, (2, 1), (2, 1))
    text = embedded._fitting(report)
    assert len(text) <= LONGEST_CHARACTERS
    assert str(Report.from_json(unpacked(text))) == str(report)


# --- the command line


@pytest.mark.parametrize("kind", KINDS)
def test_explain_shows_the_report_of_a_file(
    kind: str, written: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, report = str(written[1] / f"small{kind}"), written[0].report
    assert main(["explain", file, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == report.to_json()
    assert main(["explain", file, "--all", "--layouts", "--html", str(tmp_path / "page.html")]) == 0
    out = capsys.readouterr().out
    assert out.startswith(report.summary().splitlines()[0]) and (tmp_path / "page.html").exists()
    assert main(["explain", file, "--why", "first"]) == 0
    assert report.why("first") in capsys.readouterr().out


def test_explain_compiles_if_another_report_is_asked_for(
    written: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(written[1] / "small.pt2"), "--no-kernels", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters"] == [written[0].report.parameters[1]] * 2
    assert main(["explain", str(written[1] / "small.onnx"), "--no-kernels"]) == 0
    assert "answers as ONNX Runtime does for small.onnx" in capsys.readouterr().out


@pytest.mark.parametrize("kind", KINDS)
def test_explain_shows_no_report_of_a_damaged_file(
    kind: str, written: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be intact, and the weights not."""
    file = tmp_path / f"small{kind}"
    content = bytearray((written[1] / f"small{kind}").read_bytes())
    weight = written[0].program.weights()["second.weight"].detach().numpy().tobytes()
    place = content.index(weight)
    content[place + 1] ^= 0x10
    file.write_bytes(content)
    with pytest.raises(UserError) as caught:
        sparsec.load(file)
    assert main(["explain", str(file)]) == 2
    assert caught.value.message in capsys.readouterr().err
