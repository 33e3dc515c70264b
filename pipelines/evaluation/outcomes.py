"""What a model answered to each listing, as one number a listing and aspect.

Every figure of a report is a function of these numbers and of which listings are counted, so that
slices and intervals need no model again. A model is asked by its name alone: fields that it ranks
candidates for, and a price if it states one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import models
from common.arrays import Ints
from common.listing import NO_BRAND, Candidate, Listing, Suggestion
from models.evaluation import (
    SupportsPredict,
    early_context,
    full_context,
    predict_in_batches,
    same_currency,
)
from pipelines.evaluation.bootstrap import Values

Columns = Mapping[str, Values]
"""One number a row, by aspect."""

Progress = Callable[[str, float], None]

COVERED = 0.8
"""The share of prices that should lie inside the interval."""

SHOWN = 5
"""Candidates that count as shown."""

BATCH_ROWS = 256


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a model did on one field, shown listings early or in full (``is_full``).

    ``places`` are those of the listings that have the label; ``columns`` are in their order, and
    so are ``answers``, which are kept of early listings only. Columns of a ranked field are ``hit``
    (the first candidate is right), ``sure`` (its probability), ``brier``, ``abstained``; of more
    than five values also ``among`` (one of five is right), of two ``positive`` and ``score``, of
    brands ``branded`` and ``named``. Of a price, in ``log1p``: ``truth``, ``squared`` error,
    ``inside`` the interval, ``winkler``, ``width`` (the quotient of its ends), ``abstained``, and
    ``below 0.05`` for each quantile. ``loss`` ranks the worst errors of either.
    """

    field: str
    main: bool
    is_full: bool
    places: Ints
    columns: Columns
    answers: tuple[Suggestion, ...]

    @property
    def is_price(self) -> bool:
        """Tell whether the answer is a price with its interval, not ranked candidates."""
        return "winkler" in self.columns

    def on(self, rows: Ints) -> Columns:
        """The columns of some of its rows, by their places in ``places``."""
        return {name: values[rows] for name, values in self.columns.items()}


def labelled(name: str, listings: Sequence[Listing]) -> list[Listing]:
    """Keep the listings that have a label for any field the model answers."""
    fields = models.outputs(name)
    return [row for row in listings if any(getattr(row, field) is not None for field in fields)]


def collect_outcomes(
    predictor: SupportsPredict, name: str, listings: Sequence[Listing], progress: Progress
) -> list[Outcome]:
    """Ask a model about finished listings, early then full, its own answers hidden.

    Returns an outcome for each of the model's fields that it answers, early ones first.
    """
    fields = models.outputs(name)
    found: list[Outcome] = []
    for is_full in (False, True):
        shown = full_context(listings, *fields) if is_full else early_context(listings)
        unseen = [listing.without(*fields) for listing in shown]
        answers: list[Suggestion] = []
        for start in range(0, len(unseen), BATCH_ROWS):
            done = (start / len(unseen) + is_full) / 2
            progress(
                f"{start:,} of {len(unseen):,} listings, {'full' if is_full else 'early'}", done
            )
            answers += predict_in_batches(predictor, unseen[start : start + BATCH_ROWS])
        for field in fields:
            columns, places = _columns(field, listings, answers)
            if columns:
                kept = () if is_full else tuple(answers[place] for place in places)
                found.append(Outcome(field, field == fields[0], is_full, places, columns, kept))
    return found


def _columns(
    field: str, listings: Sequence[Listing], answers: Sequence[Suggestion]
) -> tuple[Columns, Ints]:
    known = [place for place, row in enumerate(listings) if getattr(row, field) is not None]
    ranked = any(answers[place].candidates.get(field) for place in known)
    if not ranked:
        known = [place for place in known if same_currency(listings[place], answers[place].price)]
    truth = [getattr(listings[place], field) for place in known]
    given = [answers[place] for place in known]
    if not known:
        return {}, np.array([], np.int64)
    columns = _ranked(field, list(map(str, truth)), given) if ranked else _priced(truth, given)
    columns["abstained"] = np.array([bool(each.abstained) for each in given], np.float64)
    return columns, np.array(known, np.int64)


def _ranked(field: str, truth: Sequence[str], given: Sequence[Suggestion]) -> dict[str, Values]:
    ranked = [each.candidates.get(field, ()) for each in given]
    values = [[candidate.value for candidate in row[:SHOWN]] for row in ranked]
    pairs = list(zip(values, truth, strict=True))
    hit = np.array([row[:1] == [value] for row, value in pairs], np.float64)
    sure = np.array([row[0].probability if row else 0.0 for row in ranked], np.float64)
    found = {
        "hit": hit,
        "sure": sure,
        "brier": np.array([_brier(*pair) for pair in zip(ranked, truth, strict=True)], np.float64),
        "loss": sure * (1 - hit),
    }
    if len(set(truth)) > SHOWN:
        found["among"] = np.array([value in row for row, value in pairs], np.float64)
    if field == "brand":
        found["branded"] = np.array([value != NO_BRAND for value in truth], np.float64)
        found["named"] = np.array([row[:1] != [NO_BRAND] for row in values], np.float64)
    if len(kinds := sorted(set(truth))) == 2:
        found["positive"] = np.array([value == kinds[1] for value in truth], np.float64)
        chances = [[each.probability for each in row if each.value == kinds[1]] for row in ranked]
        found["score"] = np.array([sum(row) for row in chances], np.float64)
    return found


def _brier(row: Sequence[Candidate], truth: str) -> float:
    """Squared distance of what is stated from the truth, which has 1 (Brier, 1950): 0 to 2."""
    stated = {candidate.value: candidate.probability for candidate in row}
    return sum((p - (value == truth)) ** 2 for value, p in ({truth: 0.0} | stated).items())


def _priced(truth: Sequence[float], given: Sequence[Suggestion]) -> dict[str, Values]:
    prices = [each.price for each in given if each.price]
    low, middle, high = (
        np.log1p(np.array([getattr(each, end) for each in prices], np.float64))
        for end in ("low", "median", "high")
    )
    logs = np.log1p(np.array(truth, np.float64))
    missed = np.maximum(low - logs, 0) + np.maximum(logs - high, 0)
    found = {
        "truth": logs,
        "squared": (logs - middle) ** 2,
        "inside": (missed == 0).astype(np.float64),
        "winkler": high - low + 2 / (1 - COVERED) * missed,  # Winkler, 1972
        "width": np.exp(high - low),
        "loss": np.abs(logs - middle),
    }
    for number, (level, _) in enumerate(prices[0].quantiles):
        stated = np.array([each.quantiles[number][1] for each in prices], np.float64)
        found[f"below {level:g}"] = (np.array(truth) <= stated).astype(np.float64)
    return found
