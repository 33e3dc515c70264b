"""Amounts have the digits that they need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.amounts import decimals, format_amount


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (12.5, "USD", "12.50 USD"),
        (0.0005, "USD", "0.0005 USD"),
        (0.000123456, "EUR", "0.00012 EUR"),
        (0.05, "USD", "0.05 USD"),
        (1_250_000, "JPY", "1,250,000 JPY"),
        (3012.7, "JPY", "3,013 JPY"),
        (0.4, "JPY", "0.4 JPY"),
        (1.2345, "KWD", "1.234 KWD"),
        (1e8, None, "100,000,000.00"),
        (0.0, "USD", "0.00 USD"),
    ],
)
def test_an_amount_is_shown_with_enough_digits(amount, currency, shown):
    assert format_amount(amount, currency) == shown


@given(st.floats(1e-10, 1e9), st.sampled_from(["USD", "JPY", "KWD", None]))
def test_what_is_shown_is_near_the_amount(amount, currency):
    shown = float(format_amount(amount, currency).split()[0].replace(",", ""))
    assert shown == pytest.approx(amount, rel=0.06)
    assert decimals(amount, currency) <= 12
