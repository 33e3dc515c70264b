"""Yahoo! JAPAN's tables: the products of a shop (Shopping), and auctions as listed in bulk.

Sources: the headers of Shopping's data.csv (path, name, code, ...) and of the bulk listing of
Auctions (カテゴリ, タイトル, 開始価格, ...), as public tools write them (as of November 2026).
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.exports.cells import fall_back, has, keep_local_photos, text_of, translate
from ingest.exports.form import Cells, ExportForm, Sample
from ingest.exports.languages import is_japanese

MAX_PHOTOS = 10
_CONDITIONS = {"0": "新品", "1": "中古"}
_PAYERS = {"出品者": "seller", "落札者": "buyer", "1": "seller", "0": "buyer"}
_FREE_DELIVERY = "1"


def convert_product(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of a product; its path ``レディース:トップス`` becomes levels."""
    values = dict(cells)
    if has(values, "category"):
        # A product may be on several paths, a line each.
        path, _, _ = text_of(values, "category").partition("\n")
        values["category"] = path.replace(":", " > ")
    fall_back(values, "category", "category_id")
    translate(values, "condition", _CONDITIONS)

    # Other codes depend on the sum of the order, so that nothing is known of one product.
    is_given = has(values, "shipping_payer")
    if text_of(values, "delivery") == _FREE_DELIVERY and not is_given:
        values["shipping_payer"] = "seller"
    keep_local_photos(values, separators=";|")
    return values, {}


def convert_auction(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of an auction; its price is the one to buy it at once, where it has one."""
    values = dict(cells)
    translate(values, "shipping_payer", _PAYERS)
    keep_local_photos(values, separators="|")
    return values, {}


def _check(
    form: ExportForm, columns: Sequence[str], sample: Sample
) -> ExportForm | None:
    """Return the form when titles are Japanese: its columns have names that others use too."""
    names = form.columns.get("title", ())
    n_japanese = 0
    for record in sample:
        titles = (text_of(record, name) for name in names)
        n_japanese += any(map(is_japanese, titles))

    is_mostly = n_japanese > 0 and 2 * n_japanese >= len(sample)
    return form if is_mostly else None


SHOPPING = ExportForm(
    name="yahoo shopping",
    title="Yahoo! JAPAN Shopping's table of products",
    columns={
        "listing_id": ("code",),
        "title": ("name",),
        "description": ("explanation", "caption", "abstract", "headline"),
        "photos": ("item-image-urls",),
        "category": ("path",),
        "brand": ("brand", "brand-name", "brand-code"),
        "condition": ("condition",),
        "price": ("price", "original-price"),
    },
    required=("path", "name", "code", "price"),
    also_required=(
        ("name", "code", "product-category"),
        ("name", "code", "explanation", "caption"),
    ),
    extra={"category_id": ("product-category",), "delivery": ("delivery",)},
    convert=convert_product,
    check=_check,
    currency="JPY",
    language="ja",
)

AUCTIONS = ExportForm(
    name="yahoo auctions",
    title="Yahoo! JAPAN Auctions' bulk listing",
    columns={
        "listing_id": ("オークションID", "管理番号"),
        "title": ("タイトル",),
        "description": ("説明", "商品説明"),
        "photos": tuple(f"画像{number}" for number in range(1, MAX_PHOTOS + 1)),
        "category": ("カテゴリ名", "カテゴリ", "カテゴリID"),
        "brand": ("ブランド", "ブランド名", "ブランドID"),
        "condition": ("商品の状態", "状態"),
        "price": ("即決価格", "開始価格"),
        "shipping_payer": ("送料負担", "送料の負担"),
        "shipping_method": ("配送方法1", "配送方法"),
    },
    required=("タイトル", "開始価格"),
    also_required=(("タイトル", "即決価格"),),
    convert=convert_auction,
    currency="JPY",
    language="ja",
)
