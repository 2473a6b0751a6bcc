"""From object files to a shared library, with whatever linker the machine has."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ...compiler.errors import UserError

# In the order in which they are tried. All symbols but a few stay inside, so that several libraries in a process do not
# meet; and objects without a note about the stack would make it executable.
LINKERS = (
    ("ld", "-shared", "-z", "noexecstack", "--version-script={exports}"),
    *(
        (name, "-shared", "-nostdlib", "-Wl,-z,noexecstack", "-Wl,--version-script={exports}")
        for name in ("cc", "gcc", "clang")
    ),
)
NAMES = tuple(name for name, *_ in LINKERS)


def linkers() -> list[tuple[str, ...]]:
    """The linkers that this machine has: a path and options for each."""
    return [(found, *rest) for name, *rest in LINKERS if (found := shutil.which(name))]


def link(code: Sequence[Path], library: Path, entries: Sequence[str]) -> None:
    """Make a library of object files with the first linker that can.

    Args:
        code: the object files.
        library: what to write.
        entries: the symbols that can be found from outside.

    Raises:
        UserError: there is no linker, or none of them can.
        OSError: the disk is full.
    """
    found = linkers()
    if not found:
        raise _failed(library, "none of " + ", ".join(f"'{name}'" for name in NAMES) + " is installed")
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        exports = Path(folder) / "exports"
        exports.write_text(f"{{ global: {' '.join(f'{name};' for name in entries)} local: *; }};\n")
        for program, *options in found:
            command = [program, *(option.format(exports=exports) for option in options), "-o", str(library)]
            done = subprocess.run([*command, *map(str, code)], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return
            if os.strerror(errno.ENOSPC) in done.stderr:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(library))
            complaints.append(f"'{Path(program).name}': {(done.stderr.strip() or 'failed').splitlines()[-1]}")
    raise _failed(library, "; ".join(complaints))


def _failed(path: Path, note: str) -> UserError:
    return UserError(
        "no-linker",
        f"'{path.name}' cannot be linked",
        note=note,
        hint="install a linker (Debian, Ubuntu: apt-get install binutils), or compile with kernels=False",
    )
