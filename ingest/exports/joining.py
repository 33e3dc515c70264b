"""Joins the records of one listing, such as variants and photos, wherever they are in the file.

Listings wait in a bounded queue for further records, so that variations may come long after their
product. They leave it in the order of the file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.exports.cells import has, is_filled, text_of
from ingest.exports.form import PREVIOUS, Cells, ExportForm, Reference

ListingRecord = tuple[int, Cells, str, dict[str, str], str, int]
"""The arguments of ``ingest.source.RawRow`` in their order: line, cells by field, the reason why
the row cannot be used or ``""``, problems by field, text, and number of further records."""

GROUP = "group"
"""Name of the cell that holds the value of ``ExportForm.group``."""

MAX_WAITING = 20_000
"""Listings that wait for further records; the oldest one leaves for a new one."""

MAX_WAITING_CHARACTERS = 32_000_000
"""Characters of their texts, by the same rule."""

MAX_PHOTO_CELLS = 100
"""Cells of photos that are kept of one listing, so that an endless group costs no memory."""


def join_records(
    form: ExportForm, records: Iterable[ListingRecord]
) -> Iterator[ListingRecord]:
    """Yield the listings of records that ``form`` says are one; broken records stay alone."""
    queue = _Queue()
    for record in records:
        is_broken = record[2] != ""
        reference = Reference() if is_broken else _refer(form, record[1])
        if queue.join(reference.parent, record[1]):
            continue

        queue.append(record, reference.names)
        while queue.is_full():
            yield queue.pop_oldest()

    while queue.waiting:
        yield queue.pop_oldest()


@dataclass(slots=True)
class _Waiting:
    """A listing that may get further records, and the names by which they refer to it."""

    listing: ListingRecord
    names: tuple[str, ...]
    merged: int = 0


class _Queue:
    """Listings in the order of the file, found by name."""

    def __init__(self) -> None:
        self.waiting: deque[_Waiting] = deque()
        self._by_name: dict[str, _Waiting] = {}
        self._n_characters = 0

    def join(self, parent: str, values: Cells) -> bool:
        """Add the cells of a record to the listing it refers to, and return whether it waits."""
        target = self._by_name.get(parent)
        if target is None:
            return False
        _add(target.listing[1], values)
        target.merged += 1
        return True

    def append(self, record: ListingRecord, names: tuple[str, ...]) -> None:
        """Let a record wait as a new listing."""
        waiting = _Waiting(record, names)
        self.waiting.append(waiting)
        for name in names:
            self._by_name[name] = waiting
        is_broken = record[2] != ""
        if not is_broken:
            self._by_name[PREVIOUS] = waiting

        text = record[4]
        self._n_characters += len(text)

    def is_full(self) -> bool:
        """Return whether a bound is exceeded."""
        n_waiting = len(self.waiting)
        if n_waiting > MAX_WAITING:
            return True
        return n_waiting > 0 and self._n_characters > MAX_WAITING_CHARACTERS

    def pop_oldest(self) -> ListingRecord:
        """Return the oldest listing, and forget its names."""
        oldest = self.waiting.popleft()
        for name in (*oldest.names, PREVIOUS):
            # A later listing may have taken the name over.
            if self._by_name.get(name) is oldest:
                del self._by_name[name]

        line, values, broken, problems, text, _ = oldest.listing
        self._n_characters -= len(text)
        return line, values, broken, problems, text, oldest.merged


def _refer(form: ExportForm, values: Cells) -> Reference:
    """Return what a record belongs to, by the form's own rule or by equal values of its group."""
    if form.refer is not None:
        return form.refer(values)

    key = text_of(values, GROUP)
    if key:
        return Reference(names=(key,), parent=key)

    # Some editors leave the key of further rows empty, as they do with the title.
    return Reference() if has(values, "title") else Reference(parent=PREVIOUS)


def _add(first: Cells, values: Cells) -> None:
    """Fill the gaps of a listing in place by the cells of a further record."""
    for key, cell in values.items():
        if key == "photos":
            own = _as_list(first.get(key))
            photos = [*own, *_as_list(cell)]
            first[key] = photos[:MAX_PHOTO_CELLS]
            continue

        is_gap = not has(first, key)
        if is_gap and is_filled(cell):
            first[key] = cell


def _as_list(cell: object) -> list[object]:
    if isinstance(cell, list):
        return cell
    return [cell] if is_filled(cell) else []
