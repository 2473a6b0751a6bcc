"""Families as ONNX files that PyTorch's exporters write, and what becomes of those: ``python -m zoo.onnx_in``
(in ``tests/``) prints a line for each.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

import sparsec
from sparsec.compiler.capture.onnx.imported import read_onnx

from .coverage import KINDS, plant
from .families import FAMILIES, Family
from .reference import relative_error

# Batches and lengths to compare at, where the family knows other lengths than its own.
SIZES = ((3, 9), (1, 5))


@dataclass(frozen=True)
class Came:
    """What became of a file.

    Attributes:
        before, after: numbers in its weights.
        direct: numbers left where the model itself is compiled.
        error: largest relative difference from ONNX Runtime on the file, over all sizes.
    """

    before: int
    after: int
    error: float
    direct: int | None = None

    def __str__(self) -> str:
        direct = "" if self.direct is None else f" (of the model itself {self.direct})"
        return f"{self.before} -> {self.after} numbers{direct}, off by {self.error:.1e}"


def exported(family: Family, path: Path, dynamo: bool) -> Path:
    """A planted family as a file, whose sizes are open if Dynamo's exporter writes it."""
    model = family.build()
    plant(family, model, KINDS)
    args, kwargs = family.feed(2)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        shapes: Any = {"dynamic_shapes": family.dynamic_shapes()} if dynamo else {}
        torch.onnx.export(model, args, path, kwargs=kwargs or None, dynamo=dynamo, verbose=False, **shapes)
    return path


def came(family: Family, path: Path, dynamo: bool, direct: bool = False) -> Came:
    """Export, compile, and compare with ONNX Runtime on the file, which no pass has seen."""
    before = read_onnx(exported(family, path, dynamo))
    small = sparsec.compile(path, measure=False, kernels=False)
    session = before.session
    sizes = ((2, 0), *(SIZES if dynamo and family.axes else ()))
    error = 0.0
    for batch, length in sizes:
        args, kwargs = family.feed(batch, length if family.dynamic else 0)
        given: list[Tensor] = [*args, *kwargs.values()]
        feeds = {name: value.numpy() for name, value in zip(before.names, given, strict=True)}
        wanted = [torch.from_numpy(value) for value in session.run([*before.graph.outputs], feeds)]
        error = max(error, relative_error([*small(*given).values()], wanted))
    return Came(_numbers(before.module), _numbers(small), error, _direct(family) if direct else None)


def _direct(family: Family) -> int:
    model = family.build()
    plant(family, model, KINDS)
    args, kwargs = family.feed(2)
    shapes = family.dynamic_shapes()
    return _numbers(sparsec.compile(model, args, kwargs, dynamic_shapes=shapes, target="onnxruntime", measure=False))


def _numbers(model: torch.nn.Module) -> int:
    return sum(weight.numel() for weight in model.parameters())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="families; all of them where none is named")
    parser.add_argument("--script", action="store_true", help="let TorchScript's exporter write the files")
    parser.add_argument("--direct", action="store_true", help="compile the models themselves, too")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for name in options.names or FAMILIES:
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                told = str(came(FAMILIES[name], Path(folder) / "model.onnx", not options.script, options.direct))
            except Exception as error:  # noqa: BLE001 (a survey goes on)
                told = f"{type(error).__name__}: {error}".replace("\n", " | ")
        print(f"{name} [{time.perf_counter() - start:.0f} s]: {told}", flush=True)
    return 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        os.environ["SPARSEC_CACHE"] = cache
        sys.exit(main(sys.argv[1:]))
