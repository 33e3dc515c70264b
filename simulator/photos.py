"""Rendered photos of synthetic listings: a leaf's outline, a colour, a texture and a logo.

They resemble nothing real. They carry signal as photos do, and are as badly taken: clutter, poor
light, odd angles, noise, and now and then a camera that was held sideways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from simulator.appearance import Look, Part, brand_logos, leaf_looks
from simulator.ground_truth import BLOCK
from simulator.jpeg import SIDE, encode_jpeg
from simulator.sellers import Sellers
from simulator.textures import SPAN, Field, draw_textures
from simulator.world import Array, World, load_phrases

Colour = tuple[int, int, int]

MAX_PHOTOS = 3
PHOTO_COUNT_CDF = (0.1, 0.65, 0.9, 1.0)
"""Cumulative shares of listings with no photo, one, two and three."""

PHOTO_ONLY_SHARE = 0.05
"""Share of listings with a photo that have neither title nor description."""

OWN_GROUND_SHARE = 0.85
"""Share of photos that are taken on the seller's usual ground."""

LOGO_SHARE = 0.7
"""Share of photos of branded articles that show the logo."""

GROUNDS = (
    (226, 222, 214), (246, 246, 246), (196, 164, 124), (120, 92, 70), (70, 74, 82),
    (206, 190, 196), (178, 194, 204), (232, 214, 178), (150, 160, 140), (98, 108, 130),
)  # fmt: skip
"""Colours of the tables, floors and sheets under the articles; every seller has a usual one."""

GROUND_MATERIALS = (0, 9, 6, 6, 0, 1, 0, 6, 0, 2)
"""Material of each ground, an index into ``textures.MATERIALS``."""

N_DRAWS = 40
"""Random numbers of a photo: ground, clutter, pose, logo, wear, shading and camera, in slices."""


class PhotoRenderer:
    """Renders the photos of a block of listings, from a random stream of its own."""

    def __init__(self, world: World, seed: int) -> None:
        """Draw outlines, logos and textures once; ``seed`` is the market's."""
        self._looks = leaf_looks(world)
        self._logos = brand_logos(world)
        self._textures = draw_textures()
        self._colours = [_shades(colour) for colour in load_phrases()["colours"].values()]
        self._seed = seed

    def add_photos(
        self, rows: Sequence[dict[str, object]], state: Any, sellers: Sellers, block: int
    ) -> None:
        """Add photos to the first rows of a block, and remove the text of a few that have one.

        ``state`` is a ``LatentState`` of lists. A photo is the bytes of a JPEG file.
        """
        rng = np.random.default_rng((self._seed, block, 1))
        n_photos = np.searchsorted(PHOTO_COUNT_CDF, rng.random(BLOCK), side="right").tolist()
        photo_only = (rng.random(BLOCK) < PHOTO_ONLY_SHARE).tolist()
        draws = rng.random((BLOCK, MAX_PHOTOS, N_DRAWS))
        usual_grounds = sellers.style[:, 0].tolist()

        for index, values in enumerate(rows):
            if not n_photos[index]:
                continue

            usual_ground = usual_grounds[state.seller[index]]
            photos = [
                self._render(state, index, usual_ground, photo_draws)
                for photo_draws in draws[index, : n_photos[index]].tolist()
            ]
            values["photos"] = tuple(photos)
            if photo_only[index]:
                values["title"] = values["description"] = ""

    def _render(self, state: Any, index: int, usual_ground: float, draws: list[float]) -> bytes:
        """Render one photo of a row: ground, clutter, article, logo, wear, then the camera."""
        ground_draw = usual_ground if draws[0] < OWN_GROUND_SHARE else draws[1]
        ground = int(ground_draw * len(GROUNDS))
        canvas = Image.new("RGB", (SIDE, SIDE), GROUNDS[ground])
        mask = Image.new("L", (SIDE, SIDE))
        pen = ImageDraw.Draw(canvas)
        _draw_clutter(pen, draws[2:14])

        look = self._looks[state.leaf[index]]
        matrix, middle = _pose(draws[14:20], state.n_pieces[index])
        corners = look.points @ matrix + middle
        colours = {**self._colours[state.colour[index]], "h": GROUNDS[ground]}
        _draw_article(pen, ImageDraw.Draw(mask), look.parts, corners, colours)

        if state.branded[index] and draws[20] < LOGO_SHARE:
            logo = self._logos[state.brand[index]]
            logo_corners = logo.points @ matrix + middle
            pen.polygon(logo_corners.ravel().tolist(), fill=logo.colour)
        _draw_wear(pen, state.condition[index], middle, draws[21:27])

        is_article = np.asarray(mask) > 0
        shading = self._shading(look, is_article, GROUND_MATERIALS[ground], draws[27:33])
        return encode_jpeg(np.asarray(canvas), shading, draws[33:40])

    def _shading(
        self, look: Look, is_article: NDArray[np.bool_], ground_material: int, u: Sequence[float]
    ) -> Field:
        """Addition of materials, patterns and noise to the brightness ``[SIDE, SIDE]``."""
        textures = self._textures
        surface = textures.materials[look.material] + textures.patterns[look.pattern]
        article = _crop(surface, u[0], u[1])
        ground = _crop(textures.materials[ground_material], u[2], u[3])

        noise_index = int(u[4] * len(textures.noise))
        noise = _crop(textures.noise[noise_index], u[3], u[1])
        noise_level = np.float32(3 + 9 * u[5])

        shading: Field = np.where(is_article, article, ground) + noise_level * noise
        return shading


def _draw_clutter(pen: ImageDraw.ImageDraw, u: Sequence[float]) -> None:
    """Draw up to three other things that lie about."""
    n_things = int(u[0] * 4)

    for first in range(0, n_things * 4, 4):
        x, y, size, hue = u[first : first + 4]
        left, top = x * SIDE, y * SIDE
        side = 8 + 40 * size
        fill = (int(hue * 255), int(hue * 977 % 255), int(hue * 3571 % 255))
        box = (left - side / 2, top - side / 2, left + side / 2, top + side * (hue - 0.3))

        is_upright = box[3] > box[1]
        if not is_upright:
            continue
        if hue < 0.6:
            pen.rectangle(box, fill=fill)
        else:
            pen.ellipse(box, fill=fill)


def _pose(u: Sequence[float], n_pieces: int) -> tuple[Array, Array]:
    """The pose of an article: a matrix ``[2, 2]`` for its points, and its middle ``[2]``."""
    # One photo of ten is taken from any side.
    max_angle = 0.5 if u[1] < 0.9 else 3.0
    angle = (u[0] - 0.5) * max_angle
    rotation = np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))

    size = SIDE * (0.62 + 0.36 * u[2]) * (0.8 if n_pieces > 1 else 1.0)
    shear = np.array(((1.0, 0.0), ((u[3] - 0.5) * 0.3, 1.0)))
    middle = SIDE / 2 + SIDE * 0.16 * (np.array(u[4:6]) - 0.5)
    return size * shear @ rotation, middle


def _draw_article(
    pen: ImageDraw.ImageDraw,
    mask: ImageDraw.ImageDraw,
    parts: Sequence[Part],
    corners: Array,
    colours: Mapping[str, Colour],
) -> None:
    """Draw an article in the colours of its parts' roles, and its area into ``mask``."""
    coordinates = corners.ravel().tolist()

    for role, start, stop in parts:
        outline = coordinates[2 * start : 2 * stop]
        pen.polygon(outline, fill=colours[role])
        mask.polygon(outline, fill=0 if role == "h" else 255)


def _draw_wear(pen: ImageDraw.ImageDraw, condition: int, middle: Array, u: Sequence[float]) -> None:
    """Draw a tag on new articles; scratches and stains, the more the worse the condition."""
    middle_x, middle_y = middle.tolist()

    if condition == 0 and u[0] < 0.6:
        tag = (middle_x + 14, middle_y - 34, middle_x + 30, middle_y - 22)
        line = (middle_x + 16, middle_y - 28, middle_x + 27, middle_y - 28)
        pen.rectangle(tag, fill=(252, 252, 250))
        pen.line(line, fill=(40, 40, 40))

    n_scratches = max(0, 3 * (condition - 1))
    for scratch in range(n_scratches):
        # Few random numbers give many positions: the fractional parts of their multiples.
        x = middle_x + 70 * ((u[1] * (scratch + 3) * 7.13) % 1 - 0.5)
        y = middle_y + 70 * ((u[2] * (scratch + 2) * 5.71) % 1 - 0.5)
        end = (x + 26 * (u[3] - 0.5), y + 26 * (u[4] - 0.5))
        fill = (96, 84, 70) if scratch % 2 else (216, 212, 204)
        pen.line((x, y, *end), fill=fill, width=1)


def _crop(texture: Field, x: float, y: float) -> Field:
    """The part ``[SIDE, SIDE]`` of a texture that a photo shows."""
    left, top = int(x * (SPAN - SIDE)), int(y * (SPAN - SIDE))
    return texture[top : top + SIDE, left : left + SIDE]


def _shades(colour: Sequence[int]) -> dict[str, Colour]:
    """The colours of the body (b) and of its darker (d) and lighter (l) parts."""
    red, green, blue = colour
    return {
        "b": (red, green, blue),
        "d": (red * 5 // 9, green * 5 // 9, blue * 5 // 9),
        "l": (red + (255 - red) // 2, green + (255 - green) // 2, blue + (255 - blue) // 2),
    }
