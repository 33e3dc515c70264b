"""Feature maps of training photos, every one in several augmented views.

Fine-tuning changes only the last blocks of a photo model. The frozen blocks before them therefore
run once per view, and training starts from their feature maps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from common.arrays import Bools, Floats
from common.encoder_training.export_onnx import export
from common.encoder_training.photo_dataset import augment, scaled
from common.encoder_training.sampling import reservoir_sample, training_photos
from common.encoder_training.tasks import encoder_targets, has_any_label
from common.encoders.onnx_session import VECTORS, open_session
from common.errors import PhotoError
from common.listing import Photo
from common.nets.targets import Target
from common.photos.decoding import load_image
from common.photos.preprocessing import Preprocessing, Size
from common.progress import FractionDone

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MAX_PHOTOS = 20_000
"""Training photos; of more than these a random sample is drawn."""

N_VIEWS = 4
"""Views of a photo: as in serving, mirrored, and two that are cropped and tinted at random."""


@dataclass(frozen=True, slots=True)
class PhotoViews:
    """Feature maps of training photos, and the labels of their listings.

    Attributes:
        maps: feature maps, ``[photos, N_VIEWS, channels, height, width]``.
        usable: indices of the photos that can be decoded and have a label.
        tasks: the labels to learn.
    """

    maps: NDArray[np.float16]
    usable: NDArray[np.int64]
    tasks: Sequence[Target]


def encode_views(
    frozen: nn.Module,
    preprocessing: Preprocessing,
    snapshot: Snapshot,
    seed: int,
    folder: Path,
    report: FractionDone,
) -> PhotoViews:
    """Run the frozen part of a model on every view of the training photos.

    The maps lie in a file in ``folder``. The part runs in onnxruntime, several times as fast as in
    torch.
    """
    sample = reservoir_sample(training_photos(snapshot), MAX_PHOTOS, seed)
    tasks = encoder_targets([listing for listing, _ in sample])
    size = _input_size(preprocessing)

    session = _open_frozen(frozen, size, folder)
    maps = _create_file(folder / "maps.npy", len(sample), session, size)

    photos = [photo for _, photo in sample]
    decodable = _encode_photos(session, photos, preprocessing, maps, report)
    usable = np.flatnonzero(decodable & has_any_label(tasks))
    return PhotoViews(maps, usable, tasks)


def _input_size(preprocessing: Preprocessing) -> Size:
    size = preprocessing.size
    assert size is not None  # read_preprocessing sees to it
    return size


def _open_frozen(frozen: nn.Module, size: Size, folder: Path) -> Any:
    """Export the frozen part into a folder, and return onnxruntime's session of it."""
    example = torch.zeros(2, 3, *size)
    export(frozen, {"pixels": example}, ("rows",), folder)
    return open_session(folder)


def _encode_photos(
    session: Any,
    photos: Sequence[Photo],
    preprocessing: Preprocessing,
    maps: NDArray[np.float16],
    report: FractionDone,
) -> Bools:
    """Fill the maps of all photos; return which could be decoded, ``[photos]``."""
    decodable = np.zeros(len(photos), bool)
    for index, photo in enumerate(photos):
        decodable[index] = _write_maps(maps[index], session, photo, preprocessing)
        report((index + 1) / len(photos))
    return decodable


def _write_maps(
    maps: NDArray[np.float16], session: Any, photo: Photo, preprocessing: Preprocessing
) -> bool:
    """Write the feature maps of a photo's views; return whether it could be decoded."""
    views = list(_views(photo, preprocessing))
    if not views:
        return False
    maps[:] = [_run(session, pixels) for pixels in views]
    return True


def _create_file(
    path: Path, n_photos: int, session: Any, size: Size
) -> np.memmap[Any, np.dtype[np.float16]]:
    """Create a memory-mapped array for the feature maps of all views."""
    example = np.zeros((3, *size), np.float32)
    map_shape = _run(session, example).shape
    return np.lib.format.open_memmap(
        path,
        mode="w+",
        dtype=np.float16,
        shape=(n_photos, N_VIEWS, *map_shape),
    )


def _run(session: Any, pixels: Floats) -> Floats:
    """Return the feature map ``[channels, height, width]`` of a photo."""
    (maps,) = session.run([VECTORS], {"pixels": pixels[None]})
    feature_map: Floats = maps[0]
    return feature_map


def _views(photo: Photo, preprocessing: Preprocessing) -> Iterator[Floats]:
    """Yield the ``N_VIEWS`` views of a photo; none of a photo that cannot be decoded."""
    try:
        image = load_image(photo)
    except PhotoError:
        return

    as_served = preprocessing.apply(image)
    yield as_served
    yield np.ascontiguousarray(as_served[:, :, ::-1])

    for levels in _augmented_views(image, _input_size(preprocessing)):
        yield preprocessing.normalise(levels)


def _augmented_views(image: Image.Image, size: Size) -> Floats:
    """Return augmented copies of an image as levels, ``[N_VIEWS - 2, 3, height, width]``."""
    # A little larger than the input, because random crops cut something off.
    side = max(size)
    larger = Size(side * 8 // 7, side * 8 // 7)
    square = Preprocessing(exact=larger).resize_and_crop(image)
    copies = np.stack([np.asarray(square)] * (N_VIEWS - 2))

    augmented = augment(scaled(copies), side, 1.0)
    levels = (augmented.clamp(-1, 1) + 1) * 127.5
    cropped: Floats = levels[:, :, : size.height, : size.width].numpy()
    return cropped
