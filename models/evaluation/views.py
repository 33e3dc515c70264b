"""Views of finished listings: how much of each a predictor is shown when it is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from common.encoders import Encodings
from common.listing import EARLY_FIELDS, Listing, PriceRange, Suggestion
from common.progress import Progress, ignore_progress

FULL_METRIC_PREFIX = "warm_"
"""Metrics of full context start with it: mlflow runs and gates keep them under this name."""

BATCH_ROWS = 256
"""Listings that are predicted at once."""


class SupportsPredict(Protocol):
    """The part of a predictor that an evaluation needs."""

    def predict(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> list[Suggestion]:
        """Suggest for each listing, in order."""


def early_context(listings: Sequence[Listing]) -> list[Listing]:
    """Listings as they are early: title, description, photos and condition."""
    return [listing.only(*EARLY_FIELDS) for listing in listings]


def full_context(listings: Sequence[Listing], *hidden: str) -> list[Listing]:
    """Listings with every field confirmed but the hidden ones."""
    return [listing.without(*hidden) for listing in listings]


@dataclass(frozen=True, slots=True)
class View:
    """One way to show finished listings; the fields that the model answers are hidden besides.

    Attributes:
        name: its name in progress messages.
        metric_prefix: the beginning of the names of its metrics.
        show: turns finished listings into those of the view, in order.
        applies: tells whether a listing has what the view shows.
        main_field_only: whether only the model's main field is evaluated in it.
    """

    name: str
    metric_prefix: str
    show: Callable[[Sequence[Listing]], list[Listing]]
    applies: Callable[[Listing], bool] = lambda listing: True
    main_field_only: bool = False


def single_modality_view(mode: str) -> View:
    """View listings that have text and photos by one of the two, early.

    ``mode`` is ``text`` or ``photo``.
    """

    return View(
        f"{mode} alone",
        f"{mode}_alone_",
        partial(_show_modality, mode),
        # The same listings for either mode, so that the two compare.
        _has_text_and_photos,
        main_field_only=True,
    )


def _show_modality(mode: str, listings: Sequence[Listing]) -> list[Listing]:
    return [listing.showing(mode) for listing in early_context(listings)]


def _has_text_and_photos(listing: Listing) -> bool:
    return listing.can_show("both")


EARLY = View("early", "", early_context)
FULL = View("full", FULL_METRIC_PREFIX, full_context)
TEXT_ALONE = single_modality_view("text")
PHOTO_ALONE = single_modality_view("photo")


def same_currency(
    listing: Listing, suggested: PriceRange | None, field: str = "price"
) -> bool:
    """Tell whether a listing's own amount can be compared with a range: it is in that currency."""
    if getattr(listing, field) is None or suggested is None:
        return False
    return listing.currency in (None, suggested.currency)


def predict_in_batches(
    predictor: SupportsPredict,
    listings: Sequence[Listing],
    batch_rows: int = BATCH_ROWS,
    progress: Progress = ignore_progress,
) -> list[Suggestion]:
    """Predict in batches, as a server does; return a suggestion for each listing, in order."""
    suggestions: list[Suggestion] = []
    for start in range(0, len(listings), batch_rows):
        progress(f"{start:,} of {len(listings):,} listings", start / len(listings))
        suggestions += predictor.predict(listings[start : start + batch_rows])
    return suggestions
