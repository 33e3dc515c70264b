"""Training of the price model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from common.encoders import Encoder
from common.errors import CannotTrain
from common.listing import Listing, top_category
from common.nets.targets import Target
from common.progress import Progress
from common.validation.folding import fold_label
from models.ensemble.head import Head
from models.ensemble.spec import EnsembleSpec, ngram_member, photo_member
from models.ensemble.training.fit_head import (
    fit_head,
    learning_curve_exponent,
    refit_on_all_rows,
    write_model,
)
from models.ensemble.training.out_of_fold import OutOfFold
from models.ensemble.training.residuals import (
    OutOfFoldQuantiles,
    fit_residual_quantiles,
)
from models.ensemble.training.validation import ValidationView
from models.evaluation.views import early_context
from models.price.config import INPUT_FIELDS, Config
from models.price.intervals import (
    OUTPUT,
    Factors,
    IntervalFactors,
    PriceCalibration,
    ResidualInterval,
    fit_category_factors,
    fit_conformal_factors,
    fit_width_factor,
    predict_interval,
)
from models.price.prices import PriceScale, fit_scale, log_prices, unused_prices

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
    _check_rows(rows, config)

    spec = _specification(encoders, config, scale)
    fitted = fit_head(spec, rows, validation_rows, progress)
    progress("learning how far off prices may be", 0.0)
    head, out_of_fold = fit_residual_quantiles(spec, fitted, OUTPUT)

    # The refit narrows the residuals a little more, so the factors have to know of it.
    exponent = _learning_exponent(rows, validation_rows, config)
    factors = _fit_factors(head, out_of_fold, fitted.validation, exponent)
    calibration = _calibration(scale, factors, config, snapshot.price_basis)

    # The refit comes last: calibration needs validation rows that the members have not seen.
    head = refit_on_all_rows(spec, head, rows + validation_rows, progress)
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


def _learning_exponent(
    rows: Sequence[Listing], validation_rows: Sequence[Listing], config: Config
) -> float:
    n_folds = config.boosted_trees.n_folds
    return learning_curve_exponent(len(rows), len(validation_rows), n_folds)


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


def _check_rows(rows: Sequence[Listing], config: Config) -> None:
    """Raise ``CannotTrain`` where boosted trees, which give the interval, would be left out."""
    min_rows = config.boosted_trees.min_rows
    if len(rows) < min_rows:
        raise CannotTrain(
            f"the price model needs its trees: boosted_trees.min_rows is {min_rows},"
            f" and there are {len(rows)} training rows"
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
        members=(ngram_member(config.ngrams), photo_member(config.photos)),
        seed=config.seed,
        linear=config.linear,
        boosted_trees=config.boosted_trees,
    )


def _fit_factors(
    head: Head,
    out_of_fold: Sequence[OutOfFoldQuantiles],
    validation: Sequence[ValidationView],
    learning_exponent: float,
) -> IntervalFactors:
    """Fit the factors at which quantiles come true, in each mode and context.

    The many out-of-fold rows give the distances of quantiles to each other, and the differences
    between categories. Validation rows give the overall width: members err less there, since they
    were trained on all other rows, and will err less again after the refit, as far as
    ``learning_exponent`` says.
    """
    conformal_factors, category_factors = _fit_out_of_fold_factors(out_of_fold)

    early: list[Factors] = []
    full: list[Factors] = []
    for view in validation:
        listings = _listings_in_context(view)
        interval = predict_interval(
            head,
            view.inputs,
            listings,
            category_factors,
        )
        factors = conformal_factors[view.is_full]
        truth = view.targets[0].values
        width = fit_width_factor(
            truth,
            interval,
            factors,
            learning_exponent,
        )

        scaled = tuple(width * factor for factor in factors)
        (full if view.is_full else early).append(scaled)
    return IntervalFactors(category_factors, tuple(early), tuple(full))


def _fit_out_of_fold_factors(
    out_of_fold: Sequence[OutOfFoldQuantiles],
) -> tuple[dict[bool, Factors], dict[str, float]]:
    """Return conformal factors by context (full or not), and factors by top category."""
    conformal_factors: dict[bool, Factors] = {}
    category_factors: dict[str, float] = {}
    for part in out_of_fold:
        truth = part.view.target(OUTPUT).values
        unscaled = np.ones_like(part.median)
        interval = ResidualInterval(part.median, part.quantiles, unscaled)
        factors = fit_conformal_factors(truth, interval)
        conformal_factors[part.view.is_full] = factors

        # In early context no row has a category, so all factors come from full context.
        categories = [
            fold_label(top_category(listing))
            for listing in _listings_in_context(part.view)
        ]
        category_factors |= fit_category_factors(
            truth,
            interval,
            factors,
            categories,
        )
    return conformal_factors, category_factors


def _listings_in_context(view: ValidationView | OutOfFold) -> Sequence[Listing]:
    return view.listings if view.is_full else early_context(view.listings)
