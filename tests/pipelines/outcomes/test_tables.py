"""Tables of what sellers did: which events count, and what is missing where some were lost."""

import random

import pandas as pd
import pytest

from pipelines.outcomes.tables import OPTIONAL, make_tables
from serving.gateway.events import to_events, to_rendered
from serving.gateway.schemas import OutcomesBody
from tests.pipelines.outcomes.examples import (
    NOON,
    listed,
    outcome,
    shown,
    sold,
    table_of,
    tables_of,
)

WHOLE = (
    shown(policy="exploration", experiments={"top-3": "three"}),
    outcome(),
    outcome(field="price", value=25.0, action="changed"),
    listed(),
    sold(),
)


def test_a_listing_has_how_it_was_put_up_and_sold():
    [row] = tables_of(*WHOLE).listings.to_dict("records")
    assert (row["listing"], row["seller"], row["unit"]) == ("l1", "u1", "u1")
    assert (row["policy"], row["experiments"], row["release"]) == (
        "exploration",
        {"top-3": "three"},
        "abc",
    )
    assert (row["seconds"], row["price"], row["currency"]) == (42.0, 25.0, "USD")
    assert (row["sold"], row["days"], row["sold_price"]) == (True, 3.0, 24.0)


def test_a_field_has_what_was_shown_and_chosen():
    brand, price = tables_of(*WHOLE).fields.to_dict("records")
    assert (brand["action"], brand["value"], brand["listing"]) == (
        "accepted",
        "Nike",
        "l1",
    )
    assert (brand["first"], brand["probability"], brand["propensity"]) == (
        "Nike",
        0.7,
        0.9,
    )
    assert (brand["rank"], brand["policy"]) == (1, "exploration")
    assert (price["number"], price["amount"], price["low"], price["high"]) == (
        25,
        20,
        10,
        40,
    )
    assert pd.isna(price["first"])


@pytest.mark.parametrize(
    ("value", "rank"), [("Puma", 2), (" PUMA", 2), ("Zara", None), (None, None)]
)
def test_the_rank_is_that_of_the_chosen_value_in_any_spelling(value, rank):
    [row] = tables_of(shown(), outcome(value=value)).fields.to_dict("records")
    assert row["rank"] == rank if rank else pd.isna(row["rank"])


def test_where_no_candidates_or_variants_are_read_the_rest_stays_the_same():
    events = table_of(WHOLE)
    without = make_tables(events.drop_columns(list(OPTIONAL)))
    tables = make_tables(events)
    pd.testing.assert_frame_equal(
        without.listings, tables.listings[without.listings.columns]
    )
    pd.testing.assert_frame_equal(without.fields, tables.fields[without.fields.columns])
    lacking = {"experiments", "policy", "release"}
    assert {*tables.listings} - {*without.listings} == lacking


def test_a_field_has_the_version_of_the_model_that_answered_it():
    versions = {"brand": "b1", "shipping": "s1"}
    names = ("brand", "shipping_payer", "parcel_size", "price", "condition")
    outcomes = [
        outcome(field=name, value=None, minute=n) for n, name in enumerate(names)
    ]
    fields = tables_of(shown(versions=versions), *outcomes, outcome("lost")).fields
    known = fields.dropna(subset="version")
    found = {(row.request, row.field): row.version for row in known.itertuples()}
    assert found == {
        ("r1", "brand"): "b1",
        ("r1", "shipping_payer"): "s1",
        ("r1", "parcel_size"): "s1",
    }


def test_the_order_in_which_events_come_does_not_matter():
    mixed = list(WHOLE) * 2
    random.Random(1).shuffle(mixed)
    expected, found = tables_of(*WHOLE), tables_of(*mixed)
    for name in ("listings", "fields"):
        frames = (getattr(tables, name) for tables in (found, expected))
        rows = [
            frame.sort_values(["request", "unit"]).reset_index(drop=True)
            for frame in frames
        ]
        pd.testing.assert_frame_equal(*rows)


def test_an_outcome_whose_exposure_was_lost_counts_by_its_own_row():
    [row] = tables_of(outcome(), listed()).fields.to_dict("records")
    assert (row["action"], row["value"], row["listing"]) == ("accepted", "Nike", "l1")
    assert all(pd.isna(row[name]) for name in ("first", "rank", "policy", "amount"))


def test_an_outcome_without_a_listing_has_none():
    tables = tables_of(shown(), outcome())
    assert tables.listings.empty
    assert pd.isna(tables.fields["listing"][0])


def test_an_outcome_belongs_to_the_exposure_that_its_request_names():
    other = shown("r2", release="def", candidates=())
    [row] = tables_of(shown(), other, outcome("r2")).fields.to_dict("records")
    assert row["release"] == "def"
    assert pd.isna(row["first"])


def test_what_was_shown_while_the_seller_typed_does_not_count():
    typed = [shown(f"r{n}", listing="l1", release=f"old{n}") for n in range(2, 5)]
    tables = tables_of(*typed, *WHOLE)
    assert len(tables.listings) == 1
    assert set(tables.fields["release"]) == {"abc"}


def test_the_first_exposure_of_a_request_counts():
    later = shown(id="again", release="later", time=listed().time)
    [row] = tables_of(later, shown(), outcome()).fields.to_dict("records")
    assert row["release"] == "abc"


def test_the_last_outcome_of_a_request_and_field_counts():
    corrected = outcome(value="Puma", minute=3, action="changed")
    [row] = tables_of(shown(), corrected, outcome()).fields.to_dict("records")
    assert (row["value"], row["action"]) == ("Puma", "changed")


def test_a_draft_that_is_listed_again_counts_once():
    again = [outcome("r2", value="Puma", minute=5), listed("r2", minute=6, price=30.0)]
    tables = tables_of(*WHOLE, *again, sold("r2"))
    assert tables.listings["price"].tolist() == [25.0]
    assert set(tables.fields["request"]) == {"r1"}


def test_the_same_id_of_a_listing_of_another_seller_is_another_listing():
    other = listed("r2", seller="u2")
    assert len(tables_of(listed(), other).listings) == 2


def test_a_late_sale_of_another_request_belongs_to_its_listing():
    [row] = tables_of(listed(), sold("r9", days=50.0)).listings.to_dict("records")
    assert (row["sold"], row["days"]) == (True, 50.0)
    [other] = tables_of(listed(), sold(seller="u2")).listings.to_dict("records")
    assert not other["sold"]


def test_each_request_of_an_unknown_seller_is_a_unit():
    events = [listed(name, listing=name, seller="") for name in ("r1", "r2")]
    assert tables_of(*events).listings["unit"].nunique() == 2


def test_what_the_gateway_keeps_of_a_listing_is_one_row():
    receipt = shown(policy="holdout", id="")
    body = {"receipt": "1.x", "listing": "l1", "outcomes": []}
    brand = {"field": "brand", "value": "Puma", "action": "entered"}
    put_up = body | {"event": "listed", "price": 25, "seconds": 42, "outcomes": [brand]}
    sale = body | {"event": "sold", "price": 24, "days": 3}
    events = [to_rendered(receipt, "l1", NOON)]
    for each in (put_up, put_up, sale):  # a browser that heard no answer sends it again
        events += to_events(receipt, OutcomesBody.model_validate(each), NOON)

    tables = tables_of(*events)

    [row], [field] = (
        table.to_dict("records") for table in (tables.listings, tables.fields)
    )
    assert (row["policy"], row["seconds"], row["sold"]) == ("holdout", 42, True)
    assert (field["action"], field["first"], field["rank"]) == ("entered", "Nike", 2)


def test_no_events_are_empty_tables():
    tables = tables_of()
    assert len(tables.listings) == len(tables.fields) == 0
    assert set(tables.fields) == set(tables_of(*WHOLE).fields)
