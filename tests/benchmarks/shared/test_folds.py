import numpy as np
import pytest

from benchmarks.shared.folds import make_folds, read_fold, read_source, rename
from benchmarks.shared.intervals import (
    Intervals,
    coverage,
    gain_over_constant,
    interval_score,
)
from common.groups import group_key


@pytest.fixture(scope="module")
def listings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("source")
    return read_source("synthetic", folder / "all", rows=600, min_price=8.0)


def test_every_row_is_tested_once_and_never_beside_its_kin(listings, tmp_path):
    tested = []
    for fold in make_folds(listings, 3, tmp_path):
        learned = fold.train + fold.validation
        assert {row.listing_id for row in learned + fold.test} == {
            r.listing_id for r in listings
        }
        assert not {group_key(row) for row in learned} & {
            group_key(row) for row in fold.test
        }
        tested += fold.test
    assert sorted(row.listing_id for row in tested) == sorted(
        row.listing_id for row in listings
    )


def test_rows_come_out_of_a_fold_as_they_went_in(listings, tmp_path):
    fold = next(make_folds(listings, 3, tmp_path))
    before = {row.listing_id: row for row in listings}
    assert all(before[row.listing_id] == row for row in fold.train + fold.validation)


def test_rows_of_a_second_table_are_learned_from_unless_their_kin_are_tested(
    listings, tmp_path
):
    second = rename(listings[:300], "more-")
    fold = read_fold(listings, 0, 3, tmp_path / "one", extra=second)
    learned = {row.listing_id for row in fold.train + fold.validation}
    kin = {group_key(row) for row in fold.test}
    assert all(
        (row.listing_id in learned) == (group_key(row) not in kin) for row in second
    )


def test_a_share_of_the_groups_can_be_learned_from(listings, tmp_path):
    whole, half = (
        read_fold(listings, 0, 3, tmp_path / str(s), share=s) for s in (1.0, 0.5)
    )
    groups = [
        {group_key(row) for row in fold.train + fold.validation}
        for fold in (whole, half)
    ]
    assert groups[1] < groups[0]
    assert len(groups[1]) / len(groups[0]) == pytest.approx(0.5, abs=0.15)
    assert whole.test == half.test


def test_low_prices_are_forgotten_but_not_their_rows(listings):
    assert len(listings) == 600
    prices = [row.price for row in listings if row.price is not None]
    assert min(prices) >= 8.0
    assert len(prices) < 600


def test_a_miss_costs_ten_times_its_distance_at_eighty_percent():
    truth, low, high = np.array([1.0, 5.0]), np.array([0.0, 0.0]), np.array([2.0, 2.0])
    assert interval_score(truth, low, high) == pytest.approx(2 + (0 + 30) / 2)


def _stated(seed, width):
    """Half of the rows have errors three times as large; ``width`` of each is stated."""
    random = np.random.default_rng(seed)
    scale = np.repeat([1.0, 3.0], 500)
    truth, wide = (
        random.normal(size=1000) * scale,
        1.2816 * (scale if width == "own" else 1),
    )
    return Intervals(truth, np.zeros(1000), -wide + np.zeros(1000), wide + np.zeros(1000),
                  ("A",) * 500 + ("B",) * 500)  # fmt: skip


def test_widths_that_follow_the_spread_beat_one_width_for_all():
    assert min(gain_over_constant([_stated(seed, "own") for seed in range(3)])) > 0.08
    assert max(gain_over_constant([_stated(seed, "same") for seed in range(3)])) < 0


def test_coverage_is_told_for_each_large_category():
    shares = coverage([_stated(0, "own"), _stated(1, "own")])
    assert set(shares) == {"", "A", "B"}
    assert all(
        abs(share.value - 0.8) < 3 * share.standard_error for share in shares.values()
    )
    assert coverage([_stated(0, "same")])["B"].value < 0.5
