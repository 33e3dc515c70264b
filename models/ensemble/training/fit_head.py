"""Fits a head: members on training rows, blends on held-out rows, then members on both."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.features.style import style_features
from common.listing import Listing
from common.nets.extract import read_known, read_rows
from common.nets.settings import LARGE_DATA_ROWS
from common.store import artifacts
from models.ensemble.head import Head, count_late_fields
from models.ensemble.spec import EnsembleSpec
from models.ensemble.training.members import train_members, usable_members
from models.ensemble.training.out_of_fold import OutOfFold, out_of_fold_scores, predict_held_out
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

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class FittedHead:
    """A head, held-out rows as it was blended on them, and what its trees were fitted to."""

    head: Head
    held: list[ValidationView]
    told: list[OutOfFold]


def fit_head(
    plan: EnsembleSpec,
    rows: list[Listing],
    held_out: list[Listing],
    progress: Progress,
    *,
    facts: Mapping[str, Any] | None = None,
    extras: ExtraScores | None = None,
) -> FittedHead:
    """Train the members on ``rows`` and blend them on ``held_out``.

    Members are blended as they will come back from disk. ``extras`` gives scores of further members
    of an output, made by rules instead of nets.
    """
    progress("reading", 0.0)
    vocabulary, inputs = read_rows(rows, plan.fields, plan.encoders)
    nets = train_members(
        plan, usable_members(plan.members, inputs), inputs, plan.targets(rows), progress
    )
    full = max(float(count_late_fields(inputs).mean()), 1.0)
    encoders, fields = tuple(plan.encoders), tuple(plan.fields)
    head = Head(fields, vocabulary, encoders, nets, {}, dict(facts or {}), full)
    told, held_out = _tell(plan, head, rows, inputs, held_out, progress)
    del inputs  # they are large, and the scores of many classes may be too
    if plan.trees:
        progress("boosting trees", 0.0)
        head = fit_stacking(told, head, plan.trees)
    held = validation_views(head, held_out, plan.targets)
    return FittedHead(replace(head, blends=fit_blends(head, held, extras)), held, told)


def refit_on_all_rows(
    plan: EnsembleSpec, head: Head, rows: list[Listing], progress: Progress
) -> Head:
    """Train members again on ``rows``, those that were held out among them.

    Weights and calibration stay as they were fitted on held-out rows: members that have seen a
    few more rows err alike, a little less. Members that read vectors of encoders trained on labels
    stay as they are: such encoders have not seen the held-out rows, so their vectors tell less
    about these than about the others, and a net that learned from both would be less sure of itself
    than it should. The vocabulary stays too. Above ``LARGE_DATA_ROWS`` it is not worth the time.
    """
    plain = [each for each in plan.members if each.label_free]
    if len(rows) > LARGE_DATA_ROWS or not (plain or plan.linear):
        return head

    def again(doing: str, fraction: float) -> None:
        progress(f"once more {doing}", fraction)

    frozen = [each for each in head.encoders if each.frozen and each.modality == "text"]
    inputs = read_known(rows, head.fields, head.vocabulary, frozen)
    chosen = [each for each in usable_members(plain, inputs) if each.name in head.members]
    nets = train_members(plan, chosen, inputs, plan.targets(rows), again)
    return replace(head, members={**head.members, **nets})  # in the order of their weights


def learning_curve_exponent(rows: int, held_out: int, folds: int) -> float:
    """How far learning goes on from training rows to all rows (``refit_on_all_rows``).

    It is measured in the way from training rows less one of ``folds`` to all of them, as errors
    fall with a power of the number of rows (Cortes et al., Learning Curves: Asymptotic Values and
    Rate of Convergence, 1993).
    """
    if rows + held_out > LARGE_DATA_ROWS:
        return 0.0
    return math.log((rows + held_out) / rows) / math.log(folds / (folds - 1))


def write_model(
    out: Path,
    name: str,
    head: Head,
    snapshot: Snapshot,
    config: Any,
    summary: Mapping[str, Any],
    save: Callable[[Path], None] | None = None,
) -> Path:
    """Write a model's artifact below ``out`` and return its folder.

    ``summary`` holds figures worth showing on its card, beside the weights of its members; ``save``
    writes the files, the head's alone by default.
    """
    return artifacts.write(
        out,
        role="model",
        name=name,
        kind="head",
        save=save or head.save,
        encoders=tuple(encoder.id for encoder in head.encoders),
        snapshot=snapshot.id,
        config=asdict(config),
        summary={**summary, "blends": {name: asdict(each) for name, each in head.blends.items()}},
    )


def _tell(
    plan: EnsembleSpec,
    head: Head,
    rows: list[Listing],
    inputs: Inputs,
    held_out: list[Listing],
    progress: Progress,
) -> tuple[list[OutOfFold], list[Listing]]:
    """What trees are to be fitted to, and the rows that are left to blend on.

    Of many rows half of those that were held out are enough, and nothing is trained twice.
    """
    if plan.trees is None or len(rows) < plan.trees.min_rows:
        return [], held_out
    if len(rows) <= LARGE_DATA_ROWS:
        inputs = replace(inputs, style=style_features(rows, plan.fields))
        return out_of_fold_scores(plan, plan.trees.n_folds, rows, inputs, progress), held_out
    asked = held_out[::2][:LARGE_DATA_ROWS]
    read = replace(head.read(asked), style=style_features(asked, plan.fields))
    return predict_held_out(head, read, asked, plan.targets(asked)), held_out[1::2]
