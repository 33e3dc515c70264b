"""Trees and blends are hardly ever worse than the best member, whatever a shop is like."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from common.listing import Listing
from common.nets.settings import NetSettings
from common.nets.targets import Target
from common.progress import ignore_progress
from models.ensemble.blend import min_log_loss
from models.ensemble.settings import BoostedTreesSettings, LinearSettings
from models.ensemble.spec import EnsembleSpec, ngram_member
from models.ensemble.training.fit_head import fit_head

NET = NetSettings(width=16, epochs=0.5, batch_size=32, learning_rate=0.02)
TREES = BoostedTreesSettings(
    n_estimators=40, learning_rate=0.1, min_child_samples=20, n_components=8
)
PENALTIES = LinearSettings(penalties=(0.5, 5.0))
WORDS = [f"word{number}" for number in range(30)]
BRANDS = ("Acme", "Velox", "Ardent")
N_TRAIN, N_VALIDATION, N_TEST = 400, 80, 3000

Shop = list[tuple[Listing, float]]
"""Listings with the value that is to be learned."""


def _linear(random: np.random.Generator, n_rows: int) -> Shop:
    """Every word adds its part."""
    effects = np.linspace(-1, 1, len(WORDS))
    shop = []
    for _ in range(n_rows):
        chosen = random.choice(len(WORDS), 5, replace=False)
        title = " ".join(WORDS[word] for word in chosen)
        brand = str(random.choice(BRANDS))
        shop.append((Listing(title, brand=brand), effects[chosen].sum()))
    return shop


def _rare_words(random: np.random.Generator, n_rows: int) -> Shop:
    """Most words occur once or twice; the beginnings of some of them say all."""
    shop = []
    for _ in range(n_rows):
        is_dear = bool(random.integers(2))
        stem = ("gold", "tin")[1 - is_dear]
        title = f"{stem}{random.integers(9000)} {random.integers(9000)}"
        shop.append((Listing(title, brand="Acme"), 2.0 * is_dear))
    return shop


def _interactions(random: np.random.Generator, n_rows: int) -> Shop:
    """A long description is dear for some brands, and cheap for others."""
    shop = []
    for _ in range(n_rows):
        brand, is_long = random.choice(BRANDS), bool(random.integers(2))
        sign = 1 if brand == "Acme" else -1
        text = " ".join(random.choice(WORDS, 12 if is_long else 3))
        value = sign * (1.0 if is_long else -1.0)
        shop.append((Listing(str(random.choice(WORDS)), text, brand=brand), value))
    return shop


def _noise(random: np.random.Generator, n_rows: int) -> Shop:
    """Nothing can be learned."""
    return [(row, 0.0) for row, _ in _linear(random, n_rows)]


SHOPS: Mapping[str, Callable[[np.random.Generator, int], Shop]] = {
    "linear": _linear,
    "rare words": _rare_words,
    "interactions": _interactions,
    "noise": _noise,
}


def _shop(kind):
    """Return the listings of a kind, and their values with some noise."""
    random = np.random.default_rng(3)
    shop = SHOPS[kind](random, N_TRAIN + N_VALIDATION + N_TEST)
    rows = [Listing(row.title, row.description, brand=row.brand, listing_id=str(number))
            for number, (row, _) in enumerate(shop)]  # fmt: skip
    values = np.array([value for _, value in shop])
    return rows, values + random.normal(size=len(values)) * 0.4


def _fit(rows, truth, n_classes):
    """Return the fitted head, and a maker of targets: values, or as many classes."""

    def targets(listings):
        values = np.array([truth[int(row.listing_id)] for row in listings])
        if n_classes:
            return [Target("out", "classes", n_classes, values)]
        return [Target("out", "value", 1, values)]

    spec = EnsembleSpec(
        [], ("brand",), targets, [ngram_member(NET)], PENALTIES, boosted_trees=TREES
    )
    learned = rows[:N_TRAIN], rows[N_TRAIN : N_TRAIN + N_VALIDATION]
    return fit_head(spec, *learned, ignore_progress), targets


def _losses(head, scores, inputs, target, full):
    """Return the losses of the members of one context, and of the blend."""
    names = [*head.members, "trees"]
    own = [part for name, part in zip(names, scores, strict=True)
           if not name.startswith("early." if full else "full.")]  # fmt: skip
    truth = target.values
    if target.kind == "value":
        blended = head.values("out", scores, inputs)
        errors = [np.mean((part[:, 0] - truth) ** 2) for part in own]
        return errors, np.mean((blended - truth) ** 2)

    pooled = head.probabilities("out", scores, inputs).probabilities
    classes = truth.astype(int)
    loss = -np.log(pooled[np.arange(len(truth)), classes]).mean()
    return [min_log_loss(part, truth) for part in own], loss


def _check(fitted, targets, rows):
    """See that a blend is as good as its best member on held-out rows, and on others."""
    for view in fitted.views:
        members, blended = _losses(
            fitted.head,
            view.scores_of("out"),
            view.inputs,
            view.target("out"),
            view.is_full,
        )
        assert blended <= min(members) * 1.03

    test = rows[N_TRAIN + N_VALIDATION :]
    inputs = fitted.head.features.transform(test)
    scores = fitted.head.scores(inputs)["out"]
    members, blended = _losses(fitted.head, scores, inputs, targets(test)[0], True)
    # The best of few test rows is partly luck, and trees gain from the rows of their own folds.
    assert blended <= min(members) * 1.1


@pytest.mark.parametrize("kind", SHOPS)
def test_a_blend_of_values_is_as_good_as_its_best_member(kind):
    rows, values = _shop(kind)
    fitted, targets = _fit(rows, values, 0)
    _check(fitted, targets, rows)


@pytest.mark.parametrize("kind", SHOPS)
@pytest.mark.parametrize("n_classes", [2, 12])
def test_a_blend_of_classes_is_as_good_as_its_best_member(kind, n_classes):
    rows, values = _shop(kind)
    edges = np.quantile(values, np.linspace(0, 1, n_classes + 1)[1:-1])
    classes = np.searchsorted(edges, values).astype(float)
    fitted, targets = _fit(rows, classes, n_classes)
    _check(fitted, targets, rows)
