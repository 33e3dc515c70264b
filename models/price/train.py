"""Trains the price model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from common.calibration import conformal_shift
from common.encoders import Encoder
from common.errors import InputError
from common.heads.fit import Member, Plan, fit_head, members, refit, write_model
from common.heads.head import Head
from common.heads.held import Held
from common.heads.targets import Target
from common.listing import MODES, Listing
from models.price.bins import fit_bins
from models.price.config import LEVELS, READS, Config
from models.price.estimate import estimate

if TYPE_CHECKING:
    from common.snapshot import Snapshot


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
    if np.isfinite(logs).sum() < 2:
        raise InputError("the price model needs at least two training rows with a price")
    bins = fit_bins(logs[np.isfinite(logs)], config.bins)
    mean, deviation = float(np.nanmean(logs)), float(np.nanstd(logs)) or 1.0

    def targets(listings: Sequence[Listing]) -> list[Target]:
        found = _logs(listings, currency)
        return [
            Target("bins", "bins", bins.size, bins.positions(found)),
            Target("log_price", "value", 1, (found - mean) / deviation),
        ]

    nets = [
        Member("ngrams", ("text", "fields"), config.ngrams, learns=("log_price",)),
        *members(config.vectors, config.photos),
    ]
    plan = Plan(encoders, READS, targets, nets, config.seed, config.linear)
    head, held = fit_head(
        plan,
        rows,
        held_out,
        progress,
        facts={
            "currency": currency,
            "bins": asdict(bins),
            "mean": mean,
            "deviation": deviation,
            "widest": config.widest,
            "shares": [0.5] * len(MODES),
            "shifts": [[[0.0] * len(LEVELS)] * 2] * len(MODES),
        },
    )
    head = refit(plan, _calibrate(head, held, currency), rows + held_out, progress)
    return write_model(out, "price", head, snapshot, config, {"currency": currency})


def _calibrate(head: Head, held: Sequence[Held], currency: str) -> Head:
    """In each of ``MODES``, choose the share of the two estimates of the middle, then shift
    each quantile into place, cold and warm.
    """
    shares, shifts = list(head.facts["shares"]), [list(each) for each in head.facts["shifts"]]
    for place, mode in enumerate(head.modes):
        parts = [part for part in held if part.mode == mode]
        shares[place] = _share(head, parts, currency, shares[place])
        head = replace(head, facts={**head.facts, "shares": shares})
        for part in parts:
            truth = _logs(part.listings, currency)
            known = np.isfinite(truth)
            quantiles = estimate(head, part.inputs).quantiles[known]
            shifts[place][part.warm] = [
                conformal_shift(truth[known], quantiles[:, column], level)
                for column, level in enumerate(LEVELS)
            ]
    return replace(head, facts={**head.facts, "shifts": shifts})


def _share(head: Head, parts: Sequence[Held], currency: str, default: float) -> float:
    """The share of the regression in the middle that leaves the least squared error, 0 to 1."""
    truth = np.concatenate([_logs(part.listings, currency) for part in parts])
    known = np.isfinite(truth)
    if not known.any():
        return default
    found = [estimate(head, part.inputs) for part in parts]
    mean = np.concatenate([each.mean for each in found])[known].astype(np.float64)
    gap = np.concatenate([each.value for each in found])[known] - mean
    share = float((truth[known] - mean) @ gap) / max(float(gap @ gap), 1e-9)
    return min(max(share, 0.0), 1.0)


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
