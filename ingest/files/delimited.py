"""CSV and TSV, whatever their encoding, delimiter, quotes and line ends."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from common.errors import InputError
from ingest.files.encoding import Encoding, choose_encoding
from ingest.files.headers import name_columns
from ingest.files.layout import DELIMITERS, detect_layout
from ingest.files.lines import TextFormat, read_lines
from ingest.files.packed import File
from ingest.files.record_file import Record
from ingest.files.records import parse_records
from ingest.files.sample import Sample

_COUNTS = {
    "damaged lines": "lines with bytes that are no text, read as U+FFFD: {:,}",
    "fallback lines": "lines in an encoding other than the rest, read by that: {:,}",
    "headers": "lines that repeat the header, skipped: {:,}",
    "comments": "comments, skipped: {:,}",
    "empty rows": "rows without a filled cell, skipped: {:,}",
    "totals": "last lines with a total or the number of rows, skipped: {:,}",
    "padded": "rows shorter than the header, whose last cells are empty: {:,}",
}


class DelimitedFile:
    """A table of text whose cells are separated by a character."""

    def __init__(
        self, file: File, text_format: TextFormat, head: Sequence[str], delimiter: str
    ) -> None:
        """Recognise the layout by the first lines, but for a delimiter that is asked for.

        Raises ``InputError`` for a bad delimiter or header.
        """
        self._file = file
        self._text_format = text_format
        layout = detect_layout(
            head,
            _parse_delimiter(delimiter),
            str(file.path),
        )
        self._dialect = layout.dialect
        self.columns, renamed = name_columns(layout.dialect.header)

        note = self._text_format.encoding.note
        self._notes = [*filter(None, [note]), *layout.notes, *renamed]
        self._counts: Counter[str] = Counter()

    @property
    def format(self) -> str:
        """``tsv`` where tabs separate the cells, else ``csv``."""
        return "tsv" if self._dialect.delimiter == "\t" else "csv"

    @property
    def notes(self) -> Sequence[str]:
        """What was recognised, and what the latest reading met."""
        counted = [
            sentence.format(n)
            for name, sentence in _COUNTS.items()
            if (n := self._counts[name])
        ]
        return [*self._notes, *counted]

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the records from the start."""
        indices = [self.columns.index(name) for name in columns]
        pick = pick_cells(indices, len(self.columns))
        self._counts.clear()
        with self._file.open() as stream:
            lines = read_lines(
                stream,
                self._text_format,
                self._counts,
            )
            for number, _, _ in lines:
                if number == self._dialect.n_skipped:
                    break
            yield from parse_records(
                lines,
                self._dialect,
                pick,
                self._counts,
            )

    def fraction(self) -> float:
        """Return the fraction of the file that has been read, 0 to 1."""
        return self._file.fraction()


def detect_text_format(sample: Sample, encoding: str) -> tuple[TextFormat, list[str]]:
    """Return how the bytes become lines, and the first lines without one that is cut in two."""
    chosen = choose_encoding(sample, encoding)
    old_mac = _is_old_mac(sample.head, chosen)
    text_format = TextFormat(chosen, old_mac)
    lines = [
        text
        for _, text, _ in read_lines(io.BytesIO(sample.head), text_format, Counter())
    ]
    if not sample.whole and len(lines) > 2:
        lines.pop()
    return text_format, lines


def pick_cells(
    indices: Sequence[int], width: int
) -> Callable[[list[Any]], Sequence[Any]] | None:
    """Return a function that picks cells of a record in order, or ``None`` where all are."""
    if list(indices) == list(range(width)):
        return None
    if not indices:
        return lambda _: ()
    if len(indices) == 1:
        # With one index, itemgetter would return the cell alone.
        (index,) = indices
        return lambda cells: (cells[index],)

    return itemgetter(*indices)


def _is_old_mac(head: bytes, encoding: Encoding) -> bool:
    """Whether a carriage return alone ends the first line, and not within a quoted cell."""
    text = head.decode(encoding.codec, "replace")
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").strip("\r\n\ufeff")
    first_line, line_feed, _ = text.partition("\n")
    first, carriage_return, rest = first_line.partition("\r")
    if not carriage_return or first.count('"') % 2:
        return False
    if not line_feed:
        return True

    # Beside line feeds, a carriage return ends a line only where cells stand on both sides.
    has_cells = any(delimiter in first for delimiter in DELIMITERS)
    return has_cells and bool(rest.strip())


def _parse_delimiter(option: str) -> str:
    delimiter = {"\\t": "\t", "tab": "\t", "\\x01": "\x01"}.get(option.lower(), option)
    if len(delimiter) > 1 or delimiter in ('"', "\n", "\r"):
        raise InputError(
            f"a delimiter is one character such as ';' or 'tab', and {option[:40]!r} is not"
        )
    return delimiter
