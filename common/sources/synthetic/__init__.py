"""A synthetic shop: listings with the habits of real ones, and none of their data.

Listings are drawn in blocks, each from its own stream of random numbers, so that row ``i`` is the
same however many rows are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from common.errors import InputError
from common.sources import RawRow
from common.sources.synthetic.facts import draw
from common.sources.synthetic.form import Clerk
from common.sources.synthetic.wording import DRAWS, Writer
from common.sources.synthetic.world import load
from common.taxonomy import Taxonomy

BLOCK = 1024
"""Rows drawn at once; changing it changes every shop."""

GROUP = 64
"""Rows that share eight sellers."""

MISSING = {
    "category": 0.01,
    "brand": 0.03,
    "condition": 0.02,
    "size": 0.25,
    "colour": 0.35,
    "price": 0.005,
    "shipping_payer": 0.02,
    "shipping_method": 0.04,
    "parcel_size": 0.04,
    "seller_id": 0.01,
    "listed_at": 0.01,
    "language": 0.03,
}
"""How often a seller, or the shop's export, leaves a field out."""


def read(rows: int, seed: int) -> Iterator[list[RawRow]]:
    """Yield batches of ``rows`` listings in all; the same seed gives the same rows.

    Lines are counted from 1; values are keyed by field; prices are in US dollars.
    """
    if rows < 1:
        raise InputError(f"a synthetic shop needs at least one row, not {rows}")
    if seed < 0:
        raise InputError(f"a seed is a whole number from 0, not {seed}")
    clerk = Clerk(load(), Taxonomy.default(), Writer())
    for first in range(0, rows, BLOCK):
        yield _block(clerk, seed, first)[: rows - first]


def _block(clerk: Clerk, seed: int, first: int) -> list[RawRow]:
    """The ``BLOCK`` rows from row ``first`` on, counted from 0."""
    rng = np.random.default_rng((seed, first // BLOCK))
    facts = draw(clerk.world, rng, BLOCK, GROUP)
    draws = rng.random((BLOCK, DRAWS)).tolist()
    gaps = (rng.random((BLOCK, len(MISSING))) < list(MISSING.values())).tolist()
    rows = []
    for i in range(BLOCK):
        about = clerk.subject(facts, i)
        values = clerk.fields(facts, i, about, first + i, first // GROUP * 8)
        for name, gap in zip(MISSING, gaps[i], strict=True):
            if gap:
                values.pop(name, None)
        values["title"] = clerk.writer.title(about, draws[i])
        values["description"] = clerk.writer.description(about, draws[i])
        rows.append(RawRow(line=first + i + 1, values=values))
    return rows
