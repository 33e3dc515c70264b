"""From the cells of a row to a listing: a cell that cannot be read is dropped, never the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple

from common.listing import AMOUNT_FIELDS, Listing, Photo
from common.validation import texts
from ingest.readings import Readings, settle_currency
from ingest.source import WHOLE_ROW, RawRow

NOTHING_GIVEN = "title, description and photos are all empty"

MAX_CELL_CHARACTERS = 200
"""Characters of a dropped cell that are kept."""

_MIDNIGHT = time()


class DroppedCell(NamedTuple):
    """A cell that could not be used: its field, its text cut to a limit, and the reason."""

    field: str
    cell: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """A usable row.

    Attributes:
        listing: The finished listing.
        listed_at: When it was listed (UTC), where known.
        sold_at: When it was sold (UTC), where known.
        used: Fields whose cells were used.
        dropped: Cells that were not.
        cut: Texts that are too long, of which only the beginning is kept.
        merged: Number of further records that it holds.
    """

    listing: Listing
    listed_at: datetime | None = None
    sold_at: datetime | None = None
    used: tuple[str, ...] = ()
    dropped: tuple[DroppedCell, ...] = ()
    cut: tuple[DroppedCell, ...] = ()
    merged: int = 0


def parse_row(raw: RawRow, readings: Readings) -> Row | list[str]:
    """Return the row, or the reasons why nothing can be learned from it, each one sentence.

    A price without a currency is in that of ``readings``; the id of a row without one is its line.
    """
    reason = raw.broken or raw.problems.get(WHOLE_ROW, "")
    if reason:
        return [reason]

    row = parse_cells(raw, readings)
    listing = row.listing
    if not (listing.title or listing.description or listing.photos):
        return [cell.reason for cell in row.dropped] + [NOTHING_GIVEN]
    return row


def parse_cells(raw: RawRow, readings: Readings) -> Row:
    """Return whatever the cells of a row say, which may be nothing; never raises."""
    values: dict[str, Any] = {}
    dropped: list[DroppedCell] = []
    _parse_each(_readable(raw, dropped), readings, values, dropped)

    if "sold_at" in values:
        _check_dates(raw.values, values, dropped)
    used = tuple(values)
    for field in AMOUNT_FIELDS:
        if field in values and not _settle(
            field, raw.values, values, dropped, readings
        ):
            used = tuple(name for name in used if name != field)
    return _to_row(raw, values, used, dropped)


def _parse_each(
    cells: Mapping[str, object],
    readings: Readings,
    values: dict[str, Any],
    dropped: list[DroppedCell],
) -> None:
    parsers = readings.parsers
    for field, cell in cells.items():
        try:
            value = parsers[field](cell)
        except ValueError as error:
            dropped.append(_drop(field, cell, f"{field} {error}"))
            continue
        # Empty texts and lists are cells without a value too, but a price of 0 never comes here.
        if value:
            values[field] = value


def _readable(raw: RawRow, dropped: list[DroppedCell]) -> Mapping[str, object]:
    """Return the cells without those that the form of the table finds fault with."""
    if not raw.problems:
        return raw.values

    readable = dict(raw.values)
    for field, reason in raw.problems.items():
        if field in readable:
            dropped.append(_drop(field, readable.pop(field), reason))
    return readable


def _to_row(
    raw: RawRow,
    values: dict[str, Any],
    used: tuple[str, ...],
    dropped: list[DroppedCell],
) -> Row:
    listed_at = values.pop("listed_at", None)
    sold_at = values.pop("sold_at", None)

    if "photos" in values:
        values["photos"] = tuple(map(_to_photo, values["photos"]))
    if raw.line and "listing_id" not in values:
        values["listing_id"] = str(raw.line)

    listing = Listing(**values)
    cut = _cut_texts(raw.values, listing)
    return Row(listing, listed_at, sold_at, used, tuple(dropped), cut, raw.merged)


def _cut_texts(
    cells: Mapping[str, object], listing: Listing
) -> tuple[DroppedCell, ...]:
    is_long = len(listing.title) >= texts.MAX_TITLE_CHARACTERS
    if not is_long and len(listing.description) < texts.MAX_DESCRIPTION_CHARACTERS:
        return ()

    reasons = {
        field: texts.cut_reason(field, cells.get(field))
        for field in ("title", "description")
    }
    return tuple(
        _drop(field, cells[field], f"{field} {reason}")
        for field, reason in reasons.items()
        if reason
    )


def _settle(
    field: str,
    cells: Mapping[str, object],
    values: dict[str, Any],
    dropped: list[DroppedCell],
    readings: Readings,
) -> bool:
    """Replace an amount by its value, and set the currency of the row.

    Returns whether there is an amount: one that contradicts the currency of its row is dropped.
    """
    amount = values[field]
    try:
        own = settle_currency(amount, values.get("currency"))
    except ValueError as error:
        dropped.append(_drop(field, cells[field], f"{field} {error}"))
        del values[field]
        return False

    values[field] = amount.value
    values["currency"] = own or readings.currency
    return True


def _check_dates(
    cells: Mapping[str, object], values: dict[str, Any], dropped: list[DroppedCell]
) -> None:
    """Drop a sale before the listing; a date without a time is any time of its day."""
    listed_at, sold_at = values.get("listed_at"), values["sold_at"]
    if listed_at is None or sold_at >= listed_at:
        return

    days_early = (listed_at.date() - sold_at.date()).days
    n_dates = [sold_at.time(), listed_at.time()].count(_MIDNIGHT)
    # A date is that of a clock on the spot, which may be a day behind the time in UTC.
    if days_early <= (1 if n_dates == 1 else 0) and n_dates:
        return
    reason = f"sold_at '{sold_at}' is before listed_at '{listed_at}'"
    dropped.append(_drop("sold_at", cells["sold_at"], reason))
    del values["sold_at"]


def _drop(field: str, cell: object, reason: str) -> DroppedCell:
    is_bytes = isinstance(cell, bytes)
    text = f"{len(cell):,} bytes" if is_bytes else texts.clean(str(cell))  # type: ignore[arg-type]
    return DroppedCell(field, text[:MAX_CELL_CHARACTERS], reason)


def _to_photo(photo: str | bytes) -> Photo:
    return Photo(path=photo) if isinstance(photo, str) else Photo(photo)
