"""Tables of Kaggle's Mercari Price Suggestion Challenge: their header, and their cells as ours.

https://www.kaggle.com/c/mercari-price-suggestion-challenge
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from common.listing import CATEGORY_SEPARATOR, CONDITIONS, NO_BRAND
from common.validation.texts import quote, to_text

KIND = "kaggle mercari"

COLUMNS = {
    "title": "name",
    "description": "item_description",
    "category": "category_name",
    "brand": "brand_name",
    "condition": "item_condition_id",
    "shipping_payer": "shipping",
}
"""Columns of our fields in train.tsv and test.tsv, but for the id and the price."""

_CODES = {
    "condition": {
        str(code): condition for code, condition in enumerate(CONDITIONS, start=1)
    },
    "shipping_payer": {"1": "seller", "0": "buyer"},
}
"""For fields that these tables hold as codes, the meaning of each code."""

_EMPTY_DESCRIPTION = "no description yet"


def recognise(header: Iterable[str]) -> dict[str, str] | None:
    """Return the columns of our fields when the header is that of train.tsv or test.tsv.

    A part of them is enough, so that a table without its labels has the same rules.
    """
    names = set(header)
    if "name" not in names or not names & {"train_id", "test_id", "item_condition_id"}:
        return None

    columns = {**COLUMNS, "price": "price", "listing_id": "train_id"}
    if "train_id" not in names:
        columns["listing_id"] = "test_id"

    return {field: column for field, column in columns.items() if column in names}


def missing(columns: Mapping[str, str]) -> list[str]:
    """Return columns of these tables that ``recognise`` did not find."""
    return [column for field, column in COLUMNS.items() if field not in columns]


def convert(cells: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """Return the cells of a row as values of our fields, and the problems by this table's rules.

    An empty brand is the form's field left empty, hence no brand. Masked prices (``[rm]``) become
    blanks, since no seller types them. Prices are in dollars and texts in English.
    """
    values = dict(cells)
    values["title"] = _unmask(_to_text(values.get("title")))
    values["description"] = _description(_to_text(values.get("description")))
    if "brand" in values:
        values["brand"] = _to_text(values["brand"]) or NO_BRAND

    problems = _decode(values)
    # The categories of this table have two levels at least: a single one is another cell, shifted.
    category = _to_text(values.get("category"))
    if category and CATEGORY_SEPARATOR not in category:
        problems["category"] = (
            f"category {quote(category)} has one level and not at least two"
        )

    values["language"] = "en"
    if "price" in values:
        values["currency"] = "USD"
    return values, problems


def _decode(values: dict[str, object]) -> dict[str, str]:
    """Replace codes by their meanings in place; returns the problems of fields with other codes."""
    problems = {}
    for field, meanings in _CODES.items():
        # pandas makes floats of the numbers in a column with gaps: 3.0 was written as 3.
        code = _to_text(values.get(field)).removesuffix(".0")
        values[field] = meanings.get(code)
        if code and code not in meanings:
            legal = ", ".join(meanings)
            problems[field] = f"{COLUMNS[field]} {quote(code)} is none of {legal}"
    return problems


def _description(text: str) -> str:
    return "" if text.casefold() == _EMPTY_DESCRIPTION else _unmask(text)


def _unmask(text: str) -> str:
    return text.replace("[rm]", " ")


def _to_text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()

    # A cell that is no text at all is refused later, by the rules for all tables.
    try:
        return to_text(value)
    except ValueError:
        return str(value)
