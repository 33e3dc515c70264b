"""Listings are kept with their photos where the shop wants it, and dropped everywhere else."""

import json
import logging
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from prometheus_client import REGISTRY

from common.errors import InputError
from common.event_log.frames import read_frames
from common.event_log.records import parse_record
from common.event_log.segments import list_segments
from common.kept_listing import KeptListing, photo_folder
from serving.gateway.gateway import Gateway
from serving.settings import ServingSettings
from tests.serving.gateway.conftest import SETTINGS

TITLE = "Nike shoes of my late aunt"
ITEM = {"title": TITLE, "description": "", "brand": "Nike", "price": 45}
ACCEPTED = {"field": "brand", "value": "Nike", "action": "accepted"}


def photo(place="taken at their door"):
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = place
    file = BytesIO()
    Image.new("RGB", (40, 40), "red").save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture
def open_shop(start_gateway, browser, loaded, predictor, tmp_path):
    """Starts a gateway; gives a browser, the body of an outcome, and what was answered."""

    def start(keep_listings):
        address = start_gateway(
            loaded(predictor("brand")),
            event_log=tmp_path / "log",
            keep_listings=str(keep_listings),
        )
        client = browser(address)
        answer = client.post("/v1/suggest", json={"listing": {"title": "x"}}).json()
        body = {
            "receipt": answer["receipt"],
            "listing": "m1",
            "event": "listed",
            "outcomes": [ACCEPTED],
            "item": ITEM,
        }
        return client, body, answer

    return start


@pytest.fixture
def shop(open_shop, tmp_path):
    return open_shop(tmp_path / "photos")


def send(client, body, *photos):
    files = [("photos", ("a.jpg", data)) for data in photos]
    return client.post("/v1/outcomes", data={"outcomes": json.dumps(body)}, files=files)


def kept(tmp_path):
    return [
        record
        for path in list_segments(tmp_path / "log")
        for line in read_frames(path.read_bytes()).lines
        if isinstance(record := parse_record(line), KeptListing)
    ]


def photo_files(tmp_path):
    return [path for path in (tmp_path / "photos").rglob("*") if path.is_file()]


def count(result):
    name = "listrec_http_listings_total"
    return REGISTRY.get_sample_value(name, {"result": result}) or 0


def test_a_listing_is_kept_with_its_photos_and_what_was_filled_in(shop, tmp_path):
    client, body, answer = shop
    assert answer["keeps_listing"] is True

    sent = send(client, body, photo())

    assert (sent.status_code, sent.json()) == (202, {"stored": 2})
    [listing] = kept(tmp_path)
    assert listing.fields == {"title": TITLE, "brand": "Nike", "price": 45}
    assert (listing.request, listing.listing) == (answer["request"], "m1")
    [path] = listing.photos
    assert path.startswith(photo_folder(answer["request"]))
    with Image.open(tmp_path / "photos" / path) as image:
        assert image.format == "JPEG"


def test_photos_are_kept_without_what_cameras_write(shop, tmp_path):
    client, body, _ = shop
    assert b"their door" in photo()
    send(client, body, photo())
    assert b"their door" not in photo_files(tmp_path)[0].read_bytes()
    assert (tmp_path / "photos").stat().st_mode & 0o077 == 0


def test_a_listing_without_photos_is_kept_from_json_too(shop, tmp_path):
    client, body, _ = shop
    assert client.post("/v1/outcomes", json=body).json() == {"stored": 2}
    [listing] = kept(tmp_path)
    assert (listing.fields["title"], listing.photos) == (TITLE, ())


def test_a_listing_that_is_sent_again_has_the_same_photos(shop, tmp_path):
    client, body, _ = shop
    for _ in range(2):
        send(client, body, photo())
    first, second = kept(tmp_path)
    assert (first.request, first.photos) == (second.request, second.photos)
    assert len(photo_files(tmp_path)) == 1


def test_what_is_no_photo_is_left_out(shop, tmp_path):
    client, body, _ = shop
    assert send(client, body, b"no photo", photo()).status_code == 202
    [listing] = kept(tmp_path)
    assert len(listing.photos) == 1


def test_where_the_shop_keeps_none_all_of_it_is_dropped(open_shop, tmp_path):
    client, body, answer = open_shop("")
    assert answer["keeps_listing"] is False

    assert send(client, body, photo()).json() == {"stored": 2}
    assert client.post("/v1/outcomes", json=body).json() == {"stored": 2}

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(TITLE.encode() in path.read_bytes() for path in files)
    assert kept(tmp_path) == photo_files(tmp_path) == []


def test_what_is_sold_is_not_kept_again(shop, tmp_path):
    client, body, _ = shop
    assert send(client, body | {"event": "sold"}, photo()).status_code == 202
    assert kept(tmp_path) == photo_files(tmp_path) == []


def test_where_the_store_takes_no_photo_the_events_are_kept(open_shop, tmp_path):
    (tmp_path / "photos").write_text("a file where a folder should be")
    client, body, _ = open_shop(tmp_path / "photos")
    lost = count("lost")

    assert send(client, body, photo()).json() == {"stored": 2}

    assert (kept(tmp_path), count("lost") - lost) == ([], 1)


def test_a_store_of_an_unknown_kind_is_refused_before_anything_starts(tmp_path):
    settings = replace(SETTINGS, keep_listings="ftp://shop/photos")
    with pytest.raises(InputError, match="unknown scheme: a store is a path"):
        Gateway(settings, ServingSettings(port=0), tmp_path)


def test_a_text_that_no_database_takes_is_refused_without_a_quote(shop, tmp_path):
    client, body, _ = shop
    refused = send(client, body | {"item": {"title": f"{TITLE}\0"}}, photo())
    assert refused.status_code == 422
    assert "title of a kept listing" in refused.json()["detail"]
    assert TITLE not in refused.text
    assert kept(tmp_path) == photo_files(tmp_path) == []


def test_nothing_that_the_seller_wrote_is_in_the_log(shop, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    client, body, _ = shop
    send(client, body, photo())
    [path] = photo_files(tmp_path)
    Path(path).unlink()
    path.parent.rmdir()
    path.parent.write_text("no folder")
    send(client, body, photo("elsewhere"))

    [line] = [each for each in caplog.records if each.message == "listing not kept"]
    assert "cannot be written" in line.fields["reason"]
    assert all(TITLE not in str(vars(each)) for each in caplog.records)


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 422), ({"outcomes": "{}", "listing": "{}"}, 400), ({"outcomes": "["}, 400)],
)
def test_a_form_without_outcomes_is_refused(shop, data, status):
    client, _, _ = shop
    files = [("photos", ("a.jpg", photo()))]
    assert client.post("/v1/outcomes", data=data, files=files).status_code == status
