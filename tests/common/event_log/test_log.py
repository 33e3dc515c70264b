"""The log acknowledges what is on the disk, and goes on after a disk that was full."""

import asyncio
import json
import os
import subprocess
from dataclasses import replace

import pytest

from common.errors import InputError, UnavailableError
from common.event_lines import parse_event
from common.event_log import log as log_module
from common.event_log.backlog import read_backlog
from common.event_log.log import EventLog
from common.event_log.segments import complete_segment, list_segments
from tests.common.event_log.examples import (
    OUTCOME,
    append_all,
    make_events,
    start_python,
)

BEYOND_THE_LIMIT = """
import asyncio, json, resource, sys
from pathlib import Path
from common.errors import UnavailableError
from common.event_log.log import EventLog
from tests.common.event_log.examples import make_events

async def main():
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with EventLog(Path(sys.argv[1])) as log:
        await log.append(make_events(2, "before"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        try:
            await log.append(make_events(10, "refused"))
        except UnavailableError as error:
            sentence = str(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        await log.append(make_events(2, "after"))
        print(json.dumps([sentence, log.counts.stored, log.counts.lost]))

asyncio.run(main())
"""


def read_ids(folder):
    ids = []
    for path in list_segments(folder):
        with complete_segment(path) as frames:
            ids += [parse_event(line).id for line in frames.lines]
    return ids


def test_what_was_appended_is_in_the_segment(tmp_path):
    counts = append_all(tmp_path / "log", make_events(3))
    assert read_ids(tmp_path / "log") == ["e-0", "e-1", "e-2"]
    assert (counts.stored, counts.lost) == (3, 0)


def test_callers_who_wait_share_one_sync(tmp_path, monkeypatch):
    syncs = []
    sync = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda file: syncs.append(sync(file)))

    async def append_together():
        async with EventLog(tmp_path) as log:
            waiting = (log.append(make_events(1, str(n))) for n in range(200))
            await asyncio.gather(*waiting)

    asyncio.run(append_together())
    assert len(read_ids(tmp_path)) == 200
    assert len(syncs) <= 5


def test_a_segment_is_complete_when_it_is_old_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(log_module, "MAX_SEGMENT_SECONDS", 0.1)

    async def append_and_wait():
        async with EventLog(tmp_path) as log:
            await log.append([OUTCOME])
            while not read_ids_if_complete():
                await asyncio.sleep(0.02)

    def read_ids_if_complete():
        with complete_segment(list_segments(tmp_path)[0]) as frames:
            return frames

    asyncio.run(asyncio.wait_for(append_and_wait(), 30))


def test_a_segment_that_is_written_is_not_read(tmp_path):
    async def look():
        async with EventLog(tmp_path) as log:
            await log.append([OUTCOME])
            with complete_segment(list_segments(tmp_path)[0]) as frames:
                assert frames is None

    asyncio.run(look())
    assert read_ids(tmp_path) == ["e0"]


def test_large_logs_are_several_segments(tmp_path, monkeypatch):
    monkeypatch.setattr(log_module, "MAX_SEGMENT_BYTES", 1000)

    async def append_often():
        async with EventLog(tmp_path) as log:
            for number in range(6):
                await log.append(make_events(3, str(number)))

    asyncio.run(append_often())
    assert read_backlog(tmp_path).segments > 1
    assert len(set(read_ids(tmp_path))) == 18


def test_events_without_an_id_are_refused(tmp_path):
    with pytest.raises(InputError, match="id of an event should be there, such as"):
        append_all(tmp_path, [replace(OUTCOME, id="")])


def test_events_that_would_wait_too_long_are_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(log_module, "MAX_WAITING_BYTES", 100)
    with pytest.raises(UnavailableError, match="cannot be kept, the disk is too slow"):
        append_all(tmp_path, make_events(3))


def test_a_caller_who_is_cancelled_leaves_the_others_theirs(tmp_path):
    async def cancel_one():
        async with EventLog(tmp_path) as log:
            first = asyncio.create_task(log.append(make_events(1, "first")))
            second = asyncio.create_task(log.append(make_events(1, "second")))
            await asyncio.sleep(0)
            first.cancel()
            await second

    asyncio.run(cancel_one())
    assert "second-0" in read_ids(tmp_path)


def test_a_limit_of_file_sizes_is_reported_and_passes(tmp_path):
    process = start_python(BEYOND_THE_LIMIT, tmp_path)
    sentence, stored, lost = json.loads(process.communicate(timeout=60)[0])
    assert sentence.startswith("events cannot be kept, File too large: see ")
    assert (stored, lost) == (4, 10)
    # What was refused may be there in part: the frames that fitted.
    assert set(read_ids(tmp_path)) >= {"before-0", "before-1", "after-0", "after-1"}


@pytest.fixture
def small_disk(tmp_path):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a file system of its own needs root")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


def test_a_full_disk_is_reported_and_the_log_goes_on_by_itself(small_disk):
    async def fill_and_go_on():
        async with EventLog(small_disk / "log") as log:
            await log.append(make_events(2, "before"))
            (small_disk / "other").write_bytes(bytes(52_000))
            with pytest.raises(UnavailableError, match="No space left on device"):
                await log.append(make_events(500, "refused"))
            (small_disk / "other").unlink()
            await log.append(make_events(2, "after"))
            return log.counts

    counts = asyncio.run(fill_and_go_on())
    assert (counts.stored, counts.lost) == (4, 500)
    assert set(read_ids(small_disk / "log")) >= {"before-1", "after-0", "after-1"}


def test_others_may_not_read_the_log(tmp_path):
    append_all(tmp_path / "log", [OUTCOME])
    [segment] = list_segments(tmp_path / "log")
    assert (tmp_path / "log").stat().st_mode & 0o077 == 0
    assert segment.stat().st_mode & 0o077 == 0
