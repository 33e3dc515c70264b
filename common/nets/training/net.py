"""Training of nets in torch, which returns them as numpy arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from common.nets.inputs import Inputs
from common.nets.net import Net
from common.nets.settings import NetSettings
from common.nets.targets import Target
from common.nets.training.module import NetModule
from common.progress import FractionDone


def _ignore_fraction(fraction: float) -> None:
    """Report progress to nobody."""


def train_net(
    inputs: Inputs,
    targets: Sequence[Target],
    input_names: Sequence[str],
    settings: NetSettings,
    progress: FractionDone = _ignore_fraction,
) -> Net:
    """Fit a net to the targets.

    Args:
        inputs: The training rows.
        targets: There is an output for each; rows without any label are left out.
        input_names: The inputs to read: ``text``, ``characters``, ``fields`` and names in
            ``VECTORS``.
        settings: Architecture and training.
        progress: Called with the fraction done.
    """
    with single_threaded():
        return _train(inputs, targets, input_names, settings, progress)


@contextmanager
def single_threaded() -> Iterator[None]:
    """Let torch use one thread meanwhile.

    Steps are so small that a second thread waits more than it works, and the order of sums stays
    the same in every run.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def target_loss(scores: Tensor, target: Target, rows: NDArray[np.int64]) -> Tensor:
    """Return the loss of ``scores [rows, size]``; rows without a label count as zero."""
    target = target.take(rows)
    labelled = np.flatnonzero(target.has_label)
    if not len(labelled):
        # Still a function of the scores, so that it has a gradient: zeros.
        return scores.sum() * 0

    truth = torch.from_numpy(target.values[labelled])
    labelled_scores = scores[torch.from_numpy(labelled)]
    labelled_share = len(labelled) / len(rows)
    return labelled_share * _labelled_loss(labelled_scores, truth, target)


def _labelled_loss(scores: Tensor, truth: Tensor, target: Target) -> Tensor:
    if target.kind == "value":
        return functional.huber_loss(scores[:, 0], truth.float())
    if target.kind == "classes":
        return functional.cross_entropy(scores, truth.long())
    return _bins_loss(scores, truth, target.size)


def _train(
    inputs: Inputs,
    targets: Sequence[Target],
    input_names: Sequence[str],
    settings: NetSettings,
    progress: FractionDone,
) -> Net:
    """Train one net from one seed."""
    rows = _labelled_rows(targets)
    settings = settings.scaled(len(rows), "characters" in input_names)
    torch.manual_seed(settings.seed)
    random = np.random.default_rng(settings.seed)
    module = NetModule(
        inputs,
        targets,
        input_names,
        settings,
    )

    optimiser = _optimiser(module, settings.learning_rate)
    for batch, fraction in _batches(rows, settings, random):
        scores = module(inputs, batch, random)
        loss = _total_loss(scores, targets, batch)

        rate = settings.learning_rate * (1 - fraction)
        _step(optimiser, loss, rate)
        progress(fraction)

    progress(1.0)
    return Net(module.export(), module.outputs)


def _optimiser(module: NetModule, rate: float) -> torch.optim.Optimizer:
    # The tables are dense because a batch touches most of them; fused, Adam is ten times faster.
    return torch.optim.Adam(module.parameters(), lr=rate, fused=True)


def _labelled_rows(targets: Sequence[Target]) -> NDArray[np.int64]:
    """Return the rows that have at least one label."""
    labelled = [target.has_label for target in targets]
    has_any_label = np.any(labelled, axis=0)
    return np.flatnonzero(has_any_label)


def _step(optimiser: torch.optim.Optimizer, loss: Tensor, rate: float) -> None:
    """Go a step down the gradient of the loss, at a learning rate."""
    for group in optimiser.param_groups:
        group["lr"] = rate

    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()


def _total_loss(
    scores: dict[str, Tensor], targets: Sequence[Target], rows: NDArray[np.int64]
) -> Tensor:
    """Return the weighted sum of the losses of all targets."""
    total = torch.zeros(())
    for target in targets:
        loss = target_loss(scores[target.name], target, rows)
        total = total + target.weight * loss
    return total


def _batches(
    rows: NDArray[np.int64], settings: NetSettings, random: np.random.Generator
) -> Iterator[tuple[NDArray[np.int64], float]]:
    """Yield the rows of each step and the fraction done before it; epochs may be fractional."""
    total = math.ceil(settings.epochs * len(rows))
    done = 0
    while done < total:
        rows_left = total - done
        order = random.permutation(rows)
        order = order[:rows_left]
        for start in range(0, len(order), settings.batch_size):
            end = start + settings.batch_size
            fraction = (done + start) / total
            yield order[start:end], fraction
        done += len(order)


def _bins_loss(scores: Tensor, positions: Tensor, size: int) -> Tensor:
    """Return the cross entropy of positions that are shared by the two nearest bins."""
    # The last bin is never the lower one: a position at the far end is all in the upper.
    lower_bin = positions.floor().clamp(0, size - 2).long()
    upper_bin = lower_bin + 1
    bins = torch.stack([lower_bin, upper_bin], dim=1)  # [rows, 2]
    distance = positions - lower_bin
    upper_share = distance.clamp(0, 1).float()
    lower_share = 1 - upper_share

    log_probabilities = functional.log_softmax(scores, dim=1)
    lower, upper = log_probabilities.gather(1, bins).unbind(dim=1)
    shared = lower * lower_share + upper * upper_share
    return -shared.mean()
