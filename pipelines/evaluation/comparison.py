"""Compares one version of a model, or two on the same listings: everything a report shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import models
from common.errors import InputError
from common.listing import Listing
from common.progress import Progress
from common.settings import Settings
from common.snapshot import Snapshot
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore
from models.evaluation.outcomes import Outcome, collect_outcomes
from pipelines.evaluation import slices
from pipelines.evaluation.fields import Field, describe
from pipelines.evaluation.figures import MeasuredMetric, Value
from pipelines.evaluation.load import load_model, open_snapshot
from pipelines.evaluation.measure import defined
from pipelines.evaluation.versions import CHAMPION, find_version, notes, read_labelled

PREDICTING = 0.9
"""The fraction of a comparison that predicting takes; intervals take the rest."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to compare.

    Attributes:
        model: the model's name.
        snapshot: the folder of the snapshot.
        split: the split whose listings are predicted.
        version: the artifact id of A, or ``champion``.
        against: the artifact id of B, or ``champion``; ``None`` compares with nothing.
    """

    model: str
    snapshot: Path
    split: str = "test"
    version: str = CHAMPION
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model's version A, and B where there is one, on the labelled rows of a split.

    Attributes:
        model: the model's name.
        a: the artifact id of A.
        b: the artifact id of B, if any.
        snapshot: the id of the snapshot.
        split: the split whose listings were predicted.
        rows: how many of its rows have a label.
        fields: the figures of every field that all versions answer.
        notes: sentences about what makes the figures look better or worse than they are.
    """

    model: str
    a: str
    b: str | None
    snapshot: str
    split: str
    rows: int
    fields: tuple[Field, ...]
    notes: tuple[str, ...] = ()


def compare(settings: Settings, question: Question, progress: Progress) -> Comparison:
    """Predict a split with one or two versions of a model, through the predictor that serves.

    Raises ``InputError`` or ``ArtifactError`` for what cannot be compared, before anything is
    predicted.
    """
    store = ReleaseStore(settings.store)
    manifests = _find_versions(store, question)
    snapshot = open_snapshot(str(question.snapshot))
    listings = read_labelled(snapshot, question.split, question.model, manifests)

    outcomes = []
    for number, manifest in enumerate(manifests):
        report = partial(_report_version, progress, number, len(manifests))
        outcomes.append(
            _collect(settings, question.model, manifest.id, listings, report)
        )

    progress("intervals", PREDICTING)
    described = describe(outcomes, listings, slices.learn(snapshot))
    return _comparison(question, manifests, snapshot, len(listings), described)


def _comparison(
    question: Question,
    manifests: Sequence[Manifest],
    snapshot: Snapshot,
    rows: int,
    fields: tuple[Field, ...],
) -> Comparison:
    """Put the results together; raise ``InputError`` where there is no field to compare."""
    if not fields:
        raise InputError(
            f"no field of {question.model} is answered by all versions that are compared"
        )
    return Comparison(
        model=question.model,
        a=manifests[0].id,
        b=manifests[1].id if question.against else None,
        snapshot=snapshot.id,
        split=question.split,
        rows=rows,
        fields=fields,
        notes=tuple(notes(manifests, snapshot, question.split)),
    )


def _collect(
    settings: Settings,
    name: str,
    version: str,
    listings: Sequence[Listing],
    progress: Progress,
) -> list[Outcome]:
    # The model is loaded here and dropped again, so that two never have to fit into memory.
    store = ReleaseStore(settings.store)
    model = load_model(store, settings.cache, name, version)
    return collect_outcomes(model, models.outputs(name), listings, progress=progress)


def _find_versions(store: ReleaseStore, question: Question) -> list[Manifest]:
    """The manifests of A and, where there is one, of B."""
    versions = [question.version]
    if question.against:
        versions.append(question.against)
    return [find_version(store, question.model, version) for version in versions]


def _report_version(
    progress: Progress, number: int, n_versions: int, message: str, fraction: float
) -> None:
    """Report the progress of one version as a part of all."""
    done = PREDICTING * (number + fraction) / n_versions
    progress(f"{'AB'[number]}: {message}", done)


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The figures of a comparison for programs; what is not a number is ``None``."""
    return {
        "model": comparison.model,
        "a": comparison.a,
        "b": comparison.b,
        "snapshot": comparison.snapshot,
        "split": comparison.split,
        "rows": comparison.rows,
        "notes": list(comparison.notes),
        "fields": {field.name: _field_as_json(field) for field in comparison.fields},
    }


def as_rows(figures: tuple[MeasuredMetric, ...]) -> Iterator[dict[str, Any]]:
    """One flat row for each figure: its metric, its rows, A, B, the difference, the ends."""
    for figure in figures:
        row: dict[str, Any] = {"metric": figure.metric.name, "rows": figure.rows}
        for name in ("a", "b", "difference"):
            value = getattr(figure, name)
            if value:
                row |= _ends(name, value)
        if figure.b:
            row["verdict"] = figure.verdict
        yield row


def _field_as_json(field: Field) -> dict[str, Any]:
    slice_rows = []
    for part in field.parts:
        for row in as_rows(part.figures):
            slice_rows.append({"dimension": part.dimension, "slice": part.name, **row})

    return {
        "early": list(as_rows(field.early)),
        "full": list(as_rows(field.full)),
        "slices": slice_rows,
    }


def _ends(name: str, value: Value) -> dict[str, float | None]:
    return defined(
        {
            name: value.value,
            f"{name}_low": value.low,
            f"{name}_high": value.high,
        }
    )
