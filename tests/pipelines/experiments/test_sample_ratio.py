"""Numbers of sellers that do not fit the shares are found, and those that do are not suspected."""

import numpy as np
import pytest

from common.errors import InputError
from pipelines.experiments.sample_ratio import check_sample_ratio

HALVES = {"control": 0.5, "new": 0.5}


def counts(rng, sellers, share):
    control = int(rng.binomial(sellers, share))
    return {"control": control, "new": sellers - control}


@pytest.mark.parametrize(
    ("control", "new", "p_value"),
    [
        # Kohavi, Tang and Xu, Trustworthy Online Controlled Experiments, 2020, chapter 21.
        (821_588, 815_482, 1.8e-6),
        # Wikipedia, Sample ratio mismatch, of 2026.
        (600, 400, 2.54e-10),
    ],
)
def test_published_mismatches_have_their_p_values(control, new, p_value):
    found = check_sample_ratio({"control": control, "new": new}, HALVES)
    assert found.p_value == pytest.approx(p_value, rel=0.02)
    assert found.is_mismatch


def test_a_planted_split_of_51_to_49_is_found_among_100_000_sellers():
    rng = np.random.default_rng(0)
    found = [check_sample_ratio(counts(rng, 100_000, 0.51), HALVES) for _ in range(200)]
    assert np.mean([each.is_mismatch for each in found]) >= 0.99


def test_one_right_split_in_a_thousand_is_taken_for_a_mismatch():
    rng = np.random.default_rng(0)
    found = [check_sample_ratio(counts(rng, 100_000, 0.5), HALVES) for _ in range(2000)]
    assert np.mean([each.is_mismatch for each in found]) <= 0.004
    assert np.mean([each.verdict != "ok" for each in found]) <= 0.02


def test_shares_need_not_add_up_to_one():
    shares = {"control": 0.2, "new": 0.1}
    fitting = check_sample_ratio({"control": 2000, "new": 1000}, shares)
    assert fitting.p_value == pytest.approx(1)
    assert check_sample_ratio({"control": 1500, "new": 1500}, shares).is_mismatch


def test_sellers_of_an_unknown_variant_are_refused():
    with pytest.raises(InputError, match="variant 'old' has sellers and no share"):
        check_sample_ratio({"old": 3}, HALVES)
