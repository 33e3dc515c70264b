"""Training of the shipping model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.encoders import Encoder
from common.errors import CannotTrain
from common.listing import Listing
from common.nets.label_encoding import encode, fit_classes
from common.nets.targets import Target
from common.progress import Progress
from common.taxonomy import Taxonomy
from models.ensemble.spec import EnsembleSpec, photo_member, vector_member
from models.ensemble.training.fit_head import fit_head, refit_on_all_rows, write_model
from models.ensemble.training.labels import missing_labels, rows_without
from models.shipping.config import INPUT_FIELDS, OUTPUTS, Config
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
    """Train on payer, method and parcel size where rows have them; return the artifact's folder.

    Raises:
        CannotTrain: No field has two values among the training rows.
        InputError: The rate card of the settings cannot be used.
    """
    # A broken rate card is refused before anything is trained.
    taxonomy = _load_taxonomy(config)
    rows, validation_rows = snapshot.read("train"), snapshot.read("validation")
    classes = _fit_field_classes(rows)
    spec = _specification(encoders, config, classes)
    fitted = fit_head(spec, rows, validation_rows, progress)
    head = refit_on_all_rows(
        spec,
        fitted.head,
        rows + validation_rows,
        progress,
    )

    return write_model(
        out,
        "shipping",
        head,
        ShippingCalibration(classes, config.abstain_below),
        snapshot,
        config,
        summary=_summary(classes, rows),
        save_more=partial(_save_taxonomy, taxonomy),
    )


def _load_taxonomy(config: Config) -> Taxonomy:
    if not config.taxonomy:
        return Taxonomy.default()
    return Taxonomy.load(Path(config.taxonomy))


def _fit_field_classes(rows: Sequence[Listing]) -> dict[str, tuple[str, ...]]:
    """Return the values of every field that has two to tell apart.

    Raises:
        CannotTrain: No field has.
    """
    classes = {}
    reasons = []
    for field in OUTPUTS:
        if reason := missing_labels(field, rows):
            reasons.append(reason)
        else:
            classes[field] = tuple(fit_classes(_labels(rows, field)))

    if not classes:
        raise CannotTrain(
            "the shipping model needs training rows of at least two payers, methods or parcel"
            f" sizes: {'; '.join(dict.fromkeys(reasons))}"
        )
    return classes


def _summary(
    classes: Mapping[str, Sequence[str]], rows: Sequence[Listing]
) -> dict[str, Any]:
    """Return what was learned, and which fields and rows were not learned from, and why."""
    left_out: dict[str, int] = {}
    for field in classes:
        left_out |= rows_without(field, rows)
    return {
        "classes": {field: len(values) for field, values in classes.items()},
        "left_out": left_out,
        "fields_left_out": {
            field: missing_labels(field, rows)
            for field in OUTPUTS
            if field not in classes
        },
    }


def _save_taxonomy(taxonomy: Taxonomy, folder: Path) -> None:
    """Copy the rate card into the artifact, so that a server needs no other file for fees."""
    (folder / TAXONOMY).write_text(taxonomy.text, encoding="utf-8")


def _specification(
    encoders: Sequence[Encoder], config: Config, classes: Mapping[str, Sequence[str]]
) -> EnsembleSpec:
    def targets(listings: Sequence[Listing]) -> list[Target]:
        """Return the labels of listings in full context."""
        return [
            Target(
                field,
                "classes",
                len(values),
                encode(_labels(listings, field), values),
            )
            for field, values in classes.items()
        ]

    return EnsembleSpec(
        encoders,
        INPUT_FIELDS,
        targets,
        members=(vector_member(config.vectors), photo_member(config.photos)),
        seed=config.seed,
        linear=config.linear,
        boosted_trees=config.boosted_trees,
    )


def _labels(listings: Sequence[Listing], field: str) -> list[str | None]:
    return [getattr(listing, field) for listing in listings]
