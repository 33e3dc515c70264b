"""Kept listings joined with their events: the labels that stand at the end, and their origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from common.events import MAX_LISTING_TIME
from common.kept_listing import KeptListing
from common.listing import CONFIRMABLE
from ingest.date_range import DateRange

if TYPE_CHECKING:
    from common.event_database.database import EventDatabase

UNKNOWN = "unknown"
"""Policy of a listing whose suggestions nobody reported as shown."""

Key = tuple[str, str]
"""What a listing has in common with itself when it is listed again: the seller and its id."""


@dataclass(slots=True)
class ListedItem:
    """What is known of a listing beside its texts and photos.

    Attributes:
        request: id of the request whose receipt came with it.
        listed_at: when it was listed.
        labels: what was listed, by field of ``CONFIRMABLE``.
        sold_at: when it was sold; ``None`` where that is not known.
        actions: what the seller did with the suggestions, one of ``ACTIONS``, by field.
        policy: how suggestions were shown, one of ``POLICIES``, or ``UNKNOWN``.
        release: id of the release that suggested; empty where it is not known.
        suggested: the most probable candidate, by field.
        earlier: how often it was listed before; the last time counts.
    """

    request: str
    listed_at: datetime
    labels: dict[str, Any]
    sold_at: datetime | None = None
    actions: dict[str, str] = field(default_factory=dict)
    policy: str = UNKNOWN
    release: str = ""
    suggested: dict[str, str] = field(default_factory=dict)
    earlier: int = 0


def read_items(database: EventDatabase, dates: DateRange) -> dict[str, ListedItem]:
    """Return what was listed in a range of dates, by request; each takes about a kB.

    A listing that was listed again is there once. Events that came later count too, such as a sale
    after the range.
    """
    by_key = _last_listed(database, dates)
    items = {item.request: item for item in by_key.values()}
    if items:
        first = min(item.listed_at for item in items.values())
        for row in database.read(since=first - MAX_LISTING_TIME):
            item = _find_item(row, items, by_key)
            if item is not None:
                _add(row, item)
    return items


def _last_listed(database: EventDatabase, dates: DateRange) -> dict[Key, ListedItem]:
    by_key: dict[Key, ListedItem] = {}
    for kept in database.read_listings(dates.since, dates.until):
        key = (kept.seller, kept.listing) if kept.listing else ("", kept.request)
        item = ListedItem(kept.request, kept.time, dict(_labels(kept)))
        other = by_key.get(key)
        if other is not None:
            item.earlier = other.earlier + 1
        by_key[key] = item
    return by_key


def _labels(kept: KeptListing) -> Iterator[tuple[str, str | float]]:
    return ((name, kept.fields[name]) for name in CONFIRMABLE if name in kept.fields)


def _find_item(
    row: Mapping[str, Any],
    items: Mapping[str, ListedItem],
    by_key: Mapping[Key, ListedItem],
) -> ListedItem | None:
    item = items.get(row["request"])
    if item is None and row["event"] == "sold":
        # A sale may be told with an earlier receipt of a listing that was listed again.
        return by_key.get((row["seller"], row["listing"]))
    return item


def _add(row: Mapping[str, Any], item: ListedItem) -> None:
    """Add what an event says to its listing; of several the last one counts."""
    match row["event"]:
        case "shown":
            item.policy = row["policy"] or "greedy"  # of a version without policies
            item.release = row["release"]
            item.suggested = _most_probable(row["candidates"])
        case "outcome":
            value = row["number"] if row["value"] is None else row["value"]
            if row["action"]:
                item.actions[row["field"]] = row["action"]
            if value is not None:
                item.labels[row["field"]] = value
        case "listed" if row["price"] is not None:
            item.labels["price"] = row["price"]
            if row["currency"]:
                item.labels["currency"] = row["currency"]
        case "sold":
            days = row["days"]
            item.sold_at = (
                row["time"] if days is None else item.listed_at + timedelta(days)
            )


def _most_probable(candidates: list[Mapping[str, Any]]) -> dict[str, str]:
    """Return the best candidate of each field, whatever order they were shown in."""
    by_probability = sorted(candidates, key=lambda each: each["probability"])
    return {candidate["field"]: candidate["value"] for candidate in by_probability}
