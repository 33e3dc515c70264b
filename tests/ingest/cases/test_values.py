"""Prices, currencies and dates as shops write them: cases A1 to A19."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.main import main
from tests.ingest.cases.shops import column, read, read_path, write

LOOKS_LIKE_KAGGLE = (
    "name,item_condition_id,shipping,price\n"
    "花柄ワンピース 未使用,1,1,3000\n革財布 二つ折り,3,0,5000\n木の椅子 ナチュラル,4,1,980\n"
)


@pytest.mark.parametrize(
    ("header", "options", "currency"),
    [
        ("name,item_condition_id,shipping,price", {"currency": "JPY"}, "JPY"),
        ("name,item_condition_id,shipping,price_jpy", {}, "JPY"),
        ("name,item_condition_id,shipping,price", {"currency": "KRW"}, "KRW"),
    ],
)
def test_a1_a_look_alike_of_kaggles_table_is_not_in_dollars(
    tmp_path, header, options, currency
):
    first_line = LOOKS_LIKE_KAGGLE.partition("\n")[0]
    shop = read(tmp_path, LOOKS_LIKE_KAGGLE.replace(first_line, header), **options)
    assert shop.description.kind == "csv"
    assert shop.prices == [(3000, currency), (5000, currency), (980, currency)]
    assert shop.values("language") == [None, None, None]


def test_a1_options_win_over_kaggles_own_table(tmp_path):
    table = (
        "train_id\tname\titem_condition_id\tcategory_name\tbrand_name\tprice\tshipping\n"
        "0\tBlue vase\t3\tHome/Decor\t\t10.0\t1\n1\tTall boots\t1\tWomen/Shoes\tAcme\t44.0\t0\n"
    )
    shop = read(tmp_path, table, "train.tsv", currency="CAD", form="none")
    assert shop.prices == [(10, "CAD"), (44, "CAD")]
    shop = read(tmp_path, table, "again.tsv", currency="CAD")
    assert shop.description.kind == "kaggle mercari"
    assert shop.prices == [(10, "CAD"), (44, "CAD")]


@pytest.mark.parametrize(
    ("cells", "prices"),
    [
        (["¥3,000", "¥980", "￥１２，５００"], [(3000, "JPY"), (980, "JPY"), (12500, "JPY")]),
        (["£20", "£12.50", "£1,200"], [(20, "GBP"), (12.5, "GBP"), (1200, "GBP")]),
        (["12,50 €", "8 €", "1 299,00 €"], [(12.5, "EUR"), (8, "EUR"), (1299, "EUR")]),
        (["₩39,000", "₩8,000", "₩120,000"], [(39000, "KRW"), (8000, "KRW"), (120000, "KRW")]),
        (["120 zł", "35,99 zł", "1 050 zł"], [(120, "PLN"), (35.99, "PLN"), (1050, "PLN")]),
    ],
)  # fmt: skip
def test_a3_the_sign_says_the_currency(tmp_path, cells, prices):
    assert read(tmp_path, column("price", cells)).prices == prices


def test_a3_a_sign_that_contradicts_the_option_drops_the_price(tmp_path):
    shop = read(tmp_path, column("price", ["¥3000", "20"]), currency="USD")
    assert shop.prices == [None, (20, "USD")]
    assert shop.dropped == [
        ("price", "price '¥3000' is in JPY, and --currency says USD")
    ]


@pytest.mark.parametrize(
    ("cells", "prices"),
    [
        (["1.299,00", "12,50", "1.299", "2.450", "89"], [1299, 12.5, 1299, 2450, 89]),
        (["1 299,00", "12,5", "1 299", "89"], [1299, 12.5, 1299, 89]),
        (["1'299.00", "12.50", "1'299", "89.-"], [1299, 12.5, 1299, 89]),
        (["1,299.00", "12.50", "1,299", "89"], [1299, 12.5, 1299, 89]),
        (["1.299", "2.450", "349", "1.050", "12.000"], [1299, 2450, 349, 1050, 12000]),
    ],
)
def test_a6_the_decimal_mark_is_a_fact_of_the_column(tmp_path, cells, prices):
    shop = read(tmp_path, column("preis", cells))
    assert shop.values("price") == prices
    assert not shop.dropped


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["0,999", "12,50", "3,20"], 0.999),
        (["0.999", "12.50", "3.20"], 0.999),
        (["0,75", "0,999", "1,25"], 0.75),
    ],
)
def test_a7_no_thousands_begin_with_zero(tmp_path, cells, first):
    shop = read(tmp_path, column("price", cells))
    assert shop.values("price")[0] == first


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("15.00 USD", (15, "USD")),
        ("USD 15.00", (15, "USD")),
        ("JPY 3000", (3000, "JPY")),
        ("1.299,00 EUR", (1299, "EUR")),
        ("CHF 45.-", (45, "CHF")),
        ("AUD $35", (35, "AUD")),
        ("3,000円", (3000, "JPY")),
        ("250 SEK", (250, "SEK")),
    ],
)
def test_a8_a_currency_in_the_cell_is_read(tmp_path, cell, price):
    assert read(tmp_path, column("price", [cell, cell])).prices == [price, price]


@pytest.mark.parametrize("mark", ["\\", "¥", "￥"])
def test_a10_a_backslash_is_a_yen_sign_of_old_files(tmp_path, mark):
    table = f"id,title,price\n1,赤いマフラー,{mark}300\n2,青いマグ,{mark}1200\n"
    assert read(tmp_path, table).prices == [(300, "JPY"), (1200, "JPY")]


@pytest.mark.parametrize(
    "cell",
    ["Free", "ASK", "0", "$12.99 - $15.99", "auf Anfrage", "-5", "応相談", "see text"],
)
def test_a12_a_price_that_is_none_costs_its_cell(tmp_path, cell):
    table = f"title;category;brand;price\nScarf;Wool/Red;Acme;{cell}\nMug;Home/Cups;Lux;12.50\n"
    shop = read(tmp_path, table)
    assert shop.values("title") == ["Scarf", "Mug"]
    assert shop.values("brand") == ["Acme", "Lux"]
    assert [price and price[0] for price in shop.prices] == [None, 12.5]
    ((field, reason),) = shop.dropped
    assert field == "price"
    assert cell in reason


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (["05/31/2024", "06/01/2024"], ["2024-05-31T00:00", "2024-06-01T00:00"]),
        (["31.05.2024", "1.6.2024 08:15"], ["2024-05-31T00:00", "2024-06-01T08:15"]),
        (["2024/05/31 18:00", "2024/06/01"], ["2024-05-31T18:00", "2024-06-01T00:00"]),
        (["2024-05-31 18:00:00 UTC", ""], ["2024-05-31T18:00", None]),
        (["1717178400", "1717264800"], ["2024-05-31T18:00", "2024-06-01T18:00"]),
        (["2024年5月31日", "2024年6月1日"], ["2024-05-31T00:00", "2024-06-01T00:00"]),
        (["May 31, 2024", "1 June 2024"], ["2024-05-31T00:00", "2024-06-01T00:00"]),
    ],
)
def test_a13_dates_are_read_as_their_column_writes_them(tmp_path, cells, dates):
    shop = read(tmp_path, column("created_at", cells))
    assert shop.dates() == dates
    assert not shop.dropped


@pytest.mark.parametrize(
    "cell", ["0000-00-00 00:00:00", "yesterday", "2024-13-45", "31/31/2024"]
)
def test_a13_a_date_that_is_none_costs_its_cell_at_most(tmp_path, cell):
    shop = read(tmp_path, column("created_at", [cell, "2024-05-31"]))
    assert shop.values("title") == ["item 0", "item 1"]
    assert shop.dates() == [None, "2024-05-31T00:00"]


@pytest.mark.parametrize("factor", [1, 1_000, 1_000_000])
def test_a14_epochs_of_any_unit_are_dates(tmp_path, factor):
    rows = [
        f'{{"title": "scarf {n}", "created_at": {(1_610_112_000 + n) * factor}}}'
        for n in range(3)
    ]
    shop = read(tmp_path, "\n".join(rows), "shop.jsonl")
    assert shop.dates() == ["2021-01-08T13:20"] * 3


@pytest.mark.parametrize(
    ("listed", "sold", "is_kept"),
    [
        ("2024-05-31T18:00Z", "2024-05-31", True),
        ("2024-05-31", "2024-05-31T09:00Z", True),
        ("2024-05-31T23:30:00-05:00", "2024-06-01", True),
        ("2024-05-31T18:00Z", "2024-05-29", False),
    ],
)
def test_a15_a_date_is_any_time_of_its_day(tmp_path, listed, sold, is_kept):
    rows = [f"1,scarf,{listed},{sold}", "2,mug,2024-05-30T08:00Z,2024-05-31"]
    shop = read(tmp_path, "\n".join(["id,title,listed_at,sold_at", *rows]))
    assert [date is not None for date in shop.dates("sold_at")] == [is_kept, True]
    assert len(shop.listings) == 2


@pytest.mark.parametrize("prices", [[19.99, 5.45], [0.1, 1299.95], [33.33, 7.07]])
def test_a16_prices_stored_in_32_bits_are_what_was_written(tmp_path, prices):
    table = pa.table({"title": ["scarf", "mug"], "price": np.array(prices, "float32")})
    pq.write_table(table, tmp_path / "shop.parquet")
    assert read_path(tmp_path / "shop.parquet").values("price") == prices


@pytest.mark.parametrize("placeholder", ["9999999", "99999999", "9,999,999", "0.01"])
def test_a17_placeholders_are_no_prices_and_named(tmp_path, placeholder):
    ordinary = [str(3 + n % 90) for n in range(300)]
    shop = read(tmp_path, column("price", [*ordinary, *[placeholder] * 4]))
    assert shop.values("price")[-4:] == [None] * 4
    assert None not in shop.values("price")[:-4]
    assert len(shop.dropped) == 4
    assert "placeholders" in shop.warnings


@pytest.mark.parametrize(
    ("main_currency", "other"), [("JPY", "USD"), ("EUR", "GBP"), ("USD", "CAD")]
)
def test_a18_a_second_currency_is_said(tmp_path, main_currency, other, capsys):
    rows = [f"scarf {n},{10 + n},{main_currency}" for n in range(55)]
    rows += [f"mug {n},{10 + n},{other}" for n in range(45)]
    path = write(tmp_path, "\n".join(["title,price,currency", *rows]))
    shop = read_path(path)
    assert shop.prices[-1] == (54, other)
    assert "45" in shop.warnings
    assert other in shop.warnings
    assert main(["ingest", str(path), "--dry-run"]) == 0
    assert other in capsys.readouterr().out


@pytest.mark.parametrize("cell", ["0.0005", "0.00047", "5e-4"])
def test_a19_tiny_prices_are_kept_as_they_are(tmp_path, cell):
    shop = read(tmp_path, column("price", [cell, "0.0006"]))
    assert shop.values("price") == [float(cell), 0.0006]
