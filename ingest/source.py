"""The types that the steps of an ingest hand each other: a source, and its raw rows.

``ingest.tables`` opens a file as a ``Source``, ``ingest.rows`` validates its rows, and
``ingest.ingest`` writes a snapshot of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Protocol

from common.listing import CONFIRMABLE

if TYPE_CHECKING:
    from ingest.readings import Reading, Readings

_LATER = ("language", "shipping_fee", "weight", "dimensions")

FIELDS = (
    "listing_id",
    "title",
    "description",
    "photos",
    # Later fields come last: the order of fields is that of ids and reports made before.
    *(name for name in CONFIRMABLE if name not in _LATER),
    "seller_id",
    "listed_at",
    "sold_at",
    *_LATER,
)
"""Names of the fields that a table may have, as in a snapshot and in ``--map``."""

WHOLE_ROW = ""
"""In place of a field's name: the whole row."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record of a source, its columns matched to ``FIELDS``, not yet validated.

    Attributes:
        line: number of its first line, from 1; in a Parquet file, number of the row.
        values: the cells as the source holds them, by field.
        broken: the reason why the row cannot be used, such as cells that do not fit, else empty.
        problems: for a field, why its cell is dropped by the rules of this kind of table; for
            ``WHOLE_ROW``, why the row is not to be learned from.
        source: text of the record, where there is one.
        merged: number of further records that belong to this listing, such as its variants.
    """

    line: int
    values: Mapping[str, object]
    broken: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    merged: int = 0


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """What a source was taken for, as its profile and its manifest say.

    Attributes:
        kind: the recognised kind: an export form, or a format such as ``csv`` or ``parquet``.
        columns: for each field of ours, the columns that hold it, as far as known.
        unmatched: columns that are not read.
        similar: for an unmatched column, the field that its name looks like.
        notes: sentences about the file: its encoding, its columns, its form.
        readings: what the cells of each field mean, and why.
    """

    kind: str
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unmatched: Sequence[str] = ()
    similar: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    readings: Sequence[Reading] = ()


class Source(Protocol):
    """An opened table: what it was taken for, what its cells mean, and its rows in batches."""

    @property
    def description(self) -> SourceDescription:
        """What the table was taken for."""

    @property
    def readings(self) -> Readings:
        """The parsers of the cells of each field."""

    def sample(self) -> Sequence[RawRow]:
        """Return the first rows, from which spellings and the split are decided."""

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Yield the rows from the start, at most ``size`` at a time; one batch is in memory."""

    def fraction(self) -> float:
        """Return the fraction of the source that has been read, 0 to 1."""


def spread_sample(
    source: Source,
    size: int = 20_000,
    seed: int = 0,
    report: Callable[[int], None] = lambda n_rows: None,
) -> list[RawRow]:
    """Return ``size`` rows from all of a source, or all where there are fewer.

    Every row has the same chance (reservoir sampling; Vitter, 1985, algorithm R). ``report`` takes
    the number of rows that were read so far, after each batch.
    """
    random = Random(seed)
    sample: list[RawRow] = []
    n_rows = 0
    for batch in source.batches(4096):
        for row in batch:
            n_rows += 1
            if len(sample) < size:
                sample.append(row)
                continue
            index = random.randrange(n_rows)
            if index < size:
                sample[index] = row
        report(n_rows)
    return sample
