"""Checks of what a trained model predicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

import models
from common.listing import Listing, Suggestion
from models.checks.listings import ODD_LISTINGS, SAMPLE_VALUES
from models.checks.suggestions import check_equal, check_legal
from models.checks.trained_model import ContractError, TrainedModel, require
from models.suggester import Suggester


def check_empty_batch(model: TrainedModel) -> None:
    """An empty batch has an empty answer, with and without encodings."""
    for suggestions in (model.predictor.predict([]), model.predictor.predict([], {})):
        require(suggestions == [], "it answers an empty batch with suggestions")


def check_answers(model: TrainedModel) -> None:
    """Every listing gets one legal suggestion, and some of them are not empty."""
    suggestions = model.predictor.predict(model.unseen)
    require(
        len(suggestions) == len(model.unseen),
        f"it gives {len(suggestions)} suggestions for {len(model.unseen)} listings",
    )
    for suggestion in suggestions:
        check_legal(suggestion, model.name)
    require(
        any(each.candidates or each.price or each.fee for each in suggestions),
        "it suggests nothing for any listing",
    )


def check_order(model: TrainedModel) -> None:
    """Suggestions come in the order of the listings."""
    forwards = model.predictor.predict(model.unseen)
    backwards = model.predictor.predict(model.unseen[::-1])
    check_equal(backwards[::-1], forwards)


def check_batch(model: TrainedModel) -> None:
    """A batch is answered like its listings one by one, odd listings among them."""
    batch = [*model.unseen, *ODD_LISTINGS.values()]
    one_by_one = []
    for listing in batch:
        one_by_one += model.predictor.predict([listing])

    together = model.predictor.predict(batch)
    check_equal(together, one_by_one)


def check_encodings(model: TrainedModel) -> None:
    """Vectors that are passed in change no answer; those of unknown encoders are ignored."""
    encodings = {
        encoder_id: model.encoders[encoder_id].encode(model.unseen)
        for encoder_id in model.predictor.encoder_ids
    }
    # A server encodes once for all models, so every model gets the vectors of the others too.
    encodings["of another encoder"] = np.zeros((len(model.unseen), 3), np.float32)

    encoded_outside = model.predictor.predict(model.unseen, encodings)
    encoded_inside = model.predictor.predict(model.unseen)
    check_equal(encoded_outside, encoded_inside)


def check_own_outputs(model: TrainedModel) -> None:
    """It ignores confirmed values of the fields that it predicts itself."""
    values: dict[str, Any] = {
        field: SAMPLE_VALUES.get(field, ("x",))[0]
        for field in models.outputs(model.name)
    }
    suggester = Suggester("", {model.name: model.predictor}, model.encoders)
    expected = model.predictor.predict(model.unseen)
    expected_together = suggester.predict(model.unseen)

    # Listings with their own labels, then with values that no seller would give.
    confirmed = [replace(listing, **values) for listing in model.listings]
    for listings in (model.listings, confirmed):
        require(
            model.predictor.predict(listings) == expected
            and suggester.predict(listings) == expected_together,
            "its suggestions depend on confirmed values of its own outputs",
        )


def check_confirmed_fields(model: TrainedModel) -> None:
    """Confirmed fields change some suggestion."""
    early = model.predictor.predict([listing.only() for listing in model.listings])
    full = model.predictor.predict(model.unseen)
    require(
        _answers(early) != _answers(full),
        "its suggestions do not depend on any confirmed field",
    )


def check_sample_values(model: TrainedModel) -> None:
    """Confirmed values are legal inputs, alone and together, and ``used`` names no others."""
    fillings = _sample_fillings()
    suggester = Suggester("", {model.name: model.predictor}, model.encoders)
    listings = [Listing("red shoes", "worn twice", **filling) for filling in fillings]
    suggestions = suggester.predict(listings)[model.name]

    for filling, suggestion in zip(fillings, suggestions, strict=True):
        check_legal(suggestion, model.name)
        check_used(suggestion, filling)


def _sample_fillings() -> list[dict[str, Any]]:
    """Return every sample value alone, then the first of every field together, then the last."""
    fillings: list[dict[str, Any]] = []
    for field, values in SAMPLE_VALUES.items():
        fillings += [{field: value} for value in values]

    for position in (0, -1):
        fillings.append(
            {field: values[position] for field, values in SAMPLE_VALUES.items()}
        )
    return fillings


def check_used(suggestion: Suggestion, confirmed: Mapping[str, object]) -> None:
    """Raise ``ContractError`` when an input is named that was not there or is an output.

    A confirmed field was used, or its value is unknown and was ignored, but not both.
    """
    fields = set(confirmed) - set(models.outputs(suggestion.model))
    surplus = set(suggestion.used) - {"text", "photo", *fields}
    require(not surplus, f"it names inputs that it cannot have used: {sorted(surplus)}")

    surplus = set(suggestion.unknown) - fields
    require(not surplus, f"it ignored fields that were not there: {sorted(surplus)}")
    both = set(suggestion.unknown) & set(suggestion.used)
    require(not both, f"it used fields that it does not know: {sorted(both)}")


def check_odd_listings(model: TrainedModel) -> None:
    """Odd listings get legal suggestions."""
    for kind, listing in ODD_LISTINGS.items():
        try:
            [suggestion] = model.predictor.predict([listing])
            check_legal(suggestion, model.name)
        except ContractError as error:
            raise ContractError(f"{error}, for an odd listing ({kind})") from None


def check_threads(model: TrainedModel) -> None:
    """Calls from several threads get the answers of one."""
    expected = model.predictor.predict(model.unseen)
    with ThreadPoolExecutor(4) as pool:
        for suggestions in pool.map(model.predictor.predict, [model.unseen] * 12):
            check_equal(suggestions, expected)


def _answers(suggestions: Sequence[Suggestion]) -> list[object]:
    return [(each.candidates, each.price, each.fee) for each in suggestions]
