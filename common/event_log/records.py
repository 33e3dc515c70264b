"""Records of the log: events, and kept listings, each as a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, TypeAlias

from common.errors import InputError
from common.event_lines import format_event, parse_event
from common.events import Event
from common.kept_listing import KeptListing

Record: TypeAlias = Event | KeptListing

SCHEMA = 3
"""Schema of a kept listing: versions that know events alone have lower ones, and leave its segment
alone."""

_BEGIN = f'{{"schema": {SCHEMA}, "kept_listing": '
_KEYS = tuple(field.name for field in fields(KeptListing))


def format_record(record: Record) -> str:
    """Return a record on one line: that of its event, or ``{"schema": 3, "kept_listing": {...}}``.

    The time is in UTC.
    """
    if not isinstance(record, KeptListing):
        return format_event(record)
    values = asdict(record) | {"time": record.time.astimezone(UTC).isoformat()}
    return json.dumps({"schema": SCHEMA, "kept_listing": values})


def parse_record(line: str) -> Record:
    """Return the record of a line that ``format_record`` made; raise ``InputError`` for another."""
    if not line.startswith(_BEGIN):
        return parse_event(line)
    try:
        return _parse_listing(json.loads(line)["kept_listing"])
    except (AttributeError, KeyError, TypeError, ValueError):
        # Without the line: it is what a seller wrote.
        raise InputError(
            f"a kept listing is an object with {', '.join(_KEYS)}"
        ) from None


def _parse_listing(values: Mapping[str, Any]) -> KeptListing:
    return KeptListing(
        request=values["request"],
        listing=values["listing"],
        seller=values["seller"],
        time=datetime.fromisoformat(values["time"]),
        fields=dict(values["fields"]),
        photos=tuple(values["photos"]),
    )
