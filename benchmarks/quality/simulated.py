"""Our models on the synthetic market: by language, and beside the known rules of the market."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import models
from benchmarks.shared.training import train_and_load
from common.listing import Listing
from common.progress import ignore_progress
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
"""Metrics of each model that are reported by language."""

RULES = "rules"
"""Variant of the results beside the rules of the market."""

RULE_FIELDS = {
    "shipping_method": ("shipping_method", "methods"),
    "parcel_size": ("parcel_size", "sizes"),
}
"""Fields whose probabilities the rules give: attributes of ``oracle.Posterior`` with the
probabilities and with the names."""


def measure_market(rows: int, seed: int, folder: Path) -> dict[str, dict[str, float]]:
    """Train on the market of a seed; returns metrics for each language and for ``RULES``.

    Metrics of the rules are "... best", the accuracy of an observer who knows them, and "... gap",
    the difference to ours by the same probabilities; rows that lack the field are left out.
    """
    snapshot = ingest_synthetic(
        rows,
        folder / "snapshot",
        Options(seed=seed),
        ignore_progress,
    )
    test = snapshot.read("test")
    figures: dict[str, dict[str, float]] = {name: {} for name in (*LANGUAGES, RULES)}

    for name in METRICS:
        predictor = train_and_load(name, snapshot, folder)
        for language in LANGUAGES:
            figures[language] |= _metrics_of_language(name, predictor, test, language)
        # The rules give exact probabilities for fields of this model alone.
        if name == "shipping":
            figures[RULES].update(_beside_rules(predictor, test, seed))

    return figures


def _metrics_of_language(
    name: str, predictor: models.Predictor, test: Sequence[Listing], language: str
) -> dict[str, float]:
    code = LANGUAGES[language]
    rows = [row for row in test if row.language == code]
    values = models.evaluate(name, predictor, rows)
    figures = {}
    for metric in METRICS[name]:
        figures[f"{name} {metric}"] = values[metric]
    return figures


def _beside_rules(
    predictor: models.Predictor, test: Sequence[Listing], seed: int
) -> Iterator[tuple[str, float]]:
    """Early context beside an observer of the article, full context beside one of its price too."""
    outputs = models.outputs("shipping")

    for field in RULE_FIELDS:
        rows = [row for row in test if getattr(row, field) is not None]
        # The price depends on shipping, so that an observer of it knows more.
        contexts = (
            ("", early_context(rows), ()),
            ("warm ", full_context(rows, *outputs), ("price",)),
        )
        for prefix, inputs, known in contexts:
            answers = _answers(predictor, inputs, field)
            figures = _compare(field, rows, answers, seed, known)
            for name, value in figures.items():
                yield f"{prefix}{field} {name}", value


def _answers(
    predictor: models.Predictor, inputs: Sequence[Listing], field: str
) -> list[str]:
    answers = []
    for suggestion in predict_in_batches(predictor, inputs):
        best = suggestion.candidates[field][0]
        answers.append(best.value)
    return answers


def _compare(
    field: str,
    rows: Sequence[Listing],
    answers: Sequence[str],
    seed: int,
    known: Sequence[str],
) -> dict[str, float]:
    """Accuracy of the answers, the best possible one, and the gap by exact probabilities."""
    row_numbers = oracle.row_numbers(rows)
    posterior = oracle.posterior(seed, row_numbers, known)
    probabilities_name, names_name = RULE_FIELDS[field]
    probabilities = getattr(posterior, probabilities_name)
    names = getattr(posterior, names_name)

    # Probabilities of the answers vary less than the share of right ones does.
    columns = [names.index(answer) for answer in answers]
    of_answers = probabilities[np.arange(len(rows)), columns]
    mean_probability = float(of_answers.mean())
    best = oracle.bayes_accuracy(probabilities)
    return {
        "top1": _accuracy(field, rows, answers),
        "best": best,
        "gap": best - mean_probability,
    }


def _accuracy(field: str, rows: Sequence[Listing], answers: Sequence[str]) -> float:
    truth = np.array([getattr(row, field) for row in rows])
    is_right = truth == np.array(answers)
    return float(np.mean(is_right))
