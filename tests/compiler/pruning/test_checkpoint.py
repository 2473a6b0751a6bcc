"""What is interrupted leaves a checkpoint, from which the same call goes on to the same result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec import Macs
from sparsec.compiler.progress import Progress
from sparsec.compiler.pruning.checkpoint import Checkpoint
from sparsec.pruning import Matrix, Result, Seen


class Net(nn.Module):
    """Blocks that are added to a stream, two of them of one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 8)) for _ in range(3))
        self.blocks[2][0].weight = self.blocks[1][0].weight
        self.head = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = x + block(x)
        out: Tensor = self.head(x)
        return out


@pytest.fixture
def net() -> Net:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Net().eval()


@pytest.fixture(scope="module")
def data() -> list[Tensor]:
    g = torch.Generator().manual_seed(0)
    return [torch.randn(16, 8, generator=g) for _ in range(6)]


class Impatient(Progress):
    """Interrupts when it has been told so often how far a run is."""

    def __init__(self, times: int) -> None:
        super().__init__(None)
        self.left = times

    def say(self, text: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


OPTIONS: dict[str, tuple[int, dict[str, Any]]] = {
    "layers": (10, {"sparsity": 0.5, "pattern": "4x1"}),
    "tied": (10, {"sparsity": 0.5, "importance": "wanda", "allocation": "l-greco{step=0.25}", "measured": True}),
    "some layers": (9, {"sparsity": 0.3, "pattern": "2:4"}),
    "units": (5, {"units": "neuron", "budget": Macs(0.7)}),
    "measured units": (8, {"units": "neuron", "sparsity": 0.4, "allocation": "l-greco", "measured": True}),
}


@pytest.mark.parametrize(("times", "options"), [pytest.param(*value, id=name) for name, value in OPTIONS.items()])
def test_pruning_goes_on(net: Net, data: Any, tmp_path: Path, times: int, options: Any) -> None:
    file = tmp_path / "run.checkpoint"
    whole = sparsec.prune(net, data, **options)
    with pytest.raises(KeyboardInterrupt):
        sparsec.prune(net, data, **options, resume=file, progress=Impatient(times))
    assert [path.name for path in tmp_path.iterdir()] == ["run.checkpoint"]
    done = [step for step in torch.load(file)["steps"] if step.startswith("layer ")]
    assert done
    result = sparsec.prune(net, data, **options, resume=file)
    assert all(map(torch.equal, result.model.state_dict().values(), whole.model.state_dict().values()))
    assert result.recipe == whole.recipe and result.outcome.gone == whole.outcome.gone
    assert [(x.name, x.zeros, x.lost) for x in result.outcome.outcomes] == [
        (x.name, x.zeros, x.lost) for x in whole.outcome.outcomes
    ]
    assert all(torch.equal(kept, whole.masks[name]) for name, kept in result.masks.items())
    assert not file.exists()


def test_what_is_done_is_not_done_again(net: Net, data: Any, tmp_path: Path) -> None:
    """Layers are scored once, whatever ends the run: an error of the user's function, too."""
    seen: list[str] = []

    def mine(weight: Matrix, one: Seen) -> Tensor:
        if len(seen) == 2:
            raise ZeroDivisionError
        seen.append(weight.name)
        return weight.values.abs()

    file = tmp_path / "run.checkpoint"
    with pytest.raises(ZeroDivisionError):
        sparsec.prune(net, data, sparsity=0.5, importance=mine, resume=file)
    first, seen = seen, []
    with pytest.raises(ZeroDivisionError):
        sparsec.prune(net, data, sparsity=0.5, importance=mine, resume=file)
    assert len(first) == len(seen) == 2 and not {*first} & {*seen}


def test_what_the_model_loses_without_layers_is_measured_once(net: Net, data: Any, tmp_path: Path) -> None:
    options: dict[str, Any] = {"units": "sub-block", "sparsity": 2 / 3, "importance": "leave-one-out"}
    calls: list[int] = []

    def loss(outputs: Tensor, labels: Any) -> Tensor:
        calls.append(1)
        if len(calls) == 5:
            raise ZeroDivisionError
        return outputs.square().mean()

    with pytest.raises(ZeroDivisionError):
        sparsec.prune(net, data, **options, loss=loss, resume=tmp_path / "run.checkpoint")
    again = sparsec.prune(net, data, **options, loss=loss, resume=tmp_path / "run.checkpoint")
    assert len(calls) == 5 + 2  # three without one, two without a second; one of these again
    whole = sparsec.prune(net, data, **options, loss=loss)
    assert again.outcome.gone == whole.outcome.gone


@pytest.fixture
def pruned(net: Net, data: Any) -> Result:
    return sparsec.prune(net, data, pattern="scattered", sparsity=0.6, importance="magnitude")


def test_recovery_goes_on(pruned: Result, data: Any, tmp_path: Path) -> None:
    """Twice interrupted it ends where an uninterrupted one does."""
    options: dict[str, Any] = {"steps": 40, "learning_rate": 3e-3, "seed": 5}
    whole = sparsec.recover(pruned, data, **options)
    for times in (3, 8):
        with pytest.raises(KeyboardInterrupt):
            sparsec.recover(pruned, data, **options, resume=tmp_path / "run.checkpoint", progress=Impatient(times))
    assert [path.name for path in tmp_path.iterdir()] == ["run.checkpoint"]
    result = sparsec.recover(pruned, data, **options, resume=tmp_path / "run.checkpoint")
    assert result.recovered == whole.recovered and len(result.recovered.losses) == 21
    assert all(map(torch.equal, result.model.state_dict().values(), whole.model.state_dict().values()))
    assert not list(tmp_path.iterdir())
    assert result.recovered.says() in str(result)


def test_runs_of_something_else_are_refused(net: Net, pruned: Result, data: Any, tmp_path: Path) -> None:
    file = tmp_path / "run.checkpoint"
    with pytest.raises(KeyboardInterrupt):
        sparsec.prune(net, data, sparsity=0.5, resume=file, progress=Impatient(10))
    for change in ({"seed": 2}, {"data": data[1:]}):
        options: dict[str, Any] = {"data": data, "sparsity": 0.5} | change
        with pytest.raises(sparsec.UserError, match="left by a run of something else"):
            sparsec.prune(net, **options, resume=file)
    with pytest.raises(sparsec.UserError, match="left by a run of something else"):
        sparsec.recover(pruned, data, steps=5, resume=file)
    assert file.exists()


@pytest.mark.parametrize("content", [b"", b"no checkpoint at all", None])
def test_other_files_are_refused(net: Net, data: Any, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "run.checkpoint"
    if content is None:
        torch.save({"format": 99, "identity": {}, "steps": {}}, file)
    else:
        file.write_bytes(content)
    with pytest.raises(sparsec.UserError, match="is no checkpoint") as refusal:
        sparsec.prune(net, data, sparsity=0.5, resume=file)
    assert (
        refusal.value.note is not None and ("format 99" if content is None else "did not write") in refusal.value.note
    )
    with pytest.raises(sparsec.UserError, match="does not say what to write"):
        sparsec.prune(net, data, sparsity=0.5, resume=tmp_path / "run.pt")


def test_a_file_is_written_seldom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is what was noted lost."""
    checkpoint, written = Checkpoint(tmp_path / "run.checkpoint"), []
    checkpoint.begin({})
    write = checkpoint.write
    monkeypatch.setattr(checkpoint, "write", lambda: (written.append(1), write()))

    def run() -> None:
        with checkpoint.kept():
            for step in range(100):
                checkpoint.note(str(step), step)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert len(written) < 10
    assert Checkpoint(tmp_path / "run.checkpoint").told("99") == 99
