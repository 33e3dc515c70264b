"""Exports of Japanese marketplaces, whose files are in CP932."""

import pytest

from tests.ingest.exports.tables import form_of, read

MERCARI = (
    "商品画像名_1,商品画像名_2,商品名,商品説明,SKU1_種類,SKU1_在庫数,SKU1_商品管理コード,"
    "ブランドID,販売価格,カテゴリID,商品の状態,配送方法,発送元の地域,配送料の負担\n"
    "a-1.jpg,a-2.jpg,花柄ワンピース,未使用です,,1,A1,,3000,C77,1,1,jp13,1\n"
    ",,革財布,少し傷あり,,1,B1,B9,980,C78,4,9,jp13,2\n"
)

RAKUTEN = (
    "商品管理番号（商品URL）,商品名,ジャンルID,PC用商品説明文,商品画像パス1,送料,SKU管理番号,"
    "バリエーション項目キー1,バリエーション項目選択肢1,通常購入販売価格,"
    "商品属性（項目）1,商品属性（値）1\n"
    "coat,ウールコート,100371,暖かい<br>コート,/coat/1.jpg,,,,,,,\n"
    "coat,,,,,1,coat-s,サイズ,S,12800,ブランド名,アクメ\n"
    "coat,,,,,1,coat-m,サイズ,M,13800,ブランド名,アクメ\n"
    "cup,マグカップ,215783,赤い,/cup/1.jpg,0,cup,,,1200,ブランド名,-\n"
)

SHOPPING = (
    "path,name,code,price,headline,caption,explanation,condition,product-category,delivery\n"
    "レディース:ワンピース,花柄ワンピース,a1,3000,春,綿,長い説明,0,1234,1\n"
    ",革の財布,b1,980,,,牛革,1,5678,0\n"
)

AUCTIONS = (
    "カテゴリ,タイトル,説明,開始価格,即決価格,送料負担,商品の状態,画像1\n"
    "2084,花柄ワンピース,綿です,1000,3000,出品者,未使用,a.jpg\n"
    "2085,革の財布,牛革,980,,落札者,やや傷や汚れあり,\n"
)


@pytest.mark.parametrize(
    ("table", "name"),
    [
        (MERCARI, "mercari shops"),
        (RAKUTEN, "rakuten"),
        (SHOPPING, "yahoo shopping"),
        (AUCTIONS, "yahoo auctions"),
    ],
)
def test_japanese_exports_are_in_yen_and_recognised_from_cp932(table, name):
    form = form_of(table.encode("cp932").decode("cp932"))
    assert (form.name, form.currency, form.language) == (name, "JPY", "ja")


def test_mercari_shops_codes_become_mercaris_words():
    dress, wallet = read(MERCARI).listings
    assert (dress["condition"], dress["shipping_payer"]) == ("新品、未使用", "seller")
    assert (wallet["condition"], wallet["shipping_payer"]) == (
        "やや傷や汚れあり",
        "buyer",
    )
    assert (dress["shipping_method"], dress["photos"]) == (
        "らくらくメルカリ便",
        ["a-1.jpg", "a-2.jpg"],
    )


def test_mercari_shops_words_stay_as_they_are():
    table = (
        "商品ID,商品名,カテゴリー,ブランド名,商品の状態,配送料の負担,販売価格\n"
        "m1,花柄ワンピース,レディース > ワンピース,ナイキ,未使用に近い,着払い(購入者負担),¥980\n"
    )
    (dress,) = read(table).listings
    assert (dress["condition"], dress["shipping_payer"]) == (
        "未使用に近い",
        "着払い(購入者負担)",
    )
    assert (dress["brand"], dress["price"]) == ("ナイキ", "¥980")


def test_records_of_a_rakuten_item_are_one_listing():
    found = read(RAKUTEN)
    coat, cup = found.listings
    assert (coat["title"], coat["price"], coat["size"]) == (
        "ウールコート",
        "12800",
        "S",
    )
    assert (coat["brand"], coat["shipping_payer"]) == ("アクメ", "seller")
    assert ("brand" in cup, cup["shipping_payer"], found.merged) == (False, "buyer", 2)
    assert coat["photos"] == ["coat/1.jpg"]


def test_older_rakuten_items_are_a_record_each():
    table = (
        "コントロールカラム,商品管理番号,全商品ディレクトリID,商品名,販売価格,送料,PC用商品説明文,商品画像URL\n"
        "u,coat,100371,ウールコート,12800,送料込,暖かい,https://image.example/1.jpg https://image.example/2.jpg\n"
    )
    (coat,) = read(table).listings
    assert (coat["category"], coat["shipping_payer"]) == ("100371", "seller")
    assert "photos" not in coat


def test_a_path_of_yahoo_shopping_becomes_levels():
    dress, wallet = read(SHOPPING).listings
    assert dress["category"] == "レディース > ワンピース"
    assert (dress["condition"], dress["shipping_payer"]) == ("新品", "seller")
    assert (wallet["category"], "shipping_payer" in wallet) == ("5678", False)


def test_an_auction_has_the_price_to_buy_it_at_once_where_there_is_one():
    dress, wallet = read(AUCTIONS).listings
    assert (dress["price"], dress["shipping_payer"]) == ("3000", "seller")
    assert (wallet["price"], wallet["shipping_payer"]) == ("980", "buyer")


def test_another_shops_paths_names_and_codes_are_none_of_yahoos():
    assert form_of("path,name,code,price\na/b,Red cup,1,5\n") is None


def test_a_plain_japanese_table_has_no_form():
    assert form_of("商品ID,商品名,ブランド,価格\nA1,靴,ナイキ,3000\n") is None
