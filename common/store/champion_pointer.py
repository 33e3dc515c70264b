"""The champion pointer: one object with the ids of the champion and of those before it.

It is changed by compare-and-swap: two processes that promote at once do not undo each other, and
those before it keep both. Beside the champion stands the id of the move that made it the champion
(``common.store.history``).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from common.crash_points import crash_point
from common.errors import ArtifactError, RefusedError, UnavailableError
from common.store import history
from common.store.history import Cause, Move
from common.store.storage import Storage

KEY = "champion"

N_PREVIOUS = 20
"""Champions that the pointer holds, newest first: a rollback goes to the second."""

ATTEMPTS = 10
"""How often a promotion is tried while other processes change the champion."""

MAX_PAUSE = 0.1
"""Seconds between two attempts, at most; of random length, so that contenders part."""

NOBODY = Cause()


@dataclass(frozen=True, slots=True)
class Pointer:
    """The content of the pointer.

    Attributes:
        champions: ids of the champion and of those before it, newest first.
        move: id of the last move's record, empty where an older version moved it.
    """

    champions: tuple[str, ...]
    move: str

    @property
    def champion(self) -> str:
        """The id of the champion, or empty."""
        return next(iter(self.champions), "")


def read(storage: Storage) -> Pointer:
    """Return the content of the pointer."""
    return _parse(storage.read_text(KEY))


def promote(
    storage: Storage,
    release_id: str,
    expect: str | None = None,
    cause: Cause = NOBODY,
    check: Callable[[], object] = lambda: None,
) -> None:
    """Make a release the champion; with ``expect``, only if that one is the champion now.

    An empty ``expect`` is for no champion. The release may be the champion already. ``check`` is
    called right before each attempt, and raises where the champion may not be changed. Raises
    ``RefusedError`` when another one is the champion, ``UnavailableError`` when other processes do
    not stop changing it.
    """
    for _ in range(ATTEMPTS):
        text = storage.read_text(KEY)
        pointer = _parse(text)
        # A step that was killed after its promotion is run again.
        if pointer.champion == release_id:
            return
        if expect is not None and pointer.champion != expect:
            raise RefusedError(
                f"release {release_id} was not promoted: the champion is"
                f" {pointer.champion or 'none'} and not {expect or 'none'}"
            )

        check()
        previous = [other for other in pointer.champions if other != release_id]
        champions = (release_id, *previous[: N_PREVIOUS - 1])
        if _move(storage, text, champions, cause):
            return
        time.sleep(random.uniform(0, MAX_PAUSE))

    raise UnavailableError(
        f"release {release_id} was not promoted: other processes changed the champion"
        f" {ATTEMPTS} times meanwhile; try again"
    )


def rollback(
    storage: Storage, check: Callable[[str], object], cause: Cause = NOBODY
) -> str:
    """Make the previous champion the champion again and return its id.

    ``check`` is called with the id first, and raises where that release cannot be served. Raises
    ``ArtifactError`` when there is no previous champion, ``RefusedError`` when the champion was
    changed meanwhile: going back from another one is another decision.
    """
    text = storage.read_text(KEY)
    pointer = _parse(text)
    if len(pointer.champions) < 2:
        raise ArtifactError("there is no earlier champion to roll back to")

    previous = pointer.champions[1:]
    check(previous[0])
    if not _move(storage, text, previous, cause):
        raise RefusedError(
            f"nothing was rolled back: another process changed the champion, which was"
            f" {pointer.champion}; see 'listrec registry list'"
        )
    return previous[0]


def _move(
    storage: Storage, text: str | None, champions: tuple[str, ...], cause: Cause
) -> bool:
    """Record a move and make it if the pointer still has ``text``; tell whether it had."""
    before = _parse(text)
    move = Move(champions[0], before.champion, cause, before.move)
    move_id = history.write(storage, move)
    crash_point("promote.after-record")

    if storage.replace_text(KEY, text, _format(Pointer(champions, move_id))):
        crash_point("promote.after-pointer")
        return True
    history.withdraw(storage, move_id)
    return False


def _parse(text: str | None) -> Pointer:
    """Read lines of a release each; the first one has the id of its move too."""
    lines = [line.split() for line in (text or "").splitlines() if line.strip()]
    champions = tuple(words[0] for words in lines)
    move = lines[0][1] if lines and len(lines[0]) > 1 else ""
    return Pointer(champions, move)


def _format(pointer: Pointer) -> str:
    first, *others = pointer.champions
    return "\n".join([f"{first} {pointer.move}", *others]) + "\n"
