"""Training of the shipping model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from common.encoders import Encoder
from common.errors import CannotTrain
from common.listing import Listing
from common.nets.label_encoding import encode, fit_classes
from common.nets.targets import Target
from common.progress import Progress
from common.taxonomy import Taxonomy
from models.ensemble.spec import EnsembleSpec, ngram_member, photo_member
from models.ensemble.training.fit_head import FittedHead, fit_head, write_model
from models.ensemble.training.labels import missing_labels, rows_without
from models.shipping.config import INPUT_FIELDS, OUTPUTS, RANKED_OUTPUTS, Config
from models.shipping.fee_intervals import LevelShifts, fit_shifts
from models.shipping.fees import OUTPUT, FeeCalibration, fit_fees, missing_fees
from models.shipping.predictor import TAXONOMY, ShippingCalibration

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def train(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Progress,
) -> Path:
    """Train on payer, method, size and fee where rows have them; return the artifact's folder.

    Raises:
        CannotTrain: No field has two values among the training rows.
        InputError: The rate card of the settings cannot be used.
    """
    # A broken rate card is refused before anything is trained.
    taxonomy = _load_taxonomy(config)
    rows, validation_rows = snapshot.read("train"), snapshot.read("validation")
    calibration = _fit_calibration(rows, config)
    spec = _specification(encoders, config, calibration)
    fitted = fit_head(spec, rows, validation_rows, progress)
    fees = _fit_intervals(fitted, calibration.fees)
    return write_model(
        out,
        "shipping",
        fitted.head,
        replace(calibration, fees=fees),
        snapshot,
        config,
        summary=_summary(calibration, rows),
        save_more=partial(_save_taxonomy, taxonomy),
    )


def _load_taxonomy(config: Config) -> Taxonomy:
    if not config.taxonomy:
        return Taxonomy.default()
    return Taxonomy.load(Path(config.taxonomy))


def _fit_calibration(rows: Sequence[Listing], config: Config) -> ShippingCalibration:
    """Return the values of every field that has two to tell apart, and the scale of fees.

    Raises:
        CannotTrain: No field has, and fees have not.
    """
    reasons = _missing(rows)
    if len(reasons) == len(OUTPUTS):
        raise CannotTrain(
            "the shipping model needs training rows of at least two payers, methods, parcel"
            f" sizes or fees: {'; '.join(dict.fromkeys(reasons.values()))}"
        )
    classes = {
        field: tuple(fit_classes(_labels(rows, field)))
        for field in RANKED_OUTPUTS
        if field not in reasons
    }
    fees = FeeCalibration() if OUTPUT in reasons else fit_fees(rows)
    return ShippingCalibration(classes, config.abstain_below, fees)


def _missing(rows: Sequence[Listing]) -> dict[str, str]:
    """Return why some outputs cannot be learned, by output."""
    reasons = {}
    for field in OUTPUTS:
        reason = missing_fees(rows) if field == OUTPUT else missing_labels(field, rows)
        if reason:
            reasons[field] = reason
    return reasons


def _fit_intervals(fitted: FittedHead, fees: FeeCalibration) -> FeeCalibration:
    """Return the constants with the intervals of a fee that is a value, in every view."""
    if not fees.currency or fees.amounts:
        return fees

    by_context: dict[bool, list[LevelShifts]] = {True: [], False: []}
    for view in fitted.views:
        scores = view.scores_of(OUTPUT)
        predicted = fitted.head.values(OUTPUT, scores, view.inputs).astype(np.float64)
        truth = view.target(OUTPUT).values
        by_context[view.is_full].append(fit_shifts(truth, predicted))
    return replace(fees, early=tuple(by_context[False]), full=tuple(by_context[True]))


def _summary(
    calibration: ShippingCalibration, rows: Sequence[Listing]
) -> dict[str, Any]:
    """Return what was learned, and which fields and rows were not learned from, and why."""
    missing = _missing(rows)
    left_out: dict[str, int] = {}
    for field in OUTPUTS:
        if field not in missing:
            left_out |= rows_without(field, rows)

    classes = {field: len(values) for field, values in calibration.classes.items()}
    fees = calibration.fees
    summary = {"classes": classes, "left_out": left_out, "fields_left_out": missing}
    if fees.currency:
        kind = "a value" if not fees.amounts else f"{len(fees.amounts)} amounts"
        summary["fee"] = {"currency": fees.currency, "learned as": kind}
    return summary


def _save_taxonomy(taxonomy: Taxonomy, folder: Path) -> None:
    """Copy the rate card into the artifact, so that a server needs no other file for fees."""
    (folder / TAXONOMY).write_text(taxonomy.text, encoding="utf-8")


def _specification(
    encoders: Sequence[Encoder], config: Config, calibration: ShippingCalibration
) -> EnsembleSpec:
    def targets(listings: Sequence[Listing]) -> list[Target]:
        """Return the labels of listings in full context."""
        labels = [
            Target(
                field,
                "classes",
                len(values),
                encode(_labels(listings, field), values),
            )
            for field, values in calibration.classes.items()
        ]
        if calibration.fees.currency:
            labels.append(calibration.fees.target(listings))
        return labels

    return EnsembleSpec(
        encoders,
        INPUT_FIELDS,
        targets,
        members=(ngram_member(config.ngrams), photo_member(config.photos)),
        linear=config.linear,
        seed=config.seed,
        boosted_trees=config.boosted_trees,
    )


def _labels(listings: Sequence[Listing], field: str) -> list[str | None]:
    return [getattr(listing, field) for listing in listings]
