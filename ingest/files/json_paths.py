"""Which values of a JSON document are the records: those of a list, of an object, or the top."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from common.errors import InputError
from ingest.files.json_stream import Element
from ingest.files.nested import KeyCollector, flatten

MAX_PATHS = 200
"""Lists of a document that are told apart."""

_USUAL_NAMES = frozenset(
    ("products", "items", "listings", "offers", "articles", "goods", "entries", "edges")
    + ("data", "results", "rows", "records", "docs", "hits", "value", "list")
    + ("product", "item", "listing", "offer", "record", "row")
)
"""Names of the list of records in answers of shops' and search engines' interfaces."""


@dataclass(slots=True)
class Group:
    """The values of one path.

    Attributes:
        n_objects: number of objects among them.
        n_keys: number of keys of all of these.
        first: the first value.
    """

    path: str
    first: object
    n_objects: int = 0
    n_lists: int = 0
    n_keys: int = 0
    keys: KeyCollector = field(default_factory=KeyCollector)

    def add(self, value: object) -> None:
        """Count a value."""
        if isinstance(value, dict):
            self.n_objects += 1
            record = flatten(value)
            self.n_keys += len(record)
            self.keys.add(record)
        elif isinstance(value, list):
            self.n_lists += 1

    @property
    def is_usually_named(self) -> bool:
        """Whether the last name of the path is one that lists of records have."""
        name = self.path.removesuffix("[]").rpartition(".")[2]
        return name.casefold() in _USUAL_NAMES

    @property
    def is_alike(self) -> bool:
        """Whether the objects share their keys, as records do."""
        return self.n_objects >= 2 and 4 * len(self.keys.keys) <= 3 * self.n_keys


def choose_records(elements: Iterable[Element], name: str) -> Group:
    """Return the path whose values are the records; raises ``InputError`` when there is none."""
    groups: dict[str, Group] = {}
    for path, value, _ in elements:
        group = groups.get(path)
        if group is None:
            if len(groups) >= MAX_PATHS:
                continue
            group = groups[path] = Group(path, value)
        group.add(value)

    chosen = _choose(groups)
    if chosen is None:
        raise InputError(
            f"{name} does not hold one JSON object a line, nor a list of objects"
        )

    _refuse_columns(groups, chosen, name)
    return chosen


def _choose(groups: dict[str, Group]) -> Group | None:
    """Return the group of the records: values at the top, of a list, or of one object."""
    top = groups.get("")
    if top is not None and top.n_objects > 1:
        return top

    best = _best_list(groups)
    objects = groups.get("*")
    is_map = objects is not None and objects.is_alike
    if is_map and (best is None or not best.is_usually_named):
        return objects
    if best is not None:
        return best
    return top if top is not None and top.n_objects else None


def _best_list(groups: dict[str, Group]) -> Group | None:
    """Return the list that is most like a table: by its name, its length, and its depth."""
    lists = []
    for path, group in groups.items():
        has_rows = group.n_objects > 0 or group.n_lists > 1
        if path.endswith("[]") and has_rows:
            lists.append(group)

    return max(lists, key=_rank, default=None)


def _rank(group: Group) -> tuple[bool, int, int]:
    depth = group.path.count(".")
    return group.is_usually_named, group.n_objects, -depth


def _refuse_columns(groups: dict[str, Group], chosen: Group, name: str) -> None:
    """Refuse a table that is written column by column, as pandas does unless told otherwise."""
    remedy = "write it with orient='records', one object a row"
    has_row_numbers = chosen.path == "*" and all(map(str.isdigit, chosen.keys.keys))
    if has_row_numbers:
        raise InputError(f"{name} is written column by column: {remedy}")

    scalars = [
        path
        for path, group in groups.items()
        if path.endswith("[]") and not group.n_objects and not group.n_lists
    ]
    is_one_object = chosen.path == "" and chosen.n_objects == 1
    if is_one_object and 1 < len(scalars) == len(chosen.keys.keys):
        raise InputError(f"{name} is written column by column: {remedy}")
