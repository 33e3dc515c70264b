"""What Kaggle's winners would price with: a network over sparse text.

It follows the solution that won the Mercari Price Suggestion Challenge: tf-idf into a multilayer
perceptron, Adam, a batch that doubles every epoch, and the mean of several networks, trained on
weighted and on binary inputs.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import nn

from benchmarks.peers.protocol import Answers, Rows, Split, Task, time_batches
from benchmarks.peers.tfidf import Table
from common.nets.training.net import single_threaded

SEEDS = 4
EPOCHS = 3
FIRST_BATCH = 64
RATE = 4e-3


def networks(task: Task, split: Split) -> Answers:
    """Answer with the mean of ``SEEDS`` networks, trained on training and validation rows."""
    start = time.perf_counter()
    rows = [*split.train, *split.validation]
    table = Table(rows, task.shown)
    matrix = table.read(rows)
    logs = np.log1p([row.price for row in rows])
    goal = torch.from_numpy(((logs - logs.mean()) / logs.std()).astype(np.float32))
    with single_threaded():
        nets = [_fit(_reader(seed)(matrix), goal, seed) for seed in range(SEEDS)]
        seconds = time.perf_counter() - start

        def predict(asked: Rows) -> Any:
            matrix = table.read(asked)
            with torch.no_grad():
                found = [net(_reader(seed)(matrix)).numpy() for seed, net in enumerate(nets)]
            return np.maximum(np.expm1(np.mean(found, axis=0) * logs.std() + logs.mean()), 0)

        took = time_batches(predict, split.test)
        return Answers(seconds, took, numbers=predict(split.test))


def _reader(seed: int) -> Any:
    """Half of the networks read weights, half only whether a column is there."""
    return _binary if seed % 2 else sparse.csr_matrix


class _Net(nn.Module):
    """192, 64, 64 and 1 units over a sparse matrix."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.first = nn.EmbeddingBag(columns, 192, mode="sum")
        nn.init.uniform_(self.first.weight, -(columns**-0.5), columns**-0.5)
        self.bias = nn.Parameter(torch.zeros(192))
        self.rest = nn.Sequential(
            nn.ReLU(), nn.Linear(192, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1)
        )

    def forward(self, matrix: sparse.csr_matrix) -> torch.Tensor:
        """Return ``[rows]``."""
        places, starts = torch.from_numpy(matrix.indices), torch.from_numpy(matrix.indptr[:-1])
        weights = torch.from_numpy(matrix.data.astype(np.float32))
        state = self.first(places, starts, per_sample_weights=weights) + self.bias
        return self.rest(state)[:, 0]


def _fit(matrix: sparse.csr_matrix, goal: torch.Tensor, seed: int) -> _Net:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    net = _Net(matrix.shape[1])
    optimiser = torch.optim.Adam(net.parameters(), lr=RATE, fused=True)
    for epoch in range(EPOCHS):
        order = random.permutation(len(goal))
        for start in range(0, len(goal), FIRST_BATCH << epoch):
            rows = order[start : start + (FIRST_BATCH << epoch)]
            loss = nn.functional.mse_loss(net(matrix[rows]), goal[torch.from_numpy(rows)])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
    return net


def _binary(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    return (matrix > 0).astype(np.float32)
