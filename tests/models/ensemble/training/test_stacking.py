"""Stacked trees: fitted to held-out scores of the members, and blended with them."""

import json

import numpy as np
import pytest
from scipy import sparse

from common.errors import ArtifactError
from common.listing import Listing
from common.nets.settings import NetSettings
from common.nets.tables import select_columns
from common.nets.targets import Target
from common.progress import ignore_progress
from models.ensemble.head_files import SETTINGS, load_head, save_head
from models.ensemble.settings import BoostedTreesSettings, LinearSettings, TreeSize
from models.ensemble.spec import EnsembleSpec, ngram_member
from models.ensemble.stack_features import as_columns, as_scores
from models.ensemble.training.fit_head import fit_head
from models.ensemble.training.held_out import group_folds
from models.ensemble.training.residuals import fit_residual_quantiles

WORDS = ("lamp", "ring", "tent", "harp")
NET = NetSettings(width=8, epochs=0.5, batch_size=32, learning_rate=0.02)
PENALTY = LinearSettings(penalties=(4.0,))
TREES = BoostedTreesSettings(
    n_estimators=50,
    quantile=TreeSize(50),
    learning_rate=0.1,
    min_child_samples=10,
    n_components=4,
)


def _shop(rows, seed):
    """Listings with higher prices for long descriptions; the prices of harps vary the most."""
    random, listings = np.random.default_rng(seed), []
    for number in range(rows):
        kind = int(random.integers(4))
        is_long = bool(random.integers(2))
        noise = random.normal() * (0.1 + (kind == 3))
        listings.append(
            Listing(
                f"{WORDS[kind]} {number}",
                " ".join(map(str, random.integers(10**6, 10**7, 12 if is_long else 3))),
                brand="Acme" if random.random() < 0.5 else None,
                price=float(np.exp(kind + 1.5 * is_long + noise)),
            )
        )
    return listings


def _targets(listings):
    return [Target("value", "value", 1, np.log([row.price for row in listings]) - 2)]


@pytest.fixture(scope="module")
def spec():
    return EnsembleSpec(
        [], ("brand",), _targets, [ngram_member(NET)], PENALTY, boosted_trees=TREES
    )


@pytest.fixture(scope="module")
def fitted(spec):
    return fit_head(spec, _shop(400, 0), _shop(100, 1), ignore_progress)


def _errors(head, rows):
    inputs = head.features.transform(rows)
    scores = head.scores(inputs)["value"]
    truth = _targets(rows)[0].values
    errors = [np.mean((member[:, 0] - truth) ** 2) for member in scores]
    return errors, np.mean((head.values("value", scores, inputs) - truth) ** 2)


def test_trees_learn_from_style_features(fitted):
    errors, blended = _errors(fitted.head, _shop(200, 2))

    assert errors[-1] < 0.7 * min(errors[:-1])
    assert blended < 0.7 * min(errors[:-1])


def test_trees_are_fitted_to_held_out_scores(fitted):
    [early, _] = fitted.training
    truth = early.targets[0].values
    seen = fitted.head.scores(early.inputs)["value"][0][:, 0]
    unseen = early.scores["ngrams"]["value"][:, 0]

    assert np.mean((seen - truth) ** 2) < np.mean((unseen - truth) ** 2)


def test_intervals_are_wider_where_prices_vary(spec, fitted):
    head, held_out = fit_residual_quantiles(fitted, "value", spec.trees)
    rows = _shop(300, 3)
    inputs = head.features.transform(rows)
    scores = head.scores(inputs)
    median = head.values("value", scores["value"], inputs)
    quantiles = head.predict_residual_quantiles("value", inputs, median)
    width = np.diff(quantiles, axis=1)[:, 0]
    harps = np.array([row.title.startswith("harp") for row in rows])

    assert width[harps].mean() > 1.5 * width[~harps].mean()
    assert [part.view.is_full for part in held_out] == [False, True]


def test_a_head_with_trees_comes_back_from_disk(spec, fitted, tmp_path):
    head, _ = fit_residual_quantiles(fitted, "value", spec.trees)
    save_head(head, tmp_path)
    again, rows = load_head(tmp_path, []), _shop(20, 4)
    inputs = head.features.transform(rows)
    median = head.values("value", head.scores(inputs)["value"], inputs)

    read = again.features.transform(rows)
    for loaded, wanted in zip(
        again.scores(read)["value"], head.scores(inputs)["value"], strict=True
    ):
        np.testing.assert_allclose(loaded, wanted, atol=1e-4)
    assert again.residual_quantiles.keys() == {"value"}
    quantiles = again.predict_residual_quantiles("value", read, median)
    wanted = head.predict_residual_quantiles("value", inputs, median)
    np.testing.assert_allclose(quantiles, wanted, atol=1e-4)


def test_held_out_quantiles_are_those_of_trees_that_have_not_seen_the_row(spec, fitted):
    head, held_out = fit_residual_quantiles(fitted, "value", spec.trees)
    [early, _] = held_out
    error = early.view.target("value").values - early.median
    seen = head.predict_residual_quantiles("value", early.view.inputs, early.median)

    def share_inside(quantiles):
        return np.mean((quantiles[:, 0] <= error) & (error <= quantiles[:, 1]))

    assert share_inside(early.quantiles) < share_inside(seen)


def test_intervals_need_trees(spec, fitted):
    with pytest.raises(ValueError, match="need boosted trees"):
        fit_residual_quantiles(fitted, "value", None)


@pytest.mark.parametrize("layout", [None, 1, 99])
def test_a_head_of_another_layout_is_refused(fitted, tmp_path, layout):
    save_head(fitted.head, tmp_path)
    settings = json.loads((tmp_path / SETTINGS).read_text())
    (tmp_path / SETTINGS).write_text(json.dumps({**settings, "layout": layout}))
    with pytest.raises(
        ArtifactError, match="trained by another version of this software"
    ):
        load_head(tmp_path, [])


def test_alone_and_together_rows_get_the_same(fitted):
    head, rows = fitted.head, _shop(30, 5)
    together = head.scores(head.features.transform(rows))["value"][-1]
    alone = [head.scores(head.features.transform([row]))["value"][-1] for row in rows]

    np.testing.assert_allclose(np.concatenate(alone), together, atol=0.2)
    assert np.mean(np.concatenate(alone) == together) > 0.8


def test_groups_are_never_on_both_sides():
    groups = np.random.default_rng(0).integers(0, 50, 300)
    scored = []
    for train_rows, scored_rows in group_folds(groups, 4, 0):
        assert not set(groups[train_rows]) & set(groups[scored_rows])
        scored += scored_rows.tolist()

    assert sorted(scored) == list(range(300))


@pytest.mark.parametrize("size", [1, 2, 4])
def test_columns_lose_nothing_but_a_constant(size):
    scores = np.random.default_rng(0).normal(size=(20, size)).astype(np.float32)
    again = as_scores(as_columns(scores), size)

    assert as_columns(scores).shape[1] == (1 if size == 2 else size)
    np.testing.assert_allclose(again - again[:, :1], scores - scores[:, :1], atol=1e-6)


def test_trees_of_one_output_read_the_scores_of_another(tmp_path):
    def targets(listings):
        kinds = np.array([float(WORDS.index(row.title.split()[0])) for row in listings])
        is_dear = np.array([row.price > 20 for row in listings], float)
        return [
            Target("kind", "classes", 4, kinds),
            Target("dear", "classes", 2, is_dear),
        ]

    spec = EnsembleSpec(
        [], ("brand",), targets, [ngram_member(NET)], PENALTY, boosted_trees=TREES
    )
    head = fit_head(spec, _shop(400, 6), _shop(150, 7), ignore_progress).head
    save_head(head, tmp_path)
    rows = _shop(200, 8)
    scores = load_head(tmp_path, []).scores(head.features.transform(rows))
    kinds, is_dear = (target.values for target in targets(rows))

    assert head.stack_features.outputs == ("kind", "dear")
    assert [member.shape for member in scores["kind"]] == [(200, 4)] * 4
    assert np.mean(scores["kind"][-1].argmax(axis=1) == kinds) > 0.95
    assert np.mean(scores["dear"][-1].argmax(axis=1) == is_dear) > 0.8


def test_columns_are_looked_up_as_scipy_selects_them():
    text = sparse.random(20, 300, 0.1, "csr", np.float32, 0)
    columns = np.array([0, 7, 150, 298], np.int32)

    np.testing.assert_array_equal(
        select_columns(text, columns), text[:, columns].toarray()
    )
    assert select_columns(text[:0], columns).shape == (0, 4)
