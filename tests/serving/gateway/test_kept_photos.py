"""A store that hangs holds up a few listings for a while, and then none."""

import asyncio
import threading
from io import BytesIO

import pytest
from PIL import Image

from serving.gateway import kept_photos as module
from serving.gateway.kept_photos import KeptPhotos
from tests.common.event_log.examples import LISTING


class HangingStorage:
    """A store that takes nothing until it is told to."""

    def __init__(self):
        self.go_on = threading.Event()

    def local_path(self, _key):
        return None

    def write_bytes(self, _path, _data):
        self.go_on.wait(60)


@pytest.fixture
def storage():
    hanging = HangingStorage()
    yield hanging
    hanging.go_on.set()


def photo():
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


def add_all(storage, number):
    """Return what became of listings that are added at the same time."""

    async def run():
        photos = KeptPhotos(storage)
        added = (photos.add_to(LISTING, [photo()]) for _ in range(number))
        results = await asyncio.gather(*added)
        storage.go_on.set()
        photos.close()
        return results

    return asyncio.run(run())


def test_a_store_that_hangs_loses_the_listing(storage, monkeypatch):
    monkeypatch.setattr(module, "MAX_SECONDS", 0.05)
    assert add_all(storage, 1) == [None]


def test_more_listings_than_may_wait_are_lost_at_once(storage, monkeypatch):
    monkeypatch.setattr(module, "MAX_WAITING", 2)
    threading.Timer(0.2, storage.go_on.set).start()
    results = add_all(storage, 3)
    assert results[2] is None
    assert [len(listing.photos) for listing in results[:2]] == [1, 1]
