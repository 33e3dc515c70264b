"""A JPEG is its picture: what cameras write into it and after it changes no pixel."""

import random
import struct

import numpy as np
import pytest

from common.errors import PhotoError
from common.photos.decoding import decode
from common.photos.exif import orientation, orientation_of_blocks


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def block(order, value, kind=3, extra=0):
    """EXIF that states an orientation, and counts more entries than there are."""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "I", 8)
    entry = struct.pack(order + "HHI", 0x112, kind, 1)
    stated = struct.pack(order + {1: "B3x", 3: "H2x", 4: "I"}[kind], value)
    return head + struct.pack(order + "H", 1 + extra) + entry + stated


def exif(*args, **options):
    return segment(0xE1, b"Exif\0\0" + block(*args, **options))


@pytest.fixture(params=[False, True], ids=["baseline", "progressive"])
def jpeg(request, quarters, encode):
    return encode(quarters(), "JPEG", quality=95, progressive=request.param)


@pytest.fixture
def same(jpeg):
    """Tells whether a file decodes to the pixels of ``jpeg``."""

    def compare(data):
        return decode(data).tobytes() == decode(jpeg).tobytes()

    return compare


def test_the_video_of_a_motion_photo_is_not_walked(jpeg, same):
    frames = b"\xff\xda\0\x0c" + bytes(40) + b"\xff\xc0\0\x11" + b"\xff\xd9"
    noise = random.Random(1).randbytes(3_000_000)
    video = b"\0\0\0\x18ftypmp42" + frames * 200 + noise
    assert same(jpeg + video)
    assert same(jpeg + b"\0" * 37 + video + b"SEFH" + b"MotionPhoto_Data")


def test_further_pictures_and_gain_maps_are_left_out(jpeg, same, quarters, encode):
    other = encode(quarters(30, 20).rotate(90), "JPEG")
    directory = segment(0xE2, b"MPF\0MM\0*\0\0\0\x08")
    assert same(jpeg[:2] + directory + jpeg[2:] + other * 60)


def test_a_thumbnail_in_exif_is_not_the_picture(jpeg, same, quarters, encode):
    thumbnail = encode(quarters(16, 12).rotate(180), "JPEG")
    assert same(jpeg[:2] + segment(0xE1, b"Exif\0\0MM\0*" + thumbnail) + jpeg[2:])


def test_segments_after_the_pixels_may_hold_any_marker(jpeg, same):
    metadata = segment(0xE5, b"\xff\xda\xff\xd9\xff\xc0" * 100)
    assert same(jpeg[:-2] + metadata + segment(0xFE, b"\xff\xd9") + jpeg[-2:])


def test_too_many_scans_are_refused_within_the_picture_only(quarters, encode):
    data = encode(quarters(), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    decode(data + last * 60)
    with pytest.raises(PhotoError, match="in too many pieces"):
        decode(data[:-2] + last * 60 + data[-2:])


def test_a_segment_that_is_longer_than_it_says_leaves_a_rest_that_is_skipped(
    jpeg, same
):
    assert same(jpeg[:2] + exif("<", 1) + b"rest of it" + jpeg[2:])


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", [1, 3, 4])
@pytest.mark.parametrize("extra", [0, 900, 60_000])
def test_an_orientation_is_read_in_every_layout(order, kind, extra):
    assert orientation(block(order, 6, kind, extra)) == 6


def test_exif_may_come_in_a_later_segment_or_in_several(jpeg):
    turned = decode(jpeg).transpose(4)  # 270 degrees, which orientation 6 asks for
    metadata = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>")
    for first in (metadata, segment(0xE1, b"Exif\0\0"), exif(">", 0)):
        data = jpeg[:2] + first + exif(">", 6) + jpeg[2:]
        assert np.array_equal(np.asarray(decode(data)), np.asarray(turned))


def test_a_part_of_exif_continues_the_one_before_and_the_first_statement_counts():
    whole = block(">", 8)
    assert orientation_of_blocks([whole, b"more of it", block("<", 3)]) == 8
    assert orientation_of_blocks([whole[:9], whole[9:]]) == 8
    assert orientation_of_blocks([b"junk of some length", block("<", 3)]) == 3
    assert orientation_of_blocks([]) == 1
