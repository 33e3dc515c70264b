"""Answers with a price range."""

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
from models.ensemble.head import load_head
from models.ensemble.predictor import HeadPredictor
from models.price.config import LEVELS
from models.price.estimate import quantiles


@dataclass(frozen=True, slots=True)
class PricePredictor(HeadPredictor):
    """The trained model, ready to answer."""

    def answer(self, listings: Sequence[Listing], inputs: Inputs) -> list[Suggestion]:
        """State the middle, an 80 % interval and quantiles for each listing.

        Abstains, with the range still filled in, when the listing says nothing the model knows or
        when the range is too wide to be of use.
        """
        prices = np.maximum(np.expm1(quantiles(self.head, inputs, listings)), 0)
        used = self.head.used(listings, inputs)
        known = (inputs.weights > 0).any(axis=1) | inputs.has("text") | inputs.has("photo")
        rows = zip(listings, prices, known, used, strict=True)
        return [self._answer(*row) for row in rows]

    def _answer(
        self, listing: Listing, prices: NDArray[np.float64], known: bool, used: tuple[str, ...]
    ) -> Suggestion:
        quantiles = tuple(zip(LEVELS, map(float, prices), strict=True))
        at = dict(quantiles)
        currency = self.head.facts["currency"]
        answer = PriceRange(at[0.5], at[0.1], at[0.9], currency, quantiles)
        reason = self._doubt(listing, answer) if known else "the listing says too little yet"
        return Suggestion(
            self.name,
            self.version,
            price=answer,
            abstained=reason,
            used=used,
        )

    def _doubt(self, listing: Listing, answer: PriceRange) -> str:
        if listing.currency not in (None, answer.currency):
            return f"prices are known in {answer.currency} only, not in {listing.currency}"
        if answer.high > self.head.facts["max_interval_ratio"] * max(answer.low, 0.01):
            return "listings like this sell at too many prices to name one"
        return ""


def load(artifact: Path, encoders: Sequence[Encoder]) -> PricePredictor:
    """Load the model from its artifact folder."""
    manifest = artifacts.read(artifact, verify=False)
    return PricePredictor("price", manifest.id, load_head(artifact, encoders))
