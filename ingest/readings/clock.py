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
    rest = text
    if found := _TIME.match(text):
        half = found["before"] or found["after"]
        date = date.replace(
            hour=_to_24_hours(int(found["hour"]), half),
            minute=int(found["minute"] or 0),
            second=int(found["second"] or 0),
        )
        rest = text[found.end() :]

    zone = rest.strip()
    return date.replace(tzinfo=_parse_zone(zone)) if zone else date


def _to_24_hours(hour: int, half: str | None) -> int:
    if not half:
        return hour

    # 12 is the first hour of each half of a day.
    is_afternoon = half.casefold().replace(".", "") in ("pm", "午後")
    if is_afternoon:
        return hour + 12 if hour < 12 else hour
    return 0 if hour == 12 else hour


def _parse_zone(text: str) -> timezone:
    found = _ZONE.fullmatch(text)
    name = (found["name"] or "z").casefold() if found else ""
    if not found or name not in _ZONE_HOURS:
        raise ValueError(f"{text!r} is no time zone")

    # The offset counts where there is one: "GMT+0900" is nine hours east.
    if not found["sign"]:
        return timezone(timedelta(hours=_ZONE_HOURS[name]))
    hours = int(found["hours"])
    minutes = int(found["minutes"] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if found["sign"] == "+" else -offset)
