"""Kaggle's Mercari Price Suggestion Challenge: its header, and its cells as ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from common.listing import CATEGORY_SEPARATOR, CONDITIONS, NO_BRAND
from common.sources.texts import quote

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


def recognise(header: Sequence[str]) -> dict[str, str] | None:
    """Return the columns of our fields when the header is that of train.tsv or test.tsv."""
    names = set(header)
    identity = next((name for name in ("train_id", "test_id") if name in names), None)
    if identity is None or not names.issuperset(COLUMNS.values()):
        return None
    price = {"price": "price"} if "price" in names else {}
    return {"listing_id": identity, **COLUMNS, **price}


def convert(cells: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """Say a row in our words; also return what is wrong with it by this table's own rules.

    An empty brand is the form's field left empty: "no brand". Masked prices (``[rm]``) are blanked,
    since no seller types them. Prices are in dollars and texts in English.
    """
    values = dict(cells)
    problems: dict[str, str] = {}
    title, text = str(values.get("title") or ""), str(values.get("description") or "")
    values["title"] = title.replace("[rm]", " ")
    empty = text.strip().casefold() == _EMPTY_DESCRIPTION
    values["description"] = "" if empty else text.replace("[rm]", " ")
    values["brand"] = values.get("brand") or NO_BRAND
    for field, legal in (("condition", _CONDITIONS), ("shipping_payer", _PAYERS)):
        said = str(values.get(field) or "").strip().removesuffix(".0")
        values[field] = legal.get(said)
        if said and said not in legal:
            problems[field] = f"{COLUMNS[field]} {quote(said)} is none of {', '.join(legal)}"
    category = str(values.get("category") or "")
    if category and CATEGORY_SEPARATOR not in category:
        problems["category"] = f"category {quote(category)} has one level and not at least two"
    values["language"] = "en"
    values["currency"] = "USD" if "price" in values else None
    return values, problems
