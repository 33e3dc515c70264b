"""The champion as the peers serve it: a request as JSON in, suggestions as JSON out.

A request is ``{"listing": {"title": ..., "description": ...}, "photos": [base64, ...]}``. Nothing
here imports grpc or protobuf, which the environments of the peers lack.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from common.listing import Listing, Photo, Suggestion
from common.photos.checking import check_photos
from common.settings import Settings
from common.store.release import ReleaseStore
from models.suggester import Suggester, load

BATCH_SIZE = 16
"""Listings of a batch: with 16 callers more never wait, and with 64 more were not faster."""

BATCH_SECONDS = 0.001
"""Seconds that a batch waits for more; a caller alone waits too, so they are few."""

WORKERS = 2
"""Processes that compute, one a core."""

Json = Mapping[str, Any]


def load_champion() -> Suggester:
    """Load the champion of the store that the environment names."""
    settings = Settings.from_environment(os.environ)
    return load(ReleaseStore(settings.store).fetch(settings.cache))


def to_listing(request: Json) -> Listing:
    """Return the listing of a request with its photos decoded.

    Raises ``InputError`` for a listing without anything that can be used.
    """
    photos = tuple(Photo(base64.b64decode(data)) for data in request["photos"])
    return check_photos(Listing(**request["listing"], photos=photos)).listing


def suggest(champion: Suggester, listings: Sequence[Listing]) -> list[dict[str, Any]]:
    """Answer a batch, as JSON with the content of the message ``listing.v1.SuggestResponse``."""
    by_model = champion.predict(listings)
    return [
        {
            "release": champion.release,
            "suggestions": {
                name: _to_json(suggestions[row])
                for name, suggestions in by_model.items()
            },
        }
        for row in range(len(listings))
    ]


def _to_json(suggestion: Suggestion) -> dict[str, Any]:
    # By hand: ``asdict`` of everything would cost the peers more than their protocol does.
    fields = {
        field: [
            {"value": candidate.value, "probability": candidate.probability}
            for candidate in candidates
        ]
        for field, candidates in suggestion.candidates.items()
    }
    return {
        "model": suggestion.model,
        "version": suggestion.version,
        "fields": fields,
        "price": asdict(suggestion.price) if suggestion.price else None,
        "fee": asdict(suggestion.fee) if suggestion.fee else None,
        "abstained": suggestion.abstained,
        "used": suggestion.used,
        "unknown": suggestion.unknown,
    }
