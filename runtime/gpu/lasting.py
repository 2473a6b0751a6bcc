"""Memory of a card that outlives the call which asks for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor


def lasting(make: Callable[[], Tensor], device: torch.device) -> Tensor:
    """What a function makes on a device, complete, and in memory that nobody else gives away.

    Whoever warms up a CUDA graph has all that its thread allocates come from the memory of that graph, which is written
    over once the graph is there. So another thread makes it. Nothing may be recorded in this one meanwhile.
    """
    if device.type != "cuda":
        return make()
    torch.cuda.current_stream(device).synchronize()  # what it is made of is there
    with ThreadPoolExecutor(1) as other:
        return other.submit(_complete, make, device).result()


def _complete(make: Callable[[], Tensor], device: torch.device) -> Tensor:
    with torch.cuda.device(device), torch.no_grad():
        found = make()
        torch.cuda.current_stream(device).synchronize()
    return found


def recording(device: torch.device) -> bool:
    """Whether what goes into a device's current stream is recorded for a CUDA graph, and does not run yet."""
    return device.type == "cuda" and torch.cuda.is_current_stream_capturing()
