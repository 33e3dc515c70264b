"""Metrics are made of the outcomes of sellers, and show what was planted into a market."""

import math

import pytest

from common.experiments.metrics import METRICS
from pipelines.experiments.effects import measure_effect
from pipelines.experiments.intervals import fixed_horizon_interval
from pipelines.experiments.metrics import MAX_SECONDS, rows_of
from pipelines.experiments.seller_sums import sum_by_seller
from simulator.behaviour import Behaviour
from tests.pipelines.outcomes.examples import listed, outcome, shown, sold, tables_of
from tests.pipelines.weekly_report.examples import simulate


def test_of_outcomes_for_a_field_those_that_were_accepted_count():
    tables = tables_of(
        outcome("r1", action="accepted"),
        outcome("r2", action="changed"),
        outcome("r3", action="entered"),
        outcome("r4", field="category", value="Shoes"),
    )
    rows = rows_of(tables, "brand_acceptance")
    assert rows["value"].tolist() == [1.0, 0.0]
    assert rows["unit"].tolist() == ["u1", "u1"]


def test_a_page_that_was_left_open_counts_as_half_an_hour():
    tables = tables_of(
        listed("r1", "l1", seconds=40.0),
        listed("r2", "l2", seconds=30_000.0),
        listed("r3", "l3", seconds=None),
    )
    assert rows_of(tables, "seconds")["value"].tolist() == [40.0, MAX_SECONDS]


def sums_of_a_market(ignoring, metric, seed):
    """Sums of sellers who leave a share of the suggestions alone."""
    behaviour = Behaviour(ignoring=ignoring)
    events = simulate(seed, 1, 800, behaviour=behaviour, exploration=0, holdout=0)
    rows = rows_of(tables_of(*events), metric)
    exposed = rows.groupby("unit")[["time"]].min().assign(variant="any")
    return sum_by_seller(rows, exposed)["any"]


@pytest.mark.parametrize("metric", ["brand_acceptance", "price_acceptance"])
def test_the_effect_of_sellers_who_ignore_more_is_found_in_their_events(metric):
    usual = sums_of_a_market(0.1, metric, seed=1)
    ignoring = sums_of_a_market(0.4, metric, seed=2)
    effect = measure_effect(usual, ignoring)
    interval = fixed_horizon_interval(effect, alpha=0.01)
    assert interval.low <= effect.control * (0.6 / 0.9 - 1) <= interval.high < 0


def test_the_error_of_a_price_is_the_distance_from_the_chosen_one_as_a_logarithm():
    tables = tables_of(
        shown("r1"),  # which suggests 20
        outcome("r1", field="price", value=40.0, action="changed"),
        shown("r2"),
        outcome("r2", field="price", value=20.0, action="accepted"),
    )
    values = rows_of(tables, "price_error")["value"].tolist()
    assert values == pytest.approx([math.log(2), 0])


def test_sales_count_within_a_week_and_in_one_currency():
    tables = tables_of(
        *(listed("r1", "l1"), sold("r1", "l1", days=6.9)),
        *(listed("r2", "l2"), sold("r2", "l2", days=7.1)),
        *(listed("r3", "l3"), sold("r3", "l3", days=1.0)),
        *(listed("r4", "l4", currency="JPY"), sold("r4", "l4", days=1.0)),
    )
    assert rows_of(tables, "sold_in_7_days")["value"].tolist() == [1, 0, 1, 1]
    assert rows_of(tables, "revenue_in_7_days")["value"].tolist() == [24, 24]


def test_every_metric_of_what_is_suggested_has_rows_in_a_market():
    tables = tables_of(*simulate(1, 1, 100))
    measured = {name for name in METRICS if len(rows_of(tables, name))}
    assert measured == {
        "category_acceptance",
        "brand_acceptance",
        "price_acceptance",
        "seconds",
        "listings",
        "price_error",
        "sold_in_7_days",
        "revenue_in_7_days",
    }
