"""When monitoring started a training run: noted before it starts, so that none is started twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from common.errors import ArtifactError
from common.store.storage import Storage

KEY = "monitoring/run-start.json"


@dataclass(frozen=True, slots=True)
class RunStart:
    """A note that a run is started.

    Attributes:
        text: the note.
        previous: the note in whose place it is; ``None`` without one.
    """

    text: str
    previous: str | None


def last_start(storage: Storage) -> datetime | None:
    """Return when monitoring started a run last, or ``None`` where it never did.

    Raises ``ArtifactError`` where that cannot be read.
    """
    text = storage.read_text(KEY)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(json.loads(text)["time"])
    except (ValueError, TypeError, KeyError):
        raise ArtifactError(
            f"{KEY} in the store is damaged: remove it, and run 'listrec monitor'"
        ) from None


def note_start(
    storage: Storage, time: datetime, before: datetime | None
) -> RunStart | None:
    """Note that a run is started; return ``None`` where another monitoring has noted one.

    ``before`` is the last run that the decision knew of, ``None`` without one.
    """
    old = storage.read_text(KEY)
    last = last_start(storage)
    if last and (before is None or last > before):
        return None
    new = json.dumps({"time": time.isoformat(timespec="seconds")}) + "\n"
    return RunStart(new, old) if storage.replace_text(KEY, old, new) else None


def withdraw_start(storage: Storage, start: RunStart) -> None:
    """Remove the note of a run that could not be started."""
    if start.previous is not None:
        storage.replace_text(KEY, start.text, start.previous)
    elif storage.read_text(KEY) == start.text:
        storage.remove(KEY)
