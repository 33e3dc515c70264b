"""What things of the synthetic market look like: the outline of a category, the mark of a brand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.textures import MATERIALS, PATTERNS
from simulator.world import Array, World

TABLE = Path(__file__).parent / "shapes.json"

ROUND = 24
"""Corners of what stands in for an ellipse."""

Part = tuple[str, int, int]
"""Its role (``b`` body, ``d`` darker, ``l`` lighter, ``h`` hole) and its slice of the points."""


@dataclass(frozen=True, slots=True)
class Look:
    """How things of a leaf look: points ``[n, 2]`` round the middle, within -0.5 to 0.5 or so.

    ``material`` and ``pattern`` are numbers of textures; leaves with one silhouette differ in
    pattern and proportions.
    """

    points: Array
    parts: tuple[Part, ...]
    material: int
    pattern: int


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign that a brand puts on its things: points ``[n, 2]`` and a colour."""

    points: Array
    colour: tuple[int, int, int]


def looks(world: World) -> tuple[Look, ...]:
    """The look of every leaf."""
    shapes = json.loads(TABLE.read_text(encoding="utf-8"))["shapes"]
    outlines = {name: _outline(text) for name, text in shapes.items()}
    rng = np.random.default_rng(2025)
    found = []
    for number, leaf in enumerate(world.leaves):
        points, parts = outlines[leaf.shape]
        tall = np.exp(rng.uniform(-0.22, 0.22))
        stretched = points * (tall, 1 / tall)
        pattern = int(rng.integers(PATTERNS))
        found.append(
            Look(stretched, parts, MATERIALS.index(leaf.texture), (pattern + number) % PATTERNS)
        )
    return tuple(found)


def marks(world: World) -> tuple[Mark, ...]:
    """The mark of every brand."""
    rng = np.random.default_rng(2026)
    return tuple(_mark(rng) for _ in world.brands)


def _outline(text: str) -> tuple[Array, tuple[Part, ...]]:
    """Read one silhouette of shapes.json."""
    points: list[tuple[float, float]] = []
    parts = []
    for part in text.split("; "):
        head, *numbers = part.split(" ")
        values = [float(number) / 100 - 0.5 for number in numbers]
        corners = list(zip(values[::2], values[1::2], strict=True))
        if head[1] != "p":
            corners = _between(corners[0], corners[1], head[1] == "e")
        parts.append((head[0], len(points), len(points) + len(corners)))
        points += corners
    return np.array(points), tuple(parts)


def _between(
    start: tuple[float, float], end: tuple[float, float], ellipse: bool
) -> list[tuple[float, float]]:
    """The corners of the rectangle, or of the ellipse, that two opposite corners span."""
    (left, top), (right, bottom) = start, end
    if not ellipse:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    angles = np.linspace(0, 2 * np.pi, ROUND, endpoint=False)
    across = (left + right) / 2 + (right - left) / 2 * np.cos(angles)
    down = (top + bottom) / 2 + (bottom - top) / 2 * np.sin(angles)
    return list(zip(across.tolist(), down.tolist(), strict=True))


def _mark(rng: np.random.Generator) -> Mark:
    """A polygon or a star of 3 to 7 corners, wide or tall, in a colour of its own."""
    corners = int(rng.integers(3, 8))
    star = bool(rng.random() < 0.5)
    angles = np.linspace(0, 2 * np.pi, corners * (2 if star else 1), endpoint=False) - np.pi / 2
    reach = np.where(np.arange(len(angles)) % 2, rng.uniform(0.3, 0.6), 1.0) if star else 1.0
    wide = np.exp(rng.uniform(-0.5, 0.5))
    points = 0.1 * np.stack([reach * np.cos(angles) * wide, reach * np.sin(angles) / wide], axis=1)
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return Mark(points, (red, green, blue))
