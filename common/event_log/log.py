"""``EventLog``: what a server worker appends events to; they are on the disk once it returns.

Events of all callers that wait are written together (group commit): one ``fdatasync`` is as long
for one event as for a hundred.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from common.errors import UnavailableError
from common.event_checks import check
from common.event_log.frames import frame
from common.event_log.records import Record, format_record
from common.event_log.segments import SegmentWriter
from common.kept_listing import KeptListing

MIN_SYNC_SECONDS = 0.02
"""Time from one write to the next, in which events gather."""

MAX_SEGMENT_BYTES = 8 * 2**20
MAX_SEGMENT_SECONDS = 5.0
"""Size and age at which a segment is complete, and can be drained."""

MAX_WAITING_BYTES = 16 * 2**20
"""Events that wait for a disk that hangs; what comes on top of them is refused."""


@dataclass(slots=True)
class LogCounts:
    """What became of the records of a log since it was opened.

    Attributes:
        stored: number of events and kept listings that are on the disk.
        lost: number of those that could not be kept.
    """

    stored: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Records of one call, in frames, and what tells it that they are kept."""

    data: bytes
    records: int
    done: asyncio.Future[None]


class EventLog:
    """Appends events to segments in a folder, for one process; an asynchronous context.

    After a write that failed, such as on a full disk, the next one begins a new segment: nothing
    has to be restarted.
    """

    def __init__(self, folder: Path) -> None:
        """Choose the folder; nothing is written before the first event."""
        self.counts = LogCounts()
        self._folder = folder
        self._segment: SegmentWriter | None = None
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._closing = False
        # Of its own, so that a disk that hangs takes no thread from anything else.
        self._thread = ThreadPoolExecutor(1, "event-log")

    async def __aenter__(self) -> Self:
        """Begin to write."""
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what waits, and give the last segment up for draining."""
        self._closing = True
        self._wake.set()
        await self._task
        self._thread.shutdown()

    async def append(self, records: Sequence[Record]) -> None:
        """Return once events and kept listings are on the disk, all of them.

        Each event needs an ``id``: one that is appended twice is then kept once. Raises
        ``UnavailableError`` where they cannot be kept; they may be appended again. A caller that
        does not wait any longer may be cancelled: they are written all the same.
        """
        for record in records:
            has_key = isinstance(record, KeptListing) or record.id != ""
            check("id", has_key, "there, such as that of new_event_id()")
        if not records:
            return
        data = b"".join(frame(format_record(record)) for record in records)
        if self._closing:
            self._lose(len(records), "the server stops")
        if self._waiting_bytes + len(data) > MAX_WAITING_BYTES:
            self._lose(len(records), "the disk is too slow")

        done = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(data, len(records), done))
        self._waiting_bytes += len(data)
        self._wake.set()
        await done

    def _lose(self, records: int, reason: str) -> None:
        self.counts.lost += records
        raise UnavailableError(f"events cannot be kept, {reason}: try again later")

    async def _run(self) -> None:
        """Write what waits, again and again, until the log is closed."""
        while not self._closing or self._waiting:
            await self._wait()
            began = time.monotonic()
            if self._waiting:
                await self._write()
            if self._is_complete():
                await self._in_thread(self._close_segment)
            if not self._closing:
                await asyncio.sleep(began + MIN_SYNC_SECONDS - time.monotonic())
        await self._in_thread(self._close_segment)

    async def _wait(self) -> None:
        """Return once there are events, or the segment is old enough to be complete."""
        left = None
        if self._segment is not None:
            left = self._segment.began + MAX_SEGMENT_SECONDS - time.monotonic()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), left)
        if not self._closing:
            self._wake.clear()

    async def _write(self) -> None:
        """Write what waits, and tell its callers."""
        batch, self._waiting, self._waiting_bytes = self._waiting, [], 0
        data = b"".join(waiting.data for waiting in batch)
        try:
            await self._in_thread(self._append, data)
        except OSError as error:
            self._refuse(batch, error)
            await self._in_thread(self._close_segment)
            return

        for waiting in batch:
            self.counts.stored += waiting.records
            if not waiting.done.done():
                waiting.done.set_result(None)

    def _refuse(self, batch: Sequence[_Waiting], error: OSError) -> None:
        """Tell callers that the disk refused their events."""
        for waiting in batch:
            self.counts.lost += waiting.records
            if not waiting.done.done():
                sentence = f"events cannot be kept, {error.strerror}: see LISTREC_HOME"
                waiting.done.set_exception(UnavailableError(sentence))

    def _append(self, data: bytes) -> None:
        if self._segment is None:
            self._segment = SegmentWriter.create(self._folder)
        self._segment.append(data)

    def _is_complete(self) -> bool:
        segment = self._segment
        return segment is not None and (
            segment.size >= MAX_SEGMENT_BYTES
            or time.monotonic() - segment.began >= MAX_SEGMENT_SECONDS
        )

    def _close_segment(self) -> None:
        segment, self._segment = self._segment, None
        if segment is not None:
            # Its events are on the disk already, and a drain removes it if it is empty.
            with suppress(OSError):
                segment.close()

    async def _in_thread(self, call: Callable[..., None], *arguments: object) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, call, *arguments)
