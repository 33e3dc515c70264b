"""Amazon's inventory file ("flat file") and its report of all listings.

Sources, as of November 2026: the field names of the inventory file templates
(https://sellercentral.amazon.com/gp/help/external/581) and of the listings report.
"""

from __future__ import annotations

from ingest.exports.cells import keep_local_photos, text_of, translate
from ingest.exports.form import Cells, ExportForm, Reference

_CONDITIONS = {
    "1": "Used - Like New",
    "2": "Used - Very Good",
    "3": "Used - Good",
    "4": "Used - Acceptable",
    "5": "Collectible - Like New",
    "6": "Collectible - Very Good",
    "7": "Collectible - Good",
    "8": "Collectible - Acceptable",
    "10": "Refurbished",
    "11": "New",
}
"""Names of the conditions by the codes of the listings report."""


def convert(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of a listing, with words for codes."""
    values = dict(cells)
    translate(values, "condition", _CONDITIONS)
    keep_local_photos(values, separators="|")
    return values, {}


def _refer(record: Cells) -> Reference:
    """Return the product of a variation by its SKU."""
    own = text_of(record, "sku")
    parent = text_of(record, "parent_sku")
    # Variations without their product are one listing among themselves.
    names = filter(None, (parent or own,))
    return Reference(tuple(names), parent)


FORM = ExportForm(
    name="amazon",
    title="Amazon's inventory file or listings report",
    columns={
        "listing_id": ("item_sku", "seller-sku", "Seller SKU", "listing-id"),
        "title": ("item_name", "Product Name"),
        "description": (
            *("product_description", "item-description", "Product Description"),
            *("bullet_point1", "Key Product Features1"),
        ),
        "photos": (
            *("main_image_url", "Main Image URL", "image-url"),
            *(f"other_image_url{number}" for number in range(1, 9)),
        ),
        "category": (
            *("item_type", "item_type_name", "item_type_keyword", "feed_product_type"),
            *(
                "product_type",
                "product_subtype",
                "recommended_browse_nodes",
                "Item Type",
            ),
        ),
        "brand": ("brand_name", "brand", "Brand Name", "manufacturer"),
        "condition": ("condition_type", "item-condition"),
        "size": ("size_name", "size"),
        "colour": ("color_name", "color", "colour_name"),
        "price": ("standard_price", "your_price", "price", "list_price"),
        "currency": ("currency",),
        "listed_at": ("open-date",),
    },
    required=("item_sku", "item_name"),
    also_required=(
        ("item_name", "standard_price"),
        ("item_name", "seller-sku"),
        ("Seller SKU", "Product Name"),
    ),
    extra={
        "sku": ("item_sku", "Seller SKU"),
        "parent_sku": ("parent_sku", "Parent SKU"),
    },
    refer=_refer,
    convert=convert,
    notes=(
        "a product and its variations are one listing, with the price of the first",
    ),
)
