"""Trains nets in torch and hands back plain arrays; imported by training code only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from common.nets.inputs import Inputs
from common.nets.net import Net
from common.nets.settings import LARGE_DATA_ROWS, NetSettings
from common.nets.targets import Target
from common.nets.training.module import NetModule

Report = Callable[[float], None]


def train_net(
    inputs: Inputs,
    targets: Sequence[Target],
    reads: Sequence[str],
    settings: NetSettings,
    report: Report = lambda fraction: None,
) -> Net:
    """Fit a net that reads ``text``, ``fields`` and vectors (any of them) to the targets."""
    count = 1 if settings.hidden_sizes or len(inputs) > LARGE_DATA_ROWS else settings.n_seeds
    nets = []
    with single_threaded():
        for number in range(count):

            def tell(fraction: float, number: int = number) -> None:
                report((number + fraction) / count)

            # Far apart, so that no two nets of a plan, whose seeds are added up, are the same.
            seeded = replace(settings, seed=settings.seed + 1009 * number)
            nets.append(_train(inputs, targets, reads, seeded, tell))
    return nets[0] if count == 1 else _side_by_side(nets)


def _side_by_side(nets: Sequence[Net]) -> Net:
    """One net without hidden layers whose scores are the mean of those of several."""
    arrays = {}
    for name in nets[0].arrays:
        parts = [net.arrays[name] for net in nets]
        if name.endswith(".weight"):
            arrays[name] = np.concatenate(parts) / np.float32(len(nets))
        elif name.endswith(".bias"):
            arrays[name] = np.mean(parts, axis=0, dtype=np.float32)
        else:
            arrays[name] = np.concatenate(parts, axis=-1)
    return Net(arrays, nets[0].outputs)


@contextmanager
def single_threaded() -> Iterator[None]:
    """Let torch use one thread meanwhile.

    Steps are small, so that a second thread waits more than it works, and sums come out the same
    every time.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _train(
    inputs: Inputs,
    targets: Sequence[Target],
    reads: Sequence[str],
    settings: NetSettings,
    report: Report,
) -> Net:
    rows = np.flatnonzero(np.any([~np.isnan(target.values) for target in targets], axis=0))
    settings = settings.scaled(len(rows))
    torch.manual_seed(settings.seed)
    random = np.random.default_rng(settings.seed)
    module = NetModule(inputs, targets, reads, settings)
    # The tables are dense because a batch touches most of them; fused, Adam is ten times faster.
    optimiser = torch.optim.Adam(module.parameters(), lr=settings.learning_rate, fused=True)
    for chosen, done in _batches(rows, settings, random):
        for group in optimiser.param_groups:
            group["lr"] = settings.learning_rate * (1 - done)
        scores = module(inputs, chosen, random)
        loss = sum(
            (
                target.weight * target_loss(scores[target.name], target, chosen)
                for target in targets
            ),
            start=torch.zeros(()),
        )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        report(done)
    report(1.0)
    return Net(module.export(), tuple(target.name for target in targets))


def _batches(
    rows: NDArray[np.int64], settings: NetSettings, random: np.random.Generator
) -> Iterator[tuple[NDArray[np.int64], float]]:
    """Rows to learn from next, and the share of all that came before; epochs may be broken."""
    total, done = math.ceil(settings.epochs * len(rows)), 0
    while done < total:
        order = random.permutation(rows)[: total - done]
        for start in range(0, len(order), settings.batch_size):
            yield order[start : start + settings.batch_size], (done + start) / total
        done += len(order)


def target_loss(scores: Tensor, target: Target, rows: NDArray[np.int64]) -> Tensor:
    """Return the loss of ``scores [rows, size]``; rows without the label count as zero."""
    values = target.values[rows]
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return scores.sum() * 0
    scores, wanted = scores[torch.from_numpy(known)], torch.from_numpy(values[known])
    share = len(known) / len(rows)
    if target.kind == "value":
        return share * functional.huber_loss(scores[:, 0], wanted.float())
    if target.kind == "classes":
        return share * functional.cross_entropy(scores, wanted.long())
    low = wanted.floor().clamp(0, target.size - 2).long()
    fraction = (wanted - low).clamp(0, 1).float()
    log = functional.log_softmax(scores, dim=1)
    near = log.gather(1, low[:, None])[:, 0] * (1 - fraction)
    return -share * (near + log.gather(1, low[:, None] + 1)[:, 0] * fraction).mean()
