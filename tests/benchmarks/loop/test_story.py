"""What is told of the simulated days follows from their record."""

from dataclasses import replace

from benchmarks.loop.page import render
from benchmarks.loop.record import read_record, write_record
from benchmarks.loop.story import (
    count_states,
    false_alarms,
    find_changes,
    repaired_day,
)
from tests.benchmarks.loop.examples import (
    BRAND_NIGHT,
    NIGHT,
    PRICE_NIGHT,
    RECORD,
)


def test_a_change_is_noticed_on_the_first_night_that_names_its_field():
    brand, inflation = find_changes(RECORD)
    assert (brand.noticed, brand.is_noticed_in_time) == (6, True)
    assert (inflation.noticed, inflation.is_noticed_in_time) == (13, False)


def test_what_is_named_before_a_change_is_not_its_notice():
    nights = (replace(BRAND_NIGHT, day=4),)
    brand, _ = find_changes(replace(RECORD, nights=nights))
    assert brand.noticed is None


def test_a_request_is_a_false_alarm_where_nothing_has_changed():
    early = replace(BRAND_NIGHT, day=3)
    record = replace(RECORD, nights=(NIGHT, early, PRICE_NIGHT))
    assert false_alarms(record) == (early,)


def test_prices_are_repaired_once_sellers_ask_what_is_suggested():
    assert repaired_day(RECORD) == 14
    never = {**RECORD.figures, "ratio price": (1.3,) * 20}
    assert repaired_day(replace(RECORD, figures=never)) is None


def test_runs_are_counted_by_how_they_ended():
    assert count_states(RECORD) == {"promoted": 2, "refused": 1}


def test_a_record_is_read_as_it_was_written(tmp_path):
    write_record(tmp_path / "record.json", RECORD)
    assert read_record(tmp_path / "record.json") == RECORD


def test_the_page_tells_what_happened_night_by_night():
    page = render(RECORD)
    assert "| 6 | Monitoring asks to retrain, since this has changed: the brand" in page
    assert "was refused by its gate: too bad." in page
    assert "| 9 | **Prices rise by 30 %.** |" in page
    assert "becomes the champion. All learn from 21 days now. Acceptance" in page


def test_the_page_says_so_where_a_change_was_not_noticed():
    page = render(replace(RECORD, nights=()))
    assert page.count("Monitoring does not notice it.") == 2
