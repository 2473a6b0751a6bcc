"""What a file of a compiled model says beside the model: its report, its target, and how it is called.

Texts of JSON: entries of an ONNX model's metadata, extra files of a ``.pt2`` archive. They are read as data; what is
run of them is machine code for graphics cards, where a ``.pt2`` for those carries some (``Target.code_of``).
"""

from __future__ import annotations

import base64
import binascii
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from .errors import UserError
from .ir.calls import described
from .ir.program import Program
from .report.data import Report

REPORT, CALL, CODE = "sparsec.report", "sparsec.call", "sparsec.code"
RECIPE, PRUNED = "sparsec.recipe", "sparsec.pruned"
KEYS = (REPORT, CALL, CODE, RECIPE, PRUNED)
RECIPE_FILE = "sparsec_recipe.toml"
"""Beside the weights of a Hugging Face folder."""
# Characters from which on a text is compressed, and characters that it may have then.
SHORT_CHARACTERS, LONGEST_CHARACTERS = 1 << 14, 1 << 20
# Bytes that a text may unfold to: more than any report has.
UNFOLDED_BYTES = 1 << 28


def documents_of(program: Program, report: Report | None, target: str) -> dict[str, str]:
    """The texts that go into a file of a program; how it was pruned among them, if it was.

    The report is whole, save for what would make it longer than a mebibyte: first the indices that were removed, then
    the layouts, then the seconds of each pass are left out.
    """
    documents = {key: program.documents[key] for key in (RECIPE, PRUNED) if key in program.documents}
    documents |= {CALL: packed({"target": target, "name": program.name, **described(program)})}
    if report is not None:
        documents[REPORT] = _fitting(report)
    return documents


def _fitting(report: Report) -> str:
    text = packed(report.to_json(removed=True))
    if len(text) <= LONGEST_CHARACTERS:
        return text
    short = report.to_json()
    less: list[dict[str, Any]] = [{}, {"layout": None}, {"layout": None, "timings": []}]
    while len(text) > LONGEST_CHARACTERS and less:
        text = packed(short | less.pop(0))
    return text


def packed(data: Mapping[str, Any]) -> str:
    """JSON; compressed and in letters (base64) if it is long."""
    text = json.dumps(data)
    return text if len(text) <= SHORT_CHARACTERS else base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def unpacked(text: str) -> dict[str, Any]:
    """What ``packed`` was given.

    Raises:
        ValueError: it is not what ``packed`` gives.
    """
    if not text.lstrip().startswith("{"):
        try:
            unfolding = zlib.decompressobj()
            content = unfolding.decompress(base64.b64decode(text, validate=True), UNFOLDED_BYTES)
        except (binascii.Error, zlib.error) as error:
            raise ValueError(str(error)) from error
        if not unfolding.eof:
            raise ValueError("it is cut off, or too long")
        text = content.decode()
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("it is no JSON object")
    return data


def documents_in(path: Path) -> dict[str, str]:
    """The texts in a file; none in one that sparsec did not write, or that is no model."""
    found: Mapping[str, str] = {}
    if path.suffix == ".onnx":
        found = _of_onnx(path)
    elif path.is_file() and zipfile.is_zipfile(path):
        found = _of_archive(path)
    return {key: found[key] for key in KEYS if key in found}


def carried(path: Path) -> dict[str, str]:
    """The texts of a model on disk that hold for what is compiled from it, too: how it was pruned."""
    if path.is_dir():
        recipe = path / RECIPE_FILE
        try:
            return {RECIPE: recipe.read_text(encoding="utf-8")} if recipe.is_file() else {}
        except (OSError, UnicodeDecodeError):
            return {}
    found = documents_in(path)
    return {key: found[key] for key in (RECIPE, PRUNED) if key in found}


def intact_documents(path: Path) -> dict[str, str]:
    """The texts in a file whose digests and checksums are right; none where there is no such file.

    Raises:
        UserError: it is damaged, or not what its name says.
    """
    from ..runtime.sessions import intact_model
    from .capture.models import check_archive

    documents = documents_in(path)
    if path.suffix == ".onnx" and path.is_file():
        intact_model(path)
    elif documents:
        check_archive(path)
    return documents


def _of_onnx(path: Path) -> dict[str, str]:
    import onnx

    try:
        model = onnx.load_model(str(path), load_external_data=False)
    except Exception:  # noqa: BLE001 (protobuf has kinds of its own; whoever runs the file says what is wrong)
        return {}
    return {entry.key: entry.value for entry in model.metadata_props}


def _of_archive(path: Path) -> dict[str, str]:
    from .capture.archives import FAULTS

    try:
        with zipfile.ZipFile(path) as archive:
            places = {PurePosixPath(name): name for name in archive.namelist()}
            extra = {place.name: name for place, name in places.items() if place.parent.name == "extra"}
            named = {key: extra[key] for key in KEYS if key in extra}
            return {key: archive.read(name).decode(errors="replace") for key, name in named.items()}
    except (OSError, *FAULTS):
        return {}


def report_in(documents: Mapping[str, str], path: Path) -> Report | None:
    """The report among a file's texts; None if there is none.

    Raises:
        UserError: it is broken, or of a newer sparsec.
    """
    if REPORT not in documents:
        return None
    try:
        data = unpacked(documents[REPORT])
    except ValueError as error:
        raise UserError(
            "bad-file",
            f"the report in '{path}' cannot be read",
            note=str(error),
            hint="compile the model again",
        ) from error
    try:
        return Report.from_json(data)
    except UserError as error:
        note = "; ".join(filter(None, [error.message, error.note]))
        raise UserError("bad-file", f"the report in '{path}' cannot be read", note=note, hint=error.hint) from error
