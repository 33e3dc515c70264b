"""Prices that are none, and prices that only look like it."""

import numpy as np
import pytest

from ingest.options import ReadOptions
from ingest.readings import read_columns


def shop(median, n=1_000, scale=0.9):
    """Prices of a shop, log-normal as prices are."""
    logs = np.random.default_rng(0).normal(np.log(median), scale, n)
    return [f"{price:.2f}" for price in np.exp(logs)]


def is_dropped(prices, cell):
    readings = read_columns({"price": prices}, {}, ReadOptions())
    try:
        return readings.parsers["price"](cell) is None
    except ValueError as error:
        return "is a placeholder and no price" in str(error)


@pytest.mark.parametrize(
    ("median", "cell", "times"),
    [
        (20, "9999999", 8),
        (20, "9,999,999", 1),
        (20, "99999", 3),
        (20, "1234567", 1),
        (20, "111111", 2),
        (20, "0.01", 5),
        (3_000, "9999999", 6),
        (3_000, "1.00", 4),
        (8_000, "1", 2),
        (8_000, "123", 4),
    ],
)
def test_a_placeholder_is_set_aside(median, cell, times):
    assert is_dropped([*shop(median), *[cell] * times], cell)


@pytest.mark.parametrize(
    ("median", "cell", "times"),
    [
        (20, "1500.00", 1),
        (20, "12500", 1),
        (3_000, "99999", 1),
        (3_000, "9999", 20),
        (150, "9999", 1),
        (8, "1.00", 40),
        (40, "999", 2),
    ],
)
def test_a_true_price_survives(median, cell, times):
    assert not is_dropped([*shop(median), *[cell] * times], cell)


def test_a_dear_watch_among_its_like_survives():
    watches = ["85000", "92000", "120000", "99999"]
    assert not is_dropped([*shop(60), *watches], "99999")


def test_a_few_prices_prove_nothing():
    assert not is_dropped(["5", "8", "99999"], "99999")


def test_most_prices_may_be_placeholders():
    assert is_dropped([*shop(20, 100), *["9999999"] * 300], "9999999")


def test_the_profile_names_placeholders_and_absurd_prices():
    prices = [*shop(20), *["9999999"] * 8, "48215000", "48215000"]
    readings = read_columns({"price": prices}, {}, ReadOptions())
    warnings = " ".join(each.warning for each in readings.readings)
    assert "8 prices of 9,999,999 USD (0.8 %), set aside as placeholders" in warnings
    assert "2 prices such as '48,215,000' USD far from the others" in warnings


def read_two_currencies(extra):
    """Read prices in yen and in dollars, told apart by a column, and ``extra`` rows."""
    rows = [*[(price, "JPY") for price in shop(3_000, 550)]]
    rows += [(price, "USD") for price in shop(20, 450)]
    prices, codes = zip(*rows, *extra, strict=True)
    return read_columns({"price": prices, "currency": codes}, {}, ReadOptions())


def test_cheap_things_in_dollars_are_no_odd_prices_among_those_in_yen():
    readings = read_two_currencies([("1.00", "USD")] * 9 + [("1.25", "USD")] * 3)
    assert readings.parsers["price"]("1.00").value == 1
    warnings = [each.warning for each in readings.readings if each.field == "price"]
    assert not any("far from the others" in warning for warning in warnings)


def test_a_placeholder_in_every_currency_is_set_aside_and_named_in_its_own():
    readings = read_two_currencies([("9999999", "JPY")] * 5)
    with pytest.raises(ValueError, match="is a placeholder"):
        readings.parsers["price"]("9999999")
    assert any(
        "5 prices of 9,999,999 JPY" in each.warning for each in readings.readings
    )
