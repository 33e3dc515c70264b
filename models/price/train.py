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
from common.heads.fit import Held, fit_head, ngrams_member, vectors_member, write_model
from common.heads.head import Head
from common.heads.train import Target
from common.listing import Listing
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
    rows = snapshot.read("train")
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

    head, held = fit_head(
        rows,
        snapshot.read("validation"),
        encoders,
        READS,
        targets,
        [ngrams_member(config.ngrams), vectors_member(config.vectors)],
        progress,
        seed=config.seed,
        linear=config.linear,
        facts={
            "currency": currency,
            "bins": asdict(bins),
            "mean": mean,
            "deviation": deviation,
            "widest": config.widest,
            "shifts": [0.0] * len(LEVELS),
            "share": 0.5,
        },
    )
    head = _calibrate(head, held, _logs(held.listings, currency))
    return write_model(out, "price", head, snapshot, config, {"currency": currency})


def _calibrate(head: Head, held: Held, truth: NDArray[np.float64]) -> Head:
    """Choose the share of the two estimates of the middle, then shift each quantile into place."""
    known = np.isfinite(truth)
    if not known.any():
        return head
    found = estimate(head, held.inputs)
    gap = (found.value - found.mean)[known].astype(np.float64)
    share = float((truth[known] - found.mean[known]) @ gap) / max(float(gap @ gap), 1e-9)
    head = replace(head, facts={**head.facts, "share": min(max(share, 0.0), 1.0)})
    found = estimate(head, held.inputs)
    shifts = [
        conformal_shift(truth[known], found.quantiles[known, column], level)
        for column, level in enumerate(LEVELS)
    ]
    return replace(head, facts={**head.facts, "shifts": shifts})


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
