"""Columns that need one small decision each: brands, photos, currencies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from common.listing import NO_BRAND
from common.photos.photo_names import parse_photos
from common.validation.brands import parse_brand
from common.validation.texts import quote
from common.validation.values import parse_currency as parse_code
from ingest.options import ReadOptions
from ingest.readings.cells import count_texts, is_filled, percent, plain, share
from ingest.readings.column_currency import count_currencies, describe_mixture
from ingest.readings.currencies import currencies_of, narrow
from ingest.readings.reading import CellParser, FieldReadings, Reading

MAX_PHOTOS = 99
"""A column of whole numbers up to it counts photos, and holds none."""

MIN_URLS = 0.5
"""Share of addresses from which a column is said to hold addresses."""


def read_brands(
    sample: Mapping[str, Sequence[object]], options: ReadOptions
) -> FieldReadings:
    """Return the parser of brands and what an empty cell of their column means."""
    cells = sample.get("brand", ())
    n_empty = len(cells) - sum(map(is_filled, cells))
    if not n_empty or n_empty == len(cells):
        return FieldReadings({"brand": parse_brand})

    meaning = "names; an empty cell means that the brand is not stated"
    empty_share = percent(n_empty, len(cells))
    evidence = f"{empty_share} of the cells are empty; {_why(cells)}"
    parse: CellParser = parse_brand
    if options.empty_brand:
        evidence = "--empty-brand says so"
    if options.empty_brand == "no-brand":
        meaning = "names; an empty cell means that there is no brand"
        parse = _parse_brand_or_none

    reading = Reading("brand", meaning, evidence, "--empty-brand")
    return FieldReadings({"brand": parse}, (reading,))


def read_photos(
    sample: Mapping[str, Sequence[object]], names: Mapping[str, str]
) -> FieldReadings:
    """Return the parser of photos; a column of their numbers is left out."""
    cells = [cell for cell in sample.get("photos", ()) if is_filled(cell)]
    are_counts = bool(cells) and all(map(_is_count, cells))
    if not are_counts:
        addresses = _describe_addresses(cells)
        return FieldReadings({"photos": parse_photos}, addresses)

    name = names.get("photos", "photos")
    example = quote(cells[0])
    reading = Reading(
        "photos",
        f"numbers of photos and no photos: the column {name!r} is left out",
        f"all {len(cells):,} cells are small, such as {example}",
        "--map",
    )
    return FieldReadings(
        {"photos": _refuse_count},
        (reading,),
        left_out=("photos",),
    )


def read_currencies(
    sample: Mapping[str, Sequence[object]], stated: str
) -> FieldReadings:
    """Return the parser of a column of currencies: codes, signs (``€``) and names (``Euro``).

    ``stated`` is what a sign of several currencies means, or empty.
    """
    parsers = {"currency": partial(_parse_currency, stated)}
    counts = count_currencies(sample.get("currency", ()))
    if not counts:
        return FieldReadings(parsers)

    code, number = counts.most_common(1)[0]
    evidence = f"{number:,} of {counts.total():,} cells say {code}"
    warning = describe_mixture(counts)
    reading = Reading(
        "currency", "currencies of the prices", evidence, "--map", warning
    )
    return FieldReadings(parsers, (reading,))


def _describe_addresses(cells: Sequence[object]) -> tuple[Reading, ...]:
    addresses = Counter[str]()
    for cell in cells:
        if isinstance(cell, str) and "://" in cell:
            addresses[cell] += 1

    n_cells = len(cells)
    if not addresses or addresses.total() < MIN_URLS * n_cells:
        return ()
    evidence = f"{share(addresses, n_cells)} are addresses"
    warning = "addresses are not fetched: put the photos beside the table (--photos-in)"
    return (Reading("photos", "addresses of photos", evidence, "--map", warning),)


def _parse_currency(stated: str, cell: object) -> str | None:
    text = plain(cell)
    if not text:
        return None

    # A sign, a name or a code in brackets; what is none of them fails as a code.
    sign = text.strip("()[] ")
    known = narrow(currencies_of(sign), stated)
    return known or parse_code(text)


def _refuse_count(cell: object) -> tuple[str | bytes, ...]:
    if not plain(cell):
        return ()
    raise ValueError(f"{quote(cell)} is a number of photos and no photo")


def _parse_brand_or_none(cell: object) -> str | None:
    return parse_brand(cell) if is_filled(cell) else NO_BRAND


def _why(cells: Sequence[object]) -> str:
    """Return the reason for the guess that an empty brand was not said."""
    for text in count_texts(cells):
        if _try_brand(text) == NO_BRAND:
            return f"the shop writes {quote(text)} where there is none"
    return "nothing tells which of them have none"


def _try_brand(text: str) -> str | None:
    try:
        return parse_brand(text)
    except ValueError:
        return None


def _is_count(cell: object) -> bool:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return False

    # pandas makes floats of the numbers in a column with gaps.
    text = str(cell).strip().removesuffix(".0")
    if not text.isdecimal() or len(text) > 4:
        return False
    return int(text) <= MAX_PHOTOS
