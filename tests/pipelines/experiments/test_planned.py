"""Plans come from the events of past weeks, and experiments that keep to them find their effect."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import pytest

from common.errors import InputError
from common.experiments.definition import Variant
from pipelines.experiments.past import past_sums, reading_start
from pipelines.experiments.plan import plan_experiment, smallest_effect
from pipelines.experiments.planned import describe_plan, make_plan
from tests.pipelines.experiments.examples import EXPERIMENT, experiment_with
from tests.pipelines.experiments.simulated import Shop
from tests.pipelines.outcomes.examples import table_of, tables_of
from tests.pipelines.weekly_report.examples import simulate

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


@lru_cache
def events():
    return simulate(weeks=3, items=400, sellers=300)


@lru_cache
def past_of(metric, until=MONDAY, weeks=6):
    return past_sums(table_of(events()), tables_of(*events()), metric, until, weeks)


def test_the_past_has_the_weeks_of_which_there_are_events():
    pasts = past_of("brand_acceptance")
    assert len(pasts) == 3
    assert len(pasts[0]) < len(pasts[1]) < len(pasts[2])


def test_earlier_weeks_are_the_history_of_the_last_one():
    last, *_, whole = past_of("brand_acceptance")
    assert last.earlier_denominators.sum() > last.denominators.sum()
    assert whole.earlier_denominators.sum() == 0


def test_sales_are_planned_from_weeks_of_which_they_are_known():
    assert len(past_of("sold_in_7_days")) == 2
    assert reading_start("sold_in_7_days", MONDAY, 1) == MONDAY - timedelta(days=42)


def test_less_than_a_week_is_no_past():
    with pytest.raises(InputError, match="a whole week of events before 2026-11-12"):
        past_of("brand_acceptance", until=MONDAY - timedelta(days=18))


def test_an_experiment_as_long_as_its_plan_finds_its_effect_and_no_smaller_one():
    past = Shop.of(np.random.default_rng(5), 4000).until(14)
    effect = smallest_effect(past)
    assert plan_experiment([past], effect).sellers == pytest.approx(len(past), abs=1)
    half = plan_experiment([past], effect / 2)
    assert half.sellers == pytest.approx(4 * len(past), rel=1e-3)


def test_a_plan_says_what_is_needed_and_what_each_duration_finds():
    planned = make_plan(EXPERIMENT, past_of("brand_acceptance"), power=0.8)
    first, *_, longest = describe_plan(planned)
    assert first.startswith(
        "new-brands finds a difference of 5.0 points in brand acceptance in 80% of the cases"
    )
    assert longest.startswith("  3 (")
    effects = [each.effect for each in planned.durations]
    assert effects == sorted(effects, reverse=True)


def test_a_plan_that_is_longer_than_its_file_is_told():
    short = make_plan(EXPERIMENT, past_of("brand_acceptance"), 0.8, minimum_effect=0.01)
    told = [*describe_plan(short)]
    assert told[1].startswith("Its file plans 7 days. That is too short")


def test_the_smallest_of_several_treatments_is_planned_with_what_is_covered():
    pasts = past_of("brand_acceptance")
    names = {"control": 0.4, "new": 0.4, "newer": 0.2}
    variants = tuple(Variant(*each) for each in names.items())
    planned = make_plan(experiment_with(variants=variants, coverage=0.5), pasts, 0.8)
    assert planned.durations[0].sellers == round(len(pasts[0]) * 0.5 * 0.6)


def test_shadows_alone_have_no_plan():
    shadow = Variant("new", 0.5, is_shadow=True)
    experiment = experiment_with(variants=(Variant("control", 0.5), shadow))
    with pytest.raises(InputError, match="has shadows only"):
        make_plan(experiment, past_of("brand_acceptance"), 0.8)
