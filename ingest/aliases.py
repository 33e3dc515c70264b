"""Usual names of columns, by field: of shops, marketplaces and databases in several languages.

A name is written as ``normalise`` returns it: lower case, half width, words joined by ``_``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ingest.alias_languages import LANGUAGES
from ingest.exports import headers
from ingest.readings.currencies import is_code

ALIASES: dict[str, tuple[str, ...]] = {
    "listing_id": (
        "id", "item_id", "product_id", "listing_number", "item_number", "article_number", "sku",
        "商品id", "商品番号", "商品コード", "artikelnummer", "référence", "codice", "referencia",
    ),
    "title": (
        "name", "item_name", "product_name", "item_title", "product_title", "listing_title",
        "headline", "subject", "商品名", "タイトル", "titel", "bezeichnung", "artikelname",
        "produktname", "titre", "nom", "nom_du_produit", "titolo", "nome", "título", "titulo",
        "nombre", "item", "product", "article", "artikel", "produkt", "producto", "produit",
    ),
    "description": (
        "item_description", "product_description", "long_description", "full_description", "text",
        "body", "body_html", "details", "desc", "商品説明", "商品の説明", "商品説明文", "説明",
        "beschreibung", "artikelbeschreibung", "produktbeschreibung", "descriptif", "descrizione",
        "descripción", "descripcion", "descrição", "descricao",
    ),
    "photos": (
        "photo", "image", "images", "picture", "pictures", "image_path", "image_paths",
        "photo_path", "image_file", "image_name", "image_link", "image_url", "image_urls",
        "photo_url", "photo_urls", "画像", "商品画像", "商品画像名", "bild", "bilder", "foto",
        "fotos", "immagine", "immagini", "imagen", "imágenes",
    ),
    "category": (
        "category_name", "category_path", "categories", "product_category", "item_category",
        "product_type", "カテゴリー", "カテゴリ", "商品カテゴリ", "商品カテゴリー", "カテゴリー名",
        "kategorie", "kategorien", "warengruppe", "catégorie", "categorie", "categoria",
        "categoría", "category_id",
    ),
    "brand": (
        "brand_name", "manufacturer", "vendor", "maker", "ブランド", "ブランド名", "メーカー",
        "marke", "hersteller", "marque", "fabricant", "marca", "fabricante", "produttore",
    ),
    "condition": (
        "item_condition", "condition_name", "item_condition_name", "product_condition",
        "item_condition_id", "condition_id", "商品の状態", "商品状態", "コンディション", "状態",
        "zustand", "artikelzustand", "état", "etat", "condizione", "condizioni", "estado",
        "condición",
    ),
    "size": ("item_size", "size_name", "サイズ", "größe", "groesse", "taille", "taglia", "talla"),
    "colour": (
        "color", "colours", "colors", "colour_name", "color_name", "カラー", "色", "farbe",
        "couleur", "colore",
    ),
    "price": (
        "item_price", "sale_price", "selling_price", "asking_price", "list_price", "unit_price",
        "amount", "start_price", "販売価格", "価格", "商品価格", "値段", "preis", "verkaufspreis",
        "prix", "prix_de_vente", "prezzo", "precio", "preço", "preco",
    ),
    "currency": (
        "price_currency", "currency_code", "currency_id", "通貨", "währung", "waehrung", "devise",
        "valuta", "moneda", "moeda",
    ),
    "shipping_payer": (
        "shipping", "payer", "shipping_payer_id", "who_pays_shipping", "free_shipping",
        "is_free_shipping", "shipping_from", "配送料の負担", "送料負担", "送料の負担", "送料",
        "versand",
    ),
    "shipping_fee": (
        "shipping_cost", "shipping_price", "postage", "postage_cost", "freight", "freight_value",
        "freight_cost", "versandkosten", "frais_de_port", "spese_di_spedizione",
        "gastos_de_envío",
    ),
    "weight": (
        "shipping_weight", "package_weight", "parcel_weight", "item_weight", "product_weight",
        "variant_grams", "重量", "重さ", "gewicht", "poids", "peso",
    ),
    "dimensions": (
        "dimension", "package_dimensions", "parcel_dimensions", "product_dimensions",
        "item_dimensions", "abmessungen", "dimensioni", "dimensiones", "dimensoes", "寸法",
    ),
    "shipping_method": (
        "shipping_method_name", "delivery_method", "shipping_service", "配送方法", "発送方法",
        "versandart", "mode_de_livraison", "metodo_di_spedizione", "método_de_envío",
    ),
    "parcel_size": ("package_size", "parcel", "荷物サイズ", "paketgröße"),
    "seller_id": (
        "seller", "user_id", "seller_name", "shop_id", "store_id", "merchant_id", "advertiser",
        "出品者", "出品者id", "verkäufer", "vendeur", "venditore", "vendedor",
    ),
    "listed_at": (
        "created_at", "created", "listing_date", "listed", "date_listed", "date_created",
        "creation_date", "start_date", "posted_at", "出品日", "出品日時", "登録日時", "登録日",
    ),
    "sold_at": ("sold", "sold_date", "date_sold", "sale_date", "売却日", "販売日"),
    "language": ("lang", "locale", "言語", "sprache", "langue", "lingua", "idioma"),
}  # fmt: skip
"""Other names of our fields, the more telling one first."""

AMOUNTS = ("price", "shipping_payer", "shipping_fee")
"""Fields whose columns may be named with a currency, such as ``price_gbp``."""

_CURRENCY = re.compile(r"_(?:in_)?([a-z]{3})$")
_NUMBER = re.compile(r"_?(\d{1,2})$")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "ı": "i", "đ": "d", "æ": "ae", "œ": "oe"})


@lru_cache(maxsize=4096)
def normalise(column: str) -> str:
    """Return a column's name as ``headers.normalise``, ``itemName`` as two words, no accents."""
    name = headers.normalise(_WORD_START.sub("_", column))
    decomposed = unicodedata.normalize("NFD", name).translate(_LETTERS)
    # Marks of kana are no accents: ブ and フ are two letters.
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))


@lru_cache(maxsize=1)
def fields_by_name() -> dict[str, list[tuple[str, int]]]:
    """Return for each normalised name its fields, with its place among the names of the field."""
    found: dict[str, list[tuple[str, int]]] = {}
    for field, names in ALIASES.items():
        others = LANGUAGES.get(field, "").split()
        for place, name in enumerate((field, *names, *others)):
            of_name = found.setdefault(normalise(name), [])
            if field not in [known for known, _ in of_name]:
                of_name.append((field, place))
    return found


def without_currency(name: str) -> str:
    """Return a normalised name without a currency at its end: ``price_gbp`` is ``price``."""
    match = _CURRENCY.search(name)
    if match is None or not is_code(match[1].upper()):
        return name
    return name[: match.start()]


def without_number(name: str) -> tuple[str, int]:
    """Return a normalised name without a number at its end, and the number or 0."""
    match = _NUMBER.search(name)
    if match is None or match.start() == 0:
        return name, 0
    return name[: match.start()], int(match[1])
