"""The appearance of articles in rendered photos: the outline of a leaf and the logo of a brand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.arrays import Array
from simulator.textures import MATERIALS, N_PATTERNS
from simulator.world import World

TABLE = Path(__file__).parent / "shapes.json"

LOOK_SEED = 2025
LOGO_SEED = 2026

ELLIPSE_CORNERS = 24
"""Corners of the polygon that stands in for an ellipse."""

LOGO_RADIUS = 0.1

Part = tuple[str, int, int]
"""Role (``b`` body, ``d`` darker, ``l`` lighter, ``h`` hole), first point, end of the points."""

Point = tuple[float, float]

Silhouette = tuple[Array, tuple[Part, ...]]
"""Corners ``[n, 2]`` and the polygons that they form, as ``Look`` has them."""


@dataclass(frozen=True, slots=True)
class Look:
    """The look of the articles of a leaf.

    Attributes:
        points: corners ``[n, 2]`` around the middle, within -0.5 to 0.5 or so.
        parts: polygons in the order in which they are drawn.
        material: index of the material's texture.
        pattern: index of the pattern's texture; it tells leaves of one silhouette apart.
    """

    points: Array
    parts: tuple[Part, ...]
    material: int
    pattern: int


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo of a brand.

    Attributes:
        points: corners ``[n, 2]`` of a polygon around the middle.
        colour: red, green and blue, 0 to 255.
    """

    points: Array
    colour: tuple[int, int, int]


def leaf_looks(world: World) -> tuple[Look, ...]:
    """The look of every leaf: the silhouette of its table, stretched, with a pattern."""
    silhouettes = _load_silhouettes()
    rng = np.random.default_rng(LOOK_SEED)
    looks = []

    for number, leaf in enumerate(world.leaves):
        points, parts = silhouettes[leaf.shape]
        stretch = _draw_stretch(rng, 0.22)
        pattern = _draw_pattern(rng, number)
        material = MATERIALS.index(leaf.texture)

        look = Look(
            points=points * stretch,
            parts=parts,
            material=material,
            pattern=pattern,
        )
        looks.append(look)

    return tuple(looks)


def _draw_pattern(rng: np.random.Generator, number: int) -> int:
    # The leaf's number is added, so that neighbours with one draw differ nevertheless.
    drawn = int(rng.integers(N_PATTERNS))
    shifted = drawn + number
    return shifted % N_PATTERNS


def _draw_stretch(rng: np.random.Generator, max_log: float) -> Array:
    """Draw factors of x and y whose product is one."""
    log_stretch = rng.uniform(-max_log, max_log)
    stretch = np.exp(log_stretch)
    return np.array((stretch, 1 / stretch))


def brand_logos(world: World) -> tuple[Logo, ...]:
    """The logo of every brand."""
    rng = np.random.default_rng(LOGO_SEED)
    return tuple(_draw_logo(rng) for _ in world.brands)


def _load_silhouettes() -> dict[str, Silhouette]:
    """The silhouettes of shapes.json by name."""
    text = TABLE.read_text(encoding="utf-8")
    shapes = json.loads(text)["shapes"]
    return {name: _parse_silhouette(shape) for name, shape in shapes.items()}


def _parse_silhouette(text: str) -> Silhouette:
    """Parse one silhouette of shapes.json: polygons, rectangles and ellipses, in percent."""
    points: list[Point] = []
    parts: list[Part] = []

    for part in text.split("; "):
        role, corners = _parse_part(part)
        start = len(points)
        end = start + len(corners)
        points += corners
        parts.append((role, start, end))

    return np.array(points), tuple(parts)


def _parse_part(text: str) -> tuple[str, list[Point]]:
    """Parse the role of a part, and its corners around the middle of the article."""
    code, *numbers = text.split(" ")
    role = code[0]
    kind = code[1]
    values = [float(number) / 100 - 0.5 for number in numbers]
    x = values[::2]
    y = values[1::2]
    corners = list(zip(x, y, strict=True))

    # Rectangles and ellipses are given by two opposite corners.
    if kind == "e":
        corners = _ellipse(*corners)
    elif kind != "p":
        corners = _rectangle(*corners)
    return role, corners


def _rectangle(start: Point, end: Point) -> list[Point]:
    """Corners of the rectangle that two opposite corners span."""
    left, top = start
    right, bottom = end
    return [
        (left, top),
        (right, top),
        (right, bottom),
        (left, bottom),
    ]


def _ellipse(start: Point, end: Point) -> list[Point]:
    """Corners of a polygon in place of the ellipse within a rectangle."""
    left, top = start
    right, bottom = end
    angles = _even_angles(ELLIPSE_CORNERS)
    x = _swing(left, right, np.cos(angles))
    y = _swing(top, bottom, np.sin(angles))
    return list(zip(x, y, strict=True))


def _swing(low: float, high: float, cycle: Array) -> list[float]:
    """Positions between ``low`` and ``high`` for the values -1 to 1 of a sine or cosine."""
    middle = (low + high) / 2
    radius = (high - low) / 2
    positions: list[float] = (middle + radius * cycle).tolist()
    return positions


def _draw_logo(rng: np.random.Generator) -> Logo:
    """Draw a polygon or a star of 3 to 7 corners, wide or tall, in a colour of its own."""
    radius = _draw_radius(rng)
    # The first corner points upwards.
    angles = _even_angles(len(radius)) - np.pi / 2
    log_stretch = rng.uniform(-0.5, 0.5)
    stretch = np.exp(log_stretch)

    x = radius * np.cos(angles)
    y = radius * np.sin(angles)
    corners = np.stack([x * stretch, y / stretch], axis=1)

    colour = rng.integers(0, 256, 3)
    red, green, blue = colour.tolist()
    return Logo(
        points=LOGO_RADIUS * corners,
        colour=(red, green, blue),
    )


def _draw_radius(rng: np.random.Generator) -> Array:
    """Draw the distances of a logo's corners from its middle."""
    n_corners = int(rng.integers(3, 8))
    is_star = bool(rng.random() < 0.5)
    if not is_star:
        return np.ones(n_corners)

    # Every other point of a star lies further in.
    inner_radius = rng.uniform(0.3, 0.6)
    return np.tile((1.0, inner_radius), n_corners)


def _even_angles(count: int) -> Array:
    """Angles in radians that divide a circle evenly."""
    return np.linspace(0, 2 * np.pi, count, endpoint=False)
