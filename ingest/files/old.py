"""The file of a table: decompressed on the way, checked before it is read, and read by lines."""

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
from typing import IO, BinaryIO, cast

from common.errors import InputError
from common.photos.photo_root import ENDING, PhotoRoot

MAX_LINE_BYTES = 4_000_000
"""Bytes of the longest line that is read; a longer one is skipped and reported."""

HEAD_BYTES = 65_536
"""Bytes from which the format of a file is detected."""

MAX_CONTROL_SHARE = 0.02
"""Share of control characters above which a file is taken for a binary one."""

_MAGIC = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"7z\xbc\xaf\x27\x1c": "7z"}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


Line = tuple[int, str, str]
"""Number of a line from 1, its text without the line end, and its problem or ``""``; a plain tuple,
because there are millions."""


@dataclass(slots=True)
class File:
    """A file and its compression; ``name`` is that of the table inside, and tells its format."""

    path: Path
    compression: str
    name: str
    _raw: BinaryIO | None = field(default=None, repr=False)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Read the decompressed bytes from the start; a damaged file is an ``InputError``."""
        try:
            with self.path.open("rb") as raw:
                self._raw = raw
                with self._decompress(raw) as stream:
                    yield stream
        except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
            raise InputError(f"{self.path} is damaged: {error}") from None
        except (RuntimeError, NotImplementedError) as error:
            # zipfile raises these for passwords and unknown methods of compression.
            if self.compression != "zip":
                raise
            raise InputError(f"{self.path} cannot be unpacked: {error}") from None
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be read: {error.strerror or error}"
            ) from None
        finally:
            self._raw = None

    def fraction(self) -> float:
        """Return the fraction of the file that has been read, 0 to 1; 0 while it is closed."""
        if self._raw is None or self._raw.closed:
            return 0.0

        # Of the compressed bytes, since the size of the others is not known in advance.
        size = self.path.stat().st_size
        return min(1.0, self._raw.tell() / max(1, size))

    @contextmanager
    def _decompress(self, raw: BinaryIO) -> Iterator[BinaryIO]:
        if self.compression == "gzip":
            with gzip.open(raw) as stream:
                yield _buffered(stream)
        elif self.compression == "zip":
            with (
                zipfile.ZipFile(raw) as archive,
                archive.open(_find_table(archive, self.path)) as member,
            ):
                yield _buffered(member)
        else:
            yield raw


def detect_compression(path: Path) -> File:
    """Return a file with its compression; raises ``InputError`` if it is missing or unusable."""
    start = _read_start(path)
    # By the content and not by the name, because downloads are often named wrongly.
    compression = next(
        (_MAGIC[magic] for magic in _MAGIC if start.startswith(magic)), ""
    )
    if compression == "7z" or path.suffix.lower() == ".7z":
        raise InputError(
            f"{path} is a 7z archive, which is not read here: unpack it first"
        )
    return File(path, compression, _table_name(path, compression))


def _read_start(path: Path) -> bytes:
    """Return the first bytes of a file; raises ``InputError`` when there are none to read."""
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
    return start


def photo_root_of(path: Path) -> PhotoRoot:
    """Return where the photos of a table lie: in its zip archive if it has any, else its folder."""
    if detect_compression(path).compression == "zip":
        with zipfile.ZipFile(path) as archive:
            if any(map(_is_photo, archive.namelist())):
                # Paths of photos start where the table is, inside the archive.
                table = path / _find_table(archive, path)
                return PhotoRoot(table.parent.as_posix())
    return PhotoRoot(str(path.parent))


def read_head(file: File) -> bytes:
    """Return the first bytes of the table; raises ``InputError`` when they are no text."""
    with file.open() as stream:
        head = stream.read(HEAD_BYTES)

    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError(f"{file.path} is empty")
    if head.startswith(_UTF16_MARKS):
        raise InputError(f"{file.path} is UTF-16 text; save it as UTF-8")

    line_ends_and_tabs = (9, 10, 12, 13)
    n_control = sum(
        head.count(byte) for byte in range(32) if byte not in line_ends_and_tabs
    )
    if n_control > MAX_CONTROL_SHARE * len(head):
        raise InputError(
            f"{file.path} is not a table of text: it looks like a binary file"
        )
    return head


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Yield the physical lines; only one is in memory."""
    number = 0
    while data := stream.readline(MAX_LINE_BYTES):
        number += 1
        problem = ""
        if len(data) == MAX_LINE_BYTES and not data.endswith(b"\n"):
            data, problem = (
                data[:HEAD_BYTES],
                f"the line is longer than {MAX_LINE_BYTES} bytes",
            )
            _skip_line(stream)

        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = data.decode(errors="replace")
            problem = problem or "the line is not valid UTF-8"

        if number == 1:
            text = text.removeprefix("\ufeff")  # byte order mark
        yield number, text.rstrip("\r\n"), problem


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _buffered(stream: IO[bytes] | gzip.GzipFile) -> BinaryIO:
    # readline of gzip and zipfile is slow without a buffer of its own.
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream), HEAD_BYTES))


def _table_name(path: Path, compression: str) -> str:
    if compression == "zip":
        try:
            with zipfile.ZipFile(path) as archive:
                return _find_table(archive, path)
        except zipfile.BadZipFile as error:
            raise InputError(f"{path} is damaged: {error}") from None

    is_gzip = compression == "gzip" and path.suffix.lower() == ".gz"
    return path.stem if is_gzip else path.name


def _find_table(archive: zipfile.ZipFile, path: Path) -> str:
    """Return the name of the one file of an archive beside photos and macOS's own files."""
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
