"""Answers with who pays, how it is sent, in what size, and the fee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.encoders import Encoder
from common.listing import Candidate, Fee, Listing, Suggestion
from common.nets.inputs import Inputs
from common.store import artifacts
from common.taxonomy import Taxonomy
from models.ensemble.head import load_head
from models.ensemble.predictor import HeadPredictor

TAXONOMY = "taxonomy.json"


@dataclass(frozen=True, slots=True)
class ShippingPredictor(HeadPredictor):
    """The trained model and the rate card it quotes from, ready to answer."""

    taxonomy: Taxonomy

    def answer(self, listings: Sequence[Listing], inputs: Inputs) -> list[Suggestion]:
        """Rank payers, methods and parcel sizes, with the fee of the most probable pair.

        Abstains when it is not sure who pays. A field without labels in training is not answered.
        """
        ranked = {
            field: self.head.pool(field, scores, inputs).rank(self.head.facts["classes"][field])
            for field, scores in self.head.scores(inputs).items()
        }
        return [
            self._answer({field: rows[number] for field, rows in ranked.items()}, used)
            for number, used in enumerate(self.head.used(listings, inputs))
        ]

    def _answer(
        self, candidates: Mapping[str, tuple[Candidate, ...]], used: tuple[str, ...]
    ) -> Suggestion:
        return Suggestion(
            self.name,
            self.version,
            candidates,
            fee=self._fee(candidates),
            abstained=self._doubt(candidates.get("shipping_payer", ()), used),
            used=used,
        )

    def _doubt(self, payers: tuple[Candidate, ...], used: tuple[str, ...]) -> str:
        if not used:
            return "the listing says too little yet"
        unsure = bool(payers) and payers[0].probability < self.head.facts["abstain_below"]
        return "either side may pay for shipping" if unsure else ""

    def _fee(self, candidates: Mapping[str, tuple[Candidate, ...]]) -> Fee | None:
        """The fee of the most probable method and size that go together by the rate card."""
        best, found = 0.0, None
        for method in candidates.get("shipping_method", ()):
            for size in candidates.get("parcel_size", ()):
                both = method.probability * size.probability
                if both > best and (fee := self.taxonomy.fee(method.value, size.value)):
                    best, found = both, fee
        return found


def load(artifact: Path, encoders: Sequence[Encoder]) -> ShippingPredictor:
    """Load the model from its artifact folder."""
    manifest = artifacts.read(artifact, verify=False)
    return ShippingPredictor(
        "shipping",
        manifest.id,
        load_head(artifact, encoders),
        Taxonomy.load(artifact / TAXONOMY),
    )
