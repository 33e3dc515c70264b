"""From the records of an export to the cells of its listings: variants and photos are joined."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ingest.exports.cells import is_filled, to_text
from ingest.exports.form import Cells, ExportForm

Record = tuple[int, Sequence[object] | None, str, str]
"""Line, cells or ``None``, text, and the reason where there are none, as in ``ingest.files``."""

ListingRecord = tuple[int, Cells, str, dict[str, str], str, int]
"""The arguments of ``ingest.source.RawRow`` in their order: line, cells by field, the reason why
the row cannot be used or ``""``, problems by field, text, and number of further records."""

GROUP = "group"
"""Name of the cell that holds the value of ``ExportForm.group``."""

MAX_PHOTO_CELLS = 100
"""Cells of photos that are kept of one listing, so that an endless group costs no memory."""

_Indices = Sequence[tuple[str, Sequence[int]]]


def columns_to_read(
    form: ExportForm, columns: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return every column that ``read_listings`` needs.

    ``columns`` are those of each field, as matched to the table: of the form, or as ``--map`` says.
    """
    needed = [name for names in columns.values() for name in names]
    needed += [name for names in form.extra.values() for name in names]
    if form.group:
        needed.append(form.group)
    return tuple(dict.fromkeys(needed))


def read_listings(
    form: ExportForm,
    columns: Mapping[str, Sequence[str]],
    records: Iterable[Record],
    left_out: Collection[str] = (),
) -> Iterator[ListingRecord]:
    """Yield the listings of an export, their cells converted to our fields.

    The cells of ``records`` are in the order of ``columns_to_read(form, columns)``. Of the records
    of a group, the first cell that is filled counts, and of photos all. Fields in ``left_out`` are
    not set. One group is in memory.
    """
    indices = _find_indices(form, columns)
    is_grouped = bool(form.group) or form.continues is not None
    current: ListingRecord | None = None

    for line, cells, text, reason in records:
        if cells is None:
            yield line, {}, reason, {}, text, 0
            continue

        values = _name_cells(cells, indices)
        if not is_grouped:
            yield _finish(form, (line, values, "", {}, text, 0), left_out)
        elif current is not None and _continues(form, current[1], values):
            _add(current[1], values)
            current = (*current[:5], current[5] + 1)
        else:
            if current is not None:
                yield _finish(form, current, left_out)
            current = (line, values, "", {}, text, 0)

    if current is not None:
        yield _finish(form, current, left_out)


def _find_indices(form: ExportForm, columns: Mapping[str, Sequence[str]]) -> _Indices:
    """Return where the cells of each field lie in a record; looked up once for all records."""
    positions = {
        name: index for index, name in enumerate(columns_to_read(form, columns))
    }
    named = {**form.extra, **columns}
    if form.group:
        named[GROUP] = (form.group,)
    return [
        (key, [positions[name] for name in names])
        for key, names in named.items()
        if names
    ]


def _name_cells(cells: Sequence[object], indices: _Indices) -> Cells:
    """Return the cells of a record by field."""
    values: Cells = {}
    for key, positions in indices:
        if key == "photos" and len(positions) > 1:
            values[key] = [cells[i] for i in positions if is_filled(cells[i])]
        elif len(positions) == 1:
            values[key] = cells[positions[0]]
        else:
            filled = (cells[i] for i in positions if is_filled(cells[i]))
            values[key] = next(filled, cells[positions[0]])
    return values


def _continues(form: ExportForm, first: Cells, values: Cells) -> bool:
    """Tell whether a record belongs to the listing whose first record is given."""
    if form.continues is not None:
        return form.continues(first, values)

    key = to_text(values.get(GROUP))
    if not key:
        # Some editors leave the key of further rows empty, as they do with the title.
        return not is_filled(values.get("title"))
    return key == to_text(first.get(GROUP))


def _add(first: Cells, values: Cells) -> None:
    """Fill the gaps of a listing in place by the cells of a further record."""
    for key, cell in values.items():
        if key == "photos":
            photos = [*_as_list(first.get(key)), *_as_list(cell)]
            first[key] = photos[:MAX_PHOTO_CELLS]
        elif is_filled(cell) and not is_filled(first.get(key)):
            first[key] = cell


def _finish(
    form: ExportForm, listing: ListingRecord, left_out: Collection[str]
) -> ListingRecord:
    """Convert the cells of a listing to ours."""
    line, values, broken, problems, text, merged = listing
    if form.convert is not None:
        values, problems = form.convert(values)
    if form.language and not is_filled(values.get("language")):
        values["language"] = form.language

    for name in (*form.extra, GROUP, *left_out):
        values.pop(name, None)
        problems.pop(name, None)
    return line, values, broken, problems, text, merged


def _as_list(cell: object) -> list[object]:
    if isinstance(cell, list):
        return cell
    return [cell] if is_filled(cell) else []
