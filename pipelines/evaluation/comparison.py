"""Compares one version of a model, or two on the same listings: everything a report shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import models
from common.errors import InputError
from common.progress import Progress
from common.settings import Settings
from common.store.release import ReleaseStore
from models.evaluation.outcomes import collect_outcomes
from pipelines.evaluation import slices
from pipelines.evaluation.fields import Field, Part, describe
from pipelines.evaluation.figures import Figure, Value
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
    store, name = ReleaseStore(settings.store), question.model
    versions = [question.version, question.against] if question.against else [question.version]
    manifests = [find_version(store, name, version) for version in versions]

    snapshot = open_snapshot(str(question.snapshot))
    listings = read_labelled(snapshot, question.split, name)

    outcomes = []
    for number, manifest in enumerate(manifests):
        model = load_model(store, settings.cache, name, manifest.id)
        report = _part_of(progress, "AB"[number], number, len(manifests))
        outcomes.append(collect_outcomes(model, models.outputs(name), listings, progress=report))

    progress("intervals", PREDICTING)
    fields = describe(outcomes, listings, slices.learn(snapshot))
    if not fields:
        raise InputError(f"no field of {name} is answered by all versions that are compared")

    return Comparison(
        model=name,
        a=manifests[0].id,
        b=manifests[1].id if question.against else None,
        snapshot=snapshot.id,
        split=question.split,
        rows=len(listings),
        fields=fields,
        notes=tuple(notes(manifests, snapshot, question.split)),
    )


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The figures of a comparison for programs; what is not a number is ``None``."""
    return {
        **{key: getattr(comparison, key) for key in ("model", "a", "b", "snapshot", "split")},
        "rows": comparison.rows,
        "notes": list(comparison.notes),
        "fields": {field.name: _field_as_json(field) for field in comparison.fields},
    }


def as_rows(figures: tuple[Figure, ...]) -> Iterator[dict[str, Any]]:
    """One flat row for each figure: its metric, its rows, A, B, the difference, the ends."""
    for figure in figures:
        row: dict[str, Any] = {"metric": figure.metric.name, "rows": figure.rows}
        for name in ("a", "b", "difference"):
            value = getattr(figure, name)
            row |= _ends(name, value) if value else {}
        yield row | ({"verdict": figure.verdict} if figure.b else {})


def _field_as_json(field: Field) -> dict[str, Any]:
    return {
        "early": list(as_rows(field.early)),
        "full": list(as_rows(field.full)),
        "slices": [row for part in field.parts for row in _part_as_rows(part)],
    }


def _part_as_rows(part: Part) -> Iterator[dict[str, Any]]:
    for row in as_rows(part.figures):
        yield {"dimension": part.dimension, "slice": part.name, **row}


def _ends(name: str, value: Value) -> dict[str, float | None]:
    return defined({name: value.value, f"{name}_low": value.low, f"{name}_high": value.high})


def _part_of(progress: Progress, letter: str, number: int, n_versions: int) -> Progress:
    """Progress of one version among all."""

    def report(message: str, fraction: float) -> None:
        progress(f"{letter}: {message}", PREDICTING * (number + fraction) / n_versions)

    return report
