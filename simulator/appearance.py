"""The appearance of articles in rendered photos: the outline of a leaf and the logo of a brand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.textures import MATERIALS, N_PATTERNS
from simulator.world import Array, World

TABLE = Path(__file__).parent / "shapes.json"

LOOK_SEED = 2025
LOGO_SEED = 2026

ELLIPSE_CORNERS = 24
"""Corners of the polygon that stands in for an ellipse."""

LOGO_RADIUS = 0.1

Part = tuple[str, int, int]
"""Role (``b`` body, ``d`` darker, ``l`` lighter, ``h`` hole), first point, end of the points."""

Point = tuple[float, float]


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
    shapes = json.loads(TABLE.read_text(encoding="utf-8"))["shapes"]
    silhouettes = {name: _parse_silhouette(text) for name, text in shapes.items()}
    rng = np.random.default_rng(LOOK_SEED)
    looks = []

    for number, leaf in enumerate(world.leaves):
        points, parts = silhouettes[leaf.shape]
        stretch = np.exp(rng.uniform(-0.22, 0.22))
        # The leaf's number is added, so that neighbours with one draw differ nevertheless.
        pattern = int(rng.integers(N_PATTERNS)) + number
        look = Look(
            points=points * (stretch, 1 / stretch),
            parts=parts,
            material=MATERIALS.index(leaf.texture),
            pattern=pattern % N_PATTERNS,
        )
        looks.append(look)

    return tuple(looks)


def brand_logos(world: World) -> tuple[Logo, ...]:
    """The logo of every brand."""
    rng = np.random.default_rng(LOGO_SEED)
    return tuple(_draw_logo(rng) for _ in world.brands)


def _parse_silhouette(text: str) -> tuple[Array, tuple[Part, ...]]:
    """Parse one silhouette of shapes.json: polygons, rectangles and ellipses, in percent."""
    points: list[Point] = []
    parts: list[Part] = []

    for part in text.split("; "):
        code, *numbers = part.split(" ")
        role, kind = code[0], code[1]
        start = len(points)
        points += _corners(kind, numbers)
        parts.append((role, start, len(points)))

    return np.array(points), tuple(parts)


def _corners(kind: str, numbers: list[str]) -> list[Point]:
    """Corners of a polygon (p), an ellipse (e) or a rectangle; x and y take turns."""
    values = [float(number) / 100 - 0.5 for number in numbers]
    corners = list(zip(values[::2], values[1::2], strict=True))

    if kind == "p":
        return corners
    # The other two are given by opposite corners of their frame.
    start, end = corners
    return _ellipse(start, end) if kind == "e" else _rectangle(start, end)


def _rectangle(start: Point, end: Point) -> list[Point]:
    """Corners of the rectangle that two opposite corners span."""
    (left, top), (right, bottom) = start, end
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _ellipse(start: Point, end: Point) -> list[Point]:
    """Corners of a polygon in place of the ellipse within a rectangle."""
    (left, top), (right, bottom) = start, end
    middle_x = (left + right) / 2
    middle_y = (top + bottom) / 2
    radius_x = (right - left) / 2
    radius_y = (bottom - top) / 2

    angles = np.linspace(0, 2 * np.pi, ELLIPSE_CORNERS, endpoint=False)
    x = middle_x + radius_x * np.cos(angles)
    y = middle_y + radius_y * np.sin(angles)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _draw_logo(rng: np.random.Generator) -> Logo:
    """Draw a polygon or a star of 3 to 7 corners, wide or tall, in a colour of its own."""
    radius = _draw_radii(rng)
    angles = np.linspace(0, 2 * np.pi, len(radius), endpoint=False)
    # The first corner points up.
    angles = angles - np.pi / 2

    stretch = np.exp(rng.uniform(-0.5, 0.5))
    x = radius * np.cos(angles) * stretch
    y = radius * np.sin(angles) / stretch
    points = LOGO_RADIUS * np.stack([x, y], axis=1)

    red, green, blue = rng.integers(0, 256, 3).tolist()
    return Logo(points, (red, green, blue))


def _draw_radii(rng: np.random.Generator) -> Array:
    """Distances of the corners from the middle; every other point of a star lies further in."""
    n_corners = int(rng.integers(3, 8))
    is_star = bool(rng.random() < 0.5)
    if not is_star:
        return np.ones(n_corners)

    inner_radius = rng.uniform(0.3, 0.6)
    return np.tile((1.0, inner_radius), n_corners)
