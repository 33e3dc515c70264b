"""What happened before a monitoring, from the team's store: releases, their data, and runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import models
from common.errors import ArtifactError
from common.runs import records
from common.runs.records import RunRecords
from common.store.release import ReleaseStore
from common.store.storage import Storage
from pipelines.data_checks.check import champion_profile
from pipelines.monitoring.retrain_rule import History
from pipelines.monitoring.run_starts import last_start


def read_shop_history(store: ReleaseStore) -> History:
    """Return what the champion is, when it was promoted and its rows were read, and the last run.

    Runs count that train all models.
    """
    if store.champion() is None:
        return History(trained=None, last_run=_last_run(store.storage))
    return History(
        trained=_trained(store),
        last_run=_last_run(store.storage),
        promoted=_promoted(store),
        champion=tuple(store.read().models.values()),
    )


def _trained(store: ReleaseStore) -> datetime:
    """Return when the champion's snapshot was made, or when the release was where it is gone."""
    profile = champion_profile(store)
    return _time(profile.created_at if profile else store.read().created_at)


def _promoted(store: ReleaseStore) -> datetime:
    # An earlier version has moved the champion without a record.
    move = next(store.moves(), None)
    return _time(move.at if move else store.read().created_at)


def _last_run(storage: Storage) -> datetime | None:
    return max(_starts(storage), default=None)


def _starts(storage: Storage) -> Iterator[datetime]:
    """Yield when runs of all models began, and when monitoring started one."""
    started = last_start(storage)
    if started:
        yield started
    for run in records.runs(storage):
        try:
            request = RunRecords(storage, run).request()
        except ArtifactError:
            continue  # it has not begun yet
        if set(models.NAMES) <= set(request.targets):
            yield _time(request.started_at)


def _time(text: str) -> datetime:
    """Return a time with a zone; one of an earlier version without any is in UTC."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
