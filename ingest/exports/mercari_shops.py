"""Mercari Shops' table of products, in CP932 or UTF-8, with codes or with Mercari's words.

Source: the header and the codes of the CSV for registering products, as public tools write it in
November 2026.
"""

from __future__ import annotations

from ingest.exports.cells import keep_local_photos, translate
from ingest.exports.form import Cells, ExportForm

MAX_PHOTOS = 20

_CODES = {
    "condition": {
        "1": "新品、未使用",
        "2": "未使用に近い",
        "3": "目立った傷や汚れなし",
        "4": "やや傷や汚れあり",
        "5": "傷や汚れあり",
        "6": "全体的に状態が悪い",
    },
    "shipping_payer": {"1": "seller", "2": "buyer"},
    "shipping_method": {
        "1": "らくらくメルカリ便",
        "2": "ゆうゆうメルカリ便",
        "3": "メルカリBiz配送",
        "9": "その他",
    },
}
"""For fields that the table may hold as codes, the meaning of each code."""


def convert(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of a product, with words for codes."""
    values = dict(cells)
    for field, meanings in _CODES.items():
        translate(values, field, meanings)
    keep_local_photos(values, separators="|")
    return values, {}


FORM = ExportForm(
    name="mercari shops",
    title="Mercari Shops' table of products",
    columns={
        "listing_id": ("商品ID", "SKU1_商品管理コード", "商品管理コード"),
        "title": ("商品名",),
        "description": ("商品説明", "商品の説明"),
        "photos": tuple(f"商品画像名_{number}" for number in range(1, MAX_PHOTOS + 1)),
        "category": (
            *("カテゴリー", "カテゴリ", "カテゴリー名", "カテゴリ名"),
            *("カテゴリーID", "カテゴリID"),
        ),
        "brand": ("ブランド名", "ブランド", "ブランドID"),
        "condition": ("商品の状態",),
        "size": ("サイズ",),
        "colour": ("カラー", "色"),
        "price": ("販売価格", "価格"),
        "shipping_payer": ("配送料の負担",),
        "shipping_method": ("配送方法", "配送の方法"),
        "listed_at": ("商品登録日時", "出品日時", "登録日時"),
    },
    required=("商品名", "商品画像名_1"),
    also_required=(
        ("商品名", "商品の状態", "配送料の負担"),
        ("商品名", "SKU1_在庫数"),
        ("商品名", "SKU1_種類"),
    ),
    convert=convert,
    currency="JPY",
    language="ja",
)
