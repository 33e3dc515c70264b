import numpy as np
import pytest

from pipelines.data_checks import compare
from pipelines.data_checks.config import DataConfig
from pipelines.data_checks.profile import Profile

DAY = 86_400


def find_changes(before, now, config):
    return [change.sentence for change in compare.find_changes(before, now, config)]


def a_profile(**changes):
    values = {
        "id": "monday",
        "created_at": "2026-11-30",
        "rows": 1_000,
        "coverage": {"brand": 900, "photos": 800},
        "currencies": {"USD": 1_000},
        "categories": {"Women": 600, "Men": 400},
        "prices": {"USD": [10.0, 20.0, 40.0]},
        "dates": [0.0, 100.0 * DAY],
    }
    return Profile(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"rows": 300, "coverage": {"brand": 270, "photos": 240}},
            "there are 300 rows, and 1,000 before: at least 50% of those are wanted",
        ),
        (
            {"coverage": {"brand": 410, "photos": 800}},
            "brand is there in 41% of the rows, and in 90% before",
        ),
        (
            {"coverage": {"brand": 900, "photos": 800, "price": 500}},
            "price is there in 50% of the rows, and in 0% before",
        ),
        (
            {"categories": {"Women": 100, "Men": 900}},
            "50% of the rows are in other top categories than before: 'Women' has 10% of them,"
            " and 60% before",
        ),
        (
            {"prices": {"USD": [1_000.0, 1_999.0, 4_000.0]}},
            "the median price is 1,999.00 USD, and 20.00 USD before",
        ),
        (
            {"dates": [0.0, 80.0 * DAY]},
            "the newest listings are of 1970-03-22, older than those before, of 1970-04-11",
        ),
    ],
)
def test_what_has_changed_is_said_with_both_figures(changes, sentence):
    assert find_changes(a_profile(), a_profile(**changes), DataConfig()) == [sentence]


def test_another_currency_is_two_sentences():
    now = a_profile(currencies={"EUR": 900, "USD": 100})

    assert find_changes(a_profile(), now, DataConfig()) == [
        "90% of the prices are in EUR, and 0% before",
        "10% of the prices are in USD, and 100% before",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"rows": 600, "coverage": {"brand": 500, "photos": 450}},
        {"categories": {"Women": 400, "Men": 600}},
        {"prices": {"USD": [15.0, 30.0, 60.0]}},
        {"dates": [0.0, 95.0 * DAY]},
        {"dates": []},
        {"coverage": {"brand": 900, "photos": 800, "sold_at": 1_000}},
    ],
)
def test_a_change_below_its_threshold_is_none(changes):
    assert find_changes(a_profile(), a_profile(**changes), DataConfig()) == []


def test_a_threshold_is_a_setting():
    now = a_profile(coverage={"brand": 600, "photos": 800})

    assert find_changes(a_profile(), now, DataConfig()) != []
    assert find_changes(a_profile(), now, DataConfig(max_coverage_change=0.4)) == []


@pytest.mark.parametrize("n_rows", [10, 40, 200])
def test_nights_of_a_small_shop_that_has_not_changed_raise_no_alarm(n_rows):
    rng = np.random.default_rng(3)
    nights = [_draw(rng, n_rows) for _ in range(200)]

    pairs = zip(nights, nights[1:], strict=False)
    alarms = [
        changes for pair in pairs if (changes := find_changes(*pair, DataConfig()))
    ]

    assert alarms == []


def _draw(rng, n_rows):
    """Draw a snapshot of a shop whose labels and prices are those of every night."""
    categories = rng.choice(list("abcdefgh"), n_rows, p=[0.3, 0.2] + [0.5 / 6] * 6)
    prices = np.exp(rng.normal(3, 1, n_rows))
    names, counts = np.unique(categories, return_counts=True)
    return a_profile(
        rows=n_rows,
        coverage={"brand": int(rng.binomial(n_rows, 0.5)), "photos": n_rows},
        currencies={"USD": n_rows},
        categories=dict(zip(names.tolist(), counts.tolist(), strict=True)),
        prices={"USD": np.quantile(prices, (0.25, 0.5, 0.75)).tolist()},
    )
