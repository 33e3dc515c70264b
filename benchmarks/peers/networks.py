"""The winners' approach on Kaggle: a network over sparse text, for prices.

It follows the solution that won the Mercari Price Suggestion Challenge: tf-idf into a multilayer
perceptron, Adam, a batch that doubles every epoch, and the mean of several networks, trained on
weighted and on binary inputs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import nn

from benchmarks.peers.tfidf import TfidfFeatures
from benchmarks.shared.protocol import (
    Answers,
    Rows,
    Split,
    Task,
    prices_of,
    time_batches,
    to_prices,
)
from common.nets.training.net import single_threaded

N_NETWORKS = 4
N_EPOCHS = 3
FIRST_BATCH_SIZE = 64
LEARNING_RATE = 4e-3
HIDDEN_SIZES = (192, 64, 64)


def networks(
    task: Task, split: Split, chosen: Mapping[str, Any] | None = None
) -> Answers:
    """Predict with the mean of ``N_NETWORKS``, trained on training and validation rows.

    Nothing is to be ``chosen``.
    """
    start = time.perf_counter()
    with single_threaded():
        rows = [*split.train, *split.validation]
        ensemble = _Ensemble(rows, task)
        seconds = time.perf_counter() - start
        microseconds = time_batches(ensemble.predict, split.test)
        return Answers(
            seconds,
            microseconds,
            numbers=ensemble.predict(split.test),
        )


class _Ensemble:
    """The mean of several networks over one tf-idf table."""

    def __init__(self, rows: Rows, task: Task) -> None:
        self._features = TfidfFeatures(rows, task.confirmed)
        matrix = self._features.transform(rows)
        prices = prices_of(rows)
        logs = np.log1p(prices)
        self._mean = logs.mean()
        self._scale = logs.std()

        centred = logs - self._mean
        standardised = centred / self._scale
        target = torch.from_numpy(standardised.astype(np.float32))
        self._nets = []
        for seed in range(N_NETWORKS):
            inputs = _inputs(matrix, seed)
            net = _fit(inputs, target, seed)
            self._nets.append(net)

    def predict(self, rows: Rows) -> Any:
        """Prices ``[n]``."""
        matrix = self._features.transform(rows)
        outputs = []
        with torch.no_grad():
            for seed, net in enumerate(self._nets):
                inputs = _inputs(matrix, seed)
                output = net(inputs)
                outputs.append(output.numpy())

        standardised = np.mean(outputs, axis=0)
        log_prices = standardised * self._scale + self._mean
        return to_prices(log_prices)


def _inputs(matrix: sparse.csr_matrix, seed: int) -> sparse.csr_matrix:
    """Every other network sees only whether a word is there, not its weight."""
    if seed % 2:
        is_there = matrix > 0
        return is_there.astype(np.float32)
    return sparse.csr_matrix(matrix)


class _Net(nn.Module):
    """A multilayer perceptron with one output over a sparse matrix."""

    def __init__(self, n_columns: int) -> None:
        super().__init__()
        first, second, third = HIDDEN_SIZES
        bound = n_columns**-0.5
        self.first = nn.EmbeddingBag(n_columns, first, mode="sum")
        nn.init.uniform_(self.first.weight, -bound, bound)
        self.bias = nn.Parameter(torch.zeros(first))
        self.rest = nn.Sequential(
            nn.ReLU(),
            nn.Linear(first, second),
            nn.ReLU(),
            nn.Linear(second, third),
            nn.ReLU(),
            nn.Linear(third, 1),
        )

    def forward(self, matrix: sparse.csr_matrix) -> torch.Tensor:
        """The outputs ``[rows]``."""
        columns = torch.from_numpy(matrix.indices)
        row_starts = torch.from_numpy(matrix.indptr[:-1])
        weights = torch.from_numpy(matrix.data.astype(np.float32))

        hidden = self.first(columns, row_starts, per_sample_weights=weights) + self.bias
        outputs: torch.Tensor = self.rest(hidden)
        return outputs[:, 0]


def _fit(matrix: sparse.csr_matrix, target: torch.Tensor, seed: int) -> _Net:
    # Two generators: one for the weights, one for the order of the rows.
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = _Net(matrix.shape[1])
    optimiser = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE, fused=True)

    for epoch in range(N_EPOCHS):
        # Doubling has the effect of a falling learning rate, and later epochs are faster.
        batch_size = FIRST_BATCH_SIZE << epoch

        for rows in _batches(len(target), batch_size, rng):
            outputs = net(matrix[rows])
            batch_target = target[torch.from_numpy(rows)]
            loss = nn.functional.mse_loss(outputs, batch_target)
            _step(optimiser, loss)

    return net


def _batches(
    n_rows: int, size: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield the indices of all rows once, in random order."""
    order = rng.permutation(n_rows)
    for start in range(0, n_rows, size):
        yield order[start : start + size]


def _step(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
