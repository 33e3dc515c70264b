"""Counts of what sellers did by day, made by the database: no event leaves it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from common.daily_counts import DailyCounts, FieldDay, ListingDay
from common.event_database.tables import EVENTS, without_zone
from common.events import MAX_LISTING_TIME


def count_days(connection: Connection, since: datetime) -> DailyCounts:
    """Return what sellers did from a time on, by days of UTC.

    Every outcome counts, and every listing, as they came in.
    """
    return DailyCounts(
        fields=_count_fields(connection, since),
        listings=_count_listings(connection, since),
    )


def _count_fields(connection: Connection, since: datetime) -> tuple[FieldDay, ...]:
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    query = _by_day("outcome", since, EVENTS.c.field, EVENTS.c.action).where(
        EVENTS.c.action.in_(("accepted", "changed", "ignored")),
        EVENTS.c.request.not_in(_holdout(since)),
    )
    for day, name, action, number in connection.execute(query):
        counts[str(day), name][action] += number
    return tuple(
        FieldDay(day, name, each["accepted"], each["changed"], each["ignored"])
        for (day, name), each in sorted(counts.items())
    )


def _count_listings(connection: Connection, since: datetime) -> tuple[ListingDay, ...]:
    query = _by_day("listed", since)
    in_holdout = query.where(EVENTS.c.request.in_(_holdout(since)))
    holdout = {str(day): number for day, number in connection.execute(in_holdout)}
    return tuple(
        ListingDay(
            str(day), number - holdout.get(str(day), 0), holdout.get(str(day), 0)
        )
        for day, number in connection.execute(query.order_by("day"))
    )


def _by_day(event: str, since: datetime, *columns: Any) -> Select[Any]:
    """Return a query for the number of events of a kind by day and further columns."""
    day = func.date(EVENTS.c.time).label("day")
    return (
        select(day, *columns, func.count())
        .where(EVENTS.c.time >= without_zone(since), EVENTS.c.event == event)
        .group_by("day", *columns)
    )


def _holdout(since: datetime) -> Select[Any]:
    """Return a query for the requests of sellers who saw no suggestions."""
    shown = EVENTS.alias()
    earliest = without_zone(since - MAX_LISTING_TIME)
    return select(shown.c.request).where(
        shown.c.time >= earliest, shown.c.event == "shown", shown.c.policy == "holdout"
    )
