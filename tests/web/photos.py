"""Photos that tests upload."""

import io

from PIL import Image, ImageDraw

PLACE = b"planted-place"
"""A text in the Exif of the photos, which must not leave the browser."""


def shoe_photo(size: tuple[int, int] = (1200, 900)) -> bytes:
    """Return a drawn shoe as a JPEG whose Exif names a place."""
    image = Image.new("RGB", size, "#cfd8dc")
    draw = ImageDraw.Draw(image)
    width, height = size
    outline = [(0.15, 0.35), (0.4, 0.4), (0.6, 0.55), (0.85, 0.6), (0.88, 0.72)]
    outline += [(0.15, 0.72)]
    draw.polygon([(x * width, y * height) for x, y in outline], fill="#c0392b")
    sole = (0.13 * width, 0.71 * height, 0.9 * width, 0.78 * height)
    draw.rounded_rectangle(sole, 20, fill="white")

    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()  # ImageDescription
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()
