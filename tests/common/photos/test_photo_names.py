"""Names of photos as shops write them into one cell."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.photos.photo_names import parse_photos

TWO = ("a.jpg", "my photo, front.jpg")


@pytest.mark.parametrize(
    "cell",
    [
        "['a.jpg', 'my photo, front.jpg']",
        "['a.jpg' 'my photo, front.jpg']",
        "('a.jpg', \"my photo, front.jpg\")",
        '["a.jpg", "my photo, front.jpg"]',
        '[{"url": "a.jpg"}, {"src": "my photo, front.jpg"}]',
        "[{'uri': 'a.jpg', 'width': 90}, {'uri': 'my photo, front.jpg'}]",
        '{"images": [{"src": "a.jpg"}, {"path": "my photo, front.jpg"}]}',
        '{"0": "a.jpg", "1": "my photo, front.jpg"}',
        "a.jpg|my photo, front.jpg",
        "a.jpg; my photo, front.jpg",
        "a.jpg\r\nmy photo, front.jpg",
        ["a.jpg", None, "my photo, front.jpg"],
        [{"bytes": None, "path": "a.jpg"}, "my photo, front.jpg"],
    ],
)
def test_two_photos_are_read_from_every_usual_list(cell):
    assert parse_photos(cell) == TWO


@pytest.mark.parametrize(
    "name",
    [
        "dress.jpg (1).jpg",
        "[new] dress.jpg",
        "(1).jpg",
        "a%20b.jpg",
        "写真 1.jpg",
        "https://cdn.shop.example/w_100,h_100/a.jpg?v=1;2",
    ],
)
def test_one_name_stays_one(name):
    assert parse_photos(name) == (name,)
    assert parse_photos(json.dumps([name])) == parse_photos(repr([name])) == (name,)


def test_a_path_of_windows_keeps_its_backslashes():
    assert parse_photos(r"['photos\new\a.jpg']") == (r"photos\new\a.jpg",)
    assert parse_photos(repr([r"photos\new\a.jpg"])) == (r"photos\new\a.jpg",)


def test_addresses_are_separated_where_the_next_one_begins():
    one, two = "https://a.example/w_1,h_1/a.jpg", "https://a.example/b.jpg?x=1;y=2"
    for separator in (",", ", ", ";", "|", " ", "\n"):
        assert parse_photos(one + separator + two) == (one, two)


def test_a_photo_may_be_embedded_in_base64():
    assert parse_photos("data:image/png;base64,iVBORw==") == (b"\x89PNG",)
    assert parse_photos("data:image/png;base64,x") == ("data:image/png;base64,x",)


@given(st.lists(st.text("ab'\"\\ ,;|[](){}写\n.", min_size=1).map("{}.jpg".format)))
def test_a_list_of_json_holds_what_was_put_in(names):
    cleaned = tuple(name.strip() for name in names)
    assert parse_photos(json.dumps(names)) == cleaned


@given(st.text("[({'\"a,\\.jpg })]\n|;") | st.text())
def test_any_text_is_a_tuple_of_names(text):
    assert all(isinstance(name, str | bytes) for name in parse_photos(text))
