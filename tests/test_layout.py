"""The shape of the project: what is packaged, who imports whom, and what may not be in a file.

They run twice: on the editable install, and (by `make check-wheel`) on an installed wheel.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
FOLDERS = {
    "compiler/_root": "sparsec",
    "compiler": "sparsec.compiler",
    "codegen": "sparsec.codegen",
    "passes": "sparsec.passes",
    "runtime": "sparsec.runtime",
}
TOP_FOLDERS = {"compiler", "codegen", "passes", "runtime"}

# Who may import whom: a module imports from its own layer and from those before it.
LAYERS = (
    # What is said to a caller, and the program; both know nobody.
    ("sparsec.compiler.errors", "sparsec.compiler.paths", "sparsec.compiler.words", "sparsec.compiler.ir"),
    ("sparsec.codegen.operators",),
    ("sparsec.codegen.formats",),
    ("sparsec.codegen",),
    ("sparsec.passes",),
    ("sparsec.runtime",),
    ("sparsec.compiler", "sparsec"),
)
# Importing anything at all runs these first, so at import time they may import nothing of ours.
RUN_BY_EVERYBODY = ("sparsec", "sparsec.compiler")
# What passes have in common. Every other folder below passes/ holds passes, which do not import each other.
SHARED_BY_PASSES = ("sparsec.passes.rules", "sparsec.passes.layout", "sparsec.passes.prune")

EXTRAS = {"torch_mlir", "triton"}


# --- what is on disk


def module_name(path: Path) -> str:
    """`passes/rules/conv.py` -> `sparsec.passes.rules.conv`."""
    relative = path.relative_to(ROOT)
    home = next(folder for folder in FOLDERS if relative.is_relative_to(folder))
    parts = relative.relative_to(home).with_suffix("").parts
    return ".".join((FOLDERS[home], *(part for part in parts if part != "__init__")))


@functools.cache
def modules() -> dict[str, Path]:
    """Every module of the package, by name."""
    files = (file for folder in TOP_FOLDERS for file in (ROOT / folder).rglob("*.py"))
    return {module_name(file): file for file in sorted(files)}


@functools.cache
def packages_on_disk() -> set[str]:
    """A package for every folder that holds Python."""
    return {module_name(file.parent / "__init__.py") for file in modules().values()}


def layer(module: str) -> int:
    """The index of the layer with the longest name that `module` lies in."""
    homes = {name: index for index, names in enumerate(LAYERS) for name in names}
    return next(homes[name] for name in [module, *parents(module)] if name in homes)


def parents(module: str) -> Iterator[str]:
    """`a.b.c` -> `a.b`, `a`."""
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


# --- what a file imports


@functools.cache
def syntax(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(), str(modules()[module]))


def imports(module: str, tree: ast.AST | None = None) -> Iterator[tuple[int, str]]:
    """(line, module) of everything that `module` imports, anywhere in it; relative names made absolute."""
    package = module if module in packages_on_disk() else module.rpartition(".")[0]
    for node in ast.walk(tree or syntax(module)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, target) for target in imported_from(node, package))


def imported_from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    """The modules that a `from ... import ...` names: a submodule where there is one, else the package."""
    ancestors = [package, *parents(package)]
    start = [ancestors[node.level - 1]] if node.level else []
    source = ".".join(start + ([node.module] if node.module else []))
    for alias in node.names:
        submodule = f"{source}.{alias.name}"
        yield submodule if submodule in modules() else source


def ours(module: str) -> Iterator[tuple[int, str]]:
    """The imports of `module` that stay inside sparsec."""
    return ((line, target) for line, target in imports(module) if target.split(".")[0] == "sparsec")


def place(module: str, line: int) -> str:
    return f"{modules()[module].relative_to(ROOT)}:{line}"


# --- packaging


def test_every_folder_with_python_is_packaged() -> None:
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == packages_on_disk()


def test_packages_are_listed_once() -> None:
    listed = PYPROJECT["tool"]["setuptools"]["packages"]
    assert len(listed) == len(set(listed))


def test_every_package_has_an_init() -> None:
    assert packages_on_disk() <= set(modules())


def test_folders_map_to_packages() -> None:
    mapping = PYPROJECT["tool"]["setuptools"]["package-dir"]
    assert {folder: name for name, folder in mapping.items()} == FOLDERS


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "compiler/_root/py.typed").is_file()


def test_the_project_has_no_init_below_tests() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("module", sorted(modules()))
def test_every_module_is_installed(module: str) -> None:
    try:
        imported = importlib.import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.split(".")[0] in EXTRAS:
            pytest.skip(f"needs {missing.name}, an extra")
        raise
    home = Path(sys.modules["sparsec"].__file__ or "").resolve().parent
    installed_as_a_wheel = home.name == "sparsec"
    below = home if installed_as_a_wheel else ROOT
    assert Path(imported.__file__ or "").resolve().is_relative_to(below)


@pytest.mark.parametrize(("group", "name"), [("torch_dynamo_backends", "sparse"), ("console_scripts", "sparsec")])
def test_entry_points_load(group: str, name: str) -> None:
    (entry,) = importlib.metadata.entry_points(group=group, name=name)
    assert entry.value.startswith("sparsec.compiler.")
    assert callable(entry.load())


def test_importing_sparsec_is_light() -> None:
    dependencies = {re.split(r"[<>=!~;\[ ]", line)[0] for line in PYPROJECT["project"]["dependencies"]}
    command = [sys.executable, "-c", "import sys, sparsec; print(*sys.modules)"]
    loaded = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert "sparsec" in loaded
    assert not loaded & dependencies


def test_what_is_public_is_there() -> None:
    import sparsec

    assert {*sparsec.__all__} <= {*dir(sparsec)}
    for name in sparsec.__all__:
        assert getattr(sparsec, name) is not None
    for module in (sparsec.formats, sparsec.ir, sparsec.operators, sparsec.passes, sparsec.targets):
        assert module.__name__.startswith("sparsec.") and module.__doc__
        for name in module.__all__:
            assert getattr(module, name) is getattr(importlib.import_module(module.__name__), name)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        sparsec.passes.nothing  # noqa: B018


# --- who imports whom


def test_imports_go_one_way() -> None:
    wrong = [
        f"{place(module, line)} imports {target}"
        for module in modules()
        for line, target in ours(module)
        if layer(target) > layer(module)
    ]
    assert not wrong, "\n".join(wrong)


def test_passes_do_not_import_each_other() -> None:
    wrong = [
        f"{place(module, line)} imports {target}"
        for module, file in modules().items()
        if is_pass(module) and file.name != "__init__.py"
        for line, target in ours(module)
        if is_pass(target)
    ]
    assert not wrong, "\n".join(wrong)


def test_formats_are_known_to_nobody() -> None:
    """What chooses, writes and computes them asks the registry."""
    from sparsec.codegen.formats import BUILT_IN

    wrong = [
        f"{place(module, line)} imports {target}"
        for module in modules()
        for line, target in ours(module)
        if target in {kind.__module__ for kind in BUILT_IN} and not module.startswith("sparsec.codegen.formats")
    ]
    assert not wrong, "\n".join(wrong)


def test_the_contract_of_passes_knows_no_way_to_compute() -> None:
    assert not [target for _, target in ours("sparsec.passes.base") if target.startswith("sparsec.codegen")]


def is_pass(module: str) -> bool:
    """Whether `module` lies in a folder of passes, or is one."""
    if not module.startswith("sparsec.passes.") or module.startswith(SHARED_BY_PASSES):
        return False
    return module.count(".") > 2 or module in packages_on_disk()


@pytest.mark.parametrize("module", RUN_BY_EVERYBODY)
def test_what_everybody_runs_imports_nothing_of_ours(module: str) -> None:
    assert not [
        f"{place(module, line)} imports {target}"
        for statement in at_import_time(syntax(module))
        for line, target in imports(module, statement)
        if target.split(".")[0] == "sparsec"
    ]


def at_import_time(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements of a module that run on import: neither in functions nor for type checkers only."""
    for statement in tree.body:
        for_types = isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test)
        if not for_types and not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement


def test_inside_the_package_imports_are_relative() -> None:
    wrong = [
        f"{place(module, node.lineno)} imports {name}"
        for module in modules()
        for node in ast.walk(syntax(module))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in absolute_names(node)
        if name.split(".")[0] in {"sparsec", *TOP_FOLDERS}
    ]
    assert not wrong, "\n".join(wrong)


def absolute_names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if node.module and not node.level else []


# --- what belongs to one machine

MACHINE_PATH = re.compile(r"(?<![\w.~>-])/(work|opt|tmp|root|home)/")
REGISTRY = re.compile(r"\b(pypi\.org|pythonhosted\.org|download\.pytorch\.org|npmjs\.org)\b")


def tracked_texts() -> Iterator[tuple[str, str]]:
    """(path, text) of the files that are, or would be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    for name in listing.stdout.splitlines():
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # a picture or a model, or deleted in the work tree


def test_no_file_names_a_machines_path_or_a_registry() -> None:
    wrong = [
        f"{name}:{number}: {line.strip()}"
        for name, text in tracked_texts()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line) or REGISTRY.search(line)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("line", ["cd /{}/main", "'/{}/x'", "path=/{}/wheels"])
@pytest.mark.parametrize("folder", ["work", "opt", "tmp", "root", "home"])
def test_machine_paths_are_recognised(line: str, folder: str) -> None:
    assert MACHINE_PATH.search(line.format(folder))


@pytest.mark.parametrize("line", ["src/opt/x", "tmp_path / 'x'", "example.org/work/x", "../tmp/x", "/optional/x"])
def test_other_paths_are_left_alone(line: str) -> None:
    assert not MACHINE_PATH.search(line)
