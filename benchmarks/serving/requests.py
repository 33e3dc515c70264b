"""Requests of the benchmark: listings of the synthetic shop, with and without a photo."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.serving.http_connection import BOUNDARY
from common.listing import Listing, Photo, Suggestions
from models.suggester import Suggester
from serving import convert
from serving.gateway.answers import to_answer
from serving.gateway.events import to_shown
from serving.gateway.policies import GREEDY, Presentation
from serving.protos import listing_pb2 as pb
from serving.receipts import make_receipt
from simulator import source

N_LISTINGS = 500
N_PHOTOS = 100
N_LARGE_PHOTOS = 3

PHOTO_SIZE = (1024, 768)
LARGE_PHOTO_SIZE = (4800, 3600)
"""With little compression, a photo of this size has some 10 MB."""

SEED = 3

_REQUEST_ID = "0" * 16
_KEYS = (b"a key of the benchmark, for receipts",)

TEXT, PHOTO, LARGE_PHOTO = "text", "photo", "10 MB photo"


def text_listings() -> list[Listing]:
    """Return different listings without photos."""
    listings = []
    for batch in source.read(N_LISTINGS, seed=SEED):
        for row in batch:
            title = str(row.values["title"])
            description = str(row.values.get("description") or "")
            listings.append(Listing(title, description))
    return listings


def photo_listings() -> list[Listing]:
    """Return different listings, each with a photo of its own."""
    photos = [make_photo(number, PHOTO_SIZE, quality=80) for number in range(N_PHOTOS)]
    return _with_photos(photos)


def large_photo_listings() -> list[Listing]:
    """Return different listings, each with a photo of some 10 MB."""
    photos = [
        make_photo(number, LARGE_PHOTO_SIZE, quality=97)
        for number in range(N_LARGE_PHOTOS)
    ]
    return _with_photos(photos)


KINDS: Mapping[str, Callable[[], list[Listing]]] = {
    TEXT: text_listings,
    PHOTO: photo_listings,
    LARGE_PHOTO: large_photo_listings,
}
"""Kinds of requests, and the listings that are sent in turn."""


def make_photo(number: int, size: tuple[int, int], quality: int) -> bytes:
    """Return the photo of a number, of about the detail and the size in bytes that phones take."""
    width, height = size
    random = np.random.default_rng(number)
    shades = random.integers(0, 256, (height // 32, width // 32, 3), np.uint8)
    image = Image.fromarray(shades).resize(size, Image.Resampling.BICUBIC)
    noise = random.standard_normal((height, width, 3), np.float32)
    pixels = np.clip(np.asarray(image) + 6 * noise, 0, 255).astype(np.uint8)

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return file.getvalue()


def to_message(listing: Listing) -> bytes:
    """Return a request over gRPC, as it is sent."""
    return pb.SuggestRequest(listing=convert.from_listing(listing)).SerializeToString()


def to_json(listing: Listing) -> bytes:
    """Return a request to a peer over HTTP, see ``benchmarks.serving.peers.champion``."""
    photos = [base64.b64encode(photo.data).decode() for photo in listing.photos]
    texts = {"title": listing.title, "description": listing.description}
    return json.dumps({"listing": texts, "photos": photos}).encode()


def to_json_batch(listing: Listing) -> bytes:
    """Return a request to BentoML, whose batched methods take a list by its name."""
    return b'{"requests": [%s]}' % to_json(listing)


def to_http(listing: Listing, photo_ids: Sequence[str] = ()) -> bytes:
    """Return a request to the gateway: JSON, or a form where the listing has photos.

    ``photo_ids``, if there are any, are those of its photos.
    """
    texts = {"title": listing.title, "description": listing.description}
    if not listing.photos:
        return json.dumps({"listing": texts}).encode()

    parts = [_part('name="listing"', json.dumps(texts).encode())]
    if photo_ids:
        parts.append(_part('name="photo_ids"', ",".join(photo_ids).encode()))
    names = photo_ids or ["1.jpg"] * len(listing.photos)
    for name, photo in zip(names, listing.photos, strict=True):
        parts.append(_part(f'name="photos"; filename="{name}"', photo.data))
    return b"".join(parts) + b"--%s--\r\n" % BOUNDARY


def an_answer(suggester: Suggester) -> bytes:
    """Return the answer to one of the requests."""
    suggestions = suggester.suggest(text_listings()[0])
    return convert.from_suggestions(suggestions).SerializeToString()


def an_http_answer(suggester: Suggester) -> bytes:
    """Return the gateway's answer to one of the requests."""
    listing = text_listings()[0]
    return json.dumps(http_answer(listing, suggester.suggest(listing))).encode()


def http_answer(listing: Listing, suggestions: Suggestions) -> dict[str, Any]:
    """Return the gateway's answer with suggestions, and a receipt of them."""
    presentation = Presentation(GREEDY, suggestions)
    shown = to_shown(
        presentation,
        listing,
        request=_REQUEST_ID,
        latency=0.0,
        time=datetime.now(UTC),
    )
    receipt = make_receipt(shown, _KEYS)
    return to_answer(presentation, shown.request, receipt, keeps_listing=False)


def _part(disposition: str, content: bytes) -> bytes:
    """Return a part of a form (RFC 7578)."""
    head = f"Content-Disposition: form-data; {disposition}".encode()
    return b"--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY, head, content)


def _with_photos(photos: list[bytes]) -> list[Listing]:
    return [
        replace(listing, photos=(Photo(data),))
        for listing, data in zip(text_listings(), photos, strict=False)
    ]
