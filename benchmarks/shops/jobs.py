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

TEXT_FIELDS = ("title", "description", "listing_id", "seller_id")
"""Fields beside those of the tasks that the outputs depend on."""

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
        """Hash what can be hashed; two shops of one run have different names."""
        names = (self.shop.name, self.contestant, self.model)
        return hash((names, self.number))


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a run keeps its files, and what the peers need.

    Attributes:
        scratch: folder of snapshots and stored outputs.
        environment: what some peers need.
        workers: jobs at a time; with 0 only stored outputs are read.
    """

    scratch: Path
    environment: Environment = Environment()
    workers: int = 1


def checksum_rows(rows: Sequence[Listing], shop: Shop) -> str:
    """Return a hash of all texts and labels, after the folder of the shop's table.

    It names the outputs, so that these stay valid until the rows change.
    """
    fields = _fields()
    digest = hashlib.blake2b(digest_size=4)
    for row in rows:
        cells = [getattr(row, name) for name in fields]
        text = repr(cells)
        digest.update(text.encode(errors="replace"))

    # The folds count too, and how the table is read.
    reading = repr(asdict(shop.as_text))
    digest.update(reading.encode())
    folder = Path(shop.table).parent.name
    return f"{folder}-{digest.hexdigest()}"


def _fields() -> tuple[str, ...]:
    """All fields that a contestant may see or is to answer."""
    labels: set[str] = set()
    for task in TASKS:
        labels.update((task.field, *task.confirmed))
    # A set has no order that lasts.
    return (*TEXT_FIELDS, *sorted(labels))
