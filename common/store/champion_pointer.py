"""The champion pointer: one object with the ids of the champion and of those before it.

It is changed by compare-and-swap: two processes that promote at once do not undo each other, and
the history keeps both.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from common.errors import ArtifactError, UnavailableError
from common.store.storage import Storage

KEY = "champion"

N_PREVIOUS = 20
"""Champions that the pointer holds, newest first: a rollback goes to the second."""

ATTEMPTS = 10
"""How often a promotion is tried while other processes change the champion."""

MAX_PAUSE = 0.1
"""Seconds between two attempts, at most; of random length, so that contenders part."""


def read(storage: Storage) -> list[str]:
    """Return the ids of the champion and of those before it, newest first."""
    return _parse(storage.read_text(KEY))


def promote(storage: Storage, release_id: str, expect: str | None = None) -> None:
    """Make a release the champion; with ``expect``, only if that one is the champion now.

    Raises ``ArtifactError`` when it is not, ``UnavailableError`` when other processes do not stop
    changing the champion.
    """
    for _ in range(ATTEMPTS):
        text = storage.read_text(KEY)
        champions = _parse(text)
        if expect is not None and champions[:1] != [expect]:
            raise ArtifactError(
                f"release {release_id} was not promoted: the champion is"
                f" {champions[0] if champions else 'none'} and not {expect}"
            )

        previous = [other for other in champions if other != release_id]
        changed = _format([release_id, *previous[: N_PREVIOUS - 1]])
        if storage.replace_text(KEY, text, changed):
            return
        time.sleep(random.uniform(0, MAX_PAUSE))

    raise UnavailableError(
        f"release {release_id} was not promoted: other processes changed the champion"
        f" {ATTEMPTS} times meanwhile; try again"
    )


def rollback(storage: Storage, check: Callable[[str], object]) -> str:
    """Make the previous champion the champion again and return its id.

    ``check`` is called with the id first, and raises where that release cannot be served. Raises
    ``ArtifactError`` when there is no previous champion, or when the champion was changed
    meanwhile: going back from another one is another decision.
    """
    text = storage.read_text(KEY)
    champions = _parse(text)
    if len(champions) < 2:
        raise ArtifactError("there is no earlier champion to roll back to")

    previous = champions[1:]
    check(previous[0])
    if not storage.replace_text(KEY, text, _format(previous)):
        raise ArtifactError(
            f"nothing was rolled back: another process changed the champion, which was"
            f" {champions[0]}; see 'listrec registry list'"
        )
    return previous[0]


def _parse(text: str | None) -> list[str]:
    return (text or "").split()


def _format(release_ids: list[str]) -> str:
    return "\n".join(release_ids) + "\n"
