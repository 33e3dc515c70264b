"""A shop of drawn photos, and the smallest models of every family, with weights of chance."""

import io
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image, ImageDraw

from common.listing import Listing, Photo

COLOURS = ("red", "green", "blue", "black")
SHAPES = ("ellipse", "rectangle")


@dataclass(frozen=True)
class Shop:
    """A snapshot in memory: splits of listings."""

    splits: dict
    id: str = "drawn"
    coverage: dict = field(default_factory=lambda: {"photos": 1, "title": 1})

    @property
    def manifest(self):
        return self

    def count(self, split):
        return len(self.splits[split])

    def read(self, split):
        return list(self.splits[split])

    def batches(self, split, size=4096):
        rows = self.splits[split]
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def draw_photo(colour, shape, number):
    """A shape of a colour somewhere on light noise, as the bytes of a PNG."""
    random = np.random.default_rng(number)
    image = Image.fromarray(random.integers(180, 256, (48, 40, 3), np.uint8))
    x, y = random.integers(2, 14, 2).tolist()
    getattr(ImageDraw.Draw(image), shape)((x, y, x + 22, y + 22), fill=colour)
    file = io.BytesIO()
    image.save(file, "PNG")
    return Photo(file.getvalue())


def _listing(number):
    colour, shape = COLOURS[number % 4], SHAPES[number // 4 % 2]
    photos = tuple(
        draw_photo(colour, shape, 9 * number + index) for index in range(1 + number % 2)
    )
    words = f"{colour} {shape} number {number}"
    facts = {"category": f"{shape}s/{colour}", "brand": colour, "price": number + 1.0}
    return Listing(words, photos=photos, **facts)


@pytest.fixture(scope="session")
def shop():
    """Listings whose photo and title tell their category: 64 to train on, 16 to test on."""
    rows = [_listing(number) for number in range(96)]
    return Shop({"train": rows[:64], "validation": rows[64:80], "test": rows[80:]})


@pytest.fixture(scope="session")
def make_shop():
    """Makes a shop of splits of listings."""
    return Shop
