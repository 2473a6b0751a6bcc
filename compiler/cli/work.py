"""What several commands do: compile a model from disk, write the result and its report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...runtime import targets
from ..progress import Progress

if TYPE_CHECKING:
    from ..driver import CompiledModule
    from ..ir.program import Program
    from ..pipeline import Observer
    from ..report.data import Report


def compile_file(
    model: Path,
    progress: Progress,
    *watching: Observer,
    dump_ir: Path | None = None,
    target: str = "cpu",
    layout: str = "optimised",
    ranges: Mapping[str, tuple[float, float]] | None = None,
    **settings: Any,
) -> CompiledModule:
    """Like ``sparsec.compile``, saying how far it is."""
    from ...passes.layout.solve import check_layout
    from ...runtime.select import check_quantize
    from ..driver import compile_program
    from ..pipeline import DumpIR
    from ..ranges import stated

    targets.get(target).require()
    check_layout(layout)
    check_quantize(settings.get("quantize"), settings.get("kernels", True))
    program = read_program(model, target, progress)
    program.ranges = stated(ranges, program)
    dumps = [DumpIR(dump_ir)] if dump_ir else []
    settings |= {"target": target, "layout": layout, "observers": [progress, *watching, *dumps]}
    return compile_program(program, **settings)


def read_program(model: Path, target: str, progress: Progress) -> Program:
    """The program of a model from disk, of whichever kind, for a target."""
    from ..capture.models import capture
    from ..capture.pretrained import capture_pretrained, is_pretrained

    progress.say(f"reading {model}")
    return capture_pretrained(model, target) if is_pretrained(model) else capture(model)


def write(compiled: CompiledModule, path: Path, progress: Progress, cpu: str | None = None) -> None:
    """Write the result as a file of the kind that its name says; ``cpu`` is as in ``export_onnx``."""
    progress.say(f"writing {path}")
    if path.suffix == ".onnx":
        compiled.export_onnx(path, cpu=cpu)
    else:
        compiled.save(path)


def write_report(report: Report, path: Path | None, *, removed: bool = False) -> None:
    """Write a report as a page or as JSON, if a path was given."""
    if path is None:
        return
    from ...codegen.onnx.files import atomically

    with atomically(path) as folder:
        if path.suffix == ".json":
            report.save_json(folder / path.name, removed=removed)
        else:
            report.save_html(folder / path.name)


def library_of(path: Path | None) -> Path | None:
    """The library that was written with a model, if it needs one."""
    from ...codegen.onnx.files import library_for

    if path is None or path.suffix != ".onnx":
        return None
    library = library_for(path)
    return library if library.exists() else None


def versions_in(path: Path | None) -> list[str]:
    """What a library of sparse kernels is for; nothing for other files."""
    from ...codegen.onnx.files import LIBRARY, versions_of

    if path is None or not path.name.removesuffix(path.suffix).endswith(LIBRARY):
        return []
    return versions_of(path) or []


def file_facts(path: Path) -> dict[str, Any]:
    """What was written, for a JSON document: its path, its bytes if it is a file, and its library."""
    size = None if path.is_dir() else path.stat().st_size
    return {"output": str(path), "bytes": size, **library_facts(path)}


def library_facts(path: Path | None) -> dict[str, Any]:
    """The library that was written with a model, for a JSON document: its path, bytes, and what it is for."""
    library = library_of(path)
    facts = {"library_bytes": library and library.stat().st_size, "runs_on": versions_in(library)}
    return {"library": library and str(library), **(facts if library else {})}
