"""Suggestions of payer, method and parcel size, with the fee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.encoders import Encoder
from common.listing import Candidate, Fee, Listing, Suggestion
from common.nets.inputs import Inputs
from common.store import artifacts
from common.taxonomy import Taxonomy
from models.ensemble.calibration_file import load_calibration
from models.ensemble.head_files import load_head
from models.ensemble.predictor import HeadPredictor, used_fields

TAXONOMY = "taxonomy.json"


@dataclass(frozen=True, slots=True)
class ShippingCalibration:
    """Constants of the shipping model beside its head.

    Attributes:
        classes: Values of each field that is suggested, in the order of class numbers.
        abstain_below: Minimum probability of the first payer.
    """

    classes: Mapping[str, tuple[str, ...]]
    abstain_below: float


@dataclass(frozen=True, slots=True)
class ShippingPredictor(HeadPredictor):
    """The trained model and the rate card it quotes from, ready to suggest."""

    calibration: ShippingCalibration
    taxonomy: Taxonomy

    def suggest(self, listings: Sequence[Listing], inputs: Inputs) -> list[Suggestion]:
        """Rank payers, methods and parcel sizes, with the fee of the most probable pair.

        The model abstains when no payer is probable enough. Fields without labels in training are
        left out.
        """
        head = self.head
        ranked = {}
        for field, scores in head.scores(inputs).items():
            pooled = head.probabilities(field, scores, inputs)
            ranked[field] = pooled.rank(self.calibration.classes[field])

        suggestions = []
        used = used_fields(listings, inputs, head.features.fields)
        for row, used_in_row in enumerate(used):
            candidates = {
                field: candidates_of_rows[row]
                for field, candidates_of_rows in ranked.items()
            }
            suggestions.append(self._suggestion(candidates, used_in_row))
        return suggestions

    def _suggestion(
        self, candidates: Mapping[str, tuple[Candidate, ...]], used: tuple[str, ...]
    ) -> Suggestion:
        return Suggestion(
            self.name,
            self.version,
            candidates,
            fee=self._fee(candidates),
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
