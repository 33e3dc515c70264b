"""Training of the price model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from common.encoders import Encoder
from common.listing import Listing, top_category
from common.nets.targets import Target
from common.progress import Progress
from common.validation.folding import fold_label
from models.ensemble.spec import EnsembleSpec, ngram_member, photo_member
from models.ensemble.training.fit_head import fit_head, write_model
from models.ensemble.training.residuals import HeldOutQuantiles, fit_residual_quantiles
from models.price.config import INPUT_FIELDS, Config
from models.price.intervals import (
    OUTPUT,
    Factors,
    IntervalFactors,
    PriceCalibration,
    ResidualInterval,
    fit_category_factors,
    fit_conformal_factors,
)
from models.price.prices import PriceScale, fit_scale, log_prices, unused_prices
from models.price.residual_scale import fit_residual_scales

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def train(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Progress,
) -> Path:
    """Train on prices in the currency of most training rows; return the artifact's folder.

    Raises:
        CannotTrain: Too few groups of training rows have a price, all prices are the same, or too
            few rows are there for boosted trees.
    """
    rows = snapshot.read("train")
    validation_rows = snapshot.read("validation")
    scale = fit_scale(rows)

    spec = _specification(encoders, config, scale)
    fitted = fit_head(spec, rows, validation_rows, progress)
    progress("learning how far off prices may be", 0.0)
    head, held_out = fit_residual_quantiles(fitted, OUTPUT, spec.trees)
    n_rows = len(rows) + len(validation_rows)
    scales = fit_residual_scales(fitted, held_out, config.boosted_trees, n_rows)
    factors = _fit_factors(held_out, scales)
    calibration = _calibration(scale, factors, config, snapshot.price_basis)
    return write_model(
        out,
        "price",
        head,
        calibration,
        snapshot,
        config,
        summary={**_summary(rows, scale), "price_basis": snapshot.price_basis},
    )


def _summary(rows: Sequence[Listing], scale: PriceScale) -> dict[str, object]:
    """Return the figures for the model card: the currency, and the rows without a price in it."""
    return {
        "currency": scale.currency,
        "left_out": unused_prices(rows, scale.currency),
    }


def _calibration(
    scale: PriceScale, factors: IntervalFactors, config: Config, basis: str
) -> PriceCalibration:
    return PriceCalibration(
        currency=scale.currency,
        mean=scale.mean,
        deviation=scale.deviation,
        max_interval_ratio=config.max_interval_ratio,
        factors=factors,
        basis=basis,
    )


def _specification(
    encoders: Sequence[Encoder], config: Config, scale: PriceScale
) -> EnsembleSpec:
    def targets(listings: Sequence[Listing]) -> list[Target]:
        """Return the labels of listings in full context."""
        values = (log_prices(listings, scale.currency) - scale.mean) / scale.deviation
        return [Target(OUTPUT, "value", 1, values)]

    return EnsembleSpec(
        encoders,
        INPUT_FIELDS,
        targets,
        members=(
            ngram_member(config.ngrams, min_character_rows=0),
            photo_member(config.photos),
        ),
        linear=config.linear,
        seed=config.seed,
        boosted_trees=config.boosted_trees,
    )


def _fit_factors(
    held_out: Sequence[HeldOutQuantiles], scales: Mapping[bool, float]
) -> IntervalFactors:
    """Fit the factors at which quantiles come true, in each mode and context.

    ``scales`` are the ratios of residuals after training to held-out ones, by ``is_full``.
    """
    category_factors: dict[str, float] = {}
    for part in held_out:
        # In early context no row has a category, so all factors come from full context.
        if part.view.is_full and part.view.mode != "photo":
            category_factors |= _fit_category_factors(part)

    factors: dict[bool, list[Factors]] = {True: [], False: []}
    for part in held_out:
        interval = _interval(part, category_factors)
        truth = part.view.target(OUTPUT).values
        fitted = fit_conformal_factors(truth, interval)
        # Members over photos were trained once, and err as they do on held-out rows.
        scale = 1.0 if part.view.mode == "photo" else scales[part.view.is_full]
        factors[part.view.is_full].append(tuple(scale * factor for factor in fitted))
    return IntervalFactors(
        category_factors, tuple(factors[False]), tuple(factors[True])
    )


def _fit_category_factors(part: HeldOutQuantiles) -> dict[str, float]:
    interval = _interval(part, {})
    truth = part.view.target(OUTPUT).values
    return fit_category_factors(
        truth,
        interval,
        fit_conformal_factors(truth, interval),
        _categories(part),
    )


def _interval(
    part: HeldOutQuantiles, category_factors: Mapping[str, float]
) -> ResidualInterval:
    row_factors = [category_factors.get(name, 1.0) for name in _categories(part)]
    return ResidualInterval(
        part.median, part.quantiles, np.array(row_factors, np.float32)
    )


def _categories(part: HeldOutQuantiles) -> list[str]:
    """Return the top category of each row as far as it is confirmed, else nothing."""
    if not part.view.is_full:
        return [""] * len(part.view.listings)
    return [fold_label(top_category(listing)) for listing in part.view.listings]
