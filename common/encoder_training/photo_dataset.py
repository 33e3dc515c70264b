"""Training photos as one array on disk, and their augmentation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from common.arrays import Bools
from common.encoders.onnx_session import in_parallel, split_batches
from common.errors import PhotoError
from common.listing import Photo
from common.photos.decoding import load_image
from common.photos.preprocessing import Preprocessing, Size
from common.progress import FractionDone

PHOTOS_PER_REPORT = 512

MAX_DEGREES = 10
MAX_CROP = 0.25
MAX_STRETCH = 0.1
MAX_SHIFT = 0.05
MAX_BRIGHTNESS = 0.2
MAX_CONTRAST = 0.2
MAX_TINT = 0.1
"""Bounds of augmentation at a strength of 1."""


def write_pixel_file(
    photos: Sequence[Photo], side: int, path: Path, report: FractionDone
) -> tuple[NDArray[np.uint8], Bools]:
    """Write the middle square of every photo into a file.

    Returns the file as a memory map, ``[photos, side, side, 3]``, and which photos could be
    decoded, ``[photos]``.
    """
    pixels = _create_file(path, len(photos), side)
    decodable = np.zeros(len(photos), bool)
    square = Preprocessing(shortest=side, crop=Size(side, side))

    def _write(index: int) -> None:
        try:
            image = load_image(photos[index])
        except PhotoError:
            return
        # Threads write to different rows, so they need no lock.
        pixels[index] = np.asarray(square.resize_and_crop(image))
        decodable[index] = True

    for batch in split_batches(range(len(photos)), PHOTOS_PER_REPORT):
        in_parallel(_write, batch)
        report(batch.stop / len(photos))
    return pixels, decodable


def _create_file(
    path: Path, n_photos: int, side: int
) -> np.memmap[Any, np.dtype[np.uint8]]:
    shape = (n_photos, side, side, 3)
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)


def scaled(pixels: NDArray[np.uint8]) -> Tensor:
    """Return photos ``[n, side, side, 3]`` as ``[n, 3, side, side]`` from -1 to 1."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


class _Moves(NamedTuple):
    """Random changes of position and shape, ``[n_photos]`` each.

    Attributes:
        scale: side of the crop as a share of the photo's.
        stretch: factor of the width; the height is divided by it.
        angle: rotation in radians.
        mirror: -1 for a mirrored photo, else 1.
        x_shift: distance of the crop's middle from the photo's, in half widths.
        y_shift: the same in half heights.
    """

    scale: Tensor
    stretch: Tensor
    angle: Tensor
    mirror: Tensor
    x_shift: Tensor
    y_shift: Tensor


def augment(photos: Tensor, size: int, strength: float) -> Tensor:
    """Return photos as ``[n, 3, size, size]``, every one changed at random.

    At a strength of 1 a photo loses up to a quarter of its side to the crop, is rotated by up to 10
    degrees, mirrored half of the time, and changed by up to a fifth in brightness and contrast and
    a tenth in tint.
    """
    n_photos = len(photos)
    maps = _affine_maps(n_photos, strength)
    grid = functional.affine_grid(maps, [n_photos, 3, size, size], align_corners=False)
    moved = functional.grid_sample(
        photos, grid, padding_mode="reflection", align_corners=False
    )

    return _tint(moved, strength)


def _tint(photos: Tensor, strength: float) -> Tensor:
    """Change brightness, contrast and tint at random."""
    n_photos = len(photos)
    brightness = _uniform_colours(n_photos, 1, MAX_BRIGHTNESS * strength)
    contrast = 1 + _uniform_colours(n_photos, 1, MAX_CONTRAST * strength)
    tint = 1 + _uniform_colours(n_photos, 3, MAX_TINT * strength)

    tinted = (photos + brightness) * contrast * tint
    return tinted.contiguous(memory_format=torch.channels_last)


def _affine_maps(n_photos: int, strength: float) -> Tensor:
    """Return random affine maps from the result to the photo, ``[n_photos, 2, 3]``."""
    scale, stretch, angle, mirror, x_shift, y_shift = _draw_moves(n_photos, strength)
    cosine = angle.cos()
    sine = angle.sin()

    x_row = (scale * stretch * cosine * mirror, -scale * sine, x_shift)
    y_row = (scale * sine * mirror, scale / stretch * cosine, y_shift)
    rows = [torch.stack(x_row, dim=1), torch.stack(y_row, dim=1)]
    return torch.stack(rows, dim=1)


def _draw_moves(n_photos: int, strength: float) -> _Moves:
    # The order of the draws is part of the artifact: another order gives other weights.
    scale = 1 - MAX_CROP * strength * torch.rand(n_photos)
    stretch = torch.exp(MAX_STRETCH * strength * _uniform(n_photos))
    angle = MAX_DEGREES * strength * math.pi / 180 * _uniform(n_photos)
    mirror = torch.where(torch.rand(n_photos) < 0.5, -1.0, 1.0)

    # A smaller crop can lie further from the middle.
    max_shift = 1 - scale + MAX_SHIFT * strength
    x_shift = max_shift * _uniform(n_photos)
    y_shift = max_shift * _uniform(n_photos)
    return _Moves(scale, stretch, angle, mirror, x_shift, y_shift)


def _uniform(n_photos: int) -> Tensor:
    """Draw numbers from -1 to 1, ``[n_photos]``."""
    return 2 * torch.rand(n_photos) - 1


def _uniform_colours(n_photos: int, channels: int, maximum: float) -> Tensor:
    """Draw numbers from ``-maximum`` to ``maximum``, ``[n_photos, channels, 1, 1]``."""
    return (2 * torch.rand(n_photos, channels, 1, 1) - 1) * maximum
