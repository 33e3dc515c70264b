"""Whatever is done to a file: a picture or a ``PhotoError``, and nothing else."""

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from common.errors import PhotoError
from common.photos import exif
from common.photos.decoding import decode, extension

FORMS = {
    "JPEG": {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"},
    "progressive": {"progressive": True},
    "PNG": {},
    "WEBP": {},
    "GIF": {},
    "AVIF": {},
    "TIFF": {"compression": "tiff_lzw"},
    "BMP": {},
}
START = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "GIF": b"GIF89a"}


def encode(form):
    noise = np.random.default_rng(3).integers(0, 255, (24, 40, 3), np.uint8)
    file = io.BytesIO()
    name = "JPEG" if form == "progressive" else form
    Image.fromarray(noise).save(file, name, **FORMS[form])
    return file.getvalue()


FILES = {form: encode(form) for form in FORMS}

some_files = st.sampled_from([*FILES.values()])
edits = st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6)), max_size=6)
fuzz = settings(max_examples=300, deadline=None, suppress_health_check=[*HealthCheck])


def is_picture_or_sentence(data):
    try:
        return decode(data).mode == "RGB"
    except PhotoError as error:
        return bool(str(error))


@fuzz
@given(some_files, st.integers(0, 4_000))
def test_any_truncation(data, length):
    assert is_picture_or_sentence(data[:length])


@fuzz
@given(some_files, edits)
def test_any_bytes_in_place_of_others(data, edits):
    torn = bytearray(data)
    for offset, replacement in edits:
        start = offset % len(torn)
        torn[start : start + len(replacement)] = replacement
    assert is_picture_or_sentence(bytes(torn))


@fuzz
@given(some_files, edits)
def test_any_bytes_that_are_put_in_or_left_out(data, edits):
    for offset, inserted in edits:
        start = offset % (len(data) + 1)
        data = data[:start] + inserted + data[start + offset % 5 :]
    assert is_picture_or_sentence(data)


@fuzz
@given(st.sampled_from([b"", *START.values()]), st.binary(max_size=300))
def test_random_bytes(start, rest):
    assert is_picture_or_sentence(start + rest)


@fuzz
@given(some_files, some_files, st.binary(max_size=2_000))
def test_what_follows_a_picture_changes_nothing(data, other, junk):
    if extension(data) not in ("bmp", "avif"):
        after = junk + other
        assert decode(data + after).tobytes() == decode(data).tobytes()


@fuzz
@given(st.sampled_from([b"II*\0", b"MM\0*", b""]), st.binary(max_size=200))
def test_any_exif_has_an_orientation(header, rest):
    assert 1 <= exif.orientation(header + rest) <= 8


@pytest.mark.parametrize("form", FORMS)
def test_every_truncation_of_a_format_is_refused_or_whole(form):
    data = FILES[form]
    whole = decode(data).tobytes()
    for length in range(0, len(data), max(1, len(data) // 200)):
        try:
            assert decode(data[:length]).tobytes() == whole
        except PhotoError:
            continue
