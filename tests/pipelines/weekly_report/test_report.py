"""The report of a week of simulated sellers, whose behaviour is known."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from common.errors import InputError
from common.events import Shown
from pipelines.weekly_report.report import as_json
from pipelines.weekly_report.sentences import summarise
from tests.pipelines.outcomes.examples import listed, outcome, shown
from tests.pipelines.weekly_report.examples import WEEK, example, report_of, simulate


def test_acceptance_counts_what_was_on_the_screen():
    actions = ("accepted", "accepted", "changed", "ignored", "entered")
    events = []
    for number, action in enumerate(actions):
        request = f"r{number}"
        events += [shown(request), outcome(request, action=action)]
        events.append(listed(request, listing=request))

    [brand] = report_of(events).acceptance

    assert (brand.field, brand.share.value) == ("brand", 0.5)
    assert (brand.changed, brand.ignored) == (0.25, 0.25)


def test_the_history_ends_with_the_week_and_its_difference():
    for acceptance in example().acceptance:
        before, now = acceptance.history[-2:]
        assert now == acceptance.share
        assert acceptance.difference.value == pytest.approx(now.value - before.value)


def test_planted_effects_are_found():
    report = example()
    assert report.time_saved.saved.low < 40 < report.time_saved.saved.high
    assert report.prices.inside.low < 0.8 < report.prices.inside.high


def test_the_pull_of_suggestions_is_found():
    policies = {"exploration": 0, "holdout": 0.5}
    events = simulate(weeks=1, items=1_200, sellers=400, **policies)
    # A wrong first candidate is accepted with 0.4 times its probability.
    firsts = [
        each.probability
        for event in events
        if isinstance(event, Shown)
        for each in event.candidates
        if each.rank == 1
    ]
    planted = np.mean([0.4 * first * (1 - first) for first in firsts])

    category, brand, price = report_of(events).choice_bias

    for pull in (category.difference, brand.difference):
        assert 0 < pull.low < planted < pull.high
    assert price.difference.low < 0 < price.difference.high


def test_what_the_holdout_enters_agrees_in_any_spelling():
    events = []
    for number, policy in enumerate(("greedy", "holdout")):
        request = f"r{number}"
        events += [shown(request, policy=policy), listed(request, listing=request)]
        events.append(outcome(request, value=("Nike", "nike")[number]))

    [brand] = report_of(events).choice_bias

    assert (brand.shown.value, brand.holdout.value) == (1, 1)


def test_sellers_are_counted_by_policy():
    report = example()
    assert sum(report.policies.values()) == report.sellers
    assert report.policies["holdout"] / report.sellers == pytest.approx(0.25, abs=0.1)


def test_too_few_sellers_of_the_holdout_are_said_in_words():
    report = report_of(simulate(sellers=60, holdout=0.1, items=30))
    assert math.isnan(report.time_saved.saved.low)
    [sentence] = [each for each in summarise(report) if "time suggestions save" in each]
    assert "cannot be told yet" in sentence
    assert f"about {report.time_saved.weeks_needed} weeks" in sentence


def test_the_rate_of_a_shop_that_began_lately_is_that_of_its_weeks():
    report = report_of(simulate(weeks=1, sellers=60, holdout=0.3, items=60))
    sellers = report.time_saved.holdout.sellers
    assert 0 < sellers < 30
    assert report.time_saved.weeks_needed == math.ceil(30 / sellers)


def test_a_first_week_of_few_sellers_says_each_thing_once():
    report = report_of(simulate(weeks=1, sellers=50, holdout=0.2, items=60))
    sentences = list(summarise(report))
    assert sentences[0].endswith("; the week before 0.")
    assert not any("none the week before" in each for each in sentences)
    assert [each for each in sentences if "pull" in each] == [
        "How much suggestions pull cannot be told yet: it needs 30 sellers with suggestions, and as"
        " many in the holdout."
    ]


def test_sellers_who_are_not_known_are_not_compared_with_the_holdout():
    known = simulate(weeks=1, sellers=60, items=60, holdout=0.2)
    unknown = [
        replace(event, seller="", id=f"x{event.id}", request=f"x{event.request}")
        for event in simulate(seed=2, weeks=1, items=60)
    ]
    assert report_of(known + unknown).time_saved == report_of(known).time_saved


def test_a_shop_that_names_no_sellers_has_acceptance_alone():
    known = simulate(weeks=2, items=60)
    report = report_of([replace(event, seller="") for event in known])
    assert [each.share.has_interval for each in report.acceptance] == [True] * 3
    assert report.choice_bias == ()
    size, *others = summarise(report)
    assert size == "60 items put up by sellers who are not known; the week before 60."
    assert any("no known seller's listing has its seconds" in each for each in others)


def test_lost_exposures_leave_acceptance_as_it_is():
    events = simulate(weeks=2, items=60)
    without = [event for event in events if not isinstance(event, Shown)]
    report, lost = report_of(events), report_of(without)
    assert [each.share for each in lost.acceptance] == [
        each.share for each in report.acceptance
    ]
    assert lost.changes == ()
    assert sum(lost.policies.values()) == 0
    assert all(summarise(lost))


def test_a_week_without_items_is_refused_with_a_remedy():
    with pytest.raises(InputError, match="2026-W49.*listrec events drain"):
        report_of(simulate(weeks=1, items=5), WEEK.before(-1))


def test_the_figures_are_json():
    figures = json.loads(json.dumps(as_json(example()), allow_nan=False))
    assert figures["week"] == "2026-W48"
    assert len(figures["acceptance"][0]["history"]) == 8
