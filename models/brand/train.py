"""Training of the brand model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from common.encoders import Encoder
from common.listing import NO_BRAND, Listing
from common.nets.label_encoding import encode
from common.nets.targets import Target
from common.progress import Progress
from models.brand import gazetteer
from models.brand.config import INPUT_FIELDS, Config
from models.brand.gazetteer import Gazetteer, stored_gains
from models.brand.predictor import BrandCalibration
from models.ensemble.head import MemberScores
from models.ensemble.spec import EnsembleSpec, ScoreRules, ngram_member, photo_member
from models.ensemble.training.fit_head import fit_head, write_model
from models.ensemble.training.held_out import RULE_PREFIX
from models.ensemble.training.labels import fit_labels, rows_without

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MIN_NET_ROWS = 4_000
"""Minimum number of rows for a net over n-grams; of fewer rows a linear model learns brands better
alone."""


def train(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Progress,
) -> Path:
    """Train on the brands of the training rows; return the artifact's folder.

    Raises:
        CannotTrain: The training rows have fewer than two brands, of which "no brand" is one, or
            too few rows have one.
    """
    rows, validation_rows = snapshot.read("train"), snapshot.read("validation")
    brands = fit_labels("brand", rows, validation_rows)
    spec = _specification(encoders, config, brands)
    fitted = fit_head(spec, rows, validation_rows, progress)

    titles, descriptions = _fit_gazetteers(brands, rows + validation_rows)
    calibration = _calibration(brands, titles, descriptions, config)
    return write_model(
        out,
        "brand",
        fitted.head,
        calibration,
        snapshot,
        config,
        summary=_summary(rows, brands),
    )


def _summary(rows: Sequence[Listing], brands: Sequence[str]) -> dict[str, object]:
    """Return the figures for the model card: the brands, and the rows without one."""
    return {"brands": len(brands), "left_out": rows_without("brand", rows)}


def _calibration(
    brands: Sequence[str], titles: Gazetteer, descriptions: Gazetteer, config: Config
) -> BrandCalibration:
    return BrandCalibration(
        brands=tuple(brands),
        abstain_below=config.abstain_below,
        title_gains=stored_gains(titles),
        description_gains=stored_gains(descriptions),
    )


def _fit_rules(brands: Sequence[str], rows: Sequence[Listing]) -> ScoreRules:
    """Fit the gazetteers to rows; return what scores other rows by them."""
    return partial(_gazetteer_scores, *_fit_gazetteers(brands, rows))


def _gazetteer_scores(
    titles: Gazetteer, descriptions: Gazetteer, listings: Sequence[Listing]
) -> MemberScores:
    """Return the scores of both gazetteers as further members of the brand."""
    title_scores = titles.scores([listing.title for listing in listings])
    description_scores = descriptions.scores(
        [listing.description for listing in listings]
    )
    return {
        f"{RULE_PREFIX}title": {"brand": title_scores},
        f"{RULE_PREFIX}description": {"brand": description_scores},
    }


def _fit_gazetteers(
    brands: Sequence[str], rows: Sequence[Listing]
) -> tuple[Gazetteer, Gazetteer]:
    """Return the gazetteers over titles and over descriptions."""
    labels = encode([row.brand for row in rows], brands, other=math.nan)
    names = gazetteer.build(brands, NO_BRAND)
    titles = [row.title for row in rows]
    descriptions = [row.description for row in rows]
    return (
        gazetteer.fit_gains(names, titles, labels),
        gazetteer.fit_gains(names, descriptions, labels),
    )


def _specification(
    encoders: Sequence[Encoder], config: Config, brands: Sequence[str]
) -> EnsembleSpec:
    def targets(listings: Sequence[Listing]) -> list[Target]:
        """Return the labels of listings in full context."""
        labels = encode([listing.brand for listing in listings], brands)
        return [Target("brand", "classes", len(brands), labels)]

    return EnsembleSpec(
        encoders,
        INPUT_FIELDS,
        targets,
        members=(
            ngram_member(config.ngrams, MIN_NET_ROWS, min_character_rows=0),
            photo_member(config.photos),
        ),
        linear=config.linear,
        seed=config.seed,
        fit_rules=partial(_fit_rules, brands),
    )
