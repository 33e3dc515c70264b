"""A monitoring has the figures of its days, for whom they are, and what has changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytest

from common.errors import InputError
from pipelines.monitoring.advice import AGE, CHOICES, INPUTS, advise
from pipelines.monitoring.monitor import monitor
from pipelines.monitoring.retrain_rule import History
from tests.pipelines.monitoring.changes import add_brand, lose_photos
from tests.pipelines.monitoring.examples import START, at, live
from tests.pipelines.outcomes.examples import listed, outcome, shown, table_of

NOTHING = History(trained=None)


@lru_cache
def a_shop(change=None):
    """Eight days, in the last three of which something changed."""
    return live(1, 8, 120, change, since=5, sellers=600)


@lru_cache
def monitored(change=None):
    return monitor(a_shop(change).read, NOTHING, at(8))


def name_own_brand(draft):
    """Half of the sellers enter a brand that nobody else has."""
    if int(draft.truth["price"] * 100) % 2:
        return draft
    brand = f"My own {draft.truth['price']}"
    return type(draft)({**draft.truth, "brand": brand}, draft.candidates, draft.amounts)


def reader(events):
    def read(since, until):
        return table_of([event for event in events if since <= event.time < until])

    return read


def groups(record, by):
    return {figure.group for figure in record.figures if figure.by == by}


def test_figures_are_of_the_days_that_are_looked_at_and_those_by_day_of_all():
    record = monitored().record
    assert (record.now.first, record.now.last) == ("2026-09-06", "2026-09-08")
    assert (record.now.listings, record.before.listings) == (360, 600)
    assert len(groups(record, "day")) == 8
    assert record.value("acceptance", "brand") > 0.7
    assert record.releases == ("simulated",)


def test_quiet_days_are_no_reason_to_do_anything():
    record = monitored().record
    assert (record.reasons, record.retrain, list(advise(record))) == ((), False, [])
    assert monitored().distributions == ()


def test_the_distribution_of_what_drifts_names_the_new_brand():
    found = monitored(add_brand)
    [distribution] = found.distributions
    assert distribution.feature == "brand chosen"
    assert distribution.names[0] == "Novella"
    assert distribution.before[0] == 0
    assert sum(distribution.now) == pytest.approx(1)
    assert list(advise(found.record)) == [CHOICES]


def test_photos_that_get_lost_are_to_be_mended_in_the_app():
    found = monitored(lose_photos)
    assert next(advise(found.record)) == INPUTS
    assert "category probability" in [each.feature for each in found.distributions]


def test_each_variant_and_policy_has_figures():
    events = []
    for number, variant in enumerate(["control", "new"]):
        seller, request = f"u{number}", f"r{number}"
        experiments = {"brand-2": variant}
        policy = ["greedy", "holdout"][number]
        events += [
            shown(request, seller=seller, experiments=experiments, policy=policy),
            outcome(request, seller=seller),
            listed(request, listing=request, seller=seller),
        ]
    read = reader(events)
    record = monitor(read, NOTHING, datetime(2026, 11, 26, tzinfo=UTC)).record
    assert groups(record, "variant") == {"brand-2: control", "brand-2: new"}
    assert groups(record, "policy") == {"greedy", "holdout"}
    assert "there is nothing to compare with" in record.notes[0]


def sell_on(day, seller, experiments):
    """A seller who takes the suggested brand, and in an experiment another one."""
    value = "Adidas" if experiments else "Nike"
    action, request, time = (
        "changed" if experiments else "accepted",
        f"{day}-{seller}",
        at(day),
    )
    of_seller = {"seller": seller, "time": time}
    return [
        shown(request, id=f"s-{request}", experiments=experiments, **of_seller),
        replace(
            outcome(request, "brand", value, action=action),
            id=f"o-{request}",
            **of_seller,
        ),
        replace(listed(request, request), id=f"l-{request}", **of_seller),
    ]


def test_what_an_experiment_changes_is_no_reason_to_retrain():
    events = []
    for number in range(640):
        day, seller = number % 8, f"u{number}"
        is_new = day > 4 and number % 16 > 7
        events += sell_on(day, seller, experiments={"brand-2": "new"} if is_new else {})

    all_sellers = monitor(reader(events), NOTHING, at(8)).record
    others = frozenset({("brand-2", "new")})
    without = monitor(reader(events), NOTHING, at(8), others=others).record

    assert (all_sellers.retrain, without.retrain) == (True, False)
    assert groups(without, "variant") == {"brand-2: new"}


def test_outcomes_whose_suggestions_were_lost_are_of_no_variant():
    events = [outcome("r1"), listed("r1"), shown("r1", experiments={"brand-2": "new"})]
    events += [outcome("r2", seller="u2"), listed("r2", "l2", seller="u2")]
    time = datetime(2026, 11, 26, tzinfo=UTC)
    record = monitor(reader(events), NOTHING, time).record
    assert groups(record, "variant") == {"brand-2: new"}


def test_a_value_of_few_sellers_is_not_named():
    [distribution, *_] = monitored(name_own_brand).distributions
    assert not any("My own" in name for name in distribution.names)


def test_days_without_listings_are_an_error_that_says_what_to_do():
    with pytest.raises(InputError, match="'listrec events drain' moves those"):
        monitor(reader([]), NOTHING, START)


def test_a_champion_of_yesterday_is_not_compared_with_the_one_before():
    history = History(trained=at(6), promoted=at(6))
    record = monitor(a_shop(add_brand).read, history, at(8)).record
    assert any(drift.found for drift in record.drifts)
    assert record.reasons == ()
    assert "is too young" in record.notes[-1]


def test_the_age_of_the_rows_is_a_reason_without_any_difference():
    old = History(trained=START - timedelta(days=31))
    record = monitor(a_shop().read, old, at(8)).record
    assert (record.retrain, list(advise(record))) == (True, [AGE])
