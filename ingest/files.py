"""A file that somebody gave us: unpacked on the way, judged before it is read, read in lines."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from common.errors import InputError
from common.photos.photo_root import ENDING, PhotoRoot

MAX_LINE_BYTES = 4_000_000
"""Bytes of the longest line that is read; a longer one is skipped and reported."""

HEAD_BYTES = 65_536
"""Bytes looked at to tell what a file is."""

Line = tuple[int, str, str]
"""A line's number from 1, its text without the line end, and what is wrong with it or ''."""

_MAGIC = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"7z\xbc\xaf\x27\x1c": "7z"}


@dataclass(slots=True)
class File:
    """A file with its packing; ``name`` is that of the table inside, and tells its format."""

    path: Path
    packing: str
    name: str
    _raw: BinaryIO | None = field(default=None, repr=False)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Read the unpacked bytes from the start; a damaged packing is an ``InputError``."""
        try:
            with self.path.open("rb") as raw:
                self._raw = raw
                with self._unpack(raw) as stream:
                    yield stream
        except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
            raise InputError(f"{self.path} is damaged: {error}") from None
        except (RuntimeError, NotImplementedError) as error:
            if self.packing != "zip":
                raise
            raise InputError(f"{self.path} cannot be unpacked: {error}") from None
        except OSError as error:
            raise InputError(f"{self.path} cannot be read: {error.strerror or error}") from None
        finally:
            self._raw = None

    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1; 0 while it is closed."""
        if self._raw is None or self._raw.closed:
            return 0.0
        return min(1.0, self._raw.tell() / max(1, self.path.stat().st_size))

    @contextmanager
    def _unpack(self, raw: BinaryIO) -> Iterator[BinaryIO]:
        if self.packing == "gzip":
            with gzip.open(raw) as stream:
                yield cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream), HEAD_BYTES))
        elif self.packing == "zip":
            with (
                zipfile.ZipFile(raw) as archive,
                archive.open(_member(archive, self.path)) as member,
            ):
                yield cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, member), HEAD_BYTES))
        else:
            yield raw


def detect_compression(path: Path) -> File:
    """Find out how a file is packed; raises ``InputError`` if it is missing, empty or of no use."""
    if path.is_dir():
        raise InputError(f"{path} is a folder; give the table in it")
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    if not start:
        raise InputError(f"{path} is empty")
    packing = next((_MAGIC[magic] for magic in _MAGIC if start.startswith(magic)), "")
    if packing == "7z" or path.suffix.lower() == ".7z":
        raise InputError(f"{path} is a 7z archive, which is not read here: unpack it first")
    return File(path, packing, _inner_name(path, packing))


def photo_root_of(path: Path) -> PhotoRoot:
    """Where the photos of a table lie: in its archive if there are any, else in its folder."""
    if detect_compression(path).packing == "zip":
        with zipfile.ZipFile(path) as archive:
            if any(map(_is_photo, archive.namelist())):
                return PhotoRoot((path / _member(archive, path)).parent.as_posix())
    return PhotoRoot(str(path.parent))


def read_head(file: File) -> bytes:
    """Return the first bytes of the table; raises ``InputError`` when they are no text."""
    with file.open() as stream:
        start = stream.read(HEAD_BYTES)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError(f"{file.path} is empty")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{file.path} is UTF-16 text; save it as UTF-8")
    control = sum(start.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13))
    if control > 0.02 * len(start):
        raise InputError(f"{file.path} is not a table of text: it looks like a binary file")
    return start


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Read physical lines with their numbers; only one is held at a time."""
    number = 0
    while data := stream.readline(MAX_LINE_BYTES):
        number += 1
        problem = ""
        if len(data) == MAX_LINE_BYTES and not data.endswith(b"\n"):
            data, problem = data[:HEAD_BYTES], f"the line is longer than {MAX_LINE_BYTES} bytes"
            _skip_line(stream)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = data.decode(errors="replace")
            problem = problem or "the line is not valid UTF-8"
        if number == 1:
            text = text.removeprefix("\ufeff")
        yield number, text.rstrip("\r\n"), problem


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _inner_name(path: Path, packing: str) -> str:
    if packing == "zip":
        try:
            with zipfile.ZipFile(path) as archive:
                return _member(archive, path)
        except zipfile.BadZipFile as error:
            raise InputError(f"{path} is damaged: {error}") from None
    return path.stem if packing == "gzip" and path.suffix.lower() == ".gz" else path.name


def _member(archive: zipfile.ZipFile, path: Path) -> str:
    names = [
        name
        for name in archive.namelist()
        if not name.endswith(("/", "/.DS_Store")) and not name.startswith("__MACOSX")
    ]
    tables = [name for name in names if not _is_photo(name)] or names
    if len(tables) != 1:
        raise InputError(
            f"{path} holds {len(tables)} files beside photos, and exactly one table is expected"
        )
    return tables[0]


def _is_photo(name: str) -> bool:
    return re.search(ENDING + "$", name, re.IGNORECASE) is not None
