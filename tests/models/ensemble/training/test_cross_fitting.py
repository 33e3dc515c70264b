"""Held-out scores come from members that were trained without the row."""

from dataclasses import replace

import numpy as np
import pytest

from common.groups import group_numbers
from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.settings import LARGE_DATA_ROWS, NetSettings
from common.nets.targets import Target
from common.progress import ignore_progress
from models.ensemble.settings import BoostedTreesSettings, LinearSettings
from models.ensemble.spec import EnsembleSpec, ngram_member
from models.ensemble.training import cross_fitting
from models.ensemble.training.cross_fitting import (
    CROSS_FIT_ROWS,
    N_FOLDS,
    cross_fits,
    fit_members,
)
from models.ensemble.training.held_out import group_folds

N_CLASSES = 12
WORDS = [f"word{number}" for number in range(N_CLASSES)]
NET = NetSettings(width=8, epochs=0.1, batch_size=32, learning_rate=0.02)
PENALTY = LinearSettings(penalties=(1.0,))


def _shop(n_rows=240):
    """Listings of a class that the first word names, three of every seller."""
    random = np.random.default_rng(0)
    return [
        Listing(
            title=f"{WORDS[number % N_CLASSES]} {' '.join(random.choice(WORDS, 2))}",
            category=WORDS[number % N_CLASSES],
            seller_id=f"s{number // 3}",
        )
        for number in range(n_rows)
    ]


def _specification(targets):
    return EnsembleSpec([], (), targets, [ngram_member(NET)], PENALTY)


def _targets_of(classes, names=WORDS):
    """Return a maker of the targets of rows, of which the last ones are known too."""

    def targets(listings):
        values = [classes(listing) for listing in listings]
        numbers = [
            names.index(value) if value in names else len(names) for value in values
        ]
        return [Target("kind", "classes", len(names), np.array(numbers, float))]

    return targets


def _fit(rows, targets, n_train=200, **changes):
    spec = replace(_specification(targets), **changes)
    return fit_members(spec, FeatureExtractor(()), rows, n_train, ignore_progress)


@pytest.fixture
def large_data(monkeypatch):
    """The rows of these tests are many."""
    monkeypatch.setattr(cross_fitting, "CROSS_FIT_ROWS", 100)
    monkeypatch.setattr(cross_fitting, "LARGE_DATA_ROWS", 220)


def _category(listing):
    return listing.category


def test_scores_of_a_row_do_not_depend_on_its_label():
    rows = _shop()
    other = [replace(rows[0], category=WORDS[5]), *rows[1:]]
    [before, _], [after, _] = (
        _fit(shop, _targets_of(_category)).views for shop in (rows, other)
    )
    for member, scores in before.scores.items():
        np.testing.assert_array_equal(
            scores["kind"][0], after.scores[member]["kind"][0]
        )
        assert not np.array_equal(scores["kind"], after.scores[member]["kind"])


def test_scores_of_a_row_do_not_depend_on_labels_of_its_group():
    rows = _shop()
    other = [*(replace(row, category=WORDS[5]) for row in rows[:3]), *rows[3:]]
    [before, _], [after, _] = (
        _fit(shop, _targets_of(_category)).views for shop in (rows, other)
    )
    for member, scores in before.scores.items():
        np.testing.assert_array_equal(
            scores["kind"][:3], after.scores[member]["kind"][:3]
        )


@pytest.mark.parametrize("cross_fit_rows", [10, 1000])
def test_what_is_learned_by_heart_scores_no_better_than_chance(
    monkeypatch, cross_fit_rows
):
    monkeypatch.setattr(cross_fitting, "CROSS_FIT_ROWS", cross_fit_rows)
    random = np.random.default_rng(1)
    rows = [replace(row, category=random.choice(WORDS)) for row in _shop(480)]
    fitted = _fit(rows, _targets_of(_category), n_train=240)
    for view in fitted.views:
        truth = view.target("kind").values
        for scores in view.scores.values():
            hits = np.mean(scores["kind"].argmax(axis=1) == truth)
            assert hits == pytest.approx(1 / N_CLASSES, abs=0.08)


@pytest.mark.parametrize("cross_fit_rows", [10, 1000])
def test_members_are_trained_on_all_rows_in_the_end(monkeypatch, cross_fit_rows):
    monkeypatch.setattr(cross_fitting, "CROSS_FIT_ROWS", cross_fit_rows)
    rows = [
        *_shop(),
        Listing("sombrero", category=WORDS[7]),
        Listing("sombrero again", category=WORDS[7]),
    ]
    fitted = _fit(rows, _targets_of(_category))
    features = FeatureExtractor(())
    features.fit_transform(rows)
    scores = fitted.members["linear.kind"].forward(
        features.transform([Listing("sombrero")])
    )
    assert scores["kind"].argmax() == 7


def test_a_class_of_one_row_is_unknown_there():
    names = [*WORDS, "rare"]
    rows = [*_shop(), Listing("a rare thing", category="rare", seller_id="new")]
    [early, full] = _fit(rows, _targets_of(_category, names)).views
    for view in (early, full):
        values = view.target("kind").values
        assert values[-1] == len(names)
        assert (values[:-1] < len(names)).all()


def test_members_of_large_data_score_validation_rows(large_data):
    fitted = _fit(_shop(), _targets_of(_category))
    for view in fitted.views:
        assert view.rows.tolist() == list(range(200, 240))
        truth = view.target("kind").values
        hits = view.scores["linear.kind"]["kind"].argmax(axis=1) == truth
        assert hits.mean() > 0.6


def test_trees_and_blends_of_large_data_have_rows_of_their_own(large_data):
    fitted = _fit(_shop(), _targets_of(_category), boosted_trees=BoostedTreesSettings())
    for trees, blend in zip(fitted.training, fitted.views, strict=True):
        assert not set(trees.rows) & set(blend.rows)
        assert sorted([*trees.rows, *blend.rows]) == list(range(200, 240))


def test_members_with_trees_are_cross_fitted_up_to_large_data():
    spec = _specification(_targets_of(_category))
    stacked = replace(spec, boosted_trees=BoostedTreesSettings())
    assert cross_fits(spec, CROSS_FIT_ROWS)
    assert not cross_fits(spec, CROSS_FIT_ROWS + 1)
    assert cross_fits(stacked, LARGE_DATA_ROWS)
    assert not cross_fits(stacked, LARGE_DATA_ROWS + 1)


def test_rows_of_a_seller_are_in_one_fold():
    groups = group_numbers(_shop())
    for train, scored in group_folds(groups, N_FOLDS, 0):
        assert not set(groups[train]) & set(groups[scored])
        assert len(train) + len(scored) == len(groups)


def test_rules_are_fitted_without_the_rows_that_they_score():
    rows = _shop()
    fitted_to = []

    def fit_rules(learned):
        titles = {row.title for row in learned}
        fitted_to.append(len(learned))

        def scores(listings):
            seen = [[row.title in titles] * N_CLASSES for row in listings]
            return {
                "rules.seen": {
                    "kind": np.array(seen, np.float32).reshape(-1, N_CLASSES)
                }
            }

        return scores

    rows = [replace(row, title=f"{row.title} {n}") for n, row in enumerate(rows)]
    views = _fit(rows, _targets_of(_category), fit_rules=fit_rules).views
    assert len(fitted_to) == cross_fitting.N_FOLDS
    assert not any(view.scores["rules.seen"]["kind"].any() for view in views)
