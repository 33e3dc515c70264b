"""The types that the steps of an ingest hand each other: a source, and its raw rows.

``ingest.tables`` opens a file as a ``Source``, ``ingest.rows`` validates its rows, and
``ingest.ingest`` writes a snapshot of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from common.listing import CONFIRMABLE

FIELDS = (
    "listing_id",
    "title",
    "description",
    "photos",
    # The language comes last: the order of fields is that of ids and reports made before.
    *(name for name in CONFIRMABLE if name != "language"),
    "seller_id",
    "listed_at",
    "sold_at",
    "language",
)
"""Names of the fields that a table may have, as in a snapshot and in ``--map``."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record of a source, its columns matched to ``FIELDS``, not yet validated.

    Attributes:
        line: number of its first line, from 1; in a Parquet file, number of the row.
        values: the cells as the source holds them, by field.
        broken: the reason why the record could not be parsed into cells, else empty.
        problems: for a field, the error found by the rules of this kind of table.
        source: text of the record, where there is one.
    """

    line: int
    values: Mapping[str, object]
    broken: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


class Source(Protocol):
    """An opened table: its kind, its columns, and its rows in batches."""

    @property
    def kind(self) -> str:
        """The recognised kind: ``kaggle mercari``, ``csv``, ``tsv``, ``jsonl`` or ``parquet``."""

    @property
    def columns(self) -> Mapping[str, str]:
        """For each field of ours, the column of the source that holds it, as far as known."""

    @property
    def missing(self) -> Sequence[str]:
        """Columns of this kind of table that this one lacks."""

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Yield the rows from the start, at most ``size`` at a time; one batch is in memory."""

    def fraction(self) -> float:
        """Return the fraction of the source that has been read, 0 to 1."""
