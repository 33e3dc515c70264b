"""Learns the weights of category mapping from labelled categories, on their half called ``fit``.

The weights are those of the maximum likelihood. The temperature is the one by which the probability
of the best node says best whether it is right, in cross-validation.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from benchmarks.shared.command_line import make_parser
from benchmarks.taxonomy.labels import (
    SHOPS,
    SPLITS,
    LabelledCategory,
    node_numbers,
    open_shop,
    read_labels,
)
from benchmarks.taxonomy.likelihood import Bounds, Example, maximise
from common.category_trees.built_in import built_in_tree
from common.category_trees.tree import CategoryTree
from pipelines.category_mapping.mapping import softmax
from pipelines.category_mapping.siblings import LEVELS, sibling_shares
from pipelines.category_mapping.similarities import SIMILARITIES, Similarities
from pipelines.category_mapping.weights import FILE, MappingWeights, write_weights

MODULE = "benchmarks.taxonomy.fit"
EXAMPLES = "LISTREC_DATA=data python -m benchmarks.taxonomy.fit --judged judged.csv"

FOLDS = 5
"""Folds of the cross-validation that the temperature is fitted in."""

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


def main() -> None:
    """Learn the weights and write them."""
    arguments = _parse_arguments()
    shops = {shop: _compute(shop) for shop in SHOPS}
    examples = []
    for labelled in read_labels(arguments.judged):
        if labelled.split == SPLITS[0]:
            examples.append(_example(labelled, shops[labelled.shop]))

    temperature = _fit_temperature(shops, examples)
    weights = fit(shops, examples, temperature)
    write_weights(weights, arguments.out)
    print(f"{arguments.out}: learned from {len(examples)} categories")


def fit(
    shops: dict[str, ShopValues], examples: Sequence[Example], temperature: float = 1.0
) -> MappingWeights:
    """Learn the weights of the first pass, then those of the second one given the first."""
    bounds = [_bounds(name) for name in SIMILARITIES]
    alone = [(_values(shops, each), each) for each in examples]
    first = maximise(alone, bounds)

    with_shares = _add_shares(alone, _shares(shops, first))
    of_levels: list[Bounds] = [(0.0, None)] * len(LEVELS)
    second = maximise(with_shares, bounds + of_levels)
    return _mapping_weights(first, second, temperature)


def _values(shops: dict[str, ShopValues], example: Example) -> NDArray[np.float32]:
    """Return the similarities of an example, ``[nodes, similarities]``."""
    shop = shops[example.shop]
    values: NDArray[np.float32] = shop.values[example.row]
    return values


def _add_shares(
    rows: Sequence[tuple[Floats, Example]], shares: dict[str, Floats]
) -> list[tuple[Floats, Example]]:
    """Append the siblings' shares to the values of each example."""
    with_shares = []
    for values, each in rows:
        of_siblings = shares[each.shop][each.row]
        columns = np.column_stack([values, of_siblings])
        with_shares.append((columns, each))
    return with_shares


def _mapping_weights(
    first: Floats, second: Floats, temperature: float
) -> MappingWeights:
    """Split the weights of the second pass into those of similarities and of siblings."""
    similarities, siblings = np.split(second, [len(SIMILARITIES)])
    return MappingWeights(
        tuple(first.tolist()),
        tuple(similarities.tolist()),
        tuple(siblings.tolist()),
        temperature,
    )


def _fit_temperature(
    shops: dict[str, ShopValues], examples: Sequence[Example]
) -> float:
    """Return the temperature that fits the held-out categories of cross-validation best."""
    held_out = _score_held_out(shops, examples)

    def _loss(temperature: float) -> float:
        losses = []
        for scores, each in held_out:
            loss = _log_loss(scores / temperature, each)
            losses.append(loss)
        return float(np.mean(losses))

    found = minimize_scalar(_loss, bounds=(0.3, 3), method="bounded")
    return float(found.x)


def _score_held_out(
    shops: dict[str, ShopValues], examples: Sequence[Example]
) -> list[tuple[Floats, Example]]:
    """Return each example with its scores ``[nodes]`` by weights learned without it."""
    generator = np.random.default_rng(0)
    folds = generator.permutation(len(examples)) % FOLDS

    held_out: list[tuple[Floats, Example]] = []
    for fold in range(FOLDS):
        is_held_out = folds == fold
        weights = fit(shops, _take(examples, ~is_held_out))
        others = _take(examples, is_held_out)
        held_out += _score(shops, others, weights)
    return held_out


def _score(
    shops: dict[str, ShopValues], examples: Sequence[Example], weights: MappingWeights
) -> Iterator[tuple[Floats, Example]]:
    shares = _shares(shops, np.array(weights.first))
    for each in examples:
        of_siblings = shares[each.shop][each.row]
        scores = _second_scores(weights, _values(shops, each), of_siblings)
        yield scores, each


def _second_scores(
    weights: MappingWeights, values: Floats, of_siblings: Floats
) -> Floats:
    """Return the scores ``[nodes]`` of the second pass."""
    scores: Floats = values @ np.array(weights.second)
    scores += of_siblings @ np.array(weights.siblings)
    return scores


def _take(examples: Sequence[Example], is_taken: NDArray[np.bool_]) -> list[Example]:
    rows = np.flatnonzero(is_taken)
    return [examples[row] for row in rows.tolist()]


def _log_loss(scores: Floats, example: Example) -> float:
    """Return the log loss of whether the best node is a right one."""
    (probabilities,) = softmax(scores[None].astype(np.float32))
    best = int(probabilities.argmax())
    probability = probabilities[best]
    if best not in {*example.exact, *example.acceptable}:
        probability = 1 - probability
    return -float(np.log(probability + 1e-9))


def _shares(shops: dict[str, ShopValues], first: Floats) -> dict[str, Floats]:
    """Return the siblings' shares of each shop, ``[paths, nodes, levels]``."""
    shares = {}
    for name, shop in shops.items():
        scores = shop.values @ first.astype(np.float32)
        probabilities = softmax(scores)
        of_levels = sibling_shares(probabilities, shop.paths, shop.tree)
        shares[name] = np.stack(of_levels, axis=-1)
    return shares


def _compute(shop: str) -> ShopValues:
    tree = built_in_tree("shopify", SHOPS[shop])
    source = open_shop(shop)
    similarities = Similarities.fit(tree)
    batches = list(similarities.batches(source))
    values = np.concatenate(batches)
    return ShopValues(source.mapped_paths(), values, tree)


def _example(labelled: LabelledCategory, shop: ShopValues) -> Example:
    row = shop.paths.index(labelled.path)
    exact = node_numbers(shop.tree, labelled.exact)
    acceptable = node_numbers(shop.tree, labelled.acceptable)
    return Example(labelled.shop, row, exact, acceptable)


def _bounds(name: str) -> Bounds:
    if name in FREE:
        return (None, None)
    if name in NEGATIVE:
        return (None, 0.0)
    return (0.0, None)


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
