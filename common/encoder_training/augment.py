"""What the front half of a photo model makes of training photos, each seen in several ways.

Imported by training code only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from common.arrays import Floats
from common.encoder_training.export_onnx import export
from common.encoder_training.finish import reservoir_sample
from common.encoder_training.photo_dataset import augment, scaled
from common.encoder_training.tasks import encoder_targets
from common.encoders.onnx_session import VECTORS, open_session
from common.errors import PhotoError
from common.listing import Listing, Photo
from common.nets.targets import Target
from common.photos.decoding import load_image
from common.photos.limits import LIMITS
from common.photos.preprocessing import Preprocessing, Size

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MAX_PHOTOS = 20_000
"""At most this many photos are looked at."""

VIEWS = 4
"""Ways in which a photo is seen: as in serving, mirrored, and twice cut and tinted at random."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Maps of training photos, ``[photos, VIEWS, channels, height, width]``, and their labels.

    ``usable`` are the places of photos that can be read and have a label.
    """

    maps: NDArray[np.float16]
    usable: NDArray[np.int64]
    tasks: Sequence[Target]


def encode_views(
    front: nn.Module,
    preprocessing: Preprocessing,
    snapshot: Snapshot,
    seed: int,
    folder: Path,
    report: Callable[[float], None],
) -> Seen:
    """Run the front half on every view of the training photos; maps lie in a file in ``folder``.

    It runs in onnxruntime, several times as fast as in torch.
    """
    chosen = reservoir_sample(_photos(snapshot), MAX_PHOTOS, seed)
    tasks = encoder_targets([row for row, _ in chosen])
    size = preprocessing.crop or preprocessing.exact
    assert size is not None  # read_preprocessing sees to it
    export(front, {"pixels": torch.zeros(2, 3, *size)}, ("rows",), folder)
    session = open_session(folder)
    shape = session.run([VECTORS], {"pixels": np.zeros((1, 3, *size), np.float32)})[0].shape[1:]
    maps = np.lib.format.open_memmap(
        folder / "maps.npy", mode="w+", dtype=np.float16, shape=(len(chosen), VIEWS, *shape)
    )
    usable = np.zeros(len(chosen), bool)
    for place, (_, photo) in enumerate(chosen):
        for view, pixels in enumerate(_views(photo, preprocessing, size)):
            maps[place, view] = session.run([VECTORS], {"pixels": pixels[None]})[0][0]
            usable[place] = True
        report((place + 1) / len(chosen))
    known = np.any([~np.isnan(task.values) for task in tasks], axis=0) if tasks else False
    return Seen(maps, np.flatnonzero(usable & known), tasks)


def _photos(snapshot: Snapshot) -> Iterator[tuple[Listing, Photo]]:
    for batch in snapshot.batches("train"):
        for row in batch:
            yield from ((row, photo) for photo in row.photos[: LIMITS.max_photos])


def _views(photo: Photo, preprocessing: Preprocessing, size: Size) -> Iterator[Floats]:
    """Yield what the model sees of a photo in ``VIEWS`` ways; nothing of one that is unusable."""
    try:
        image = load_image(photo)
    except PhotoError:
        return
    plain = preprocessing.apply(image)
    yield plain
    yield np.ascontiguousarray(plain[:, :, ::-1])
    side = max(size)
    whole = np.asarray(
        Preprocessing(exact=Size(side * 8 // 7, side * 8 // 7)).resize_and_crop(image)
    )
    others = augment(scaled(np.stack([whole] * (VIEWS - 2))), side, 1.0).clamp(-1, 1)
    levels = ((others + 1) * 127.5)[:, :, : size.height, : size.width].numpy()
    for each in levels:
        yield preprocessing.normalise(each)
