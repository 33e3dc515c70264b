from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from common.arrays import Floats
from common.earnings import Commission
from common.encoders import Encodings
from common.errors import ArtifactError, InputError
from common.listing import Listing, Photo, PriceRange, Suggestion
from models.suggester import Suggester


@dataclass
class CountingEncoder:
    """Encodes to the length of the title, and counts the calls."""

    id: str
    dimensions: int = 1
    calls: int = 0

    def encode(self, listings: Sequence[Listing]) -> Floats:
        self.calls += 1
        return np.array(
            [[len(listing.title)] for listing in listings], dtype=np.float32
        )


@dataclass
class EchoingPredictor:
    """Answers with the vector that it is given, and keeps the listings."""

    name: str
    encoder_ids: tuple[str, ...] = ("one",)
    version: str = "v"
    saw: list[Listing] = field(default_factory=list)

    def predict(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> list[Suggestion]:
        assert encodings is not None
        self.saw.extend(listings)
        vectors = encodings[self.encoder_ids[0]]
        return [Suggestion(self.name, self.version, used=(str(v[0]),)) for v in vectors]


@dataclass
class FixedPredictor:
    """Always gives the same answer, without any encoder."""

    name: str
    answer: Suggestion
    encoder_ids: tuple[str, ...] = ()
    version: str = "v"

    def predict(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> list[Suggestion]:
        return [self.answer for _ in listings]


def _suggester(
    *predictors: EchoingPredictor,
) -> tuple[Suggester, dict[str, CountingEncoder]]:
    encoders = {name: CountingEncoder(name) for name in ("one", "two")}
    return Suggester(
        "r", {predictor.name: predictor for predictor in predictors}, encoders
    ), encoders


def test_listings_are_encoded_once_for_all_models() -> None:
    suggester, encoders = _suggester(
        EchoingPredictor("category"), EchoingPredictor("brand")
    )
    answers = suggester.predict([Listing("abc"), Listing("abcd")])
    assert [suggestion.used for suggestion in answers["brand"]] == [("3.0",), ("4.0",)]
    assert encoders["one"].calls == 1


def test_an_encoder_nobody_asked_needs_is_left_alone() -> None:
    suggester, encoders = _suggester(
        EchoingPredictor("category"), EchoingPredictor("price", encoder_ids=("two",))
    )
    assert list(suggester.predict([Listing("abc")], ["price"])) == ["price"]
    assert (encoders["one"].calls, encoders["two"].calls) == (0, 1)


def test_no_listings_give_no_answers() -> None:
    suggester, _ = _suggester(EchoingPredictor("category"))
    assert suggester.predict([]) == {"category": []}


def test_an_unknown_model_is_a_sentence() -> None:
    suggester, _ = _suggester(EchoingPredictor("category"))
    with pytest.raises(InputError, match="no model called 'horoscope'"):
        suggester.predict([Listing("abc")], ["horoscope"])


def test_a_model_the_release_lacks_is_a_sentence() -> None:
    suggester, _ = _suggester(EchoingPredictor("category"))
    with pytest.raises(
        ArtifactError, match="release r has no model 'price'; it has category"
    ):
        suggester.predict([Listing("abc")], ["price"])


def test_one_listing_gets_the_suggestions_of_all_models_or_of_the_named() -> None:
    suggester, _ = _suggester(EchoingPredictor("category"), EchoingPredictor("brand"))
    suggestions = suggester.suggest(Listing("abc"))
    assert (suggestions.release, suggestions.missing, suggestions.problems) == (
        "r",
        {},
        (),
    )
    assert [suggestion.used for suggestion in suggestions.by_model.values()] == [
        ("3.0",)
    ] * 2
    assert list(suggester.suggest(Listing("abc"), ["brand"]).by_model) == ["brand"]


def test_earnings_are_stated_where_the_commission_is_known() -> None:
    priced = Suggestion("price", "v", price=PriceRange(20, 10, 30, "USD"))
    suggester = Suggester(
        "r",
        {"price": FixedPredictor("price", priced)},
        {},
        commission=Commission(0.1, 0.0),
    )
    listing = Listing("abc", shipping_payer="buyer")

    earnings = suggester.suggest(listing).earnings
    assert earnings is not None
    assert earnings.amount == 18
    assert replace(suggester, commission=None).suggest(listing).earnings is None


def test_photos_of_one_listing_are_checked_before_models_see_them() -> None:
    suggester, _ = _suggester(EchoingPredictor("category"))
    suggestions = suggester.suggest(Listing("abc", photos=(Photo(b"no photo at all"),)))
    assert suggestions.problems == ("photo 1: the file is a document and not a photo",)
    with pytest.raises(InputError, match="no photo that can be used"):
        suggester.suggest(Listing(photos=(Photo(b"no photo at all"),)))
