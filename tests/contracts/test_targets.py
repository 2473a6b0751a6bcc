"""What must hold of every target: the built-in ones, and one that is defined here, outside of the package."""

from __future__ import annotations

import ast
import concurrent.futures
import copy
import importlib.metadata
import inspect
import math
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeGuard

import pytest
import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx, nn
from torch.utils.flop_counter import FlopCounterMode
from typer.testing import CliRunner
from zoo.everywhere import everywhere

import sparsec
from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.grouped_gather import GroupedGather
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.compiler import races
from sparsec.compiler.capture.models import capture
from sparsec.compiler.cli import app
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.costs import KINDS, Analytic, Work
from sparsec.compiler.ir.packing import SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.target import Target
from sparsec.runtime import targets
from sparsec.runtime.profile import costs_for, profile
from sparsec.runtime.select import kernels_for

FLOAT64, FLOAT32 = 1e-10, 1e-5


@dataclass(frozen=True)
class Abacus(Target):
    """Runs operations one by one, and takes its time.

    Args:
        beads: how many of them it has.
    """

    beads: int = 10

    name: ClassVar[str] = "abacus"
    title: ClassVar[str] = "the abacus"
    suffixes: ClassVar[tuple[str, ...]] = (".beads",)
    multiple: ClassVar[int] = 2

    def load(self, program: Program) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            inputs = pytree.tree_leaves((args, kwargs))
            results = fx.Interpreter(program.module).run(*inputs, enable_io_processing=False)
            return program.graph.process_outputs(results)

        return run

    def estimate(self) -> Analytic:
        return Analytic(self.name, peak=float(self.beads), bandwidth=float(self.beads))

    def save(self, program: Program, path: Path) -> Path:
        path.write_text(str(program.graph))
        return path


TOY = Abacus()


ALL = [*everywhere(), TOY]
every_target = pytest.mark.parametrize("target", ALL, ids=str)


@pytest.fixture(autouse=True)
def there(request: pytest.FixtureRequest) -> None:
    """Targets whose package is not installed are tested where it is."""
    if "target" in request.fixturenames:
        target = request.getfixturevalue("target")
        pytest.importorskip(target.package, reason=f"target '{target.name}' needs {target.package}")


class Branches(nn.Module):
    """Two layers with zeros in between, called with a dict, returning one with numbers in it."""

    def __init__(self) -> None:
        super().__init__()
        self.module, self.target = nn.Linear(8, 16), nn.Linear(16, 4)  # names that a compiled module has, too

    def forward(self, x: dict[str, Tensor], *, shift: Tensor | None = None) -> dict[str, Any]:
        y = self.target(torch.relu(self.module(x["x"])))
        y = y if shift is None else y + shift
        return {"y": y, "rows": y.shape[0], "two": 2, "all": (y, [y.argmax(-1)])}


def network(dtype: torch.dtype = torch.float32) -> nn.Module:
    torch.manual_seed(0)
    model = Branches().eval().to(dtype)
    with torch.no_grad():
        model.module.weight[::3] = model.module.bias[::3] = 0
        model.target.weight[:, :2] = 0
    return model


def inputs(batch: int = 3, dtype: torch.dtype = torch.float32) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return ({"x": torch.randn(batch, 8, dtype=dtype)},), {"shift": torch.randn(4, dtype=dtype)}


def compiled(target: str | Target, **options: Any) -> sparsec.CompiledModule:
    args, kwargs = inputs()
    return sparsec.compile(network(), args, kwargs, **{"target": target, "measure": False, **options})


@every_target
def test_it_says_who_it_is(target: Target) -> None:
    assert target.name == target.name.lower().strip() and target.title
    assert str(target) == (f"{target.name}:{target.variants[0]}" if target.variants else target.name)
    assert all(str(target.at(kind)) == f"{target.name}:{kind}" for kind in target.variants)
    with pytest.raises(UserError, match=f"there is no target '{target.name}:nothing'"):
        target.at("nothing")
    assert [other.name for other in ALL].count(target.name) == 1
    assert importlib.metadata.version(target.package)
    assert target.multiple >= 1 and target.plans >= 0
    assert all(suffix.startswith(".") for suffix in target.suffixes)


@every_target
def test_it_is_a_value(target: Target) -> None:
    again = pickle.loads(pickle.dumps(target))
    assert again == target and {again: 1}[target] == 1
    assert copy.deepcopy(target) == target and Target() != target


@every_target
@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_operations_cost(target: Target, kind: str) -> None:
    small, large = Work(kind, 16, 16, 49), Work(kind, 256, 256, 784)
    costs = costs_for(target)
    assert costs.name.startswith(target.name)
    assert 0 <= costs.seconds(small) <= costs.seconds(large) < math.inf


@every_target
def test_operations_are_measured_or_it_says_that_they_cannot_be(target: Target) -> None:
    works = [Work("linear", 16, 16, 8), Work("conv", 8, 8, 49, 9)]
    if not target.profiles:
        with pytest.raises(UserError, match=f"cannot be measured on '{target.name}'"):
            profile(target, quick=True, points=works)
    else:
        table = profile(target, quick=True, points=works)
        assert [point.work for point in table.points] == works and costs_for(target) == table


@every_target
def test_what_it_runs_is_what_the_model_computes(target: Target) -> None:
    small, model = compiled(target), network()
    for batch in (3, 5):
        args, kwargs = inputs(batch)
        found, wanted = small(*args, **kwargs), model(*args, **kwargs)
        assert type(found) is dict and type(found["rows"]) is int and found["two"] == 2
        torch.testing.assert_close(found, wanted, rtol=FLOAT32, atol=FLOAT32)
        torch.testing.assert_close(small.module(*args, **kwargs), wanted, rtol=FLOAT32, atol=FLOAT32)
    assert small.program.weights()["module.weight"].shape[0] < 16


@every_target
def test_a_call_that_the_model_was_not_compiled_for(target: Target) -> None:
    with pytest.raises(UserError, match="has the size 9 in dimension 1"):
        compiled(target)({"x": torch.randn(3, 9)}, shift=torch.randn(4))


@every_target
def test_copies_run_on_it_too(target: Target) -> None:
    small = compiled(target)
    args, kwargs = inputs()
    wanted = small(*args, **kwargs)
    for made in (copy.deepcopy(small), pickle.loads(pickle.dumps(small))):
        torch.testing.assert_close(made(*args, **kwargs), wanted)
        assert made.state_dict().keys() == small.state_dict().keys() == {*EXPECTED}


EXPECTED = ["module_.weight", "module_.bias", "target.weight", "target.bias"]


@every_target
@pytest.mark.parametrize("how", ["export", "Dynamo", "counter"])
def test_who_looks_on_sees_the_graph_of_pytorch(target: Target, how: str) -> None:
    small, (args, kwargs) = compiled(target), inputs()
    wanted = network()(*args, **kwargs)
    if how == "export":
        exported = torch.export.export(small, args, kwargs)
        assert "linear" in str(exported.graph)
        torch.testing.assert_close(exported.module()(*args, **kwargs), wanted, rtol=FLOAT32, atol=FLOAT32)
    elif how == "Dynamo":
        torch.compiler.reset()
        fast = torch.compile(small, backend="eager", fullgraph=True)
        torch.testing.assert_close(fast(*args, **kwargs), wanted, rtol=FLOAT32, atol=FLOAT32)
    else:
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            small(*args, **kwargs)
        assert counter.get_total_flops() > 0


@every_target
def test_threads_may_call_it_at_once(target: Target) -> None:
    small, model = compiled(target), network()
    calls = [inputs(batch) for batch in (3, 4, 5, 6) * 3]
    small(*calls[0][0], **calls[0][1])  # what is compiled by the first call is compiled once
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        found = [*threads.map(lambda call: small(*call[0], **call[1])["y"].detach(), calls)]
    for (args, kwargs), y in zip(calls, found, strict=True):
        torch.testing.assert_close(y, model(*args, **kwargs)["y"].detach(), rtol=FLOAT32, atol=FLOAT32)


@every_target
def test_weights_that_change_count(target: Target) -> None:
    small = compiled(target)
    args, kwargs = inputs()
    before = small(*args, **kwargs)["y"].detach().clone()
    with torch.no_grad():
        small.get_parameter("target.bias").add_(1)
    torch.testing.assert_close(small(*args, **kwargs)["y"], before + 1)


@every_target
def test_programs_are_raced_on_it(target: Target) -> None:
    args, kwargs = inputs()
    program = capture(network(), args, kwargs)
    times = races.race({"one": program, "other": program.copy()}, target, budget=0.01)
    least = 3 if target.predicted(program) is None else 0
    assert all(timing.low > 0 and timing.rounds >= least for timing in times.values())


@every_target
def test_gains_are_measured_on_it_and_the_report_names_it(target: Target) -> None:
    small = compiled(target, measure=True)
    assert small.report.target == str(target) and small.report.timed_gain is not None
    document = small.report.to_json()
    told = {key: [row[key] for row in (document, *document["layers"])] for key in ("measured", "by_model")}
    told |= {f"{key}_gain": [row[f"{key}_gain"] for row in (document, *document["layers"])] for key in told}
    predicts = target.predicts(small.program.device)
    other, own = ("measured", "by_model") if predicts else ("by_model", "measured")
    assert not any(told[other] + told[f"{other}_gain"]) and told[own][0] and told[f"{own}_gain"][0]
    if predicts:
        assert f"Predicted for {target}, not measured: " in str(small.report)
        assert small.report.layers_timed == f"seconds of a model of {target}, nothing is measured"
        return
    assert f"Measured on {target}: " in str(small.report)
    words = "PyTorch eager" if target.eager else f"PyTorch eager, not on {target}"
    assert small.report.layers_timed == f"each layer timed by itself in {words}"


@every_target
def test_nothing_is_called_measured_that_was_not(target: Target) -> None:
    small = compiled(target)
    predicts = target.predicts(small.program.device)
    assert small.report.predicted == predicts == (target.predicted(small.program) is not None)
    assert not (predicts and "measured" in " ".join(small.report.decisions))


@every_target
def test_counts_are_multiples_of_what_it_likes(target: Target) -> None:
    model, image = nn.Sequential(nn.Conv2d(3, 16, 1), nn.ReLU(), nn.Conv2d(16, 4, 3)).eval(), torch.randn(1, 3, 6, 6)
    with torch.no_grad():
        model[0].weight[:7] = model[0].bias[:7] = 0
    kept = sparsec.compile(model, (image,), target=target, measure=False).program.weights()["0.weight"].shape[0]
    assert kept == math.ceil(9 / target.multiple) * target.multiple


@every_target
def test_it_writes_files(target: Target, tmp_path: Path) -> None:
    small = compiled(target)
    for suffix in (*target.suffixes, ".pt2", ".onnx"):
        path = small.save(tmp_path / f"model{suffix}")
        assert path == tmp_path / f"model{suffix}" and path.stat().st_size > 0
    assert set(target.suffixes) <= {file.suffix for file in tmp_path.iterdir()}


@every_target
def test_sparse_kernels_are_raced_on_it_or_there_are_none(target: Target) -> None:
    weight = torch.randn(32, 40) * (torch.rand(4, 40) < 0.2).repeat_interleave(8, 0)
    layer = SparseLayer(weight, pattern_of(weight), 6)
    if target.kernels:
        runs = target.layer_runners(in_formats(layer, {"groups": GroupedGather((32, 40), 2)}))
        assert [*runs] == ["dense", "groups"] and all(run() is not None for run in runs.values())
        share, words = target.hidden_cost(layer)
        assert 0 <= share < 1 and bool(share) == bool(words)
    else:
        assert kernels_for(target) is None


@every_target
def test_torch_compile_calls_it_or_says_that_it_cannot(target: Target) -> None:
    torch.compiler.reset()
    fast = torch.compile(nn.Linear(4, 3).eval(), backend="sparse", options={"target": target})
    x = torch.randn(2, 4)
    if target.in_torch:
        with torch.no_grad():
            assert fast(x).shape == (2, 3)
    else:
        with torch.no_grad(), pytest.raises(Exception, match=f"runs in PyTorch, not in {target.title}"):
            fast(x)
    torch.compiler.reset()


@every_target
@pytest.mark.slow
def test_in_float64_results_are_exact_or_it_says_which_operator_it_lacks(target: Target) -> None:
    args, kwargs = inputs(dtype=torch.float64)
    model = network(torch.float64)
    image = torch.randn(1, 3, 6, 6, dtype=torch.float64)
    convolution = nn.Conv2d(3, 4, 3).double().eval()
    for dense, given, named in ((model, args, kwargs), (convolution, (image,), {})):
        small = sparsec.compile(dense, given, named, target=target, measure=False)
        error = refusal(lambda small=small, given=given, named=named: small(*given, **named))
        if error is None:
            wanted = dense(*given, **named)
            torch.testing.assert_close(small(*given, **named), wanted, rtol=FLOAT64, atol=FLOAT64)
        else:
            assert error.note and "float32" in str(error.hint)


class Counter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.register_buffer("calls", torch.zeros(4))

    def forward(self, x: Tensor) -> Tensor:
        self.calls.add_(1)
        return self.layer(x) + self.calls


@every_target
def test_state_is_kept_from_call_to_call_or_refused(target: Target) -> None:
    model, x = Counter().eval(), torch.randn(2, 4)
    small = sparsec.compile(model, (x,), target=target, measure=False)
    error = refusal(lambda: small(x))
    if error is not None:
        assert "writes into its own 'calls'" in error.message and "'.module'" in str(error.hint)
        small = small.module
    first = small(x).detach().clone()
    torch.testing.assert_close(small(x), first + 1)


def refusal(call: Callable[[], object]) -> UserError | None:
    try:
        call()
    except UserError as error:
        return error
    return None


# -------------------------------------------------------------------- a target of somebody else


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The toy as the target of an installed package."""

    class Entry:
        name, value, load = "abacus", "somewhere:Abacus", staticmethod(lambda: Abacus)

    monkeypatch.setattr(targets, "_announced", lambda: {"abacus": Entry})
    targets._named.cache_clear()
    yield
    targets._named.cache_clear()


@pytest.mark.usefixtures("announced")
def test_others_are_known_by_name() -> None:
    assert targets.names()[-1] == "abacus" and targets.get("abacus") == TOY
    assert compiled("abacus").report.target == "abacus"
    assert targets.writing(".beads") == TOY


def test_it_is_loaded_when_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Program] = []
    load = Abacus.load
    monkeypatch.setattr(Abacus, "load", lambda self, program: loaded.append(program) or load(self, program))
    small = compiled(TOY)
    assert not loaded
    args, kwargs = inputs()
    small(*args, **kwargs)
    small(*args, **kwargs)
    assert len(loaded) == 1 and loaded[0] is small.program


def test_the_guide_shows_it() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "guides" / "add-a-target.md"
    assert inspect.getsource(Abacus) in guide.read_text()


@pytest.mark.usefixtures("announced")
def test_the_command_line_takes_it(tmp_path: Path) -> None:
    args, kwargs = inputs()
    torch.export.save(torch.export.export(network(), args, kwargs), tmp_path / "model.pt2")
    shell = CliRunner()
    done = shell.invoke(app, ["explain", str(tmp_path / "model.pt2"), "--target", "abacus"])
    assert done.exit_code == 0 and " for abacus: " in done.stdout
    done = shell.invoke(app, ["compile", str(tmp_path / "model.pt2"), "-o", str(tmp_path / "x.beads"), "--no-measure"])
    assert done.exit_code == 0 and "relu" in (tmp_path / "x.beads").read_text()


class Elsewhere(Abacus):
    """Needs a package that nobody has."""

    name: ClassVar[str] = "elsewhere"
    package: ClassVar[str] = "sparsec-elsewhere"


def test_a_package_that_is_not_installed_is_named_before_anything_is_done() -> None:
    with pytest.raises(UserError, match="target 'elsewhere' needs the package 'sparsec-elsewhere'") as caught:
        compiled(Elsewhere())
    assert caught.value.code == "missing-package" and caught.value.hint == "pip install sparsec-elsewhere"


def test_its_own_files(tmp_path: Path) -> None:
    small = compiled(TOY)
    assert small.save(tmp_path / "model.beads").read_text() == str(small.program.graph)


def test_options_are_part_of_what_it_is() -> None:
    assert Abacus(3) != Abacus(4) and "3" in repr(Abacus(3))
    assert costs_for(Abacus(1)).seconds(Work("linear", 8, 8, 8)) > costs_for(Abacus(100)).seconds(
        Work("linear", 8, 8, 8)
    )


# -------------------------------------------------------------------- nobody else knows one by name


def named(file: Path) -> Iterator[int]:
    """Lines of a file that compare something with the name of a target, or look something up by it."""
    known = {*targets.names()}
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Compare) and "device" not in ast.unparse(node):
            found = {x.value for part in (node.left, *node.comparators) for x in ast.walk(part) if is_text(x)}
        elif isinstance(node, ast.Dict):
            found = {key.value for key in node.keys if is_text(key)}
        else:
            continue
        if found & known:
            yield node.lineno


def is_text(node: ast.AST | None) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_targets_are_told_apart_by_nobody() -> None:
    root = Path(__file__).resolve().parents[2]
    files = [file for top in ("compiler", "passes", "codegen", "runtime") for file in (root / top).rglob("*.py")]
    wrong = [f"{file}:{line}" for file in files if file.parent.name != "targets" for line in named(file)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "code", ["if target == 'onnxruntime': pass", "x = name in ('cpu', 'inductor')", "COSTS = {'inductor': 1}[target]"]
)
def test_who_tells_them_apart_is_found(code: str, tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(code)
    assert [*named(tmp_path / "file.py")] == [1]
