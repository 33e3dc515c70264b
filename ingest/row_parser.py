"""Turns the raw rows of a source into rows whose labels have one spelling each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from common.listing import Listing
from ingest.photo_store import ParsedRow
from ingest.rows import Row, parse_row
from ingest.source import RawRow, Source
from ingest.spellings import choose_spellings


class RowParser:
    """Turns raw rows into rows, by what the columns of their source mean."""

    def __init__(self, source: Source, min_price: float | None = None) -> None:
        """Decide the spellings of labels from the first rows of the source."""
        self._readings = source.readings
        self._min_price = min_price
        rows = [parse_row(raw, self._readings) for raw in source.sample()]
        listings = _listings(rows)
        self._spellings = choose_spellings(listings)
        self.n_sampled = len(rows)
        self.first = self._spell(listings)
        # The first rows come again, and need not be parsed twice.
        self._parsed = deque(rows)

    def listings(self, sample: Iterable[RawRow]) -> list[Listing]:
        """Return the listings of those rows of a sample that can be used."""
        rows = [parse_row(raw, self._readings) for raw in sample]
        return self._spell(_listings(rows))

    def _spell(self, listings: Iterable[Listing]) -> list[Listing]:
        return [self._spellings.apply(listing) for listing in listings]

    @property
    def joined(self) -> Mapping[str, list[tuple[str, ...]]]:
        """The labels with several spellings, by field, the chosen spelling first."""
        return self._spellings.joined

    def discard_parsed(self) -> None:
        """Have ``parse`` take any rows of the source, and not all from the start."""
        self._parsed.clear()

    def parse(self, batch: Iterable[RawRow]) -> Iterator[ParsedRow]:
        """Yield each raw row with the row made of it, or with the reasons against it."""
        # One at a time, so that photos of the first rows are read while others are parsed.
        for raw in batch:
            yield raw, self._parse(raw)

    def _parse(self, raw: RawRow) -> Row | list[str]:
        is_parsed = bool(self._parsed)
        row = self._parsed.popleft() if is_parsed else parse_row(raw, self._readings)
        if not isinstance(row, Row):
            return row

        reason = self._price_reason(row.listing.price)
        if reason:
            return [reason]
        listing = self._spellings.apply(row.listing)
        return row if listing is row.listing else replace(row, listing=listing)

    def _price_reason(self, price: float | None) -> str:
        """Return why a price is below the lowest accepted one, or nothing."""
        if self._min_price is None:
            return ""
        if price is None:
            return "price is missing"
        if price < self._min_price:
            return f"price {price:g} is below the lowest accepted, {self._min_price:g}"
        return ""


def _listings(rows: Iterable[Row | list[str]]) -> list[Listing]:
    """Return the listings of the rows that can be used."""
    return [row.listing for row in rows if isinstance(row, Row)]
