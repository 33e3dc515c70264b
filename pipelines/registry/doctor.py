"""Checks of everything that training and releasing need, each with what to do about it."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from common.errors import ArtifactError, ListrecError, UnavailableError
from common.experiments import published
from common.experiments.publication import check_releases
from common.runs.outcome import AWAITING, ON_HOLD, PROMOTED
from common.runs.run_list import LOST, RUNNING, list_runs
from common.settings import Settings
from common.store import promotion_hold
from common.store.release import ReleaseStore
from common.store.storage import Storage
from models.layers import LAYERS
from pipelines.tracking import aliases, connection
from pipelines.tracking.client import is_server
from pipelines.tracking.names import shown

OK, WARNING, PROBLEM = "ok", "warning", "problem"
"""States of a check: nothing to do; look at it on a working day; releases do not work."""

MAX_CLOCK_ERROR = timedelta(seconds=60)
"""Difference of two clocks from which times in records mislead, and credentials may be refused."""

MIN_FREE_BYTES = 5_000_000_000
"""Free space of ``LISTREC_HOME`` below which a training run may not end: vectors and artifacts."""

MAX_SUCCESS_AGE = timedelta(hours=26)
"""Age of the last run that ended well from which a nightly training has failed."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found.

    Attributes:
        name: what was checked.
        state: ``OK``, ``WARNING`` or ``PROBLEM``.
        message: what was found.
        remedy: what to do, empty where there is nothing to do.
    """

    name: str
    state: str
    message: str
    remedy: str = ""


def examine(
    settings: Settings, served_release: Callable[[], str] | None, now: datetime
) -> Iterator[Check]:
    """Yield the result of each check, as soon as it is known.

    ``served_release`` asks a server for the release that it answers with; ``None`` where no server
    is to be asked.
    """
    store = ReleaseStore(settings.store)
    checks: list[tuple[str, Callable[[], Check]]] = [
        ("store", lambda: _check_store(settings)),
        ("clock", lambda: _check_clock(settings)),
        ("champion", lambda: _check_champion(store)),
        ("mlflow", lambda: _check_mlflow(settings)),
        ("aliases", lambda: _check_aliases(settings, store)),
        ("disk", lambda: _check_disk(settings.home)),
        ("runs", lambda: _check_runs(settings, now)),
        ("hold", lambda: _check_hold(settings, now)),
        ("experiments", lambda: _check_experiments(store, now)),
    ]
    if served_release:
        checks.append(("server", lambda: _check_server(store, served_release())))

    failed = set()
    for name, check in checks:
        # mlflow's client would try for half a minute.
        if name == "aliases" and "mlflow" in failed:
            yield Check(name, WARNING, "cannot be checked while mlflow does not answer")
            continue
        try:
            result = check()
        except ListrecError as error:
            result = Check(name, PROBLEM, str(error))
        if result.state == PROBLEM:
            failed.add(name)
        yield result


def _check_store(settings: Settings) -> Check:
    """Write, read and remove a text."""
    storage = Storage(settings.store)
    key = f"doctor/{uuid.uuid4().hex}"
    storage.write_text(key, "written")
    is_same = storage.read_text(key) == "written"
    storage.remove(key)
    if not is_same:
        return Check(
            "store",
            PROBLEM,
            f"{settings.store} does not return what was written to it",
            "look at the bucket: writes must be visible at once",
        )
    return Check("store", OK, f"{settings.store} can be read and written")


def _check_clock(settings: Settings) -> Check:
    """Compare the clock of this machine with those of the store and of mlflow's server."""
    clocks = {"the store": _store_time(settings)}
    if is_server(settings.tracking_uri):
        clocks["mlflow"] = _server_time(settings)

    for name, time in clocks.items():
        error = abs(datetime.now(UTC) - time) if time else timedelta()
        if error > MAX_CLOCK_ERROR:
            return Check(
                "clock",
                WARNING,
                f"the clocks of this machine and of {name} differ by"
                f" {error.total_seconds():.0f} seconds",
                "synchronise both (chronyc tracking): times of runs and of moves mislead",
            )
    return Check("clock", OK, f"agrees with {' and '.join(clocks)}")


def _store_time(settings: Settings) -> datetime | None:
    storage = Storage(settings.store)
    key = f"doctor/{uuid.uuid4().hex}"
    storage.write_text(key, "written")
    time = storage.modified(key)
    storage.remove(key)
    return time


def _server_time(settings: Settings) -> datetime | None:
    """Return the time in the header of an answer of mlflow's server, if it answers with one."""
    import requests  # type: ignore[import-untyped]

    address = f"{settings.tracking_uri.rstrip('/')}/health"
    try:
        answer = requests.head(address, timeout=settings.tracking_timeout)
        return parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        return None  # another check says whether mlflow answers


def _check_champion(store: ReleaseStore) -> Check:
    """Read the champion and the manifests of its artifacts."""
    champion = store.champion()
    if champion is None:
        return Check(
            "champion",
            WARNING,
            "nothing has been released yet",
            "run 'listrec train all --snapshot DIR'",
        )
    try:
        release = store.check(champion)
    except ArtifactError as error:
        remedy = "run 'listrec registry rollback': servers keep what they have loaded"
        return Check("champion", PROBLEM, str(error), remedy)
    # Those of an older layout are as they were, and this version cannot load them. The error has
    # the remedy: releases before may be older still.
    for ref in release.checksums:
        store.manifest(ref)
    return Check("champion", OK, f"{release.id}, published {release.created_at}")


def _check_mlflow(settings: Settings) -> Check:
    address = shown(settings.tracking_uri)
    try:
        connection.check_answers(settings)
    except UnavailableError as error:
        remedy = (
            "start mlflow: training runs end before they begin; servers do not need it"
        )
        return Check("mlflow", PROBLEM, str(error), remedy)
    return Check("mlflow", OK, f"{address} answers")


def _check_aliases(settings: Settings, store: ReleaseStore) -> Check:
    if store.champion() is None:
        return Check("aliases", OK, "there is no champion to point at")
    behind = aliases.find_behind(settings, store)
    if behind:
        return Check(
            "aliases",
            WARNING,
            f"mlflow's alias is not at the champion: {', '.join(behind)}",
            "run 'listrec registry reconcile'; what is served is right",
        )
    return Check("aliases", OK, "mlflow's aliases are at the champion")


def _check_disk(home: Path) -> Check:
    existing = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    message = f"{free / 1e9:.1f} GB are free in {home}"
    if free < MIN_FREE_BYTES:
        remedy = f"delete {home}/cache, which is filled again, or make room"
        return Check("disk", WARNING, message, remedy)
    return Check("disk", OK, message)


def _check_runs(settings: Settings, now: datetime) -> Check:
    runs = list_runs(Storage(settings.store), now)
    running = [run.name for run in runs if run.state == RUNNING]
    lost = [run.name for run in runs if run.state == LOST]
    last = next(
        (run for run in runs if run.state in (PROMOTED, ON_HOLD, AWAITING)), None
    )
    if not runs:
        return Check("runs", OK, "there has been no training run")
    if last is None:
        remedy = "'listrec registry runs' says why each of them ended"
        return Check("runs", WARNING, "no run has ended well", remedy)

    message = f"{last.name} was the last to end well"
    if running:
        message += f"; not ended: {', '.join(running)}"
    age = now - datetime.fromisoformat(last.started_at).astimezone(UTC)
    if age > MAX_SUCCESS_AGE:
        remedy = "where training is nightly, 'listrec registry runs' says why the others failed"
        return Check("runs", WARNING, message, remedy)
    if lost:
        message += f"; never ended: {len(lost)}"
    return Check("runs", OK, message)


def _check_hold(settings: Settings, now: datetime) -> Check:
    hold = promotion_hold.read(Storage(settings.store), now)
    if hold is None:
        return Check("hold", OK, "promotions are not held")
    remedy = "'listrec registry hold --lift' ends it, once its reason is gone"
    return Check("hold", WARNING, str(hold), remedy)


def _check_experiments(store: ReleaseStore, now: datetime) -> Check:
    """Read the experiments that servers apply, and the releases of their variants."""
    experiments = published.read(store.storage).experiments(LAYERS)
    check_releases(store, experiments, now.date())
    running = [each.key for each in experiments if each.runs_on(now.date())]
    return Check("experiments", OK, f"running today: {', '.join(running) or 'none'}")


def _check_server(store: ReleaseStore, served: str) -> Check:
    champion = store.champion()
    if served == champion:
        return Check("server", OK, f"it answers with the champion, {served}")
    return Check(
        "server",
        PROBLEM,
        f"it answers with release {served}, and the champion is {champion or 'none'}",
        "wait half a minute after a promotion; else its log says why it refused the release",
    )
