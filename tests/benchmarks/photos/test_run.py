import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from benchmarks.photos.rows import read_rows
from benchmarks.shared.folds import make_folds
from common.photos.reading import read_bytes


@pytest.fixture
def source(tmp_path):
    """Twelve shoes and one hat, each with a photo of its own."""
    (tmp_path / "photos").mkdir()
    rows = []
    for number in range(13):
        pixels = np.random.default_rng(number).integers(0, 256, (20, 20, 3), np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        (tmp_path / f"photos/{number}.png").write_bytes(file.getvalue())
        category = "Feet/Shoes" if number < 12 else "Head/Hats"
        rows.append((f"Nike thing {number}", category, "Nike", f"photos/{number}.png"))
    table = pd.DataFrame(rows, columns=["title", "category", "brand", "photo"])
    table.to_csv(tmp_path / "listings.csv", index=False)
    return tmp_path


def test_rows_of_frequent_categories_are_read_with_photos_and_without_brands(
    source, tmp_path
):
    rows = read_rows(source, "title", tmp_path)
    assert {row.category for row in rows} == {"All/Shoes"}
    assert sorted(row.title for row in rows) == sorted(
        f"thing {number}" for number in range(12)
    )
    assert all(row.brand == "Nike" and len(row.photos) == 1 for row in rows)


def test_photos_come_through_a_fold_as_they_were(source, tmp_path):
    rows = read_rows(source, "title", tmp_path)
    fold = next(make_folds(rows, 3, tmp_path))
    before = {row.title: read_bytes(row.photos[0]) for row in rows}
    after = {
        row.title: read_bytes(row.photos[0])
        for row in fold.train + fold.validation + fold.test
    }
    assert after == before
