"""One version of a model, or two on the same listings: everything a report shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.errors import InputError
from common.settings import Settings
from common.store.release import ReleaseStore
from pipelines.evaluation import outcomes, slices
from pipelines.evaluation.fields import Field, describe
from pipelines.evaluation.figures import Figure, Value
from pipelines.evaluation.load import defined, load_predictor, open_snapshot
from pipelines.evaluation.outcomes import Progress
from pipelines.evaluation.versions import CHAMPION, find_version, notes, read_labelled


@dataclass(frozen=True, slots=True)
class Question:
    """What to compare: ``version`` (A) with ``against`` (B) on a split of a snapshot.

    Versions are ids of artifacts, or ``champion``; without ``against`` there is no B.
    """

    model: str
    snapshot: Path
    split: str = "test"
    version: str = CHAMPION
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model's version A, and B where there is one, on the labelled ``rows`` of a split.

    ``notes`` are sentences about what to keep in mind.
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
    """Ask one or two versions of a model about a split, through the predictor that serves.

    Raises ``InputError`` or ``ArtifactError`` for what cannot be compared, before any model is
    asked.
    """
    store, name, against = ReleaseStore(settings.store), question.model, question.against
    wanted = [question.version, against] if against else [question.version]
    chosen = [find_version(store, name, each) for each in wanted]
    snapshot = open_snapshot(str(question.snapshot))
    listings = read_labelled(snapshot, question.split, name)
    observed = []
    for number, manifest in enumerate(chosen):
        predictor = load_predictor(store, settings.cache, name, manifest.id)
        report = _part_of(progress, "AB"[number], number, len(chosen))
        observed.append(outcomes.collect_outcomes(predictor, name, listings, report))
    progress("intervals", 0.9)
    found = describe(observed, listings, slices.learn(snapshot))
    if not found:
        raise InputError(f"there is no field of {name} that all versions asked about answer")
    ids = [manifest.id for manifest in chosen]
    said = tuple(notes(chosen, snapshot, question.split))
    other = ids[1] if against else None
    return Comparison(name, ids[0], other, snapshot.id, question.split, len(listings), found, said)


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The figures of a comparison for programs; what is not a number is ``None``."""
    return {
        **{key: getattr(comparison, key) for key in ("model", "a", "b", "snapshot", "split")},
        "rows": comparison.rows,
        "notes": list(comparison.notes),
        "fields": {
            field.name: {
                "early": list(as_rows(field.early)),
                "full": list(as_rows(field.full)),
                "slices": [
                    {"dimension": part.dimension, "slice": part.name, **row}
                    for part in field.parts
                    for row in as_rows(part.figures)
                ],
            }
            for field in comparison.fields
        },
    }


def as_rows(figures: tuple[Figure, ...]) -> Iterator[dict[str, Any]]:
    """One flat row for each figure: its metric, its rows, A, B, the difference, the ends."""
    for each in figures:
        row: dict[str, Any] = {"metric": each.metric.name, "rows": each.rows}
        for name, value in (("a", each.a), ("b", each.b), ("difference", each.difference)):
            row |= _ends(name, value) if value else {}
        yield row | ({"verdict": each.verdict} if each.b else {})


def _ends(name: str, value: Value) -> dict[str, float | None]:
    return defined({name: value.value, f"{name}_low": value.low, f"{name}_high": value.high})


def _part_of(progress: Progress, letter: str, number: int, count: int) -> Progress:
    """Progress of one side among all; nine tenths of the time go into asking."""

    def report(doing: str, fraction: float) -> None:
        progress(f"{letter}: {doing}", 0.9 * (number + fraction) / count)

    return report
