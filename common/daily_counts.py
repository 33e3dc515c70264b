"""What sellers did on each of the last days, as counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldDay:
    """What sellers did with the suggestions for a field on a day.

    Attributes:
        day: the day of UTC, such as ``2026-11-29``.
        field: the field of the listing.
        accepted: outcomes with one of the suggested values.
        changed: outcomes with another value.
        ignored: outcomes whose field was left empty.
    """

    day: str
    field: str
    accepted: int
    changed: int
    ignored: int


@dataclass(frozen=True, slots=True)
class ListingDay:
    """Items that were put up on a day.

    Attributes:
        day: the day of UTC.
        with_suggestions: those of sellers who saw suggestions.
        holdout: those of sellers of the holdout, who saw none.
    """

    day: str
    with_suggestions: int
    holdout: int


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """What sellers did, the oldest day first; days on which nothing happened are missing.

    Attributes:
        fields: a count for each field of each day, without the holdout.
        listings: a count for each day.
    """

    fields: tuple[FieldDay, ...]
    listings: tuple[ListingDay, ...]
