"""Many nights on the same test rows promote no more by luck than the nominal rate."""

import numpy as np
import pytest

from benchmarks.nights import compare_hits, simulate
from models.evaluation.scoring import TOP1
from pipelines.evaluation.champion_comparison import gain_of
from pipelines.evaluation.figures import measure

ALPHA = 0.05


def test_two_hundred_nights_without_a_gain_promote_no_more_than_alpha():
    nights = simulate(shops=150, nights=200, alpha=ALPHA, seed=1)

    assert nights.rate <= ALPHA


def test_where_every_night_has_all_of_alpha_luck_promotes_in_most_shops():
    nights = simulate(shops=50, nights=200, alpha=ALPHA, seed=1, is_shared=False)

    assert nights.rate > 0.5


def test_a_real_gain_is_promoted_within_a_few_nights():
    nights = simulate(shops=50, nights=5, alpha=ALPHA, seed=1, gain=0.05)

    assert nights.rate > 0.9


def test_the_error_of_the_simulation_is_that_of_the_bootstrap():
    generator = np.random.default_rng(1)
    ours, theirs = generator.random((2, 400)) < 0.7

    (figure,) = measure([TOP1], {"hit": ours * 1.0}, {"hit": theirs * 1.0})
    record = compare_hits(ours, theirs, attempt=2)
    assert gain_of(figure) == pytest.approx((record["gain"], record["error"]), rel=0.1)
