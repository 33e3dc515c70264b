"""Excel workbooks: the first sheet with a table, its cells as Excel holds them."""

from __future__ import annotations

import itertools
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

# Types alone: defusedxml parses.
from xml.etree.ElementTree import ParseError  # nosec B405

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from common.errors import InputError
from ingest.files.headers import filled_width, find_header, name_columns
from ingest.files.number_formats import currency_signs, with_sign
from ingest.files.packed import File
from ingest.files.record_file import Record
from ingest.files.totals import is_total

SAMPLE_ROWS = 300
BATCH_ROWS = 1_000
MAX_UNPACKED_BYTES = 4_000_000_000
"""Bytes of an unpacked workbook above which it is refused: its texts are all held in memory."""

_DAMAGE = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    DefusedXmlException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    AssertionError,
)
"""What openpyxl raises for files that other programs wrote wrongly."""

_ERRORS = frozenset(
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"]
)


@dataclass(frozen=True, slots=True)
class _SampleRow:
    cells: list[str]


class Workbook:
    """A workbook; the number of a record is that of its row in the sheet, from 1."""

    format = "xlsx"

    def __init__(self, file: File) -> None:
        """Find the sheet and its header; raises ``InputError`` when no sheet holds a table."""
        self._file = file
        self._n_read = 0
        with self._open() as book:
            self._sheet, rows, self._n_rows = self._find_sheet(book)
            formatted = book[self._sheet].iter_rows(max_row=SAMPLE_ROWS)
            self._signs = currency_signs(formatted)

        self._header_row, header, notes = _find_names(rows)
        self._width = len(header)
        self.columns, renamed = name_columns(header)
        self._notes = [f"sheet: {self._sheet!r}", *notes, *renamed]

    @property
    def notes(self) -> Sequence[str]:
        """Which sheet is read, and where its header is."""
        return self._notes

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the rows below the header; empty ones are skipped."""
        self._n_read = 0
        indices = [self.columns.index(name) for name in columns]
        signs = [self._signs.get(index, "") for index in indices]
        sources = list(zip(indices, signs, strict=True))
        with self._open() as book:
            for number, cells in self._body(book[self._sheet]):
                picked = [_pick(cells, index, sign) for index, sign in sources]
                yield number, picked, "", ""

    def _body(self, sheet: Any) -> Iterator[tuple[int, list[object]]]:
        """Yield number and cells of the filled rows that do not repeat the header."""
        rows = _without_total(self._rows(sheet))
        for number, cells in enumerate(rows, start=1):
            self._n_read = number
            if number <= self._header_row or _is_blank(cells):
                continue

            names = [_as_text(cell).strip() for cell in cells[: self._width]]
            if names != self.columns:
                yield number, cells

    def fraction(self) -> float:
        """Return the fraction of the rows that has been read, 0 to 1."""
        return min(1.0, self._n_read / max(1.0, float(self._n_rows)))

    def _find_sheet(self, book: Any) -> tuple[str, list[list[object]], int]:
        """Return name, first rows and number of rows of the first sheet with a table."""
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            n_rows = sheet.max_row or 0
            rows = list(itertools.islice(self._rows(sheet), SAMPLE_ROWS))
            # A cover sheet has notes, one below the other; a table has rows of several cells.
            n_wide = sum(sum(cell is not None for cell in row) > 1 for row in rows)
            if n_wide >= 2:
                return sheet.title, rows, n_rows

        raise InputError(
            f"{self._file.path} has no sheet with a table: a header and a row below it"
        )

    def _rows(self, sheet: Any) -> Iterator[list[object]]:
        # Some programs write a wrong size into the sheet, and rows would be cut.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True)
        while True:
            # Within the batch, because warnings are settings of the whole process.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                batch = list(itertools.islice(rows, BATCH_ROWS))
            if not batch:
                return
            for row in batch:
                yield [None if cell in _ERRORS or cell == "" else cell for cell in row]

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with self._file.open_seekable() as stream:
            try:
                _refuse_bomb(self._file, stream)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    book = openpyxl.load_workbook(
                        stream, read_only=True, data_only=True
                    )
                try:
                    yield book
                finally:
                    book.close()
            except _DAMAGE as error:
                raise InputError(
                    f"{self._file.path} is a damaged workbook ({_detail(error)}):"
                    " open it in Excel and save it again, or as CSV"
                ) from None


def _without_total(rows: Iterator[list[object]]) -> Iterator[list[object]]:
    """Leave out a last row that is a total; empty rows may follow it."""
    total: list[list[object]] = []
    for cells in rows:
        is_filled = any(cell is not None for cell in cells)
        if total and is_filled:
            yield from total
            total = []
        if total or is_total(cells):
            total.append(cells)
        else:
            yield cells


def _refuse_bomb(file: File, stream: Any) -> None:
    with zipfile.ZipFile(stream) as archive:
        n_bytes = sum(info.file_size for info in archive.infolist())

    stream.seek(0)
    if n_bytes > MAX_UNPACKED_BYTES:
        raise InputError(
            f"{file.path} unpacks to {n_bytes:,} bytes, which is too much for a workbook:"
            " save it as CSV"
        )


def _pick(cells: Sequence[object], index: int, sign: str) -> object:
    """Return a cell of a row, with the currency of its column; rows may be short."""
    cell = cells[index] if index < len(cells) else None
    return with_sign(cell, sign) if sign else cell


def _find_names(rows: Sequence[Sequence[object]]) -> tuple[int, list[str], list[str]]:
    """Return the number of the header's row, its cells, and sentences on what is above it."""
    numbers = [number for number, cells in enumerate(rows) if not _is_blank(cells)]
    sample = [_SampleRow(list(map(_as_text, rows[number]))) for number in numbers]
    index, notes = find_header(sample)

    cells = sample[index].cells
    width = filled_width(cells)
    return numbers[index] + 1, cells[:width], notes


def _is_blank(cells: Sequence[object]) -> bool:
    return all(cell is None for cell in cells)


def _as_text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _detail(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:80]
