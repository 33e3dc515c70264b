"""A synthetic market: listings with the habits of real ones, and none of their data.

Listings are drawn in blocks, each from its own stream of random numbers, so that row ``i`` is the
same however many rows are asked for. ``common.sources.synthetic.truth`` knows the distributions
they were drawn from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from common.errors import InputError
from common.sources import RawRow
from common.sources.synthetic.facts import BLOCK
from common.sources.synthetic.form import Clerk

if TYPE_CHECKING:
    from common.sources.synthetic.photos import Photographer


def read(rows: int, seed: int, photos: bool = False) -> Iterator[list[RawRow]]:
    """Yield batches of ``rows`` listings in all; the same seed gives the same rows.

    Lines are counted from 1; values are keyed by field; prices are in US dollars. With ``photos``
    most rows have a tuple of one to three JPEG files as bytes, and one in twenty of those no text.
    """
    if rows < 1:
        raise InputError(f"a synthetic shop needs at least one row, not {rows}")
    if seed < 0:
        raise InputError(f"a seed is a whole number from 0, not {seed}")
    clerk = Clerk(seed, _photographer(seed) if photos else None)
    for first in range(0, rows, BLOCK):
        yield clerk.rows(first // BLOCK, min(BLOCK, rows - first))


def _photographer(seed: int) -> Photographer:
    from common.sources.synthetic.photos import Photographer
    from common.sources.synthetic.world import load

    return Photographer(load(), seed)
