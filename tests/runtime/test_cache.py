"""The cache folder: documents that are whole or nothing, and whose machine code is trusted."""

from __future__ import annotations

import errno
import json
import os
import stat
import threading
from pathlib import Path

import pytest

from sparsec.codegen.onnx import files
from sparsec.runtime import cache
from sparsec.runtime.cache import CacheWarning, private_folder, read_document, why_not_private, write_document

OTHERS = 12345  # nobody that these tests run as
DOCUMENT = {"gains": {"a layer": {"8x1": 1.5, "4x1": 0.25}}}


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "cache"))
    cache._temporary.cache_clear()
    return tmp_path / "cache"


# -------------------------------------------------------------------- documents


def test_a_document_is_read_as_it_was_written(folder: Path) -> None:
    assert read_document(folder / "a.json") is None
    write_document(folder / "a.json", DOCUMENT)
    assert read_document(folder / "a.json") == DOCUMENT
    assert [file.name for file in folder.iterdir()] == ["a.json"]


def test_a_document_that_was_cut_or_changed_is_none(folder: Path) -> None:
    file = folder / "a.json"
    write_document(file, DOCUMENT)
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place])
        assert read_document(file) in (None, DOCUMENT)  # without its last line end it is still whole
        for bit in (1, 16):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
            assert read_document(file) in (None, DOCUMENT)


@pytest.mark.parametrize("text", ["", "[]", "3", '{"gains": {}}', '{"sha256": 3}', "\x00"])
def test_no_document(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "a.json").write_text(text)
    assert read_document(folder / "a.json") is None


def test_a_full_disk_keeps_the_old_document(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_document(folder / "a.json", DOCUMENT)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    write_document(folder / "a.json", {"gains": {}})
    assert read_document(folder / "a.json") == DOCUMENT
    assert [file.name for file in folder.iterdir()] == ["a.json"]


def test_many_writers_and_readers(folder: Path) -> None:
    """Whoever reads finds one of the documents that were written."""
    file, torn = folder / "a.json", list[object]()
    documents = [{"gains": {f"layer {number}": {"8x1": 2.0} for number in range(count)}} for count in (1, 99)]
    write_document(file, documents[0])

    def write(document: dict[str, object]) -> None:
        for _ in range(30):
            write_document(file, document)

    def read() -> None:
        for _ in range(200):
            found = read_document(file)
            if found not in documents:
                torn.append(found)

    threads = [*(threading.Thread(target=write, args=(document,)) for document in documents * 2)]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not torn
    assert [found.name for found in folder.iterdir()] == ["a.json"]


# -------------------------------------------------------------------- machine code


def test_a_folder_of_ones_own(folder: Path) -> None:
    made = private_folder("kernels")
    assert made == folder / "kernels"
    assert [stat.S_IMODE(place.stat().st_mode) for place in (folder, made)] == [0o700, 0o700]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners and modes")
@pytest.mark.parametrize("which", ["the folder", "the one above"])
@pytest.mark.parametrize("mode", [0o777, 0o707, 0o702, 0o1777])
def test_a_folder_that_others_can_write_to(folder: Path, which: str, mode: int) -> None:
    private_folder("kernels")
    (folder / "kernels" if which == "the folder" else folder).chmod(mode)
    if which == "the one above" and mode & stat.S_ISVTX:
        assert private_folder("kernels") == folder / "kernels"  # they could not exchange what is this user's
        return
    with pytest.warns(CacheWarning, match=r"other users can write into .*set SPARSEC_CACHE"):
        made = private_folder("kernels")
    assert not made.is_relative_to(folder) and why_not_private(made) is None
    assert private_folder("kernels") == made  # and nothing is said again


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners and modes")
def test_a_folder_of_a_group(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private_folder("kernels").chmod(0o770)
    monkeypatch.setattr(cache, "_shared", lambda facts: False)
    assert private_folder("kernels") == folder / "kernels"
    monkeypatch.setattr(cache, "_shared", lambda facts: True)
    with pytest.warns(CacheWarning, match="other users can write into"):
        private_folder("kernels")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners and modes")
def test_a_folder_of_another_user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private_folder("kernels")
    monkeypatch.setattr(cache.os, "geteuid", lambda: OTHERS)
    if folder.stat().st_uid == 0:  # what is root's is trusted by all
        monkeypatch.setattr(cache, "SYSTEM", OTHERS)
    assert "belongs to another user" in str(why_not_private(folder))


def test_a_link_is_followed_before_it_is_trusted(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    folder.mkdir(mode=0o700)
    (folder / "kernels").symlink_to(tmp_path / "open")
    with pytest.warns(CacheWarning, match="other users can write into"):
        private_folder("kernels")


def test_the_digest_is_in_the_file(folder: Path) -> None:
    write_document(folder / "a.json", DOCUMENT)
    assert [*json.loads((folder / "a.json").read_text())] == ["sha256", "gains"]
