"""What a publication changes, in sentences for those who publish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from common.experiments.definition import Experiment
from common.experiments.published import Published


def describe_changes(
    before: Published, after: Published, layers: Sequence[str], today: date
) -> Iterator[str]:
    """Yield a line for each experiment that is new, changed or removed."""
    for key in sorted(before.files.keys() | after.files.keys()):
        if key not in after.files:
            yield f"{key}: removed"
        elif key not in before.files:
            experiment = after.experiment(key, layers)
            state = "new, and stays stopped" if experiment.stopped else "new"
            yield f"{key}: {state}"
        elif before.files[key] != after.files[key]:
            was = before.experiment(key, layers)
            changes = _changes(was, after.experiment(key, layers), today)
            yield f"{key}: {', '.join(changes) or 'changed'}"


def _changes(before: Experiment, after: Experiment, today: date) -> Iterator[str]:
    if after.coverage > before.coverage:
        yield f"wider, coverage {before.coverage:g} -> {after.coverage:g}"
    if after.end != before.end:
        verb = "ended" if after.end < today else "ends"
        yield f"{verb} on {after.end} instead of {before.end}"
