"""WooCommerce's product export: a record a product, and one for each of its variations.

Source: https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema (read July 2026).
The header is in the language of the shop's administration; German, French and Spanish are read
too, and the columns of the extension "Product CSV Import Suite" (post_title, regular_price).
"""

from __future__ import annotations

import re

from ingest.exports.cells import (
    is_filled,
    keep_local_photos,
    option_field,
    place_options,
    to_text,
)
from ingest.exports.form import Cells, ExportForm
from ingest.exports.headers import normalise

N_ATTRIBUTES = 10
"""Attributes that are looked through for a size, a colour and a brand."""

_NUMBERS = range(1, N_ATTRIBUTES + 1)
_VARIATIONS = ("variation", "variante", "variación", "product_variation")
_BRAND_WORDS = frozenset(["brand", "brands", "marke", "marque", "marca", "hersteller"])
_NO_CATEGORIES = ("uncategorized", "unkategorisiert", "non classé", "sin categoría")

# A comma that belongs to a name is written as "\,".
_BETWEEN_CATEGORIES = re.compile(r"(?<!\\),\s*|\|")


def convert(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of a product, with the price and the options of its first variation."""
    values = dict(cells)
    if "category" in values:
        values["category"] = _deepest(to_text(values["category"]))

    attributes = [
        (values.get(f"attribute{number}_name"), _first(values, number))
        for number in _NUMBERS
        if is_filled(values.get(f"attribute{number}_name"))
    ]
    place_options(values, attributes)
    for name, value in attributes:
        is_brand = set(normalise(to_text(name)).split("_")) & _BRAND_WORDS
        if is_brand and not is_filled(values.get("brand")):
            values["brand"] = value

    keep_local_photos(values, separators=",|")
    return values, {}


def _deepest(text: str) -> str:
    """Return one of several categories of a cell: the first of those with most levels."""
    paths = [path.replace("\\,", ",") for path in _BETWEEN_CATEGORIES.split(text)]
    named = [path for path in paths if path.strip().casefold() not in _NO_CATEGORIES]
    return max(named, key=lambda path: path.count(">"), default="").strip()


def _first(values: Cells, number: int) -> object:
    """Return a value of an attribute; of the sizes and colours of a product its first one."""
    value = values.get(f"attribute{number}_values")
    if option_field(values.get(f"attribute{number}_name")):
        return re.split(r"\s*[,|]\s*", to_text(value))[0]
    return value


def _continues(first: Cells, record: Cells) -> bool:
    """Return whether a record is a variation of the product whose first record is given."""
    if not _is_variation(record):
        return False

    parent = to_text(record.get("parent"))
    names = [to_text(first.get("sku")), f"id:{to_text(first.get('listing_id'))}"]
    if _is_variation(first):
        # Variations whose product is elsewhere in the file are one listing among themselves.
        names = [to_text(first.get("parent"))]
    return not parent or parent.casefold() in [name.casefold() for name in names]


def _is_variation(values: Cells) -> bool:
    kinds = to_text(values.get("type")).casefold()
    return any(kind in kinds for kind in _VARIATIONS)


FORM = ExportForm(
    name="woocommerce",
    title="WooCommerce's product export",
    columns={
        "listing_id": ("ID", "post_id", "SKU", "Artikelnummer", "UGS"),
        "title": ("Name", "Nom", "Nombre", "post_title"),
        "description": (
            *("Description", "Beschreibung", "Descripción", "post_content"),
            *("Short description", "Kurzbeschreibung", "Description courte"),
            *("Descripción corta", "post_excerpt"),
        ),
        "photos": ("Images", "Bilder", "Imágenes"),
        "category": (
            "Categories",
            "Kategorien",
            "Catégories",
            "Categorías",
            "tax:product_cat",
        ),
        "brand": (
            "Brands",
            "Brand",
            "Marken",
            "Marques",
            "Marcas",
            "tax:product_brand",
        ),
        "price": (
            *("Regular price", "Regulärer Preis", "Tarif régulier", "Precio normal"),
            *("Sale price", "Angebotspreis", "Tarif promo", "Precio rebajado"),
        ),
    },
    required=("Name", "Regular price"),
    also_required=(
        ("ID", "Type", "SKU", "Name", "Categories"),
        ("ID", "Type", "Name", "Short description"),
        ("Name", "Regulärer Preis"),
        ("Nom", "Tarif régulier"),
        ("Nombre", "Precio normal"),
        ("post_title", "regular_price"),
    ),
    extra={
        "sku": ("SKU", "Artikelnummer", "UGS"),
        "type": ("Type", "Typ", "Tipo", "tax:product_type"),
        "parent": ("Parent", "Übergeordnetes Produkt", "Superior", "parent_sku"),
        **{
            f"attribute{number}_name": (
                f"Attribute {number} name",
                f"Attribut {number} Name",
                f"Nom de l'attribut {number}",
                f"Nombre del atributo {number}",
            )
            for number in _NUMBERS
        },
        **{
            f"attribute{number}_values": (
                f"Attribute {number} value(s)",
                f"Attribut {number} Wert(e)",
                f"Valeur(s) de l'attribut {number}",
                f"Valor(es) del atributo {number}",
            )
            for number in _NUMBERS
        },
    },
    continues=_continues,
    convert=convert,
    notes=(
        "a product and the variations that follow it are one listing, with the price of the first",
        "of several categories the one with most levels counts",
        "the export names no currency: say which one the prices are in with --currency",
    ),
)
