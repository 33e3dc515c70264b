"""The rows of a shop, and the fold of each: for the benchmark, and for experiments beside it.

from benchmarks.shops.rows import fold_of, read_shop

rows = read_shop("thredup")
tested = [row for row in rows if fold_of(row, 5) == 0]
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.shared.command_line import data_folder
from benchmarks.shared.folds import fold_of, read_source
from benchmarks.shared.result_cache import fingerprint
from benchmarks.shared.titles import without_brand
from benchmarks.shops.shop_file import Shop, find_shop
from common.errors import InputError
from common.listing import NO_BRAND, Listing
from ingest.options import ReadOptions

__all__ = ["SCRATCH", "fold_of", "read_rows", "read_shop"]

SCRATCH = Path("build") / "shops"
"""Folder of snapshots and stored outputs."""

INGEST_CODE = ("common/listing.py", "common/snapshot.py", "common/validation", "ingest")
"""Code that the rows depend on: if it changes, the tables are read again."""


def read_shop(name: str, scratch: Path = SCRATCH) -> list[Listing]:
    """Read the rows of a shop of ``shops.toml``, below ``LISTREC_DATA``, with all their labels.

    A snapshot is kept in ``scratch``, so that the next call takes seconds. Raises InputError for
    an unknown shop, or if the table is not there.
    """
    return read_rows(find_shop(name), scratch)


def read_rows(shop: Shop, scratch: Path) -> list[Listing]:
    """Read the rows of a shop; see ``read_shop``."""
    table = data_folder("the shops") / shop.table
    if not table.exists():
        raise InputError(
            f"{table} of the shop {shop.name} is not there: see LISTREC_DATA"
        )

    # Snapshots of an older ingest may lack fields that listings have now.
    code = fingerprint(INGEST_CODE, (), shop.table, sorted(shop.map.items()))
    folder = scratch / "rows" / f"{shop.name}-{shop.kind}-{code}"
    listings = read_source(
        str(table), folder, min_price=shop.min_price, reading=_reading(shop)
    )
    if shop.mask_brand:
        return [_mask_brand(row) for row in listings]
    return listings


def _reading(shop: Shop) -> ReadOptions:
    unread = {} if shop.photos else {"photos": ""}
    return ReadOptions(mapping={**shop.map, **unread})


def _mask_brand(listing: Listing) -> Listing:
    """Return the listing with a title that does not name its brand."""
    if listing.brand in (None, NO_BRAND):
        return listing
    return replace(listing, title=without_brand(listing.title, listing.brand or ""))
