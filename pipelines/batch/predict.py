"""A table of listings in, a table of answers out: one row for each row, in order, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

import pyarrow as pa

import models
from common.errors import InputError
from common.listing import CONFIRMABLE, Listing, Suggestion
from common.photos.checking import check_photos_of_rows
from common.photos.photo_root import PhotoRoot
from common.progress import Progress
from ingest.rows import parse_leniently
from ingest.source import RawRow, Source
from pipelines.batch import columns as table_columns
from pipelines.batch import files
from pipelines.batch.columns import CANDIDATES, WORDS
from pipelines.batch.processes import map_in_order

BATCH_ROWS = 512
"""Rows read, answered and written at a time."""

MIN_BATCHES_FOR_WORKERS = 8
"""With fewer batches, of text alone, one process is done before others have started."""

Task = tuple[int, list[RawRow]]
"""The number of the first row of a batch, and the batch."""

DEFAULT_FIELDS = ("listing_id", "title", "description", "photos")
"""What models see of a row without ``known``: the rest of its columns are labels."""

FIELD_GROUPS = {
    "shipping": ("shipping_payer", "shipping_method", "parcel_size"),
    "price": ("price", "currency"),
}
"""Words of ``known`` that stand for several fields."""

PRICES = ("price_median", "price_low", "price_high")


class Suggester(Protocol):
    """Answers for a batch of listings; ``models.suggester.Suggester`` is one."""

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of each model it has, by name."""

    def predict(
        self, listings: Sequence[Listing], names: Sequence[str] = ()
    ) -> Mapping[str, Sequence[Suggestion]]:
        """Suggestions in the order of the listings, by model."""


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What is asked about each row.

    ``known`` names columns taken as chosen by the seller (see ``parse_known_fields``), ``names``
    the models to ask, ``photos`` the root of the photos' paths; without it none is looked at.
    """

    known: Sequence[str] = ()
    names: Sequence[str] = ()
    photos: PhotoRoot | None = None


TEXT_ALONE = BatchRequest()
"""Every model, about titles and descriptions."""


def answer_table(
    source: Source,
    load: Callable[[], Suggester],
    out: Path,
    ask: BatchRequest = TEXT_ALONE,
    progress: Progress | None = None,
    workers: int = 1,
) -> int:
    """Answer every row of ``source`` into the table ``out`` and return how many there were.

    Parquet, JSONL or CSV by the name of ``out``, which appears whole or not at all. ``load`` gives
    the suggester. With several ``workers`` each of as many processes loads one (``load`` must be
    picklable), unless the table is so short that it is answered sooner by one; the answers are
    the same.
    """
    rows = 0
    batches = source.batches(BATCH_ROWS)
    head = list(islice(batches, MIN_BATCHES_FOR_WORKERS))
    slow = any(raw.values.get("photos") for each in head for raw in each)
    short = len(head) < (2 if slow else MIN_BATCHES_FOR_WORKERS)
    tasks, count = _numbered(chain(head, batches)), 1 if short else workers
    with files.create(out, schema()) as sink:
        for answers in map_in_order(partial(_start, load, ask), tasks, count):
            sink(answers)
            rows += answers.num_rows
            if progress:
                progress(f"{rows:,} rows", source.fraction())
    return rows


def _numbered(batches: Iterable[list[RawRow]]) -> Iterator[Task]:
    first = 1
    for batch in batches:
        yield first, batch
        first += len(batch)


def _start(load: Callable[[], Suggester], ask: BatchRequest) -> Callable[[Task], pa.RecordBatch]:
    suggester = load()
    return lambda task: answer(task[1], suggester, task[0], ask)


def parse_known_fields(text: str) -> tuple[str, ...]:
    """Read ``category,brand,shipping``: fields, ``shipping``, ``price``, ``all`` or ``none``.

    ``price`` brings its currency, ``shipping`` is payer, method and parcel size.
    """
    fields: dict[str, None] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        if word == "all":
            fields |= dict.fromkeys(CONFIRMABLE)
        elif word in FIELD_GROUPS or word in CONFIRMABLE:
            fields |= dict.fromkeys(FIELD_GROUPS.get(word, (word,)))
        elif word != "none":
            raise InputError(
                f"{word!r} is no field that can be known; there are all, none, shipping,"
                f" {', '.join(CONFIRMABLE)}"
            )
    return tuple(fields)


def schema() -> pa.Schema:
    """Columns of the answers; a model added to ``NAMES`` brings those of its fields."""
    return pa.schema(
        [
            ("listing_id", pa.string()),
            *((field, CANDIDATES) for _, field in _candidate_fields()),
            *((name, pa.float64()) for name in PRICES),
            ("price_currency", pa.string()),
            ("abstained", WORDS),
            ("versions", WORDS),
            ("problems", pa.list_(pa.string())),
        ]
    )


def answer(
    batch: Sequence[RawRow],
    suggester: Suggester,
    first: int = 1,
    ask: BatchRequest = TEXT_ALONE,
) -> pa.RecordBatch:
    """Answer the rows of one batch, the first of which is row number ``first`` of its table."""
    listings, problems = check_photos_of_rows(
        [_listing(raw, ask.known) for raw in batch], ask.photos
    )
    unread = {
        i: f"row {first + i} could not be read: {raw.broken}"
        for i, raw in enumerate(batch)
        if raw.broken
    }
    readable = [listing for i, listing in enumerate(listings) if i not in unread]
    found = suggester.predict(readable, ask.names) if readable else {}
    answers = {
        name: _for_every_row(name, found.get(name), len(batch), unread, suggester.versions)
        for name in models.NAMES
    }
    ranges = [suggestion.price for suggestion in answers["price"]]
    columns = [
        pa.array([item.listing_id or str(first + i) for i, item in enumerate(listings)]),
        *(
            table_columns.ranked([said.candidates.get(field, ()) for said in answers[name]])
            for name, field in _candidate_fields()
        ),
        pa.array([price and price.median for price in ranges], pa.float64()),
        pa.array([price and price.low for price in ranges], pa.float64()),
        pa.array([price and price.high for price in ranges], pa.float64()),
        pa.array([price and price.currency for price in ranges], pa.string()),
        table_columns.words(_abstentions(answers, len(batch))),
        table_columns.repeated(suggester.versions, len(batch)),
        pa.array(problems, pa.list_(pa.string())),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema())


def _candidate_fields() -> Iterator[tuple[str, str]]:
    """Each model with each field it ranks candidates for; a price is columns of its own."""
    for name in models.NAMES:
        for field in models.outputs(name):
            if field not in FIELD_GROUPS["price"]:
                yield name, field


def _listing(raw: RawRow, known: Sequence[str]) -> Listing:
    """The row without its labels, unless they are known; an illegal value is dropped."""
    values = {name: raw.values[name] for name in (*DEFAULT_FIELDS, *known) if name in raw.values}
    return parse_leniently(replace(raw, values=values))[0]


def _for_every_row(
    name: str,
    found: Sequence[Suggestion] | None,
    rows: int,
    unread: Mapping[int, str],
    versions: Mapping[str, str],
) -> list[Suggestion]:
    """One suggestion a row: what the model said, or an empty one with the reason."""
    version = versions.get(name, "")
    why = "the model was not asked" if version else "the release has no such model"
    said = iter(found or ())
    return [
        Suggestion(name, version, abstained=unread[i])
        if i in unread
        else next(said, None) or Suggestion(name, version, abstained=why)
        for i in range(rows)
    ]


def _abstentions(
    answers: Mapping[str, Sequence[Suggestion]], rows: int
) -> list[list[tuple[str, str]]]:
    """Per row each model that abstained, with its reason."""
    return [
        [(name, said[i].abstained) for name, said in answers.items() if said[i].abstained]
        for i in range(rows)
    ]
