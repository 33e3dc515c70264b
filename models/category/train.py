"""Trains the category model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from common.encoders import Encoder
from common.errors import InputError
from common.heads.fit import Plan, fit_head, members, refit, write_model
from common.heads.labels import ancestors, classes, numbers
from common.heads.targets import Target
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
    rows, held_out = snapshot.read("train"), snapshot.read("validation")
    leaves = classes(row.category for row in rows)
    if len(leaves) < 2:
        raise InputError("the category model needs training rows of at least two categories")

    groups = ancestors(leaves)

    def targets(listings: Sequence[Listing]) -> list[Target]:
        known = numbers([listing.category for listing in listings], leaves)
        return [Target("category", "classes", len(leaves), known, groups=groups)]

    nets = members(config.vectors, config.photos, config.ngrams)
    plan = Plan(encoders, READS, targets, nets, config.seed)
    facts = {"leaves": leaves, "sure": config.sure, "parent_sure": config.parent_sure}
    head, _ = fit_head(plan, rows, held_out, progress, facts=facts)
    head = refit(plan, head, rows + held_out, progress)
    return write_model(out, "category", head, snapshot, config, {"leaves": len(leaves)})
