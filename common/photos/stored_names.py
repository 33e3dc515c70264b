"""The names of files in a folder or an archive, found by any spelling of theirs.

Names in a zip archive, and in a folder that one was unpacked to, may be in the code page of the
machine that made it.
"""

from __future__ import annotations

import os
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from common.photos import reading
from common.photos.photo_names import split_names

MAX_LISTINGS = 64
"""Folders and archives whose names a process keeps in memory."""

_CODE_PAGES = ("utf-8", "cp932", "cp850", "cp1252")
"""Codes of names that are not marked as UTF-8; zipfile takes them for CP437."""

_UTF8_FLAG = 0x800


@dataclass(frozen=True, slots=True)
class StoredNames:
    """The names in a folder or an archive.

    Attributes:
        by_key: for a name without its differences of spelling, all names as shown and as stored.
        by_parts: for the parts that a cell with such a name is cut into, names as stored.
    """

    by_key: Mapping[str, Sequence[tuple[str, str]]]
    by_parts: Mapping[tuple[str, ...], Set[str]]


def key_of(name: str) -> str:
    """Return what all spellings of a name have in common."""
    compatible = unicodedata.normalize("NFKC", unquote(name))
    words = " ".join(compatible.split())
    # Folding may take letters apart again.
    return unicodedata.normalize("NFKC", words.casefold())


def key_of_parts(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the key of every part."""
    return tuple([key_of(part) for part in parts])


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _decoded(name: str) -> str:
    return _composed(unquote(name))


SPELLINGS = (_composed, _decoded, key_of)
"""What a name is compared by, the strictest first; names with equal ones have equal keys."""


def names_of_folder(path: str) -> StoredNames:
    """Return the names in a folder; none where there is no such folder."""
    try:
        modified_ns = os.stat(path).st_mtime_ns
        return _list_folder(path, modified_ns)
    except (OSError, ValueError):
        return StoredNames({}, {})


@lru_cache(maxsize=MAX_LISTINGS)
def _list_folder(path: str, modified_ns: int) -> StoredNames:
    names: list[tuple[str, str]] = []
    for name in os.listdir(path):
        names += [(shown, name) for shown in _readings(name)]
    return _index(names)


def _readings(name: str) -> Iterator[str]:
    """Yield a file's name, and what it may mean where the system cannot read it as UTF-8."""
    yield name
    if not name.isprintable():
        yield from _in_code_pages(os.fsencode(name))


def names_of_archive(path: str, prefix: str) -> StoredNames:
    """Return the names of members below a prefix, such as ``shop/``; none of a damaged archive."""
    try:
        status = os.stat(path)
        return _list_archive(path, status.st_mtime_ns, status.st_ino, prefix)
    except (OSError, ValueError, zipfile.BadZipFile):
        return StoredNames({}, {})


@lru_cache(maxsize=MAX_LISTINGS)
def _list_archive(path: str, modified_ns: int, inode: int, prefix: str) -> StoredNames:
    """Return the names of an archive's members below a prefix, and their own names from its top."""
    archive = reading.open_archive(path)
    depth = prefix.count("/")
    below: list[tuple[str, str]] = []
    for member in archive.infolist():
        stored = member.filename
        is_below = _posix(stored).startswith(prefix)
        if is_below and not member.is_dir():
            below += [(shown, stored) for shown in _below(member, depth)]

    return _index([*below, *_without_top(below, prefix)])


def _below(member: zipfile.ZipInfo, depth: int) -> Iterator[str]:
    """Yield what the name of a member may mean, without as many folders."""
    name = member.filename
    meanings = [name]
    is_marked = member.flag_bits & _UTF8_FLAG
    if not name.isascii() and not is_marked:
        original = name.encode("cp437", "replace")
        meanings += _in_code_pages(original)

    for meaning in meanings:
        parts = _posix(meaning).split("/")
        yield "/".join(parts[depth:])


def _without_top(
    names: Sequence[tuple[str, str]], prefix: str
) -> Iterator[tuple[str, str]]:
    """Yield names without the folder that all are in: what was archived, and not its content."""
    own = [each for each in names if not each[0].startswith("__MACOSX/")]
    tops = set[str]()
    for _, stored in own:
        path = _posix(stored).removeprefix(prefix)
        tops.add(path.partition("/")[0])
    if len(tops) != 1:
        return

    for shown, stored in own:
        _, slash, rest = shown.partition("/")
        if slash:
            yield rest, stored


def _posix(name: str) -> str:
    return name.replace("\\", "/")


def _in_code_pages(name: bytes) -> Iterator[str]:
    for code in _CODE_PAGES:
        try:
            yield name.decode(code)
        except UnicodeDecodeError:
            continue


def _index(names: Iterable[tuple[str, str]]) -> StoredNames:
    by_key: dict[str, list[tuple[str, str]]] = {}
    by_parts: dict[tuple[str, ...], set[str]] = {}
    for shown, stored in names:
        same_key = by_key.setdefault(key_of(shown), [])
        same_key.append((shown, stored))

        parts = [part.strip() for part in split_names(shown)]
        if len(parts) > 1:
            same_parts = by_parts.setdefault(key_of_parts(parts), set())
            same_parts.add(stored)
    return StoredNames(by_key, by_parts)
