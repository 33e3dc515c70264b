import re
from pathlib import Path

import numpy as np
import pytest

from common.errors import InputError
from common.listing import Listing
from simulator import oracle
from simulator.source import read

ROWS = 5000


@pytest.fixture(scope="module")
def rows():
    return [dict(row.values) for batch in read(ROWS, 7) for row in batch]


@pytest.fixture(scope="module")
def known():
    return oracle.posterior(7, range(1, ROWS + 1), known=("price",))


def test_the_true_interval_covers_as_often_as_it_says(known):
    for share in (0.5, 0.8, 0.95):
        low, high = known.prices.interval(share)
        covered = np.mean((low <= known.asking_price) & (known.asking_price <= high))
        # rounding puts prices on round numbers, which moves coverage by at most a point
        assert abs(covered - share) < 3 * np.sqrt(share * (1 - share) / ROWS) + 0.01


def test_prices_are_uniform_in_their_own_distribution(known):
    """The randomised probability integral transform (Czado et al., 2009)."""
    below = known.prices.cdf(known.asking_price - 0.005)
    up_to_price = known.prices.cdf(known.asking_price)
    draws = np.random.default_rng(1).random(ROWS)
    levels = below + (up_to_price - below) * draws

    counts, _ = np.histogram(levels, 10, (0, 1))
    shares = counts / ROWS
    assert np.abs(shares - 0.1).max() < 4 * np.sqrt(0.1 * 0.9 / ROWS)
    assert (up_to_price > below).all()


def test_a_quantile_is_where_the_distribution_says(known):
    for level in (0.05, 0.5, 0.9):
        quantile = known.prices.quantile(level)
        is_unclipped = (quantile > 20) & (quantile < 4000)
        errors = np.abs(known.prices.cdf(quantile)[is_unclipped] - level)
        assert errors.max() < 0.12
        assert errors.mean() < 0.02


@pytest.mark.parametrize("field", ["parcel_size", "shipping_method", "shipping_payer"])
@pytest.mark.parametrize("known_fields", [(), ("price",)])
def test_the_best_answer_is_right_as_often_as_its_odds_say(rows, field, known_fields):
    posterior = oracle.posterior(7, range(1, ROWS + 1), known=known_fields)
    probabilities, names = {
        "parcel_size": (posterior.parcel_size, posterior.sizes),
        "shipping_method": (posterior.shipping_method, posterior.methods),
        "shipping_payer": (posterior.payer, posterior.payers),
    }[field]
    assert np.allclose(probabilities.sum(axis=1), 1)
    answers = [names[index] for index in probabilities.argmax(axis=1)]
    hits = [
        row[field] == best
        for row, best in zip(rows, answers, strict=True)
        if field in row
    ]
    # a seller's listings hang together: about eight of them count as one and a half
    assert np.mean(hits) == pytest.approx(
        oracle.bayes_accuracy(probabilities), abs=0.025
    )


def test_who_knows_more_is_right_more_often():
    accuracies = []
    for known_fields in ((), ("price",), ("price", "parcel_size")):
        posterior = oracle.posterior(7, range(1, 2001), known=known_fields)
        accuracies.append(oracle.bayes_accuracy(posterior.shipping_method))

    nothing, price, price_and_size = accuracies
    assert nothing < price < price_and_size


def test_category_and_brand_are_those_of_the_form_but_for_slips(rows, known):
    for field, true in (("category", known.category), ("brand", known.brand)):
        same = [
            row[field] == value
            for row, value in zip(rows, true, strict=True)
            if field in row
        ]
        assert np.mean(same) > 0.96
    assert any(
        row.get("category", true) != true
        for row, true in zip(rows, known.category, strict=True)
    )


def test_things_are_sold_as_fast_as_it_says(rows, known):
    sold_within_month = known.sold_within(30)
    early = [row.get("listed_at", "9") < "2025-11-01" for row in rows]
    days = [
        (
            np.array(row["sold_at"], "datetime64")
            - np.array(row["listed_at"], "datetime64")
        ).astype(int)
        if "sold_at" in row and "listed_at" in row
        else 999
        for row in rows
    ]
    sold = np.array(days)[early] < 30
    assert np.mean(sold) == pytest.approx(sold_within_month[early].mean(), abs=0.025)


def test_a_lower_price_sells_sooner(known):
    assert (
        known.sold_within(14, prices=0.7 * known.asking_price) > known.sold_within(14)
    ).all()


def test_rows_are_found_by_their_ids(known):
    listings = [Listing(listing_id="L00004000"), Listing(listing_id="L00000002")]
    posterior = oracle.posterior(7, oracle.row_numbers(listings))
    assert posterior.asking_price.tolist() == [
        known.asking_price[3999],
        known.asking_price[1],
    ]
    assert posterior.category == (known.category[3999], known.category[1])


def test_what_it_cannot_tell_is_a_sentence():
    with pytest.raises(InputError, match="not 'colour'"):
        oracle.posterior(1, [1], known=("colour",))
    with pytest.raises(InputError, match="L00000001"):
        oracle.row_numbers([Listing(listing_id="abc")])


def test_the_example_of_the_documentation_runs(capsys):
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    (example,) = (
        block
        for block in re.findall(r"```python\n(.*?)```", text, re.S)
        if "oracle" in block
    )
    exec(example, {})
    assert re.match(r"0\.(79|80|81) of the prices", capsys.readouterr().out)
