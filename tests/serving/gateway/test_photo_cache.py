"""A photo is sent once: later requests of the same client name it by its id."""

import asyncio
import io
import json
from typing import Any

import pytest
from PIL import Image
from prometheus_client import REGISTRY

from models.suggester import Suggester
from serving.gateway.photo_cache import MAX_PHOTO_BYTES, OVERHEAD_BYTES, PhotoCache
from serving.gateway.problems import Problem
from tests.serving.conftest import FakeEncoder, FakePredictor

TOKEN = "a-secret-of-the-shop"


def _png():
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(file, "PNG")
    return file.getvalue()


PHOTOS = {"red": _png(), "damaged": b"no photo"}


@pytest.fixture(scope="module")
def address(gateways, tmp_path_factory):
    """A gateway in front of a model that reads photos, in a shop with a token."""
    tokens = tmp_path_factory.mktemp("shop") / "tokens"
    tokens.write_text(f"shop {TOKEN}\n")
    encoder: Any = FakeEncoder("photos", modality="photo")
    price = FakePredictor("price", encoder_ids=("photos",))
    loaded = Suggester("r1", {"price": price}, {"photos": encoder})
    return gateways(loaded, serving={"tokens": str(tokens)})


@pytest.fixture
def client(address, browser):
    return browser(address)


def _ask(client, ids, sent=(), **headers):
    """Name photos, and send the bytes of some of them."""
    if not sent:
        body = {"listing": {"title": "x"}, "photo_ids": ids}
        return client.post("/v1/suggest", json=body, headers=headers)
    form = {"listing": json.dumps({"title": "x"}), "photo_ids": ",".join(ids)}
    files = [("photos", (name, PHOTOS[name])) for name in sent]
    return client.post("/v1/suggest", data=form, files=files, headers=headers)


def test_a_photo_that_was_sent_is_used_when_it_is_named(client):
    first = _ask(client, ["red"], ["red"]).json()
    second = _ask(client, ["red"]).json()

    for answer in (first, second):
        assert answer["suggestions"]["price"]["used"] == ["photos"]
        assert answer["problems"] == []


def test_photos_are_in_the_order_of_their_ids(client):
    _ask(client, ["red", "damaged"], ["damaged", "red"])
    [second] = _ask(client, ["red", "damaged"]).json()["problems"]
    [first] = _ask(client, ["damaged", "red"], ["red"]).json()["problems"]

    assert second.startswith("photo 2: ")
    assert first.startswith("photo 1: ")


def test_photos_that_are_not_known_are_named_and_the_others_stay(client):
    refused = _ask(client, ["red", "old", "older"], ["red"])
    again = _ask(client, ["red"])

    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["unknown_photos"] == ["old", "older"]
    assert "send those of unknown_photos again" in refused.json()["detail"]
    assert again.status_code == 200


def test_a_photo_belongs_to_the_session_or_the_token_that_sent_it(address, browser):
    of_token = {"authorization": f"Bearer {TOKEN}"}
    client, other = browser(address), browser(address)
    _ask(client, ["red"], ["red"])

    assert _ask(other, ["red"]).status_code == 409
    assert _ask(other, ["red"], **of_token).status_code == 409
    _ask(other, ["red"], ["red"], **of_token)
    assert _ask(client, ["red"], **of_token).status_code == 200


@pytest.mark.parametrize("ids", [["a,b"], ["x" * 65], [""], ["x"] * 11])
def test_ids_that_are_none_are_refused(client, ids):
    assert _ask(client, ids).status_code == 422
    assert _ask(client, [*ids, " "], ["red"]).status_code == 422


def test_a_photo_that_is_sent_and_not_named_is_refused(client):
    answer = _ask(client, ["damaged"], ["damaged", "red"])

    assert answer.status_code == 422
    assert "file name of each one is one of photo_ids" in answer.json()["detail"]


def test_hits_and_misses_are_counted(client):
    before = [_count("hit"), _count("miss")]
    bytes_before = _bytes()
    _ask(client, ["red"], ["red"])
    _ask(client, ["red"])
    _ask(client, ["red", "old"])

    assert [_count("hit"), _count("miss")] == [before[0] + 2, before[1] + 1]
    assert _bytes() == bytes_before + len(PHOTOS["red"]) + OVERHEAD_BYTES


def _count(result):
    return REGISTRY.get_sample_value("listrec_http_photos_total", {"result": result})


def _bytes():
    return REGISTRY.get_sample_value("listrec_http_photo_bytes")


def test_the_photo_that_was_used_longest_ago_is_dropped_first():
    async def run():
        cache = PhotoCache(max_bytes=2 * (100 + OVERHEAD_BYTES))
        for name in ("a", "b"):
            cache.resolve("session", [name], {name: bytes(100)})
        cache.resolve("session", ["a"], {})
        cache.resolve("session", ["c"], {"c": bytes(100)})
        return [_knows(cache, name) for name in ("a", "b", "c")]

    assert asyncio.run(run()) == [True, False, True]


def test_a_photo_is_dropped_a_while_after_its_last_use_without_any_request():
    async def run():
        cache = PhotoCache(max_seconds=0.2)
        cache.resolve("session", ["a"], {"a": bytes(100)})
        kept = _bytes()
        async with asyncio.timeout(30):
            while _bytes():
                await asyncio.sleep(0.05)
        return kept, _knows(cache, "a")

    assert asyncio.run(run()) == (100 + OVERHEAD_BYTES, False)


def test_a_large_photo_is_used_and_not_kept():
    async def run():
        cache = PhotoCache()
        [photo] = cache.resolve("session", ["a"], {"a": bytes(MAX_PHOTO_BYTES + 1)})
        return len(photo), _knows(cache, "a")

    assert asyncio.run(run()) == (MAX_PHOTO_BYTES + 1, False)


def test_there_is_no_room_for_many_photos_without_bytes():
    async def run():
        cache = PhotoCache(max_bytes=10 * OVERHEAD_BYTES)
        names = [f"photo-{number}" for number in range(20)]
        for name in names:
            cache.resolve("session", [name], {name: b""})
        return sum(_knows(cache, name) for name in names)

    assert asyncio.run(run()) == 10


def _knows(cache, photo_id):
    try:
        return len(cache.resolve("session", [photo_id], {})) == 1
    except Problem:
        return False
