"""The release that the workers of a server are to answer with, in a file that they share."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from common.store.atomic import write_atomically
from common.store.release import Release, dump_release, parse_release

TURN_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Target:
    """One process writes it, all workers read it.

    Attributes:
        folder: a folder of this server alone.
    """

    folder: Path

    def write(self, release: Release) -> None:
        """Name the release to answer with; its artifacts are in the cache, and checked."""
        write_atomically(self._path, dump_release(release))

    def read(self) -> Release | None:
        """Return the release to answer with, ``None`` for the one the server has started with."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return parse_release(text, "target")

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until no other worker has its turn: one loads while the others answer."""
        # The kernel lets go of the lock of a process that dies.
        lock = os.open(self.folder / "turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
        try:
            while not _is_locked(lock):
                await asyncio.sleep(TURN_SECONDS)
            yield
        finally:
            os.close(lock)

    @property
    def _path(self) -> Path:
        return self.folder / "target.json"


def _is_locked(descriptor: int) -> bool:
    """Lock a file, and return whether that was possible at once."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
