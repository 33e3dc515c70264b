"""Dates that are numbers: epochs in seconds and smaller units, digits, serials of a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from common.validation.texts import quote

DIGITS = "digits"
SERIAL = "serial"

_EPOCHS = {
    "seconds": 1,
    "milliseconds": 10**3,
    "microseconds": 10**6,
    "nanoseconds": 10**9,
}
"""Units of an epoch and how many are a second."""

_FIRST, _LAST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Dates between which a listing may be; only they decide what the numbers of a column are."""

_DIGIT_FORMATS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_SERIAL_START = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of Excel, LibreOffice and Google Sheets (with the leap day that 1900 never had)."""


@dataclass(frozen=True, slots=True)
class NumberKind:
    """What the numbers of a column of dates are: ``DIGITS``, ``SERIAL`` or a unit of an epoch."""

    name: str = ""

    def to_date(self, text: str) -> datetime | None:
        """Return the date of a number, ``None`` for 0; raises ``ValueError`` for others."""
        number = float(text)
        if not number:
            return None
        date = _convert(text, number, self.name) if self.name else None
        if date is None:
            what = f"a date ({self.name})" if self.name else "a date"
            raise ValueError(f"{quote(text)} is not {what} from 1980 to 2099")
        return date


def decide_kind(counts: Mapping[str, int]) -> NumberKind:
    """Return the kind by which most of a column's numbers are dates; the texts are numbers."""
    votes = Counter[str]()
    for text, number in counts.items():
        value = float(text)
        # Digits come first: 202405311800 may be milliseconds of 1976, when nobody listed.
        for name in (DIGITS, *_EPOCHS, SERIAL):
            if _convert(text, value, name):
                votes[name] += number
                break
    return NumberKind(votes.most_common(1)[0][0]) if votes else NumberKind()


def _convert(text: str, number: float, name: str) -> datetime | None:
    """Return the date of a number of a kind, or ``None`` where it is not within the range."""
    try:
        if name == DIGITS:
            date = datetime.strptime(text, _DIGIT_FORMATS[len(text)]).replace(
                tzinfo=UTC
            )
        elif name == SERIAL:
            # A workbook counts days, and rounds its seconds.
            seconds = round(number * 86_400)
            date = _SERIAL_START + timedelta(seconds=seconds)
        else:
            date = datetime.fromtimestamp(number / _EPOCHS[name], UTC)
    except (ValueError, KeyError, OverflowError, OSError):
        return None
    return date if _FIRST <= date < _LAST else None
