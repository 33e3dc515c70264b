"""An experiment in the synthetic market, from the events of its sellers to what it says."""

from dataclasses import replace

from common.events import Shown
from pipelines.experiments.analysis import analyze
from pipelines.experiments.exposures import find_exposures
from pipelines.experiments.metrics import rows_of
from pipelines.experiments.seller_sums import sum_by_seller
from simulator.behaviour import Behaviour
from tests.pipelines.experiments.examples import EXPERIMENT
from tests.pipelines.outcomes.examples import table_of, tables_of
from tests.pipelines.weekly_report.examples import simulate

METRICS = ("brand_acceptance", "category_acceptance", "seconds")


def events_of(variant, seed, **behaviour):
    """Events of sellers who all have one variant."""
    options = {"behaviour": Behaviour(**behaviour), "exploration": 0, "holdout": 0}
    for event in simulate(seed, 1, 350, **options):
        changes = {"variant": variant} if isinstance(event, Shown) else {}
        yield replace(event, seller=f"{variant}-{event.seller}", **changes)


def analysis_of(events):
    frame = table_of(events).to_pandas()
    exposures = find_exposures(frame[frame["event"] == "shown"])
    tables = tables_of(*events)
    sums = {
        metric: sum_by_seller(rows_of(tables, metric), exposures.exposed)
        for metric in METRICS
    }
    return analyze(EXPERIMENT, sums, is_over=False)


def test_a_variant_whose_sellers_accept_more_and_take_longer_wins_and_is_stopped():
    control = events_of("control", seed=1, ignoring=0.4, seconds=70)
    new = events_of("new", seed=2, ignoring=0.1, seconds=140)
    found = analysis_of([*control, *new])

    assert not found.sample_ratio.is_mismatch
    results = found.variants["new"]
    assert results.metrics["brand_acceptance"].interval.low > 0
    assert results.metrics["category_acceptance"].interval.low > 0
    assert [each.guardrail.metric for each in results.breaches] == ["seconds"]


def test_two_variants_that_are_the_same_are_not_told_apart():
    events = [*events_of("control", seed=1), *events_of("new", seed=2)]
    results = analysis_of(events).variants["new"]
    assert not any(each.interval.excludes_zero for each in results.metrics.values())
    assert not results.breaches
