"""An experiment in the synthetic market, from the events of its sellers to what it says."""

from datetime import timedelta

from pipelines.experiments.analysis import analyze
from pipelines.experiments.experiment_events import end_of, start_of
from simulator.behaviour import Behaviour
from tests.pipelines.experiments.examples import EXPERIMENT, experiment_with
from tests.pipelines.experiments.market import events_of, simulate_experiment

END = end_of(EXPERIMENT)


def analysis_of(events, experiment=EXPERIMENT):
    sums = events_of(experiment, events).all_sums(END)
    return analyze(experiment, sums, is_over=False)


def test_a_variant_whose_sellers_accept_more_and_take_longer_wins_and_is_stopped():
    behaviours = {
        "control": Behaviour(ignoring=0.6, seconds=70),
        "new": Behaviour(ignoring=0.1, seconds=240),
    }
    found = analysis_of(simulate_experiment(EXPERIMENT, behaviours))

    assert found.sample_ratio.verdict == "ok"
    results = found.variants["new"]
    assert results.metrics["brand_acceptance"].interval.low > 0
    assert results.metrics["category_acceptance"].interval.low > 0
    assert [each.guardrail.metric for each in results.breaches] == ["seconds"]


def test_two_variants_that_are_the_same_are_not_told_apart():
    results = analysis_of(simulate_experiment(EXPERIMENT)).variants["new"]
    assert not any(each.interval.excludes_zero for each in results.metrics.values())
    assert not results.breaches


def test_what_is_done_after_an_experiment_does_not_count():
    shorter = experiment_with(end=EXPERIMENT.end - timedelta(days=3))
    found = events_of(shorter, simulate_experiment(EXPERIMENT))
    at_its_end, later = (
        found.sums("listings", until)["control"] for until in (end_of(shorter), END)
    )
    assert at_its_end.numerators.tolist() == later.numerators.tolist()


def test_what_is_done_before_an_experiment_is_history():
    found = events_of(EXPERIMENT, simulate_experiment(EXPERIMENT))
    sums = found.sums("seconds", END)["control"]
    assert sums.earlier_denominators.sum() > 100
    assert not found.exposures(start_of(EXPERIMENT)).exposed.size


def test_sales_are_known_a_week_after_the_listing():
    found = events_of(EXPERIMENT, simulate_experiment(EXPERIMENT))
    early = found.sums("sold_in_7_days", END)["new"]
    late = found.sums("sold_in_7_days", END + timedelta(days=7))["new"]
    assert early.denominators.sum() == 0
    assert late.denominators.sum() > 100
