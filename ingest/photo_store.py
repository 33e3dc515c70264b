"""The photos of rows on their way into a snapshot: read, decoded once, and stored once."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeAlias

from common.errors import PhotoError
from common.listing import Listing, Photo
from common.photos import decoding, reading
from common.photos.archive import ArchiveWriter
from common.photos.checking import TOO_MANY_PHOTOS
from common.photos.limits import LIMITS
from common.photos.photo_root import is_address
from ingest.rows import Row
from ingest.shards import PhotoProblem
from ingest.source import RawRow

N_THREADS = 2
MAX_PENDING = 8
"""Photos that are checked ahead of the row that is stored next; their bytes are in memory."""

MAX_NAME_CHARACTERS = 200
"""Characters of a path that are kept with a problem."""

STATUSES = ("stored", "missing", "addresses", "broken", "left out")
"""What may become of a photo that a row names; one too many for a listing is left out."""

ParsedRow: TypeAlias = "tuple[RawRow, Row | list[str]]"
"""A raw row with the usable row made of it, or with the reasons why it is rejected."""


class PhotoPaths(Protocol):
    """Where the paths of photos lead; ``PhotoRoot`` is one."""

    def photo(self, path: str) -> Photo:
        """Return the photo at a path; raises ``PhotoError`` where there is none."""

    def join(self, photos: Sequence[Photo]) -> tuple[Photo, ...]:
        """Return the photos of one cell, with names put together that have separators in them."""


@dataclass(frozen=True, slots=True)
class _CheckedPhoto:
    """One photo: its bytes and format, or the reason why it is not stored."""

    data: bytes = b""
    extension: str = ""
    status: str = "stored"
    reason: str = ""


_LEFT_OUT = _CheckedPhoto(status="left out", reason=TOO_MANY_PHOTOS)


@dataclass(frozen=True, slots=True)
class _PendingRow:
    """A row whose photos are being checked."""

    raw: RawRow
    row: Row | list[str]
    checks: Sequence[Future[_CheckedPhoto]]


class PhotoStore:
    """Stores the photos of a snapshot below its folder; use it as a context."""

    def __init__(self, folder: Path, root: PhotoPaths | None) -> None:
        """Take the root that paths of photos lead into; without one, photos are bytes."""
        self._archive = ArchiveWriter(folder)
        self._root = root
        self._threads = ThreadPoolExecutor(N_THREADS, "photos")
        self._counts: Counter[str] = Counter()
        self._problems: list[PhotoProblem] = []

    def __enter__(self) -> PhotoStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._archive.close()

    def store(self, rows: Iterable[ParsedRow]) -> Iterator[ParsedRow]:
        """Store the photos of usable rows; yield all rows in order, with their stored photos.

        A row of nothing but photos that cannot be used becomes a rejected one.
        """
        pending: deque[_PendingRow] = deque()
        n_pending = 0
        for raw, parsed in rows:
            row = self._with_whole_names(parsed)
            checks = self._submit(row)
            # Without photos there is nothing to wait for, but the rows before it keep their place.
            if not (checks or pending):
                yield raw, row
                continue

            # The photos of the next rows are read while this one's are decoded.
            pending.append(_PendingRow(raw, row, checks))
            n_pending += len(checks)
            while n_pending > MAX_PENDING:
                n_pending -= len(pending[0].checks)
                yield self._finish(pending.popleft())

        while pending:
            yield self._finish(pending.popleft())

    def pop_problems(self) -> list[PhotoProblem]:
        """Return the photos that could not be stored since the last call."""
        problems, self._problems = self._problems, []
        return problems

    def counts(self) -> dict[str, int]:
        """Return the number of photos that rows name, of different ones, and of each status.

        ``referenced`` is the sum of ``stored``, ``missing``, ``addresses``, ``broken`` and
        ``left_out``.
        """
        counts = {}
        for status in STATUSES:
            name = status.replace(" ", "_")
            counts[name] = self._counts[status]

        n_named = sum(counts.values())
        return {
            "referenced": n_named,
            "distinct": len(self._archive),
            **counts,
        }

    def _with_whole_names(self, row: Row | list[str]) -> Row | list[str]:
        """Put names together that have separators of names in them, where there are such files."""
        if self._root is None or not isinstance(row, Row):
            return row
        photos = row.listing.photos
        if len(photos) < 2:
            return row
        return _with_photos(row, self._root.join(photos))

    def _submit(self, row: Row | list[str]) -> list[Future[_CheckedPhoto]]:
        """Check the photos of a row in the background; those above the limit are not read."""
        if not isinstance(row, Row):
            return []
        allowed = row.listing.photos[: LIMITS.max_photos]
        return [self._threads.submit(self._check, photo) for photo in allowed]

    def _check(self, photo: Photo) -> _CheckedPhoto:
        """Read a photo and decode it, unless the same bytes are stored already."""
        status = "addresses" if is_address(photo.path) else "missing"
        try:
            if photo.path and self._root:
                photo = self._root.photo(photo.path)
            data = reading.read_bytes(photo)

            status = "broken"
            if not self._archive.find(sha256(data).digest()):
                decoding.decode(data)
            return _CheckedPhoto(data, decoding.extension(data))
        except PhotoError as error:
            return _CheckedPhoto(status=status, reason=str(error))

    def _finish(self, pending: _PendingRow) -> ParsedRow:
        """Store the photos of a row that can be used, and note the problems of the others."""
        raw, row = pending.raw, pending.row
        if not isinstance(row, Row) or not pending.checks:
            return raw, row

        listing = row.listing
        checked = self._results(pending.checks, n_photos=len(listing.photos))
        stored = self._add_to_archive(checked)
        problems = _problems(raw.line, listing, checked)
        self._problems += problems

        # With neither text nor photos there is nothing left to learn from.
        if not (stored or listing.title or listing.description):
            reason = problems[0].reason
            return raw, [f"title and description are empty, and {reason}"]
        return raw, _with_photos(row, stored)

    def _results(
        self, checks: Iterable[Future[_CheckedPhoto]], n_photos: int
    ) -> list[_CheckedPhoto]:
        """Wait for the checks of a row, and count the status of every photo that it names."""
        checked = [check.result() for check in checks]
        self._counts.update([photo.status for photo in checked])

        n_left_out = n_photos - len(checked)
        if n_left_out:
            self._counts[_LEFT_OUT.status] += n_left_out
            checked.append(_LEFT_OUT)  # one problem stands for all of them
        return checked

    def _add_to_archive(self, checked: Iterable[_CheckedPhoto]) -> tuple[Photo, ...]:
        photos = []
        for photo in checked:
            if photo.status == "stored":
                path = self._archive.add(photo.data, photo.extension)
                photos.append(Photo(path=path))
        return tuple(photos)


def _with_photos(row: Row, photos: tuple[Photo, ...]) -> Row:
    listing = replace(row.listing, photos=photos)
    return replace(row, listing=listing)


def _problems(
    line: int, listing: Listing, checked: Iterable[_CheckedPhoto]
) -> list[PhotoProblem]:
    problems = []
    for index, photo in enumerate(checked):
        if photo.status != "stored":
            # A photo that came as bytes has no path: it is known by its number.
            path = listing.photos[index].path
            name = path[:MAX_NAME_CHARACTERS] or f"photo {index + 1}"
            problem = PhotoProblem(
                line,
                listing.listing_id,
                name,
                photo.reason,
            )
            problems.append(problem)
    return problems
