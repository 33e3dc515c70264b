"""How wide price intervals are: as wide as the errors of like listings ask for."""

import numpy as np
import pytest

from models.price.config import LEVELS
from models.price.intervals import (
    ResidualInterval,
    fit_category_factors,
    fit_conformal_factors,
    fit_width_factor,
)

ROWS = 4000
NAMED = np.array(["Calm", "Wild", "Rare", ""])[np.r_[np.arange(ROWS - 10) % 2, [2] * 5, [3] * 5]]


@pytest.fixture
def errors():
    errors = np.random.default_rng(3).normal(size=ROWS) * np.where(NAMED == "Wild", 3, 1)
    errors[:100] = np.nan
    return errors


def _estimate(widths=None):
    ones = np.ones(ROWS, np.float32)
    ends = np.stack([-ones, ones], axis=1)
    return ResidualInterval(0 * ones, ends, ones if widths is None else widths)


def _inside(errors, found, reaches, rows):
    low, high = (reaches[LEVELS.index(level)] for level in (0.1, 0.9))
    held = (low * found.category_factors <= errors) & (errors <= high * found.category_factors)
    return held[rows & np.isfinite(errors)].mean()


def test_categories_with_larger_errors_have_wider_intervals(errors):
    reaches = fit_conformal_factors(errors, _estimate())
    assert _inside(errors, _estimate(), reaches, NAMED == "Wild") < 0.65
    widths = fit_category_factors(errors, _estimate(), reaches, NAMED.tolist())
    assert widths.keys() == {"Calm", "Wild"}  # the others have too few rows
    found = _estimate(np.array([widths.get(name, 1.0) for name in NAMED]))
    wide = fit_width_factor(errors, found, reaches)
    for name in ("Calm", "Wild"):
        held = _inside(errors, found, [wide * reach for reach in reaches], name == NAMED)
        assert held == pytest.approx(0.8, abs=0.03)


def test_few_rows_say_less_than_many(errors):
    reaches = fit_conformal_factors(errors, _estimate())
    sparse = [name if place % 50 < 2 else "" for place, name in enumerate(NAMED)]
    many = fit_category_factors(errors, _estimate(), reaches, NAMED.tolist())["Wild"]
    assert 1 < fit_category_factors(errors, _estimate(), reaches, sparse)["Wild"] < many


def test_without_categories_or_prices_nothing_is_fitted(errors):
    reaches = fit_conformal_factors(errors, _estimate())
    assert fit_category_factors(errors, _estimate(), reaches, [""] * ROWS) == {}
    assert fit_category_factors(errors * np.nan, _estimate(), reaches, NAMED.tolist()) == {}
