"""Features have a row for each request, whatever its fields."""

import math

import pytest

from pipelines.monitoring.drift import find_drift
from pipelines.monitoring.features import tabulate_features
from tests.pipelines.outcomes.examples import outcome, shown, tables_of


def test_a_request_has_one_row_with_what_was_suggested_and_chosen():
    price = outcome(field="price", value=25.0, action="changed")
    tables = tables_of(shown(), outcome(value="Puma"), price)
    (row,) = tabulate_features(tables.fields).to_dict("records")
    assert row == {
        "unit": "u1",
        "brand suggested": "Nike",
        "brand probability": 0.7,
        "brand chosen": "Puma",
        "price suggested": math.log(20),
        "price chosen": math.log(25),
        "price ratio": pytest.approx(math.log(1.25)),
    }


def test_a_field_that_a_request_lacks_is_missing():
    other = shown("r2"), outcome("r2", field="price", value=0.0)
    table = tabulate_features(tables_of(shown(), outcome(), *other).fields)
    assert table["brand chosen"].isna().tolist() == [False, True]
    assert "price chosen" not in table


def test_days_without_listings_have_no_features_and_no_drift():
    fields = tables_of(shown(), outcome()).fields
    empty = tabulate_features(fields[:0])
    assert list(empty) == ["unit"]
    assert find_drift(tabulate_features(fields), empty) == ()
