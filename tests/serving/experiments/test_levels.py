"""Ranges of other levels contain their share of prices, on a real model and a synthetic shop."""

import numpy as np
import pytest

from common.progress import ignore_progress
from common.snapshot import Snapshot
from ingest.ingest import Options
from serving.experiments.adjusting import at_level
from simulator.source import ingest_synthetic

LEVELS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9)

N_ROWS = 12_000
"""Of the shop that the champion was trained on, whose first 2,000 rows it has seen."""

TOLERANCE = 0.05


@pytest.mark.slow
def test_the_coverage_of_a_range_is_near_its_level(suggester, released_home, tmp_path):
    learned = Snapshot.open(released_home / "snapshot")
    options = Options(seed=7)
    larger = ingest_synthetic(N_ROWS, tmp_path / "shop", options, ignore_progress)
    known = {
        each.title for split in ("train", "validation") for each in learned.read(split)
    }
    rows = [row for row in larger.read("train") if row.price and row.title not in known]
    answers = suggester.predict([row.without("price") for row in rows], ["price"])
    prices = np.array([row.price for row in rows])

    for level in LEVELS:
        ranges = [at_level(each.price, level) for each in answers["price"]]
        low, high = np.array([(each.low, each.high) for each in ranges]).T
        coverage = ((low <= prices) & (prices <= high)).mean()
        print(f"{level:.0%} ranges contain {coverage:.1%} of {len(rows):,} prices")
        assert abs(coverage - level) <= TOLERANCE
