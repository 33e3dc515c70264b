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
from simulator.arrays import Ints
from simulator.clutter import draw_clutter
from simulator.ground_truth import BLOCK, LatentRow
from simulator.jpeg import SIDE, encode_jpeg
from simulator.pose import Pose, draw_pose
from simulator.sellers import Sellers
from simulator.textures import N_NOISE_FIELDS, SPAN, Field, draw_textures
from simulator.wear import draw_wear
from simulator.world import World, load_phrases

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
"""Random numbers of a photo. Every step of its rendering has some of them to itself."""

GROUND_DRAW, OTHER_GROUND_DRAW, LOGO_DRAW = 0, 1, 20
CLUTTER_DRAWS = slice(2, 14)
POSE_DRAWS = slice(14, 20)
WEAR_DRAWS = slice(21, 27)
SHADING_DRAWS = slice(27, 33)
CAMERA_DRAWS = slice(33, N_DRAWS)


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
        photo_only = _draw_photo_only(rng)
        draws = rng.random((BLOCK, MAX_PHOTOS, N_DRAWS))
        usual_grounds = _usual_grounds(sellers)

        # All random numbers of a block are drawn above, so that a row has the same ones however
        # many rows are asked for.
        for index, row in enumerate(rows):
            photo_draws = draws[index, : n_photos[index]].tolist()
            if not photo_draws:
                continue

            form = forms[index]
            usual_ground = usual_grounds[row.seller]
            form["photos"] = self._photos(row, usual_ground, photo_draws)
            if photo_only[index]:
                _clear_texts(form)

    def _photos(
        self, row: LatentRow, usual_ground: float, draws: list[list[float]]
    ) -> tuple[bytes, ...]:
        photos = []
        for photo_draws in draws:
            scene = self._scene(row, usual_ground, photo_draws)
            photo = self._render(scene, photo_draws)
            photos.append(photo)
        return tuple(photos)

    def _scene(self, row: LatentRow, usual_ground: float, draws: list[float]) -> Scene:
        ground_draw = usual_ground
        if draws[GROUND_DRAW] >= OWN_GROUND_SHARE:
            ground_draw = draws[OTHER_GROUND_DRAW]
        ground = int(ground_draw * len(GROUNDS))

        logo = None
        if row.branded and draws[LOGO_DRAW] < LOGO_SHARE:
            logo = self._logos[row.brand]

        return Scene(
            ground=ground,
            look=self._looks[row.leaf],
            colour=row.colour,
            logo=logo,
            condition=row.condition,
            n_pieces=row.n_pieces,
        )

    def _render(self, scene: Scene, draws: list[float]) -> bytes:
        """Draw the scene, shade it and photograph it."""
        pixels, is_article = self._paint(scene, draws)
        shading = self._shading(scene, is_article, draws[SHADING_DRAWS])
        return encode_jpeg(pixels, shading, draws[CAMERA_DRAWS])

    def _paint(
        self, scene: Scene, draws: list[float]
    ) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Colours ``[SIDE, SIDE, 3]`` of the scene, and the pixels of the article."""
        size = (SIDE, SIDE)
        canvas = Image.new("RGB", size, GROUNDS[scene.ground])
        mask = Image.new("L", size)
        pen = ImageDraw.Draw(canvas)
        mask_pen = ImageDraw.Draw(mask)

        pose = draw_pose(draws[POSE_DRAWS], scene.n_pieces)
        draw_clutter(pen, draws[CLUTTER_DRAWS])
        self._draw_article(pen, mask_pen, scene, pose)
        draw_wear(pen, scene.condition, pose.middle, draws[WEAR_DRAWS])

        is_article = np.asarray(mask) > 0
        return np.asarray(canvas), is_article

    def _draw_article(
        self,
        pen: ImageDraw.ImageDraw,
        mask_pen: ImageDraw.ImageDraw,
        scene: Scene,
        pose: Pose,
    ) -> None:
        """Draw article and logo, and the area of the article with ``mask_pen``."""
        corners = pose.apply(scene.look.points)
        colours = self._colours[scene.colour]
        ground = GROUNDS[scene.ground]

        for role, start, stop in scene.look.parts:
            outline = corners[2 * start : 2 * stop]
            if role == "h":
                # The ground is visible through a hole of the article.
                pen.polygon(outline, fill=ground)
                mask_pen.polygon(outline, fill=0)
            else:
                pen.polygon(outline, fill=colours[role])
                mask_pen.polygon(outline, fill=255)

        if scene.logo:
            _paint_logo(pen, scene.logo, pose)

    def _shading(
        self, scene: Scene, is_article: NDArray[np.bool_], draws: list[float]
    ) -> Field:
        """Addition of materials, patterns and noise to the brightness ``[SIDE, SIDE]``."""
        x, y, ground_x, ground_y, noise_choice, noise_draw = draws
        article_texture = self._article_texture(scene.look)
        ground_texture = self._ground_texture(scene.ground)
        article = _crop(article_texture, x, y)
        ground = _crop(ground_texture, ground_x, ground_y)
        texture = np.where(is_article, article, ground)

        noise_texture = self._noise_texture(noise_choice)
        noise = _crop(noise_texture, ground_y, y)
        noise_level = np.float32(3 + 9 * noise_draw)
        shading: Field = texture + noise_level * noise
        return shading

    def _article_texture(self, look: Look) -> Field:
        material = self._textures.materials[look.material]
        pattern = self._textures.patterns[look.pattern]
        texture: Field = material + pattern
        return texture

    def _ground_texture(self, ground: int) -> Field:
        material = GROUND_MATERIALS[ground]
        texture: Field = self._textures.materials[material]
        return texture

    def _noise_texture(self, draw: float) -> Field:
        index = int(draw * N_NOISE_FIELDS)
        texture: Field = self._textures.noise[index]
        return texture


def _paint_logo(pen: ImageDraw.ImageDraw, logo: Logo, pose: Pose) -> None:
    outline = pose.apply(logo.points)
    pen.polygon(outline, fill=logo.colour)


def _usual_grounds(sellers: Sellers) -> list[float]:
    """The draw in [0, 1) that decides the usual ground of each seller."""
    draws: list[float] = sellers.style[:, 0].tolist()
    return draws


def _draw_photo_only(rng: np.random.Generator) -> list[bool]:
    """Draw for each row of a block whether it would have no text beside its photos."""
    draws = rng.random(BLOCK)
    photo_only: list[bool] = (draws < PHOTO_ONLY_SHARE).tolist()
    return photo_only


def _clear_texts(form: dict[str, object]) -> None:
    form["title"] = ""
    form["description"] = ""


def _draw_counts(rng: np.random.Generator) -> Ints:
    """Draw the number of photos of each row of a block."""
    draws = rng.random(BLOCK)
    return np.searchsorted(PHOTO_COUNT_CDF, draws, side="right")


def _crop(texture: Field, x: float, y: float) -> Field:
    """The part ``[SIDE, SIDE]`` of a texture that a photo shows."""
    margin = SPAN - SIDE
    left = int(x * margin)
    top = int(y * margin)
    right = left + SIDE
    bottom = top + SIDE
    return texture[top:bottom, left:right]


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
    return {
        "b": (red, green, blue),
        "d": darker,
        "l": lighter,
    }
