"""Training of the category model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from common.encoders import Encoder
from common.listing import Listing
from common.nets.label_encoding import ancestor_matrix, encode
from common.nets.targets import Target
from common.progress import Progress
from models.category.config import INPUT_FIELDS, Config
from models.category.levels import build_tree
from models.category.predictor import CategoryCalibration
from models.ensemble.spec import EnsembleSpec, ngram_member, photo_member
from models.ensemble.training.fit_head import FittedHead, fit_head, write_model
from models.ensemble.training.labels import fit_labels, rows_without

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MIN_CHARACTER_ROWS = 4_000
"""Rows from which the net reads runs of characters; of fewer rows it learns them by heart."""


def train(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Progress,
) -> Path:
    """Train on the leaf categories of the training rows; return the artifact's folder.

    Raises:
        CannotTrain: The training rows have fewer than two categories, or too few rows have one.
    """
    rows, validation_rows = snapshot.read("train"), snapshot.read("validation")
    leaves = fit_labels("category", rows, validation_rows)
    spec = _specification(encoders, config, leaves)
    fitted = fit_head(spec, rows, validation_rows, progress)
    calibration = CategoryCalibration(
        leaves=tuple(leaves),
        abstain_below=config.abstain_below,
        thresholds=_fit_thresholds(fitted, leaves, config.commit_precision),
    )
    return write_model(
        out,
        "category",
        fitted.head,
        calibration,
        snapshot,
        config,
        summary={"leaves": len(leaves), "left_out": rows_without("category", rows)},
    )


def _specification(
    encoders: Sequence[Encoder], config: Config, leaves: Sequence[str]
) -> EnsembleSpec:
    groups = ancestor_matrix(leaves)

    def targets(listings: Sequence[Listing]) -> list[Target]:
        """Return the labels of listings in full context."""
        labels = encode([listing.category for listing in listings], leaves)
        return [
            Target(
                "category",
                "classes",
                len(leaves),
                labels,
                groups=groups,
            )
        ]

    return EnsembleSpec(
        encoders,
        INPUT_FIELDS,
        targets,
        members=(
            ngram_member(config.ngrams, min_character_rows=MIN_CHARACTER_ROWS),
            photo_member(config.photos),
        ),
        linear=config.linear,
        seed=config.seed,
    )


def _fit_thresholds(
    fitted: FittedHead, leaves: Sequence[str], precision: float
) -> tuple[float, ...]:
    """Return the thresholds of committed paths, fitted on held-out rows in early context."""
    head = fitted.head
    probabilities, truth = [], []
    for view in fitted.views:
        if not view.is_full:
            scores = view.scores_of("category")
            pooled = head.probabilities("category", scores, view.inputs)
            probabilities.append(pooled.probabilities)
            truth += [listing.category for listing in view.listings]

    all_probabilities = np.concatenate(probabilities)
    return tuple(build_tree(leaves).fit_thresholds(all_probabilities, truth, precision))
