"""Rakuten's table of items (RMS), before and after items were divided into SKUs, in CP932.

Source: the headers of normal-item.csv and item.csv, as public tools read them
(https://manual.next-engine.net/main/product/prd_shohin-touroku/12192/, as of November 2026).
A record of the item has its texts, and a record for each SKU has a price.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from ingest.exports.cells import (
    has,
    is_filled,
    keep_local_photos,
    place_options,
    to_text,
    translate,
)
from ingest.exports.form import Cells, ExportForm

MAX_PHOTOS = 20
N_ATTRIBUTES = 20
"""Attributes (商品属性) that are looked through for a brand, a size and a colour."""

_ATTRIBUTES = range(1, N_ATTRIBUTES + 1)
_AXES = range(1, 7)
_BRAND = "ブランド名"
_PAYERS = {
    "0": "buyer",
    "1": "seller",
    "送料別": "buyer",
    "送料込": "seller",
    "送料無料": "seller",
}
_DASHES = ("-", "−", "ー")


def convert(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of an item, with the price and the options of its first SKU."""
    values = dict(cells)
    attributes = _pairs(values, "attribute", _ATTRIBUTES)
    for name, value in attributes:
        is_brand = to_text(name) == _BRAND
        if is_brand and not has(values, "brand"):
            values["brand"] = value

    axes = _pairs(values, "axis", _AXES)
    place_options(values, [*axes, *attributes])
    translate(values, "shipping_payer", _PAYERS)
    keep_local_photos(values, separators=" |")
    if "photos" in values:
        values["photos"] = _relative_paths(values["photos"])
    return values, {}


def _relative_paths(photos: object) -> list[object]:
    # Paths begin at the root of the shop's pictures.
    paths = cast(list[object], photos)
    return [str(path).lstrip("/") for path in paths]


def _pairs(
    values: Cells, prefix: str, numbers: Iterable[int]
) -> list[tuple[object, object]]:
    """Return names and values of options; a dash as a value says that there is none."""
    pairs = []
    for number in numbers:
        name = values.get(f"{prefix}{number}_name")
        value = values.get(f"{prefix}{number}_value")
        if is_filled(name) and to_text(value) not in _DASHES:
            pairs.append((name, value))
    return pairs


FORM = ExportForm(
    name="rakuten",
    title="Rakuten's table of items",
    columns={
        "listing_id": ("商品管理番号（商品URL）", "商品管理番号", "商品番号"),
        "title": ("商品名",),
        "description": (
            *(
                "商品説明文",
                "PC用商品説明文",
                "スマートフォン用商品説明文",
                "PC用販売説明文",
            ),
            *("キャッチコピー", "PC用キャッチコピー"),
        ),
        "photos": (
            *(f"商品画像パス{number}" for number in range(1, MAX_PHOTOS + 1)),
            *("商品画像パス", "商品画像URL"),
        ),
        "category": ("ジャンル", "ジャンル名", "ジャンルID", "全商品ディレクトリID"),
        "brand": ("ブランド名", "ブランド"),
        "price": ("通常購入販売価格", "販売価格", "表示価格"),
        "shipping_payer": ("送料",),
    },
    required=("商品管理番号（商品URL）", "商品名"),
    also_required=(
        ("商品管理番号", "商品名", "ジャンルID"),
        ("商品管理番号", "商品名", "販売価格"),
        ("商品管理番号", "商品名", "通常購入販売価格"),
        ("商品名", "全商品ディレクトリID"),
    ),
    group="商品管理番号（商品URL）",
    extra={
        **{f"attribute{n}_name": (f"商品属性（項目）{n}",) for n in _ATTRIBUTES},
        **{f"attribute{n}_value": (f"商品属性（値）{n}",) for n in _ATTRIBUTES},
        **{f"axis{n}_name": (f"バリエーション項目キー{n}",) for n in _AXES},
        **{f"axis{n}_value": (f"バリエーション項目選択肢{n}",) for n in _AXES},
    },
    convert=convert,
    currency="JPY",
    language="ja",
    notes=("records of one item are one listing, with the price of its first SKU",),
)
