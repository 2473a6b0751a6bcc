"""Autocast: what it casts is written down when a program is captured, and later calls have to be under the same.

Under another one a program would not compute what it was verified to compute: some of its operations would round, and
others, which only the model has, would not. Results may even have another type.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from ..errors import UserError

DEVICES = frozenset({"cpu", "cuda", "mps", "mtia", "xpu"})


def autocast_dtype(device: str) -> torch.dtype | None:
    """What autocast casts to now on devices of a type; None where it is off."""
    return torch.get_autocast_dtype(device) if device in DEVICES and torch.is_autocast_enabled(device) else None


def autocasts() -> bool:
    """Whether anything is cast now, on any kind of device."""
    return any(torch.is_autocast_enabled(device) for device in DEVICES)


@contextlib.contextmanager
def without_autocast() -> Iterator[None]:
    """Nothing is cast but by the graph itself."""
    with contextlib.ExitStack() as stack:
        for device in sorted(DEVICES):
            if torch.is_autocast_enabled(device):
                stack.enter_context(torch.autocast(device, enabled=False))
        yield


def check_autocast(device: str, dtype: torch.dtype | None) -> None:
    """Check that a call is under the autocast that a program was captured under.

    Args:
        device: the type of the program's device.
        dtype: that autocast cast to at capture, None for none.

    Raises:
        UserError: it is not.
    """
    now = autocast_dtype(device)
    if now is not dtype:
        raise UserError(
            "bad-inputs",
            f"the model is called {_words(device, now)}, and was compiled {_words(device, dtype)}",
            note="which operations autocast rounds is part of the graph",
            hint=f"call it {_words(device, dtype)}, or compile it where it will be called",
        )


def _words(device: str, dtype: torch.dtype | None) -> str:
    name = str(dtype).removeprefix("torch.")
    return "outside of torch.autocast" if dtype is None else f"under torch.autocast('{device}', torch.{name})"
