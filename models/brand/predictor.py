"""Suggestions of ranked brands, "no brand" among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.arrays import Floats
from common.encoders import Encoder
from common.listing import NO_BRAND, Candidate, Listing, Suggestion
from common.nets.inputs import Inputs
from common.store import artifacts
from models.brand import gazetteer
from models.brand.gazetteer import Gazetteer
from models.ensemble.calibration_file import load_calibration
from models.ensemble.head_files import load_head
from models.ensemble.predictor import HeadPredictor, Names


@dataclass(frozen=True, slots=True)
class BrandCalibration:
    """Constants of the brand model beside its head.

    Attributes:
        brands: Brands, in the order of class numbers.
        abstain_below: Minimum probability of the first brand.
        title_gains: Gains of the gazetteer over titles, ``[brands]``.
        description_gains: Gains of the gazetteer over descriptions, ``[brands]``.
    """

    brands: tuple[str, ...]
    abstain_below: float
    title_gains: tuple[float, ...]
    description_gains: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BrandPredictor(HeadPredictor):
    """The trained model, ready to suggest."""

    calibration: BrandCalibration
    titles: Gazetteer
    descriptions: Gazetteer

    def suggest(
        self, listings: Sequence[Listing], inputs: Inputs, used: Sequence[Names]
    ) -> list[Suggestion]:
        """Rank up to five brands for each listing; abstain when none is probable enough."""
        head = self.head
        scores = [*head.scores(inputs)["brand"], *self._gazetteer_scores(listings)]
        pooled = head.probabilities("brand", scores, inputs)
        ranked = pooled.rank(self.calibration.brands)
        return list(map(self._suggestion, ranked, used))

    def _gazetteer_scores(self, listings: Sequence[Listing]) -> Iterator[Floats]:
        """Yield the scores of titles, then of descriptions; both are searched at once."""
        titles = [listing.title for listing in listings]
        descriptions = [listing.description for listing in listings]
        texts, classes = self.titles.mentions(titles + descriptions)

        # Texts are numbered on from the titles to the descriptions.
        n_rows = len(listings)
        parts, rows = texts // n_rows, texts % n_rows
        for part, names in enumerate((self.titles, self.descriptions)):
            is_here = parts == part
            yield names.mention_scores(rows[is_here], classes[is_here], n_rows)

    def _suggestion(
        self, ranked: tuple[Candidate, ...], used: tuple[str, ...]
    ) -> Suggestion:
        abstained = ""
        if not used:
            abstained = "the listing says too little yet"
        elif ranked[0].probability < self.calibration.abstain_below:
            abstained = 'no brand reaches the confidence threshold, nor does "no brand"'
        return Suggestion(
            self.name, self.version, {"brand": ranked}, abstained=abstained, used=used
        )


def load(artifact: Path, encoders: Sequence[Encoder]) -> BrandPredictor:
    """Load the model from its artifact folder."""
    manifest = artifacts.read(artifact, verify=False)
    calibration = load_calibration(BrandCalibration, artifact)
    brands = calibration.brands
    return BrandPredictor(
        "brand",
        manifest.id,
        load_head(artifact, encoders),
        calibration,
        gazetteer.build(brands, NO_BRAND, calibration.title_gains),
        gazetteer.build(brands, NO_BRAND, calibration.description_gains),
    )
