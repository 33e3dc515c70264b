"""Variants that do harm are stopped while sellers see them, and somebody is called."""

from dataclasses import replace
from datetime import UTC, datetime

from common.experiments.published import Stop
from pipelines.experiments.stops import harmful_variants, needs_somebody, stop_times
from tests.common.experiments.analysis_records import RECORD, THREE
from tests.pipelines.experiments.examples import EXPERIMENT, KEY

MORNING, NOON = "2026-11-25T08:00:00+00:00", "2026-11-25T12:00:00+00:00"
HARMLESS = replace(THREE, breaches=())


def test_a_harmful_variant_is_stopped_once_and_not_after_the_end():
    assert harmful_variants(RECORD) == (THREE,)
    assert harmful_variants(replace(RECORD, verdict="void")) == (THREE,)
    stopped = replace(THREE, stopped=MORNING)
    assert harmful_variants(replace(RECORD, variants=(stopped,))) == ()
    assert harmful_variants(replace(RECORD, day=RECORD.days)) == ()


def test_somebody_is_needed_for_harm_and_void_results_until_they_are_stopped():
    assert needs_somebody(RECORD)
    assert needs_somebody(replace(RECORD, variants=(HARMLESS,), verdict="void"))
    just_now = replace(THREE, stopped=RECORD.time)
    assert needs_somebody(replace(RECORD, variants=(just_now,)))
    before = replace(THREE, stopped=MORNING)
    for verdict in ("harm", "void"):
        assert not needs_somebody(replace(RECORD, variants=(before,), verdict=verdict))
    assert not needs_somebody(replace(RECORD, variants=(HARMLESS,), verdict="running"))


def test_the_first_stop_of_a_variant_counts_and_an_experiment_stops_all_of_them():
    def stop(variant, at, key=KEY):
        return Stop(key, variant, "", "ann", at)

    stops = [stop("new", MORNING), stop("", NOON), stop("control", MORNING, "other")]
    assert stop_times(stops, EXPERIMENT) == {
        "new": datetime(2026, 11, 25, 8, tzinfo=UTC),
        "control": datetime(2026, 11, 25, 12, tzinfo=UTC),
    }
