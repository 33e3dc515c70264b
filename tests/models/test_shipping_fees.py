"""Fees of parcels: learned as a few amounts or as a value with an interval, or of a rate card."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from common.errors import CannotTrain
from common.listing import LEARNED, RATE_CARD, Listing
from models.checks import check_model
from models.shipping.fee_intervals import fit_shifts, predict_shifts
from models.shipping.fees import COVERAGE, fit_fees, missing_fees, probable_runs
from tests.models.odd_shops import ordinary_rows, quick, split

KINDS = {"boots": (9.0, 1500.0), "mug": (6.0, 400.0), "lamp": (9.0, 2000.0)}
PROBABILITIES = st.lists(st.floats(0.01, 1), min_size=1, max_size=12)


def with_fees(fee_of, **changes):
    """Rows whose fee depends on what they are."""
    rows = []
    for number, row in enumerate(ordinary_rows(240)):
        fee, weight = KINDS.get(row.category.rpartition("/")[2], (4.0, 200.0))
        said = {"shipping_fee": fee_of(fee, number), "weight": weight, **changes}
        rows.append(replace(row, **said))
    return split(rows)


def train(shop, folder):
    path = models.train("shipping", shop, [], folder, quick("shipping"))
    return models.load("shipping", path, [])


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    shop = with_fees(lambda fee, number: fee)
    return shop, train(shop, tmp_path_factory.mktemp("classes"))


@pytest.fixture(scope="module")
def value(tmp_path_factory):
    shop = with_fees(lambda fee, number: round(fee + number % 60 / 100, 2))
    return shop, train(shop, tmp_path_factory.mktemp("value"))


def test_few_fees_are_amounts_that_the_shop_has(classes):
    shop, predictor = classes
    assert predictor.calibration.fees.amounts == (4, 6, 9)
    for suggestion in predictor.predict(shop.read("test")):
        fee = suggestion.fee
        assert {fee.low, fee.amount, fee.high} <= {4, 6, 9}
        assert (fee.source, fee.currency) == (LEARNED, "USD")


def test_many_fees_are_a_value_with_an_interval(value):
    shop, predictor = value
    assert predictor.calibration.fees.amounts == ()
    for suggestion in predictor.predict(shop.read("test")):
        assert 0 <= suggestion.fee.low <= suggestion.fee.amount <= suggestion.fee.high


@pytest.mark.parametrize("shop", ["classes", "value"])
def test_a_learned_fee_is_measured(shop, request):
    rows, predictor = request.getfixturevalue(shop)
    measured = models.evaluate("shipping", predictor, rows.read("test"))
    assert 0 <= measured["shipping_fee_coverage"] <= 1
    assert measured["shipping_fee_warm_mae"] < 6


def test_a_weight_changes_the_fee(value):
    _, predictor = value
    light, heavy = predictor.predict(
        [Listing("a thing", weight=weight) for weight in (200.0, 2000.0)]
    )
    assert light.fee.amount < heavy.fee.amount
    assert "weight" in light.used


def test_a_fee_is_not_stated_in_another_currency(value):
    _, predictor = value
    [suggestion] = predictor.predict([Listing("mug", currency="JPY")])
    assert suggestion.fee is None or suggestion.fee.source == RATE_CARD


def test_fees_alone_are_enough_to_train(tmp_path):
    nothing = dict.fromkeys(("shipping_payer", "shipping_method", "parcel_size"))
    shop = with_fees(lambda fee, number: fee, **nothing)
    predictor = train(shop, tmp_path)
    [suggestion] = predictor.predict([Listing("mug")])
    assert (dict(suggestion.candidates), suggestion.fee.source) == ({}, LEARNED)
    assert (suggestion.abstained, suggestion.fee.method) == ("", "")


def test_without_anything_to_learn_every_reason_is_named(tmp_path):
    nothing = dict.fromkeys(("shipping_payer", "shipping_method", "parcel_size"))
    shop = with_fees(lambda fee, number: None, **nothing)
    with pytest.raises(CannotTrain, match="none of the .* has a shipping fee"):
        train(shop, tmp_path)


@pytest.mark.parametrize("kind", ["classes", "value"])
def test_a_model_of_fees_keeps_the_contract_of_models(kind, request, tmp_path):
    shop, _ = request.getfixturevalue(kind)
    path = models.train("shipping", shop, [], tmp_path, quick("shipping"))
    check_model("shipping", path, [], shop)


def test_few_or_equal_fees_are_not_learned():
    rows = [Listing(f"mug {n}", shipping_fee=4.0, currency="USD") for n in range(40)]
    assert "29 of the 29 training rows have" in missing_fees(rows[:29])
    assert "says 4 USD: there is nothing to tell apart" in missing_fees(rows)
    copies = [Listing("mug", shipping_fee=4.0 + n, currency="USD") for n in range(40)]
    assert "of 1 sellers or titles alone" in missing_fees(copies)


def test_fees_in_other_currencies_have_no_label():
    rows = [Listing(shipping_fee=4.0 + n, currency="USD") for n in range(20)]
    rows += [Listing(shipping_fee=900.0, currency="JPY"), Listing(shipping_fee=5.0)]
    values = fit_fees(rows).target(rows).values
    assert np.isnan(values).tolist() == [False] * 20 + [True, False]


@given(st.lists(PROBABILITIES, min_size=1, max_size=4))
def test_a_run_holds_the_best_class_and_the_stated_share(rows):
    width = min(map(len, rows))
    probabilities = np.array([row[:width] for row in rows])
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    runs = probable_runs(probabilities).tolist()
    for row, (first, best, last) in zip(probabilities, runs, strict=True):
        assert first <= best == row.argmax() <= last
        assert row[first : last + 1].sum() >= COVERAGE - 1e-9


def test_the_interval_of_dear_parcels_is_wider():
    random = np.random.default_rng(0)
    predicted = random.uniform(0, 1, 4000)
    truth = predicted + random.normal(0, 0.05 + predicted)
    shifts = predict_shifts(
        [fit_shifts(truth, predicted)], np.zeros(4000, np.int64), predicted
    )
    inside = (truth >= predicted + shifts[:, 0]) & (truth <= predicted + shifts[:, 2])
    width = shifts[:, 2] - shifts[:, 0]
    assert inside.mean() == pytest.approx(COVERAGE, abs=0.02)
    assert width[predicted > 0.8].mean() > 2 * width[predicted < 0.2].mean()


def test_an_interval_without_held_out_rows_has_no_width():
    assert fit_shifts(np.array([np.nan]), np.array([1.0])) == ((0, 0, 0, 0),)
