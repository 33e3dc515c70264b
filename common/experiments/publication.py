"""Publishes and stops experiments: what may change, and what stays for good."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from common.errors import (
    ArtifactError,
    InputError,
    RefusedError,
    UnavailableError,
)
from common.experiments import published
from common.experiments.checks import check_changes, check_layers
from common.experiments.definition import Experiment, needed_releases
from common.experiments.published import Published, Stop
from common.store.release import ReleaseStore
from common.store.storage import Storage

ATTEMPTS = 10
"""How often a stop is tried while other processes change what is published."""

MAX_PAUSE = 0.1
"""Seconds between two attempts, at most; of random length, so that contenders part."""


def publish(
    before: Published,
    experiments: Sequence[Experiment],
    layers: Sequence[str],
    by: str,
    now: datetime,
) -> Published:
    """Return what is published once ``experiments`` take the place of those before.

    It is ``before`` itself where nothing changes; ``published.write`` stores it. What was stopped
    stays so. A published file that cannot be read is replaced by any other. Raises ``InputError``
    where experiments share sellers of a layer, or where one that has started would move sellers,
    also if it was removed meanwhile.
    """
    check_layers([before.with_stops(each) for each in experiments])
    files = {each.key: each.source.text for each in experiments}
    if files == before.files:
        return before

    texts = {**before.former, **before.files}
    known = (before.readable(key, layers) for key in files if key in texts)
    check_changes(filter(None, known), experiments, now.date())

    former = {
        key: text
        for key, text in texts.items()
        if key not in files
        and (key in before.former or _has_started(before, key, layers, now))
    }
    after = replace(before, files=files, former=former)
    return _next(after, by, now.isoformat(timespec="seconds"))


def check_removed(
    before: Published, after: Published, layers: Sequence[str], today: date
) -> None:
    """Raise ``InputError`` where an experiment that runs would end without a stop."""
    removed = sorted(before.files.keys() - after.files.keys())
    known = filter(None, (before.readable(key, layers) for key in removed))
    running = [each.key for each in known if each.runs_on(today)]
    if running:
        raise InputError(
            f"the folder lacks files of experiments that run: {', '.join(running)}. Put back"
            f" {running[0]}.yaml, or run 'listrec experiment stop {running[0]}' first"
        )


def check_releases(
    store: ReleaseStore, experiments: Sequence[Experiment], today: date
) -> None:
    """Raise ``InputError`` where a variant has a release that is not in the store.

    Variants that nobody gets any more are left out: their releases are removed in time.
    """
    for experiment in experiments:
        needed = needed_releases([experiment], today)
        for variant in experiment.variants:
            if variant.release not in needed:
                continue
            try:
                store.read(variant.release)
            except ArtifactError as error:
                raise InputError(
                    f"{experiment.source.at('variants')}: the release of the variant"
                    f" {variant.name} cannot be used, since {error}; 'listrec registry list'"
                    " shows those that can"
                ) from None


def stop(storage: Storage, order: Stop, layers: Sequence[str]) -> Published:
    """Stop a variant, or all of an experiment, for good; return what is published from then on.

    What is stopped already stays as it is. Raises ``InputError`` where there is no such experiment
    or variant, or where the variant is the control, ``UnavailableError`` when other processes do
    not stop changing what is published.
    """
    for _ in range(ATTEMPTS):
        before = published.read(storage)
        _check_stop(before, order, layers)
        if _is_stopped(before, order):
            return before

        after = replace(before, stops=(*before.stops, order))
        after = _next(after, order.by, order.at)
        try:
            published.write(storage, before, after)
            return after
        except RefusedError:
            time.sleep(random.uniform(0, MAX_PAUSE))

    raise UnavailableError(
        f"{order.experiment} was not stopped: other processes changed what is published"
        f" {ATTEMPTS} times meanwhile; try again"
    )


def _next(after: Published, by: str, at: str) -> Published:
    return replace(after, number=after.number + 1, by=by, at=at)


def _has_started(
    before: Published, key: str, layers: Sequence[str], now: datetime
) -> bool:
    experiment = before.readable(key, layers)
    # A file that cannot be read any more may have assigned sellers.
    return experiment is None or experiment.start <= now.date()


def _check_stop(before: Published, order: Stop, layers: Sequence[str]) -> None:
    if order.experiment not in before.files:
        keys = ", ".join(sorted(before.files)) or "none"
        raise InputError(
            f"no experiment {order.experiment!r} is published; there are: {keys}"
        )
    # All of an experiment can be stopped whatever its file says.
    if not order.variant:
        return
    control, *others = before.experiment(order.experiment, layers).variants
    names = [each.name for each in others]
    if order.variant == control.name:
        raise InputError(
            f"{order.variant} is the control of {order.experiment}, with which the others are"
            " compared; stop the experiment instead, without --variant"
        )
    if order.variant not in names:
        raise InputError(
            f"{order.experiment} has no variant {order.variant!r}; there are: {', '.join(names)}"
        )


def _is_stopped(before: Published, order: Stop) -> bool:
    return any(
        each.experiment == order.experiment and each.variant in ("", order.variant)
        for each in before.stops
    )
