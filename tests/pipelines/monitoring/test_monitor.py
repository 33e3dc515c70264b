"""A monitoring has the figures of its days, for whom they are, and what has changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytest

from common.errors import InputError
from pipelines.monitoring.advice import AGE, CHOICES, INPUTS, advise
from pipelines.monitoring.monitor import monitor
from pipelines.monitoring.retrain_rule import History
from pipelines.monitoring.sentences import summarise
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


def sell_on(day, seller, is_changed, experiments, versions):
    """A seller who takes the suggested price, and the suggested brand or another one."""
    request, of_seller = f"{day}-{seller}", {"seller": seller, "time": at(day)}
    brand = ("Adidas", "changed") if is_changed else ("Nike", "accepted")
    exposure = shown(request, experiments=experiments, versions=versions)
    outcomes = [
        outcome(request, field, value, action=action)
        for field, value, action in (("brand", *brand), ("price", 20.0, "accepted"))
    ]
    events = [exposure, *outcomes, listed(request, request)]
    return [replace(event, **of_seller) for event in events]


def test_what_an_experiment_changes_is_no_reason_to_retrain():
    events = []
    for number in range(640):
        day, seller = number % 8, f"u{number}"
        is_new = day > 4 and number % 16 > 7
        experiments = {"brand-2": "new"} if is_new else {}
        events += sell_on(day, seller, is_new, experiments, versions={})

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


def monitored_experiment():
    """Half of the sellers are suggested brands by another release, and take none of them."""
    events = []
    for number in range(40):
        is_new = bool(number % 2)
        variant = {"brand-2": "new" if is_new else "control"}
        versions = {"brand": "brand-2" if is_new else "brand-1", "price": "price-1"}
        events += sell_on(6, f"u{number}", is_new, variant, versions)
    history = History(trained=None, champion=("brand-1", "price-1"))
    return monitor(reader(events), history, at(8))


def test_each_version_has_the_answers_of_its_model_alone():
    record = monitored_experiment().record
    accepted = {
        (figure.group, figure.field): (figure.value, figure.rows)
        for figure in record.figures
        if (figure.by, figure.metric) == ("version", "acceptance")
    }
    assert accepted == {
        ("brand-1", "brand"): (1, 20),
        ("brand-2", "brand"): (0, 20),
        ("price-1", "price"): (1, 40),
    }
    assert record.releases == ("abc",)


def test_the_sentences_tell_the_versions_of_a_model_apart():
    sentences = summarise(monitored_experiment().record)
    assert [text.partition(";")[0] for text in sentences if "version" in text] == [
        "- Brand, version brand-1 (champion): accepted 100 %",
        "- Brand, version brand-2: accepted 0 %",
    ]


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
