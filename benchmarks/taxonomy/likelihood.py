"""Maximum likelihood of the right nodes of labelled categories, by their similarities.

The conditional log-likelihood of the right nodes is maximised, those that are acceptable counting
half, with an L2 penalty and with the signs that the weights must have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pipelines.category_mapping.mapping import softmax

L2 = 0.005
"""Penalty of the square of a weight, relative to the mean log-likelihood of a category."""

ACCEPTABLE = 0.5
"""How much an acceptable node counts as the right one."""

CANDIDATES = 1500
"""Most similar nodes that a category is learned from, beside the right ones."""

STARTING_WEIGHT = 2.0

Bounds = tuple[float | None, float | None]
"""The lowest and the highest value of a weight, ``None`` where it has no bound."""

Floats = NDArray[np.floating]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled category: its row among the paths of its shop, and the right nodes."""

    shop: str
    row: int
    exact: list[int]
    acceptable: list[int]


def maximise(
    rows: Sequence[tuple[Floats, Example]], bounds: Sequence[Bounds]
) -> Doubles:
    """Maximise the likelihood of the right nodes by L-BFGS-B; returns a weight for each column.

    ``rows`` are the values ``[nodes, columns]`` of each example, ``bounds`` those of each column.
    """
    signs = [_sign(bound) for bound in bounds]
    start = STARTING_WEIGHT * np.array(signs, float)
    likelihood = _Likelihood.from_rows(rows, start)

    found = minimize(
        likelihood.loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
    )
    solution: Doubles = found.x
    return solution


def _sign(bound: Bounds) -> int:
    """Return 1 or -1 for a weight that must have this sign, 0 for one that is free."""
    low, high = bound
    if low == 0:
        return 1
    return -1 if high == 0 else 0


@dataclass(frozen=True, slots=True)
class _Likelihood:
    """Values ``[examples, nodes, columns]`` and labels ``[examples, nodes]`` of the candidates."""

    values: Doubles
    labels: Doubles

    @classmethod
    def from_rows(
        cls, rows: Sequence[tuple[Floats, Example]], start: Floats
    ) -> _Likelihood:
        """Keep the candidates of each example, by the weights at the start."""
        values = []
        labels = []
        for all_values, example in rows:
            nodes = _candidates(all_values @ start, example)
            candidates = all_values[nodes]
            of_nodes = _labels(len(all_values), example)

            values.append(candidates.astype(np.float64))
            labels.append(of_nodes[nodes])
        return cls(np.stack(values), np.stack(labels))

    def loss(self, weights: Doubles) -> tuple[float, Doubles]:
        """Return the penalised negative log-likelihood, and its gradient."""
        scores = self.values @ weights
        probabilities = softmax(scores.astype(np.float64))
        joint = probabilities * self.labels
        likelihood = joint.sum(axis=1) + 1e-12
        log_likelihood = np.log(likelihood).mean()

        # The gradient of a log-likelihood of several right nodes has their posterior.
        posterior = joint / likelihood[:, None]
        gradient = self._weighted_sum(posterior - probabilities) / len(self.values)

        penalty = L2 * float(weights @ weights) / 2
        loss = penalty - float(log_likelihood)
        return loss, L2 * weights - gradient

    def _weighted_sum(self, weights: Doubles) -> Doubles:
        """Return the sum of the values of all nodes by column, weighted by node."""
        total: Doubles = np.einsum("ij,ijk->k", weights, self.values)
        return total


def _candidates(scores: Floats, example: Example) -> NDArray[np.intp]:
    """Return the most similar nodes, the right ones among them."""
    right = [*example.exact, *example.acceptable]
    scores[right] = np.inf
    order = np.argpartition(-scores, CANDIDATES)
    return order[:CANDIDATES]


def _labels(n_nodes: int, example: Example) -> Doubles:
    labels = np.zeros(n_nodes)
    labels[example.acceptable] = ACCEPTABLE
    labels[example.exact] = 1
    return labels
