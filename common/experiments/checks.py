"""What experiments must keep beside each other, and what may change while one runs.

Sellers keep their variant because the split depends on their id and the experiment alone. So what
the split depends on may not change under the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from common.errors import InputError
from common.experiments.definition import Experiment

FIXED = (
    "layer",
    "namespace",
    "variants",
    "targeting",
    "start",
    "end",
    "metric",
    "minimum_effect",
    "guardrails",
)
"""What stays once an experiment has started. The metric and the end too: else the best of many
metrics, or of many days, is reported; and guardrails: else one is moved out of the way."""


def check_layers(experiments: Sequence[Experiment]) -> None:
    """Raise ``InputError`` where a seller could be in two experiments of a layer at a time.

    An experiment that was stopped leaves its sellers to others.
    """
    for first, second in combinations(experiments, 2):
        if first.key == second.key:
            raise InputError(
                f"{second.source.path}: {first.source.path} has the key {first.key!r} too; "
                "choose another one"
            )
        if first.layer == second.layer and _overlap(first, second):
            raise InputError(
                f"{second.source.at('namespace')}: {second.key} and {first.key} "
                f"({first.source.at('namespace')}) share sellers of the layer {first.layer!r}; "
                "choose namespaces or days that do not overlap, such as [0, 0.5] and [0.5, 1], or "
                "stop one of them"
            )


def _overlap(first: Experiment, second: Experiment) -> bool:
    share_days = first.start <= second.end and second.start <= first.end
    share_sellers = (
        first.namespace[0] < second.namespace[1]
        and second.namespace[0] < first.namespace[1]
    )
    may_run = not (first.is_stopped or second.is_stopped)
    return may_run and share_days and share_sellers


def check_changes(
    accepted: Iterable[Experiment], experiments: Iterable[Experiment], today: date
) -> None:
    """Raise ``InputError`` where a change would move sellers of an experiment that has started.

    ``accepted`` are the experiments as they were accepted last. Experiments may come and go, and
    those that start after ``today`` may change.
    """
    before = {each.key: each for each in accepted}
    for experiment in experiments:
        if experiment.key in before and before[experiment.key].start <= today:
            _check_change(before[experiment.key], experiment)


def _check_change(before: Experiment, after: Experiment) -> None:
    for name in FIXED:
        if getattr(before, name) != getattr(after, name):
            raise InputError(
                f"{after.source.at(name)}: {name} of {after.key} may not change, because the "
                "experiment has started; put it back, or give the file another name for a new "
                "experiment"
            )
    if after.coverage < before.coverage:
        raise InputError(
            f"{after.source.at('coverage')}: coverage of {after.key} may only grow, and was "
            f"{before.coverage:g}; stop the experiment instead"
        )
