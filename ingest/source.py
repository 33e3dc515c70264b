"""Readers that turn foreign data into a snapshot, and the rows they hand over.

``ingest.tables.open_source`` opens a file, ``ingest.rows`` judges its rows,
``ingest.ingest`` writes a snapshot of them. This module holds only what all of them share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

FIELDS = (
    "listing_id",
    "title",
    "description",
    "photos",
    "category",
    "brand",
    "condition",
    "size",
    "colour",
    "price",
    "currency",
    "shipping_payer",
    "shipping_method",
    "parcel_size",
    "seller_id",
    "listed_at",
    "sold_at",
    "language",
)
"""Fields of a seller's form, as a snapshot keeps them and ``--map`` names them."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record of a source, its columns already matched to ``FIELDS``, not yet judged.

    ``line`` is where it starts in the source (a file's first line is 1; of a Parquet file, the
    row). ``broken`` is the reason when the record itself could not be taken apart; ``problems``
    maps a field to what its source knows to be wrong with it. ``source`` is the text as read.
    """

    line: int
    values: Mapping[str, object]
    broken: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


class Source(Protocol):
    """An opened table: what it is, its columns, and its rows in batches."""

    @property
    def kind(self) -> str:
        """What was recognised: ``kaggle mercari``, ``csv``, ``tsv``, ``jsonl``, ``parquet``."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Which column of the source each of our fields is read from, as far as known."""

    @property
    def missing(self) -> Sequence[str]:
        """Columns that a table of this kind has and this one lacks."""

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Read the rows from the start, at most ``size`` at a time, holding only one batch."""

    def fraction(self) -> float:
        """How much of the source has been read, 0 to 1."""
