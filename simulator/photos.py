"""Rendered photos of synthetic listings: a leaf's outline, a colour, a texture and a logo.

They resemble nothing real. They carry signal as photos do, and are as badly taken: clutter, poor
light, odd angles, noise, and now and then a camera that was held sideways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from simulator.appearance import Logo, Look, brand_logos, leaf_looks
from simulator.ground_truth import BLOCK, LatentRow
from simulator.jpeg import SIDE, encode_jpeg
from simulator.sellers import Sellers
from simulator.textures import N_NOISE_FIELDS, SPAN, Field, draw_textures
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

SCRATCH_COLOURS = ((216, 212, 204), (96, 84, 70))
"""Light scratches and dark ones take turns."""

N_DRAWS = 40
"""Random numbers of a photo: ground, clutter, pose, logo, wear, shading and camera, in slices."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The content of a photo.

    Attributes:
        ground: index into ``GROUNDS``.
        look: look of the article's leaf.
        colour: index into the colours of the world.
        logo: logo on the article, or None.
        condition: 0 (new) to 4 (poor).
        n_pieces: number of articles.
    """

    ground: int
    look: Look
    colour: int
    logo: Logo | None
    condition: int
    n_pieces: int


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


class PhotoRenderer:
    """Renders the photos of a block of listings, from a random stream of its own."""

    def __init__(self, world: World, seed: int) -> None:
        """Draw outlines, logos and textures once; ``seed`` is the market's."""
        self._looks = leaf_looks(world)
        self._logos = brand_logos(world)
        self._textures = draw_textures()
        colours = load_phrases()["colours"].values()
        self._colours = [_shades(colour) for colour in colours]
        self._seed = seed

    def add_photos(
        self,
        forms: Sequence[dict[str, object]],
        rows: Sequence[LatentRow],
        sellers: Sellers,
        block: int,
    ) -> None:
        """Add photos to the ``forms`` of a block's first rows, and remove the text of a few.

        A photo is the bytes of a JPEG file.
        """
        rng = np.random.default_rng((self._seed, block, 1))
        n_photos = _draw_counts(rng)
        photo_only = rng.random(BLOCK) < PHOTO_ONLY_SHARE
        draws = rng.random((BLOCK, MAX_PHOTOS, N_DRAWS))
        usual_grounds = sellers.style[:, 0].tolist()

        for index, row in enumerate(rows):
            values = forms[index]
            photo_draws = draws[index, : n_photos[index]].tolist()
            if not photo_draws:
                continue

            values["photos"] = self._photos(row, usual_grounds[row.seller], photo_draws)
            if photo_only[index]:
                values["title"] = ""
                values["description"] = ""

    def _photos(
        self, row: LatentRow, usual_ground: float, draws: list[list[float]]
    ) -> tuple[bytes, ...]:
        photos = []
        for photo_draws in draws:
            scene = self._scene(row, usual_ground, photo_draws)
            photos.append(self._render(scene, photo_draws))
        return tuple(photos)

    def _scene(self, row: LatentRow, usual_ground: float, draws: list[float]) -> Scene:
        ground_draw = usual_ground if draws[0] < OWN_GROUND_SHARE else draws[1]
        shows_logo = row.branded and draws[20] < LOGO_SHARE

        return Scene(
            ground=int(ground_draw * len(GROUNDS)),
            look=self._looks[row.leaf],
            colour=row.colour,
            logo=self._logos[row.brand] if shows_logo else None,
            condition=row.condition,
            n_pieces=row.n_pieces,
        )

    def _render(self, scene: Scene, draws: list[float]) -> bytes:
        """Draw the scene, shade it and photograph it."""
        # Every step has a slice of the draws to itself; 0, 1 and 20 decide about the scene.
        clutter_draws = draws[2:14]
        pose_draws = draws[14:20]
        wear_draws = draws[21:27]
        shading_draws = draws[27:33]
        camera_draws = draws[33:]

        canvas = Image.new("RGB", (SIDE, SIDE), GROUNDS[scene.ground])
        pen = ImageDraw.Draw(canvas)
        pose = _pose(pose_draws, scene.n_pieces)
        _draw_clutter(pen, clutter_draws)
        is_article = self._draw_article(pen, scene, pose)
        _draw_wear(pen, scene.condition, pose.middle, wear_draws)

        shading = self._shading(scene, is_article, shading_draws)
        return encode_jpeg(np.asarray(canvas), shading, camera_draws)

    def _draw_article(
        self, pen: ImageDraw.ImageDraw, scene: Scene, pose: Pose
    ) -> NDArray[np.bool_]:
        """Draw article and logo; returns which pixels ``[SIDE, SIDE]`` are of the article."""
        mask = Image.new("L", (SIDE, SIDE))
        mask_pen = ImageDraw.Draw(mask)
        corners = pose.apply(scene.look.points)
        # The ground is visible through a hole ("h") of the article.
        colours = {**self._colours[scene.colour], "h": GROUNDS[scene.ground]}

        for role, start, stop in scene.look.parts:
            outline = corners[2 * start : 2 * stop]
            pen.polygon(outline, fill=colours[role])
            mask_pen.polygon(outline, fill=0 if role == "h" else 255)

        logo = scene.logo
        if logo:
            pen.polygon(pose.apply(logo.points), fill=logo.colour)
        return np.asarray(mask) > 0

    def _shading(self, scene: Scene, is_article: NDArray[np.bool_], draws: list[float]) -> Field:
        """Addition of materials, patterns and noise to the brightness ``[SIDE, SIDE]``."""
        x, y, ground_x, ground_y, noise_choice, noise_draw = draws
        article = _crop(self._article_texture(scene.look), x, y)
        ground_material = GROUND_MATERIALS[scene.ground]
        ground = _crop(self._textures.materials[ground_material], ground_x, ground_y)
        texture = np.where(is_article, article, ground)

        # Photos in poor light are grainy.
        noise = self._textures.noise[int(noise_choice * N_NOISE_FIELDS)]
        noise_level = np.float32(3 + 9 * noise_draw)
        shading: Field = texture + noise_level * _crop(noise, ground_y, y)
        return shading

    def _article_texture(self, look: Look) -> Field:
        material = self._textures.materials[look.material]
        pattern = self._textures.patterns[look.pattern]
        texture: Field = material + pattern
        return texture


def _draw_counts(rng: np.random.Generator) -> list[int]:
    """The number of photos of each listing of a block."""
    draws = rng.random(BLOCK)
    counts: list[int] = np.searchsorted(PHOTO_COUNT_CDF, draws, side="right").tolist()
    return counts


def _draw_clutter(pen: ImageDraw.ImageDraw, draws: list[float]) -> None:
    """Draw up to three other things that lie about."""
    n_things = int(draws[0] * 4)

    for number in range(n_things):
        first = 4 * number
        x, y, size, hue = draws[first : first + 4]
        _draw_thing(pen, x * SIDE, y * SIDE, 8 + 40 * size, hue)


def _draw_thing(pen: ImageDraw.ImageDraw, x: float, y: float, side: float, hue: float) -> None:
    """Draw a rectangle or an ellipse; the hue decides its height and kind too."""
    left = x - side / 2
    right = x + side / 2
    top = y - side / 2
    bottom = y + side * (hue - 0.3)
    if bottom <= top:
        return

    box = (left, top, right, bottom)
    colour = _clutter_colour(hue)
    if hue < 0.6:
        pen.rectangle(box, fill=colour)
    else:
        pen.ellipse(box, fill=colour)


def _clutter_colour(hue: float) -> Colour:
    """Three channels from one draw, by large multiples."""
    red = int(hue * 255)
    green = int(hue * 977 % 255)
    blue = int(hue * 3571 % 255)
    return red, green, blue


def _pose(draws: list[float], n_pieces: int) -> Pose:
    """The pose of an article: turned, sized, sheared and moved a little."""
    angle_draw, side_draw, size_draw, shear_draw, *middle_draws = draws

    # One photo of ten is taken from any side.
    max_angle = 0.5 if side_draw < 0.9 else 3.0
    rotation = _rotation((angle_draw - 0.5) * max_angle)

    bundle_factor = 0.8 if n_pieces > 1 else 1.0
    size = SIDE * (0.62 + 0.36 * size_draw) * bundle_factor
    lean = (shear_draw - 0.5) * 0.3
    shear = np.array(((1.0, 0.0), (lean, 1.0)))

    offset = np.array(middle_draws) - 0.5
    middle = SIDE / 2 + SIDE * 0.16 * offset
    return Pose(size * shear @ rotation, middle)


def _rotation(angle: float) -> Array:
    cos = np.cos(angle)
    sin = np.sin(angle)
    return np.array(((cos, sin), (-sin, cos)))


def _draw_wear(pen: ImageDraw.ImageDraw, condition: int, middle: Array, draws: list[float]) -> None:
    """Draw a tag on new articles; scratches and stains, the more the worse the condition."""
    x, y = middle.tolist()
    if condition == 0 and draws[0] < 0.6:
        _draw_tag(pen, x, y)

    n_scratches = 3 * (condition - 1)
    for scratch in range(n_scratches):
        _draw_scratch(pen, scratch, x, y, draws)


def _draw_tag(pen: ImageDraw.ImageDraw, x: float, y: float) -> None:
    """Draw a white label with a line of print to the upper right of the middle."""
    label = (
        x + 14,
        y - 34,
        x + 30,
        y - 22,
    )
    print_line = (
        x + 16,
        y - 28,
        x + 27,
        y - 28,
    )
    pen.rectangle(label, fill=(252, 252, 250))
    pen.line(print_line, fill=(40, 40, 40))


def _draw_scratch(
    pen: ImageDraw.ImageDraw, number: int, x: float, y: float, draws: list[float]
) -> None:
    """Draw one scratch; all of an article are parallel."""
    _, x_draw, y_draw, width, height, _ = draws

    # Fractional parts of the multiples of a draw: few random numbers give many positions.
    start_x = x + 70 * (x_draw * (number + 3) * 7.13 % 1 - 0.5)
    start_y = y + 70 * (y_draw * (number + 2) * 5.71 % 1 - 0.5)
    end_x = start_x + 26 * (width - 0.5)
    end_y = start_y + 26 * (height - 0.5)

    line = (start_x, start_y, end_x, end_y)
    fill = SCRATCH_COLOURS[number % 2]
    pen.line(line, fill=fill, width=1)


def _crop(texture: Field, x: float, y: float) -> Field:
    """The part ``[SIDE, SIDE]`` of a texture that a photo shows."""
    margin = SPAN - SIDE
    left = int(x * margin)
    top = int(y * margin)
    rows = texture[top : top + SIDE]
    return rows[:, left : left + SIDE]


def _shades(colour: Sequence[int]) -> dict[str, Colour]:
    """The colours of the body (b) and of its darker (d) and lighter (l) parts."""
    red, green, blue = colour
    darker = (
        red * 5 // 9,
        green * 5 // 9,
        blue * 5 // 9,
    )
    lighter = (
        red + (255 - red) // 2,
        green + (255 - green) // 2,
        blue + (255 - blue) // 2,
    )
    return {"b": (red, green, blue), "d": darker, "l": lighter}
