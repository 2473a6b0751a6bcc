"""Running a model the three ways that users run it, on the same inputs."""

from __future__ import annotations

import inspect
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from sparsec.codegen.onnx.files import library_for
from sparsec.compiler.backend import last_reports
from sparsec.compiler.errors import FallbackWarning

from .case import Inputs, run


def input_names(model: nn.Module, inputs: Inputs) -> list[str]:
    """What the model's own ``forward`` calls its inputs, in the order of the call."""
    args, kwargs = inputs
    return [*list(inspect.signature(model.forward).parameters)[: len(args)], *kwargs]


def tensors(tree: Any) -> list[Tensor]:
    """The tensors of a nested result, flat."""
    return [leaf for leaf in pytree.tree_leaves(tree) if isinstance(leaf, Tensor)]


class OnnxModel:
    """An ONNX file, checked and loaded into ONNX Runtime."""

    def __init__(self, path: Path) -> None:
        onnx.checker.check_model(str(path), full_check=True)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        if library_for(path).exists():
            options.register_custom_ops_library(str(library_for(path)))
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.inputs = [value.name for value in self.session.get_inputs()]
        self.outputs = [value.name for value in self.session.get_outputs()]

    def __call__(self, names: list[str], inputs: Inputs) -> list[Tensor]:
        """Run on the inputs, which are called ``names``; returns the flat outputs."""
        args, kwargs = inputs
        given = dict(zip(names, [*args, *kwargs.values()], strict=True))
        feeds = {name: given[name].numpy() for name in self.inputs}
        return [torch.from_numpy(np.asarray(out)) for out in self.session.run(None, feeds)]


def run_sparse_backend(
    model: nn.Module, batches: list[Inputs], dynamic: bool | None = None, **options: Any
) -> list[Any]:
    """The answers of ``torch.compile(model, backend="sparse")`` on each of the inputs; a fallback is an error.

    Where Dynamo breaks a model into several graphs (it depends on what it traced before), some may hold no weights.
    """
    torch._dynamo.reset()
    before = last_reports()[-1:]
    try:
        with warnings.catch_warnings():
            # Which of its own warnings Dynamo has for a model, too, depends on what it traced before.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", FallbackWarning)
            warnings.filterwarnings("ignore", "sparsec leaves a graph to PyTorch: the graph holds no weights")
            compiled = torch.compile(model, backend="sparse", dynamic=dynamic, options=options or None)
            answers = [run(compiled, inputs) for inputs in batches]
            now = last_reports()[-1:]
            assert now and all(new is not old for new, old in zip(now, before, strict=False)), "no graph was compiled"
            return answers
    finally:
        torch._dynamo.reset()
