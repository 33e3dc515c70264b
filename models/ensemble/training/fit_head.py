"""Fitting of a head: members on training rows, blends on validation rows, then a refit on both."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.settings import LARGE_DATA_ROWS
from common.progress import Progress
from common.store import artifacts
from models.ensemble.calibration_file import save_calibration
from models.ensemble.head import Head, count_late_fields
from models.ensemble.head_files import save_head
from models.ensemble.spec import EnsembleSpec
from models.ensemble.training.members import train_members, usable_members
from models.ensemble.training.out_of_fold import (
    OutOfFold,
    out_of_fold_scores,
    predict_held_out,
)
from models.ensemble.training.stacking import fit_stacking
from models.ensemble.training.validation import (
    ExtraScores,
    ValidationView,
    fit_blends,
    validation_views,
)

if TYPE_CHECKING:
    from common.nets.inputs import Inputs
    from common.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class FittedHead:
    """A head with the rows that its parts were fitted on.

    Attributes:
        head: The head.
        validation: Validation rows by mode and context, which the blends were fitted on.
        out_of_fold: Rows with out-of-fold scores, in early and in full context, which the trees
            were fitted on; empty without trees.
    """

    head: Head
    validation: list[ValidationView]
    out_of_fold: list[OutOfFold]


def fit_head(
    spec: EnsembleSpec,
    rows: list[Listing],
    validation_rows: list[Listing],
    progress: Progress,
    *,
    extras: ExtraScores | None = None,
) -> FittedHead:
    """Train the members on ``rows``, stack trees on them, and blend on ``validation_rows``.

    ``extras`` gives scores of further members of an output, which are rules instead of nets.
    """
    progress("reading", 0.0)
    features = _feature_extractor(spec, len(rows))
    inputs = features.fit_transform(rows)

    head = _train_head(spec, features, rows, inputs, progress)
    out_of_fold, blend_rows = _stacking_rows(
        spec,
        head,
        rows,
        inputs,
        validation_rows,
        progress,
    )

    # The inputs are large, and so may be the scores of many classes below.
    del inputs
    if spec.trees:
        progress("boosting trees", 0.0)
        head = fit_stacking(out_of_fold, head, spec.trees)

    views = validation_views(head, blend_rows, spec.targets)
    blends = fit_blends(head, views, extras)
    head = replace(head, blends=blends)
    return FittedHead(head, views, out_of_fold)


def refit_on_all_rows(
    spec: EnsembleSpec, head: Head, rows: list[Listing], progress: Progress
) -> Head:
    """Return the head with label-free members trained again on training and validation rows.

    Blends and calibration stay as they were fitted: members that have seen a few more rows err
    alike, a little less. Members over vectors of supervised encoders stay too: such encoders have
    not seen the validation rows, so their vectors are less sharp there, and a net that learned from
    both would be less confident than it should be. The vocabulary stays. Above
    ``LARGE_DATA_ROWS`` rows the gain is not worth the time.
    """
    members = [member for member in spec.members if member.label_free]
    if len(rows) > LARGE_DATA_ROWS or not (members or spec.linear):
        return head

    def refit_progress(message: str, fraction: float) -> None:
        """Report that members are trained for the second time."""
        progress(f"once more {message}", fraction)

    inputs = head.features.label_free().transform(rows)
    usable = usable_members(members, inputs)
    nets = train_members(
        spec,
        [member for member in usable if member.name in head.members],
        inputs,
        spec.targets(rows),
        refit_progress,
    )

    # Updating in place keeps the order of the members, which is that of their weights.
    return replace(head, members={**head.members, **nets})


def learning_curve_exponent(rows: int, held_out: int, folds: int) -> float:
    """Return the learning that remains from training rows to all rows (``refit_on_all_rows``).

    The unit is the step from training rows without one of ``folds`` to all training rows, since
    errors fall with a power of the number of rows (Cortes et al., Learning Curves: Asymptotic
    Values and Rate of Convergence, 1993).
    """
    if rows + held_out > LARGE_DATA_ROWS:
        return 0.0

    growth = (rows + held_out) / rows
    fold_growth = folds / (folds - 1)
    return math.log(growth) / math.log(fold_growth)


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


def _feature_extractor(spec: EnsembleSpec, n_rows: int) -> FeatureExtractor:
    """Return what turns rows into inputs; style features are for trees alone."""
    return FeatureExtractor(
        spec.fields,
        spec.encoders,
        with_style=spec.has_trees(n_rows),
    )


def _train_head(
    spec: EnsembleSpec,
    features: FeatureExtractor,
    rows: list[Listing],
    inputs: Inputs,
    progress: Progress,
) -> Head:
    """Return a head of trained members, without trees and blends."""
    members = usable_members(spec.members, inputs)
    targets = spec.targets(rows)
    nets = train_members(spec, members, inputs, targets, progress)

    mean_late_fields = float(count_late_fields(inputs).mean())
    return Head(
        features,
        nets,
        {},
        n_late_fields=max(mean_late_fields, 1.0),
    )


def _stacking_rows(
    spec: EnsembleSpec,
    head: Head,
    rows: list[Listing],
    inputs: Inputs,
    validation_rows: list[Listing],
    progress: Progress,
) -> tuple[list[OutOfFold], list[Listing]]:
    """Return the rows that trees are fitted to, and the validation rows left for the blends.

    For large data, half of the validation rows are enough for either, and nothing is trained twice.
    """
    if spec.trees is None or not spec.has_trees(len(rows)):
        return [], validation_rows
    if len(rows) <= LARGE_DATA_ROWS:
        out_of_fold = out_of_fold_scores(
            spec,
            spec.trees.n_folds,
            rows,
            inputs,
            progress,
        )
        return out_of_fold, validation_rows

    stacking_rows = validation_rows[::2][:LARGE_DATA_ROWS]
    stacking_inputs = head.features.transform(stacking_rows)
    targets = spec.targets(stacking_rows)
    out_of_fold = predict_held_out(
        head,
        stacking_inputs,
        stacking_rows,
        targets,
    )
    return out_of_fold, validation_rows[1::2]
