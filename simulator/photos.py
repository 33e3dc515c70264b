"""Rendered photos of synthetic listings: an outline of the category, a colour, a texture, a mark.

They are no likeness of anything; they carry signal as photos do, and are as badly taken: clutter,
poor light, odd angles, noise, and now and then a camera that was held sideways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from simulator.ground_truth import BLOCK
from simulator.jpeg import SIDE, encode_jpeg
from simulator.sellers import Sellers
from simulator.silhouettes import Look, Part, looks, marks
from simulator.textures import SPAN, Field, draw_textures
from simulator.world import Array, World, words

Paint = tuple[int, int, int]

MAX_PHOTOS = 3
COUNT_ODDS = (0.1, 0.65, 0.9, 1.0)
"""How many listings, cumulative, have no photo, one, two, three."""

SILENT = 0.05
"""Share of listings with a photo that have neither title nor description."""

SHOWS_MARK = 0.7
GROUNDS = (
    (226, 222, 214), (246, 246, 246), (196, 164, 124), (120, 92, 70), (70, 74, 82),
    (206, 190, 196), (178, 194, 204), (232, 214, 178), (150, 160, 140), (98, 108, 130),
)  # fmt: skip
"""Tables, floors and sheets to lay things on; every seller has one."""

GROUND_MATERIALS = (0, 9, 6, 6, 0, 1, 0, 6, 0, 2)
DRAWS = 40


class PhotoRenderer:
    """Takes the photos of a block of listings, in a stream of random numbers of its own."""

    def __init__(self, world: World, seed: int) -> None:
        """Draw outlines, marks and textures once."""
        self._looks, self._marks = looks(world), marks(world)
        self._textures = draw_textures()
        self._paints = [_paints(colour) for colour in words()["colours"].values()]
        self._seed = seed

    def add(
        self, rows: Sequence[dict[str, object]], facts: Any, sellers: Sellers, block: int
    ) -> None:
        """Put photos into the first rows of a block, and take the text out of a few that have one.

        ``facts`` are lists. A photo is the bytes of a JPEG file; every seller has a table.
        """
        rng = np.random.default_rng((self._seed, block, 1))
        counts = np.searchsorted(COUNT_ODDS, rng.random(BLOCK), side="right").tolist()
        silent = (rng.random(BLOCK) < SILENT).tolist()
        draws = rng.random((BLOCK, MAX_PHOTOS, DRAWS))
        tables = sellers.style[:, 0].tolist()
        for i, values in enumerate(rows):
            if not counts[i]:
                continue
            shots, table = draws[i, : counts[i]].tolist(), tables[facts.seller[i]]
            values["photos"] = tuple([self._take(facts, i, table, shot) for shot in shots])
            if silent[i]:
                values["title"] = values["description"] = ""

    def _take(self, facts: Any, i: int, ground: float, u: list[float]) -> bytes:
        place = int((ground if u[0] < 0.85 else u[1]) * len(GROUNDS))
        canvas = Image.new("RGB", (SIDE, SIDE), GROUNDS[place])
        mask = Image.new("L", (SIDE, SIDE))
        pen = ImageDraw.Draw(canvas)
        _clutter(pen, u[2:14])
        look = self._looks[facts.leaf[i]]
        matrix, middle = _pose(u[14:20], facts.count[i])
        corners = look.points @ matrix + middle
        _draw(pen, ImageDraw.Draw(mask), look.parts, corners, self._paints[facts.colour[i]], place)
        if facts.branded[i] and u[20] < SHOWS_MARK:
            mark = self._marks[facts.brand[i]]
            pen.polygon((mark.points @ matrix + middle).ravel().tolist(), fill=mark.colour)
        _wear(pen, facts.condition[i], middle, u[21:27])
        shade = self._shade(look, np.asarray(mask) > 0, GROUND_MATERIALS[place], u[27:33])
        return encode_jpeg(np.asarray(canvas), shade, u[33:40])

    def _shade(
        self, look: Look, inside: NDArray[np.bool_], ground: int, u: Sequence[float]
    ) -> Field:
        """What materials, patterns and noise add to the brightness ``[SIDE, SIDE]``."""
        textures = self._textures
        thing = _part(
            textures.materials[look.material] + textures.patterns[look.pattern], u[0], u[1]
        )
        around = _part(textures.materials[ground], u[2], u[3])
        noise = _part(textures.noise[int(u[4] * len(textures.noise))], u[3], u[1])
        shade: Field = np.where(inside, thing, around) + np.float32(3 + 9 * u[5]) * noise
        return shade


def _clutter(pen: ImageDraw.ImageDraw, u: Sequence[float]) -> None:
    """Up to three other things that lie about."""
    for first in range(0, int(u[0] * 4) * 4, 4):
        across, down, size, hue = u[first : first + 4]
        left, top, reach = across * SIDE, down * SIDE, 8 + 40 * size
        fill = (int(hue * 255), int(hue * 977 % 255), int(hue * 3571 % 255))
        box = (left - reach / 2, top - reach / 2, left + reach / 2, top + reach * (hue - 0.3))
        if box[3] > box[1]:
            (pen.rectangle if hue < 0.6 else pen.ellipse)(box, fill=fill)


def _pose(u: Sequence[float], pieces: int) -> tuple[Array, Array]:
    """How things lie: a matrix ``[2, 2]`` for their points, and where their middle is."""
    angle = (u[0] - 0.5) * (0.5 if u[1] < 0.9 else 3.0)
    size = SIDE * (0.62 + 0.36 * u[2]) * (0.8 if pieces > 1 else 1.0)
    lean = (u[3] - 0.5) * 0.3
    turn = np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))
    matrix = size * np.array(((1.0, 0.0), (lean, 1.0))) @ turn
    return matrix, SIDE / 2 + SIDE * 0.16 * (np.array(u[4:6]) - 0.5)


def _draw(
    pen: ImageDraw.ImageDraw,
    mask: ImageDraw.ImageDraw,
    parts: Sequence[Part],
    corners: Array,
    paints: Mapping[str, Paint],
    ground: int,
) -> None:
    """Draw a thing, and what of the picture is of it into ``mask``."""
    points = corners.ravel().tolist()
    for role, start, stop in parts:
        outline = points[2 * start : 2 * stop]
        pen.polygon(outline, fill=GROUNDS[ground] if role == "h" else paints[role])
        mask.polygon(outline, fill=0 if role == "h" else 255)


def _wear(pen: ImageDraw.ImageDraw, condition: int, middle: Array, u: Sequence[float]) -> None:
    """A tag on what is new; scratches and stains, the more the worse the condition."""
    across, down = middle.tolist()
    if condition == 0 and u[0] < 0.6:
        pen.rectangle((across + 14, down - 34, across + 30, down - 22), fill=(252, 252, 250))
        pen.line((across + 16, down - 28, across + 27, down - 28), fill=(40, 40, 40))
    for scratch in range(max(0, 3 * (condition - 1))):
        x = across + 70 * ((u[1] * (scratch + 3) * 7.13) % 1 - 0.5)
        y = down + 70 * ((u[2] * (scratch + 2) * 5.71) % 1 - 0.5)
        end = (x + 26 * (u[3] - 0.5), y + 26 * (u[4] - 0.5))
        pen.line((x, y, *end), fill=(96, 84, 70) if scratch % 2 else (216, 212, 204), width=1)


def _part(field: Field, across: float, down: float) -> Field:
    """As much of a texture as a photo shows."""
    left, top = int(across * (SPAN - SIDE)), int(down * (SPAN - SIDE))
    return field[top : top + SIDE, left : left + SIDE]


def _paints(colour: Sequence[int]) -> dict[str, Paint]:
    """The colours of the body and of its darker and lighter parts."""
    red, green, blue = colour
    return {
        "b": (red, green, blue),
        "d": (red * 5 // 9, green * 5 // 9, blue * 5 // 9),
        "l": (red + (255 - red) // 2, green + (255 - green) // 2, blue + (255 - blue) // 2),
    }
