"""Learns the weights of category mapping from labelled categories, on their half called ``fit``.

The conditional log-likelihood of the right nodes is maximised, those that are acceptable counting
half, with an L2 penalty and with the signs that the similarities must have. The temperature is the
one by which the probability of the best node says best whether it is right, in cross-validation.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from benchmarks.shared.command_line import make_parser
from benchmarks.taxonomy.labels import (
    SHOPS,
    SPLITS,
    LabelledCategory,
    node_numbers,
    open_shop,
    read_labels,
)
from common.category_trees.built_in import built_in_tree
from common.category_trees.tree import CategoryTree
from pipelines.category_mapping.mapping import softmax
from pipelines.category_mapping.siblings import LEVELS, sibling_shares
from pipelines.category_mapping.similarities import SIMILARITIES, Similarities
from pipelines.category_mapping.weights import FILE, MappingWeights, write_weights

MODULE = "benchmarks.taxonomy.fit"
EXAMPLES = "LISTREC_DATA=data python -m benchmarks.taxonomy.fit --judged judged.csv"

L2 = 0.005
"""Penalty of the square of a weight, relative to the mean log-likelihood of a category."""

ACCEPTABLE = 0.5
"""How much an acceptable node counts as the right one."""

CANDIDATES = 1500
"""Most similar nodes that a category is learned from, beside the right ones."""

FOLDS = 5
STARTING_WEIGHT = 2.0

NEGATIVE = ("audience added", "audience missing", "part added", "part missing")
"""Similarities that speak against a node."""

FREE = (
    "is department",
    "is second level",
    "depth",
    "is leaf",
    "depth of a rest",
    "leaf of a rest",
)
"""What says how frequent a kind of node is among counterparts, with a weight of either sign."""

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class ShopValues:
    """A shop: its mapped paths, the similarities ``[paths, nodes, similarities]``, and the tree."""

    paths: list[str]
    values: NDArray[np.float32]
    tree: CategoryTree


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled category: its row among the paths of its shop, and the right nodes."""

    shop: str
    row: int
    exact: list[int]
    acceptable: list[int]


def main() -> None:
    """Learn the weights and write them."""
    arguments = _parse_arguments()
    labelled = [
        each for each in read_labels(arguments.judged) if each.split == SPLITS[0]
    ]
    shops = {shop: _compute(shop) for shop in SHOPS}
    examples = [_example(each, shops[each.shop]) for each in labelled]

    temperature = _fit_temperature(shops, examples)
    weights = fit(shops, examples, temperature)
    write_weights(weights, arguments.out)
    print(f"{arguments.out}: learned from {len(examples)} categories")


def fit(
    shops: dict[str, ShopValues], examples: Sequence[Example], temperature: float = 1.0
) -> MappingWeights:
    """Learn the weights of the first pass, then those of the second one given the first."""
    bounds = [_bounds(name) for name in SIMILARITIES]
    first = _maximise(
        [(shops[each.shop].values[each.row], each) for each in examples], bounds
    )

    shares = _shares(shops, first)
    with_shares = [
        (
            np.column_stack(
                [shops[each.shop].values[each.row], shares[each.shop][each.row]]
            ),
            each,
        )
        for each in examples
    ]
    second = _maximise(with_shares, [*bounds, *[(0.0, None)] * len(LEVELS)])
    n_similarities = len(SIMILARITIES)
    return MappingWeights(
        tuple(first.tolist()),
        tuple(second[:n_similarities].tolist()),
        tuple(second[n_similarities:].tolist()),
        temperature,
    )


def _fit_temperature(
    shops: dict[str, ShopValues], examples: Sequence[Example]
) -> float:
    """Return the temperature that fits the held-out categories of cross-validation best."""
    folds = np.random.default_rng(0).permutation(len(examples)) % FOLDS
    held_out: list[tuple[Floats, Example]] = []
    for fold in range(FOLDS):
        others = [each for each, of in zip(examples, folds, strict=True) if of != fold]
        weights = fit(shops, others)
        shares = _shares(shops, np.array(weights.first))
        for each, of in zip(examples, folds, strict=True):
            if of == fold:
                values = shops[each.shop].values[each.row]
                scores = values @ np.array(weights.second)
                scores += shares[each.shop][each.row] @ np.array(weights.siblings)
                held_out.append((scores, each))

    def _loss(temperature: float) -> float:
        losses = [_log_loss(scores / temperature, each) for scores, each in held_out]
        return float(np.mean(losses))

    found = minimize_scalar(_loss, bounds=(0.3, 3), method="bounded")
    return float(found.x)


def _log_loss(scores: Floats, example: Example) -> float:
    probabilities = softmax(scores[None].astype(np.float32))[0]
    best = int(probabilities.argmax())
    is_right = best in {*example.exact, *example.acceptable}
    probability = probabilities[best] if is_right else 1 - probabilities[best]
    return -float(np.log(probability + 1e-9))


def _maximise(
    rows: Sequence[tuple[Floats, Example]],
    bounds: Sequence[tuple[float | None, float | None]],
) -> NDArray[np.float64]:
    """Maximise the likelihood of the right nodes by L-BFGS-B; returns a weight for each column."""
    signs = [1 if low == 0 else -1 if high == 0 else 0 for low, high in bounds]
    start = STARTING_WEIGHT * np.array(signs, float)
    reduced = [_reduce(values, example, start) for values, example in rows]
    X = np.stack([values for values, _ in reduced])
    Y = np.stack([labels for _, labels in reduced])

    def _loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        probabilities = softmax((X @ weights).astype(np.float64))
        likelihood = (probabilities * Y).sum(axis=1) + 1e-12
        posterior = probabilities * Y / likelihood[:, None]
        gradient = np.einsum("ij,ijk->k", posterior - probabilities, X) / len(X)
        penalty = L2 * float(weights @ weights) / 2
        return penalty - float(np.log(likelihood).mean()), L2 * weights - gradient

    found = minimize(_loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    solution: NDArray[np.float64] = found.x
    return solution


def _reduce(
    values: Floats, example: Example, weights: Floats
) -> tuple[Floats, NDArray[np.float64]]:
    """Return the values of the most similar nodes and the right ones, and their labels."""
    scores = values @ weights
    scores[[*example.exact, *example.acceptable]] = np.inf
    nodes = np.argpartition(-scores, CANDIDATES)[:CANDIDATES]

    labels = np.zeros(len(values))
    labels[example.acceptable] = ACCEPTABLE
    labels[example.exact] = 1
    return values[nodes].astype(np.float64), labels[nodes]


def _shares(shops: dict[str, ShopValues], first: Floats) -> dict[str, Floats]:
    """Return the siblings' shares of each shop, ``[paths, nodes, levels]``."""
    shares = {}
    for name, shop in shops.items():
        probabilities = softmax(shop.values @ first.astype(np.float32))
        of_levels = sibling_shares(probabilities, shop.paths, shop.tree)
        shares[name] = np.stack(of_levels, axis=-1)
    return shares


def _compute(shop: str) -> ShopValues:
    tree = built_in_tree("shopify", SHOPS[shop])
    source = open_shop(shop)
    batches = list(Similarities.fit(tree).batches(source))
    return ShopValues(source.mapped_paths(), np.concatenate(batches), tree)


def _example(labelled: LabelledCategory, shop: ShopValues) -> Example:
    return Example(
        labelled.shop,
        shop.paths.index(labelled.path),
        node_numbers(shop.tree, labelled.exact),
        node_numbers(shop.tree, labelled.acceptable),
    )


def _bounds(name: str) -> tuple[float | None, float | None]:
    if name in FREE:
        return (None, None)
    return (None, 0.0) if name in NEGATIVE else (0.0, None)


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, __doc__ or "", EXAMPLES)
    parser.add_argument(
        "--judged", type=Path, required=True, help="labelled categories"
    )
    parser.add_argument(
        "--out", type=Path, default=FILE, help="file of weights to write"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
