"""The expected quality is what is measured later, where suggestions are calibrated."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from pipelines.monitoring.estimated_quality import expect_accuracy, expect_prices
from pipelines.monitoring.pinball import pinball_losses
from simulator.scripted_drafts import scripted_drafts

LEVEL = 0.8


def candidates_of(drafts, field="category"):
    return pd.DataFrame(
        {"position": position, "rank": each.rank, "probability": each.probability}
        for position, draft in enumerate(drafts)
        for each in draft.candidates
        if each.field == field
    )


def amounts_of(drafts):
    return pd.DataFrame(
        {"low": each.low, "amount": each.amount, "high": each.high}
        for draft in drafts
        for each in draft.amounts
    )


def measured_accuracy(drafts, k, field="category"):
    """The share of drafts whose true value is among the first candidates."""
    return np.mean(
        [
            any(
                each.value == draft.truth[field]
                for each in draft.candidates
                if each.field == field and each.rank <= k
            )
            for draft in drafts
        ]
    )


def asked(drafts):
    return np.array([draft.truth["price"] for draft in drafts])


def measured(drafts):
    """Each figure as it is expected, with what is measured."""
    amounts, prices = amounts_of(drafts), asked(drafts)
    expected = expect_prices(amounts, LEVEL)
    losses = pinball_losses(prices, amounts, LEVEL)
    inside = (amounts["low"] <= prices) & (prices <= amounts["high"])
    candidates = candidates_of(drafts)
    return {
        "top_1": (expect_accuracy(candidates), measured_accuracy(drafts, 1)),
        "top_2": (expect_accuracy(candidates, 2), measured_accuracy(drafts, 2)),
        "pinball_loss": (expected.pinball_loss, losses.mean()),
        "coverage": (expected.coverage, inside.mean()),
    }


def test_expected_figures_of_sellers_are_those_that_are_measured():
    for name, (expected, value) in measured(scripted_drafts(1, 4_000)).items():
        assert expected.value == pytest.approx(value, rel=0.03), name
        assert expected.low < value < expected.high, name


def test_the_accuracy_of_listings_that_are_harder_is_expected_to_be_lower():
    drafts = scripted_drafts(2, 4_000)
    firsts = [draft.candidates[0].probability for draft in drafts]
    harder = [draft for draft, first in zip(drafts, firsts, strict=True) if first < 0.6]
    expected = expect_accuracy(candidates_of(harder))
    assert expected.high < expect_accuracy(candidates_of(drafts)).value
    assert expected.low < measured_accuracy(harder, 1) < expected.high


def test_prices_that_have_risen_are_worse_than_expected():
    drafts = scripted_drafts(3, 2_000)
    amounts, expected = amounts_of(drafts), expect_prices(amounts_of(drafts), LEVEL)
    losses = pinball_losses(1.3 * asked(drafts), amounts, LEVEL)
    assert losses.mean() > expected.pinball_loss.high


def test_the_expected_loss_of_a_normal_distribution_is_the_known_one():
    sd, z = 0.4, norm.ppf(0.9)
    low, high = (math.expm1(5 + sign * sd * z) for sign in (-1, 1))
    amounts = pd.DataFrame({"low": [low], "amount": math.expm1(5), "high": high})
    # The loss of the quantile z of a normal distribution is its density at z.
    known = sd * (2 * norm.pdf(z) + norm.pdf(0)) / 3
    expected = expect_prices(amounts, LEVEL).pinball_loss
    assert expected.value == pytest.approx(known, rel=0.005)


def test_a_request_with_fewer_candidates_than_k_counts_with_those_it_has():
    rows = [(0, 1, 0.6), (0, 2, 0.3), (1, 1, 0.5)]
    table = pd.DataFrame(rows, columns=["position", "rank", "probability"])
    assert expect_accuracy(table, k=3).value == pytest.approx(0.7)


def test_without_rows_nothing_is_expected():
    empty = pd.DataFrame(columns=["position", "rank", "probability"], dtype=float)
    assert math.isnan(expect_accuracy(empty).value)
    assert expect_accuracy(empty).rows == 0


@pytest.mark.slow
def test_95_of_100_measured_figures_are_within_the_range_that_is_expected():
    inside, errors = {}, {}
    for seed in range(300):
        for name, (expected, value) in measured(scripted_drafts(seed, 500)).items():
            inside.setdefault(name, []).append(expected.low <= value <= expected.high)
            errors.setdefault(name, []).append(value - expected.value)
    shares = {name: float(np.mean(each)) for name, each in inside.items()}
    print("within the range:", shares)
    print(
        "mean absolute errors:",
        {name: float(np.abs(each).mean()) for name, each in errors.items()},
    )
    # 1.3 points of a standard deviation are chance.
    assert all(0.91 <= share <= 0.985 for share in shares.values())
