"""A store with some history: releases, runs and what they made."""

from datetime import UTC, datetime, timedelta

import pytest

from common.runs.records import DONE, Request, RunRecords, StepRecord
from common.store.storage import Storage

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


@pytest.fixture
def storage(store):
    return Storage(store.url)


@pytest.fixture
def keep_run(storage):
    """Keep the records of a run that made some records, days ago; without an end if ``state``
    is empty."""

    def write(name, state="promoted", days=0.0, release="", records=(), **outcome):
        started = (NOW - timedelta(days=days)).isoformat(timespec="seconds")
        run = RunRecords(storage, name)
        run.write_request(Request(name, ("price",), {}, started, commit="abc"))
        run.write_step(
            StepRecord(
                "register", "all", DONE, started, 2.0, 1.5, 300.0, result=records
            )
        )
        if release:
            result = {"release": release, "note": ""}
            run.write_step(
                StepRecord("publish", "release", DONE, started, result=result)
            )
        if state:
            values = {"run": name, "state": state, "release": release, "reasons": []}
            run.write_outcome(values | {"seconds": 3.0, "cpu_seconds": 1.5} | outcome)
        return run

    return write
