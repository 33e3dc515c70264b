"""What is measured of models over photos."""

from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.photos import measure
from common.listing import MODES, Listing, Photo, PriceRange, Suggestion

PHOTOS = (Photo(path="1.png"),)


@pytest.mark.parametrize(
    ("title", "modes"), [("red hat", list(MODES)), ("", ["photo"])]
)
def test_text_and_both_are_measured_where_rows_have_titles(
    monkeypatch, tmp_path, title, modes
):
    asked = []

    def note_mode(predictor, rows, field, mode):
        asked.append(mode)
        return 0.5

    monkeypatch.setattr("models.train", lambda *given: "artifact")
    monkeypatch.setattr("models.load", lambda *given: "predictor")
    monkeypatch.setattr(measure, "_accuracy", note_mode)
    rows = [Listing(title, photos=PHOTOS)]
    fold: Any = SimpleNamespace(train=rows, test=rows, snapshot=None)

    metrics = dict(measure._measure_model("category", fold, [], tmp_path))
    assert asked == modes
    assert ("category, both less text alone" in metrics) == bool(title)


def test_prices_are_measured_of_rows_that_have_one_and_are_not_shown():
    class Clairvoyant:
        """Knows the price by the title, if it is not told."""

        def predict(self, listings, encodings=None):
            assert all(row.price is None for row in listings)
            prices = [float(row.title) for row in listings]
            ranges = [PriceRange(price, price, price, "GBP", ()) for price in prices]
            return [Suggestion("price", "1", price=each) for each in ranges]

    priced = [Listing(f"{price}", price=price) for price in (5.0, 20.0, 80.0)]
    rows = [*priced, Listing("7")]
    predictor: Any = Clairvoyant()
    assert measure._price_r2(predictor, rows, "price", "text") == pytest.approx(1)


@pytest.mark.parametrize(
    ("pretrained", "not_tuned", "names"),
    [
        (None, False, ["convnet"]),
        ("models/m", False, ["convnet", "m", "m, not tuned"]),
        ("models/m", True, ["convnet", "m, not tuned"]),
    ],
)
def test_a_pretrained_encoder_can_be_measured_as_it_is_alone(
    pretrained, not_tuned, names
):
    assert list(measure.encoder_configs(pretrained, not_tuned)) == names
