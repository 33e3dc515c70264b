"""The bytes of a table: a file as it is, decompressed, or the member of a zip archive."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from common.errors import InputError

BUFFER_BYTES = 65_536
MAX_UNPACKED_IN_MEMORY = 32_000_000
"""Bytes of an unpacked Parquet file or workbook above which it goes to the disk."""

_OPENERS: Mapping[str, Callable[[BinaryIO], Any]] = {
    "gzip": gzip.open,
    "bzip2": bz2.open,
    "xz": lzma.open,
}
_DAMAGE = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile)


@dataclass(slots=True)
class File:
    """A table's file and its compression.

    Attributes:
        path: of the file on the disk.
        compression: ``gzip``, ``bzip2``, ``xz``, ``zip`` or empty.
        name: of the table inside, which may tell its format.
        member: of a zip archive, as ``zipfile`` spells it.
    """

    path: Path
    compression: str = ""
    name: str = ""
    member: str = ""
    _raw: BinaryIO | None = field(default=None, repr=False)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Read the decompressed bytes from the start; a damaged file is an ``InputError``."""
        try:
            with self.path.open("rb") as raw:
                self._raw = raw
                with self._decompress(raw) as stream:
                    yield stream
        except _DAMAGE as error:
            raise InputError(
                f"{self.path} is damaged: {error}; copy or download it again"
            ) from None
        except (RuntimeError, NotImplementedError) as error:
            # zipfile raises these for passwords and unknown methods of compression.
            if self.compression != "zip":
                raise
            raise InputError(
                f"{self.path} cannot be unpacked: {error}; unpack it first"
            ) from None
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be read: {error.strerror or error}"
            ) from None
        finally:
            self._raw = None

    @contextmanager
    def open_seekable(self) -> Iterator[BinaryIO]:
        """Read bytes in any order: those of the file, or an unpacked copy on the disk."""
        with self.open() as stream:
            if not self.compression:
                yield stream
                return
            with tempfile.SpooledTemporaryFile(MAX_UNPACKED_IN_MEMORY) as copy:
                shutil.copyfileobj(
                    stream,
                    copy,
                    16 * BUFFER_BYTES,
                )
                copy.seek(0)
                yield cast(BinaryIO, copy)

    def fraction(self) -> float:
        """Return the fraction of the file that has been read, 0 to 1; 0 while it is closed."""
        if self._raw is None or self._raw.closed:
            return 0.0

        # Of the compressed bytes, since the size of the others is not known in advance.
        size = self.path.stat().st_size
        return min(1.0, self._raw.tell() / max(1, size))

    def read_start(self, size: int) -> bytes:
        """Return the first decompressed bytes."""
        with self.open() as stream:
            return stream.read(size)

    @contextmanager
    def _decompress(self, raw: BinaryIO) -> Iterator[BinaryIO]:
        if self.compression in _OPENERS:
            with _OPENERS[self.compression](raw) as stream:
                yield _buffered(stream)
        elif self.compression == "zip":
            with (
                zipfile.ZipFile(raw) as archive,
                archive.open(self.member) as member,
                _unpack_again(member, self.member) as table,
            ):
                yield _buffered(table)
        else:
            yield raw


def _unpack_again(member: IO[bytes], name: str) -> AbstractContextManager[IO[bytes]]:
    """Decompress a member that is compressed itself, by its name: ``shop.csv.gz``."""
    suffixes = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz"}
    compression = suffixes.get(Path(name).suffix.lower(), "")
    if not compression:
        return nullcontext(member)
    opened: IO[bytes] = _OPENERS[compression](cast(BinaryIO, member))
    return opened


def _buffered(stream: IO[bytes]) -> BinaryIO:
    # Small reads of gzip and zipfile are slow without a buffer of their own.
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream), BUFFER_BYTES))
