"""The jobs of the benchmark, and where their outputs are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.peers.contestants import Environment
from benchmarks.shared.protocol import TASKS
from benchmarks.shops.shop_file import Shop
from common.listing import Listing

ALL_MODELS = "all"
"""The model of a job that trains every model on the same encoders."""


@dataclass(frozen=True, slots=True)
class Job:
    """One model of a contestant on one fold of a shop.

    Attributes:
        shop: the shop.
        number: number of the fold.
        contestant: name of the contestant.
        model: name of the model of ours that is measured.
    """

    shop: Shop
    number: int
    contestant: str
    model: str = ALL_MODELS

    def __hash__(self) -> int:
        """Hash the parts that can be hashed."""
        return hash((self.shop.name, self.number, self.contestant, self.model))


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a run keeps its files, and what the peers need.

    Attributes:
        scratch: folder of snapshots and stored outputs.
        environment: what some peers need.
        workers: jobs at a time.
    """

    scratch: Path
    environment: Environment = Environment()
    workers: int = 1


def checksum_rows(rows: Sequence[Listing], shop: Shop) -> str:
    """Return a hash of all texts and labels, after the folder of the shop's table.

    It names the outputs, so that these stay valid until the rows change.
    """
    labels = {name for task in TASKS for name in (task.field, *task.confirmed)}
    fields = ("title", "description", "listing_id", "seller_id", *sorted(labels))
    digest = hashlib.blake2b(digest_size=4)
    for row in rows:
        cells = [getattr(row, name) for name in fields]
        digest.update(repr(cells).encode(errors="replace"))

    # The folds count too, and how the table is read.
    digest.update(repr(asdict(shop.as_text)).encode())
    return f"{Path(shop.table).parent.name}-{digest.hexdigest()}"
