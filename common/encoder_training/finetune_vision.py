"""Fine-tunes the last blocks of a pretrained photo model on the labels of a shop."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from common.encoder_training.checkpoints import Place, TrainingState
from common.encoder_training.optimisation import set_learning_rate, take_step
from common.encoder_training.photo_views import N_VIEWS, PhotoViews, encode_views
from common.encoder_training.vision_models import SplitModel
from common.encoders.config import FinetuneConfig
from common.nets.training.net import single_threaded, target_loss
from common.photos.preprocessing import Preprocessing
from common.progress import FractionDone

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MIXUP_ALPHA = 0.2
"""Both parameters of the Beta distribution of mixup (Zhang et al. 2018)."""

DROPOUT = 0.2
"""Share of a vector's elements that are dropped."""

WEIGHT_DECAY = 0.02
MAX_GRADIENT_NORM = 5.0
WARMUP = 0.1
"""Share of the steps in which the learning rate rises."""

MAX_STANDARDISING_PHOTOS = 512
"""Photos on which vectors are standardised for the classifiers of training."""

STANDARDISING_BATCH_SIZE = 32

MIN_PHOTOS = 2
"""With fewer photos nothing is fine-tuned."""

ENCODING_SHARE = 0.4
"""Share of the time that the frozen part takes, for reports of progress."""


class _Statistics(NamedTuple):
    """Mean and scale of vectors before fine-tuning, ``[dims]``."""

    mean: Tensor
    scale: Tensor


class _ZeroLinear(nn.Linear):
    """A linear layer that begins at zero: no gradient reaches the model before it learns."""

    def reset_parameters(self) -> None:
        """Set weights and bias to zero; ``nn.Linear`` calls it when it is made."""
        nn.init.zeros_(self.weight)
        nn.init.zeros_(self.bias)


def finetune(
    model: SplitModel,
    preprocessing: Preprocessing,
    snapshot: Snapshot,
    tuning: FinetuneConfig,
    seed: int,
    report: FractionDone,
    place: Place | None = None,
) -> int:
    """Train the tuned part of a model on all labels of the training rows, in place.

    The frozen part stays as it is, so a photo goes through it once per view. Runs on one thread,
    which gives the same sums every time. ``place`` keeps the state after each epoch.

    Returns the number of photos it learned from, 0 where too few have a label.
    """
    with tempfile.TemporaryDirectory() as folder, single_threaded():
        torch.manual_seed(seed)
        views = encode_views(
            model.frozen,
            preprocessing,
            snapshot,
            seed,
            Path(folder),
            lambda done: report(ENCODING_SHARE * done),
        )
        if len(views.usable) < MIN_PHOTOS:
            return 0
        _train(
            model.tuned,
            views,
            tuning,
            seed,
            lambda done: report(ENCODING_SHARE + (1 - ENCODING_SHARE) * done),
            place,
        )
        return len(views.usable)


def _train(
    tuned: nn.Module,
    views: PhotoViews,
    tuning: FinetuneConfig,
    seed: int,
    report: FractionDone,
    place: Place | None,
) -> None:
    """Learn every task from random views of the photos, with mixup."""
    random = np.random.default_rng(seed)
    _prepare(tuned)
    statistics = _measure_vectors(tuned, views, random)
    classifiers = _make_classifiers(len(statistics.mean), views)
    parameters = [*tuned.parameters(), *classifiers.parameters()]
    optimiser = _make_optimiser(parameters, tuning.learning_rate)

    n_batches = _n_batches(len(views.usable), tuning.batch_size)
    n_steps = tuning.epochs * n_batches
    state = TrainingState(nn.ModuleList([tuned, classifiers]), optimiser, random)

    for epoch in state.epochs(tuning.epochs, place):
        order = random.permutation(views.usable)
        batches = np.array_split(order, n_batches)
        for step, rows in enumerate(batches, epoch * n_batches):
            rate = tuning.learning_rate * _schedule(step / n_steps)
            set_learning_rate(optimiser, rate)
            loss = _mixup_loss(tuned, classifiers, views, rows, statistics, random)
            take_step(optimiser, loss, parameters, MAX_GRADIENT_NORM)
            report((step + 1) / n_steps)

    # The layout is undone, since the caller exports the model.
    tuned.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]


def _prepare(tuned: nn.Module) -> None:
    # In evaluation mode batch norms keep the statistics they came with; those of a small batch are
    # worse.
    tuned.eval()
    # On a CPU, convolutions are fastest with the channels last.
    tuned.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def _make_optimiser(
    parameters: Sequence[nn.Parameter], learning_rate: float
) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        parameters, learning_rate, weight_decay=WEIGHT_DECAY, fused=True
    )


def _make_classifiers(dimensions: int, views: PhotoViews) -> nn.ModuleList:
    """Return a linear layer per task."""
    layers = [_ZeroLinear(dimensions, task.size) for task in views.tasks]
    return nn.ModuleList(layers)


def _n_batches(n_photos: int, batch_size: int) -> int:
    return -(-n_photos // batch_size)


def _schedule(done: float) -> float:
    """Return the share of the full learning rate: it rises while warming up, then falls to 0."""
    return min(done / WARMUP, 1 - done)


def _mixup_loss(
    tuned: nn.Module,
    classifiers: nn.ModuleList,
    views: PhotoViews,
    rows: NDArray[np.int64],
    statistics: _Statistics,
    random: np.random.Generator,
) -> Tensor:
    """Return the loss of a batch in which every photo is blended with another (mixup)."""
    share = float(random.beta(MIXUP_ALPHA, MIXUP_ALPHA))
    order = random.permutation(len(rows))
    view = random.integers(0, N_VIEWS, len(rows))
    maps = _load_maps(views, rows, view)
    mixed = _blend(maps, maps[order], share)

    vectors = tuned(mixed)
    standardised = (vectors - statistics.mean) / statistics.scale
    own_loss = _loss(classifiers, standardised, views, rows)
    other_loss = _loss(classifiers, standardised, views, rows[order])
    return _blend(own_loss, other_loss, share)


def _blend(own: Tensor, other: Tensor, share: float) -> Tensor:
    return share * own + (1 - share) * other


def _loss(
    classifiers: nn.ModuleList,
    vectors: Tensor,
    views: PhotoViews,
    rows: NDArray[np.int64],
) -> Tensor:
    """Return the weighted sum of the tasks' losses on the labels of ``rows``."""
    vectors = functional.dropout(vectors, DROPOUT)

    losses = []
    for classifier, task in zip(classifiers, views.tasks, strict=True):
        losses.append(task.weight * target_loss(classifier(vectors), task, rows))
    return torch.stack(losses).sum()


def _measure_vectors(
    tuned: nn.Module, views: PhotoViews, random: np.random.Generator
) -> _Statistics:
    sample = random.permutation(views.usable)[:MAX_STANDARDISING_PHOTOS]
    n_batches = _n_batches(len(sample), STANDARDISING_BATCH_SIZE)

    batches = []
    with torch.no_grad():
        for rows in np.array_split(sample, n_batches):
            maps = _load_maps(views, rows, 0)
            batches.append(tuned(maps))

    vectors = torch.cat(batches)
    # The offset keeps a constant dimension from being divided by zero.
    return _Statistics(
        mean=vectors.mean(dim=0),
        scale=vectors.std(dim=0) + 1e-2,
    )


def _load_maps(
    views: PhotoViews, rows: NDArray[np.int64], view: NDArray[np.int64] | int
) -> Tensor:
    maps = torch.from_numpy(views.maps[rows, view].astype(np.float32))
    return maps.contiguous(memory_format=torch.channels_last)
