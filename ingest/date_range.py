"""The rows of a table that were listed in a range of dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from common.errors import InputError
from ingest.readings import Readings
from ingest.source import RawRow, Source, SourceDescription
from ingest.tables import SAMPLE_ROWS

BATCH_ROWS = 4096


@dataclass(frozen=True, slots=True)
class DateRange:
    """From ``since`` on and before ``until``, both in UTC; ``None`` for no end."""

    since: datetime | None = None
    until: datetime | None = None

    def __contains__(self, time: datetime) -> bool:
        """Tell whether a time is in the range."""
        is_early = self.since is not None and time < self.since
        is_late = self.until is not None and time >= self.until
        return not (is_early or is_late)

    def __str__(self) -> str:
        """Return the range in words."""
        since = f" from {self.since:%Y-%m-%d} on" if self.since else ""
        until = f" before {self.until:%Y-%m-%d}" if self.until else ""
        return f"listed{since}{until}"


def range_of_days(since: datetime | None, until: datetime | None) -> DateRange | None:
    """Return the range from a day on and before another one, in UTC; ``None`` without both.

    Raises ``InputError`` where no time is in it.
    """
    if since is None and until is None:
        return None
    if since and until and since >= until:
        raise InputError(
            f"no row is listed from {since:%Y-%m-%d} on and before {until:%Y-%m-%d}:"
            " --since must be earlier than --until"
        )
    return DateRange(
        since and since.replace(tzinfo=UTC), until and until.replace(tzinfo=UTC)
    )


class DatedSource:
    """A source without the rows that were not listed in a range of dates, as a ``Source``.

    A row without a date that can be read is left out too; the description counts both.
    """

    def __init__(self, source: Source, dates: DateRange) -> None:
        """Filter a source; raises ``InputError`` where it has no column of dates."""
        if "listed_at" not in source.description.columns:
            raise InputError(
                "--since and --until choose rows by the column listed_at, and the table has none:"
                " name it with --map listed_at=COLUMN"
            )
        self._source = source
        self._dates = dates
        self._n_outside = self._n_undated = 0

    @property
    def description(self) -> SourceDescription:
        """What the table was taken for, with the number of rows that were left out."""
        description = self._source.description
        note = (
            f"dates: rows {self._dates} are taken; {self._n_outside:,} rows were listed at"
            f" another time, and {self._n_undated:,} without a date are left out too"
        )
        return replace(description, notes=[*description.notes, note])

    @property
    def readings(self) -> Readings:
        """The parsers of the cells of each field."""
        return self._source.readings

    def sample(self) -> Sequence[RawRow]:
        """Return the first rows of the range, from which spellings and the split are decided."""
        rows = (row for batch in self.batches(BATCH_ROWS) for row in batch)
        return list(islice(rows, SAMPLE_ROWS))

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Yield the rows of the range from the start, at most ``size`` at a time."""
        self._n_outside = self._n_undated = 0
        for batch in self._source.batches(size):
            yield [row for row in batch if self._is_wanted(row)]

    def fraction(self) -> float:
        """Return the fraction of the source that has been read, 0 to 1."""
        return self._source.fraction()

    def _is_wanted(self, row: RawRow) -> bool:
        """Tell whether a row is in the range, and count it where it is not."""
        try:
            time = self.readings.parsers["listed_at"](row.values.get("listed_at"))
        except ValueError:
            time = None
        if not time:
            self._n_undated += 1
            return False
        if time not in self._dates:
            self._n_outside += 1
            return False
        return True
