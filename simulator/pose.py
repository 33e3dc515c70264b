"""The pose of an article in a rendered photo: turned, sized, sheared and moved a little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.arrays import Array
from simulator.jpeg import SIDE

ODD_ANGLE_SHARE = 0.1
"""Share of photos that are taken from any side."""


@dataclass(frozen=True, slots=True)
class Pose:
    """The pose of an article in a photo.

    Attributes:
        matrix: turns, sizes and shears points; ``[2, 2]``.
        middle: middle of the article in pixels; ``[2]``.
    """

    matrix: Array
    middle: Array

    def apply(self, points: Array) -> list[float]:
        """Coordinates of ``points [n, 2]`` in pixels: x and y in turn, as Pillow reads them."""
        corners = points @ self.matrix + self.middle
        coordinates: list[float] = corners.ravel().tolist()
        return coordinates


def draw_pose(draws: Sequence[float], n_pieces: int) -> Pose:
    """The pose of an article or a bundle, decided by six random numbers in [0, 1)."""
    angle_draw, side_draw, size_draw, shear_draw, *middle_draws = draws

    is_odd_angle = side_draw >= 1 - ODD_ANGLE_SHARE
    max_angle = 3.0 if is_odd_angle else 0.5
    angle = (angle_draw - 0.5) * max_angle

    size = _size(size_draw, n_pieces)
    shear = _shear(shear_draw)
    rotation = _rotation(angle)
    matrix = size * shear @ rotation

    offset = np.array(middle_draws) - 0.5
    max_offset = SIDE * 0.16
    middle = SIDE / 2 + max_offset * offset
    return Pose(matrix, middle)


def _size(draw: float, n_pieces: int) -> float:
    """Pixels of the article's unit square; pieces of a bundle are photographed from further off."""
    bundle_factor = 0.8 if n_pieces > 1 else 1.0
    share_of_photo = 0.62 + 0.36 * draw
    return SIDE * share_of_photo * bundle_factor


def _shear(draw: float) -> Array:
    lean = (draw - 0.5) * 0.3
    return np.array(
        (
            (1.0, 0.0),
            (lean, 1.0),
        )
    )


def _rotation(angle: float) -> Array:
    cos = np.cos(angle)
    sin = np.sin(angle)
    return np.array(
        (
            (cos, sin),
            (-sin, cos),
        )
    )
