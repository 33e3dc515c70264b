"""Photos of the rows on their way into a snapshot: read, tried, stored once, or told why not."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from common.errors import PhotoError
from common.listing import Photo
from common.photos import decoding, reading
from common.photos.archive import ArchiveWriter
from common.photos.checking import TOO_MANY_PHOTOS
from common.photos.limits import LIMITS
from common.photos.photo_root import PhotoRoot
from ingest.rows import Row
from ingest.shards import PhotoProblem
from ingest.source import RawRow

N_THREADS = 2
MAX_PENDING = 8
"""Photos that are read and tried ahead of the row that is settled; they are held in memory."""

MAX_NAME_CHARACTERS = 200
"""Characters of a path that are kept with a problem."""

STATUSES = ("stored", "missing", "broken", "left out")
"""What becomes of a photo that a row names; the last is one too many."""

ValidatedRow: TypeAlias = "tuple[RawRow, Row | list[str]]"
"""A row with what was made of it, or with the reasons why nothing was."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found of one photo: its bytes and format, or why not."""

    data: bytes = b""
    extension: str = ""
    fate: str = "stored"
    reason: str = ""


_SURPLUS = _Look(fate="left out", reason=TOO_MANY_PHOTOS)


class PhotoStore:
    """Stores the photos of a snapshot below its folder; use it as a context."""

    def __init__(self, folder: Path, place: PhotoRoot | None) -> None:
        """Take the place that paths of photos lead into; without one rows bring bytes only."""
        self._archive = ArchiveWriter(folder)
        self._place = place
        self._threads = ThreadPoolExecutor(N_THREADS, "photos")
        self._counts: Counter[str] = Counter()
        self._problems: list[PhotoProblem] = []

    def __enter__(self) -> PhotoStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._archive.close()

    def keep(self, rows: Iterable[ValidatedRow]) -> Iterator[ValidatedRow]:
        """Store the photos of valid rows; yield all rows in order, with the photos that are stored.

        A row that has nothing but photos that cannot be used becomes a rejected one.
        """
        waiting: deque[tuple[RawRow, Row | list[str], list[Future[_Look]]]] = deque()
        ahead = 0
        for raw, row in rows:
            photos = row.listing.photos if isinstance(row, Row) else ()
            if not (photos or waiting):
                yield raw, row
                continue
            looks = [
                self._threads.submit(self._look, photo) for photo in photos[: LIMITS.max_photos]
            ]
            waiting.append((raw, row, looks))
            ahead += len(looks)
            while ahead > MAX_PENDING:
                ahead -= len(waiting[0][2])
                yield self._settle(*waiting.popleft())
        while waiting:
            yield self._settle(*waiting.popleft())

    def problems(self) -> list[PhotoProblem]:
        """Photos that could not be stored since this was last asked."""
        found, self._problems = self._problems, []
        return found

    def counts(self) -> dict[str, int]:
        """How many photos rows named, what became of them, and how many different ones there are.

        ``referenced`` is the sum of ``stored``, ``missing``, ``broken`` and ``left_out``.
        """
        fates = {fate.replace(" ", "_"): self._counts[fate] for fate in STATUSES}
        return {"referenced": sum(fates.values()), "distinct": len(self._archive), **fates}

    def _look(self, photo: Photo) -> _Look:
        """Read a photo and see that it can be decoded, unless its like is stored already."""
        fate = "missing"
        try:
            if photo.path and self._place:
                photo = self._place.photo(photo.path)
            data = reading.read_bytes(photo)
            fate = "broken"
            if not self._archive.find(sha256(data).digest()):
                decoding.decode(data)
            return _Look(data, decoding.extension(data))
        except PhotoError as error:
            return _Look(fate=fate, reason=str(error))

    def _settle(
        self, raw: RawRow, row: Row | list[str], looks: Sequence[Future[_Look]]
    ) -> ValidatedRow:
        if not isinstance(row, Row) or not looks:
            return raw, row
        listing, kept, reasons = row.listing, [], []
        found = [look.result() for look in looks]
        surplus = len(listing.photos) - len(found)
        self._counts.update([look.fate for look in found])
        self._counts[_SURPLUS.fate] += surplus
        for number, look in enumerate([*found, *[_SURPLUS][:surplus]]):
            if look.fate == "stored":
                kept.append(Photo(path=self._archive.add(look.data, look.extension)))
                continue
            name = listing.photos[number].path[:MAX_NAME_CHARACTERS] or f"photo {number + 1}"
            reasons.append(look.reason)
            self._problems.append(PhotoProblem(raw.line, listing.listing_id, name, look.reason))
        if not (kept or listing.title or listing.description):
            return raw, [f"title and description are empty, and {reasons[0]}"]
        return raw, replace(row, listing=replace(listing, photos=tuple(kept)))
