"""Tables of Kaggle's Mercari Price Suggestion Challenge: their header, and their cells as ours.

Source: https://www.kaggle.com/c/mercari-price-suggestion-challenge/data (as of November 2026).
Other tables have columns of the same names, as Mercari's own interface in Japan does. So the
rules, dollars and English among them, hold only where the cells agree too.

A price of the competition includes the fee for shipping where the buyer pays it: it is higher, by
the fee of 4, 6 or 9 dollars, than the price of the same listing in another table of Mercari's. That
one has the same columns, with ids of its own, and prices of the item.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from common.listing import CATEGORY_SEPARATOR, CONDITIONS, FEE_INCLUDED, NO_BRAND
from common.validation.texts import quote
from ingest.exports.cells import text_of, to_text
from ingest.exports.form import Cells, ExportForm, Sample
from ingest.exports.headers import by_name
from ingest.exports.languages import is_english, is_latin

KIND = "kaggle mercari"

EXPECTED = (
    "title",
    "description",
    "category",
    "brand",
    "condition",
    "shipping_payer",
)
"""Fields of which train.tsv and test.tsv both have the column."""

MIN_AGREEING = 0.6
"""Share of the sample's filled cells that must be those of the competition."""

_CONDITIONS = {str(code): name for code, name in enumerate(CONDITIONS, start=1)}
_PAYERS = {"1": "seller", "0": "buyer"}
_CODES = {"condition": _CONDITIONS, "shipping_payer": _PAYERS}
"""For fields that these tables hold as codes, the meaning of each code."""

_EMPTY_DESCRIPTION = "no description yet"
_IDS = ("train_id", "test_id")
_UNKNOWN_BASIS = (
    "without the competition's ids, prices are taken for those of the item; the competition's own"
    " include the fee that the buyer pays (--prices fee-included)"
)
_CURRENCY_COLUMNS = ("currency", "currency_code", "price_currency")


def convert(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of a row as values of our fields, and the problems by this table's rules.

    An empty brand is the form's field left empty, hence no brand. Masked prices (``[rm]``) become
    blanks, since no seller types them. A price of 0 marks a row that is an error in this data.
    """
    values = dict(cells)
    values["title"] = _unmask(text_of(values, "title"))
    values["description"] = _description(text_of(values, "description"))
    if "brand" in values:
        values["brand"] = to_text(values["brand"]) or NO_BRAND

    problems = _decode(values)
    # The categories of this table have two levels at least: a single one is another cell, shifted.
    category = text_of(values, "category")
    if category and CATEGORY_SEPARATOR not in category:
        problems["category"] = (
            f"category {quote(category)} has one level and not at least two"
        )
    if _is_at_most_zero(values.get("price")):
        problems[""] = f"price {quote(values['price'])} is not above 0"
    return values, problems


def _decode(values: Cells) -> dict[str, str]:
    """Replace codes by their meanings in place; returns the problems of fields with other codes."""
    problems = {}
    for field, meanings in _CODES.items():
        if field not in values:
            continue
        code = to_text(values[field]).removesuffix(".0")
        if code in meanings:
            values[field] = meanings[code]
        elif code:
            (column,) = FORM.columns[field]
            legal = ", ".join(meanings)
            problems[field] = f"{column} {quote(code)} is none of {legal}"
    return problems


def _is_at_most_zero(price: object) -> bool:
    text = to_text(price)
    # Most prices begin with another digit, and this test is far cheaper than the conversion.
    if not text or text[0] not in "0-.+":
        return False
    try:
        return float(text) <= 0
    except ValueError:
        return False


def _description(text: str) -> str:
    return "" if text.casefold() == _EMPTY_DESCRIPTION else _unmask(text)


def _unmask(text: str) -> str:
    return text.replace("[rm]", " ")


def _check(
    form: ExportForm, columns: Sequence[str], sample: Sample
) -> ExportForm | None:
    """Return the form when the sample agrees: the codes, the letters and the language."""
    named = by_name(columns)
    has_id = any(name in named for name in _IDS)
    if not has_id and any(name in named for name in _CURRENCY_COLUMNS):
        return None

    if not _agrees(form, sample):
        return None
    if has_id:
        return replace(form, price_basis=FEE_INCLUDED)
    return replace(form, notes=(*form.notes, _UNKNOWN_BASIS))


def _agrees(form: ExportForm, sample: Sample) -> bool:
    """Return whether codes, categories, letters and language are those of the competition."""
    conditions = _codes(form, sample, "condition")
    payers = _codes(form, sample, "shipping_payer")
    if not _mostly(conditions, _CONDITIONS.__contains__):
        return False
    if not _mostly(payers, _PAYERS.__contains__):
        return False

    categories = _cells(form, sample, "category")
    titles = _cells(form, sample, "title")
    if not _mostly(categories, lambda path: CATEGORY_SEPARATOR in path):
        return False
    texts = [*titles, *_cells(form, sample, "description")]
    return _mostly(titles, is_latin) and is_english(texts)


def _cells(form: ExportForm, sample: Sample, field: str) -> list[str]:
    """Return the filled cells of a field in the sample, as texts."""
    names = form.columns.get(field, ())
    cells: list[str] = []
    for record in sample:
        texts = (text_of(record, name) for name in names)
        cells.extend(filter(None, texts))
    return cells


def _codes(form: ExportForm, sample: Sample, field: str) -> list[str]:
    # pandas makes floats of the numbers in a column with gaps: 3.0 was written as 3.
    cells = _cells(form, sample, field)
    return [code.removesuffix(".0") for code in cells]


def _mostly(cells: Sequence[str], agrees: Callable[[str], bool]) -> bool:
    n_agreeing = sum(map(agrees, cells))
    return n_agreeing >= MIN_AGREEING * len(cells)


FORM = ExportForm(
    name=KIND,
    title="Kaggle's Mercari table",
    columns={
        "listing_id": _IDS,
        "title": ("name",),
        "description": ("item_description",),
        "category": ("category_name",),
        "brand": ("brand_name",),
        "condition": ("item_condition_id",),
        "shipping_payer": ("shipping",),
        "price": ("price",),
    },
    required=("train_id", "name"),
    also_required=(
        ("test_id", "name"),
        ("name", "item_condition_id", "item_description"),
        ("name", "item_condition_id", "category_name"),
    ),
    convert=convert,
    currency="USD",
    language="en",
    notes=(
        "an empty brand is read as no brand, and a row with a price of 0 is rejected",
    ),
    check=_check,
)
