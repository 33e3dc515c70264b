"""Training of the shipping model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from common.encoders import Encoder
from common.errors import InputError
from common.listing import Listing
from common.nets.label_encoding import encode, fit_classes
from common.nets.targets import Target
from common.progress import Progress
from common.taxonomy import Taxonomy
from models.ensemble.spec import EnsembleSpec, photo_member, vector_member
from models.ensemble.training.fit_head import fit_head, refit_on_all_rows, write_model
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
        InputError: No field has two values among the training rows.
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

    n_classes = {field: len(values) for field, values in classes.items()}
    return write_model(
        out,
        "shipping",
        head,
        ShippingCalibration(classes, config.abstain_below),
        snapshot,
        config,
        summary={"classes": n_classes},
        save_more=partial(_save_taxonomy, taxonomy),
    )


def _load_taxonomy(config: Config) -> Taxonomy:
    if not config.taxonomy:
        return Taxonomy.default()
    return Taxonomy.load(Path(config.taxonomy))


def _fit_field_classes(rows: Sequence[Listing]) -> dict[str, tuple[str, ...]]:
    """Return the values of every field that has at least two; raise ``InputError`` without one."""
    classes = {}
    for field in OUTPUTS:
        values = fit_classes(_labels(rows, field))
        if len(values) > 1:
            classes[field] = tuple(values)

    if not classes:
        raise InputError(
            "the shipping model needs training rows that say who pays, or how"
        )
    return classes


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
