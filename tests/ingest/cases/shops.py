"""Small invented tables, read as ingest reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.listing import Listing
from ingest.options import ReadOptions
from ingest.readings import Readings
from ingest.rows import Row, parse_row
from ingest.source import SourceDescription
from ingest.spellings import choose_spellings
from ingest.tables import open_table


@dataclass(frozen=True)
class Shop:
    """What became of a table.

    Attributes:
        listings: those of the rows that are used, with labels in one spelling.
        rows: the same with their dates and dropped cells.
        rejected: the reasons of the others.
        description: what the table was taken for.
        readings: what its columns mean.
    """

    listings: list[Listing]
    rows: list[Row]
    rejected: list[list[str]]
    description: SourceDescription
    readings: Readings

    @property
    def dropped(self) -> list[tuple[str, str]]:
        """Field and reason of each dropped cell."""
        return [(cell.field, cell.reason) for row in self.rows for cell in row.dropped]

    def values(self, field: str) -> list[Any]:
        """The values of a field, row by row."""
        return [getattr(listing, field) for listing in self.listings]

    @property
    def prices(self) -> list[Any]:
        """Price and currency, row by row; ``None`` where there is no price."""
        return [
            None if listing.price is None else (listing.price, listing.currency)
            for listing in self.listings
        ]

    @property
    def warnings(self) -> str:
        """All warnings on columns."""
        return " ".join(reading.warning for reading in self.readings.readings)

    def dates(self, field: str = "listed_at") -> list[Any]:
        """The dates in ISO form, row by row, to the minute."""
        values = [getattr(row, field) for row in self.rows]
        return [value and value.strftime("%Y-%m-%dT%H:%M") for value in values]


def write(folder: Path, content: str | bytes, name: str = "shop.csv") -> Path:
    """Write a table, text as UTF-8."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_path(path: Path, **options: Any) -> Shop:
    """Read a table as ingest does."""
    source = open_table(path, ReadOptions(**options))
    parsed = [
        parse_row(raw, source.readings)
        for batch in source.batches(100)
        for raw in batch
    ]
    rows = [row for row in parsed if isinstance(row, Row)]
    rejected = [reasons for reasons in parsed if not isinstance(reasons, Row)]
    spellings = choose_spellings(row.listing for row in rows)
    listings = [spellings.apply(row.listing) for row in rows]
    return Shop(listings, rows, rejected, source.description, source.readings)


def read(
    folder: Path, content: str | bytes, name: str = "shop.csv", **options: Any
) -> Shop:
    """Write a table and read it."""
    return read_path(write(folder, content, name), **options)


def column(name: str, cells: list[str], delimiter: str = ";") -> str:
    """A table of a title and one more column."""
    lines = [f"item {n}{delimiter}{cell}" for n, cell in enumerate(cells)]
    return "\n".join([f"title{delimiter}{name}", *lines, ""])
