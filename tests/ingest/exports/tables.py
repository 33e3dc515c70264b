"""Reads small invented exports as ingest does, from their text to listings by field."""

import csv
import io
from dataclasses import dataclass

from ingest.exports import ExportForm, columns_to_read, read_listings, recognise


@dataclass(frozen=True)
class Read:
    """A form that was recognised, the cells and problems of its listings, and merged records."""

    form: ExportForm
    listings: list[dict[str, object]]
    problems: list[dict[str, str]]
    merged: int


def records_of(text, delimiter=","):
    """The columns of a table, and its records by column."""
    header, *rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    return header, [dict(zip(header, row, strict=True)) for row in rows]


def form_of(text, option="", delimiter=","):
    """The form of a table, by its header and a sample."""
    header, records = records_of(text, delimiter)
    return recognise(header, records[:200], option)


def read(text, option="", delimiter=",", form=None):
    """The listings of a table of a form that must be recognised."""
    header, records = records_of(text, delimiter)
    form = form or recognise(header, records[:200], option)
    assert form is not None, header
    names = columns_to_read(form, form.columns)
    rows = [
        (number, [record[name] for name in names], "", "")
        for number, record in enumerate(records, start=2)
    ]
    found = list(read_listings(form, form.columns, rows))
    return Read(
        form,
        [cells for _, cells, _, _, _, _ in found],
        [problems for _, _, _, problems, _, _ in found],
        sum(merged for *_, merged in found),
    )
