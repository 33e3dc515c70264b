"""Grey textures for rendered photos: materials, patterns on them, and the noise of a camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]

MATERIALS = (
    "cloth", "knit", "denim", "leather", "metal", "glass", "wood", "plastic", "ceramic", "paper",
)  # fmt: skip
"""Names of the materials, in the order of ``Textures.materials``."""

N_PATTERN_KINDS = 4
"""Plain, horizontal stripes, vertical stripes and dots."""

PATTERN_FREQUENCIES = (0.3, 0.5, 0.85)
"""Radians a pixel of the patterns, from wide to narrow."""

N_PATTERNS = N_PATTERN_KINDS * len(PATTERN_FREQUENCIES)

N_NOISE_FIELDS = 4

BLOTCH_SIZES = (3, 6, 12, 24)
"""Widths in pixels of the random blotches of which leather, wood and ceramic are made."""

SPAN = 192
"""Pixels a side of a texture. Photos show a part of it."""

SEED = 2027


@dataclass(frozen=True, slots=True)
class Textures:
    """Textures as additions to the brightness of a pixel.

    Attributes:
        materials: fields ``[10, SPAN, SPAN]``, in the order of ``MATERIALS``.
        patterns: fields ``[N_PATTERNS, SPAN, SPAN]``.
        noise: fields ``[N_NOISE_FIELDS, SPAN, SPAN]`` of mean 0 and standard deviation 1.
    """

    materials: Field
    patterns: Field
    noise: Field


def draw_textures() -> Textures:
    """Draw all textures, the same ones at every call."""
    rng = np.random.default_rng(SEED)
    y, x = np.mgrid[:SPAN, :SPAN].astype(np.float32)

    # The order of the draws is part of the textures.
    blotches = [_draw_blotches(rng, size) for size in BLOTCH_SIZES]
    grain = _draw_noise(rng)
    noise = _draw_noise(rng, N_NOISE_FIELDS)

    patterns = [_pattern(number, x, y) for number in range(N_PATTERNS)]

    return Textures(
        materials=_materials(x, y, blotches, grain),
        patterns=np.stack(patterns),
        noise=noise,
    )


def _materials(x: Field, y: Field, blotches: list[Field], grain: Field) -> Field:
    """All materials, in the order of ``MATERIALS``."""
    fields = [
        *_soft_materials(x, y, blotches, grain),
        *_hard_materials(x, y, blotches, grain),
        *_ceramic_and_paper(y, blotches, grain),
    ]
    return np.stack(fields).astype(np.float32)


def _soft_materials(
    x: Field, y: Field, blotches: list[Field], grain: Field
) -> list[Field]:
    """Cloth, knit, denim and leather; ``blotches`` go from small to large."""
    small, medium, *_ = blotches
    weave = _weave(x, y)
    stitches = _stitches(x, y)
    diagonals = np.sin((x + y) * 1.1)
    twill = np.sign(diagonals)

    return [
        4 * weave + 3 * grain,
        14 * stitches - 7,
        9 * twill + 5 * grain,
        14 * medium + 4 * small,
    ]


def _weave(x: Field, y: Field) -> Field:
    """Small squares of -1 and 1 in turn."""
    warp = np.sin(x * 1.6)
    weft = np.sin(y * 1.6)
    weave: Field = np.sign(warp * weft)
    return weave


def _stitches(x: Field, y: Field) -> Field:
    """Rows of stitches, 0 to 1, each shifted against its neighbours."""
    columns = np.sin(x * 0.4)
    shift = np.abs(columns)
    rows = np.sin(y * 0.5 + shift)
    stitches: Field = np.abs(rows)
    return stitches


def _hard_materials(
    x: Field, y: Field, blotches: list[Field], grain: Field
) -> list[Field]:
    """Metal, glass, wood and plastic."""
    small, _, _, largest = blotches
    brushed = np.sin(x * 0.05 + y * 0.03)
    reflection = _reflection(x, y)
    rings = x * 0.35 + 3 * largest
    wood_grain = np.sin(rings)
    sheen = np.sin(x * 0.04)

    return [
        26 * brushed + 2 * grain,
        34 * reflection,
        13 * wood_grain + 5 * small,
        8 * sheen,
    ]


def _reflection(x: Field, y: Field) -> Field:
    """Bright diagonal lines, 0 to 1, that fade out to one side."""
    distance = ((x - y) % 64) / 10
    fading = -(distance**2)
    reflection: Field = np.exp(fading)
    return reflection


def _ceramic_and_paper(y: Field, blotches: list[Field], grain: Field) -> list[Field]:
    small, _, _, largest = blotches
    rows = np.sin(y * 0.9)
    speckles = small > 1.9
    ruled_lines = rows > 0.93

    return [
        5 * largest - 16 * speckles,
        3 * grain - 14 * ruled_lines,
    ]


def _pattern(number: int, x: Field, y: Field) -> Field:
    """One of four kinds of pattern in one of three widths; number 0 to ``N_PATTERNS`` - 1."""
    width, kind = divmod(number, N_PATTERN_KINDS)
    frequency = PATTERN_FREQUENCIES[width]
    rows = np.sin(y * frequency)
    columns = np.sin(x * frequency)

    if kind == 0:
        return np.zeros_like(x)
    if kind == 1:
        is_dark = rows > 0.2
    elif kind == 2:
        is_dark = columns > 0.2
    else:
        is_dark = rows * columns > 0.45

    shade: Field = np.where(is_dark, np.float32(-26), np.float32(6))
    return shade


def _draw_noise(rng: np.random.Generator, *shape: int) -> Field:
    """Draw fields ``[*shape, SPAN, SPAN]`` of independent normal numbers."""
    noise = rng.standard_normal((*shape, SPAN, SPAN))
    return noise.astype(np.float32)


def _draw_blotches(rng: np.random.Generator, size: int) -> Field:
    """Draw smooth random blotches about ``size`` pixels wide, standardised."""
    n_blocks = SPAN // size + 2
    values = rng.standard_normal((n_blocks, n_blocks))
    block = np.ones((size, size))
    blocks = np.kron(values, block)
    field = _blur(blocks[:SPAN, :SPAN], size)

    centred = field - field.mean()
    standardised = centred / field.std()
    return np.asarray(standardised, dtype=np.float32)


def _blur(field: NDArray[np.floating], size: int) -> NDArray[np.floating]:
    """The moving average of ``size`` pixels along each axis."""
    kernel = np.ones(size) / size
    for axis in (0, 1):
        field = np.apply_along_axis(np.convolve, axis, field, kernel, "same")

    return field
