import json
from dataclasses import dataclass, replace

import pytest

import models
from common.listing import PAYERS, Fee, Listing
from common.snapshot import Snapshot
from common.store.artifacts import read
from common.taxonomy import DEFAULT
from models.shipping.config import RANKED_OUTPUTS


@pytest.fixture(scope="module")
def predictor(suggester):
    return suggester.predictors["shipping"]


@dataclass(frozen=True)
class Without:
    """A snapshot that lacks the labels of some fields."""

    shop: Snapshot
    fields: tuple[str, ...] = ()
    id: str = "without"

    def read(self, split):
        return [row.without(*self.fields) for row in self.shop.read(split)]


@pytest.fixture
def train(champion, suggester, predictor, shop, tmp_path):
    """Trains on the shop without some labels: ``train(*fields, **settings)``."""

    def run(*fields, **settings):
        trained = read(champion.models["shipping"]).config
        config = models.config("shipping", {**trained, **settings})
        shared = [suggester.encoders[ref] for ref in predictor.encoder_ids]
        folder = models.train(
            "shipping", Without(shop, fields), shared, tmp_path / "out", config
        )
        return models.load("shipping", folder, shared)

    return run


def test_payer_method_and_size_are_ranked(predictor, shop):
    labels = {
        field: {getattr(row, field) for row in shop.read("train")}
        for field in RANKED_OUTPUTS
    }
    for suggestion in predictor.predict(shop.read("test")[:20]):
        assert set(suggestion.candidates) == set(RANKED_OUTPUTS)
        for field, candidates in suggestion.candidates.items():
            assert {candidate.value for candidate in candidates} <= labels[field]
        payers = suggestion.candidates["shipping_payer"]
        assert {candidate.value for candidate in payers} == set(PAYERS)


def test_the_fee_is_that_of_the_rate_card(predictor, shop):
    answers = predictor.predict(shop.read("test")[:20])
    fees = [answer.fee for answer in answers if answer.fee]
    assert fees
    assert all(
        fee == predictor.taxonomy.fee(fee.method, fee.parcel_size) for fee in fees
    )


def test_the_fee_is_of_the_most_probable_pair_that_goes_together(predictor, shop):
    for suggestion in predictor.predict(shop.read("test")[:20]):
        pairs = [
            (method.probability * size.probability, method.value, size.value)
            for method in suggestion.candidates["shipping_method"]
            for size in suggestion.candidates["parcel_size"]
            if predictor.taxonomy.fee(method.value, size.value)
        ]
        _, method, size = max(pairs, key=lambda pair: pair[0])
        assert (suggestion.fee.method, suggestion.fee.parcel_size) == (method, size)


def test_a_shop_quotes_from_a_rate_card_of_its_own(train, shop, tmp_path):
    card = json.loads(DEFAULT.read_text())
    card |= {"currency": "EUR", "rates": {method: dict.fromkeys(card["parcel_sizes"], 7.5)
                                          for method in card["shipping_methods"]}}  # fmt: skip
    path = tmp_path / "rates.json"
    path.write_text(json.dumps(card))
    predictor = train(taxonomy=str(path))
    path.unlink()  # the artifact has a copy
    [suggestion] = predictor.predict(shop.read("test")[:1])
    best = [
        suggestion.candidates[field][0].value
        for field in ("shipping_method", "parcel_size")
    ]
    assert suggestion.fee == Fee(7.5, "EUR", *best)


def test_fields_without_labels_are_not_answered(train, shop):
    predictor = train("shipping_method", "parcel_size")
    [suggestion] = predictor.predict([Listing("shoes")])
    assert list(suggestion.candidates) == ["shipping_payer"]
    assert suggestion.fee is None
    measured = models.evaluate("shipping", predictor, shop.read("test"))
    assert "auc" in measured
    assert not any(name.startswith("parcel_size") for name in measured)


def test_without_payers_the_rest_is_answered(train, shop):
    predictor = train("shipping_payer")
    [suggestion] = predictor.predict([Listing("shoes")])
    assert set(suggestion.candidates) == {"shipping_method", "parcel_size"}
    assert (suggestion.abstained, suggestion.fee is None) == ("", False)
    assert "auc" not in models.evaluate("shipping", predictor, shop.read("test"))


def test_it_abstains_when_either_side_may_pay(predictor):
    unsure = replace(
        predictor, calibration=replace(predictor.calibration, abstain_below=1.1)
    )
    [suggestion] = unsure.predict([Listing("shoes")])
    assert suggestion.abstained == "either side may pay for shipping"
    assert suggestion.candidates["shipping_payer"]


@pytest.mark.slow
def test_another_seed_trains_other_nets(train, predictor, shop):
    rows = shop.read("test")[:20]
    other = train(seed=1)
    pairs = zip(predictor.predict(rows), other.predict(rows), strict=True)
    assert all(first.candidates != second.candidates for first, second in pairs)
