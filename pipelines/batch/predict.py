"""Answers a table: one row of suggestions for each row of listings, in order, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

import pyarrow as pa

import models
from common.listing import Listing, Suggestion
from common.photos.checking import check_photos_of_rows
from common.progress import Progress, ignore_progress
from ingest.readings import Readings
from ingest.source import RawRow, Source
from pipelines.batch import columns, files
from pipelines.batch.processes import map_in_order
from pipelines.batch.request import TEXT_ONLY, BatchRequest, visible_listing

BATCH_ROWS = 512
"""Rows read, answered and written at a time."""

MIN_BATCHES_FOR_WORKERS = 8
"""With fewer batches, of text alone, one process is done before others have started."""

MIN_PHOTO_BATCHES_FOR_WORKERS = 2
"""The same where rows have photos, which take longer than text."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are answered together.

    Attributes:
        first_row: Number of the first row in its table, from 1.
        listings: What models see of each row.
        unreadable: The reason for each row that could not be read, by its index.
    """

    first_row: int
    listings: Sequence[Listing]
    unreadable: Mapping[int, str]


class Suggester(Protocol):
    """Suggests for a batch of listings; ``models.suggester.Suggester`` is one."""

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of each loaded model, by name."""

    def predict(
        self, listings: Sequence[Listing], names: Sequence[str] = ()
    ) -> Mapping[str, Sequence[Suggestion]]:
        """Suggestions in the order of the listings, by model."""


def answer_table(
    source: Source,
    load: Callable[[], Suggester],
    out: Path,
    request: BatchRequest = TEXT_ONLY,
    progress: Progress = ignore_progress,
    workers: int = 1,
) -> int:
    """Answer every row of ``source`` into the file ``out`` and return the number of rows.

    The format is Parquet, JSONL or CSV by the name of ``out``; the file appears complete or not at
    all. ``load`` returns the suggester. With several ``workers`` each of as many processes calls
    it (so ``load`` must be picklable), unless the table is so short that one process is faster.
    The answers do not depend on the number of workers.
    """
    # The length of a table is unknown until it is read: its first batches tell enough.
    batches = source.batches(BATCH_ROWS)
    first_batches = list(islice(batches, MIN_BATCHES_FOR_WORKERS))
    n_workers = workers if _is_long(first_batches) else 1

    start = partial(_start_worker, load, request)
    tasks = _read(chain(first_batches, batches), source.readings, request.known)
    n_rows = 0
    with files.create(out, columns.schema()) as append:
        for answers in map_in_order(start, tasks, n_workers):
            append(answers)
            n_rows += answers.num_rows
            progress(f"{n_rows:,} rows", source.fraction())
    return n_rows


def answer_batch(
    batch: Batch, suggester: Suggester, request: BatchRequest = TEXT_ONLY
) -> pa.RecordBatch:
    """Answer the rows of one batch."""
    listings, problems = check_photos_of_rows(batch.listings, request.photos)
    suggestions = suggest_rows(listings, suggester, request.names, batch.unreadable)

    listing_ids = []
    for number, listing in enumerate(listings, batch.first_row):
        listing_ids.append(listing.listing_id or str(number))
    return columns.to_record_batch(
        listing_ids, suggestions, suggester.versions, problems
    )


def suggest_rows(
    listings: Sequence[Listing],
    suggester: Suggester,
    names: Sequence[str],
    unreadable: Mapping[int, str],
) -> dict[str, list[Suggestion]]:
    """Return one suggestion a row for every model; ``unreadable`` maps rows to their reasons."""
    readable = [item for index, item in enumerate(listings) if index not in unreadable]
    predictions = suggester.predict(readable, names) if readable else {}

    suggestions = {}
    for name in models.NAMES:
        suggestions[name] = _align(
            name,
            suggester.versions.get(name),
            predictions.get(name),
            len(listings),
            unreadable,
        )
    return suggestions


def _is_long(first_batches: Sequence[Sequence[RawRow]]) -> bool:
    """Tell whether a table is worth several processes, by its first batches."""
    rows = chain.from_iterable(first_batches)
    has_photos = any(row.values.get("photos") for row in rows)
    minimum = MIN_PHOTO_BATCHES_FOR_WORKERS if has_photos else MIN_BATCHES_FOR_WORKERS
    return len(first_batches) >= minimum


def _read(
    batches: Iterable[list[RawRow]], readings: Readings, known: Sequence[str]
) -> Iterator[Batch]:
    """Parse rows in this process: what the columns mean does not travel to others."""
    first_row = 1
    for rows in batches:
        listings = [visible_listing(row, known, readings) for row in rows]
        unreadable = {
            index: f"row {first_row + index} could not be read: {row.broken}"
            for index, row in enumerate(rows)
            if row.broken
        }
        yield Batch(first_row, listings, unreadable)
        first_row += len(rows)


def _start_worker(
    load: Callable[[], Suggester], request: BatchRequest
) -> Callable[[Batch], pa.RecordBatch]:
    """Load the suggester once in this process; return the function that answers one task."""
    suggester = load()

    # A closure, so that the suggester stays in this process: only tasks and answers are pickled.
    def answer(batch: Batch) -> pa.RecordBatch:
        """Answer the rows of one batch."""
        return answer_batch(batch, suggester, request)

    return answer


def _align(
    name: str,
    version: str | None,
    predictions: Sequence[Suggestion] | None,
    n_rows: int,
    unreadable: Mapping[int, str],
) -> list[Suggestion]:
    """Return one suggestion a row: the model's, or an abstention with its reason.

    ``version`` is ``None`` for a model that the release lacks, ``predictions`` for a model that
    was not asked.
    """
    if version is None:
        version, reason = "", "the release has no such model"
    else:
        reason = "the model was not asked"

    remaining = iter(predictions or ())
    suggestions = []
    for index in range(n_rows):
        # Rows that could not be read were not asked about, so they take none of the predictions.
        prediction = None if index in unreadable else next(remaining, None)
        if prediction is None:
            abstained = unreadable.get(index, reason)
            prediction = Suggestion(name, version, abstained=abstained)
        suggestions.append(prediction)
    return suggestions
