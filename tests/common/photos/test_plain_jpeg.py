"""A plain JPEG has the pixels that encoders see, and nothing else of its file."""

from io import BytesIO

import numpy as np
import pytest
from PIL import ExifTags, Image

from common.errors import PhotoError
from common.photos.decoding import decode
from common.photos.plain_jpeg import to_plain_jpeg

PLACE = "taken at their door"


def photo(file_format, **options):
    """Return a file that says where it was taken, and is to be turned by a viewer."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = PLACE
    red_at_left = Image.new("RGB", (800, 600), "blue")
    red_at_left.paste("red", (0, 0, 400, 600))
    file = BytesIO()
    red_at_left.save(file, file_format, exif=exif, **options)
    return file.getvalue()


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_what_is_no_pixel_and_stays_as_it_looks(file_format):
    data = photo(file_format)
    plain = to_plain_jpeg(data)

    assert PLACE.encode() in data
    assert PLACE.encode() not in plain
    image = Image.open(BytesIO(plain))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (600, 800), {})
    difference = np.abs(np.asarray(decode(data), int) - np.asarray(decode(plain), int))
    assert difference.mean() < 3


def test_a_comment_goes_too():
    assert b"of a seller" not in to_plain_jpeg(photo("JPEG", comment=b"of a seller"))


def test_the_same_photo_gives_the_same_file():
    assert to_plain_jpeg(photo("JPEG")) == to_plain_jpeg(photo("JPEG"))


def test_what_is_no_photo_is_refused():
    with pytest.raises(PhotoError):
        to_plain_jpeg(b"no photo")
