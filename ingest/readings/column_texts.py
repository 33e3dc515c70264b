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
    examined = texts[:MAX_SAMPLE]
    tagged = [text for text in examined if has_tags(text)]
    if not tagged or len(tagged) < MIN_SHARE * len(examined):
        return _field_readings(decode_text)

    example = {tagged[0]: len(tagged)}
    evidence = f"{share(example, len(examined))} have tags"
    reading = Reading("description", "HTML, read as text", evidence)
    return _field_readings(strip_markup, reading)


def _field_readings(change: Callable[[str], str], *readings: Reading) -> FieldReadings:
    parse = _after(change, parse_description)
    return FieldReadings({"description": parse}, readings)


def _after(change: Callable[[str], str], parse: CellParser) -> CellParser:
    """Return the parser with a change that texts go through before."""
    return partial(_change_and_parse, change, parse)


def _change_and_parse(
    change: Callable[[str], str], parse: CellParser, cell: object
) -> object:
    if isinstance(cell, str):
        return parse(change(cell))
    return parse(cell)
