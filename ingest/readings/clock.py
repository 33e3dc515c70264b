"""Times of day and time zones as people and shops write them: ``6:00 PM PDT``, ``18時30分``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_ZONE_HOURS = {
    **dict.fromkeys(["z", "utc", "gmt", "wet"], 0),
    **dict.fromkeys(["cet", "bst", "west", "mez"], 1),
    **dict.fromkeys(["cest", "eet", "mesz"], 2),
    **{"eest": 3, "msk": 3, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "ist": 5.5},
    **{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6},
    **{"pst": -8, "pdt": -7, "brt": -3},
}
"""Hours east of UTC by the names of time zones that shops print."""

_HALF = r"午前|午後|[AaPp]\.?[Mm]\b\.?"
_TIME = re.compile(
    r"[\sT,]*(?:(?:at|um|à|alle|a las)\s+)?"
    rf"(?P<before>{_HALF})?\s*"
    r"(?P<hour>\d{1,2})[:時h](?P<minute>\d{1,2})?[分:]?(?:(?P<second>\d{1,2})秒?)?"
    rf"(?:[.,]\d+)?\s*(?P<after>{_HALF})?(?:\s*Uhr)?"
)
_ZONE = re.compile(
    r"\s*\(?(?P<name>[A-Za-z]{1,4})?\s*"
    r"(?:(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?)?\)?"
    r"(?:\s*\([^)]*\)|\s+[A-Z]{3,4})?\s*"
)


def add_time(date: datetime, text: str) -> datetime:
    """Return a date with the time of day and the time zone that a text says.

    Without a zone it stays without one. Raises ``ValueError`` for what is no time.
    """
    found = _TIME.match(text)
    if found:
        date = date.replace(
            hour=_to_24_hours(int(found["hour"]), found["before"] or found["after"]),
            minute=int(found["minute"] or 0),
            second=int(found["second"] or 0),
        )
    zone = text[found.end() if found else 0 :].strip()
    return date.replace(tzinfo=_parse_zone(zone)) if zone else date


def _to_24_hours(hour: int, half: str | None) -> int:
    is_afternoon = (half or "").casefold().replace(".", "") in ("pm", "午後")
    if is_afternoon and hour < 12:
        return hour + 12
    return 0 if half and not is_afternoon and hour == 12 else hour


def _parse_zone(text: str) -> timezone:
    found = _ZONE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no time zone")

    hours = _ZONE_HOURS.get((found["name"] or "z").casefold())
    if hours is None:
        raise ValueError(f"{text!r} is no time zone")
    # The offset counts where there is one: "GMT+0900" is nine hours east.
    if found["sign"]:
        shift = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        return timezone(shift if found["sign"] == "+" else -shift)
    return timezone(timedelta(hours=hours))
