"""Decides from a sample of a table how each of its columns is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from common.errors import InputError
from common.validation import texts, values
from common.validation.photo_names import parse_photos
from common.validation.texts import quote
from ingest.options import ReadOptions
from ingest.readings.cells import cached, plain
from ingest.readings.column_categories import read_categories
from ingest.readings.column_dates import read_dates
from ingest.readings.column_payers import read_payers
from ingest.readings.column_prices import read_prices
from ingest.readings.dates import DAY_FIRST, MONTH_FIRST
from ingest.readings.markup import decode_text, read_markup, strip_markup
from ingest.readings.others import (
    currency_parser,
    read_brands,
    read_currencies,
    read_photos,
)
from ingest.readings.reading import CellParser, Readings

_CACHED = frozenset(values.FIELD_PARSERS) | {"listed_at", "sold_at"}
"""Fields whose texts repeat from row to row."""


def read_columns(
    sample: Mapping[str, Sequence[object]],
    names: Mapping[str, str],
    options: ReadOptions,
    form_currency: str = "",
) -> Readings:
    """Return how the cells of a table are read; options win over what the cells look like.

    Args:
        sample: raw cells by field, of the same rows for all fields: some 20,000 of them.
        names: the name of each field's column: ``price_gbp`` and ``free_shipping`` say something.
        options: what is said of the table beforehand.
        form_currency: the currency that the form of the export has for all its prices.
    """
    check_options(options)
    price, currency, of_price = read_prices(sample, names, options, form_currency)
    category, of_category = read_categories(sample, options)
    brand, of_brand = read_brands(sample, options)
    payer, of_payer, no_payer = read_payers(sample, names)
    of_photos, no_photos = read_photos(sample, names)
    dates, of_dates = read_dates(sample, options, price.stated)
    of_text = read_markup(sample)

    parsers: dict[str, CellParser] = {
        "listing_id": texts.parse_listing_id,
        "title": _with_text(texts.parse_title, decode_text),
        "description": _with_text(
            texts.parse_description, strip_markup if of_text else decode_text
        ),
        "photos": _refuse_count if no_photos else parse_photos,
        **values.FIELD_PARSERS,
        "category": category.parse,
        "brand": brand,
        "price": price.parse,
        "currency": currency_parser(price.stated),
        "shipping_payer": payer.parse,
        **{field: rule.parse for field, rule in dates.items()},
    }
    for field in _CACHED:
        parsers[field] = cached(parsers[field])
    readings = (
        *of_text,
        *of_photos,
        *of_category,
        *of_brand,
        *of_price,
        *read_currencies(sample),
        *of_payer,
        *of_dates,
    )
    left_out = ("photos",) * no_photos + ("shipping_payer",) * no_payer
    return Readings(parsers, readings, currency, left_out)


def check_options(options: ReadOptions) -> None:
    """Raise ``InputError`` for an option with a value that it does not take."""
    for option, value, allowed in (
        ("--decimal", options.decimal, (".", ",")),
        ("--dates", options.dates, (DAY_FIRST, MONTH_FIRST)),
        ("--empty-brand", options.empty_brand, ("no-brand", "unknown")),
    ):
        if value and value not in allowed:
            raise InputError(f"{option} is {' or '.join(allowed)}, and not {value!r}")
    code = options.currency
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise InputError(f"--currency is three letters such as USD, and not {code!r}")


def _with_text(parse: CellParser, change: Callable[[str], str]) -> CellParser:
    return partial(_parse_changed, parse, change)


def _parse_changed(
    parse: CellParser, change: Callable[[str], str], cell: object
) -> object:
    return parse(change(cell) if isinstance(cell, str) else cell)


def _refuse_count(cell: object) -> tuple[str | bytes, ...]:
    if not plain(cell):
        return ()
    raise ValueError(f"{quote(cell)} is a number of photos and no photo")


DEFAULT_READINGS = read_columns({}, {}, ReadOptions())
"""The rules for single cells where there is no table: each cell is read for itself."""
