"""The rows of the photo benchmark.

Those of ``clothing`` and ``fashion`` have frequent categories, and titles without brands; those of
``gumtree`` are the rows of that shop as they are.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks.shared.folds import read_source
from benchmarks.shared.titles import without_brand
from benchmarks.shops.rows import read_shop
from common.listing import Listing

GROUP_COLUMNS = {"clothing": "seller_id", "fashion": "title"}
"""The sets of rare labels, and the column whose values must not be on both sides of a split."""

SHOPS = {"gumtree": "gumtree_photos"}
"""The sets that are shops of ``benchmarks.shops``, and their names there."""

SETS = (*GROUP_COLUMNS, *SHOPS)
"""The data sets."""

TABLE = "listings.csv"
"""The table of a data set; the photos that it names lie beside it."""

MIN_GROUPS = 10
"""Titles or sellers that a category needs to be on both sides of a split."""

COLUMNS = ("title", "seller_id", "category", "brand")


def read_set(folder: Path, out: Path) -> list[Listing]:
    """The rows of the data set in a folder; ``out`` is a folder for intermediate files."""
    if folder.name in SHOPS:
        return read_shop(SHOPS[folder.name], out)
    return read_rows(folder, GROUP_COLUMNS[folder.name], out)


def read_rows(folder: Path, group: str, out: Path) -> list[Listing]:
    """The rows of frequent categories, with their photos and without brands in the titles.

    ``out`` is a folder for an intermediate table and its snapshot.
    """
    # Brands such as "NA" are text, not missing values.
    rows = pd.read_csv(folder / TABLE, dtype=str, keep_default_na=False)
    rows = _frequent_categories(rows, group)

    # A title that names the brand would leave nothing for the photo to add.
    if "brand" in rows:
        titles = []
        for title, brand in zip(rows["title"], rows["brand"], strict=True):
            titles.append(without_brand(title, brand))
        rows["title"] = titles

    table = out / "rows.parquet"
    frame = _with_photos(rows, folder)
    frame.to_parquet(table)
    return read_source(str(table), out / "all")


def _with_photos(rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The columns that an ingest reads, with the bytes of the photos in place of their paths."""
    kept = [name for name in COLUMNS if name in rows]
    columns = rows[kept].copy()
    photos = []
    for path in rows["photo"]:
        content = (folder / path).read_bytes()
        photos.append([content])

    # A Series is aligned by its index, and rows have gaps in theirs.
    columns["photos"] = pd.Series(photos, index=columns.index)
    return columns


def _frequent_categories(rows: pd.DataFrame, group: str) -> pd.DataFrame:
    """The rows with the last level as category, if enough groups have it."""
    levels = rows["category"].str.split("/")
    last_level = levels.str[-1]
    rows["category"] = "All/" + last_level
    n_groups = rows.groupby("category")[group].transform("nunique")
    return rows[n_groups >= MIN_GROUPS].copy()
