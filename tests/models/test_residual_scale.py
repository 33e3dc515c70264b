"""Stored members have learned from more rows than those that scored held-out rows."""

from dataclasses import replace

import numpy as np
import pytest

from common.listing import Listing
from common.nets.settings import NetSettings
from common.nets.targets import Target
from common.progress import ignore_progress
from models.ensemble.settings import BoostedTreesSettings, LinearSettings, TreeSize
from models.ensemble.spec import EnsembleSpec, ngram_member
from models.ensemble.training.fit_head import fit_head
from models.ensemble.training.residuals import fit_residual_quantiles
from models.price.intervals import OUTPUT
from models.price.residual_scale import MIN_SCALE, fit_residual_scales

NET = NetSettings(width=8, epochs=0.5, batch_size=32, learning_rate=0.02)
TREES = BoostedTreesSettings(
    n_estimators=50, quantile=TreeSize(50), learning_rate=0.1, n_components=4
)


def _shop(rows, n_words, seed):
    """Listings of two words each; prices are sums of what the words are worth, with noise."""
    worth = np.random.default_rng(0).normal(size=n_words)
    random = np.random.default_rng(seed)
    listings = []
    for number in range(rows):
        words = random.integers(n_words, size=2)
        log_price = worth[words].sum() + 0.3 * random.normal()
        title = " ".join(f"word{word}" for word in words)
        price = float(np.exp(log_price))
        listings.append(Listing(title, f"lot {number}", brand="Acme", price=price))
    return listings


def _targets(listings):
    return [Target(OUTPUT, "value", 1, np.log([row.price for row in listings]))]


def _fit(n_words, rows=600):
    spec = EnsembleSpec(
        [],
        ("brand",),
        _targets,
        [ngram_member(NET)],
        LinearSettings(penalties=(4.0,)),
        boosted_trees=TREES,
    )
    train, validation = _shop(rows, n_words, 1), _shop(rows // 10, n_words, 2)
    fitted = fit_head(spec, train, validation, ignore_progress)
    _, held_out = fit_residual_quantiles(fitted, OUTPUT, TREES)
    return fitted, held_out, len(train) + len(validation)


@pytest.fixture(scope="module")
def rare_words():
    return _fit(n_words=200)


def test_residuals_shrink_while_there_is_something_to_learn(rare_words):
    fitted, held_out, n_rows = rare_words
    scales = fit_residual_scales(fitted, held_out, TREES, n_rows)
    fitted, held_out, n_rows = _fit(n_words=4)
    frequent = fit_residual_scales(fitted, held_out, TREES, n_rows)

    assert MIN_SCALE <= scales[False] < 0.98
    assert frequent[False] > scales[False]


def test_the_held_out_rows_are_seen_by_no_part_of_the_smaller_head(rare_words):
    fitted, held_out, n_rows = rare_words
    trained = []

    def train_on(rows):
        trained.append(rows)
        return fitted.train_on(rows)

    fit_residual_scales(replace(fitted, train_on=train_on), held_out, TREES, n_rows)

    [rows] = trained
    groups = fitted.training[0].groups
    others = np.setdiff1d(np.arange(n_rows), rows)
    assert 0.3 < len(others) / n_rows < 0.5
    assert not np.isin(groups[others], groups[rows]).any()


def test_members_that_are_not_trained_again_err_alike(rare_words):
    fitted, held_out, n_rows = rare_words

    scales = fit_residual_scales(fitted, held_out, TREES, 10 * n_rows)

    assert scales == {False: 1.0, True: 1.0}
