"""No file costs more than it looks: neither time, nor memory, whatever it says about itself."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def saved(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def flat(mode, width, height, form, **options):
    return saved(Image.new(mode, (width, height)), form, **options)


def chunk(kind, body):
    return (
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
    )


def png(width, height, depth=8, colour=2, chunks=(), pixels=b""):
    header = chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    )
    end = chunk(b"IDAT", pixels or zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + end


def blank(width, height, depth, colour, bits):
    """A PNG of nothing but zeros, packed a line at a time."""
    pack, line = zlib.compressobj(9), bytes(1 + width * bits // 8)
    pixels = b"".join(pack.compress(line) for _ in range(height)) + pack.flush()
    return png(width, height, depth, colour, pixels=pixels)


def with_segments(data, segments):
    return data[:2] + b"".join(segments) + data[2:]


def tags(order, count, size, at):
    """A directory whose every entry is as long as the file."""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "I", 8)
    entries = b"".join(
        struct.pack(order + "HHII", i + 1, 7, size, at) for i in range(count)
    )
    return head + struct.pack(order + "H", count) + entries + bytes(4)


def bombs():
    tiny = flat("RGB", 16, 16, "JPEG")
    megabyte = zlib.compress(bytes(1_000_000), 9)
    scans = saved(Image.new("L", (1000, 1000)), "JPEG", progressive=True)
    last = scans[scans.rindex(b"\xff\xda") : -2]
    gif = flat("P", 16, 16, "GIF")
    yield "png-of-huge-size", png(60_000, 60_000)
    yield "png-of-900-million-pixels", png(30_000, 30_000)
    yield "png-of-zeros", blank(7_000, 7_000, 8, 2, 24)
    yield "png-within-pixels", blank(8_000, 8_000, 8, 0, 8)
    yield "png-of-one-bit", blank(10_000, 10_000, 1, 0, 1)
    yield "png-as-large-as-may-be", blank(3_000, 3_000, 8, 2, 24)
    yield "png-of-grey-as-large-as-may-be", blank(4_000, 3_000, 8, 0, 8)
    yield "png-text", png(16, 16, chunks=[chunk(b"zTXt", b"a\0\0" + megabyte)] * 64)
    yield "png-profile", png(16, 16, chunks=[chunk(b"iCCP", b"a\0\0" + megabyte)])
    yield "png-pieces", png(16, 16, chunks=[chunk(b"tEXt", b"")] * 1_000_000)
    yield "jpeg-of-huge-size", flat("L", 65_000, 2_000, "JPEG")
    yield "jpeg-in-passes", flat("L", 8_000, 6_000, "JPEG", progressive=True)
    yield "jpeg-of-many-passes", scans[:-2] + last * 20_000 + scans[-2:]
    large = flat("L", 4_000, 3_000, "JPEG", progressive=True)
    last = large[large.rindex(b"\xff\xda") : -2]
    yield "jpeg-of-some-passes", large[:-2] + last * 40 + large[-2:]
    yield "jpeg-as-large-as-may-be", large
    yield "jpeg-segments", with_segments(tiny, [b"\xff\xe5\0\2"] * 2_000_000)
    yield "jpeg-padding", with_segments(tiny, [b"\xff" * 15_000_000])
    exif = b"Exif\0\0" + tags(">", 4_000, 60_000, 0)
    exif += bytes(65_000 - len(exif))
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    yield "jpeg-exif", with_segments(tiny[:2] + tiny[20:], [segment])
    yield (
        "webp-of-one-colour",
        flat("RGB", 7_000, 6_000, "WEBP", lossless=True, method=0),
    )
    yield (
        "webp-as-large-as-may-be",
        flat("RGB", 1_500, 1_500, "WEBP", lossless=True, method=0),
    )
    frames = [Image.new("RGB", (64, 64), (i, 0, 0)) for i in range(200)]
    yield (
        "webp-of-many-frames",
        saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
    )
    yield "gif-of-huge-size", gif[:6] + struct.pack("<HH", 65_000, 65_000) + gif[10:]
    yield "gif-as-large-as-may-be", flat("P", 4_000, 3_000, "GIF")
    comments = b"!\xfe" + (b"\xff" + b"x" * 255) * 60_000 + b"\0"
    at = gif.index(b",", 13)
    yield "gif-comment", gif[:at] + comments + gif[at:]
    yield "gif-of-many-frames", gif[:-1] + gif[at:-1] * 50_000 + b";"
    tif = tags("<", 60_000, 15_000_000, 0)
    yield "tif-tags", tif + bytes(16_000_000 - len(tif))
    yield (
        "tif-of-zeros",
        flat("RGB", 7_000, 6_000, "TIFF", compression="tiff_adobe_deflate"),
    )
    yield (
        "bmp-of-huge-size",
        b"BM"
        + struct.pack(
            "<IIIIiiHHIIIIII", 60, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0
        ),
    )
    yield (
        "bmp-compressed",
        b"BM"
        + struct.pack(
            "<IIIIiiHHIIIIII", 1100, 0, 1078, 40, 3_000, 3_000, 1, 8, 1, 0, 0, 0, 0, 0
        )
        + bytes(1024)
        + b"\xff\0" * 40_000,
    )


@pytest.fixture(scope="module")
def costs(tmp_path_factory, measure_costs):
    """Cost of every bomb: normal photos, MB, and the answer."""
    folder = tmp_path_factory.mktemp("bombs")
    draw = np.random.default_rng(0)
    noise = Image.fromarray(draw.integers(0, 255, (300, 400, 3), np.uint8))
    (folder / "normal").write_bytes(
        saved(noise.resize((4_000, 3_000)), "JPEG", quality=90)
    )
    for form in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"):
        (folder / f"small-{form}").write_bytes(saved(noise, form))
    for name, data in bombs():
        (folder / f"file-{name}").write_bytes(data)
    return measure_costs(folder)


def test_no_bomb_takes_longer_than_a_few_photos(costs):
    assert {name: cost for name, cost in costs.items() if cost[0] > 4} == {}


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="memory is read from Linux"
)
def test_no_bomb_takes_more_than_50_megabytes(costs):
    assert {name: cost for name, cost in costs.items() if cost[1] > 50} == {}


def test_what_is_too_large_is_refused_and_what_only_looks_so_is_not(costs):
    taken = {name for name, (_, _, answer) in costs.items() if answer.startswith("(")}
    assert taken == {
        "file-" + name
        for name in (
            "png-as-large-as-may-be", "png-of-grey-as-large-as-may-be", "webp-as-large-as-may-be",
            "gif-as-large-as-may-be", "webp-of-many-frames", "gif-of-many-frames", "jpeg-exif",
            "jpeg-padding", "jpeg-as-large-as-may-be",
        )
    }  # fmt: skip
