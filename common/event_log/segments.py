"""Segments: the files of an event log, each written by one process that holds its lock.

The lock is the kernel's (``flock``), so a writer that is killed gives it up. Whoever can take the
lock knows that the segment is complete.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from common.event_log.frames import Frames, read_frames
from common.store.atomic import flush_to_disk

_SUFFIX = ".events"


@dataclass(slots=True)
class SegmentWriter:
    """A segment that this process appends to.

    Attributes:
        path: the file.
        descriptor: the open file, which holds the lock.
        size: bytes that are on the disk.
        began: time at which it was made, of ``time.monotonic``.
    """

    path: Path
    descriptor: int
    size: int
    began: float

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make an empty segment in a folder, which is made too; others may not read them.

        Raises ``OSError`` where the disk refuses.
        """
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flush_to_disk(folder.parent)
        # Names sort by the time at which segments were begun.
        path = folder / f"{time.time_ns():020}-{uuid.uuid4().hex[:12]}{_SUFFIX}"
        # It has its name once it is locked: a drain would remove an empty one without a writer.
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            draft.rename(path)
            flush_to_disk(folder)
        except OSError:
            os.close(descriptor)
            draft.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise
        return cls(path, descriptor, 0, time.monotonic())

    def append(self, data: bytes) -> None:
        """Write frames and wait until they are on the disk.

        Raises ``OSError`` where the disk refuses. The segment must be closed then, because what
        follows a frame that is not whole is not read.
        """
        left = memoryview(data)
        while left:
            left = left[os.write(self.descriptor, left) :]
        os.fdatasync(self.descriptor)
        self.size += len(data)

    def close(self) -> None:
        """Give the segment up for draining; an empty one is removed."""
        try:
            if self.size == 0:
                self.path.unlink(missing_ok=True)
        finally:
            os.close(self.descriptor)


def list_segments(folder: Path) -> list[Path]:
    """Return all segments of a folder, the oldest first."""
    return sorted(folder.glob(f"*{_SUFFIX}"))


@contextmanager
def complete_segment(path: Path) -> Iterator[Frames | None]:
    """Give the lines of a segment while no other process can remove it.

    Gives ``None`` where the segment is still written, or is there no more.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield None
        return

    try:
        # It may have been removed between the two.
        is_complete = try_lock(descriptor) and path.exists()
        yield read_frames(path.read_bytes()) if is_complete else None
    finally:
        os.close(descriptor)


def remove_segment(path: Path) -> None:
    """Remove a segment so that it does not come back after a crash of the machine."""
    path.unlink(missing_ok=True)
    flush_to_disk(path.parent)


def began_at(path: Path) -> float:
    """Return the time at which a segment was begun, in seconds since 1970."""
    return int(path.name.split("-")[0]) / 1e9


def try_lock(descriptor: int) -> bool:
    """Take the lock of an open file, and tell whether nobody else has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
