"""A drift is found where it is real and matters, and nowhere else."""

import numpy as np
import pandas as pd
import pytest

from pipelines.monitoring.drift import MIN_ROWS, DriftConfig, find_drift

RNG = np.random.default_rng(3)


def table(rows=2_000, shift=0.0, units=None):
    """Numbers of a normal distribution and labels that are uniform over eight."""
    return pd.DataFrame(
        {
            "unit": np.arange(rows) if units is None else units,
            "price": RNG.normal(shift, 1, rows),
            "brand": RNG.choice([*"abcdefgh"], rows),
        }
    )


def found(before, now, config=None):
    return [each.feature for each in find_drift(before, now, config) if each.found]


def test_rows_of_one_distribution_do_not_drift():
    assert found(table(), table()) == []


def test_a_shift_of_numbers_is_found_with_its_size_in_standard_deviations():
    drift = find_drift(table(), table(shift=0.5))[0]
    assert (drift.feature, drift.found) == ("price", True)
    # Both sides together vary a little more than each of them.
    assert drift.effect == pytest.approx(0.5 / np.hypot(1, 0.25), abs=0.06)


def test_a_new_label_that_a_fifth_of_sellers_have_is_found():
    now = table()
    now.loc[RNG.random(len(now)) < 0.2, "brand"] = "new"
    assert found(table(), now) == ["brand"]


def test_values_that_are_missing_are_a_drift_of_their_own():
    now = table()
    now.loc[RNG.random(len(now)) < 0.3, "price"] = np.nan
    assert found(table(), now) == ["price missing"]


def test_a_feature_that_is_no_longer_there_is_missing():
    assert found(table(), table().drop(columns="price")) == ["price missing"]


def test_a_difference_that_is_certain_and_tiny_is_no_drift():
    drifts = find_drift(table(200_000), table(200_000, shift=0.03))
    price = next(each for each in drifts if each.feature == "price")
    assert price.q_value < DriftConfig().max_q
    assert not price.found


def test_a_difference_that_is_large_and_due_to_chance_is_no_drift():
    drifts = find_drift(table(MIN_ROWS), table(MIN_ROWS, shift=0.4))
    price = next(each for each in drifts if each.feature == "price")
    assert price.effect > DriftConfig().min_shift
    assert not price.found


def test_a_seller_with_many_rows_is_not_taken_for_many_sellers():
    busy = table(300, shift=3, units=np.full(300, "busy"))
    drifts = find_drift(table(), pd.concat([table(), busy]))
    assert not any(drift.found for drift in drifts)
    assert all(MIN_ROWS < drift.rows < 100 for drift in drifts)


def test_copies_of_rows_make_nothing_more_certain():
    before, now = table(300), table(300, shift=0.2)
    copies = [pd.concat([side] * 9) for side in (before, now)]
    once, copied = find_drift(before, now), find_drift(*copies)
    assert [each.q_value for each in copied] == pytest.approx(
        [each.q_value for each in once], rel=1e-6
    )


def test_sellers_who_list_a_lot_may_list_other_things():
    """A few days are of busy sellers mostly, and so are the rows of many days."""
    rng = np.random.default_rng(4)
    is_busy = rng.random(4_000) < 0.5
    units = np.where(is_busy, rng.integers(0, 100, 4_000), np.arange(100, 4_100))
    rows = table(4_000, units=units)
    rows["price"] += 2 * is_busy
    shuffled = rows.sample(frac=1, random_state=5)
    assert found(shuffled[:3_600], shuffled[3_600:]) == []


def test_the_distance_of_labels_does_not_grow_with_their_number_by_chance():
    effects = []
    for _ in range(50):
        few, many = (
            pd.DataFrame(
                {"unit": range(400), "brand": RNG.integers(0, 40, 400).astype(str)}
            )
            for _ in range(2)
        )
        effects.append(find_drift(few, many)[0].effect)
    assert np.mean(np.square(effects)) < 0.01


def test_a_feature_of_too_few_sellers_is_not_compared():
    assert find_drift(table(MIN_ROWS - 1), table()) == ()


def test_features_that_never_change_do_not_drift():
    same = pd.DataFrame({"unit": range(50), "price": 1.0, "brand": "a"})
    assert {(each.effect, each.q_value) for each in find_drift(same, same)} == {(0, 1)}
