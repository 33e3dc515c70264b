"""Shows finished listings to a predictor with its answers hidden, and measures what comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from common import metrics
from common.encoders import Encodings
from common.listing import EARLY_FIELDS, Listing, PriceRange, Suggestion

ROWS_PER_BIN = 50
"""With fewer rows a bin, chance alone would look like bad calibration."""

FULL_METRIC_PREFIX = "warm_"
"""Metrics of full context start with it: mlflow runs and gates keep them under this name."""


Measure = Callable[[Sequence[Listing], Sequence[Suggestion]], Mapping[str, float]]
"""Measures answers for finished listings."""


class SupportsPredict(Protocol):
    """What is needed of a predictor to measure it."""

    def predict(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> list[Suggestion]:
        """Suggest for each listing, in order."""


def early_context(listings: Sequence[Listing]) -> list[Listing]:
    """Listings as they are early: title, description, photos and condition."""
    return [listing.only(*EARLY_FIELDS) for listing in listings]


def full_context(listings: Sequence[Listing], *hidden: str) -> list[Listing]:
    """Listings as they are late: everything but the hidden fields."""
    return [listing.without(*hidden) for listing in listings]


def single_modality_views(
    listings: Sequence[Listing],
) -> Iterator[tuple[str, list[int], list[Listing]]]:
    """Show listings that have both, by their text alone and by their photos alone, cold.

    Yields a prefix for metrics, the places of those listings, and how they are shown; nothing where
    no listing has text and photos.
    """
    both = [place for place, each in enumerate(listings) if each.can_show("both")]
    for mode in ("text", "photo") if both else ():
        yield (
            f"{mode}_alone_",
            both,
            [listings[place].only(*EARLY_FIELDS).showing(mode) for place in both],
        )


def same_currency(listing: Listing, stated: PriceRange | None) -> bool:
    """Tell whether a listing's own price can be held against a range: it is in that currency."""
    if listing.price is None or stated is None:
        return False
    return listing.currency in (None, stated.currency)


def predict_in_batches(
    predictor: SupportsPredict, listings: Sequence[Listing], batch: int = 256
) -> list[Suggestion]:
    """Ask in batches, as a server would."""
    starts = range(0, len(listings), batch)
    return [
        suggestion
        for start in starts
        for suggestion in predictor.predict(listings[start : start + batch])
    ]


def evaluate_ranking(
    predictor: SupportsPredict,
    listings: Sequence[Listing],
    field: str,
    hidden: Sequence[str],
    also: Measure | None = None,
) -> dict[str, float]:
    """Measure a field of ranked candidates on the rows that have its label, cold and warm.

    ``top1`` and ``top5`` are accuracies, ``baseline`` that of always answering the most frequent
    value of these very rows, ``lift`` their quotient, ``calibration_error`` the expected
    calibration error of the first candidate, over as many of 15 bins as the rows can fill. Metrics
    of warm rows start with ``warm_``, those of ``single_modality_views`` with ``text_alone_`` and
    ``photo_alone_``. ``also`` measures more of the cold and the warm answers.
    """
    rows = [listing for listing in listings if getattr(listing, field) is not None]
    truth = [str(getattr(listing, field)) for listing in rows]
    if not rows:
        return {"rows": 0.0}
    found = {"rows": float(len(rows))}
    bins = min(max(len(rows) // ROWS_PER_BIN, 1), 15)
    for prefix, shown in (
        ("", early_context(rows)),
        (FULL_METRIC_PREFIX, full_context(rows, *hidden)),
    ):
        answers = predict_in_batches(predictor, shown)
        ranked = [list(each.candidates.get(field, ())) for each in answers]
        values = [[candidate.value for candidate in row] for row in ranked]
        sure = [row[0].probability if row else 0.0 for row in ranked]
        correct = [row[:1] == [value] for row, value in zip(values, truth, strict=True)]
        found[f"{prefix}top1"] = metrics.top_k_accuracy(truth, values, 1)
        found[f"{prefix}top5"] = metrics.top_k_accuracy(truth, values, 5)
        error = metrics.expected_calibration_error(correct, sure, bins)
        found[f"{prefix}calibration_error"] = error
        found[f"{prefix}abstained"] = float(np.mean([bool(each.abstained) for each in answers]))
        more = also(rows, answers) if also else {}
        found |= {f"{prefix}{name}": value for name, value in more.items()}
    for prefix, places, shown in single_modality_views(rows):
        values = [
            [candidate.value for candidate in each.candidates.get(field, ())]
            for each in predict_in_batches(predictor, shown)
        ]
        wanted = [truth[place] for place in places]
        found[f"{prefix}top1"] = metrics.top_k_accuracy(wanted, values, 1)
        found[f"{prefix}top5"] = metrics.top_k_accuracy(wanted, values, 5)
    found["baseline"] = Counter(truth).most_common(1)[0][1] / len(truth)
    found["lift"] = found["top1"] / found["baseline"]
    return found
