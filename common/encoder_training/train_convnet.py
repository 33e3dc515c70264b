"""Trains the ``convnet`` encoder: a small network, from nothing, on a shop's own photos."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from common.encoder_training.convnet_module import ConvNet, FlipAveraged
from common.encoder_training.export_onnx import copy_partial_export, export
from common.encoder_training.finish import reservoir_sample, standardise_and_quantise
from common.encoder_training.photo_dataset import augment, scaled, write_pixel_file
from common.encoder_training.tasks import encoder_targets
from common.encoders.config import ConvnetConfig
from common.encoders.photo import open_folder, save_settings
from common.errors import InputError
from common.nets.targets import Target
from common.nets.training.net import single_threaded, target_loss
from common.photos.limits import LIMITS
from common.photos.preprocessing import Preprocessing, Size
from common.store import artifacts

if TYPE_CHECKING:
    from common.snapshot import Snapshot

KIND = "convnet"

HALF = (0.5, 0.5, 0.5)

Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Photos:
    """Training photos ``pixels [photos, side, side, 3]`` and what is known of their listings."""

    pixels: NDArray[np.uint8]
    tasks: Sequence[Target]
    usable: NDArray[np.int64]


def modality(config: ConvnetConfig) -> str:
    """Photos alone."""
    return "photo"


def train(
    snapshot: Snapshot,
    out: Path,
    config: ConvnetConfig,
    progress: Callable[[str, float], None],
    name: str = "",
) -> Path:
    """Train on the photos of training rows only; return the artifact's folder in ``out``.

    One network is shared by a task a label, as for the ``ngram`` encoder.
    """
    with tempfile.TemporaryDirectory() as place:
        draft = Path(place) / "draft"
        draft.mkdir()
        photos = _read(snapshot, config, Path(place), lambda done: progress("reading", 0.2 * done))
        network = fit(photos, config, lambda done: progress("training", 0.2 + 0.7 * done))
        progress("exporting", 0.9)
        size = Size(config.image_size, config.image_size)
        export(FlipAveraged(network), {"pixels": torch.zeros(2, 3, *size)}, ("rows",), draft)
        save_settings(
            draft, Preprocessing(shortest=config.image_size, crop=size, mean=HALF, std=HALF)
        )
        summary = standardise_and_quantise(snapshot, draft, config, open_folder)
        return artifacts.write(
            out,
            role="encoder",
            name=name or "photo",
            kind=KIND,
            save=partial(copy_partial_export, draft),
            snapshot=snapshot.id,
            config=asdict(config),
            summary=summary
            | {
                "photos": len(photos.usable),
                "epochs": epochs(len(photos.usable), config),
                "tasks": [task.name for task in photos.tasks],
            },
        )


def fit(photos: Photos, config: ConvnetConfig, report: Report) -> ConvNet:
    """Fit a network to the tasks, on one thread so that sums come out the same every time."""
    with single_threaded():
        return _fit(photos, config, report)


def epochs(photos: int, config: ConvnetConfig) -> int:
    """How often the network sees each photo: a few are shown more often than many."""
    return min(max(config.images_seen // max(photos, 1), config.min_epochs), config.max_epochs)


def _read(snapshot: Snapshot, config: ConvnetConfig, place: Path, report: Report) -> Photos:
    rows = (row for batch in snapshot.batches("train") for row in batch)
    every = ((row, photo) for row in rows for photo in row.photos[: LIMITS.max_photos])
    chosen = reservoir_sample(every, config.max_photos, config.seed)
    tasks = encoder_targets([row for row, _ in chosen])
    if not tasks:
        raise InputError("no row with a photo has any label to train an encoder on")
    side = config.image_size * 5 // 4
    pixels, usable = write_pixel_file(
        [photo for _, photo in chosen], side, place / "pixels.npy", report
    )
    known = np.any([~np.isnan(task.values) for task in tasks], axis=0)
    return Photos(pixels, tasks, np.flatnonzero(usable & known))


def _fit(photos: Photos, config: ConvnetConfig, report: Report) -> ConvNet:
    torch.manual_seed(config.seed)
    random = np.random.default_rng(config.seed)
    network = ConvNet(config.widths)
    heads = nn.ModuleList(nn.Linear(network.dimensions, task.size) for task in photos.tasks)
    everything = nn.ModuleList([network, heads]).train()
    everything.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    batch = min(config.batch_size, len(photos.usable))
    if batch < 2:
        raise InputError("the training rows have fewer than two usable photos with a label")
    each = len(photos.usable) // batch
    steps = epochs(len(photos.usable), config) * each
    optimiser, schedule = _optimiser(everything, config, steps)
    for step in range(steps):
        if step % each == 0:
            order = random.permutation(photos.usable)
        chosen = np.sort(order[step % each * batch :][:batch])
        seen = augment(scaled(photos.pixels[chosen]), config.image_size, config.augmentation)
        vectors = functional.dropout(network(seen), config.dropout)
        losses = [
            task.weight * target_loss(head(vectors), task, chosen)
            for head, task in zip(heads, photos.tasks, strict=True)
        ]
        optimiser.zero_grad(set_to_none=True)
        torch.stack(losses).sum().backward()
        optimiser.step()
        schedule.step()
        report((step + 1) / steps)
    return network


def _optimiser(
    module: nn.Module, config: ConvnetConfig, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW that decays no norm and no bias, and a rate that rises once and falls (Smith 2018)."""
    weights = [each for each in module.parameters() if each.ndim > 1]
    others = [each for each in module.parameters() if each.ndim <= 1]
    groups = [
        {"params": weights, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, config.learning_rate, steps, pct_start=0.15, cycle_momentum=False
    )
    return optimiser, schedule
