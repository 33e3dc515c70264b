"""Widths of price intervals follow the errors of similar listings."""

import numpy as np
import pytest

from models.price.config import LEVELS
from models.price.intervals import (
    ResidualInterval,
    fit_category_factors,
    fit_conformal_factors,
)

ROWS = 4000
NAMED = np.array(["Calm", "Wild", "Rare", ""])[
    np.r_[np.arange(ROWS - 10) % 2, [2] * 5, [3] * 5]
]


@pytest.fixture
def errors():
    errors = np.random.default_rng(3).normal(size=ROWS) * np.where(
        NAMED == "Wild", 3, 1
    )
    errors[:100] = np.nan
    return errors


def _interval(category_factors=None):
    ones = np.ones(ROWS, np.float32)
    ends = np.stack([-ones, ones], axis=1)
    return ResidualInterval(
        0 * ones, ends, ones if category_factors is None else category_factors
    )


def _inside(errors, interval, factors, rows):
    low, high = (factors[LEVELS.index(level)] for level in (0.1, 0.9))
    inside = (low * interval.category_factors <= errors) & (
        errors <= high * interval.category_factors
    )
    return inside[rows & np.isfinite(errors)].mean()


def test_categories_with_larger_errors_have_wider_intervals(errors):
    factors = fit_conformal_factors(errors, _interval())
    assert _inside(errors, _interval(), factors, NAMED == "Wild") < 0.65
    category_factors = fit_category_factors(
        errors, _interval(), factors, NAMED.tolist()
    )
    assert category_factors.keys() == {"Calm", "Wild"}  # the others have too few rows
    interval = _interval(np.array([category_factors.get(name, 1.0) for name in NAMED]))
    refitted = fit_conformal_factors(errors, interval)
    for name in ("Calm", "Wild"):
        inside = _inside(errors, interval, refitted, name == NAMED)
        assert inside == pytest.approx(0.8, abs=0.03)


def test_few_rows_say_less_than_many(errors):
    factors = fit_conformal_factors(errors, _interval())
    sparse = [name if index % 50 < 2 else "" for index, name in enumerate(NAMED)]
    many = fit_category_factors(errors, _interval(), factors, NAMED.tolist())["Wild"]
    assert 1 < fit_category_factors(errors, _interval(), factors, sparse)["Wild"] < many


def test_without_categories_or_prices_nothing_is_fitted(errors):
    factors = fit_conformal_factors(errors, _interval())
    assert fit_category_factors(errors, _interval(), factors, [""] * ROWS) == {}
    assert (
        fit_category_factors(errors * np.nan, _interval(), factors, NAMED.tolist())
        == {}
    )
