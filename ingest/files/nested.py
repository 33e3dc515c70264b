"""Nested records become flat ones: fields of an object are ``object.field``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

MAX_DEPTH = 3
"""Objects within objects that become columns."""

MAX_COLUMNS = 10_000
"""Columns of a table; further keys are ignored."""


def flatten(record: Mapping[str, object]) -> Mapping[str, object]:
    """Return a record without objects and lists of objects.

    ``{"price": {"amount": 3}}`` becomes ``price.amount``, and of a list of objects, such as
    ``{"images": [{"src": "a.jpg"}]}``, ``images.src`` is the list ``["a.jpg"]``. Values with a
    type, as MongoDB writes ``{"$oid": "65f0"}``, are the values alone; empty lists are left out.
    """
    if not any(_is_nested(value) for value in record.values()):
        return record
    if len(record) == 1 and isinstance(inner := next(iter(record.values())), dict):
        # {"node": {...}}: interfaces of the GraphQL kind wrap every record.
        return flatten(inner)

    flat: dict[str, object] = {}
    for key, value in record.items():
        flat.update(_flatten_value(key, _without_type(value), MAX_DEPTH))

    return flat


def _flatten_value(key: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value and depth:
        for part, inner in value.items():
            plain = _without_type(inner)
            yield from _flatten_value(
                f"{key}.{part}",
                plain,
                depth - 1,
            )
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from _flatten_objects(key, value)
    elif value not in ([], {}):
        # An empty list is no value, and no column beside those of lists with objects.
        yield key, value


def _flatten_objects(
    key: str, values: Sequence[object]
) -> Iterator[tuple[str, list[object]]]:
    """Yield a list for each key that the objects in a list have."""
    objects = [each for each in values if isinstance(each, dict)]
    parts = dict.fromkeys(part for each in objects for part in each)
    for part in parts:
        cells = [_without_type(each.get(part)) for each in objects]
        yield f"{key}.{part}", cells


def _without_type(value: object) -> object:
    """Return the value in ``{"$date": {"$numberLong": "1717178400000"}}``, others as they are."""
    while isinstance(value, dict) and len(value) == 1:
        ((name, inner),) = value.items()
        if not name.startswith("$"):
            break
        value = inner
    return value


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
    if isinstance(value, list):
        return not value or isinstance(value[0], dict)
    return isinstance(value, dict)
