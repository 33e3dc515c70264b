"""Whether the champion has changed while an experiment ran, for who reads an analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from common.experiments.definition import PAGE
from pipelines.experiments.experiment_events import ExperimentEvents, end_of


def warn_of_champions(
    found: ExperimentEvents, others: Sequence[ExperimentEvents], until: datetime
) -> Iterator[str]:
    """Yield a sentence where variants that follow the champion had more than one before a time.

    ``others`` are all other experiments of the same time.
    """
    experiment = found.experiment
    shown = (experiment.control, *experiment.treatments)
    named = [each for each in shown if each.release]
    champions = _champions(found, others, until)
    if len(champions) < 2 or len(named) == len(shown):
        return

    change = f"The champion has changed meanwhile ({', then '.join(champions)})"
    if not named:
        yield f"{change}, for all variants alike: the effect is a mean over these releases."
        return
    names = ", ".join(f"'{each.name}'" for each in shown if not each.release)
    yield (
        f"{change}. {names} followed it and the others did not, so they were compared with"
        " several releases: name a release in each variant."
    )
    for variant in named:
        if variant.release in champions:
            yield (
                f"'{variant.name}' is one of these champions. While it was, the variants were"
                " the same, which makes the effect look smaller."
            )


def _champions(
    found: ExperimentEvents, others: Sequence[ExperimentEvents], until: datetime
) -> list[str]:
    """Return the releases whose answers sellers of the control saw, in the order of time."""
    control = found.experiment.control
    # The release of an answer is that of its page: an experiment there has releases of its own.
    of_pages = {
        variant.release
        for each in others
        if each.experiment.layer == PAGE
        for variant in each.experiment.variants
    }
    shown = found.shown
    is_known = shown["time"] < min(until, end_of(found.experiment))
    seen = shown[is_known & (shown["variant"] == control.name)].sort_values("time")
    return [str(each) for each in seen["release"].unique() if each not in of_pages]
