"""Trees that LightGBM grew, run by numpy."""

import lightgbm
import numpy as np
import pytest
from scipy.special import softmax

from common.nets.targets import Target
from models.ensemble.boosted_trees import load_boosted_trees
from models.ensemble.settings import BoostedTreesSettings
from models.ensemble.training.boosted_trees import fit_boosted_trees, fit_quantile_trees

VALUE = Target("value", "value", 1, np.zeros(0))
TWO, FIVE = (Target("kind", "classes", size, np.zeros(0)) for size in (2, 5))
SETTINGS = BoostedTreesSettings(
    n_estimators=40, min_child_samples=5, feature_fraction=1.0
)


@pytest.fixture(scope="module")
def table():
    return np.random.default_rng(0).normal(size=(600, 5)).astype(np.float32)


def _record_boosters(monkeypatch):
    """Return a list that gets every booster that LightGBM trains from now on."""
    boosters = []
    train = lightgbm.train

    def train_and_record(*given):
        boosters.append(train(*given))
        return boosters[-1]

    monkeypatch.setattr(lightgbm, "train", train_and_record)
    return boosters


def test_predicts_as_lightgbm_does(table, monkeypatch):
    boosters = _record_boosters(monkeypatch)
    trees = fit_boosted_trees(table, table[:, 0].astype(float), VALUE, SETTINGS)
    unseen = np.random.default_rng(1).normal(size=(300, 5)).astype(np.float32) * 3

    np.testing.assert_allclose(
        trees.predict(unseen)[:, 0], boosters[0].predict(unseen), rtol=1e-5
    )


def test_quantiles_lie_where_they_should(table):
    truth = np.random.default_rng(2).normal(size=600) * (1 + (table[:, 0] > 0))
    low, high = fit_quantile_trees(table, truth, SETTINGS).predict(table).T

    assert 0.7 < np.mean((low <= truth) & (truth <= high)) < 0.95
    assert np.mean((high - low)[table[:, 0] > 0]) > np.mean(
        (high - low)[table[:, 0] < 0]
    )


def test_odds_rank_the_likelier_rows_first(table):
    truth = (table[:, 2] > 0).astype(float)
    odds = fit_boosted_trees(table, truth, TWO, SETTINGS).predict(table)[:, 0]

    assert odds[truth == 1].min() > odds[truth == 0].max()


def test_predicts_classes_as_lightgbm_does(table, monkeypatch):
    boosters = _record_boosters(monkeypatch)
    truth = np.digitize(table[:, 1], (-0.5, 0.5)) + 1.0  # no row has class 0 or 4
    trees = fit_boosted_trees(table, truth, FIVE, SETTINGS)
    unseen = np.random.default_rng(3).normal(size=(300, 5)).astype(np.float32)

    scores = trees.predict(unseen)
    np.testing.assert_allclose(
        softmax(scores, axis=1), boosters[0].predict(unseen), atol=1e-5
    )
    hits = scores.argmax(axis=1) == np.digitize(unseen[:, 1], (-0.5, 0.5)) + 1
    assert hits.mean() > 0.95
    assert len(trees.tree_starts) == 5 * SETTINGS.multiclass.n_estimators


def test_comes_back_from_disk_as_it_was(table, tmp_path):
    trees = fit_boosted_trees(table, table[:, 0].astype(float), VALUE, SETTINGS)
    np.savez(tmp_path / "trees.npz", **trees.arrays())
    with np.load(tmp_path / "trees.npz", allow_pickle=False) as arrays:
        again = load_boosted_trees(dict(arrays))

    np.testing.assert_array_equal(again.predict(table), trees.predict(table))


def test_alone_and_together_rows_get_the_same(table):
    trees = fit_boosted_trees(table, table[:, 0].astype(float), VALUE, SETTINGS)
    alone = [trees.predict(row[None])[0] for row in table[:100]]

    np.testing.assert_array_equal(np.array(alone), trees.predict(table[:100]))


def test_few_rows_make_a_stump(table):
    assert fit_boosted_trees(table[:4], np.ones(4), VALUE, SETTINGS).predict(
        table[:2]
    ).tolist() == [[1], [1]]
