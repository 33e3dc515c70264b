"""Trains the price model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from common.encoders import Encoder
from common.errors import InputError
from common.listing import MODES, Listing, top_category
from common.nets.targets import Target
from common.splits import group_key
from models.ensemble.head import Head
from models.ensemble.spec import EnsembleSpec, ngram_member, photo_member
from models.ensemble.training.fit_head import (
    fit_head,
    learning_curve_exponent,
    refit_on_all_rows,
    write_model,
)
from models.ensemble.training.out_of_fold import OutOfFold
from models.ensemble.training.residuals import OutOfFoldQuantiles, fit_residual_quantiles
from models.ensemble.training.validation import ValidationView
from models.evaluation.views import early_context
from models.price.config import INPUT_FIELDS, LEVELS, Config
from models.price.estimate import (
    Estimate,
    estimate,
    fit_category_factors,
    fit_conformal_factors,
    fit_width_factor,
)

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MIN_GROUPS = 10
"""Members are trained without a part of the groups in turn, and each time must have some left."""


def train(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Callable[[str, float], None],
) -> Path:
    """Learn prices in the currency most training rows have; return the artifact's folder."""
    rows, held_out = snapshot.read("train"), snapshot.read("validation")
    currency = _main_currency(rows)
    logs = _logs(rows, currency)
    priced = {group_key(row) for row, log in zip(rows, logs, strict=True) if np.isfinite(log)}
    if len(priced) < MIN_GROUPS:
        raise InputError(
            f"the price model needs training rows with a price in {currency}"
            f" of at least {MIN_GROUPS} sellers or titles"
        )
    if len(rows) < config.boosted_trees.min_rows:
        raise InputError(
            "the price model needs its trees: boosted_trees.min_rows is"
            f" {config.boosted_trees.min_rows}, and there are {len(rows)} training rows"
        )
    mean, deviation = float(np.nanmean(logs)), float(np.nanstd(logs)) or 1.0

    def targets(listings: Sequence[Listing]) -> list[Target]:
        return [Target("log_price", "value", 1, (_logs(listings, currency) - mean) / deviation)]

    nets = (ngram_member(config.ngrams), photo_member(config.photos))
    plan = EnsembleSpec(
        encoders, INPUT_FIELDS, targets, nets, config.seed, config.linear, config.boosted_trees
    )
    facts = {
        "currency": currency,
        "mean": mean,
        "deviation": deviation,
        "max_interval_ratio": config.max_interval_ratio,
        "widths": {},
        "reaches": [[[0.0] * len(LEVELS)] * 2] * len(MODES),
    }
    fitted = fit_head(plan, rows, held_out, progress, facts=facts)
    progress("learning how far off prices may be", 0.0)
    head, stated = fit_residual_quantiles(plan, fitted, "log_price")
    power = learning_curve_exponent(len(rows), len(held_out), config.boosted_trees.n_folds)
    head = _calibrate(head, fitted.held, stated, power)
    head = refit_on_all_rows(plan, head, rows + held_out, progress)
    return write_model(out, "price", head, snapshot, config, {"currency": currency})


def _calibrate(
    head: Head, held: Sequence[ValidationView], stated: Sequence[OutOfFoldQuantiles], power: float
) -> Head:
    """Put each quantile where it comes true, cold and warm, in each of ``MODES``.

    How quantiles lie to each other, and where the categories differ in width, is measured on the
    many rows of which something was stated unseen, and how wide they are in all on rows that were
    held out: members err less there, since they were trained on all other rows. They will err less
    again when they have learned from held-out rows too: ``power`` says how far that goes.
    """
    reaches = [list(each) for each in head.facts["reaches"]]
    shapes: dict[bool, list[float]] = {}
    widths: dict[str, float] = {}
    for each in stated:
        truth, found = each.told.truth("log_price").values, _estimated(each)
        shape = shapes[each.told.warm] = fit_conformal_factors(truth, found)
        named = [top_category(row) for row in _shown(each.told)]
        widths |= fit_category_factors(truth, found, shape, named)  # of warm rows: cold say none
    head = replace(head, facts={**head.facts, "widths": widths})
    for part in held:
        place, truth = MODES.index(part.mode), part.targets[0].values
        found, shape = estimate(head, part.inputs, _shown(part)), shapes[part.warm]
        wide = fit_width_factor(truth, found, shape, power)
        reaches[place][part.warm] = [wide * reach for reach in shape]
    return replace(head, facts={**head.facts, "reaches": reaches})


def _shown(part: ValidationView | OutOfFold) -> Sequence[Listing]:
    return part.listings if part.warm else early_context(part.listings)


def _estimated(stated: OutOfFoldQuantiles) -> Estimate:
    return Estimate(stated.middle, stated.ends, np.ones_like(stated.middle))


def _main_currency(rows: Sequence[Listing]) -> str:
    counts = Counter(row.currency for row in rows if row.price is not None and row.currency)
    return counts.most_common(1)[0][0] if counts else "USD"


def _logs(rows: Sequence[Listing], currency: str) -> NDArray[np.float64]:
    """``log1p`` of prices in the currency, NaN where there is none."""
    prices = [
        row.price if row.price is not None and row.currency in (currency, None) else np.nan
        for row in rows
    ]
    return np.log1p(np.array(prices, dtype=np.float64))
