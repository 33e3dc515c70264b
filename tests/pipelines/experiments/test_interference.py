"""Experiments of two layers that change each other's effects are told, and others are not."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from pipelines.experiments.experiment_events import ExperimentEvents, end_of, start_of
from pipelines.experiments.interference import warn_of_interference
from tests.pipelines.experiments.examples import EXPERIMENT, experiment_with

SELLERS = [f"u-{number}" for number in range(4000)]
OTHER = experiment_with(key="page-2", layer="page", guardrails=())


def two_experiments(together):
    """Events of two experiments whose variants accept more, and ``together`` more where both."""
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 2, (2, len(SELLERS)))
    rates = 0.4 + 0.1 * first + 0.1 * second + together * first * second
    accepted = rng.binomial(1, rates)
    time = start_of(EXPERIMENT) + timedelta(hours=1)
    rows = pd.DataFrame(
        {"unit": SELLERS, "time": time, "value": accepted.astype(float)}
    )

    def of(experiment, is_new):
        variants = np.where(is_new, "new", "control")
        shown = pd.DataFrame(
            {"seller": SELLERS, "time": time, "variant": variants, "policy": "greedy"}
        )
        return ExperimentEvents(experiment, shown, {experiment.metric: rows})

    return of(EXPERIMENT, first == 1), of(OTHER, second == 1)


def warnings(together, until=None):
    found, other = two_experiments(together)
    return [*warn_of_interference(found, [other], until or end_of(EXPERIMENT))]


def test_an_effect_that_depends_on_another_experiment_is_told():
    _, interaction = warnings(together=0.3)
    assert interaction.startswith("The effect of 'new' on brand acceptance is ")
    assert interaction.endswith(
        " more for sellers who also see 'new' of page-2: decide on both together."
    )


def test_experiments_of_one_metric_are_told_and_independent_effects_are_no_interaction():
    (shared,) = warnings(together=0.0)
    assert shared.startswith("page-2 runs on layer page at the same time and watches")


def test_experiments_of_other_days_or_the_same_layer_do_not_interfere():
    found, other = two_experiments(together=0.3)
    end = datetime(2027, 1, 1, tzinfo=UTC)
    for changes in ({"layer": "brand"}, {"start": end.date(), "end": end.date()}):
        apart = ExperimentEvents(
            experiment_with(key="other", **changes), other.shown, other.rows
        )
        assert not [*warn_of_interference(found, [apart], end)]
