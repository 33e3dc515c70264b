"""Suggestions of payer, method and parcel size, and of the fee with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from common.arrays import Floats
from common.encoders import Encoder
from common.listing import LEARNED, Candidate, Fee, Listing, PriceRange, Suggestion
from common.nets.inputs import Inputs
from common.store import artifacts
from common.taxonomy import Taxonomy
from models.ensemble.calibration_file import load_calibration
from models.ensemble.head_files import load_head
from models.ensemble.predictor import HeadPredictor, Names
from models.shipping.fees import OUTPUT, FeeCalibration, predict_fees

TAXONOMY = "taxonomy.json"


@dataclass(frozen=True, slots=True)
class ShippingCalibration:
    """Constants of the shipping model beside its head.

    Attributes:
        classes: Values of each field that is suggested, in the order of class numbers.
        abstain_below: Minimum probability of the first payer.
        fees: Constants of learned fees.
    """

    classes: Mapping[str, tuple[str, ...]]
    abstain_below: float
    fees: FeeCalibration = field(default_factory=FeeCalibration)


@dataclass(frozen=True, slots=True)
class ShippingPredictor(HeadPredictor):
    """The trained model and the rate card it quotes from, ready to suggest."""

    calibration: ShippingCalibration
    taxonomy: Taxonomy

    def suggest(
        self, listings: Sequence[Listing], inputs: Inputs, used: Sequence[Names]
    ) -> list[Suggestion]:
        """Rank payers, methods and parcel sizes, and state the fee.

        The fee is learned where the shop's rows had fees, with an interval, and else that of the
        rate card for the most probable method and size. The model abstains when no payer is
        probable enough. Fields without labels in training are left out.
        """
        scores = self.head.scores(inputs)
        ranked = self._rank(scores, inputs)

        suggestions = []
        learned = self._learned_fees(listings, scores, inputs)
        rows = zip(learned, used, strict=True)
        for row, (fee, used_in_row) in enumerate(rows):
            candidates = {name: of_rows[row] for name, of_rows in ranked.items()}
            suggestion = self._suggestion(candidates, fee, used_in_row)
            suggestions.append(suggestion)
        return suggestions

    def _rank(
        self, scores: Mapping[str, Sequence[Floats]], inputs: Inputs
    ) -> dict[str, list[tuple[Candidate, ...]]]:
        """Return the ranked candidates of each row, by field."""
        ranked = {}
        for name, classes in self.calibration.classes.items():
            pooled = self.head.probabilities(name, scores[name], inputs)
            ranked[name] = pooled.rank(classes)
        return ranked

    def _learned_fees(
        self,
        listings: Sequence[Listing],
        scores: Mapping[str, Sequence[Floats]],
        inputs: Inputs,
    ) -> list[PriceRange | None]:
        """Return the fee of each listing, or ``None`` where it is not known in its currency."""
        fees = self.calibration.fees
        if not fees.currency:
            return [None] * len(listings)
        ranges = predict_fees(self.head, fees, scores[OUTPUT], inputs)
        return [
            found if listing.currency in (None, fees.currency) else None
            for listing, found in zip(listings, ranges, strict=True)
        ]

    def _suggestion(
        self,
        candidates: Mapping[str, tuple[Candidate, ...]],
        learned: PriceRange | None,
        used: tuple[str, ...],
    ) -> Suggestion:
        fee = self._fee(candidates) if learned is None else _learned_fee(learned)
        return Suggestion(
            self.name,
            self.version,
            candidates,
            fee=fee,
            abstained=self._reason_to_abstain(
                candidates.get("shipping_payer", ()), used
            ),
            used=used,
        )

    def _fee(self, candidates: Mapping[str, tuple[Candidate, ...]]) -> Fee | None:
        """Return the fee of the most probable method and size that have one in the rate card."""
        # A shop's rate card need not have every pair: a parcel too large for letters has no fee.
        highest, best_fee = 0.0, None
        for method in candidates.get("shipping_method", ()):
            for size in candidates.get("parcel_size", ()):
                probability = method.probability * size.probability
                # The rate card is asked only for pairs that could be the answer.
                if probability <= highest:
                    continue
                fee = self.taxonomy.fee(method.value, size.value)
                if fee is not None:
                    highest, best_fee = probability, fee
        return best_fee

    def _reason_to_abstain(
        self, payers: tuple[Candidate, ...], used: tuple[str, ...]
    ) -> str:
        if not used:
            return "the listing says too little yet"
        if payers and payers[0].probability < self.calibration.abstain_below:
            return "either side may pay for shipping"
        return ""


def _learned_fee(learned: PriceRange) -> Fee:
    """Return a learned fee; it is that of the parcel, and not of one method and size."""
    return Fee(
        learned.median,
        learned.currency,
        low=learned.low,
        high=learned.high,
        source=LEARNED,
    )


def load(artifact: Path, encoders: Sequence[Encoder]) -> ShippingPredictor:
    """Load the model from its artifact folder."""
    manifest = artifacts.read(artifact, verify=False)
    return ShippingPredictor(
        "shipping",
        manifest.id,
        load_head(artifact, encoders),
        load_calibration(ShippingCalibration, artifact),
        Taxonomy.load(artifact / TAXONOMY),
    )
