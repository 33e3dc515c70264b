"""Answers with ranked brands, "no brand" among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.arrays import Floats
from common.encoders import Encoder
from common.listing import NO_BRAND, Candidate, Listing, Suggestion
from common.nets.inputs import Inputs
from common.store import artifacts
from models.brand.gazetteer import Gazetteer, from_facts
from models.ensemble.head import load_head
from models.ensemble.predictor import HeadPredictor


@dataclass(frozen=True, slots=True)
class BrandPredictor(HeadPredictor):
    """The trained model, ready to answer."""

    titles: Gazetteer
    descriptions: Gazetteer

    def answer(self, listings: Sequence[Listing], inputs: Inputs) -> list[Suggestion]:
        """Rank up to five brands per listing; abstains when none is sure enough."""
        scores = [
            *self.head.scores(inputs)["brand"],
            *self._gains(listings),
        ]
        ranked = self.head.pool("brand", scores, inputs).rank(self.head.facts["brands"])
        return list(map(self._answer, ranked, self.head.used(listings, inputs)))

    def _gains(self, listings: Sequence[Listing]) -> Iterator[Floats]:
        """Scores of what titles name and of what descriptions name, read at once."""
        texts = [each.title for each in listings] + [each.description for each in listings]
        row, place = self.titles.mentions(texts)
        for part, names in enumerate((self.titles, self.descriptions)):
            here = row // len(listings) == part
            yield names.gained(row[here] % len(listings), place[here], len(listings))

    def _answer(self, ranked: tuple[Candidate, ...], used: tuple[str, ...]) -> Suggestion:
        unsure = ranked[0].probability < self.head.facts["abstain_below"]
        reason = "no brand is sure enough, nor that there is none" if unsure else ""
        return Suggestion(self.name, self.version, {"brand": ranked}, abstained=reason, used=used)


def load(artifact: Path, encoders: Sequence[Encoder]) -> BrandPredictor:
    """Load the model from its artifact folder."""
    manifest = artifacts.read(artifact, verify=False)
    head = load_head(artifact, encoders)
    brands = head.facts["brands"]
    return BrandPredictor(
        "brand",
        manifest.id,
        head,
        from_facts(brands, NO_BRAND, head.facts["title_gains"]),
        from_facts(brands, NO_BRAND, head.facts["description_gains"]),
    )
