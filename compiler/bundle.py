"""What helps to mend an error of the compiler's own, without anything of the user's: no weights, no data, no source.

A bundle is a folder: the graph as text, shapes and findings as JSON, the versions, and the program with random weights
that have zeros in the same places, as a ``.pt2`` file where it can be exported.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor

from ..codegen.onnx.export import reexport
from .errors import SparsecError
from .ir.printer import print_program
from .ir.program import Program

if TYPE_CHECKING:
    from .fallback import Failure

BUNDLE = "SPARSEC_BUNDLE"
PACKAGES = ("sparsec", "torch", "onnx", "onnxruntime", "onnxscript", "torch-mlir", "numpy")
# What of a node's record is the user's own: where in which file it was written.
OF_THE_USER = ("stack_trace", "nn_module_stack", "source_fn_stack", "from_node", "torch_fn")


def write_bundle(program: Program, failures: Sequence[Failure], folder: str | Path) -> Path:
    """Write a bundle into a folder of its own below the given one; returns that.

    Raises:
        OSError: it cannot be written.
    """
    anonymous = anonymised(program)
    text = print_program(anonymous) + "\n"
    target = Path(folder) / f"sparsec-{abs(hash(text)):016x}"
    target.mkdir(parents=True, exist_ok=True)
    (target / "graph.txt").write_text(text)
    about = {
        "versions": {name: _version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "failures": [asdict(failure) for failure in failures],
        "inputs": [_shape(value) for value in program.inputs],
    }
    (target / "about.json").write_text(json.dumps(about, indent=1) + "\n")
    try:
        torch.export.save(reexport(anonymous), target / "program.pt2")
    except (SparsecError, RuntimeError, ValueError, TypeError) as error:
        (target / "no_program.txt").write_text(f"{type(error).__name__}: it cannot be exported\n")
    return target


def anonymised(program: Program) -> Program:
    """A copy with random weights and inputs; zeros stay where they are, integers of inputs become zeros."""
    copy, generator = program.copy(), torch.Generator().manual_seed(0)
    copy.change_weights(partial(_random, generator=generator))
    for node in copy.nodes():
        for key in OF_THE_USER:
            node.meta.pop(key, None)
    copy.module.meta.clear()
    copy.name, copy.answers = "model", ()
    copy.inputs = tuple(_blank(x) for x in program.inputs)
    copy.call = pytree.tree_map(_blank, program.call)
    return copy


def _random(weight: Tensor, generator: torch.Generator) -> Tensor:
    """Random numbers of the same scale; integers, which may be indices, stay: they are shapes and tables."""
    if not weight.is_floating_point():
        return weight.clone()
    finite = torch.isfinite(weight)
    spread = weight[finite].double().std(correction=0) if bool(finite.any()) else torch.ones(())
    noise = torch.randn(weight.shape, generator=generator, dtype=torch.float64).to(weight.device)
    made = (noise * spread.clamp(min=1e-3)).to(weight.dtype)
    return torch.where((weight == 0) | ~finite, weight, made)


def _blank(value: Any) -> Any:
    if not isinstance(value, Tensor):
        return value
    return torch.randn_like(value) if value.is_floating_point() else torch.zeros_like(value)


def _shape(value: Any) -> str:
    return f"{value.dtype} {[*value.shape]}" if isinstance(value, Tensor) else type(value).__name__


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
