"""Training of the brand model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from common.arrays import Floats
from common.encoders import Encoder
from common.errors import InputError
from common.listing import NO_BRAND, Listing
from common.nets.label_encoding import encode, fit_classes
from common.nets.targets import Target
from common.progress import Progress
from models.brand import gazetteer
from models.brand.config import INPUT_FIELDS, Config
from models.brand.gazetteer import stored_gains
from models.brand.predictor import BrandCalibration
from models.ensemble.spec import (
    EnsembleSpec,
    lda_members,
    ngram_member,
    photo_member,
    vector_member,
)
from models.ensemble.training.fit_head import fit_head, refit_on_all_rows, write_model

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def train(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Progress,
) -> Path:
    """Train on the brands of the training rows; return the artifact's folder.

    Raises:
        InputError: The training rows have fewer than two brands.
    """
    rows, validation_rows = snapshot.read("train"), snapshot.read("validation")
    brands = fit_classes(row.brand for row in rows)
    if len(brands) < 2:
        raise InputError("the brand model needs training rows of at least two brands")

    spec = _specification(encoders, config, brands)
    names = gazetteer.build(brands, NO_BRAND)
    labels = spec.targets(rows)[0].values
    titles = gazetteer.fit_gains(names, [row.title for row in rows], labels)
    descriptions = gazetteer.fit_gains(names, [row.description for row in rows], labels)

    def gazetteer_scores(listings: Sequence[Listing]) -> dict[str, list[Floats]]:
        title_scores = titles.scores([listing.title for listing in listings])
        description_scores = descriptions.scores([listing.description for listing in listings])
        return {"brand": [title_scores, description_scores]}

    fitted = fit_head(spec, rows, validation_rows, progress, extras=gazetteer_scores)
    head = refit_on_all_rows(spec, fitted.head, rows + validation_rows, progress)
    calibration = BrandCalibration(
        brands=tuple(brands),
        abstain_below=config.abstain_below,
        title_gains=stored_gains(titles),
        description_gains=stored_gains(descriptions),
    )
    summary = {"brands": len(brands)}
    return write_model(out, "brand", head, calibration, snapshot, config, summary)


def _specification(
    encoders: Sequence[Encoder], config: Config, brands: Sequence[str]
) -> EnsembleSpec:
    def targets(listings: Sequence[Listing]) -> list[Target]:
        labels = encode([listing.brand for listing in listings], brands)
        return [Target("brand", "classes", len(brands), labels)]

    members = (
        ngram_member(config.ngrams),
        *lda_members(config.lda),
        vector_member(config.vectors),
        photo_member(config.photos),
    )
    return EnsembleSpec(encoders, INPUT_FIELDS, targets, members, config.seed)
