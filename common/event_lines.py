"""Events as lines of JSON, with the version of their schema."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from common.attributes import attribute_names, attributes_of
from common.errors import InputError
from common.event_checks import check, check_choice
from common.events import (
    Event,
    Listed,
    Outcome,
    Shown,
    ShownAmount,
    ShownCandidate,
    Sold,
)
from common.store.artifacts import newer_schema

SCHEMA = 4
"""Version of the schema; a newer one is refused. Schema 3 is that of kept listings.

Before schema 4 ``variant``, which was always empty, stood in the place of ``experiments``.
"""

NEW_EVENTS = (Listed, Sold)
NEW_KEYS: Mapping[str, Any] = {
    "id": "",
    "seller": "",
    "action": "",
    "policy": "greedy",
    "seconds": None,
}
"""What schema 1 does not have, with what stands for none of it.

An event without any of it is written as schema 1.
"""

EVENTS: Mapping[str, type[Event]] = {
    "shown": Shown,
    "outcome": Outcome,
    "listed": Listed,
    "sold": Sold,
}
PARTS = {"candidates": ShownCandidate, "amounts": ShownAmount}
"""Classes of the JSON objects in the lists of an event."""

MAPS = {
    "versions": '{"price": "0123abcd"}',
    "experiments": '{"top-3": "three"}',
}
"""Keys whose values are JSON objects, each with an example."""


def format_event(event: Event) -> str:
    """Return an event as a JSON object on one line, without the end of the line.

    ``{"schema": 1, "event": "outcome", "request": ...}``; the time is in UTC. An event that
    earlier versions know is written as they write it, so that they read it.
    """
    values = to_values(event) | {"time": event.time.astimezone(UTC).isoformat()}
    for key, none in NEW_KEYS.items():
        if values.get(key, none) == none:
            values.pop(key, None)

    schema = _schema_of(event, values)
    if schema < SCHEMA:
        values = _rename(values, "experiments", "variant", "")
    return json.dumps({"schema": schema, "event": name_of(event), **values})


def _schema_of(event: Event, values: Mapping[str, Any]) -> int:
    """Return the lowest version of the schema that has all that an event says."""
    if values.get("experiments"):
        return SCHEMA
    is_new = isinstance(event, NEW_EVENTS) or any(key in values for key in NEW_KEYS)
    return 2 if is_new else 1


def to_values(event: Event) -> dict[str, Any]:
    """Return the attributes of an event as JSON has them, but for the time, which is unchanged."""
    values = attributes_of(event)
    for name in PARTS.keys() & values.keys():
        values[name] = [attributes_of(part) for part in values[name]]
    return values


def name_of(event: Event) -> str:
    """Return the name of an event's class: a key of ``EVENTS``."""
    return next(name for name, cls in EVENTS.items() if isinstance(event, cls))


def parse_event(line: str) -> Event:
    """Return the event of a line that ``format_event`` made.

    Raises ``InputError`` that names the missing or illegal key, and a legal value of it.
    """
    try:
        values = json.loads(line)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not isinstance(values.get("schema"), int):
        raise InputError('the line is no event, which begins with {"schema": 1, ')

    schema = values.pop("schema")
    if schema > SCHEMA:
        raise InputError(newer_schema("the event", schema, SCHEMA))
    if schema < SCHEMA:
        values = _rename(values, "variant", "experiments", {})
    name = values.pop("event", None)
    check_choice("event", name, tuple(EVENTS))

    event: Event = _build(
        EVENTS[name],
        {name: _parse_value(name, value) for name, value in values.items()},
    )
    return event


def _rename(
    values: Mapping[str, Any], old: str, new: str, value: object
) -> dict[str, Any]:
    """Return values where a key, if it is there, has another name and value in its place."""
    return {
        new if key == old else key: value if key == old else given
        for key, given in values.items()
    }


def _build(cls: type[Any], values: Any) -> Any:
    """Return an event or a part of one from the values of its JSON object."""
    names = attribute_names(cls)
    is_object = isinstance(values, dict)
    if not is_object or tuple(values) != names:
        check(cls.__name__, is_object, f"an object with {', '.join(names)}")
        _check_keys(cls, values, names)
    return cls(**values)


def _check_keys(cls: type[Any], values: Any, names: Sequence[str]) -> None:
    """Raise ``InputError`` for keys that are missing, or that a class does not have."""
    missing = [name for name in names if name not in values and name not in NEW_KEYS]
    if missing:
        raise InputError(f"{cls.__name__} of an event lacks {', '.join(missing)}")
    # Without the unknown keys themselves: they may be what a seller wrote.
    if not set(values) <= set(names):
        raise InputError(
            f"{cls.__name__} of an event has other keys than {', '.join(names)}"
        )


def _parse_value(name: str, value: Any) -> Any:
    """Return a value for which JSON has no type as it is in an event, others as they are."""
    if name == "time":
        try:
            return datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return None  # which is refused with an example
    if name in MAPS:
        check(name, isinstance(value, dict), f"an object such as {MAPS[name]}")
    if name in PARTS:
        check(name, isinstance(value, list), "a list of objects")
        return tuple(_build(PARTS[name], part) for part in value)
    return value
