"""Zeros in which kernels count the parts of a sum: zero before a launch and after it, so that nobody writes them anew.

Launches in a stream come one after the other and share theirs. One that is recorded for a CUDA graph is replayed beside
others, in any stream: it has its own, zeroed before, which never come back. There is room for thousands of those; what
is recorded beyond is zeroed whenever it is replayed.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ...codegen.triton.base import Launch
from .lasting import lasting, recording

# Counters that a stream has at least, and those that are set aside for recorded launches: at a time, and in all.
LEAST, BLOCK, MOST = 2**12, 2**18, 2**22
# A launch's own begin at a line of the cache.
LINE = 32


@dataclass
class Counters:
    """Those of one device.

    Attributes:
        device: where they lie.
        streams: by the handle of a stream, those that its launches share.
        blocks: set aside for recorded launches; of the last one, ``used`` are given away.
    """

    device: torch.device
    streams: dict[int, Tensor] = field(default_factory=dict)
    blocks: list[Tensor] = field(default_factory=list)
    used: int = BLOCK

    def shared(self, slots: int, stream: int) -> Tensor:
        """For a launch in a stream."""
        found = self.streams.get(stream)
        if found is None or len(found) < slots:
            count = max(LEAST, 1 << (slots - 1).bit_length())
            found = self.streams[stream] = lasting(lambda: self._zeros(count), self.device)
        return found

    def set_aside(self) -> None:
        """See that there is room for launches that will be recorded."""
        if self.used > BLOCK // 2 and len(self.blocks) * BLOCK < MOST:
            self.blocks.append(lasting(lambda: self._zeros(BLOCK), self.device))
            self.used = 0

    def own(self, slots: int) -> Tensor:
        """For a launch that is recorded now."""
        room = -(-slots // LINE) * LINE
        if self.used + room > BLOCK:
            return self._zeros(slots)
        self.used += room
        return self.blocks[-1][self.used - room :][:slots]

    def _zeros(self, count: int) -> Tensor:
        return torch.zeros(count, dtype=torch.int32, device=self.device)


_lock = threading.Lock()
_devices: dict[torch.device, Counters] = {}
_here = threading.local()


def counters(launch: Launch) -> Tensor | None:
    """For a launch that is about to go into the current stream; None where it counts nothing."""
    if not launch.slots:
        return None
    device = launch.result.device
    shared: Tensor | None = getattr(_here, "shared", None)
    if shared is not None and shared.device == device and len(shared) >= launch.slots:
        return shared
    with _lock:
        mine = _devices.setdefault(device, Counters(device))
        if recording(device):
            return mine.own(launch.slots)
        mine.set_aside()
        return mine.shared(launch.slots, torch.cuda.current_stream(device).cuda_stream if device.type == "cuda" else 0)


@contextlib.contextmanager
def in_turns(device: torch.device) -> Iterator[None]:
    """What this thread launches or records in here comes one after the other, and then is gone: all share some."""
    _here.shared = lasting(lambda: torch.zeros(BLOCK, dtype=torch.int32, device=device), device)
    try:
        yield
    finally:
        del _here.shared
