"""Events and kept listings come back from their lines; earlier versions leave listings alone."""

import json
from dataclasses import replace

import pytest

from common import event_lines
from common.errors import InputError
from common.event_lines import parse_event
from common.event_log.records import format_record, parse_record
from tests.common.event_log.examples import LISTING, OUTCOME


@pytest.mark.parametrize("record", [OUTCOME, LISTING, replace(LISTING, photos=())])
def test_a_record_comes_back_from_its_line(record):
    line = format_record(record)
    assert parse_record(line) == record
    assert len(line.splitlines()) == 1


def test_an_earlier_version_takes_a_listing_for_a_newer_record(monkeypatch):
    monkeypatch.setattr(event_lines, "SCHEMA", 2)
    with pytest.raises(InputError, match="schema 3, newer than"):
        parse_event(format_record(LISTING))


@pytest.mark.parametrize(
    ("key", "value"),
    [("time", 5), ("time", "soon"), ("fields", None), ("photos", 1), ("request", None)],
)
def test_a_damaged_listing_is_a_sentence_without_what_the_seller_wrote(key, value):
    line = json.loads(format_record(LISTING))
    line["kept_listing"][key] = value
    with pytest.raises(InputError) as caught:
        parse_record(json.dumps(line))
    assert "Nike" not in str(caught.value)


@pytest.mark.parametrize("content", ["7", "{}", "[]", '"text"'])
def test_what_is_no_listing_is_a_sentence(content):
    with pytest.raises(InputError, match="a kept listing is an object with request"):
        parse_record('{"schema": 3, "kept_listing": ' + content + "}")
