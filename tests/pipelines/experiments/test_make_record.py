"""The record of an analysis says what was planted into the market, day by day."""

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

from common.events import Shown
from pipelines.experiments.experiment_events import end_of, start_of
from pipelines.experiments.make_record import make_record
from simulator.behaviour import Behaviour
from tests.pipelines.experiments.examples import EXPERIMENT, experiment_with
from tests.pipelines.experiments.market import events_of, simulate_experiment

START, END = start_of(EXPERIMENT), end_of(EXPERIMENT)
ACCEPTING = {"control": Behaviour(ignoring=0.6), "new": Behaviour(ignoring=0.1)}
SLOW = {"new": Behaviour(seconds=240)}


@lru_cache
def accepting():
    return simulate_experiment(EXPERIMENT, ACCEPTING)


@lru_cache
def slow():
    return simulate_experiment(EXPERIMENT, SLOW)


@lru_cache
def found_accepting():
    return events_of(EXPERIMENT, accepting())


def record_of(found, until=END, stops=None):
    return make_record(found, until, stops or {})


def stop_new(events, time):
    """Events in which no seller of the variant is assigned from a time on."""
    for event in events:
        is_stopped = isinstance(event, Shown) and event.time >= time
        if is_stopped and event.experiments.get("new-brands") == "new":
            yield replace(event, experiments={})
        else:
            yield event


def test_a_planted_effect_is_found_at_the_end():
    record = record_of(found_accepting())
    assert (record.verdict, record.day, record.days) == ("better", 7, 7)
    assert (record.is_over, record.interval_kind) == (True, "fixed horizon")
    assert record.sentence.startswith("'new' is better than 'control': brand accept")
    assert record.variants[0].metrics[0].metric == "brand_acceptance"


def test_intervals_by_day_hold_at_once_and_become_narrower():
    (variant,) = record_of(found_accepting()).variants
    first, *later = variant.history
    widths = [each.high - each.low for each in later]
    assert [first.day, later[-1].day] == ["2026-11-23", "2026-11-29"]
    assert first.low is None  # Too few sellers came on the first day.
    assert widths == sorted(widths, reverse=True)


def test_nothing_is_decided_before_the_end():
    record = record_of(found_accepting(), until=START + timedelta(days=5, hours=3))
    assert (record.verdict, record.day) == ("running", 5)
    assert record.interval_kind == "always valid"
    assert record.sentence.startswith("Day 5 of 7: it is too early to decide.")


def test_an_experiment_that_has_just_begun_says_that_nobody_saw_it():
    record = record_of(found_accepting(), until=START)
    assert record.variants == ()
    assert "No seller has seen a variant yet" in record.sentence


def test_variants_without_a_difference_are_neither_better_nor_worse():
    record = record_of(events_of(EXPERIMENT, simulate_experiment(EXPERIMENT)))
    assert record.verdict in ("unclear", "no difference")
    assert record.sample_ratio_verdict == "ok"


def test_harm_is_told_while_the_experiment_runs():
    record = record_of(events_of(EXPERIMENT, slow()), until=START + timedelta(days=4))
    assert record.verdict == "harm"
    assert record.variants[0].breaches[0].metric == "seconds"
    assert record.sentence.endswith("Stop it.")


def test_a_variant_that_was_stopped_says_what_it_said_then():
    stop = START + timedelta(days=4)
    before = record_of(events_of(EXPERIMENT, slow()), until=stop)
    events = stop_new(slow(), stop)
    after = record_of(events_of(EXPERIMENT, events), stops={"new": stop})

    assert after.verdict == "harm"
    assert after.sentence.endswith("It was stopped.")
    assert after.variants[0].metrics == before.variants[0].metrics
    assert after.variants[0].stopped == "2026-11-27T00:00:00+00:00"
    assert after.sample_ratio_verdict == "ok"


def test_an_experiment_that_somebody_stopped_is_not_decided():
    stop = START + timedelta(days=2)
    record = record_of(found_accepting(), stops={"control": stop, "new": stop})
    assert (record.verdict, record.day, record.is_over) == ("stopped", 2, False)


def test_to_stop_an_experiment_after_its_end_changes_nothing():
    stops = dict.fromkeys(["control", "new"], END)
    later = END + timedelta(days=1)
    stopped, left = (record_of(found_accepting(), later, each) for each in (stops, {}))
    assert stopped == left


def test_sellers_that_are_lost_make_the_results_void():
    lost = {f"u-{number}" for number in range(0, 350, 2)}
    events = [
        each
        for each in accepting()
        if not (isinstance(each, Shown) and each.seller in lost)
        or each.experiments.get("new-brands") != "new"
    ]
    record = record_of(events_of(EXPERIMENT, events))
    assert (record.verdict, record.sample_ratio_verdict) == ("void", "mismatch")


def test_sellers_of_two_variants_are_a_warning():
    events = [*accepting()]
    seen = next(each for each in events if isinstance(each, Shown) and each.experiments)
    (variant,) = {"control", "new"} - {*seen.experiments.values()}
    events.append(replace(seen, id="again", experiments={"new-brands": variant}))
    record = record_of(events_of(EXPERIMENT, events))
    assert record.switched == 1
    assert "1 sellers (0." in record.warnings[0]


def test_what_events_call_an_unknown_variant_is_left_out_with_a_warning():
    events = [*accepting()]
    seen = next(each for each in events if isinstance(each, Shown) and each.experiments)
    events.append(
        replace(seen, id="odd", seller="odd", experiments={"new-brands": "x"})
    )
    record = record_of(events_of(EXPERIMENT, events))
    assert record.sellers == record_of(found_accepting()).sellers
    assert "(x)" in record.warnings[0]


def test_a_metric_of_sales_decides_a_week_after_the_end():
    found = events_of(experiment_with(metric="sold_in_7_days"), accepting())
    assert not record_of(found, END).is_over
    assert record_of(found, END + timedelta(days=7)).is_over
