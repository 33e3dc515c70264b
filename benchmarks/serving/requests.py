"""Requests of the benchmark: listings of the synthetic shop, with and without a photo."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from common.listing import Listing, Photo
from models.suggester import Suggester
from serving import convert
from serving.protos import listing_pb2 as pb
from simulator import source

N_LISTINGS = 500
N_PHOTOS = 100
PHOTO_SIZE = (1024, 768)

SEED = 3


def text_requests() -> list[bytes]:
    """Return requests about different listings, as they are sent."""
    return [_request(listing) for listing in _listings(N_LISTINGS)]


def photo_requests() -> list[bytes]:
    """Return requests about different listings, each with a photo of its own."""
    requests = []
    for number, listing in enumerate(_listings(N_PHOTOS)):
        photo = Photo(_photo(number))
        requests.append(_request(Listing(listing.title, photos=(photo,))))
    return requests


def an_answer(suggester: Suggester) -> bytes:
    """Return the answer to one of the requests."""
    [listing] = _listings(1)
    return convert.from_suggestions(suggester.suggest(listing)).SerializeToString()


def _request(listing: Listing) -> bytes:
    return pb.SuggestRequest(listing=convert.from_listing(listing)).SerializeToString()


def _listings(count: int) -> list[Listing]:
    listings = []
    for batch in source.read(count, seed=SEED):
        for row in batch:
            title = str(row.values["title"])
            description = str(row.values.get("description") or "")
            listings.append(Listing(title, description))
    return listings


def _photo(number: int) -> bytes:
    """Return a photo of about the detail and the size in bytes that phones take."""
    width, height = PHOTO_SIZE
    random = np.random.default_rng(number)
    shades = random.integers(0, 256, (height // 32, width // 32, 3), np.uint8)
    image = Image.fromarray(shades).resize(PHOTO_SIZE, Image.Resampling.BICUBIC)
    noise = random.normal(0, 6, (height, width, 3))
    pixels = np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=80)
    return file.getvalue()
