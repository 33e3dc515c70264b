"""JSON as programs write it: a line an object, one list, or a document around a list."""

import json

import pytest

from common.errors import InputError
from ingest.files import open_records
from ingest.files.json_stream import MAX_VALUE_CHARACTERS
from tests.ingest.files.reading import read, write

CUP = {"title": "cup", "price": 3}
VASE = {"title": "vase", "brand": "Acme"}
RECORDS = [["cup", 3, None], ["vase", None, "Acme"]]


def cells(path):
    return [record[1] for record in read(path)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lines.jsonl", f"{json.dumps(CUP)}\n\n{json.dumps(VASE)}\n"),
        ("commas.json", f"{json.dumps(CUP)},\n{json.dumps(VASE)}"),
        ("list.json", json.dumps([CUP, VASE])),
        ("pretty.json", json.dumps([CUP, VASE], indent=2)),
        ("several.json", json.dumps(CUP, indent=1) + json.dumps(VASE, indent=1)),
        ("wrapped.json", json.dumps({"count": 2, "products": [CUP, VASE]})),
        ("deep.json", json.dumps({"data": {"edges": [{"node": CUP}, {"node": VASE}]}})),
        ("facets.json", json.dumps({"facets": [{"a": 1}] * 9, "items": [CUP, VASE]}, indent=1)),
        ("no_suffix", json.dumps([CUP, VASE])),
        ("wrong.csv", json.dumps({"products": [CUP, VASE]})),
    ],
)  # fmt: skip
def test_objects_are_records_however_they_are_wrapped(tmp_path, name, text):
    path = write(tmp_path, name, text)
    assert open_records(path).columns == ["title", "price", "brand"]
    assert cells(path) == RECORDS


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_document_may_have_any_encoding(tmp_path, codec):
    data = json.dumps([CUP, VASE], indent=1).encode(codec)
    assert cells(write(tmp_path, "shop.json", data)) == RECORDS


def test_objects_by_id_are_records(tmp_path):
    path = write(
        tmp_path,
        "shop.json",
        json.dumps({"a": CUP, "b": CUP, "c": {**CUP, "brand": "Acme"}}),
    )
    assert cells(path) == [["cup", 3, None], ["cup", 3, None], ["cup", 3, "Acme"]]


def test_a_list_of_lists_has_its_names_first(tmp_path):
    path = write(tmp_path, "shop.json", '[["title", "price"], ["cup", 3], ["vase", 4]]')
    assert open_records(path).columns == ["title", "price"]
    assert cells(path) == [["cup", 3], ["vase", 4]]


def test_nested_fields_are_columns_of_their_own(tmp_path):
    record = {
        "title": "cup",
        "price": {"amount": 3, "currency": "EUR"},
        "images": [{"src": "a.jpg"}, {"src": "b.jpg"}],
    }
    path = write(tmp_path, "shop.jsonl", json.dumps(record) + "\n" + json.dumps(CUP))
    assert open_records(path).columns == [
        "title",
        "price.amount",
        "price.currency",
        "images.src",
        "price",
    ]
    assert cells(path) == [
        ["cup", 3, "EUR", ["a.jpg", "b.jpg"], None],
        ["cup", None, None, None, 3],
    ]


def test_a_key_that_comes_late_is_a_column(tmp_path):
    lines = [json.dumps(CUP)] * 5_000 + [json.dumps(VASE)]
    path = write(tmp_path, "shop.jsonl", "\n".join(lines))
    assert open_records(path).columns == ["title", "price", "brand"]


def test_numbers_that_json_does_not_know_are_missing(tmp_path):
    path = write(
        tmp_path, "shop.jsonl", '{"title": "cup", "price": NaN}\n{"title": "vase"}\n'
    )
    assert cells(path) == [["cup", None], ["vase", None]]


def test_broken_lines_are_records_with_a_reason(tmp_path):
    path = write(
        tmp_path,
        "shop.jsonl",
        '{"title": "cup"}\n{"title": \n[1]\n\n{"title": "vase"}\n',
    )
    assert [(number, reason) for number, _, _, reason in read(path)] == [
        (1, ""),
        (2, "the line is not JSON"),
        (3, "the line is not a JSON object"),
        (5, ""),
    ]


def test_records_are_read_a_block_at_a_time(tmp_path):
    long = {"title": "cup", "description": "warm " * 20_000}
    path = write(
        tmp_path, "shop.json", json.dumps({"meta": {"n": 50}, "products": [long] * 50})
    )
    assert [len(row[1]) for row in cells(path)] == [100_000] * 50


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (json.dumps([CUP, VASE])[:-9], "is damaged JSON at line 1"),
        ('[{"title": "cup"}, {', "is damaged JSON"),
        ("[" * 100_000, "nested too deeply"),
        (
            '[{"title": "' + "x" * MAX_VALUE_CHARACTERS,
            "longer than 4,000,000 characters",
        ),
        ('{"title": {"0": "cup"}, "price": {"0": 3}}', "column by column"),
        ('{"title": ["cup", "vase"], "price": [3, 4]}', "column by column"),
        ("[1, 2, 3]", "does not hold one JSON object a line"),
        ("[[1, 2], [3, 4]]", "list of lists without names"),
        ("title,price\ncup,3\n", "does not hold one JSON object a line"),
    ],
)
def test_a_document_of_no_use_is_one_sentence(tmp_path, text, sentence):
    with pytest.raises(InputError, match=sentence):
        read(write(tmp_path, "shop.json", text))


def test_a_title_in_brackets_is_no_document(tmp_path):
    assert cells(write(tmp_path, "shop.csv", "[new] shoes,price\ncup,3\n")) == [
        ["cup", "3"]
    ]


def test_values_with_a_type_are_the_values_and_empty_lists_are_left_out(tmp_path):
    record = {
        "_id": {"$oid": "65f0"},
        "at": {"$date": {"$numberLong": "17"}},
        "price": {"$numberDecimal": "12.50"},
        "offer": {"price": {"value": 3}},
        "tags": [],
    }
    path = write(tmp_path, "mongo.json", json.dumps([record]))
    assert open_records(path).columns == [
        "_id",
        "at",
        "price",
        "offer.price.value",
    ]
    assert cells(path) == [["65f0", "17", "12.50", 3]]
