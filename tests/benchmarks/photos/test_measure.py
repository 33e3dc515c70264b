"""What is measured of models over photos."""

from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.photos import measure
from common.listing import MODES, Listing, Photo

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
