"""Drawn cases of kernels in Triton's interpreter, which runs them on a processor.

    cd tests && python -m codegen.triton.interpreter --first 0 --cases 20 bsr_linear

prints as JSON what went wrong, case by case. The interpreter has to be chosen before Triton is imported, so tests start
this in a process of its own, one for many cases.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[2]


def interpreted(*kernels: str, first: int, cases: int) -> dict[str, Any]:
    """What a process of its own says of drawn cases: how many there were, and what went wrong."""
    command = [sys.executable, "-m", "codegen.triton.interpreter", "--first", str(first), "--cases", str(cases)]
    environment = {**os.environ, "TRITON_INTERPRET": "1", "TRITON_DEFAULT_FP_FUSION": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*command, *kernels], cwd=TESTS, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def multiply_bfloat16() -> None:
    """The interpreter keeps bfloat16 as 16-bit integers, and its product multiplies those: widen them before."""
    import numpy as np
    import triton.language as tl
    from triton.runtime import interpreter

    multiply = interpreter.InterpreterBuilder.create_dot

    def widened(operand: Any) -> Any:
        if operand.dtype.scalar != tl.bfloat16:
            return operand
        return interpreter.TensorHandle((operand.data.astype(np.uint32) << 16).view(np.float32), tl.float32)

    def create_dot(self: Any, a: Any, b: Any, *rest: Any) -> Any:
        return multiply(self, widened(a), widened(b), *rest)

    interpreter.InterpreterBuilder.create_dot = create_dot


def innermost(error: BaseException) -> str:
    """What happened first, of errors that were raised from each other, and where."""
    while error.__cause__ is not None:
        error = error.__cause__
    return "".join(traceback.format_exception(error, limit=-2, chain=False))


def main() -> None:
    """Run what the command line names."""
    import numpy as np

    from .drawn import KERNELS, ONCE

    parser = argparse.ArgumentParser()
    parser.add_argument("kernels", nargs="+", choices=sorted(KERNELS))
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--cases", type=int, default=1)
    options = parser.parse_args()
    multiply_bfloat16()
    cases, wrong = 0, []
    for name in options.kernels:
        for seed in range(options.first, options.first + (1 if name in ONCE else options.cases)):
            cases += 1
            rng = random.Random(f"{name} {seed}")
            case = None
            try:
                case = KERNELS[name](rng)
                with np.errstate(all="ignore"):
                    said = case.check()
            except Exception as error:  # noqa: BLE001 (of whatever kind: it is told, and the next case is run)
                said = innermost(error)
            if said:
                wrong.append(f"{name}, case {seed}: {case}: {said}")
    print(json.dumps({"cases": cases, "wrong": wrong}))


if __name__ == "__main__":
    main()
