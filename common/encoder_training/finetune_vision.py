"""Tunes the last blocks of a pretrained photo model on the labels of a shop.

Imported by training code only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from common.encoder_training.augment import VIEWS, Seen, encode_views
from common.encoder_training.vision_models import SplitModel
from common.encoders.config import FinetuneConfig
from common.nets.training.net import single_threaded, target_loss
from common.photos.preprocessing import Preprocessing

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MIXED = 0.2
"""How much two photos are blended: both numbers of the Beta distribution (Zhang et al. 2018)."""

DROPOUT, DECAY, LONGEST = 0.2, 0.02, 5.0
"""Of the vectors, of the weights, and how long a step's slope may be."""

MEASURED = 512
"""Photos by which vectors are standardised while they are learned from."""

LEAST = 2
"""With fewer photos nothing is tuned."""

Report = Callable[[float], None]


def finetune(
    halves: SplitModel,
    preprocessing: Preprocessing,
    snapshot: Snapshot,
    tuning: FinetuneConfig,
    seed: int,
    report: Report,
) -> int:
    """Train the back half on all labels of the training rows, in place.

    Returns how many photos it learned from, 0 where there are too few with a label. The front half
    stays as it is, so each photo goes through it once. Runs on one thread, which gives the same
    sums every time.
    """
    with tempfile.TemporaryDirectory() as folder, single_threaded():
        torch.manual_seed(seed)

        def looked(done: float) -> None:
            report(done * 0.4)

        seen = encode_views(halves.front, preprocessing, snapshot, seed, Path(folder), looked)
        if len(seen.usable) < LEAST:
            return 0
        _train(halves.back, seen, tuning, seed, lambda done: report(0.4 + 0.6 * done))
        return len(seen.usable)


def _train(back: nn.Module, seen: Seen, tuning: FinetuneConfig, seed: int, report: Report) -> None:
    """Learn every task from views drawn anew each time, two rows blended in each of them.

    Norms keep the statistics they came with, since those of a small batch are worse.
    """
    random = np.random.default_rng(seed)
    back.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mean, scale = _standard(back, seen, random)
    heads = nn.ModuleList(_Silent(len(mean), task.size) for task in seen.tasks)
    learned = [*back.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(learned, tuning.learning_rate, weight_decay=DECAY, fused=True)
    batches = -(-len(seen.usable) // tuning.batch_size)
    steps = tuning.epochs * batches
    for step in range(steps):
        if step % batches == 0:
            parts = np.array_split(random.permutation(seen.usable), batches)
        for group in optimiser.param_groups:
            group["lr"] = tuning.learning_rate * min(step / steps / 0.1, 1 - step / steps)
        rows, (share, order) = parts[step % batches], _blend(len(parts[step % batches]), random)
        maps = _maps(seen, rows, random.integers(0, VIEWS, len(rows)))
        vectors = (back(share * maps + (1 - share) * maps[order]) - mean) / scale
        loss = share * _loss(heads, vectors, seen, rows)
        loss = loss + (1 - share) * _loss(heads, vectors, seen, rows[order])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(learned, LONGEST)
        optimiser.step()
        report((step + 1) / steps)
    back.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]


def _blend(rows: int, random: np.random.Generator) -> tuple[float, NDArray[np.int64]]:
    """Draw how much of each row is its own, and whose the rest is."""
    return float(random.beta(MIXED, MIXED)), random.permutation(rows)


def _loss(heads: nn.ModuleList, vectors: Tensor, seen: Seen, rows: NDArray[np.int64]) -> Tensor:
    """What the heads get wrong of the labels of ``rows``."""
    vectors = functional.dropout(vectors, DROPOUT)
    losses = [
        task.weight * target_loss(head(vectors), task, rows)
        for head, task in zip(heads, seen.tasks, strict=True)
    ]
    return torch.stack(losses).sum()


class _Silent(nn.Linear):
    """A layer that says nothing at first, so that nothing is moved before it has learned."""

    def reset_parameters(self) -> None:
        nn.init.zeros_(self.weight)
        nn.init.zeros_(self.bias)


def _standard(back: nn.Module, seen: Seen, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    some = random.permutation(seen.usable)[:MEASURED]
    with torch.no_grad():
        vectors = torch.cat(
            [back(_maps(seen, each, np.zeros(len(each), np.int64)))
             for each in np.array_split(some, -(-len(some) // 32))]
        )  # fmt: skip
    return vectors.mean(dim=0), vectors.std(dim=0) + 1e-2


def _maps(seen: Seen, rows: NDArray[np.int64], views: NDArray[np.int64]) -> Tensor:
    found = torch.from_numpy(seen.maps[rows, views].astype(np.float32))
    return found.contiguous(memory_format=torch.channels_last)
