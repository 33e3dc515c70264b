"""Trains the category model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from common.encoders import Encoder
from common.errors import InputError
from common.listing import Listing
from common.nets.label_encoding import ancestor_matrix, encode, fit_classes
from common.nets.targets import Target
from models.category.config import INPUT_FIELDS, Config
from models.category.levels import find_levels
from models.ensemble.head import Head
from models.ensemble.spec import (
    EnsembleSpec,
    lda_members,
    ngram_member,
    photo_member,
    vector_member,
)
from models.ensemble.training.fit_head import FittedHead, fit_head, refit_on_all_rows, write_model

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
    leaves = fit_classes(row.category for row in rows)
    if len(leaves) < 2:
        raise InputError("the category model needs training rows of at least two categories")

    groups = ancestor_matrix(leaves)

    def targets(listings: Sequence[Listing]) -> list[Target]:
        known = encode([listing.category for listing in listings], leaves)
        return [Target("category", "classes", len(leaves), known, groups=groups)]

    nets = (
        ngram_member(config.ngrams),
        *lda_members(config.lda),
        vector_member(config.vectors),
        photo_member(config.photos),
    )
    plan = EnsembleSpec(encoders, INPUT_FIELDS, targets, nets, config.seed)
    facts = {"leaves": leaves, "abstain_below": config.abstain_below}
    fitted = fit_head(plan, rows, held_out, progress, facts=facts)
    head = _fit_thresholds(fitted, leaves, config.commit_precision)
    head = refit_on_all_rows(plan, head, rows + held_out, progress)
    return write_model(out, "category", head, snapshot, config, {"leaves": len(leaves)})


def _fit_thresholds(fitted: FittedHead, leaves: Sequence[str], right: float) -> Head:
    """Find how probable a path must be on rows that were held out, shown early."""
    head, probabilities, truth = fitted.head, [], []
    for part in (each for each in fitted.held if not each.warm):
        scores = head.scores(part.inputs)["category"]
        probabilities.append(head.pool("category", scores, part.inputs).probabilities)
        truth += [listing.category for listing in part.listings]
    levels = find_levels(leaves)
    whole = np.concatenate(probabilities) if truth else np.zeros((0, len(leaves)), np.float32)
    thresholds = levels.fit(whole, truth, right)
    return replace(head, facts={**head.facts, "thresholds": thresholds})
