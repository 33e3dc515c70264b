"""Our models on the synthetic market, whose rules are known: by language, and beside the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import models
from common import encoders
from common.encoder_training import train as encoder_training
from common.encoders.config import NgramConfig
from common.listing import Listing
from ingest.ingest import Options
from models.evaluation.views import early_context, full_context, predict_in_batches
from simulator import oracle
from simulator.source import ingest_synthetic

LANGUAGES = {"English": "en", "Japanese": "ja"}

METRICS = {
    "category": ("top1", "top5", "abstained"),
    "brand": ("top1", "recall"),
    "price": ("rmsle", "coverage"),
    "shipping": ("auc",),
}
"""What is told of each model by language."""

RULED = {"shipping_method": ("shipping_method", "methods"), "parcel_size": ("parcel_size", "sizes")}
"""Fields whose odds the market's rules give, and where ``truth`` has odds and names."""


def measure_market(rows: int, seed: int, folder: Path) -> dict[str, dict[str, float]]:
    """Train on the market of a seed; return metrics for each language and for ``"rules"``.

    Metrics of the rules are ``"... best"``, the accuracy of whoever knows them, and ``"... gap"``,
    what ours is short of it by the same odds; rows that lack the field are left out.
    """
    snapshot = ingest_synthetic(rows, folder / "snapshot", Options(seed=seed), _silent)
    encoder = encoders.load(encoder_training.train(snapshot, folder, NgramConfig()))
    test = snapshot.read("test")
    found: dict[str, dict[str, float]] = {name: {} for name in (*LANGUAGES, "rules")}
    for name, metrics in METRICS.items():
        artifact = models.train(name, snapshot, [encoder], folder, models.config(name))
        predictor = models.load(name, artifact, [encoder])
        for language, code in LANGUAGES.items():
            values = models.evaluate(name, predictor, [r for r in test if r.language == code])
            found[language] |= {f"{name} {metric}": values[metric] for metric in metrics}
        if name == "shipping":
            found["rules"] |= dict(_beside_rules(predictor, test, seed))
    return found


def _beside_rules(
    predictor: models.Predictor, test: Sequence[Listing], seed: int
) -> Iterator[tuple[str, float]]:
    """Cold rows against who knows the thing, warm ones against who knows the price as well."""
    hidden = models.outputs("shipping")
    for field, (odds_name, names_name) in RULED.items():
        rows = [row for row in test if getattr(row, field) is not None]
        for prefix, shown, knowing in (
            ("", early_context(rows), ()),
            ("warm ", full_context(rows, *hidden), ("price",)),
        ):
            told = oracle.posterior(seed, oracle.row_numbers(rows), knowing)
            odds, names = getattr(told, odds_name), getattr(told, names_name)
            said = [
                each.candidates[field][0].value for each in predict_in_batches(predictor, shown)
            ]
            ours = odds[np.arange(len(rows)), [names.index(value) for value in said]]
            best = oracle.bayes_accuracy(odds)
            right = [getattr(row, field) == value for row, value in zip(rows, said, strict=True)]
            yield f"{prefix}{field} top1", float(np.mean(right))
            yield f"{prefix}{field} best", best
            yield f"{prefix}{field} gap", best - float(ours.mean())


def _silent(doing: str, fraction: float) -> None:
    """Tell nobody: drawing a market takes seconds."""
