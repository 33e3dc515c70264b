"""Fitting of a head: members, stacked trees and blends, on held-out scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.arrays import Ints
from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.settings import LARGE_DATA_ROWS
from common.progress import Progress
from common.store import artifacts
from models.ensemble.calibration_file import save_calibration
from models.ensemble.head import Head
from models.ensemble.head_files import save_head
from models.ensemble.spec import EnsembleSpec
from models.ensemble.training.blending import fit_blends
from models.ensemble.training.cross_fitting import FittedMembers, fit_members
from models.ensemble.training.held_out import View
from models.ensemble.training.members import Members
from models.ensemble.training.stacking import fit_stacking

if TYPE_CHECKING:
    from common.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class FittedHead:
    """A head with the rows that its parts were fitted on.

    Attributes:
        head: The head.
        views: Held-out rows by mode and context, which the blends were fitted on.
        training: Held-out rows in early and in full context, which the trees were fitted on.
        train_on: As in ``FittedMembers``.
    """

    head: Head
    views: list[View]
    training: list[View]
    train_on: Callable[[Ints], Members]


def fit_head(
    spec: EnsembleSpec,
    rows: list[Listing],
    validation_rows: list[Listing],
    progress: Progress,
) -> FittedHead:
    """Train the members, stack trees on their held-out scores, and blend all of them.

    Args:
        spec: The parts of the head.
        rows: Training rows, those that photo encoders have learned from.
        validation_rows: Rows that they have not seen.
        progress: Called with what is done, and the fraction of it.
    """
    progress("reading", 0.0)
    listings = [*rows, *validation_rows]
    features = FeatureExtractor(
        spec.fields,
        spec.encoders,
        with_style=spec.boosted_trees is not None,
        with_characters=len(listings) <= LARGE_DATA_ROWS,
    )
    fitted = fit_members(spec, features, listings, len(rows), progress)

    full_context = fitted.training[1].inputs
    mean_late_fields = float(full_context.n_late_fields.mean())
    head = Head(
        fitted.features,
        fitted.members,
        {},
        n_late_fields=max(mean_late_fields, 1.0),
    )
    return _blended(spec, head, fitted, progress)


def _blended(
    spec: EnsembleSpec,
    head: Head,
    fitted: FittedMembers,
    progress: Progress,
) -> FittedHead:
    """Return the head with stacked trees, where it has any, and blends."""
    views = fitted.views
    if spec.trees and head.features.with_style:
        progress("boosting trees", 0.0)
        # Views of both kinds may be the same, and are scored once.
        scored = {id(view): view for view in (*fitted.training, *views)}
        head = fit_stacking(head, fitted.training, [*scored.values()], spec.trees)

    head = replace(head, blends=fit_blends(head, views))
    return FittedHead(head, views, fitted.training, fitted.train_on)


def write_model(
    out: Path,
    name: str,
    head: Head,
    calibration: Any,
    snapshot: Snapshot,
    config: Any,
    summary: Mapping[str, Any],
    save_more: Callable[[Path], None] | None = None,
) -> Path:
    """Write a model's artifact below ``out`` and return its folder.

    Args:
        out: Folder of artifacts.
        name: Name of the model.
        head: The scoring part.
        calibration: The model's own constants, a dataclass (``calibration_file``).
        snapshot: The snapshot it was trained on.
        config: Settings of training.
        summary: Figures for the model card; the blends are added.
        save_more: Writes further files into the folder.
    """

    def save(folder: Path) -> None:
        """Write the model's files."""
        save_head(head, folder)
        save_calibration(calibration, folder)
        if save_more:
            save_more(folder)

    blends = {output: asdict(blend) for output, blend in head.blends.items()}
    return artifacts.write(
        out,
        role="model",
        name=name,
        kind="head",
        save=save,
        encoders=tuple(encoder.id for encoder in head.features.encoders),
        snapshot=snapshot.id,
        config=asdict(config),
        summary={**summary, "blends": blends},
    )
