"""Etsy's download of a shop's listings: a record a listing, its photos in IMAGE1 to IMAGE10.

Source: Shop Manager, Settings, Options, Download Data; the header as public tools read it in
November 2026.
"""

from __future__ import annotations

from ingest.exports.cells import keep_local_photos, place_options, text_of
from ingest.exports.form import Cells, ExportForm

_NUMBERS = (1, 2)


def convert(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of a listing, with the first of its sizes and colours."""
    values = dict(cells)
    for number in _NUMBERS:
        variation = f"variation{number}"
        choices = text_of(values, f"{variation}_values")
        first = choices.partition(",")[0].strip()

        # "Custom" variations have a name of the seller's, others are named by their type.
        for part in ("type", "name"):
            name = text_of(values, f"{variation}_{part}")
            place_options(values, [(name, first)])

    keep_local_photos(values, separators="|")
    return values, {}


FORM = ExportForm(
    name="etsy",
    title="Etsy's download of listings",
    columns={
        "listing_id": ("LISTING_ID", "SKU"),
        "title": ("TITLE",),
        "description": ("DESCRIPTION",),
        "photos": tuple(f"IMAGE{number}" for number in range(1, 21)),
        "category": ("CATEGORY", "TAXONOMY", "SECTION"),
        "price": ("PRICE",),
        "currency": ("CURRENCY_CODE",),
    },
    # Titles, tags and materials alone are in the tables of many a clothes shop.
    required=("TITLE", "CURRENCY_CODE", "MATERIALS", "TAGS"),
    also_required=(
        ("TITLE", "TAGS", "MATERIALS", "IMAGE1"),
        ("TITLE", "MATERIALS", "VARIATION 1 TYPE"),
        ("TITLE", "CURRENCY_CODE", "IMAGE1", "QUANTITY"),
        ("TITLE", "TAGS", "IMAGE1", "QUANTITY"),
    ),
    extra={
        f"variation{number}_{part.casefold()}": (f"VARIATION {number} {part}",)
        for number in _NUMBERS
        for part in ("TYPE", "NAME", "VALUES")
    },
    convert=convert,
    notes=("Etsy's download has no categories, brands and conditions",),
)
