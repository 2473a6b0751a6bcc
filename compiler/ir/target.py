"""What a target is: everything that sparsec has to know of where a compiled model runs, in one object."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch

from ..errors import UserError
from .costs import Analytic, Work
from .packing import SparseLayer
from .program import Program

# Something to be timed: it runs on inputs of its own.
Runner = Callable[[], object]


@dataclass(frozen=True)
class Target:
    """Where a compiled model runs. A target derives from this and says where it differs; it has to say ``load``.

    Its fields, if any, are its options. As it is, it stands for any target: what passes see if nobody says which.

    Class attributes:
        name: on the command line and in reports.
        title: in sentences.
        package: the Python package that it needs, on whose version measured times depend.
        suffixes: of the files that ``save`` writes, the usual one first.
        multiple: its kernels want channel counts that are multiples of this. Where that is more than 1, fewer channels
            do not always mean less time, and what was removed stays only where that was measured.
        checkpoint_dtype: what weights of checkpoints are loaded as; None: as they are stored.
        plans: how many simple layouts are worth racing against the optimised one: fewer where ``load`` takes long.
        kernels: whether layers may have sparse formats, which ``layer_runners`` times.
        lowers: which lowerings of operators it runs: those attached for a PyTorch device ("cpu", "cuda"), or "onnx".
        kernel_dtypes: of weights that kernels of ours take, on it.
        tiles: shapes (rows, columns) of blocks that weights are looked through for, besides those of every target.
        profiles: whether single operations can be measured: it has ``profile`` then.
        in_torch: whether ``torch.compile`` can call what it runs: it has ``torch_entry`` then.
        eager: whether PyTorch runs the operations one by one, as they stand in the graph.
        views: whether parts of a value are read where they lie, without a copy.
        variants: kinds of hardware that it comes in, see ``at``.
    """

    name: ClassVar[str] = "any"
    title: ClassVar[str] = "any target"
    package: ClassVar[str] = "torch"
    suffixes: ClassVar[tuple[str, ...]] = ()
    multiple: ClassVar[int] = 1
    checkpoint_dtype: ClassVar[torch.dtype | None] = None
    plans: ClassVar[int] = 2
    kernels: ClassVar[bool] = False
    lowers: ClassVar[str] = "cpu"
    kernel_dtypes: ClassVar[tuple[torch.dtype, ...]] = (torch.float32,)
    tiles: ClassVar[tuple[tuple[int, int], ...]] = ()
    profiles: ClassVar[bool] = False
    in_torch: ClassVar[bool] = False
    eager: ClassVar[bool] = False
    views: ClassVar[bool] = False
    variants: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return self.name

    def version(self) -> str:
        """Of the package that it needs.

        Raises:
            UserError: that is not installed.
        """
        try:
            return importlib.metadata.version(self.package)
        except importlib.metadata.PackageNotFoundError as error:
            raise UserError(
                "missing-package",
                f"target '{self.name}' needs the package '{self.package}'",
                hint=f"pip install {self.package}",
            ) from error

    def at(self, variant: str) -> Target:
        """The target that is called ``name:variant``: one of several kinds of hardware.

        Raises:
            UserError: there is no such kind.
        """
        known = ", ".join(f"{self.name}:{known}" for known in self.variants) or self.name
        raise UserError("unknown-option", f"there is no target '{self.name}:{variant}'", hint=f"there is {known}")

    def require(self) -> None:
        """Say what a compile would lack here, before it starts.

        Raises:
            UserError: it would lack something.
        """

    # ---------------------------------------------------------------- running

    def check(self, program: Program) -> None:
        """Say why a program cannot run here, where that is cheaper to know than by loading it.

        Raises:
            UserError: it cannot.
        """

    def load(self, program: Program) -> Callable[..., Any]:
        """A program as something callable, with the call signature and results of ``program.module``.

        Raises:
            UserError: the target cannot run it.
        """
        raise NotImplementedError

    def runner(self, program: Program) -> Runner:
        """A program on its example inputs, to be timed.

        Raises:
            UserError: the target cannot run it.
        """
        run, (args, kwargs) = self.load(program), program.call

        def once() -> object:
            with torch.no_grad():
                return run(*args, **kwargs)

        return once

    def torch_entry(self, program: Program) -> Callable[..., Any]:
        """A function of a program's flat inputs that ``torch.compile`` calls (of targets with ``in_torch``)."""
        raise NotImplementedError

    def save(self, program: Program, path: Path) -> Path:
        """Write a program as a file that the target reads.

        Raises:
            UserError: the path cannot be written, or the program cannot be written in this form.
        """
        raise UserError(
            "bad-option", f"{self.title} has no files of its own", hint="write the model as .pt2 or .onnx instead"
        )

    def code_of(self, program: Program) -> Mapping[str, Any]:
        """Machine code that a ``.pt2`` of a program carries, as plain data for ``hold_code``: none by default.

        Raises:
            UserError: it cannot be made here.
        """
        return {}

    def hold_code(self, code: Mapping[str, Any]) -> None:
        """Keep what ``code_of`` gave another process.

        Raises:
            UserError: it is damaged.
        """

    # ---------------------------------------------------------------- costs

    def predicts(self, device: torch.device) -> bool:
        """Whether what lies on a device cannot be timed here, for want of the hardware: ``predicted`` counts then.

        Args:
            device: of a program, or of a layer's weight.
        """
        return False

    def predicted(self, program: Program) -> Mapping[str, float] | None:
        """What a model of the target says of a program where it ``predicts``.

        Returns:
            Seconds of each operation by the name of its node, or of the layer that it is a part of (``PART_OF``); all
            of them are the whole. None where ``runner`` can be timed, which is what counts then.
        """
        return None

    def remark(self, program: Program, dense: float) -> str:
        """What is to be told of the prediction for a program of one layer, beside its seconds; '' for nothing.

        Args:
            program: the layer in a sparse format.
            dense: predicted seconds of its dense form.
        """
        return ""

    def estimate(self) -> Analytic:
        """What operations cost, without a measurement, on one thread; blocks are those of 512-bit vectors."""
        return Analytic(self.name)

    def profile(
        self, base: Analytic, works: Iterable[Work], turns: int, say: Callable[[str], None]
    ) -> tuple[Analytic, Mapping[Work, float]]:
        """Measure operations (of targets with ``profiles``): the estimate with what that taught, and seconds of each.

        Args:
            base: the estimate on this machine.
            works: what to measure, as far as it can be measured alone.
            turns: how often; more are more exact.
            say: called with how far it is.

        Raises:
            UserError: they cannot be measured here.
        """
        raise UserError(
            "bad-option",
            f"single operations cannot be measured on '{self.name}'",
            note="what they cost is estimated",
        )

    # ---------------------------------------------------------------- sparse kernels

    def missing(self) -> str | None:
        """What this machine lacks for sparse kernels of ours, as a sentence; None for nothing."""
        return None

    def refuses(self, dtype: torch.dtype) -> str | None:
        """Why no sparse format is for weights of a dtype, as a sentence; None if some may be."""
        if dtype in self.kernel_dtypes:
            return None
        taken, given = ([str(one).removeprefix("torch.") for one in some] for some in (self.kernel_dtypes, [dtype]))
        return f"there are kernels for {' and '.join(taken)}, not for {given[0]}"

    def layer_runners(self, programs: Mapping[str, Program]) -> Mapping[str, Runner]:
        """Programs of one layer each, the dense one and some in sparse formats, to be timed against each other.

        Raises:
            UserError: a kernel cannot be built.
        """
        return {name: self.runner(program) for name, program in programs.items()}

    def hidden_cost(self, layer: SparseLayer) -> tuple[float, str]:
        """What a sparse kernel costs in a model that timing the layer alone does not show, and what that is, in words.

        Returns:
            A share of the time of the dense layer, and a phrase such as "converting images".
        """
        return 0.0, ""
