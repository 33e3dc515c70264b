"""Suggestions of a price with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from common.encoders import Encoder
from common.listing import Listing, PriceRange, Suggestion
from common.nets.inputs import Inputs
from common.store import artifacts
from models.ensemble.calibration_file import load_calibration
from models.ensemble.head_files import load_head
from models.ensemble.predictor import HeadPredictor, Names
from models.price.config import LEVELS
from models.price.intervals import PriceCalibration, predict_quantiles


@dataclass(frozen=True, slots=True)
class PricePredictor(HeadPredictor):
    """The trained model, ready to suggest."""

    calibration: PriceCalibration

    def suggest(
        self, listings: Sequence[Listing], inputs: Inputs, used: Sequence[Names]
    ) -> list[Suggestion]:
        """Return the median, an 80 % interval and quantiles for each listing.

        The model abstains, with the range still filled in, when nothing known is confirmed or
        written, when the listing is in another currency, or when the interval is too wide.
        """
        logs = predict_quantiles(
            self.head,
            self.calibration,
            inputs,
            listings,
        )
        prices = np.maximum(np.expm1(logs), 0)

        # A confirmed value that training did not know has no weight: it says nothing about a price.
        has_fields = (inputs.weights > 0).any(axis=1)
        has_content = has_fields | inputs.has_text | inputs.has_photo
        rows = zip(
            listings,
            prices,
            has_content,
            used,
            strict=True,
        )
        return [self._suggestion(*row) for row in rows]

    def _suggestion(
        self,
        listing: Listing,
        prices: NDArray[np.float64],
        has_content: bool,
        used: tuple[str, ...],
    ) -> Suggestion:
        quantiles = tuple(zip(LEVELS, map(float, prices), strict=True))
        by_level = dict(quantiles)
        price = PriceRange(
            by_level[0.5],
            by_level[0.1],
            by_level[0.9],
            self.calibration.currency,
            quantiles,
            self.calibration.basis,
        )
        abstained = "the listing says too little yet"
        if has_content:
            abstained = self._reason_to_abstain(listing, price)
        return Suggestion(
            self.name,
            self.version,
            price=price,
            abstained=abstained,
            used=used,
        )

    def _reason_to_abstain(self, listing: Listing, price: PriceRange) -> str:
        if listing.currency not in (None, price.currency):
            return (
                f"prices are known in {price.currency} only, not in {listing.currency}"
            )
        # Below a cent any ratio would be too large.
        if price.high > self.calibration.max_interval_ratio * max(price.low, 0.01):
            return "listings like this sell at too many prices to name one"
        return ""


def load(artifact: Path, encoders: Sequence[Encoder]) -> PricePredictor:
    """Load the model from its artifact folder."""
    manifest = artifacts.read(artifact, verify=False)
    head = load_head(artifact, encoders)
    calibration = load_calibration(PriceCalibration, artifact)
    return PricePredictor(
        "price",
        manifest.id,
        head,
        calibration,
    )
