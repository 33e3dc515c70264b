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
            yield f"{key}: {', and '.join(_news(before, after, key, layers, today))}"
        elif before.files[key] != after.files[key]:
            was = before.readable(key, layers)
            if was is None:
                yield f"{key}: replaces a file that cannot be read"
                continue
            yield f"{key}: {_change(was, after.experiment(key, layers))}"


def _news(
    before: Published, after: Published, key: str, layers: Sequence[str], today: date
) -> Iterator[str]:
    experiment = after.experiment(key, layers)
    yield "back" if key in before.former else "new"
    if experiment.stopped:
        yield "stays stopped"
    if experiment.end < today:
        yield f"nobody gets it, since its last day was {experiment.end}"


def _change(before: Experiment, after: Experiment) -> str:
    if after.coverage > before.coverage:
        return f"wider, coverage {before.coverage:g} -> {after.coverage:g}"
    return "changed"
