"""The contract every model keeps; a new model is tried because it is in ``models.NAMES``."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from common.features.hashing import hash_text
from common.listing import Candidate, Listing, PriceRange, Suggestion
from common.snapshot import Snapshot
from common.store.release import FetchedRelease
from models.checks import CHECKS, ContractError, TrainedModel, check_model, load_trained
from models.checks.listings import SAMPLE_VALUES
from models.checks.predictions import check_used
from models.checks.suggestions import check_legal
from models.checks.training import check_reproducible
from models.suggester import Suggester

CONFIRMED = st.fixed_dictionaries(
    {},
    optional={
        field: st.sampled_from(values) for field, values in SAMPLE_VALUES.items()
    },
)
EVERY_MODEL = pytest.mark.parametrize("name", models.NAMES)


def contract() -> Iterator[ParameterSet]:
    """Every check of every model; of those that train once more, all but one are slow."""
    for check in CHECKS:
        for name in models.NAMES:
            is_slow = check is check_reproducible and name != "price"
            marks = [pytest.mark.slow] if is_slow else []
            yield pytest.param(check, name, id=f"{check.__name__}-{name}", marks=marks)


@pytest.fixture(scope="session")
def trained(
    champion: FetchedRelease, suggester: Suggester, shop: Snapshot
) -> Mapping[str, TrainedModel]:
    """The champion's models, by name."""
    return {
        name: load_trained(
            name,
            champion.models[name],
            [suggester.encoders[encoder_id] for encoder_id in predictor.encoder_ids],
            shop,
        )
        for name, predictor in suggester.predictors.items()
    }


@pytest.mark.parametrize(("check", "name"), list(contract()))
def test_it_keeps_the_contract(
    trained: Mapping[str, TrainedModel],
    name: str,
    check: Callable[[TrainedModel], None],
) -> None:
    check(trained[name])


@EVERY_MODEL
def test_its_version_is_the_one_of_the_release(
    trained: Mapping[str, TrainedModel], champion: FetchedRelease, name: str
) -> None:
    assert trained[name].predictor.version == champion.release.models[name]


@EVERY_MODEL
@given(confirmed=CONFIRMED)
@settings(max_examples=25, deadline=None)
def test_any_confirmed_fields_are_legal(
    suggester: Suggester, name: str, confirmed: dict[str, Any]
) -> None:
    listing = Listing("red shoes", "worn twice", **confirmed)
    [suggestion] = suggester.predict([listing], [name])[name]
    check_legal(suggestion, name)
    check_used(suggestion, confirmed)


@EVERY_MODEL
@given(title=st.text(st.characters(), max_size=40), description=st.text(max_size=40))
@settings(max_examples=15, deadline=None)
def test_any_text_is_answered(
    suggester: Suggester, name: str, title: str, description: str
) -> None:
    [suggestion] = suggester.predictors[name].predict([Listing(title, description)])
    check_legal(suggestion, name)


@EVERY_MODEL
def test_no_test_row_is_in_its_vocabulary(
    suggester: Suggester, shop: Snapshot, name: str
) -> None:
    predictor: Any = suggester.predictors[name]
    learned = hash_text(shop.read("train") + shop.read("validation"))
    views = zip(learned, hash_text(shop.read("test")), strict=True)
    for (train, test), known in zip(
        views, predictor.head.features.vocabulary.buckets, strict=True
    ):
        assert set(known) <= set(train.buckets)
        assert set(test.buckets) - set(train.buckets)  # else nothing was tested


@dataclass
class Changed:
    """A predictor whose suggestions are changed before they are returned."""

    inner: Any
    change: Callable[[list[Suggestion]], list[Suggestion]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def predict(self, listings: Any, encodings: Any = None) -> list[Suggestion]:
        return self.change(self.inner.predict(listings, encodings))


def _with(**values: Any) -> Callable[[list[Suggestion]], list[Suggestion]]:
    return lambda suggestions: [
        replace(suggestion, **values) for suggestion in suggestions
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda suggestions: suggestions[:-1], "gives 39 suggestions for 40 listings"),
        (_with(model="price"), "a suggestion of brand says that it is price's"),
        (_with(candidates={}), "empty and does not say why|suggests nothing"),
        (_with(candidates={"brand": (Candidate("a", 1.5),)}), "outside of 0 to 1"),
        (
            _with(candidates={"brand": (Candidate("a", 0.9), Candidate("b", 0.9))}),
            "have a sum above 1",
        ),
        (_with(candidates={"brand": (Candidate("a", 0.4),) * 2}), "is named twice"),
        (
            _with(candidates={"brand": (Candidate("a", 0.1), Candidate("b", 0.4))}),
            "the candidates for brand are not ranked",
        ),
        (_with(price=PriceRange(1, 2, 3, "USD")), "outside of its own interval"),
        (
            _with(price=PriceRange(2, 1, 3, "USD", ((0.1, 2), (0.9, 1)))),
            "quantiles .* cross",
        ),
        (_with(used=("brand",)), "inputs that it cannot have used: \\['brand'\\]"),
        (
            _with(unknown=("brand",)),
            "ignored fields that were not there: \\['brand'\\]",
        ),
        (
            _with(candidates={"brand": (Candidate("a", 0.4),)}),
            "do not depend on any confirmed field",
        ),
        (lambda suggestions: suggestions[::-1], "suggestion 0: "),
    ],
)
def test_a_model_that_breaks_the_contract_is_named_in_a_sentence(
    trained: Mapping[str, TrainedModel],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[list[Suggestion]], list[Suggestion]],
    sentence: str,
) -> None:
    brand = trained["brand"]
    broken = Changed(brand.predictor, change)
    monkeypatch.setattr(models, "load", lambda name, artifact, encoders: broken)
    checks = [check for check in CHECKS if check.__module__.endswith("predictions")]
    monkeypatch.setattr("models.checks.CHECKS", checks)

    with pytest.raises(ContractError, match=sentence):
        check_model(
            "brand", brand.artifact, list(brand.encoders.values()), brand.snapshot
        )
