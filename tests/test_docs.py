"""README.md and docs/: short enough for a newcomer, no link that leads nowhere, no code that is none."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

import sparsec
from sparsec.compiler.pipeline import Timing

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
MOST_WORDS = 1200

FENCED = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code_in(text: str) -> list[str]:
    """The Python blocks of a page."""
    return [code for _, language, code in FENCED.findall(text) if language == "python"]


def prose_of(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCED.sub("", page.read_text())


def links_of(page: Path) -> list[str]:
    """Where the links of a page lead, as written, those to other sites left out."""
    text = re.sub(r"`[^`\n]*`", "", prose_of(page))
    return [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]


def anchors_of(page: Path) -> set[str]:
    """What can stand behind ``#`` in a link to a page, spelled as on GitHub."""
    found: dict[str, int] = {}
    for heading in HEADING.findall(prose_of(page)):
        words = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading)).strip().lower().replace(" ", "-")
        found[words] = found.get(words, 0) + 1
    return {f"{words}-{n}" if n else words for words, times in found.items() for n in range(times)}


def broken(page: Path) -> Iterator[str]:
    """The links of a page that lead nowhere."""
    for link in links_of(page):
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            yield link


def rows_of(page: Path) -> list[list[str]]:
    """The rows of all tables of a page that hold speeds, as cells."""
    lines = [line for line in page.read_text().splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [cells for cells in rows if any(re.match(r"[\d.]+x", cell) for cell in cells)]


def test_the_readme_is_short() -> None:
    assert len(README.read_text().split()) <= MOST_WORDS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    assert not [*broken(page)]


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One `two`: three\n[a](#one-two-three) [b](#four) [c](page.md) [d](none.md) [e](https://x.y/z)\n")
    assert [*broken(page)] == ["#four", "none.md"]


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, new = {README}, [README]
    while new:
        page = new.pop()
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in links_of(page)} - reached
        new += [target for target in targets if target in PAGES]
        reached |= targets
    assert [name_of(page) for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("page", [page for page in PAGES if code_in(page.read_text())], ids=name_of)
def test_code_compiles(page: Path) -> None:
    for code in code_in(page.read_text()):
        compile(code, name_of(page), "exec")


def test_the_first_example_runs(tmp_path: Path) -> None:
    first = code_in(README.read_text())[0]
    done = subprocess.run([sys.executable, "-c", first], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "layers shrank" in done.stdout and (tmp_path / "small.onnx").exists()


def test_the_readme_shows_results_that_are_in_the_full_tables() -> None:
    full = rows_of(ROOT / "docs" / "results.md")
    shown = rows_of(README)
    assert shown
    for row in shown:
        assert any(_is_part(row, other) for other in full), row


def test_the_page_of_what_pruning_costs_is_made_from_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from _pruning_page import pages

    found = json.loads((ROOT / "benchmarks" / "results" / "pruning_quality.json").read_text())
    for place, text in pages(found).items():
        assert place.read_text() == text, f"{name_of(place)}: python benchmarks/pruning_quality.py --page"


def test_the_page_of_graphics_cards_shows_what_was_predicted() -> None:
    """docs/gpu.md: gains of models on an H200, and the figures of cards."""
    found = json.loads((ROOT / "benchmarks" / "results" / "gpu_predicted.json").read_text())
    lines = (ROOT / "docs" / "gpu.md").read_text().splitlines()
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    rows: dict[tuple[str, str], list[str]] = {}
    for row in (row for row in found["rows"] if row["card"] == "H200 SXM"):
        call = f"{row['tokens']} token" if "tokens" in row else f"{row['images']} image"
        gains = f"{row['at_most']:.2f}, {row['predicted']:.2f}"
        rows.setdefault((row["model"], call), []).append(gains)
    told = {(cells[0], cells[1].removesuffix("s")): cells[2:5] for cells in shown}
    assert len(rows) == 10 and all(told[key] == gains for key, gains in rows.items())
    for name, figures in found["cards"].items():
        (cells,) = (cells for cells in shown if cells[0].startswith(name.replace(" (one die)", ", one die")))
        assert cells[1:3] == [f"{figures['TB/s']:.2f}", f"{figures['TFLOP/s']:.0f}"]
        assert cells[3] == f"{figures['lane instructions a weight']:.0f}"


def _is_part(cells: list[str], of: list[str]) -> bool:
    """Whether cells are among others, in the same order."""
    others = iter(of)
    return all(cell in others for cell in cells)


def squeezed(code: str) -> str:
    """Code without empty lines, and the spaces that lines begin with."""
    return "\n".join(line.strip() for line in code.splitlines() if line.strip())


@pytest.mark.parametrize("page", ["add-a-format", "add-an-operator"])
def test_guides_show_what_the_example_does(page: str) -> None:
    example = squeezed((ROOT / "examples" / "write_a_format.py").read_text())
    shown = [code for code in code_in((ROOT / "docs" / "guides" / f"{page}.md").read_text()) if "attach(" not in code]
    assert len(shown) >= 3
    for code in shown:
        assert squeezed(code) in example


def test_the_walk_of_one_model_is_what_happens() -> None:
    """docs/architecture.md: steps, files and figures of a small model's compile."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    walk = page.partition("## One model on its way")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d+)\.", walk, re.MULTILINE) == [str(number) for number in range(1, 21)]
    for place in re.findall(r"`([a-z_/]+\.py)`", walk):
        assert (ROOT / place).exists() or (ROOT / "compiler" / place).exists()
    layers = {name: getattr(nn, name) for name in ("Conv2d", "BatchNorm2d", "ReLU")}
    model = eval(walk.partition("`")[2].partition("`")[0], {"nn": nn} | layers).eval()
    with torch.no_grad():
        model[0].weight[[1, 5]] = 0
        model[1].bias[[1, 5]] = torch.tensor([0.5, -0.5])
    bias = model[3].bias + 0.5 * model[3].weight[:, 1, 0, 0]

    timing = Timing()
    small = sparsec.compile(model, (torch.randn(2, 3, 8, 8),), observers=[timing], measure=False)
    assert [name for name, _, changed in timing.rows if changed] == ["fold-batchnorm", "remove-channels"]
    assert small.report.layers[0].outputs == (8, 6) and "8 -> 6 outputs" in walk
    assert "{} -> {} parameters".format(*small.report.parameters) in walk
    torch.testing.assert_close(small.program.weights()["3.bias"], bias)
