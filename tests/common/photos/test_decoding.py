"""Whatever the file: an upright RGB image of bounded size, or a sentence."""

import contextlib
import struct
import sys

import numpy as np
import pytest
from PIL import AvifImagePlugin, Image

from common.errors import PhotoError
from common.listing import Photo
from common.photos import reading
from common.photos.decoding import MAX_SIDE, decode, extension, load_image
from common.photos.limits import PhotoLimits
from common.photos.stripping import MIN_SIDE

COLOURS = [(200, 30, 30), (30, 160, 60), (40, 60, 200), (240, 220, 40)]


def near(actual, expected, tolerance=12):
    return np.abs(np.subtract(actual, expected)).max() <= tolerance


def exif(orientation):
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack(
        "<HHHIHHI", 1, 0x112, 3, 1, orientation, 0, 0
    )


SAVED = {
    "jpg": ("RGB", "JPEG", {"quality": 95}),
    "progressive jpg": ("RGB", "JPEG", {"quality": 95, "progressive": True}),
    "CMYK jpg": ("CMYK", "JPEG", {"quality": 95}),
    "png": ("RGB", "PNG", {}),
    "palette png": ("P", "PNG", {}),
    "webp": ("RGB", "WEBP", {"quality": 95}),
    "lossless webp": ("RGBA", "WEBP", {"lossless": True}),
    "gif": ("P", "GIF", {}),
    "avif": ("RGB", "AVIF", {"quality": 95}),
    "transparent avif": ("RGBA", "AVIF", {"quality": 95}),
    "bmp": ("RGB", "BMP", {}),
    "tif": ("RGB", "TIFF", {"compression": "tiff_lzw"}),
    "CMYK tif": ("CMYK", "TIFF", {}),
}


@pytest.mark.parametrize("kind", SAVED)
def test_the_same_picture_comes_out_of_every_format(kind, quarters, encode, corners):
    mode, form, options = SAVED[kind]
    data = encode(
        quarters().convert(mode, palette=Image.Palette.ADAPTIVE), form, **options
    )
    image = decode(data)
    assert (image.mode, image.size) == ("RGB", (60, 40))
    assert near(corners(image), COLOURS)
    assert extension(data) == kind.split()[-1]


def test_heic_is_read_where_its_plugin_is_installed(
    quarters, encode, corners, monkeypatch
):
    plugin = pytest.importorskip("pillow_heif")
    plugin.register_heif_opener()
    data = encode(quarters(), "HEIF", quality=95)
    assert near(corners(decode(data)), COLOURS, 25)
    monkeypatch.setitem(sys.modules, "pillow_heif.as_plugin", None)
    with pytest.raises(
        PhotoError, match="HEIC, which this installation does not read: send JPEG"
    ):
        decode(data)


def test_an_avif_may_call_itself_by_its_container(quarters, encode, monkeypatch):
    data = encode(quarters(), "AVIF")
    assert data[8:12] == b"avif"
    assert b"avif" in data[16:32]
    assert decode(data.replace(b"ftypavif", b"ftypmif1", 1)).size == (60, 40)
    monkeypatch.setattr(AvifImagePlugin, "SUPPORTED", False)
    with pytest.raises(PhotoError, match="AVIF, which .* does not read: send JPEG"):
        decode(data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "MPO", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_taken_sideways_stands_upright(
    form, orientation, quarters, encode, corners
):
    sideways = quarters()
    for turn in {  # what the camera did to the picture that exif_transpose undoes
        2: (Image.Transpose.FLIP_LEFT_RIGHT,), 3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,), 5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_90,), 7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_270,),
    }.get(orientation, ()):  # fmt: skip
        sideways = sideways.transpose(turn)
    options = (
        {"tiffinfo": {274: orientation}}
        if form == "TIFF"
        else {"exif": exif(orientation)}
    )
    image = decode(encode(sideways, form, **options))
    assert image.size == (60, 40)
    assert near(corners(image), COLOURS, 60)


def test_sixteen_bits_are_scaled_and_not_clipped(encode):
    ramp = np.linspace(0, 65_535, 256).astype(np.uint16).reshape(16, 16)
    for form in ("PNG", "TIFF"):
        levels = np.asarray(decode(encode(Image.fromarray(ramp), form)))[..., 0]
        assert (levels.ravel() == np.arange(256)).all()


@pytest.mark.parametrize("white", [1.0, 255.0, 65_535.0, 1e6])
def test_fractions_are_scaled_by_what_is_in_them(white, encode):
    ramp = np.linspace(0, white, 256, dtype=np.float32).reshape(16, 16)
    levels = np.asarray(decode(encode(Image.fromarray(ramp), "TIFF")))[..., 0]
    assert (levels.ravel() == np.arange(256)).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(mode, encode):
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (4, 0, 8, 8))
    data = encode(image.convert(mode, palette=Image.Palette.ADAPTIVE), "PNG")
    assert [decode(data).getpixel((x, 4)) for x in (1, 6)] == [(255,) * 3, (0,) * 3]


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_picture_counts(form, quarters, encode, corners):
    later = [Image.new("RGB", (60, 40), "black")] * 3
    options = {"lossless": True} if form == "WEBP" else {}
    data = encode(quarters(), form, save_all=True, append_images=later, **options)
    assert near(corners(decode(data)), COLOURS)


@pytest.mark.parametrize(
    ("size", "reduced"),
    [
        ((3000, 2000), (1000, 667)),
        ((511, 700), (511, 700)),
        ((1023, 1023), (1023, 1023)),
        ((6000, 100), (2000, 34)),
    ],
)
@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA"])
def test_large_photos_are_reduced_by_a_whole_factor(
    size, reduced, mode, quarters, encode, corners
):
    image = decode(
        encode(
            quarters(*size).convert(mode, palette=Image.Palette.ADAPTIVE),
            "PNG",
            compress_level=1,
        )
    )
    assert image.size == reduced
    assert near(corners(image), COLOURS)
    assert max(image.size) <= MAX_SIDE


def test_a_jpeg_is_reduced_while_it_is_decoded_and_looks_the_same(
    quarters, encode, corners
):
    image = decode(encode(quarters(4000, 3000), "JPEG"))
    assert MIN_SIDE <= min(image.size) < 2 * MIN_SIDE
    assert near(corners(image), COLOURS)


def test_decoding_a_reduced_photo_changes_nothing(quarters, encode):
    once = decode(encode(quarters(3000, 2000), "JPEG"))
    assert np.array_equal(np.asarray(decode(encode(once, "BMP"))), np.asarray(once))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the photo is empty"),
        (b"title,price\ncup,3\n", "a document and not a photo"),
        ("写真".encode(), "a document and not a photo"),
        (b"%PDF-1.4 \x00\x01", "a document and not a photo"),
        (
            bytes(range(256)),
            "not a photo of a kind that is read here: JPEG, PNG, WebP, GIF",
        ),
        (b"\xff\xd8\xff", "it ends too early"),
        (b"\xff\xd8\xff\xe0\x00\x04ab but not a photo", "do not follow"),
        (b"\x89PNG\r\n\x1a\n", "it ends too early"),
        (b"BM" + bytes(60), "cannot be decoded|no pixels"),
    ],
)
def test_what_is_no_photo_is_a_sentence(data, reason):
    with pytest.raises(PhotoError, match=reason):
        decode(data)


@pytest.mark.parametrize("kind", SAVED)
def test_half_a_photo_is_refused(kind, quarters, encode):
    mode, form, options = SAVED[kind]
    noise = np.random.default_rng(1).integers(0, 255, (40, 60, 3), np.uint8)
    data = encode(
        Image.fromarray(noise).convert(mode, palette=Image.Palette.ADAPTIVE),
        form,
        **options,
    )
    with pytest.raises(
        PhotoError, match="damaged: it (ends too early|cannot be decoded)"
    ):
        decode(data[: len(data) // 2])


def test_a_file_that_is_too_large_is_a_sentence(quarters, encode):
    with pytest.raises(PhotoError, match="larger than 1 MB"):
        decode(
            encode(quarters(), "BMP") + bytes(1_000_000),
            PhotoLimits(max_bytes=1_000_000),
        )


def test_what_is_damaged_in_any_way_is_a_picture_or_a_sentence(quarters, encode):
    draw = np.random.default_rng(5)
    for mode, form, options in SAVED.values():
        data = encode(
            quarters().convert(mode, palette=Image.Palette.ADAPTIVE), form, **options
        )
        for _ in range(60):
            torn = bytearray(data)
            for _ in range(draw.integers(1, 6)):
                torn[draw.integers(len(torn))] = draw.integers(256)
            with contextlib.suppress(PhotoError):
                assert decode(bytes(torn)).mode == "RGB"


def test_a_photo_with_pixels_is_not_decoded_again(quarters, encode):
    photo = Photo(encode(quarters(1_500, 1_200), "JPEG"))
    shrunk = Photo(pixels=np.asarray(load_image(photo)))
    assert load_image(shrunk).tobytes() == decode(photo.data).tobytes()
    assert decode(reading.read_bytes(shrunk)).tobytes() == decode(photo.data).tobytes()
    assert shrunk == Photo()
    assert "pixels" not in repr(shrunk)
