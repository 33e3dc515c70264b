"""Shopify's product export: a record a variant or photo, grouped by the product's handle.

Source: https://help.shopify.com/en/manual/products/import-export/using-csv (as of November 2026).
Columns were renamed in 2025: "Handle" is "URL handle" now, "Body (HTML)" is "Description",
"Variant Price" is "Price" and "Image Src" is "Product image URL". Both wordings are read.
"""

from __future__ import annotations

import re

from ingest.exports.cells import keep_local_photos, place_options, text_of
from ingest.exports.form import Cells, ExportForm

_CATEGORIES = ("category", "google_category", "type")
"""Cells that may hold a category, the most precise one first."""

_NO_CATEGORY = ("", "uncategorized")
_CATEGORY_ID = re.compile(r"\d+|gid:.*|[a-z]{2}(-\d+)+")

_OPTIONS = {
    f"option{number}_{part}": (f"Option{number} {part}",)
    for number in (1, 2, 3)
    for part in ("Name", "Value")
}


def convert(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of a product: its first variant's price and options, its own texts."""
    values = dict(cells)
    named = [text_of(values, name) for name in _CATEGORIES]
    known = [name for name in named if not _is_no_category(name)]
    if any(named):
        values["category"] = known[0] if known else ""

    options = [
        (values.get(f"option{number}_Name"), values.get(f"option{number}_Value"))
        for number in (1, 2, 3)
    ]
    place_options(values, options)
    keep_local_photos(values, separators=";")
    return values, {}


def _is_no_category(text: str) -> bool:
    plain = text.casefold()
    return plain in _NO_CATEGORY or _CATEGORY_ID.fullmatch(plain) is not None


FORM = ExportForm(
    name="shopify",
    title="Shopify's product export",
    columns={
        "listing_id": ("Handle", "URL handle"),
        "title": ("Title",),
        "description": ("Body (HTML)", "Body HTML", "Description"),
        "photos": ("Image Src", "Product image URL", "Image source", "Variant Image"),
        "category": (
            *("Product Category", "Product: Category", "Standardized Product Type"),
            *("Standard Product Type", "Standardised Product Type"),
        ),
        "brand": ("Vendor",),
        "condition": ("Google Shopping / Condition",),
        "size": ("Size (product.metafields.shopify.size)",),
        "colour": ("Color (product.metafields.shopify.color-pattern)",),
        "price": ("Variant Price", "Price"),
        "listed_at": ("Created At", "Published At"),
    },
    required=("Handle", "Variant Price"),
    also_required=(
        ("URL handle", "Title"),
        ("Handle", "Body (HTML)"),
        ("Handle", "Title", "Vendor"),
        ("Handle", "Title", "Option1 Name"),
        ("Title", "Body (HTML)", "Vendor"),
        ("Title", "Body HTML", "Variant Price"),
    ),
    group="Handle",
    extra={
        **_OPTIONS,
        "type": ("Custom Product Type", "Type", "Product type"),
        "google_category": (
            "Google Shopping / Google Product Category",
            "Google Shopping / Product category",
        ),
    },
    convert=convert,
    notes=(
        "records of one handle are one product, with price and options of its first variant",
        "the export names no currency: say which one the prices are in with --currency",
    ),
)
