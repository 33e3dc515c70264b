"""Grey textures for rendered photos: materials, patterns on them, and the noise of a camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]

MATERIALS = (
    "cloth", "knit", "denim", "leather", "metal", "glass", "wood", "plastic", "ceramic", "paper",
)  # fmt: skip
PATTERNS = 12
"""Plain, stripes, checks, dots and their widths: how leaves of one silhouette are told apart."""

SPAN = 192
"""Pixels a side of a texture; photos see a part of it."""


@dataclass(frozen=True, slots=True)
class Textures:
    """Fields ``[k, SPAN, SPAN]`` of what is added to a pixel's brightness."""

    materials: Field
    patterns: Field
    noise: Field


def draw_textures() -> Textures:
    """Draw all textures, the same at any time."""
    rng = np.random.default_rng(2027)
    down, across = np.mgrid[:SPAN, :SPAN].astype(np.float32)
    coarse = np.stack([_blotches(rng, size) for size in (3, 6, 12, 24)])
    fine = rng.standard_normal((SPAN, SPAN)).astype(np.float32)
    materials = (
        4 * np.sign(np.sin(across * 1.6) * np.sin(down * 1.6)) + 3 * fine,
        14 * np.abs(np.sin(down * 0.5 + np.abs(np.sin(across * 0.4)))) - 7,
        9 * np.sign(np.sin((across + down) * 1.1)) + 5 * fine,
        14 * coarse[1] + 4 * coarse[0],
        26 * np.sin(across * 0.05 + down * 0.03) + 2 * fine,
        34 * np.exp(-((((across - down) % 64) / 10) ** 2)),
        13 * np.sin(across * 0.35 + 3 * coarse[3]) + 5 * coarse[0],
        8 * np.sin(across * 0.04),
        5 * coarse[3] - 16 * (coarse[0] > 1.9),
        3 * fine - 14 * (np.sin(down * 0.9) > 0.93),
    )
    noise = rng.standard_normal((4, SPAN, SPAN))
    return Textures(
        np.stack([each.astype(np.float32) for each in materials]),
        np.stack([_pattern(number, across, down) for number in range(PATTERNS)]),
        noise.astype(np.float32),
    )


def _pattern(number: int, across: Field, down: Field) -> Field:
    """One of four kinds of pattern in one of three widths."""
    kind, width = number % 4, (0.3, 0.5, 0.85)[number // 4]
    stripes = np.sin(down * width) > 0.2
    bars = np.sin(across * width) > 0.2
    dots = np.sin(down * width) * np.sin(across * width) > 0.45
    drawn = (bars & ~bars, stripes, bars, dots)[kind]
    if not drawn.any():
        return np.zeros_like(across)
    shade: Field = np.where(drawn, np.float32(-26), np.float32(6))
    return shade


def _blotches(rng: np.random.Generator, size: int) -> Field:
    """Smooth random blotches about ``size`` pixels wide, of mean 0 and spread 1."""
    points = rng.standard_normal((SPAN // size + 2, SPAN // size + 2))
    wide = np.kron(points, np.ones((size, size)))[:SPAN, :SPAN]
    kernel = np.ones(size) / size
    for axis in (0, 1):
        wide = np.apply_along_axis(lambda line: np.convolve(line, kernel, "same"), axis, wide)
    return np.asarray((wide - wide.mean()) / wide.std(), dtype=np.float32)
