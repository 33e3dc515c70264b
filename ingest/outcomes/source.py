"""The job of ``listrec ingest outcomes``: a snapshot of what sellers listed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.errors import InputError
from common.kept_listing import KeptListing
from common.progress import Progress
from common.snapshot import Snapshot
from common.store.new_folder import check_free
from common.store.storage import Storage
from ingest.date_range import DateRange
from ingest.ingest import Options, ingest_source
from ingest.outcomes import OUTCOMES
from ingest.outcomes.choices import count_choices
from ingest.outcomes.listed_items import ListedItem, read_items
from ingest.outcomes.photos import StoredPhotos
from ingest.readings import DEFAULT_READINGS
from ingest.source import RawRow, SourceDescription
from ingest.tables import SAMPLE_ROWS

if TYPE_CHECKING:
    from common.event_database.database import EventDatabase


def ingest_outcomes(
    database: EventDatabase,
    photos: str,
    out: Path,
    options: Options,
    progress: Progress,
) -> Snapshot:
    """Make a snapshot at ``out`` of the listings that were kept, a row for each.

    ``photos`` is ``LISTREC_KEEP_LISTINGS``. A label is what stood at the end. ``source`` of the
    manifest has ``choices``, see ``count_choices``. Raises ``InputError`` where nothing is kept,
    and if ``out`` exists already.
    """
    check_free(out)
    if not photos:
        raise InputError(
            "LISTREC_KEEP_LISTINGS is not set, so no listing is kept: set it for the gateway and"
            " here to a folder or an address for their photos"
        )
    dates = options.dates or DateRange()
    progress("joining listings and events", 0.0)
    items = read_items(database, dates)
    if not items:
        raise InputError(
            f"nothing that sellers {dates} is kept: the gateway keeps them from the time on when"
            " LISTREC_KEEP_LISTINGS is set for it, and 'listrec events drain' moves what waits"
        )

    source = _OutcomeSource(database, dates, items, options.reading.currency)
    root = StoredPhotos(Storage(photos))
    return ingest_source(source, _describe(items, dates), root, out, options, progress)


def _describe(items: Mapping[str, ListedItem], dates: DateRange) -> dict[str, object]:
    """Return the provenance for the manifest; the checksum is that of requests and labels."""
    labels = [(request, item.labels) for request, item in sorted(items.items())]
    text = json.dumps(labels, sort_keys=True)
    return {
        "name": f"what sellers {dates}",
        "checksum": hashlib.sha256(text.encode()).hexdigest(),
        "choices": count_choices(items.values()),
    }


class _OutcomeSource:
    """Kept listings as ``ingest.source.Source``."""

    description = SourceDescription(OUTCOMES)

    def __init__(
        self,
        database: EventDatabase,
        dates: DateRange,
        items: Mapping[str, ListedItem],
        currency: str,
    ) -> None:
        self.readings = replace(
            DEFAULT_READINGS,
            currency=currency or DEFAULT_READINGS.currency,
            # By which rows are erased: as they are in events, also one that is called "null".
            parsers={**DEFAULT_READINGS.parsers, "listing_id": str, "seller_id": str},
        )
        self._database = database
        self._dates = dates
        self._items = items
        self._first: list[tuple[str, RawRow]] = []
        self._n_read = 0

    def sample(self) -> Sequence[RawRow]:
        """Return the first rows, from which spellings and the split are decided."""
        self._first = list(islice(self._rows(), SAMPLE_ROWS))
        return [row for _, row in self._first]

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Yield the rows, those of the sample first, whatever was erased meanwhile."""
        sampled = {request for request, _ in self._first}
        others = (pair for pair in self._rows() if pair[0] not in sampled)
        rows = (row for _, row in chain(self._first, others))
        self._n_read = 0
        while batch := list(islice(rows, size)):
            self._n_read += len(batch)
            yield batch

    def fraction(self) -> float:
        """Return the share of the listings that has been read."""
        return self._n_read / len(self._items)

    def _rows(self) -> Iterator[tuple[str, RawRow]]:
        """Yield the requests of listings with their rows."""
        dates = self._dates
        line = 0
        for kept in self._database.read_listings(dates.since, dates.until):
            item = self._items.get(kept.request)
            if item is not None:
                line += 1
                yield kept.request, _to_row(line, kept, item)


def _to_row(line: int, kept: KeptListing, item: ListedItem) -> RawRow:
    values: dict[str, Any] = {
        # By which one listing is erased; a page that is loaded again makes another listing's id.
        "listing_id": kept.request,
        "title": kept.fields.get("title"),
        "description": kept.fields.get("description"),
        "photos": kept.photos,
        **item.labels,
        "seller_id": kept.seller,
        "listed_at": item.listed_at,
        "sold_at": item.sold_at,
    }
    return RawRow(line, values, merged=item.earlier)
