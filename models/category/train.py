"""Trains the category model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from common.encoders import Encoder
from common.errors import InputError
from common.heads.fit import fit_head, members, write_model
from common.heads.labels import classes, numbers
from common.heads.train import Target
from common.listing import Listing
from models.category.config import READS, Config

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def train(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Callable[[str, float], None],
) -> Path:
    """Learn the leaf categories of the training rows; return the artifact's folder."""
    rows = snapshot.read("train")
    leaves = classes(row.category for row in rows)
    if len(leaves) < 2:
        raise InputError("the category model needs training rows of at least two categories")

    def targets(listings: Sequence[Listing]) -> list[Target]:
        known = numbers([listing.category for listing in listings], leaves)
        return [Target("category", "classes", len(leaves), known)]

    head, _ = fit_head(
        rows,
        snapshot.read("validation"),
        encoders,
        READS,
        targets,
        members(config.vectors, config.photos, config.ngrams),
        progress,
        seed=config.seed,
        facts={"leaves": leaves, "sure": config.sure, "parent_sure": config.parent_sure},
    )
    return write_model(out, "category", head, snapshot, config, {"leaves": len(leaves)})
