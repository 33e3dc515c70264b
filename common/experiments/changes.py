"""What a publication changes, in sentences for those who publish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from common.experiments.definition import Experiment
from common.experiments.published import Published


def describe_changes(
    before: Published, after: Published, layers: Sequence[str]
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
            yield f"{key}: {_change(was, after.experiment(key, layers))}"


def _change(before: Experiment, after: Experiment) -> str:
    if after.coverage > before.coverage:
        return f"wider, coverage {before.coverage:g} -> {after.coverage:g}"
    return "changed"
