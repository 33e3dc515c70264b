"""Prices: what a column's numbers and currencies mean, and what its cells are read as."""

import pytest

from common.errors import InputError
from ingest.options import ReadOptions
from ingest.readings import DEFAULT_READINGS, Amount, read_columns, settle_currency


def read(cells, name="price", form_currency="", title=(), column=(), **options):
    sample = {"price": cells, "title": title, "currency": column}
    return read_columns(sample, {"price": name}, ReadOptions(**options), form_currency)


def values(readings, cells):
    return [readings.parsers["price"](cell).value for cell in cells]


def reason(readings, cell):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        readings.parsers["price"](cell)
    return str(error.value)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1.299,00", "12,50", "1.299", "2.450", "89"], [1299, 12.5, 1299, 2450, 89]),
        (["1,299.00", "12.50", "1,299", "89"], [1299, 12.5, 1299, 89]),
        (["0,999"], [0.999]),
        (["1 299,00", "1 299"], [1299, 1299]),
        (["1'299.50", "1’299"], [1299.5, 1299]),
        (["1,00,000", "12,34,567.50"], [100_000, 1_234_567.5]),
        (["１２００", "１，５００．５０"], [1200, 1500.5]),
        (["1.299.000", "2.450"], [1_299_000, 2450]),
        ([19.989999771118164, 5, 12.5], [19.99, 5, 12.5]),
        (["1e2", "12.5"], [100, 12.5]),
    ],
)
def test_the_whole_column_says_which_mark_is_the_decimal_mark(cells, expected):
    assert values(read(cells), cells) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"form_currency": "EUR"}, 1299),
        ({"form_currency": "CHF"}, 1299),
        ({"form_currency": "JPY"}, 1299),
        ({"form_currency": "KWD"}, 1.299),
        ({"form_currency": "GBP"}, 1.299),
        ({"decimal": ","}, 1299),
        ({"decimal": "."}, 1.299),
        ({"name": "preis_eur"}, 1299),
    ],
)
def test_custom_or_an_option_reads_three_digits_after_a_mark(options, expected):
    assert values(read(["1.299", "2.450"], **options), ["1.299"]) == [expected]


def test_three_digits_after_a_point_are_dropped_where_nothing_decides():
    readings = read(["1.299", "2.450"])
    assert "--decimal" in reason(readings, "1.299")
    assert any("dropped" in each.warning for each in readings.readings)


def test_short_numbers_beside_them_make_three_digits_thousands():
    assert values(read(["1.299", "2.450", "89"]), ["1.299"]) == [1299]


@pytest.mark.parametrize(
    ("cells", "value"), [(["$12.990", "$990"], 12990), (["$12.990", "$150.000"], None)]
)
def test_a_dollar_sign_may_be_that_of_pesos(cells, value):
    readings = read(cells)
    if value is None:
        assert "--decimal" in reason(readings, cells[0])
    else:
        assert values(readings, cells[:1]) == [value]


@pytest.mark.parametrize("cell", ["1.299", "3.000"])
def test_three_decimals_in_a_column_of_two_are_dropped(cell):
    readings = read(["12.50", "89.90", cell])
    assert "may be in thousands" in reason(readings, cell)


def test_a_cell_that_contradicts_its_column_is_dropped():
    readings = read(["12.50", "8.99", "1,299.00"] * 10 + ["12,50"])
    assert "has a decimal comma, and its column a decimal point" in reason(
        readings, "12,50"
    )


def test_each_currency_has_its_own_decimal_mark():
    cells = ["1.299,00 €", "12,50 €", "$1,299.00", "$12.50"]
    assert values(read(cells), cells) == [1299, 12.5, 1299, 12.5]


@pytest.mark.parametrize(
    ("cell", "value", "currency"),
    [
        ("$1,200.50", 1200.5, "USD"),
        ("15.00 USD", 15, "USD"),
        ("USD 15.00", 15, "USD"),
        ("jpy 3000", 3000, "JPY"),
        ("¥3,000", 3000, "JPY"),
        ("￥3000", 3000, "JPY"),
        ("3,000円", 3000, "JPY"),
        ("3,000円(税込)", 3000, "JPY"),
        ("1.2万円", 12_000, "JPY"),
        ("\\1200", 1200, "JPY"),
        ("300元", 300, "CNY"),
        ("₩12,000", 12_000, "KRW"),
        ("₹ 1,00,000.00", 100_000, "INR"),
        ("Rs. 500/-", 500, "INR"),
        ("R$ 1.299,00", 1299, "BRL"),
        ("kr 120", 120, "SEK"),
        ("NOK 120", 120, "NOK"),
        ("12,50 zł", 12.5, "PLN"),
        ("Fr. 12.-", 12, "CHF"),
        ("CHF 12.–", 12, "CHF"),
        ("US $12.00", 12, "USD"),
        ("C $12.00", 12, "CAD"),
        ("AU$12", 12, "AUD"),
        ("$12 CAD", 12, "CAD"),
        ("€ 12 EUR", 12, "EUR"),
        ("€.99", 0.99, "EUR"),
        ("Fr.50", 50, "CHF"),
        ("£20 ono", 20, "GBP"),
        ("120 € VB", 120, "EUR"),
        ("FP 20", 20, None),
        ("89,-", 89, None),
        ("¥3,000-", 3000, "JPY"),
        ("3,000円-", 3000, "JPY"),
        ("1,200 JPY (tax included)", 1200, "JPY"),
    ],
)
def test_a_cell_says_amount_and_currency(cell, value, currency):
    amount = read([cell]).parsers["price"](cell)
    assert (amount.value, amount.currency) == (value, currency)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("Free", "'Free' is not an amount"),
        ("ASK", "'ASK' is not an amount"),
        ("VB", "'VB' is not an amount"),
        ("0", "'0' is not above 0"),
        ("-5", "'-5' is not above 0"),
        ("(12.00)", "'(12.00)' is not above 0"),
        ("$12.99 - $15.99", "'$12.99 - $15.99' is a range and not an amount"),
        ("3 for $10", "'3 for $10' is several numbers and not an amount"),
        ("$12 EUR", "'$12 EUR' names two currencies"),
        ("2024-05-31", "'2024-05-31' is several numbers and not an amount"),
        ("1e9", "'1e9' is not below 1000000000"),
        ("9" * 400, "is not finite"),
        (True, "'True' is not an amount"),
        ([1], "'[1]' is not an amount"),
    ],
)
def test_what_is_no_amount_is_said_in_a_sentence(cell, problem):
    assert problem in reason(read(["12.50", cell]), cell)


@pytest.mark.parametrize("cell", ["", None, float("nan"), "n/a", "-", "—", "  ", "TBD"])
def test_an_empty_cell_is_no_price(cell):
    assert read(["12.50", cell]).parsers["price"](cell) is None


@pytest.mark.parametrize(
    ("cells", "options", "currency"),
    [
        (["5"], {"currency": "JPY"}, "JPY"),
        (["5"], {"name": "price_gbp"}, "GBP"),
        (["5"], {"name": "Price (EUR)"}, "EUR"),
        (["5"], {"name": "priceUSD"}, "USD"),
        (["5"], {"name": "価格(円)"}, "JPY"),
        (["5"], {"name": "販売価格（円）"}, "JPY"),
        (["5"], {"name": "Price (US$)"}, "USD"),
        (["5"], {"name": "Price C$"}, "CAD"),
        (["5"], {"name": "price_rs"}, "INR"),
        (["5"], {"name": "Preis in €"}, "EUR"),
        (["5"], {"name": "price_all"}, "USD"),
        (["5"], {"form_currency": "CAD"}, "CAD"),
        (
            ["5"],
            {"currency": "GBP", "form_currency": "CAD", "name": "price_eur"},
            "GBP",
        ),
        (["¥5", "5"], {}, "JPY"),
        (["¥5", "5"], {"title": ["红色围巾"]}, "CNY"),
        (["$5", "5"], {"name": "price_cad"}, "CAD"),
        (["5", "6"], {"title": ["赤いマフラー"]}, "JPY"),
        (["5"], {}, "USD"),
    ],
)
def test_prices_without_a_currency_have_that_of_the_table(cells, options, currency):
    assert read(cells, **options).currency == currency


def test_a_column_of_currencies_says_that_of_its_empty_cells():
    assert read(["5", "6", "7"], column=["EUR", "EUR", ""]).currency == "EUR"


def test_a_sign_that_contradicts_the_option_drops_the_cell():
    readings = read(["€12", "12"], currency="USD")
    assert "is in EUR, and --currency says USD" in reason(readings, "€12")


def test_a_sign_of_many_currencies_means_that_of_the_option():
    amount = read(["$12"], currency="CAD").parsers["price"]("$12")
    assert (amount.value, amount.currency) == (12, "CAD")


def test_a_rare_currency_is_named():
    (*_, last) = read(["3000円"] * 97 + ["$20"] * 3).readings
    assert "3 % in USD, the others in JPY" in last.warning


def test_one_reading_says_what_the_column_is():
    (reading,) = read(["1.299,00 €", "12,50 €", "89 €"]).readings
    assert reading.meaning == "amounts in EUR with a decimal comma"
    assert "3 of 3 cells, such as '1.299,00 €', say so" in reading.evidence
    assert "2 of 3 cells, such as '1.299,00', have a decimal comma" in reading.evidence


def test_yen_need_no_warning_where_titles_are_japanese():
    (reading,) = read(["\\1,200", "\\300"], title=["赤いマフラー"] * 2).readings
    assert (reading.meaning, reading.warning) == (
        "amounts in JPY with a decimal point",
        "",
    )


def test_a_column_of_two_currencies_is_warned_of():
    readings = read(["5"] * 20, column=["JPY"] * 11 + ["USD"] * 9).readings
    assert "45 % in USD, the others in JPY" in readings[-1].warning


@pytest.mark.parametrize(
    "options",
    [{"decimal": ";"}, {"currency": "yens"}, {"dates": "us"}, {"empty_brand": "x"}],
)
def test_an_option_that_is_none_is_said_in_a_sentence(options):
    with pytest.raises(InputError, match="--"):
        read(["5"], **options)


@pytest.mark.parametrize(
    ("amount", "stated", "settled"),
    [
        (Amount(1, None), "EUR", "EUR"),
        (Amount(1, "JPY"), None, "JPY"),
        (Amount(1, "JPY", ("CNY",)), "CNY", "CNY"),
        (Amount(1, None), None, None),
    ],
)
def test_a_price_and_its_row_agree_on_a_currency(amount, stated, settled):
    assert settle_currency(amount, stated) == settled


def test_a_price_and_its_row_may_contradict_each_other():
    with pytest.raises(ValueError, match="is in EUR, and the row's currency is USD"):
        settle_currency(Amount(1, "EUR"), "USD")


@pytest.mark.parametrize(
    ("name", "options", "value"),
    [
        ("price_cents", {}, 12.99),
        ("unit_amount", {}, 12.99),
        ("unit_amount", {"form_currency": "JPY"}, 1299),
        ("price_micros", {}, 0.001299),
        ("price", {}, 1299),
    ],
)
def test_minor_units_are_read_where_the_name_says_so(name, options, value):
    assert values(read(["1299", "500"], name, **options), ["1299"]) == [value]


def test_amounts_as_programs_write_them_are_read():
    cell = {"amount": "12.00", "currencyCode": "EUR"}
    assert read([cell]).parsers["price"](cell) == Amount(12.0, "EUR")


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1万2800円", 12_800, "JPY"),
        ("3万円", 30_000, "JPY"),
        ("12.50 $ CA", 12.5, "CAD"),
    ],
)
def test_myriads_and_signs_before_their_country_are_read(text, value, currency):
    amount = DEFAULT_READINGS.parsers["price"](text)
    assert (amount.value, amount.currency) == (value, currency)


def test_prices_below_japanese_names_are_taken_for_yen():
    sample, names = {"price": [3000], "title": ["Vase"]}, {"price": "販売価格"}
    assert read_columns(sample, names, ReadOptions()).currency == "JPY"
