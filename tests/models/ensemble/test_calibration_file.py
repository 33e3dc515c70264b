"""The typed constants of a model come back from their file exactly as they were."""

from dataclasses import replace

import pytest

from models.brand.predictor import BrandCalibration
from models.category.predictor import CategoryCalibration
from models.ensemble.calibration_file import load_calibration, save_calibration
from models.price.intervals import IntervalFactors, PriceCalibration
from models.shipping.predictor import ShippingCalibration

PRICE = PriceCalibration(
    currency="¥",
    mean=1 / 3,
    deviation=1.0,
    max_interval_ratio=20.0,
    factors=IntervalFactors(
        by_category={"Men": 1.1},
        early=((-1.0, 0.1 + 0.2), (0.0, 2.0)),
        full=((-1.0, 1e-17), (0.0, 2.0)),
    ),
)


@pytest.mark.parametrize(
    "calibration",
    [
        PRICE,
        replace(PRICE, factors=IntervalFactors({}, (), ())),
        CategoryCalibration(("Men/Å",), 0.3, (0.5, 2.0)),
        BrandCalibration(("Nike", ""), 0.3, (0.5, 0.0), (0.25, 0.0)),
        ShippingCalibration({"parcel_size": ("small", "large")}, 0.55),
    ],
)
def test_a_calibration_comes_back_as_it_was(calibration, tmp_path):
    save_calibration(calibration, tmp_path)
    assert load_calibration(type(calibration), tmp_path) == calibration
