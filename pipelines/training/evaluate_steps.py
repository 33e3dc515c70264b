"""The steps that measure challengers and check their gates; ``register_steps.py`` follows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from pipelines.evaluation.champion_comparison import compare_with_champion
from pipelines.evaluation.evidence import weigh
from pipelines.evaluation.measure import Measured, measure
from pipelines.records import Challenger, metric_values, split_trained
from pipelines.reports.details import describe
from pipelines.training import targets
from pipelines.training.champion_gate import check_against_champion
from pipelines.training.champions import (
    champions_artifact,
    config_of_run,
    note_comparison,
)
from pipelines.training.gate import attainable, check_gate, format_threshold
from pipelines.training.process import Context
from pipelines.training.run_snapshot import open_run_snapshot

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def evaluate(
    context: Context, challengers: Sequence[Challenger], data: Mapping[str, str]
) -> list[Challenger]:
    """Measure them on the test split, a model through the predictor that will serve."""
    trained, evaluated = split_trained(challengers)
    if not trained:
        return evaluated

    snapshot = open_run_snapshot(context, data)
    for challenger in trained:
        context.progress(challenger["target"], len(evaluated) / len(challengers))
        measured = _evaluate_once(context, challenger, snapshot)
        note_comparison(context, challenger, measured, snapshot.id)
        evaluated.append({**challenger, **measured})
    return evaluated


def _evaluate_once(
    context: Context, challenger: Challenger, snapshot: Snapshot
) -> Challenger:
    """Return the part of a record that its evaluation and its comparison add."""
    target, artifact = challenger["target"], challenger["artifact"]
    store, vectors = context.store, context.settings.cache
    # Predicting takes long: both look at the same answers, and often neither has to.
    measure_it = cache(partial(measure, store, vectors, target, artifact, snapshot))

    inputs = {"artifact": artifact, "snapshot": snapshot.id}
    evaluate_it = partial(_evaluate, target, measure_it, snapshot)
    evaluated = context.once("evaluate", inputs, evaluate_it)

    champion = champions_artifact(context, challenger)
    if not champion:
        return evaluated
    days = config_of_run(context).recent_days
    inputs |= {"champion": champion, "recent_days": str(days)}
    compare_it = partial(
        _compare, context, champion, artifact, measure_it, snapshot, days
    )
    return {**evaluated, **context.once("compare", inputs, compare_it)}


def _evaluate(
    target: str, measure_it: Callable[[], Measured], snapshot: Snapshot
) -> Challenger:
    measured = measure_it()
    return Challenger(
        metrics=_without_nan(measured.metrics),
        detail=describe(measured, snapshot),
        evidence=weigh(measured, target),
    )


def _compare(
    context: Context,
    champion: str,
    artifact: str,
    measure_it: Callable[[], Measured],
    snapshot: Snapshot,
    recent_days: int,
) -> Challenger:
    comparison = compare_with_champion(
        context.store,
        context.settings.cache,
        champion,
        artifact,
        measure_it(),
        snapshot,
        recent_days,
    )
    return Challenger(comparison=comparison)


def _without_nan(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Leave out NaN, which Kubeflow does not pass on; a gate says that it was not measured."""
    return {name: value for name, value in metrics.items() if not math.isnan(value)}


def check_gates(
    context: Context, challengers: Sequence[Challenger], before: Sequence[Challenger]
) -> list[Challenger]:
    """Check the metrics of each challenger against its gate, and its gain over the champion.

    Returns the challengers after those ``before``, whose gates earlier steps checked.
    """
    trained, left_out = split_trained(challengers)
    checked = [*before, *left_out]
    for challenger in trained:
        checked.append({**challenger, **_check_gate(context, challenger)})
    return checked


def _check_gate(context: Context, challenger: Challenger) -> Challenger:
    """Return the part of a record that its gate adds; note what few rows cannot decide."""
    evidence = challenger.get("evidence")
    thresholds = [
        attainable(threshold, evidence)
        for threshold in targets.gate(challenger["target"])
    ]
    verdict = check_gate(metric_values(challenger), thresholds, evidence)
    if "comparison" in challenger:
        config = config_of_run(context)
        verdict += check_against_champion(challenger["comparison"], config)
    for clause in verdict.undecided:
        context.note(f"{challenger['target']}: {clause}")

    return Challenger(
        thresholds={item.metric: format_threshold(item) for item in thresholds},
        passed=verdict.passed,
        reasons=list(verdict.reasons),
        undecided=list(verdict.undecided),
    )
