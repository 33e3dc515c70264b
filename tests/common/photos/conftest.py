"""A picture whose parts differ, as a file of any format."""

import io

import numpy as np
import pytest
from PIL import Image

CORNERS = ((200, 30, 30), (30, 160, 60), (40, 60, 200), (240, 220, 40))
"""Colours of a picture's quarters: top left, top right, bottom left, bottom right."""


@pytest.fixture(scope="session")
def quarters():
    """Builds a picture of four colours: ``quarters(width, height)``."""

    def build(width=60, height=40):
        pixels = np.empty((height, width, 3), np.uint8)
        for number, colour in enumerate(CORNERS):
            rows = slice(height // 2, None) if number // 2 else slice(0, height // 2)
            columns = slice(width // 2, None) if number % 2 else slice(0, width // 2)
            pixels[rows, columns] = colour
        return Image.fromarray(pixels)

    return build


@pytest.fixture(scope="session")
def encode():
    """Writes a picture: ``encode(image, "PNG", **options)`` are the bytes."""

    def write(image, form="PNG", **options):
        file = io.BytesIO()
        image.save(file, form, **options)
        return file.getvalue()

    return write


@pytest.fixture(scope="session")
def corners():
    """The colours near the corners of a picture, in the order of ``CORNERS``."""

    def read(image):
        width, height = image.size
        points = [(2, 2), (width - 3, 2), (2, height - 3), (width - 3, height - 3)]
        return [image.getpixel(point) for point in points]

    return read
