"""Trains the ``convnet`` encoder: a small network, from scratch, on a shop's own photos."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from common.encoder_training.checkpoints import Place, TrainingState
from common.encoder_training.convnet_module import ConvNet, FlipAveraged
from common.encoder_training.export_onnx import copy_partial_export, export
from common.encoder_training.finish import standardise_and_quantise
from common.encoder_training.photo_dataset import augment, scaled, write_pixel_file
from common.encoder_training.sampling import reservoir_sample, training_photos
from common.encoder_training.tasks import encoder_targets, has_any_label
from common.encoders.config import ConvnetConfig
from common.encoders.onnx_session import split_batches
from common.encoders.photo import open_folder, save_settings
from common.errors import CannotTrain
from common.nets.targets import Target
from common.nets.training.net import single_threaded, target_loss
from common.photos.preprocessing import Preprocessing, Size
from common.progress import FractionDone, Progress, step_of
from common.store import artifacts

if TYPE_CHECKING:
    from common.snapshot import Snapshot

KIND = "convnet"

HALF = (0.5, 0.5, 0.5)
"""Mean and standard deviation that bring pixels to -1 to 1."""


@dataclass(frozen=True, slots=True)
class TrainingPhotos:
    """Training photos and the labels of their listings.

    Attributes:
        pixels: square photos, ``[photos, side, side, 3]``.
        tasks: the labels to learn.
        usable: indices of the photos that can be decoded and have a label.
    """

    pixels: NDArray[np.uint8]
    tasks: Sequence[Target]
    usable: NDArray[np.int64]


def modality(config: ConvnetConfig) -> str:
    """Return ``photo``."""
    return "photo"


def train(
    snapshot: Snapshot,
    out: Path,
    config: ConvnetConfig,
    progress: Progress,
    name: str = "",
    place: Place | None = None,
) -> Path:
    """Train on the photos of training rows only; return the artifact's folder in ``out``.

    ``place`` keeps the state after each epoch. One network is shared by a task per label, as for
    the ``ngram`` encoder.
    """
    with tempfile.TemporaryDirectory() as folder:
        photos = _read_photos(
            snapshot, config, Path(folder), step_of(progress, "reading", 0.0, 0.2)
        )
        report = step_of(progress, "training", 0.2, 0.9)
        network = fit(photos, config, report, place)

        progress("exporting", 0.9)
        draft = Path(folder) / "draft"
        draft.mkdir()
        _export(network, config.image_size, draft)
        summary = standardise_and_quantise(snapshot, draft, config, open_folder)
        return artifacts.write(
            out,
            role="encoder",
            name=name or "photo",
            kind=KIND,
            save=partial(copy_partial_export, draft),
            snapshot=snapshot.id,
            config=asdict(config),
            summary=summary | _summary(photos, config),
        )


def fit(
    photos: TrainingPhotos,
    config: ConvnetConfig,
    report: FractionDone,
    place: Place | None,
) -> ConvNet:
    """Fit a network to the tasks, on one thread so that sums come out the same every time."""
    with single_threaded():
        return _fit(photos, config, report, place)


def n_epochs(n_photos: int, config: ConvnetConfig) -> int:
    """Return the passes over the photos: few photos are seen more often than many."""
    epochs = config.images_seen // max(n_photos, 1)
    return min(max(epochs, config.min_epochs), config.max_epochs)


def _read_photos(
    snapshot: Snapshot, config: ConvnetConfig, folder: Path, report: FractionDone
) -> TrainingPhotos:
    sample = reservoir_sample(training_photos(snapshot), config.max_photos, config.seed)
    tasks = encoder_targets([listing for listing, _ in sample])
    if not tasks:
        raise CannotTrain("no row with a photo has any label to train an encoder on")

    # A quarter larger than the network's input, because random crops cut something off.
    side = config.image_size * 5 // 4
    photos = [photo for _, photo in sample]
    pixels, decodable = write_pixel_file(photos, side, folder / "pixels.npy", report)
    usable = np.flatnonzero(decodable & has_any_label(tasks))
    return TrainingPhotos(pixels, tasks, usable)


def _fit(
    photos: TrainingPhotos,
    config: ConvnetConfig,
    report: FractionDone,
    place: Place | None,
) -> ConvNet:
    random = np.random.default_rng(config.seed)
    network, classifiers = _make_modules(photos.tasks, config)
    module = nn.ModuleList([network, classifiers])

    batch_size = _batch_size(photos, config)
    epochs = n_epochs(len(photos.usable), config)
    n_batches = len(photos.usable) // batch_size
    n_steps = epochs * n_batches
    optimiser, schedule = _optimiser(module, config, n_steps)

    state = TrainingState(module, optimiser, random, schedule)
    for epoch in state.epochs(epochs, place):
        for number, rows in enumerate(_batches(photos, batch_size, random), 1):
            loss = _loss(network, classifiers, photos, rows, config)
            _take_step(loss, optimiser, schedule)
            report((epoch * n_batches + number) / n_steps)
    return network


def _make_modules(
    tasks: Sequence[Target], config: ConvnetConfig
) -> tuple[ConvNet, nn.ModuleList]:
    """Return the network and a linear layer per task, with random weights, ready for training."""
    torch.manual_seed(config.seed)
    network = ConvNet(config.widths)
    classifiers = nn.ModuleList(
        nn.Linear(network.dimensions, task.size) for task in tasks
    )

    module = nn.ModuleList([network, classifiers]).train()
    # On a CPU, convolutions are fastest with the channels last.
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network, classifiers


def _take_step(
    loss: torch.Tensor,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    # After the optimiser's step: torch otherwise leaves out the first rate of the schedule.
    schedule.step()


def _batch_size(photos: TrainingPhotos, config: ConvnetConfig) -> int:
    # Batch norms need two photos.
    n_photos = len(photos.usable)

    if min(config.batch_size, n_photos) < 2:
        raise CannotTrain(
            "the training rows have fewer than two usable photos with a label"
        )
    return min(config.batch_size, n_photos)


def _batches(
    photos: TrainingPhotos, size: int, random: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield the photos of every step of an epoch; the rest that fills no batch is left out."""
    n_batches = len(photos.usable) // size
    order = random.permutation(photos.usable)
    for batch in split_batches(order, size)[:n_batches]:
        # Sorted, because the pixels lie in a file.
        yield np.sort(batch)


def _loss(
    network: ConvNet,
    classifiers: nn.ModuleList,
    photos: TrainingPhotos,
    rows: NDArray[np.int64],
    config: ConvnetConfig,
) -> torch.Tensor:
    """Return the weighted sum of the tasks' losses on augmented photos."""
    pixels = scaled(photos.pixels[rows])
    augmented = augment(pixels, config.image_size, config.augmentation)
    vectors = functional.dropout(network(augmented), config.dropout)

    losses = []
    for classifier, task in zip(classifiers, photos.tasks, strict=True):
        losses.append(task.weight * target_loss(classifier(vectors), task, rows))
    return torch.stack(losses).sum()


def _optimiser(
    module: nn.Module, config: ConvnetConfig, n_steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """Return AdamW that decays no norm and no bias, and a one-cycle schedule (Smith 2018)."""
    parameters = list(module.parameters())
    groups = [
        {
            "params": [parameter for parameter in parameters if parameter.ndim > 1],
            "weight_decay": config.weight_decay,
        },
        {
            "params": [parameter for parameter in parameters if parameter.ndim <= 1],
            "weight_decay": 0.0,
        },
    ]

    optimiser = torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)
    # AdamW's momentum is its first beta, which stays as it is.
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, config.learning_rate, n_steps, pct_start=0.15, cycle_momentum=False
    )
    return optimiser, schedule


def _export(network: ConvNet, image_size: int, folder: Path) -> None:
    size = Size(image_size, image_size)
    example = torch.zeros(2, 3, *size)
    export(FlipAveraged(network), {"pixels": example}, ("rows",), folder)

    preprocessing = Preprocessing(
        shortest=image_size,
        crop=size,
        mean=HALF,
        std=HALF,
    )
    save_settings(folder, preprocessing)


def _summary(photos: TrainingPhotos, config: ConvnetConfig) -> dict[str, Any]:
    return {
        "photos": len(photos.usable),
        "epochs": n_epochs(len(photos.usable), config),
        "tasks": [task.name for task in photos.tasks],
    }
