"""Whole tables of shops, as commands read them: cases D1 to D6, E8 and E9."""

import re

import pytest

from cli.main import main
from common.snapshot import Snapshot
from tests.ingest.cases.shops import read, write

FEED = (
    "id\ttitle\tprice\tgoogle_product_category\tbrand\tcondition\tshipping\titem_group_id\n"
    "S1\tPolo Shirt\t15.00 USD\tApparel > Shirts\tAcme\tnew\tUS:::6.49 USD\tG1\n"
    "S2\tPhone 64GB\t129.00 USD\tElectronics > Phones\tAcme\trefurbished\tUS:::0 USD\tG2\n"
    "S3\tCamera lens\t80.00 USD\tCameras > Lenses\tLux\tused\tUS:::0.00 USD\tG3\n"
)


def run(*arguments):
    """The exit code of ``listrec ingest``."""
    return main(["ingest", *map(str, arguments)])


@pytest.mark.parametrize("currency", ["USD", "EUR", "GBP"])
def test_d1_a_merchant_feed_is_read_whole(tmp_path, currency):
    shop = read(tmp_path, FEED.replace("USD", currency), "feed.tsv")
    assert shop.prices == [(15, currency), (129, currency), (80, currency)]
    assert shop.values("condition")[1:] == ["refurbished", "used"]
    assert shop.values("shipping_payer") == ["buyer", "seller", "seller"]
    assert shop.values("category")[0] == "Apparel/Shirts"
    assert not shop.dropped


@pytest.mark.parametrize("field", ["condition", "shipping_payer", "brand", "price"])
def test_d1_a_column_can_be_left_out(tmp_path, field):
    path = write(tmp_path, FEED, "feed.tsv")
    assert run(path, "--out", tmp_path / "out", "--map", f"{field}=") == 0
    cells = Snapshot.open(tmp_path / "out", verify=False).manifest.cells
    assert field not in cells or not cells[field]["read"]


@pytest.mark.parametrize("cell", ["abc", "see photo", "5 or 6"])
def test_d1_what_is_dropped_is_said_with_an_example(tmp_path, cell, capsys):
    rows = "".join(f"scarf {n};{12 + n},50\n" for n in range(10))
    path = write(tmp_path, f"title;price\nmug;{cell}\n{rows}")
    assert run(path, "--out", tmp_path / "out") == 0
    assert cell in capsys.readouterr().err
    assert run(path, "--out", tmp_path / "again", "--strict") == 2


SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Product Category,"
    "Option1 Name,Option1 Value,Variant Price,Image Src\n"
    "linen-shirt,Linen Shirt,<p>Light</p>,Acme Wear,Apparel > Shirts,"
    "Size,S,39.90,https://cdn.example/1.jpg\n"
    "linen-shirt,,,,,,M,39.90,\n"
    "linen-shirt,,,,,,,,https://cdn.example/2.jpg\n"
    "mug,Blue Mug,<p>Tea</p>,Lux,Home > Cups,Title,Default Title,8.00,https://cdn.example/3.jpg\n"
)  # fmt: skip


def test_d3_a_shopify_export_needs_no_map_and_says_what_it_read(tmp_path, capsys):
    path = write(tmp_path, SHOPIFY)
    assert run(path, "--out", tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "taken for: shopify" in said
    assert re.search(r"^  brand +'Vendor'", said, re.MULTILINE)
    assert "addresses" in said


def test_d3_columns_that_were_not_read_are_named(tmp_path, capsys):
    path = write(tmp_path, "title,Hue or Colour,Vintage,price\nscarf,red,1970,5\n")
    assert run(path, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "not read" in said
    assert "'Vintage'" in said
    assert "--map colour='Hue or Colour'" in said


def test_d4_variants_and_photos_of_a_product_are_one_listing(tmp_path):
    shop = read(tmp_path, SHOPIFY.replace("https://cdn.example/", ""))
    assert shop.values("title") == ["Linen Shirt", "Blue Mug"]
    assert [row.merged for row in shop.rows] == [2, 0]
    assert not shop.rejected
    assert [len(photos) for photos in shop.values("photos")] == [2, 1]


MERCARI_SHOPS = (
    "商品ID,商品名,商品説明,カテゴリー,ブランド名,商品の状態,配送料の負担,販売価格,商品画像名_1\n"
    "m1,花柄ワンピース,未使用です,レディース > ワンピース > ロング/マキシワンピース,ナイキ,"
    '"新品、未使用",送料込み(出品者負担),"¥3,000",m1.jpg\n'
    "m2,革財布,少し傷あり,メンズ > 小物 > 折り財布,,"
    "やや傷や汚れあり,着払い(購入者負担),¥980,m2.jpg\n"
)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-16"])
def test_d6_mercaris_table_of_japan_is_read_in_any_encoding(tmp_path, encoding):
    # In CP932 the yen sign has the code of the backslash.
    text = MERCARI_SHOPS.replace("¥", "\\") if encoding == "cp932" else MERCARI_SHOPS
    shop = read(tmp_path, text.encode(encoding))
    assert shop.prices == [(3000, "JPY"), (980, "JPY")]
    assert shop.values("shipping_payer") == ["seller", "buyer"]
    category = "レディース/ワンピース/ロング\u2215マキシワンピース"
    assert shop.values("category") == [category, "メンズ/小物/折り財布"]
    assert None not in shop.values("condition")
    assert not shop.dropped


@pytest.mark.parametrize(
    ("words", "header"),
    [
        (["Neu mit Etikett", "Sehr gut", "Gut", "Zufriedenstellend"], "Zustand"),
        (["Neuf avec étiquette", "Très bon état", "Bon état", "Satisfaisant"], "état"),
        (["未使用に近い", "目立った傷や汚れなし", "全体的に状態が悪い"], "商品の状態"),
        (["A", "B", "C", "AB"], "condition"),
    ],
)  # fmt: skip
def test_d6_conditions_keep_the_words_of_their_shop(tmp_path, words, header):
    rows = "".join(f"item {n};{word}\n" for n, word in enumerate(words))
    shop = read(tmp_path, f"title;{header}\n{rows}")
    assert shop.values("condition") == words


@pytest.mark.parametrize("seed", range(4))
def test_e8_a_table_of_one_seller_fills_every_split(tmp_path, seed, capsys):
    listings = "".join(f"scarf {n},7,{5 + n % 9}\n" for n in range(600))
    path = write(tmp_path, "title,seller_id,price\n" + listings)
    assert run(path, "--out", tmp_path / "out", "--seed", seed) == 0
    rows = Snapshot.open(tmp_path / "out", verify=False).manifest.rows
    assert rows["train"] > 400
    assert min(rows["validation"], rows["test"]) >= 30


@pytest.mark.parametrize("n_rows", [50, 200])
@pytest.mark.parametrize("n_sellers", [1, 2, 13])
def test_e9_small_shops_get_every_split(tmp_path, n_rows, n_sellers):
    listings = "".join(f"scarf {n},{n % n_sellers},5\n" for n in range(n_rows))
    path = write(tmp_path, "title,seller_id,price\n" + listings)
    assert run(path, "--out", tmp_path / "out") == 0
    rows = Snapshot.open(tmp_path / "out", verify=False).manifest.rows
    assert rows["train"] > n_rows / 2
    assert min(rows["validation"], rows["test"]) >= n_rows / 25
