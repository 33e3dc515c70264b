"""Decides from a sample of a table how each of its columns is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from common.errors import InputError
from common.validation import texts, values
from ingest.options import ReadOptions
from ingest.readings.cells import cached
from ingest.readings.column_categories import read_categories
from ingest.readings.column_dates import read_dates
from ingest.readings.column_fees import read_fees
from ingest.readings.column_measures import read_measures
from ingest.readings.column_payers import read_payers
from ingest.readings.column_prices import read_prices
from ingest.readings.column_texts import read_descriptions, read_titles
from ingest.readings.dates import DAY_FIRST, MONTH_FIRST
from ingest.readings.others import read_brands, read_currencies, read_photos
from ingest.readings.price_basis import OPTION, OPTION_VALUES, read_price_basis
from ingest.readings.reading import CellParser, FieldReadings, Reading, Readings

_CACHED = frozenset(values.FIELD_PARSERS) | {"listed_at", "sold_at"}
"""Fields whose texts repeat from row to row."""


def read_columns(
    sample: Mapping[str, Sequence[object]],
    names: Mapping[str, str],
    options: ReadOptions,
    form_currency: str = "",
    form_basis: str = "",
) -> Readings:
    """Return how the cells of a table are read; options win over what the cells look like.

    Args:
        sample: raw cells by field, of the same rows for all fields: some 20,000 of them.
        names: the name of each field's column: ``price_gbp`` and ``free_shipping`` say something.
        options: what is said of the table beforehand.
        form_currency: the currency that the form of the export has for all its prices.
        form_basis: what its prices are, one of ``PRICE_BASES``, where the form says it.
    """
    check_options(options)
    price_basis, of_basis = read_price_basis(names, options, form_basis)
    prices = read_prices(sample, names, options, form_currency)
    parts = (
        read_titles(),
        read_descriptions(sample),
        read_photos(sample, names),
        read_categories(sample, options),
        read_brands(sample, options),
        prices.part,
        read_currencies(sample, prices.stated),
        read_payers(sample, names),
        read_fees(sample, names, options, prices),
        read_measures(sample, names),
        read_dates(sample, options, prices.stated),
    )
    merged = _merge(parts, prices.currency)
    readings = _add_basis(merged.readings, of_basis)
    return replace(merged, readings=readings, price_basis=price_basis)


def _add_basis(
    readings: tuple[Reading, ...], of_basis: Reading | None
) -> tuple[Reading, ...]:
    """Return the readings with that of the basis of prices, if there are prices at all."""
    if of_basis is None or not any(reading.field == "price" for reading in readings):
        return readings
    # First, since the column's own reading has to be the last one of its field.
    return (of_basis, *readings)


def _merge(parts: Sequence[FieldReadings], currency: str) -> Readings:
    """Return what was decided on single fields as the readings of their table."""
    readings: list[Reading] = []
    left_out: list[str] = []
    for part in parts:
        readings += part.readings
        left_out += part.left_out
    return Readings(_merge_parsers(parts), tuple(readings), currency, tuple(left_out))


def _merge_parsers(parts: Iterable[FieldReadings]) -> dict[str, CellParser]:
    """Return the parser of each field: of its column, else the rule for single cells."""
    parsers: dict[str, CellParser] = {
        "listing_id": texts.parse_listing_id,
        **values.FIELD_PARSERS,
    }
    for part in parts:
        parsers.update(part.parsers)
    for field in _CACHED:
        parsers[field] = cached(parsers[field])
    return parsers


def check_options(options: ReadOptions) -> None:
    """Raise ``InputError`` for an option with a value that it does not take."""
    choices = (
        ("--decimal", options.decimal, (".", ",")),
        ("--dates", options.dates, (DAY_FIRST, MONTH_FIRST)),
        ("--empty-brand", options.empty_brand, ("no-brand", "unknown")),
        (OPTION, options.prices, tuple(OPTION_VALUES)),
    )
    for option, value, allowed in choices:
        if value and value not in allowed:
            raise InputError(f"{option} is {' or '.join(allowed)}, and not {value!r}")

    code = options.currency
    is_code = len(code) == 3 and code.isascii() and code.isalpha()
    if code and not is_code:
        raise InputError(f"--currency is three letters such as USD, and not {code!r}")


DEFAULT_READINGS = read_columns({}, {}, ReadOptions())
"""The rules for single cells where there is no table: each cell is read for itself."""
