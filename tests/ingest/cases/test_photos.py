"""Photos as phones and shops make them: cases P1 to P7."""

import io
import unicodedata

import numpy as np
import pytest
from PIL import Image

from common.snapshot import Snapshot
from ingest.ingest import Options, ingest_file


def picture(kind, size=(64, 48), seed=0, **options):
    """A noisy picture, encoded."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3))
    stream = io.BytesIO()
    Image.fromarray(pixels.astype("uint8")).save(stream, kind, **options)
    return stream.getvalue()


def packshot(kind, side, share=0.09, **options):
    """A product on white: noise on a share of the area."""
    image = Image.new("RGB", (side, side), "white")
    inner = int(side * share**0.5)
    product = Image.open(io.BytesIO(picture("PNG", (inner // 8, inner // 8))))
    image.paste(product.resize((inner, inner)), (side // 3, side // 3))
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def stored(tmp_path, cells, files):
    """How many photos of a table are stored, and its counts of photos."""
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    rows = [f"item {n}\t{cell}" for n, cell in enumerate(cells)]
    (tmp_path / "shop.tsv").write_text("\n".join(["title\tphotos", *rows]))
    out = tmp_path / "out"
    ingest_file(tmp_path / "shop.tsv", out, Options(), lambda *_: None)
    return Snapshot.open(out, verify=False).manifest.photos


@pytest.mark.parametrize(
    "tail",
    [
        b"\x00\x00\x00\x18ftypmp42" + b"\xff\xda\x00\x08" * 900_000,
        b"\x00\x00\x00\x18ftypmp42" + b"\xff\xd8\xff\xda" * 500_000,
        b"MotionPhoto_Data" + bytes(range(256)) * 16_000,
    ],
)
def test_p1_what_follows_a_picture_is_no_part_of_it(tmp_path, tail):
    photos = stored(tmp_path, ["a.jpg"], {"a.jpg": picture("JPEG") + tail})
    assert photos["stored"] == 1


@pytest.mark.parametrize(
    ("kind", "name"), [("WEBP", "a.webp"), ("PNG", "a.png"), ("JPEG", "a.jpg")]
)
@pytest.mark.parametrize("side", [2048, 3000])
def test_p3_packshots_on_white_are_no_bombs(tmp_path, kind, name, side):
    photos = stored(tmp_path, [name], {name: packshot(kind, side)})
    assert photos["stored"] == 1


@pytest.mark.parametrize("name", ["Müller.jpg", "ドレス.jpg", "café à la carte.jpg"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_p5_names_are_compared_normalised(tmp_path, name, form):
    other = "NFC" if form == "NFD" else "NFD"
    on_disk = unicodedata.normalize(form, name)
    in_table = unicodedata.normalize(other, name)
    assert stored(tmp_path, [in_table], {on_disk: picture("JPEG")})["stored"] == 1


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("IMG_0001.jpg", ["IMG_0001.JPG"]),
        ("a%20b.jpg", ["a b.jpg"]),
        ("dress.jpg (1).jpg", ["dress.jpg (1).jpg"]),
        ("set 1; front.jpg", ["set 1; front.jpg"]),
        ("['a.jpg', 'my photo, front.jpg']", ["a.jpg", "my photo, front.jpg"]),
        ('["a.jpg", "b (2).jpg"]', ["a.jpg", "b (2).jpg"]),
        ("a.jpg;b.jpg", ["a.jpg", "b.jpg"]),
        ("a.jpg|b.png", ["a.jpg", "b.png"]),
        (".\\a.jpg, b.jpg", ["a.jpg", "b.jpg"]),
    ],
)
def test_p7_names_are_found_as_people_write_them(tmp_path, cell, names):
    files = {
        name: picture("PNG" if name.endswith("png") else "JPEG", seed=seed)
        for seed, name in enumerate(names)
    }
    photos = stored(tmp_path, [cell], files)
    assert photos["stored"] == photos["referenced"] == len(names)
