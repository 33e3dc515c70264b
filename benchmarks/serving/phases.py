"""What a server does with a request, phase by phase, as functions that can be timed alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from common.arrays import Floats
from common.encoders import Encoder
from common.features.hashing import hash_characters, hash_text
from common.listing import Listing, Suggestion, Suggestions
from common.photos.checking import check_photos
from models import Predictor
from models.ensemble.predictor import HeadPredictor
from models.suggester import Suggester
from serving import convert, validation
from serving.protos import listing_pb2 as pb


@dataclass(slots=True)
class Batch:
    """Requests that are computed together; each phase fills in what the next one reads."""

    bodies: Sequence[bytes]
    messages: list[pb.SuggestRequest] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    encodings: dict[str, Floats] = field(default_factory=dict)
    by_model: dict[str, list[Suggestion]] = field(default_factory=dict)
    answers: list[pb.SuggestResponse] = field(default_factory=list)


Phases = Mapping[str, Callable[[Batch], object]]


def phases_of(champion: Suggester) -> Phases:
    """Return what a server does with a batch, in its order."""
    models = {
        name: partial(_predict, predictor)
        for name, predictor in champion.predictors.items()
    }
    return {
        "parse the message": _parse,
        "check": _check,
        "decode photos": _decode,
        "hash": partial(_hash, _reads_characters(champion)),
        "encode": partial(_encode, champion.encoders),
        **models,
        "convert": partial(_convert, champion.release),
        "serialise": _serialise,
    }


def _parse(batch: Batch) -> None:
    batch.messages = [pb.SuggestRequest.FromString(body) for body in batch.bodies]


def _check(batch: Batch) -> None:
    received = [convert.to_listing(message.listing) for message in batch.messages]
    batch.listings = [validation.check_listing(listing) for listing in received]


def _decode(batch: Batch) -> None:
    batch.listings = [check_photos(listing).listing for listing in batch.listings]


def _reads_characters(champion: Suggester) -> bool:
    """Whether a model reads runs of characters beside n-grams of words."""
    return any(
        isinstance(predictor, HeadPredictor)
        and predictor.head.features.vocabulary.characters is not None
        for predictor in champion.predictors.values()
    )


def _hash(reads_characters: bool, batch: Batch) -> None:
    # The models find these hashes in a cache.
    hash_text(batch.listings)
    if reads_characters:
        hash_characters(batch.listings)


def _encode(encoders: Mapping[str, Encoder], batch: Batch) -> None:
    for encoder_id, encoder in encoders.items():
        batch.encodings[encoder_id] = encoder.encode(batch.listings)


def _predict(predictor: Predictor, batch: Batch) -> None:
    answers = predictor.predict(batch.listings, batch.encodings)
    batch.by_model[predictor.name] = answers


def _convert(release: str, batch: Batch) -> None:
    for row in range(len(batch.listings)):
        of_row = {name: answers[row] for name, answers in batch.by_model.items()}
        batch.answers.append(convert.from_suggestions(Suggestions(release, of_row)))


def _serialise(batch: Batch) -> None:
    for message in batch.answers:
        message.SerializeToString()
