"""How often experiments that do not change each other are said to, and what stops change.

Run with -s, these tests print the shares. The slow one has 500 pairs of experiments.
"""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from common.experiments.published import Stop
from pipelines.experiments.analyses import make_records
from pipelines.experiments.experiment_events import ExperimentEvents, end_of, start_of
from pipelines.experiments.interactions import find_interactions
from tests.pipelines.experiments.examples import EXPERIMENT, KEY, experiment_with

OTHER = experiment_with(key="page-2", layer="page")
START, DAY = start_of(EXPERIMENT), timedelta(days=1)
DAYS = 7
SELLERS = np.array([f"u-{number}" for number in range(1500)])


def pair(rng, together, days=DAYS, since=0):
    """Events of two experiments whose variants accept more, and ``together`` more where both.

    Sellers come on some of the days; ``together`` is from the day ``since`` on.
    """
    first, second = rng.integers(0, 2, (2, len(SELLERS)))
    own = 0.2 + 0.3 * rng.random(len(SELLERS))
    seller, day = np.nonzero(rng.random((len(SELLERS), days)) < 0.4)
    both = together * (first * second)[seller] * (day >= since)
    rates = (own + 0.1 * first + 0.1 * second)[seller] + both
    events = pd.DataFrame({
        "seller": SELLERS[seller],
        "time": START + pd.to_timedelta(day, "D") + timedelta(hours=1),
    })  # fmt: skip
    rows = events.rename(columns={"seller": "unit"})
    rows = rows.assign(value=rng.binomial(1, rates).astype(float))

    def of(experiment, is_new):
        variants = np.where(is_new[seller], "new", "control")
        shown = events.assign(variant=variants, policy="greedy", release="r1")
        return ExperimentEvents(experiment, shown, {experiment.metric: rows})

    return of(EXPERIMENT, first == 1), of(OTHER, second == 1)


def share_told(number, together, looks=range(1, DAYS + 1)):
    """The share of pairs of which one look or more tells an interaction."""

    def is_told(rng):
        found, other = pair(rng, together)
        return any(
            [*find_interactions(found, [other], START + look * DAY)] for look in looks
        )

    share = np.mean([is_told(rng) for rng in np.random.default_rng(5).spawn(number)])
    print(f"{number} pairs, {together} together: {share:.3f}")
    return share


def test_few_pairs_that_do_not_change_each_other_are_told_and_those_that_do_are():
    assert share_told(10, together=0.0, looks=(3, DAYS)) <= 0.1
    assert share_told(2, together=0.3, looks=(DAYS,)) == 1


@pytest.mark.parametrize(("key", "variant"), [("page-2", "new"), (KEY, "")])
def test_what_sellers_do_after_a_stop_is_not_an_interaction(key, variant):
    found, other = pair(np.random.default_rng(6), together=0.3, since=3)
    stop = Stop(key, variant, "", "ann", (START + 3 * DAY).isoformat())
    end = end_of(EXPERIMENT)
    assert [*find_interactions(found, [other], end)]
    assert not [*find_interactions(found, [other], end, [stop])]


def test_an_analysis_warns_of_an_interaction_before_the_stop_only():
    pairs = pair(np.random.default_rng(6), together=0.3, since=3)
    stop = Stop("page-2", "new", "", "ann", (START + 3 * DAY).isoformat())
    for stops, is_told in (([], True), ([stop], False)):
        first, _ = make_records(pairs, stops, end_of(EXPERIMENT))
        assert any("who also see" in each for each in first.warnings) == is_told


def test_what_sellers_do_after_the_end_of_another_experiment_is_not_an_interaction():
    found, other = pair(np.random.default_rng(6), together=0.3, since=3)
    shorter = experiment_with(
        key="page-2", layer="page", end=EXPERIMENT.start + timedelta(days=2)
    )
    other = ExperimentEvents(shorter, other.shown, other.rows)
    assert not [*find_interactions(found, [other], end_of(EXPERIMENT))]


@pytest.mark.slow
def test_of_500_pairs_that_do_not_change_each_other_5_in_100_are_told_at_most():
    assert share_told(500, together=0.0) <= 0.05
    assert share_told(50, together=0.3, looks=(DAYS,)) >= 0.9
