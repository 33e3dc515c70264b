"""Kaggle's Mercari Price Suggestion Challenge: its header, and its cells as ours."""

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
"""Where train.tsv and test.tsv keep our fields; the id and the price join below."""

_CONDITIONS = {str(number): word for number, word in enumerate(CONDITIONS, start=1)}
_PAYERS = {"1": "seller", "0": "buyer"}
_EMPTY_DESCRIPTION = "no description yet"


def recognise(header: Iterable[str]) -> dict[str, str] | None:
    """Return the columns of our fields when the header is that of train.tsv or test.tsv.

    A part of them is enough: who hides the labels to be told them is still read by these rules.
    """
    names = set(header)
    if "name" not in names or not names & {"train_id", "test_id", "item_condition_id"}:
        return None
    columns = {**COLUMNS, "price": "price", "listing_id": "train_id"}
    if "train_id" not in names:
        columns["listing_id"] = "test_id"
    return {field: column for field, column in columns.items() if column in names}


def missing(columns: Mapping[str, str]) -> list[str]:
    """Columns that these tables have and ``recognise`` did not find."""
    return [column for field, column in COLUMNS.items() if field not in columns]


def convert(cells: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """Say a row in our words; also return what is wrong with it by this table's own rules.

    An empty brand is the form's field left empty: "no brand". Masked prices (``[rm]``) are blanked,
    since no seller types them. Prices are in dollars and texts in English.
    """
    values = dict(cells)
    problems: dict[str, str] = {}
    title, text = _text(values.get("title")), _text(values.get("description"))
    values["title"] = title.replace("[rm]", " ")
    empty = text.casefold() == _EMPTY_DESCRIPTION
    values["description"] = "" if empty else text.replace("[rm]", " ")
    if "brand" in values:
        values["brand"] = _text(values["brand"]) or NO_BRAND
    for field, legal in (("condition", _CONDITIONS), ("shipping_payer", _PAYERS)):
        said = _text(values.get(field)).removesuffix(".0")
        values[field] = legal.get(said)
        if said and said not in legal:
            problems[field] = f"{COLUMNS[field]} {quote(said)} is none of {', '.join(legal)}"
    category = _text(values.get("category"))
    if category and CATEGORY_SEPARATOR not in category:
        problems["category"] = f"category {quote(category)} has one level and not at least two"
    values["language"] = "en"
    if "price" in values:
        values["currency"] = "USD"
    return values, problems


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    try:
        return to_text(value)
    except ValueError:
        return str(value)
