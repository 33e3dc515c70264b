"""Nested records become flat ones: fields of an object one level deep are ``object.field``."""

from __future__ import annotations

from collections.abc import Mapping

MAX_COLUMNS = 10_000
"""Columns of a table; further keys are ignored."""


def flatten(record: Mapping[str, object]) -> Mapping[str, object]:
    """Return a record without objects and lists of objects.

    ``{"price": {"amount": 3}}`` becomes ``price.amount``, and of a list of objects, such as
    ``{"images": [{"src": "a.jpg"}]}``, ``images.src`` is the list ``["a.jpg"]``.
    """
    if not any(_is_nested(value) for value in record.values()):
        return record
    if len(record) == 1 and isinstance(inner := next(iter(record.values())), dict):
        # {"node": {...}}: interfaces of the GraphQL kind wrap every record.
        return flatten(inner)

    flat: dict[str, object] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            flat.update((f"{key}.{part}", inner) for part, inner in value.items())
        elif isinstance(value, list) and _is_nested(value):
            objects = [each for each in value if isinstance(each, dict)]
            parts = dict.fromkeys(part for each in objects for part in each)
            for part in parts:
                flat[f"{key}.{part}"] = [each.get(part) for each in objects]
        else:
            flat[key] = value
    return flat


class KeyCollector:
    """All keys of flat records, in the order in which they are first met."""

    def __init__(self) -> None:
        """Begin without keys."""
        self.keys: dict[str, None] = {}
        self.n_ignored = 0

    def add(self, record: Mapping[str, object]) -> None:
        """Add the keys of a record, up to ``MAX_COLUMNS``."""
        if record.keys() <= self.keys.keys():
            return
        for key in record:
            if key in self.keys or not key:
                continue
            if len(self.keys) < MAX_COLUMNS:
                self.keys[key] = None
            else:
                self.n_ignored += 1

    def notes(self) -> list[str]:
        """Return a sentence where keys were ignored."""
        if not self.n_ignored:
            return []
        return [f"keys after the first {MAX_COLUMNS:,} are ignored"]


def _is_nested(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value)
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
