"""Something that is done in a forked process."""

from __future__ import annotations

import os
import signal
import time
import warnings
from collections.abc import Callable

STEPS, STEP_SECONDS = 600, 0.05


def in_a_fork(do: Callable[[], bool]) -> bool:
    """Whether something holds in a forked process, which has half a minute."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks where there are threads
        child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if do() else 2
        finally:
            os._exit(code)
    for _ in range(STEPS):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(STEP_SECONDS)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False
