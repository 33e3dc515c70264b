import io
from collections import Counter
from typing import Any

import numpy as np
from PIL import Image

from common.photos.decoding import decode
from simulator.source import read


def test_most_listings_have_photos_and_a_few_nothing_else() -> None:
    rows = [dict(row.values) for batch in read(300, 7, photos=True) for row in batch]
    counts = Counter(len(row.get("photos", ())) for row in rows)
    silent = [row for row in rows if not row["title"]]
    assert set(counts) == {0, 1, 2, 3}
    assert 0.05 < counts[0] / len(rows) < 0.15
    assert 4 < len(silent) < 30
    assert all(row["photos"] and not row["description"] for row in silent)


def test_photos_change_no_other_field() -> None:
    without_photos = next(read(40, 3))
    with_photos = next(read(40, 3, photos=True))
    for one, other in zip(without_photos, with_photos, strict=True):
        texts = {"title", "description", "photos"}
        assert {k: v for k, v in one.values.items() if k not in texts} == {
            k: v for k, v in other.values.items() if k not in texts
        }
        assert other.values["title"] in ("", one.values["title"])


def test_the_same_seed_gives_the_same_photos() -> None:
    first, again = (
        [row.values.get("photos") for row in next(read(count, 3, photos=True))]
        for count in (12, 20)
    )
    assert first == again[:12]


def test_every_photo_can_be_decoded_and_some_are_stored_turned() -> None:
    rows: Any = next(read(120, 5, photos=True))
    photos = [photo for row in rows for photo in row.values.get("photos", ())]
    assert all(
        90 <= min(decode(photo).size) <= max(decode(photo).size) <= 128
        for photo in photos
    )
    turned = [
        Image.open(io.BytesIO(photo)).getexif().get(274, 1) != 1 for photo in photos
    ]
    assert 0.02 < np.mean(turned) < 0.2
    assert np.mean([len(photo) for photo in photos]) < 6000


def test_a_photo_shows_the_colour_of_the_thing() -> None:
    rows: Any = next(read(900, 5, photos=True))
    middles = {
        colour: np.mean(
            [
                np.asarray(decode(row.values["photos"][0]).resize((9, 9)))[
                    3:6, 3:6
                ].mean((0, 1))
                for row in rows
                if row.values.get("colour") == colour and "photos" in row.values
            ],
            axis=0,
        )
        for colour in ("red", "blue", "green")
    }
    assert [int(np.argmax(middles[colour])) for colour in ("red", "green", "blue")] == [
        0,
        1,
        2,
    ]
