"""Opens a table: its records become rows of our fields, and its columns get a meaning."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice, starmap
from pathlib import Path

from ingest import exports
from ingest.column_contents import leave_out_codes, leave_out_rivals
from ingest.columns import MatchedColumns, match_columns
from ingest.exports import ExportForm
from ingest.exports.cells import is_filled
from ingest.files import RecordFile, open_together
from ingest.options import ReadOptions
from ingest.readings import Readings, read_columns
from ingest.source import RawRow, SourceDescription

SAMPLE_ROWS = 20_000
"""Rows from which the meaning of the columns is decided."""

NESTED_FORMATS = ("json", "jsonl", "parquet", "xml")
"""Formats in which a cell may be a list."""

ONE_VALUE = frozenset(
    ["price", "currency", "brand", "condition", "size", "colour", "seller_id"]
    + ["listed_at", "sold_at", "language", "shipping_fee", "weight"]
)
"""Fields of which a listing has one value."""

FORM_ROWS = 200
"""Records from which an export form is recognised, where its columns do not prove it."""

MAX_SAMPLE_CHARACTERS = 64_000_000
"""Characters of text at which the sample ends early."""

BATCH_CHARACTERS = 32_000_000
"""Characters of text at which a batch ends early, so that long rows cost no more memory."""


def open_table(path: Path, options: ReadOptions | None = None) -> Table:
    """Recognise a table, match its columns to our fields, and decide what they mean.

    Raises ``InputError`` for a file that is missing, empty or no table, or that has no column to
    work with.
    """
    return open_tables([path], options)


def open_tables(paths: Sequence[Path], options: ReadOptions | None = None) -> Table:
    """Open several files as one table; what its columns mean is decided once for all of them."""
    options = options or ReadOptions()
    file = open_together(paths, options)
    records = _first_records(file)
    form = exports.recognise(file.columns, records, options.form)
    matched = _match(file.columns, records, form, options, str(paths[0]))
    rows = partial(_rows, file, matched, form)

    unwanted = _unwanted_fields(options)
    sample = _take_sample(rows(unwanted))
    readings = _read(sample, matched, options, form)
    left_out = unwanted.union(readings.left_out)
    matched = _without_shared(matched, left_out)
    table = Table(file, partial(rows, left_out), form, matched, readings)
    # Unless a column turned out to say nothing, the rows are those that were just read.
    if form is None:
        table.first = [_without(row, readings.left_out) for row in sample]
    elif not readings.left_out:
        table.first = sample
    return table


def _without_shared(
    matched: MatchedColumns, left_out: Collection[str]
) -> MatchedColumns:
    """Leave out a field whose column is read as another field's: it turned out to be that one."""
    columns = matched.columns
    is_shared = columns.get("shipping_fee") == columns.get("shipping_payer")
    if not is_shared or "shipping_fee" not in left_out:
        return matched
    kept = {name: of for name, of in columns.items() if name != "shipping_fee"}
    return replace(matched, columns=kept)


def _without(row: RawRow, left_out: Collection[str]) -> RawRow:
    """Return a row of a table without a form, without the cells of some fields."""
    if not left_out:
        return row
    kept = {name: cell for name, cell in row.values.items() if name not in left_out}
    return replace(row, values=kept)


def _unwanted_fields(options: ReadOptions) -> set[str]:
    """Return the fields that ``--map field=`` leaves out."""
    return {name for name, column in options.mapping.items() if not column}


def _match(
    columns: Sequence[str],
    records: Sequence[Mapping[str, object]],
    form: ExportForm | None,
    options: ReadOptions,
    name: str,
) -> MatchedColumns:
    """Match columns by their names and, where no form decides, by what the first cells hold."""
    matched = match_columns(columns, options.mapping, name, form)
    if form is not None:
        return matched

    matched = leave_out_rivals(matched, records)
    # A title that is asked for may be a code.
    if options.mapping.get("title"):
        return matched
    return leave_out_codes(matched, records, name)


@dataclass(slots=True)
class Table:
    """A table as ``ingest.source.Source``.

    Attributes:
        file: Its records.
        rows: Reads its rows from the start.
        form: The recognised form of export.
        matched: Its columns and our fields.
        readings: What the cells of each field mean.
        first: Its first rows, as long as they are kept.
    """

    file: RecordFile
    rows: Callable[[], Iterator[RawRow]]
    form: ExportForm | None
    matched: MatchedColumns
    readings: Readings
    first: Sequence[RawRow] = ()

    @property
    def description(self) -> SourceDescription:
        """What the table was taken for."""
        form = self.form
        return SourceDescription(
            kind=form.name if form else self.file.format,
            columns=self.matched.columns,
            unmatched=self.matched.unmatched,
            similar=self.matched.similar,
            notes=(*self.file.notes, *(form.notes if form else ())),
            readings=self.readings.readings,
        )

    def sample(self) -> Sequence[RawRow]:
        """Return the first rows, at most ``SAMPLE_ROWS``."""
        return self.first or _take_sample(self.rows())

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Yield the rows from the start, at most ``size`` at a time."""
        self.first = ()
        batch: list[RawRow] = []
        n_characters = 0
        for row in self.rows():
            batch.append(row)
            n_characters += len(row.source)
            if len(batch) >= size or n_characters > BATCH_CHARACTERS:
                yield batch
                batch = []
                n_characters = 0
        if batch:
            yield batch

    def fraction(self) -> float:
        """Return the fraction of the file that has been read, 0 to 1."""
        return self.file.fraction()


def _rows(
    file: RecordFile,
    matched: MatchedColumns,
    form: ExportForm | None,
    left_out: Collection[str],
) -> Iterator[RawRow]:
    """Read the rows from the start, without the fields in ``left_out``."""
    columns = matched.columns
    if form is None:
        read = {name: of for name, of in columns.items() if name not in left_out}
        rows = _plain_rows(file, read, matched.listed)
    else:
        records = file.records(exports.columns_to_read(form, columns))
        rows = starmap(RawRow, exports.read_listings(form, columns, records, left_out))
    return map(_take_first, rows) if file.format in NESTED_FORMATS else rows


def _take_first(row: RawRow) -> RawRow:
    """Return a row with the first filled value where a field of one value has a list of them.

    Such are the prices of a product's variants: its price is that of the first one.
    """
    lists = {
        name: next(filter(is_filled, cell), None)
        for name, cell in row.values.items()
        if isinstance(cell, list) and name in ONE_VALUE
    }
    return replace(row, values={**row.values, **lists}) if lists else row


def _plain_rows(
    file: RecordFile, columns: Mapping[str, Sequence[str]], listed: Collection[str]
) -> Iterator[RawRow]:
    """Yield a row for each record.

    Of several columns of a field the first filled one counts, and of ``listed`` fields all.
    """
    names = tuple(dict.fromkeys(chain.from_iterable(columns.values())))
    single, several = _find_cells(columns, names)

    for number, cells, text, reason in file.records(names):
        values: dict[str, object] = {}
        if cells is not None:
            values = {field: cells[index] for field, index in single}
            for field, indices in several:
                filled = list(filter(is_filled, [cells[index] for index in indices]))
                values[field] = filled if field in listed else _first(filled)
        yield RawRow(number, values, broken=reason, source=text)


def _find_cells(
    columns: Mapping[str, Sequence[str]], names: Sequence[str]
) -> tuple[list[tuple[str, int]], list[tuple[str, list[int]]]]:
    """Return the index of the cell of each field with one column, and those of the others."""
    single: list[tuple[str, int]] = []
    several: list[tuple[str, list[int]]] = []
    for field, of_field in columns.items():
        indices = [names.index(name) for name in of_field]
        # Nearly all fields have one column, and taking its cell is faster than joining several.
        if len(indices) == 1:
            single.append((field, indices[0]))
        else:
            several.append((field, indices))
    return single, several


def _first(cells: Sequence[object]) -> object:
    return cells[0] if cells else None


def _first_records(file: RecordFile) -> list[dict[str, object]]:
    records = islice(file.records(file.columns), FORM_ROWS)
    return [
        dict(zip(file.columns, cells, strict=True))
        for _, cells, _, _ in records
        if cells is not None
    ]


def _take_sample(rows: Iterator[RawRow]) -> list[RawRow]:
    sample = []
    n_characters = 0
    for row in islice(rows, SAMPLE_ROWS):
        sample.append(row)
        n_characters += len(row.source)
        if n_characters > MAX_SAMPLE_CHARACTERS:
            break
    return sample


def _read(
    sample: Sequence[RawRow],
    matched: MatchedColumns,
    options: ReadOptions,
    form: ExportForm | None,
) -> Readings:
    usable = [row for row in sample if not row.broken]
    cells = _cells_by_field(usable)
    names = {name: columns[0] for name, columns in matched.columns.items()}
    currency = form.currency if form else ""
    basis = form.price_basis if form else ""
    return read_columns(cells, names, options, currency, basis)


def _cells_by_field(rows: Sequence[RawRow]) -> dict[str, list[object]]:
    """Return a cell of each row for every field that any row has."""
    fields = dict.fromkeys(name for row in rows for name in row.values)
    cells: dict[str, list[object]] = {name: [] for name in fields}
    for row in rows:
        for name, column in cells.items():
            # A cell that the form finds fault with says nothing about the others.
            is_bad = name in row.problems
            column.append(None if is_bad else row.values.get(name))

    return cells
