"""Records of one listing are joined, and every record is counted once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.exports import columns_to_read, joining, read_listings
from ingest.exports.form import ExportForm
from ingest.exports.headers import normalise

FORM = ExportForm(
    name="invented",
    title="An invented export",
    columns={
        "title": ("name",),
        "price": ("price", "old price"),
        "photos": ("p1", "p2"),
    },
    required=("name",),
    group="key",
)
COLUMNS = FORM.columns


def listings_of(*records):
    names = columns_to_read(FORM, COLUMNS)
    rows = [
        (number, [record.get(name, "") for name in names], f"text {number}", "")
        for number, record in enumerate(records, start=1)
    ]
    return list(read_listings(FORM, COLUMNS, rows))


def test_the_first_filled_cell_of_a_group_counts_and_of_photos_all():
    ((line, cells, _, _, text, merged),) = listings_of(
        {"key": "a", "name": "cup", "p1": "1.jpg", "p2": "2.jpg"},
        {"key": "a", "name": "mug", "old price": "5", "p1": "3.jpg"},
    )
    assert cells == {
        "title": "cup",
        "price": "5",
        "photos": ["1.jpg", "2.jpg", "3.jpg"],
    }
    assert (line, text, merged) == (1, "text 1", 1)


def test_a_broken_record_does_not_end_a_group():
    names = columns_to_read(FORM, COLUMNS)
    whole = ["a" if name == "key" else "cup" for name in names]
    records = [(1, whole, "", ""), (2, None, "x", "torn"), (3, whole, "", "")]
    found = list(read_listings(FORM, COLUMNS, records))
    assert [(line, broken, merged) for line, _, broken, _, _, merged in found] == [
        (1, "", 1),
        (2, "torn", 0),
    ]


def test_records_of_a_group_are_joined_wherever_they_are():
    found = listings_of(
        {"key": "a", "name": "cup"},
        {"key": "b", "name": "pot"},
        {"key": "a", "price": "5"},
    )
    assert [(cells["title"], cells["price"]) for _, cells, *_ in found] == [
        ("cup", "5"),
        ("pot", ""),
    ]


@pytest.mark.parametrize("bound", ["MAX_WAITING", "MAX_WAITING_CHARACTERS"])
def test_a_listing_waits_within_bounds(monkeypatch, bound):
    monkeypatch.setattr(joining, bound, 1)
    keys = ["a", "b", "c", "a"]
    found = listings_of(*({"key": key, "name": "cup"} for key in keys))
    assert [line for line, *_ in found] == [1, 2, 3, 4]


def test_fields_that_are_left_out_are_not_set():
    columns = {"title": ("name",), "price": ("price",)}
    rows = [(1, ["cup", "5", "a"], "", "")]
    ((_, cells, *_),) = read_listings(FORM, columns, rows, left_out={"price"})
    assert cells == {"title": "cup"}


@given(st.lists(st.sampled_from(["", "a", "b"]), max_size=30))
def test_every_record_is_one_listing_or_part_of_one(keys):
    found = listings_of(*({"key": key, "name": "cup"} for key in keys))
    assert sum(1 + merged for *_, merged in found) == len(keys)


def test_names_of_columns_are_compared_without_marks_width_and_case():
    names = ["*Image_Link", ' "image  link" ', "g:image_link", "ＩＭＡＧＥ－ＬＩＮＫ"]
    assert {normalise(name) for name in names} == {"image_link"}
