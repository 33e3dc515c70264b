"""What every predictor built on a head is: a name, a version, and answers in batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from common.encoders import Encodings
from common.listing import Listing, Suggestion
from common.nets.inputs import Inputs
from models.ensemble.head import Head


@dataclass(frozen=True, slots=True)
class HeadPredictor(ABC):
    """A trained model, ready to answer; each model says how in ``answer``.

    ``version`` is the id of the artifact it was loaded from.
    """

    name: str
    version: str
    head: Head

    @property
    def encoder_ids(self) -> tuple[str, ...]:
        """The encoders its features were made with."""
        return tuple(encoder.id for encoder in self.head.encoders)

    def predict(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> list[Suggestion]:
        """Suggest for each listing, in order; vectors that are not given are encoded here."""
        if not listings:
            return []
        return self.answer(listings, self.head.read(listings, encodings))

    @abstractmethod
    def answer(self, listings: Sequence[Listing], inputs: Inputs) -> list[Suggestion]:
        """Suggest for each listing, read as ``inputs``."""
