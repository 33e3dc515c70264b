"""Events are refused unless they are legal, and come back from their lines as they were."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InputError
from common.event_lines import format_event, parse_event
from common.events import (
    ACTIONS,
    POLICIES,
    RANKED_FIELDS,
    Listed,
    Outcome,
    Shown,
    ShownAmount,
    ShownCandidate,
    Sold,
    new_event_id,
)
from common.listing import AMOUNT_FIELDS, CONFIRMABLE, NUMBER_FIELDS, Listing
from tests.common.event_log import examples

TIME = datetime(2026, 1, 31, 12, tzinfo=UTC)
SHOWN = replace(examples.SHOWN, id="")

REFERENCES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
OPTIONAL = st.just("") | REFERENCES
LABELS = st.text(min_size=1, max_size=50).filter(str.isprintable)
SHARES = st.floats(0, 1)
PROPENSITIES = st.floats(0, 1, exclude_min=True)
AMOUNTS = st.floats(0, 1e9)
TIMES = st.datetimes(
    min_value=datetime(2000, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))]),
)
CANDIDATES = st.builds(
    ShownCandidate,
    st.sampled_from(RANKED_FIELDS),
    LABELS,
    SHARES,
    st.integers(1, 100),
    PROPENSITIES,
)
SHOWN_AMOUNTS = st.builds(
    lambda field, ends, propensity: ShownAmount(
        field, ends[1], ends[0], ends[2], "USD", propensity
    ),
    st.sampled_from(AMOUNT_FIELDS),
    st.lists(AMOUNTS, min_size=3, max_size=3).map(sorted),
    PROPENSITIES,
)
ALL_SHOWN = st.builds(
    Shown,
    REFERENCES,
    OPTIONAL,
    REFERENCES,
    st.dictionaries(REFERENCES, REFERENCES, max_size=4),
    st.dictionaries(REFERENCES, REFERENCES, max_size=2),
    st.lists(CANDIDATES, max_size=4).map(tuple),
    st.lists(SHOWN_AMOUNTS, max_size=2).map(tuple),
    AMOUNTS,
    TIMES,
    OPTIONAL,
    OPTIONAL,
    st.sampled_from(POLICIES),
)
LABELLED = st.builds(
    Outcome,
    REFERENCES,
    st.sampled_from(RANKED_FIELDS),
    st.none() | LABELS,
    TIMES,
    st.sampled_from(("", *ACTIONS)),
    OPTIONAL,
    OPTIONAL,
)
NUMBERED = st.builds(
    Outcome, REFERENCES, st.sampled_from(NUMBER_FIELDS), st.none() | AMOUNTS, TIMES
)
SALE = (REFERENCES, REFERENCES, st.none() | AMOUNTS, st.sampled_from(("", "USD")))
ALL_LISTED = st.builds(Listed, *SALE, TIMES, OPTIONAL, OPTIONAL, st.none() | AMOUNTS)
ALL_SOLD = st.builds(Sold, *SALE, st.none() | AMOUNTS, TIMES, OPTIONAL, OPTIONAL)


@given(ALL_SHOWN | LABELLED | NUMBERED | ALL_LISTED | ALL_SOLD)
def test_an_event_comes_back_from_its_line_as_it_was(event):
    line = format_event(event)
    assert parse_event(line) == event
    assert len(line.splitlines()) == 1


def test_an_event_that_earlier_versions_know_is_written_for_them():
    sold = Sold("r1", "sku-1042", 20.0, "USD", 3.5, TIME)
    known = (SHOWN, replace(SHOWN, id="e1"), replace(SHOWN, seller="u-1"), sold)
    in_experiment = replace(SHOWN, experiments={"top-3": "three"})
    lines = [json.loads(format_event(event)) for event in (*known, in_experiment)]
    assert [line["schema"] for line in lines] == [1, 2, 2, 2, 4]
    assert [line.get("variant") for line in lines] == ["", "", "", None, None]
    assert "seller" not in format_event(SHOWN)


def test_ids_of_events_differ():
    assert len({new_event_id() for _ in range(1000)}) == 1000


def test_illegal_actions_and_sales_are_sentences():
    with pytest.raises(InputError, match="action of an event should be one of"):
        Outcome("r1", "brand", "Nike", TIME, "liked")
    with pytest.raises(InputError, match="days of an event should be a number, 0 or"):
        Sold("r1", "sku-1042", 20.0, "USD", -1, TIME)
    with pytest.raises(InputError, match="currency of an event should be three lett"):
        Listed("r1", "sku-1042", 20.0, "dollar", TIME)


def test_no_attribute_of_an_event_is_for_what_a_seller_wrote():
    texts = {field.name for field in fields(Listing)} - {*CONFIRMABLE, "listing_id"}
    for cls in (Shown, ShownCandidate, ShownAmount, Outcome, Listed, Sold):
        assert texts & {field.name for field in fields(cls)} == set()
    for field in ("title", "description", "photos"):
        with pytest.raises(InputError, match="field of an event should be one of"):
            Outcome("r1", field, "Nike shoes, worn twice", TIME)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"request": ""}, "request of an event should be 1 to 128 ASCII characters"),
        ({"listing": "red shoes"}, "listing of an event should be .* such as 'sku-10"),
        ({"versions": {"price": ""}}, "versions of an event should be 1 to 128"),
        ({"experiments": {"top 3": "b"}}, "experiments of an event should be 1 to 128"),
        ({"experiments": {"top-3": ""}}, "experiments of an event should be 1 to 128"),
        ({"latency": float("nan")}, "latency of an event should be a number, 0 or"),
        ({"latency": -0.1}, "latency of an event should be a number, 0 or more"),
        ({"time": datetime(2026, 1, 31)}, "time of an event should be with its zone"),
    ],
)
def test_an_illegal_attribute_is_named_with_a_legal_one(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        replace(SHOWN, **changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"field": "price"}, "field of an event should be one of"),
        ({"value": "two\nlines"}, "value of an event should be a line of 1 to 1000"),
        ({"probability": 1.2}, "probability of an event should be .* from 0 to 1"),
        ({"probability": True}, "probability of an event should be a number"),
        ({"rank": 0}, "rank of an event should be a number, 1 or more"),
        ({"rank": 1.5}, "rank of an event should be a whole number such as 1"),
        ({"propensity": 0}, "propensity of an event should be above 0"),
    ],
)
def test_an_illegal_candidate_is_a_sentence(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        replace(SHOWN.candidates[0], **changes)


def test_an_amount_outside_of_its_interval_is_a_sentence():
    with pytest.raises(InputError, match="high of an event should be .* 24.5 or more"):
        replace(SHOWN.amounts[0], high=20.0)
    with pytest.raises(InputError, match="currency of an event should be three lett"):
        replace(SHOWN.amounts[0], currency="dollar")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schema": 99}, "the event has schema 99, newer than 4 known here: update"),
        ({"event": "clicked"}, r"event of an event should be one of \('shown', 'out"),
        ({"title": "red shoes"}, "Shown of an event has other keys than request, "),
        ({"candidates": "none"}, "candidates of an event should be a list"),
        ({"candidates": [{"field": "brand"}]}, "ShownCandidate .* lacks value, proba"),
        ({"versions": []}, "versions of an event should be an object such as"),
        (
            {"schema": 4, "experiments": 3},
            "experiments of an event should be an object",
        ),
        ({"time": "yesterday"}, "time of an event should be with its zone, such as 2"),
    ],
)
def test_a_line_with_a_wrong_key_is_a_sentence_without_its_value(changes, sentence):
    line = json.dumps(json.loads(format_event(SHOWN)) | changes)
    with pytest.raises(InputError, match=sentence) as caught:
        parse_event(line)
    assert "shoes" not in str(caught.value)


def test_a_key_that_is_missing_is_named():
    values = json.loads(format_event(SHOWN))
    del values["latency"], values["release"]
    with pytest.raises(InputError, match="Shown of an event lacks release, latency"):
        parse_event(json.dumps(values))


@given(st.text() | st.recursive(st.none() | st.integers(), st.lists).map(json.dumps))
def test_any_other_line_is_refused(line):
    with pytest.raises(InputError, match="the line is no event"):
        parse_event(line)
