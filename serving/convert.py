"""Between protobuf messages and the vocabulary; on the other side of this file is no protobuf.

Fields are taken by name from ``CONFIRMABLE``, so that a new one is a line in the proto file only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

import models
from common.arrays import Floats
from common.encoders import Encodings
from common.errors import InputError, PhotoError
from common.listing import (
    CONFIRMABLE,
    Candidate,
    Fee,
    Listing,
    Photo,
    PriceRange,
    Suggestion,
    Suggestions,
)
from common.photos import reading
from serving.protos import listing_pb2 as pb

OPTIONAL = (*CONFIRMABLE, "seller_id")
"""Fields whose absence says something: ``None`` here, not present there."""


def to_listing(message: pb.Listing) -> Listing:
    """Read a listing as it was sent; ``serving.validation`` judges it."""
    said: dict[str, Any] = {
        name: getattr(message, name) for name in OPTIONAL if message.HasField(name)
    }
    return Listing(
        title=message.title,
        description=message.description,
        photos=tuple(Photo(data=photo.data) for photo in message.photos),
        listing_id=message.listing_id,
        **said,
    )


def from_listing(listing: Listing) -> pb.Listing:
    """Write a listing; of photos their bytes travel, read where they are.

    Raises ``InputError`` for a photo that cannot be read.
    """
    values = ((name, getattr(listing, name)) for name in OPTIONAL)
    said: dict[str, Any] = {
        name: _sendable(value) if isinstance(value, str) else value
        for name, value in values
        if value is not None
    }
    return pb.Listing(
        title=_sendable(listing.title),
        description=_sendable(listing.description),
        photos=[pb.Photo(data=_bytes(photo)) for photo in listing.photos],
        listing_id=_sendable(listing.listing_id),
        **said,
    )


def to_suggestions(message: pb.SuggestResponse) -> Suggestions:
    """Convert the answer of the suggester, in the order of ``models.NAMES``."""
    return Suggestions(
        release=message.release,
        by_model={
            name: to_suggestion(message.suggestions[name])
            for name in _in_model_order(message.suggestions)
        },
        missing={name: message.missing[name] for name in _in_model_order(message.missing)},
        problems=tuple(message.problems),
    )


def from_suggestions(suggestions: Suggestions) -> pb.SuggestResponse:
    """Convert to the answer of the suggester."""
    return pb.SuggestResponse(
        suggestions={
            name: from_suggestion(suggestion) for name, suggestion in suggestions.by_model.items()
        },
        missing=suggestions.missing,
        release=suggestions.release,
        problems=suggestions.problems,
    )


def to_suggestion(message: pb.Suggestion) -> Suggestion:
    """Convert one model's answer."""
    price, fee = message.price, message.fee
    return Suggestion(
        model=message.model,
        version=message.version,
        candidates={
            each.field: tuple(Candidate(one.value, one.probability) for one in each.candidates)
            for each in message.fields
        },
        price=PriceRange(
            price.median,
            price.low,
            price.high,
            price.currency,
            tuple((each.level, each.price) for each in price.quantiles),
        )
        if message.HasField("price")
        else None,
        fee=Fee(fee.amount, fee.currency, fee.method, fee.parcel_size)
        if message.HasField("fee")
        else None,
        abstained=message.abstained,
        used=tuple(message.used),
    )


def from_suggestion(suggestion: Suggestion) -> pb.Suggestion:
    """Write one model's answer."""
    price, fee = suggestion.price, suggestion.fee
    return pb.Suggestion(
        model=suggestion.model,
        version=suggestion.version,
        fields=[
            pb.FieldCandidates(
                field=field,
                candidates=[pb.Candidate(value=c.value, probability=c.probability) for c in found],
            )
            for field, found in suggestion.candidates.items()
        ],
        price=_from_price(price) if price else None,
        fee=_from_fee(fee) if fee else None,
        abstained=suggestion.abstained,
        used=suggestion.used,
    )


def to_encodings(
    messages: Sequence[pb.Encoding], rows: int, dimensions: Mapping[str, int]
) -> dict[str, Floats]:
    """Read the vectors ``[rows, dimensions]`` of the encoders named in ``dimensions``.

    Vectors of other encoders are left out. Raises ``InputError`` when the bytes are not what the
    message says, or not finite.
    """
    found: dict[str, Floats] = {}
    for message in messages:
        wanted = dimensions.get(message.encoder_id)
        if wanted is None:
            continue
        if message.dimensions != wanted or len(message.vectors) != rows * wanted * 4:
            raise InputError(
                f"the vectors of encoder {message.encoder_id} must be {rows} x {wanted} float32"
                f" numbers, which is {rows * wanted * 4:,} bytes; {len(message.vectors):,} bytes"
                f" of {message.dimensions} dimensions were sent"
            )
        vectors = np.frombuffer(message.vectors, "<f4").reshape(rows, wanted)
        if not np.isfinite(vectors).all():
            raise InputError(f"the vectors of encoder {message.encoder_id} are not all finite")
        found[message.encoder_id] = vectors.astype(np.float32, copy=False)
    return found


def from_encodings(encodings: Encodings) -> list[pb.Encoding]:
    """Write vectors ``[rows, dimensions]`` by encoder id."""
    return [
        pb.Encoding(
            encoder_id=name,
            dimensions=vectors.shape[1],
            vectors=np.ascontiguousarray(vectors, "<f4").tobytes(),
        )
        for name, vectors in encodings.items()
    ]


def _in_model_order(names: Iterable[str]) -> list[str]:
    """Sort the keys of a protobuf map, which has no order, by ``models.NAMES``, others last."""
    ranks = {name: rank for rank, name in enumerate(models.NAMES)}
    return sorted(names, key=lambda name: (ranks.get(name, len(ranks)), name))


def _bytes(photo: Photo) -> bytes:
    try:
        return reading.read_bytes(photo)
    except PhotoError as error:
        raise InputError(f"photo {photo.path}: {error}") from None


def _from_price(price: PriceRange) -> pb.PriceRange:
    return pb.PriceRange(
        median=price.median,
        low=price.low,
        high=price.high,
        currency=price.currency,
        quantiles=[pb.Quantile(level=level, price=at) for level, at in price.quantiles],
    )


def _from_fee(fee: Fee) -> pb.Fee:
    return pb.Fee(
        amount=fee.amount, currency=fee.currency, method=fee.method, parcel_size=fee.parcel_size
    )


def _sendable(text: str) -> str:
    """Replace lone surrogates, which no protobuf string can carry."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text
