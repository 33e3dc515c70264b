"""What differs between two releases: artifacts, rows, sizes, settings and metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.runs.run_list import Run, list_runs
from common.store.artifacts import Manifest
from common.store.release import Release, ReleaseStore
from pipelines.tracking.runs import flatten


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two releases differ; a value is ``None`` where one of them lacks it.

    Attributes:
        part: the model, or ``encoder-`` and the name of the encoder.
        name: ``artifact``, ``snapshot``, ``size`` in bytes, ``config.`` and the name of a setting,
            or ``metric.`` and the name of a metric on the test rows of the run.
        before: the value of the first release.
        after: the value of the second release.
    """

    part: str
    name: str
    before: Any
    after: Any


def compare(
    store: ReleaseStore, first: str, second: str, now: datetime
) -> list[Difference]:
    """Return what differs, part by part; metrics are those that the runs' records still have.

    Raises ``ArtifactError`` where a release or one of its artifacts is missing.
    """
    runs = list_runs(store.storage, now)
    before, after = (
        {name: _describe(manifest, runs) for name, manifest in _parts(store, release)}
        for release in (store.read(first), store.read(second))
    )

    differences = []
    for part in dict.fromkeys((*before, *after)):
        old, new = before.get(part, {}), after.get(part, {})
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                differences.append(Difference(part, name, old.get(name), new.get(name)))
    return differences


def _parts(store: ReleaseStore, release: Release) -> Iterator[tuple[str, Manifest]]:
    for ref in (*release.encoders, *release.models.values()):
        manifest = store.manifest(ref)
        prefix = "encoder-" if manifest.role == "encoder" else ""
        yield prefix + manifest.name, manifest


def _describe(manifest: Manifest, runs: Sequence[Run]) -> Mapping[str, Any]:
    values: dict[str, Any] = {
        "artifact": manifest.id,
        "snapshot": manifest.snapshot,
        "size": manifest.size,
    }
    for name, value in flatten(manifest.config):
        values[f"config.{name}"] = value

    # The same artifact has the same metrics in each run on the same rows.
    for run in runs:
        metrics = run.challenger(manifest.id).get("metrics")
        if metrics:
            return values | {f"metric.{name}": metrics[name] for name in metrics}
    return values
