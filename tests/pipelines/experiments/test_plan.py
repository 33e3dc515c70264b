"""Plans state as many sellers as published ones, and whole weeks."""

import numpy as np
import pytest

from common.errors import InputError
from pipelines.experiments.plan import plan_experiment
from pipelines.experiments.seller_sums import SellerSums


def sellers(values):
    return SellerSums.without_history(np.asarray(values, float), np.ones(len(values)))


def shares_of(rate, number=10_000):
    return sellers(np.arange(number) < rate * number)


@pytest.mark.parametrize(
    ("past", "effect", "published"),
    [
        (shares_of(0.05), 0.05 * 0.05, 121_600),
        (sellers(3.75 + 30 * np.tile([-1, 1], 5_000)), 3.75 * 0.05, 409_600),
    ],
)
def test_the_examples_of_a_shop_that_were_published_have_these_sizes(
    past, effect, published
):
    """Kohavi, Longbotham, Sommerfield and Henne, Controlled Experiments on the Web, 2009.

    A change of 5 % in the conversion rate of 5 %, and in a revenue of 3.75 with a standard
    deviation of 30: users a variant, by the factor 16 that the paper rounds 15.7 up to.
    """
    plan = plan_experiment([past], effect)
    assert plan.sellers / 2 == pytest.approx(published * 15.7 / 16, rel=2e-3)


def test_unequal_shares_need_more_sellers():
    equal = plan_experiment([shares_of(0.5)], 0.02)
    unequal = plan_experiment([shares_of(0.5)], 0.02, shares=(0.9, 0.1))
    assert unequal.sellers == pytest.approx(equal.sellers * 0.25 / 0.09, rel=1e-3)


def test_a_part_of_all_sellers_takes_longer_and_weeks_are_whole():
    past = shares_of(0.5)
    assert plan_experiment([past], 0.02).weeks == 2
    assert plan_experiment([past], 0.02, shares=(0.1, 0.1)).weeks == 10


def test_a_plan_has_as_many_weeks_as_the_first_past_that_is_long_enough():
    pasts = [shares_of(0.5, number) for number in (10_000, 13_000, 30_000)]
    plan = plan_experiment(pasts, 0.02)
    assert plan.weeks == 3
    assert plan.sellers == plan_experiment(pasts[2:], 0.02).sellers
    assert plan_experiment(pasts[:2], 0.02).weeks == 4


@pytest.mark.parametrize(
    ("past", "effect", "message"),
    [
        (shares_of(0.5, number=20), 0.02, "needs outcomes of 30 sellers"),
        (shares_of(0.5), 0.0, "a minimum effect of 0"),
        (shares_of(0.0), 0.02, "a metric that differs between sellers"),
    ],
)
def test_what_no_plan_can_be_made_of_is_refused(past, effect, message):
    with pytest.raises(InputError, match=message):
        plan_experiment([past], effect)
