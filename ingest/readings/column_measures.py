"""What columns of weights and dimensions hold: their units, by their names or their cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from statistics import median
from typing import Any

from common.validation.measures import (
    CENTIMETRES,
    GRAMS,
    parse_dimensions,
    parse_weight,
)
from common.validation.texts import MISSING, quote
from ingest.readings.cells import count_texts, is_filled, name_words, plain
from ingest.readings.numbers import DecimalMark, decide_mark, read_number
from ingest.readings.reading import CellParser, FieldReadings, Reading

_DIGITS = re.compile(r"\d[\d.,']*\d|\d")
_ZEROS = re.compile(r"[0.,x× ]+")

MAX_KILOGRAMS = 20
"""Median of bare numbers below which they are kilograms: few things weigh less than 20 g."""

MIN_READABLE = 0.5
"""Share of readable cells below which a column is something else."""


def read_measures(
    sample: Mapping[str, Sequence[object]], names: Mapping[str, str]
) -> FieldReadings:
    """Return the parsers of weights and of dimensions; columns of something else are left out."""
    weight = _read_weights(sample.get("weight", ()), names.get("weight", ""))
    dimensions = _read_dimensions(
        sample.get("dimensions", ()), names.get("dimensions", "")
    )
    return FieldReadings(
        {**weight.parsers, **dimensions.parsers},
        (*weight.readings, *dimensions.readings),
        (*weight.left_out, *dimensions.left_out),
    )


def _read_weights(cells: Sequence[object], name: str) -> FieldReadings:
    named = _unit_of(name, GRAMS)
    unit = named or _unit_in_cells(cells, GRAMS) or _unit_by_size(cells)
    parse = _parser(parse_weight, unit, cells)
    warning = ""
    if not named and unit and not _unit_in_cells(cells, GRAMS):
        warning = f"nothing says the unit: name the column weight_{unit} if that is it"
    return _decide("weight", parse, unit or "g", cells, name, warning)


def _read_dimensions(cells: Sequence[object], name: str) -> FieldReadings:
    named = _unit_of(name, CENTIMETRES)
    unit = named or _unit_in_cells(cells, CENTIMETRES) or "cm"
    parse = _parser(parse_dimensions, unit, cells)
    return _decide("dimensions", parse, unit, cells, name, "")


def _decide(
    field: str,
    parse: CellParser,
    unit: str,
    cells: Sequence[object],
    name: str,
    warning: str,
) -> FieldReadings:
    """Return the parser of a column, left out where few of its cells can be read."""
    parsers = {field: parse}
    filled = list(filter(is_filled, cells))
    n_filled = len(filled)
    if not n_filled:
        return FieldReadings(parsers)

    n_read = sum(_is_readable(parse, cell) for cell in filled)
    evidence = f"{n_read:,} of {n_filled:,} cells are read so"
    if n_read >= MIN_READABLE * n_filled:
        meaning = f"{field} of parcels; numbers without a unit are in {unit}"
        reading = Reading(field, meaning, evidence, "--map", warning)
        return FieldReadings(parsers, (reading,))

    meaning = f"no {field} of parcels: the column is left out"
    remedy = f"--map {field}=COLUMN names another column than {quote(name)}"
    reading = Reading(field, meaning, evidence, "--map", remedy)
    return FieldReadings(parsers, (reading,), left_out=(field,))


def _parser(
    parse: Callable[..., Any], unit: str, cells: Sequence[object]
) -> CellParser:
    """Return the parser of a column: with its unit and its decimal mark; zeros are no measure."""
    read = partial(_read_digits, _decide_mark(cells))
    return partial(_parse_stated, partial(parse, unit=unit or "g", read=read))


def _parse_stated(parse: CellParser, cell: object) -> Any:
    if isinstance(cell, list | tuple):
        # Three columns of which some are empty are no dimensions.
        return parse(cell) if any(map(_is_stated, cell)) else None
    return parse(plain(cell)) if _is_stated(cell) else None


def _is_stated(cell: object) -> bool:
    text = plain(cell)
    return text.casefold() not in MISSING and not _ZEROS.fullmatch(text)


def _read_digits(mark: DecimalMark, digits: str) -> float:
    return read_number(digits, mark)


def _decide_mark(cells: Sequence[object]) -> DecimalMark:
    counts = Counter[str]()
    for text, number in count_texts(_flatten(cells)).items():
        for digits in _DIGITS.findall(text):
            counts[digits] += number
    return decide_mark(counts) if counts else DecimalMark()


def _unit_of(name: str, units: Mapping[str, float]) -> str:
    """Return the unit that the name of a column says, or an empty text."""
    words = name_words(name)
    return next((word for word in reversed(words) if word in units), "")


def _unit_in_cells(cells: Sequence[object], units: Mapping[str, float]) -> str:
    """Return the commonest unit that cells state, or an empty text."""
    found = Counter[str]()
    for text, number in count_texts(_flatten(cells)).items():
        for word in re.findall(r"[^\W\d_]+|[\"″]", text.casefold()):
            if word in units:
                found[word] += number
    return found.most_common(1)[0][0] if found else ""


def _unit_by_size(cells: Sequence[object]) -> str:
    """Return the unit of bare numbers by their size: kilograms where half are small."""
    numbers = []
    for cell in cells:
        try:
            number = float(plain(cell).replace(",", "."))
        except ValueError:
            continue
        if number > 0:
            numbers.append(number)
    if not numbers:
        return ""
    return "kg" if median(numbers) < MAX_KILOGRAMS else "g"


def _is_readable(parse: CellParser, cell: object) -> bool:
    try:
        parse(cell)
    except ValueError:
        return False
    return True


def _flatten(cells: Iterable[object]) -> list[object]:
    """Return cells, those of a list one by one."""
    flat: list[object] = []
    for cell in cells:
        flat += cell if isinstance(cell, list | tuple) else [cell]
    return flat
