"""Google's Merchant Center feed in TSV, CSV or XML; Meta's catalogues have the same attributes.

Source: https://support.google.com/merchants/answer/7052112 (as of November 2026). Names of
attributes are written with blanks, with underscores, or as ``g:title``. Variants share an
``item_group_id`` and are listings of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.exports.cells import has, is_filled, keep_local_photos, text_of, to_text
from ingest.exports.form import Cells, ExportForm

_AMOUNT = re.compile(
    r"(\d[\d.,]*)\s*[A-Z]{3}\b|\b[A-Z]{3}\s*(\d[\d.,]*)|(\d[\d.,]*)\s*$"
)
_NOT_ZERO = re.compile(r"[1-9]")


def convert(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of an item: a category with a name, and what shipping costs whom."""
    values = dict(cells)
    category = text_of(values, "category")
    if has(values, "product_type") and (not category or category.isdecimal()):
        # Google's categories may be ids; the shop's own have names.
        values["category"] = values["product_type"]

    amount = _first_amount(values.get("shipping_payer"))
    if amount:
        values["shipping_payer"] = "buyer" if _NOT_ZERO.search(amount) else "seller"
        values["shipping_fee"] = amount

    keep_local_photos(values, separators=",|")
    return values, {}


def _first_amount(shipping: object) -> str:
    """Return the first amount of ``US:::6.49 USD``, or an empty text where there is none."""
    for text in _texts(shipping):
        for offer in re.split(r",(?=\s*[A-Z]{2}:)|[;|\n]", text):
            # Country, region and service stand before the amount.
            amount = _AMOUNT.search(offer.rpartition(":")[2].strip())
            if amount is not None:
                return amount[0]
    return ""


def _texts(cell: object) -> Iterator[str]:
    """Yield the texts of a cell, which is nested in XML and JSON: the amounts first."""
    if isinstance(cell, dict):
        prices = [part for name, part in cell.items() if str(name).endswith("price")]
        for part in prices or cell.values():
            yield from _texts(part)
    elif isinstance(cell, list | tuple):
        for part in cell:
            yield from _texts(part)
    elif is_filled(cell):
        yield to_text(cell)


FORM = ExportForm(
    name="google merchant",
    title="Google's Merchant feed",
    columns={
        "listing_id": ("id",),
        "title": ("title",),
        "description": ("description",),
        "photos": ("image_link", "additional_image_link", "additional_image_links"),
        "category": ("google_product_category", "fb_product_category"),
        "brand": ("brand",),
        "condition": ("condition",),
        "size": ("size",),
        "colour": ("color", "colour"),
        "price": ("price", "sale_price"),
        "shipping_payer": (
            *("shipping", "shipping(price)", "shipping price", "shipping.price"),
            *("shipping(country:price)", "shipping(country:service:price)"),
            *("shipping(country:region:service:price)", "g:shipping/g:price"),
        ),
    },
    required=("id", "title", "image_link"),
    also_required=(
        ("title", "google_product_category"),
        ("id", "title", "link", "availability"),
        ("title", "availability", "item_group_id"),
    ),
    extra={
        "product_type": ("product_type",),
    },
    convert=convert,
    notes=(
        "the price is the regular one; a sale's price counts where there is no other",
    ),
)
