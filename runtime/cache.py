"""The folder in which what was measured or compiled on this machine is kept, and what is trusted of it.

Nothing in it is needed: what is missing, damaged, or cannot be written is made again. Machine code is read only out of
folders that nobody but this user can write into: whoever can exchange a file there could run code in this process.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import stat
import tempfile
import warnings
from pathlib import Path
from typing import Any

import platformdirs

from ..codegen.onnx.files import DIGEST, atomically, sealed, unsealed
from ..compiler.errors import UserError

# What files of measurements are called.
MEASURED = ("costs-*.json", "kernels-*.json", "races-*.json", "graphics-cards.json")
SYSTEM = 0  # the user whom all others have to trust


class CacheWarning(UserWarning):
    """A cache folder cannot be used for machine code."""


def cache_folder() -> Path:
    """Where things are kept: what the environment variable ``SPARSEC_CACHE`` names, or the user's cache folder."""
    return Path(os.environ.get("SPARSEC_CACHE") or platformdirs.user_cache_dir("sparsec", appauthor=False))


def measurements() -> list[Path]:
    """The files in which lies what was measured: of operations, kernels, whole programs, and on graphics cards."""
    found = (path for pattern in MEASURED for path in cache_folder().glob(pattern))
    return sorted(path for path in found if path.is_file())


def clear_measurements() -> list[Path]:
    """Remove what was measured, so that it is measured again; kernels that were compiled stay.

    Returns:
        the files that are gone.

    Raises:
        UserError: one of them cannot be removed.
    """
    gone = measurements()
    for path in gone:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise UserError(
                "unwritable-path", f"'{path}' cannot be removed", note=error.strerror, hint="remove it yourself"
            ) from error
    return gone


# ---------------------------------------------------------------- documents


def read_document(path: Path) -> dict[str, Any] | None:
    """What ``write_document`` wrote; None if it is missing or not as it was written."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return unsealed(document) if DIGEST in document else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def write_document(path: Path, document: dict[str, Any]) -> None:
    """Write a JSON object that appears whole or not at all; a folder that cannot be written is no error."""
    with contextlib.suppress(OSError, UserError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with atomically(path) as folder:
            text = json.dumps(sealed(document), indent=1)
            (folder / path.name).write_text(text + "\n", encoding="utf-8")


# ---------------------------------------------------------------- machine code


def private_folder(name: str) -> Path:
    """A folder of the cache for machine code; a temporary one, with a warning, where others could write into it.

    Raises:
        OSError: it cannot be made.
    """
    folder = cache_folder() / name
    for part in (folder.parent, folder):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
    reason = why_not_private(folder)
    return folder if reason is None else _temporary(reason)


@functools.cache
def _temporary(reason: str) -> Path:
    warnings.warn(
        f"compiled kernels are kept for this process only: {reason}; "
        "set SPARSEC_CACHE to a folder that only you can write to",
        CacheWarning,
        stacklevel=2,
    )
    return Path(_removed_at_exit().name)


@functools.cache
def _removed_at_exit() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="sparsec-")


def why_not_private(path: Path) -> str | None:
    """Who else could write a file, into a folder, or exchange it with all above; None if nobody could."""
    if not hasattr(os, "geteuid"):
        return None  # not a system with owners and modes
    place = path.resolve()
    for part in (place, *place.parents):
        facts = part.stat()
        if facts.st_uid not in (os.geteuid(), SYSTEM):
            return f"'{part}' belongs to another user"
        # In a sticky folder, such as /tmp, others can make files, and not exchange those of others.
        sticky = part != place and facts.st_mode & stat.S_ISVTX
        if not sticky and (facts.st_mode & stat.S_IWOTH or (facts.st_mode & stat.S_IWGRP and _shared(facts))):
            return f"other users can write into '{part}'"
    return None


def _shared(facts: os.stat_result) -> bool:
    """Whether a file's group has other members than its owner, as far as its names tell."""
    import grp
    import pwd

    try:
        group, owner = grp.getgrgid(facts.st_gid), pwd.getpwuid(facts.st_uid)
    except KeyError:
        return True
    return group.gr_name != owner.pw_name or any(member != owner.pw_name for member in group.gr_mem)
