"""Titles and descriptions: plain text, or HTML.

A column is HTML where a share of its cells has tags: ``<3`` and ``size < 8`` in a column of plain
text stay as they are. Entities such as ``&amp;`` are decoded in any column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from common.validation.texts import parse_description, parse_title
from ingest.readings.cells import share
from ingest.readings.markup import decode_text, has_tags, strip_markup
from ingest.readings.reading import CellParser, FieldReadings, Reading

MIN_SHARE = 0.02
"""Share of cells with tags from which a column is HTML."""

MAX_SAMPLE = 2_000
"""Descriptions that are examined; they may be long."""


def read_titles() -> FieldReadings:
    """Return the parser of titles, which decodes entities."""
    return FieldReadings({"title": _after(decode_text, parse_title)})


def read_descriptions(sample: Mapping[str, Sequence[object]]) -> FieldReadings:
    """Return the parser of descriptions, and that they are HTML where they are."""
    cells = sample.get("description", ())
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    texts = texts[:MAX_SAMPLE]
    found = [text for text in texts if has_tags(text)]
    if not found or len(found) < MIN_SHARE * len(texts):
        return FieldReadings({"description": _after(decode_text, parse_description)})

    evidence = f"{share({found[0]: len(found)}, len(texts))} have tags"
    reading = Reading("description", "HTML, read as text", evidence)
    parse = _after(strip_markup, parse_description)
    return FieldReadings({"description": parse}, (reading,))


def _after(change: Callable[[str], str], parse: CellParser) -> CellParser:
    """Return the parser with a change that texts go through before."""
    return partial(_change_and_parse, change, parse)


def _change_and_parse(
    change: Callable[[str], str], parse: CellParser, cell: object
) -> object:
    return parse(change(cell) if isinstance(cell, str) else cell)
