"""What a run is asked for that goes on with one that failed."""

from __future__ import annotations

from typing import Any

from common.runs.records import RunRecords
from common.store.storage import Storage


def request_of(storage: Storage, run: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the targets and the arguments of an earlier run, with the snapshot that it made.

    What its steps trained is found again by its key, so the new run goes on where that one failed.
    Raises ``ArtifactError`` where there is no such run.
    """
    records = RunRecords(storage, run)
    request = records.request()
    arguments = dict(request.arguments)
    checked = records.step("check_snapshot", "snapshot")
    # The tables may have changed since. A snapshot that was refused is made again, of mended ones.
    if not arguments["snapshot"] and checked and checked.result:
        arguments["snapshot"] = checked.result["id"]
    return request.targets, arguments
