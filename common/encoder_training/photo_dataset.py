"""Training photos as one array on disk, and the small changes that keep a network from knowing
each by heart. Imported by training code only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from common.arrays import Bools
from common.encoders.onnx_session import in_parallel
from common.errors import PhotoError
from common.listing import Photo
from common.photos.decoding import load_image
from common.photos.preprocessing import Preprocessing, Size

PIECE = 64


def write_pixel_file(
    photos: Sequence[Photo], side: int, path: Path, report: Callable[[float], None]
) -> tuple[NDArray[np.uint8], Bools]:
    """Write photos as squares into a file and return it mapped, ``[photos, side, side, 3]``.

    The second array says which of them could be used. A square is the middle of a photo.
    """
    pixels = np.lib.format.open_memmap(
        path, mode="w+", dtype=np.uint8, shape=(len(photos), side, side, 3)
    )
    usable = np.zeros(len(photos), bool)
    square = Preprocessing(shortest=side, crop=Size(side, side))

    def fill(start: int) -> None:
        for place, photo in enumerate(photos[start : start + PIECE], start):
            try:
                pixels[place] = np.asarray(square.resize_and_crop(load_image(photo)))
            except PhotoError:
                continue
            usable[place] = True

    starts = range(0, len(photos), 8 * PIECE)
    for start in starts:
        in_parallel(fill, range(start, min(start + 8 * PIECE, len(photos)), PIECE))
        report(min(start + 8 * PIECE, len(photos)) / len(photos))
    return pixels, usable


def scaled(pixels: NDArray[np.uint8]) -> Tensor:
    """Return photos ``[n, side, side, 3]`` as ``[n, 3, side, side]`` from -1 to 1."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def augment(photos: Tensor, size: int, strength: float) -> Tensor:
    """Return photos as ``[n, 3, size, size]``, each moved, turned, mirrored and tinted at random.

    Up to a quarter is cut off, by 10 degrees turned and by a fifth lighter, darker, or of another
    tone, at a ``strength`` of 1.
    """
    count = len(photos)
    grid = functional.affine_grid(
        _moves(count, strength), [count, 3, size, size], align_corners=False
    )
    moved = functional.grid_sample(photos, grid, padding_mode="reflection", align_corners=False)
    light = _around(count, 1, 0.2 * strength)
    contrast = 1 + _around(count, 1, 0.2 * strength)
    tone = 1 + _around(count, 3, 0.1 * strength)
    return ((moved + light) * contrast * tone).contiguous(memory_format=torch.channels_last)


def _moves(count: int, strength: float) -> Tensor:
    """Affine maps from the result to the photo, ``[count, 2, 3]``."""
    scale = 1 - 0.25 * strength * torch.rand(count)
    stretch = torch.exp(0.1 * strength * (2 * torch.rand(count) - 1))
    angle = 10 * strength * math.pi / 180 * (2 * torch.rand(count) - 1)
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    room = 1 - scale + 0.05 * strength
    rows = (
        (scale * stretch * angle.cos() * mirror, -scale * angle.sin(), room * _even(count)),
        (scale * angle.sin() * mirror, scale / stretch * angle.cos(), room * _even(count)),
    )
    return torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)


def _even(count: int) -> Tensor:
    return 2 * torch.rand(count) - 1


def _around(count: int, channels: int, most: float) -> Tensor:
    return (2 * torch.rand(count, channels, 1, 1) - 1) * most
