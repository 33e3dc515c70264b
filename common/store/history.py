"""The history of the champion: a record for each move of the pointer, which is never changed.

A record is written before the pointer is moved, and the pointer holds its id. Each record holds the
id of the one before it. So the moves that were made are those that can be followed from the
pointer: a move without a record cannot be, and a record that a killed process left without its move
is not among them (docs/adr/0025).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from common.errors import ArtifactError
from common.known_fields import known_fields
from common.store.storage import Storage

FOLDER = "history"
"""Prefix of the records in the store."""

GRACE = timedelta(hours=1)
"""Age from which a record without its move is removed: until then its writer may be at work."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Who moves the champion, and why.

    Attributes:
        by: who does it, such as ``name@machine``.
        command: what they use, such as ``registry rollback``.
        reason: why, in a sentence, or empty.
        run: name of the training run that does it, or empty.
    """

    by: str = ""
    command: str = ""
    reason: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One move of the champion pointer.

    Attributes:
        release: the champion from then on.
        previous: the champion until then, empty before the first.
        cause: who moved it, and why.
        before: id of the record before this one, empty at the first.
        at: time, ISO 8601 in UTC.
        id: name of the record: its time and a random part.
    """

    release: str
    previous: str
    cause: Cause
    before: str
    at: str = ""
    id: str = ""


def write(storage: Storage, move: Move) -> str:
    """Write the record of a move that is about to be made; return its id."""
    now = datetime.now(UTC)
    move_id = f"{now:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
    record = replace(move, at=now.isoformat(timespec="milliseconds"), id=move_id)
    text = json.dumps(asdict(record), indent=2, sort_keys=True)
    storage.write_text(_key(move_id), text + "\n")
    return move_id


def withdraw(storage: Storage, move_id: str) -> None:
    """Remove the record of a move that could not be made."""
    storage.remove(_key(move_id))


def follow(storage: Storage, move_id: str) -> Iterator[Move]:
    """Yield the moves that were made, newest first, from the one that the pointer names."""
    while move_id:
        move = _read(storage, move_id)
        yield move
        move_id = move.before


def remove_unmade(storage: Storage, newest: str, now: datetime) -> list[str]:
    """Remove records whose move was never made; return their ids.

    ``newest`` is the id that the pointer names. Records younger than ``GRACE`` stay.
    """
    made = {move.id for move in follow(storage, newest)}
    removed = []
    for name in storage.keys(FOLDER):
        move_id = name.removesuffix(".json")
        written = storage.modified(f"{FOLDER}/{name}")
        if move_id not in made and written and written < now - GRACE:
            withdraw(storage, move_id)
            removed.append(move_id)
    return removed


def _read(storage: Storage, move_id: str) -> Move:
    text = storage.read_text(_key(move_id))
    if text is None:
        raise ArtifactError(
            f"the history of the champion lacks {_key(move_id)}: somebody removed it"
        )
    values = known_fields(Move, json.loads(text))
    cause = Cause(**known_fields(Cause, values["cause"]))
    return Move(**{**values, "cause": cause})


def _key(move_id: str) -> str:
    return f"{FOLDER}/{move_id}.json"
