"""Intervals of planted effects contain them as often as they say: in 95 of 100 weeks."""

import math
from functools import lru_cache

import numpy as np
import pytest
from scipy.stats import norm

from pipelines.weekly_report.acceptance import measure_acceptance
from pipelines.weekly_report.time_saved import measure_time_saved
from simulator.behaviour import Behaviour
from simulator.scripted_drafts import PRICE_SD, scripted_drafts
from tests.pipelines.outcomes.examples import tables_of
from tests.pipelines.weekly_report.examples import WEEK, simulate

BEHAVIOUR = Behaviour(ignoring=0.15, anchoring=0.4, seconds=70, seconds_without=110)
SAVED = 40.0


@lru_cache
def planted():
    """The shares that sellers accept on average, by the rules of ``simulator.behaviour``."""
    drafts = scripted_drafts(seed=99, number=4_000)
    within = 2 * norm.cdf(BEHAVIOUR.tolerance / PRICE_SD) - 1
    shares = {name: _accepted(drafts, name) for name in ("category", "brand")}
    return {
        name: (1 - BEHAVIOUR.ignoring) * share
        for name, share in {**shares, "price": within}.items()
    }


def _accepted(drafts, field):
    """A value that is not shown is accepted by nobody but those who take a wrong first one."""
    accepted = []
    for draft in drafts:
        shown = [each.probability for each in draft.candidates if each.field == field]
        accepted.append(1 - (1 - sum(shown)) * (1 - BEHAVIOUR.anchoring * shown[0]))
    return np.mean(accepted)


def covered(seeds, items):
    """Whether the interval of each week contains the planted effect, by what is estimated."""
    contained = {"category": [], "brand": [], "price": [], "seconds": []}
    for seed in seeds:
        options = {"sellers": 250, "exploration": 0, "holdout": 0.3}
        events = simulate(seed, 1, items, behaviour=BEHAVIOUR, **options)
        tables = tables_of(*events)
        for found in measure_acceptance(tables.fields, [WEEK.before(1), WEEK]):
            contained[found.field].append(
                _contains(found.share, planted()[found.field])
            )
        saved = measure_time_saved(tables.listings, 1).saved
        contained["seconds"].append(_contains(saved, SAVED))
    return contained


def _contains(estimate, effect):
    assert estimate.has_interval
    return estimate.low <= effect <= estimate.high


def test_most_intervals_of_a_few_weeks_contain_the_planted_effect():
    contained = covered(range(6), items=300)
    assert math.isclose(planted()["price"], 0.2485, abs_tol=0.001)
    assert sum(map(sum, contained.values())) >= 20


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_95_of_100_intervals_contain_the_planted_effect():
    shares = {name: np.mean(each) for name, each in covered(range(200), 450).items()}
    print(shares)
    # Of 200 weeks, 1.5 points of a standard deviation are chance; of all three shares less.
    acceptance = np.mean([shares[name] for name in ("category", "brand", "price")])
    assert 0.93 <= acceptance <= 0.97
    assert 0.93 <= shares["seconds"] <= 0.97
