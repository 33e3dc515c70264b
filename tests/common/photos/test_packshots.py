"""Things on plain white or nothing at all: large pictures in few bytes, and no bombs."""

from pathlib import Path

import pytest
from PIL import Image

from common.errors import PhotoError
from common.photos.decoding import decode
from common.photos.limits import LIMITS

SIDE = 6_000
"""Side of a picture of 36 million pixels."""

LARGEST = {
    "opaque.png": ("RGB", "PNG", {"compress_level": 1}),
    "transparent.png": ("RGBA", "PNG", {"compress_level": 1}),
    "palette.png": ("P", "PNG", {"compress_level": 1}),
    "opaque.webp": ("RGB", "WEBP", {"method": 0}),
    "transparent.webp": ("RGBA", "WEBP", {"method": 0}),
    "lossless.webp": ("RGBA", "WEBP", {"lossless": True, "quality": 0, "method": 0}),
    "opaque.jpg": ("RGB", "JPEG", {}),
    "progressive.jpg": ("RGB", "JPEG", {"progressive": True}),
    "palette.gif": ("P", "GIF", {}),
    "opaque.avif": ("RGB", "AVIF", {"speed": 10}),
    "transparent.avif": ("RGBA", "AVIF", {"speed": 10, "subsampling": "4:4:4"}),
}


def packshot(side, mode, encode, form, **options):
    """A thing on the middle 9 % of a picture, on white or on nothing."""
    background = (255, 255, 255, 0 if mode == "RGBA" else 255)
    image = Image.new("RGBA", (side, side), background)
    image.paste((30, 60, 200, 255), [side * 35 // 100] * 2 + [side * 65 // 100] * 2)
    return encode(image.convert(mode), form, **options)


@pytest.mark.parametrize("name", LARGEST)
@pytest.mark.parametrize("side", [1_600, 2_048])
def test_packshots_of_usual_sizes_are_taken(name, side, encode):
    mode, form, options = LARGEST[name]
    image = decode(packshot(side, mode, encode, form, **options))
    middle = image.getpixel((image.width // 2, image.height // 2))
    assert min(image.getpixel((2, 2))) > 250
    assert max(abs(a - b) for a, b in zip(middle, (30, 60, 200), strict=True)) < 20


@pytest.fixture(scope="module")
def costs(tmp_path_factory, quarters, encode, measure_costs):
    folder = tmp_path_factory.mktemp("packshots")
    (folder / "normal").write_bytes(encode(quarters(4_000, 3_000), "JPEG"))
    for name, (mode, form, options) in LARGEST.items():
        data = packshot(SIDE, mode, encode, form, **options)
        assert 50 * len(data) < SIDE * SIDE
        (folder / f"file-{name}").write_bytes(data)
        (folder / f"small-{name}").write_bytes(encode(quarters(), form))
    return measure_costs(folder)


def test_36_million_plain_pixels_are_taken_in_every_format(costs):
    assert len(costs) == len(LARGEST)
    assert {answer for _, _, answer in costs.values()} <= {"(546, 546)", "(750, 750)"}


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="memory is read from Linux"
)
def test_their_peak_of_memory_stays_within_the_limit(costs):
    limit = LIMITS.max_memory / 2**20
    assert {name: cost for name, cost in costs.items() if cost[1] > limit} == {}


def test_more_plain_pixels_than_that_are_refused_before_they_are_decoded(encode):
    data = packshot(6_100, "P", encode, "PNG")
    with pytest.raises(PhotoError, match="would unpack from .* to 6,100 x 6,100"):
        decode(data)
