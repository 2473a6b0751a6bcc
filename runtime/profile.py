"""Measures what single operations cost on a target, and keeps it for later.

A table belongs to a machine: processor, library versions, threads. It lies in the user's cache folder, or in the one
that the environment variable ``SPARSEC_CACHE`` names.
"""

from __future__ import annotations

import functools
import hashlib
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from ..compiler.errors import UserError
from ..compiler.ir.costs import Analytic, Costs, Work
from ..compiler.ir.target import Target
from ..passes.layout.cost_table import FORMAT_VERSION, Point, Table
from .cache import cache_folder
from .probes import works
from .targets import get

Say = Callable[[str], None]


def costs_for(target: str | Target) -> Costs:
    """What is known of a target's costs: the table measured on this machine, else an estimate.

    Raises:
        UserError: there is no such target, or the table is damaged.
    """
    found = table_for(target)
    return estimate(target) if found is None else found


def table_for(target: str | Target) -> Table | None:
    """The table measured on this machine with these versions and threads, if there is one.

    Raises:
        UserError: there is no such target, or the table is damaged.
    """
    path, key = cache_file(target), key_of(target)
    table = Table.load(path) if path.exists() else None
    return table if table is not None and table.key == key else None


def estimate(target: str | Target) -> Analytic:
    """The analytic costs of a target with as many threads as PyTorch uses now, and this processor's vectors.

    Raises:
        UserError: there is no such target.
    """
    base = get(target).estimate()
    wide = "AVX512" in torch.backends.cpu.get_cpu_capability()
    return replace(base, threads=torch.get_num_threads(), block=base.block if wide else (base.block + 1) // 2)


def profile(
    target: str | Target, quick: bool = False, *, points: Sequence[Work] | None = None, say: Say | None = None
) -> Table:
    """Measure a target, about a minute on a quiet core, and write the table to the cache.

    Args:
        target: what to measure, or its name.
        quick: fewer points, and fewer runs.
        points: what to measure instead of ``probes.works``.
        say: called with how far it is.

    Raises:
        UserError: there is no such target, its operations cannot be measured alone, or the cache cannot be written.
    """
    base, path = estimate(target), cache_file(target)
    _make_folder(path.parent)
    asked = works(quick) if points is None else points
    base, found = get(target).profile(base, asked, 2 if quick else 4, say or (lambda text: None))
    table = Table(base, tuple(Point(*pair) for pair in found.items()), key_of(target))
    table.save(path)
    return table


# -------------------------------------------------------------------- keeping


def cache_file(target: str | Target) -> Path:
    """Where the table of a target on this machine lies or would lie.

    Raises:
        UserError: there is no such target.
    """
    text = json.dumps(key_of(target), sort_keys=True)
    return cache_folder() / f"costs-{get(target).name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"


def key_of(target: str | Target) -> dict[str, str]:
    """Everything that a measured time depends on.

    Raises:
        UserError: there is no such target.
    """
    target = get(target)
    return {
        "format": str(FORMAT_VERSION),
        "target": str(target),
        "processor": processor(),
        target.package: target.version(),
        "threads": str(torch.get_num_threads()),
        "dtype": "float32",
    }


@functools.cache
def processor() -> str:
    """The processor's name and model, with its widest vectors."""
    facts: dict[str, str] = {}
    listing = Path("/proc/cpuinfo")  # on Linux
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            facts.setdefault(name.strip(), value.strip())
    name = facts.get("model name") or platform.processor() or platform.machine()
    numbers = [f"{key} {facts[key]}" for key in ("cpu family", "model") if key in facts]
    return ", ".join([name, *numbers, torch.backends.cpu.get_cpu_capability()])


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            "unwritable-path",
            f"the cache folder '{folder}' cannot be made",
            note=error.strerror or str(error),
            hint="set SPARSEC_CACHE to a folder that you may write to",
        ) from error
