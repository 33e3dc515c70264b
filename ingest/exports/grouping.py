"""From the records of an export to the cells of its listings, by field of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ingest.exports.cells import has, is_filled
from ingest.exports.form import Cells, ExportForm
from ingest.exports.joining import GROUP, ListingRecord, join_records

Record = tuple[int, Sequence[object] | None, str, str]
"""Line, cells or ``None``, text, and the reason where there are none, as in ``ingest.files``."""

_Indices = Sequence[tuple[str, Sequence[int]]]


def columns_to_read(
    form: ExportForm, columns: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return every column that ``read_listings`` needs.

    ``columns`` are those of each field, as matched to the table: of the form, or as ``--map`` says.
    """
    needed: list[str] = []
    for names in (*columns.values(), *form.extra.values()):
        needed.extend(names)
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
    of a listing, the first cell that is filled counts, and of photos all. Fields in ``left_out``
    are not set. Memory does not grow with the number of records.
    """
    listings = _name_all(form, columns, records)
    if form.group or form.refer is not None:
        listings = join_records(form, listings)

    for listing in listings:
        is_broken = listing[2] != ""
        yield listing if is_broken else _finish(form, listing, left_out)


def _name_all(
    form: ExportForm,
    columns: Mapping[str, Sequence[str]],
    records: Iterable[Record],
) -> Iterator[ListingRecord]:
    """Yield every record as a listing of its own, its cells by field."""
    indices = _find_indices(form, columns)
    for line, cells, text, reason in records:
        values: Cells = {}
        if cells is not None:
            values = _name_cells(cells, indices)
        yield line, values, reason, {}, text, 0


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
        # Most fields have one column, and this runs for every row of a table.
        if len(positions) == 1:
            values[key] = cells[positions[0]]
            continue

        candidates = [cells[i] for i in positions]
        filled = filter(is_filled, candidates)
        if key == "photos":
            values[key] = list(filled)
        else:
            values[key] = next(filled, candidates[0])
    return values


def _finish(
    form: ExportForm, listing: ListingRecord, left_out: Collection[str]
) -> ListingRecord:
    """Convert the cells of a listing to ours."""
    line, values, broken, problems, text, merged = listing
    if form.convert is not None:
        values, problems = form.convert(values)

    has_language = has(values, "language")
    if form.language and not has_language:
        values["language"] = form.language

    # What only the conversion needed is no field of ours.
    for name in (*form.extra, GROUP, *left_out):
        values.pop(name, None)
        problems.pop(name, None)
    return line, values, broken, problems, text, merged
