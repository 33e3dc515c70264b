"""Conversion between protobuf messages and our own types; no other module reads a message.

Confirmed fields are copied by name (``CONFIRMABLE``): a new field is one line of the proto file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

import models
from common.arrays import Floats
from common.encoders import Encodings
from common.errors import InputError, PhotoError
from common.listing import (
    CONFIRMABLE,
    ITEM,
    Candidate,
    Earnings,
    Fee,
    Listing,
    Photo,
    PriceRange,
    Suggestion,
    Suggestions,
)
from common.photos import reading
from serving.protos import listing_pb2 as pb

OPTIONAL_FIELDS = (*CONFIRMABLE, "seller_id")
"""Fields with presence: ``None`` in a listing is an absent field of the message."""

MAX_VECTOR_NUMBER = 1e6
"""Size of a number that no encoder reaches, and models compute with all the same."""

BYTES_PER_FLOAT = 4


def to_listing(message: pb.Listing) -> Listing:
    """Convert a listing as it was sent; ``serving.validation`` checks its values."""
    # An empty string is a value; only an absent field is not stated.
    confirmed: dict[str, Any] = {
        name: getattr(message, name)
        for name in OPTIONAL_FIELDS
        if message.HasField(name)
    }
    return Listing(
        title=message.title,
        description=message.description,
        photos=tuple(Photo(data=photo.data) for photo in message.photos),
        listing_id=message.listing_id,
        **confirmed,
    )


def from_listing(listing: Listing, photo_bytes: bool = True) -> pb.Listing:
    """Convert a listing, with the bytes of its photos, or with an empty message for each photo.

    A photo with a path is read. Raises ``InputError`` for a photo that cannot be read.
    """
    confirmed: dict[str, Any] = {}
    for name in OPTIONAL_FIELDS:
        value = getattr(listing, name)
        if value is not None:
            confirmed[name] = _sendable(value) if isinstance(value, str) else value

    return pb.Listing(
        title=_sendable(listing.title),
        description=_sendable(listing.description),
        photos=[
            pb.Photo(data=_read_photo(photo)) if photo_bytes else pb.Photo()
            for photo in listing.photos
        ],
        listing_id=_sendable(listing.listing_id),
        **confirmed,
    )


def to_suggestions(message: pb.SuggestResponse) -> Suggestions:
    """Convert the suggester's answer, in the order of ``models.NAMES``."""
    return Suggestions(
        release=message.release,
        by_model={
            name: to_suggestion(message.suggestions[name])
            for name in _in_model_order(message.suggestions)
        },
        missing={
            name: message.missing[name] for name in _in_model_order(message.missing)
        },
        problems=tuple(message.problems),
        earnings=(
            _to_earnings(message.earnings) if message.HasField("earnings") else None
        ),
        experiments=dict(message.experiments),
    )


def from_suggestions(suggestions: Suggestions) -> pb.SuggestResponse:
    """Convert to the suggester's answer."""
    return pb.SuggestResponse(
        suggestions={
            name: from_suggestion(suggestion)
            for name, suggestion in suggestions.by_model.items()
        },
        missing=suggestions.missing,
        release=suggestions.release,
        problems=suggestions.problems,
        earnings=_from_earnings(suggestions.earnings),
        experiments=suggestions.experiments,
    )


def to_suggestion(message: pb.Suggestion) -> Suggestion:
    """Convert one model's answer."""
    candidates = {}
    for ranking in message.fields:
        candidates[ranking.field] = tuple(
            Candidate(candidate.value, candidate.probability)
            for candidate in ranking.candidates
        )

    return Suggestion(
        model=message.model,
        version=message.version,
        candidates=candidates,
        price=_to_price(message.price) if message.HasField("price") else None,
        fee=_to_fee(message.fee) if message.HasField("fee") else None,
        abstained=message.abstained,
        used=tuple(message.used),
        unknown=tuple(message.unknown),
    )


def from_suggestion(suggestion: Suggestion) -> pb.Suggestion:
    """Convert to one model's answer."""
    rankings = []
    for field, candidates in suggestion.candidates.items():
        ranking = pb.FieldCandidates(field=field)
        for candidate in candidates:
            ranking.candidates.add(
                value=candidate.value, probability=candidate.probability
            )
        rankings.append(ranking)

    return pb.Suggestion(
        model=suggestion.model,
        version=suggestion.version,
        fields=rankings,
        price=_from_price(suggestion.price) if suggestion.price else None,
        fee=_from_fee(suggestion.fee) if suggestion.fee else None,
        abstained=suggestion.abstained,
        used=suggestion.used,
        unknown=suggestion.unknown,
    )


def to_encodings(
    messages: Sequence[pb.Encoding], n_rows: int, dimensions: Mapping[str, int]
) -> dict[str, Floats]:
    """Convert the vectors ``[n_rows, dimensions]`` of the encoders named in ``dimensions``.

    Vectors of other encoders are skipped. Raises ``InputError`` when the number of bytes does not
    fit the shape, or a number is not finite or beyond ``MAX_VECTOR_NUMBER``.
    """
    encodings: dict[str, Floats] = {}

    for message in messages:
        encoder_id = message.encoder_id
        if encoder_id not in dimensions:
            continue

        vectors = _to_vectors(message, n_rows, dimensions[encoder_id])
        # Not "above": no comparison with NaN is true.
        if not (np.abs(vectors) <= MAX_VECTOR_NUMBER).all():
            raise InputError(
                f"the vectors of encoder {encoder_id} have numbers that are not finite, or beyond"
                f" {MAX_VECTOR_NUMBER:,.0f}"
            )
        encodings[encoder_id] = vectors

    return encodings


def from_encodings(encodings: Encodings) -> list[pb.Encoding]:
    """Convert vectors ``[n_rows, dimensions]`` by encoder id, as little-endian float32."""
    return [
        pb.Encoding(
            encoder_id=encoder_id,
            dimensions=vectors.shape[1],
            vectors=np.ascontiguousarray(vectors, "<f4").tobytes(),
        )
        for encoder_id, vectors in encodings.items()
    ]


def _to_vectors(message: pb.Encoding, n_rows: int, width: int) -> Floats:
    # The sizes come from the sender: they are compared before numpy allocates or reshapes.
    n_bytes = n_rows * width * BYTES_PER_FLOAT
    if message.dimensions != width or len(message.vectors) != n_bytes:
        raise InputError(
            f"the vectors of encoder {message.encoder_id} must be {n_rows} x {width} float32"
            f" numbers, which is {n_bytes:,} bytes; {len(message.vectors):,} bytes"
            f" of {message.dimensions} dimensions were sent"
        )
    vectors = np.frombuffer(message.vectors, "<f4").reshape(n_rows, width)
    return vectors.astype(np.float32, copy=False)


def _read_photo(photo: Photo) -> bytes:
    try:
        return reading.read_bytes(photo)
    except PhotoError as error:
        raise InputError(f"photo {photo.path}: {error}") from None


def _sendable(text: str) -> str:
    """Replace lone surrogates, which no protobuf string can carry."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _in_model_order(names: Iterable[str]) -> list[str]:
    """Sort the keys of a protobuf map, which has no order, by ``models.NAMES``, others last."""
    ranks = {name: rank for rank, name in enumerate(models.NAMES)}
    return sorted(names, key=lambda name: (ranks.get(name, len(ranks)), name))


def _to_price(message: pb.PriceRange) -> PriceRange:
    return PriceRange(
        median=message.median,
        low=message.low,
        high=message.high,
        currency=message.currency,
        quantiles=tuple(
            (quantile.level, quantile.price) for quantile in message.quantiles
        ),
        # A predictor from before prices had a basis knows those of items only.
        basis=message.basis or ITEM,
    )


def _from_price(price: PriceRange) -> pb.PriceRange:
    return pb.PriceRange(
        median=price.median,
        low=price.low,
        high=price.high,
        currency=price.currency,
        quantiles=[
            pb.Quantile(level=level, price=value) for level, value in price.quantiles
        ],
        basis=price.basis,
    )


def _to_fee(message: pb.Fee) -> Fee:
    return Fee(
        amount=message.amount,
        currency=message.currency,
        method=message.method,
        parcel_size=message.parcel_size,
        low=message.low if message.HasField("low") else None,
        high=message.high if message.HasField("high") else None,
        source=message.source,
    )


def _from_fee(fee: Fee) -> pb.Fee:
    return pb.Fee(
        amount=fee.amount,
        currency=fee.currency,
        method=fee.method,
        parcel_size=fee.parcel_size,
        low=fee.low,
        high=fee.high,
        source=fee.source,
    )


def _to_earnings(earnings: pb.Earnings) -> Earnings:
    return Earnings(
        price=earnings.price,
        basis=earnings.basis,
        payer=earnings.payer,
        fee=earnings.fee if earnings.HasField("fee") else None,
        item_price=earnings.item_price,
        commission=earnings.commission,
        amount=earnings.amount,
        currency=earnings.currency,
    )


def _from_earnings(earnings: Earnings | None) -> pb.Earnings | None:
    if earnings is None:
        return None
    return pb.Earnings(**asdict(earnings))
