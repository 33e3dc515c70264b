"""WooCommerce's product export: a record a product, and one for each of its variations.

Source, as of November 2026:
https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema
The header is in the language of the shop's administration; German, French and Spanish are read
too, and the columns of the extension "Product CSV Import Suite" (post_title, regular_price).
"""

from __future__ import annotations

import re

from ingest.exports.cells import (
    has,
    keep_local_photos,
    option_field,
    place_options,
    text_of,
    to_text,
)
from ingest.exports.form import PREVIOUS, Cells, ExportForm, Reference
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
        if has(values, f"attribute{number}_name")
    ]
    place_options(values, attributes)
    for name, value in attributes:
        is_brand = set(normalise(to_text(name)).split("_")) & _BRAND_WORDS
        if is_brand and not has(values, "brand"):
            values["brand"] = value

    keep_local_photos(values, separators=",|")
    return values, {}


def _deepest(text: str) -> str:
    """Return one of several categories of a cell: the first of those with most levels."""
    deepest = ""
    n_levels = -1
    for part in _BETWEEN_CATEGORIES.split(text):
        path = part.strip().replace("\\,", ",")
        if path.casefold() in _NO_CATEGORIES:
            continue

        if path.count(">") > n_levels:
            deepest = path
            n_levels = path.count(">")
    return deepest


def _first(values: Cells, number: int) -> object:
    """Return a value of an attribute; of the sizes and colours of a product its first one."""
    value = values.get(f"attribute{number}_values")
    if option_field(values.get(f"attribute{number}_name")):
        return re.split(r"\s*[,|]\s*", to_text(value))[0]
    return value


def _refer(record: Cells) -> Reference:
    """Return the product of a variation, which is named by its SKU or as ``id:12``."""
    kinds = text_of(record, "type").casefold()
    is_variation = any(kind in kinds for kind in _VARIATIONS)
    if is_variation:
        parent = text_of(record, "parent").casefold()
        if parent:
            return Reference(names=(parent,), parent=parent)
        # Variations without their product are one listing among themselves.
        return Reference(parent=PREVIOUS)

    number = text_of(record, "listing_id")
    own_id = f"id:{number}".casefold()
    sku = text_of(record, "sku").casefold()
    names = (sku, own_id) if sku else (own_id,)
    return Reference(names)


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
    refer=_refer,
    convert=convert,
    notes=(
        "a product and its variations are one listing, with the price of the first one",
        "of several categories the one with most levels counts",
        "the export names no currency: say which one the prices are in with --currency",
    ),
)
