"""The tables of events and of kept listings, and the rows of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Float, MetaData, String, Table, Text

from common.event_lines import name_of, to_values
from common.events import Event
from common.kept_listing import KeptListing

METADATA = MetaData()

EVENTS = Table(
    "events",
    METADATA,
    Column("id", String(128), primary_key=True),
    Column("event", String(16), nullable=False),  # a key of ``event_lines.EVENTS``
    Column("time", DateTime, nullable=False, index=True),  # in UTC, without a zone
    Column("request", String(128), nullable=False, index=True),
    Column("seller", String(128), nullable=False, index=True),
    # Of what was shown.
    Column("release", String(128)),
    Column("versions", JSON(none_as_null=True)),
    Column("experiments", JSON(none_as_null=True)),
    Column("candidates", JSON(none_as_null=True)),
    Column("amounts", JSON(none_as_null=True)),
    Column("latency", Float),
    Column("policy", String(16)),
    # Of what was chosen; the value is a label, a number, or missing where the field was emptied.
    Column("field", String(32)),
    Column("value", Text),
    Column("number", Float),
    Column("action", String(16)),
    # Of what was listed or sold; ``listing`` is that of what was shown too.
    Column("listing", String(128)),
    Column("price", Float),
    Column("currency", String(3)),
    Column("days", Float),
    Column("seconds", Float),
)
"""Every event; columns that its class does not have are null."""

LISTINGS = Table(
    "listings",
    METADATA,
    Column("request", String(128), primary_key=True),
    Column("listing", String(128), nullable=False),
    Column("seller", String(128), nullable=False, index=True),
    Column("time", DateTime, nullable=False, index=True),  # in UTC, without a zone
    Column("fields", JSON, nullable=False),
    Column("photos", JSON, nullable=False),
)
"""Kept listings, with what sellers wrote."""


def to_row(event: Event) -> dict[str, Any]:
    """Return the columns of an event, with a key for each column of the table."""
    values = to_values(event) | {"event": name_of(event)}
    values["time"] = without_zone(event.time)

    # Numbers have a column of their own, so that both can be compared in SQL.
    if not isinstance(values.get("value"), str):
        values["number"] = values.pop("value", None)
    return {column.name: values.get(column.name) for column in EVENTS.columns}


def to_listing_row(listing: KeptListing) -> dict[str, Any]:
    """Return the columns of a kept listing."""
    return asdict(listing) | {"time": without_zone(listing.time)}


def from_listing_row(row: Mapping[str, Any]) -> KeptListing:
    """Return the kept listing of a row."""
    time = row["time"].replace(tzinfo=UTC)
    return KeptListing(**{**row, "time": time, "photos": tuple(row["photos"])})


def without_zone(time: datetime) -> datetime:
    """Return a time as tables have it: in UTC, without a zone."""
    return time.astimezone(UTC).replace(tzinfo=None)
