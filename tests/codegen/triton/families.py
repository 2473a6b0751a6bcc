"""Whole networks whose sparse layers are computed by Triton kernels, in Triton's interpreter: a program of its own.

    TRITON_INTERPRET=1 python -m codegen.triton.families bert gpt2        (in tests/)

The variable has to be set before anything imports Triton. Results are held against the network in float64.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from test_kernels_families import FAMILIES, DrawnForCards, check
from torch import Tensor

from sparsec.codegen.operators import attach, registered
from sparsec.codegen.triton.lowerings import KERNELS, Lowering, lowering

launched: list[str] = []


def kernel(how: Lowering) -> Any:
    """What computes an operator: the first schedule that there is for a call; None where there is none."""

    def compute(*arguments: Any) -> Tensor | None:
        problem = how.problem(*arguments)
        worth = [] if problem is None else how.schedules(problem, "sm_80")
        if not worth:
            return None
        launched.append(worth[0].kernel.name)
        return how.launch(worth[0], *arguments).run()

    return compute


def main() -> None:
    """Check what the command line names."""
    for name, operator in registered().items():
        how = lowering(operator)
        if name in KERNELS and how is not None:
            attach(operator, "cpu", kernel(how))
    layers = {name: check(name, DrawnForCards(random.Random(FAMILIES[name].seed))) for name in sys.argv[1:]}
    print(json.dumps({"layers": layers, "launched": {name: launched.count(name) for name in sorted({*launched})}}))


if __name__ == "__main__":
    main()
