"""The list of erasures, by which they are done again after a backup was restored.

It has hashes of the keys of sellers and requests. Whoever can guess a key can find it there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from common.errors import InputError
from common.event_database.database import EventDatabase
from common.event_database.erasure import drain_all
from common.event_database.selection import Selection


@dataclass(frozen=True, slots=True)
class Erasure:
    """A line of the list.

    Attributes:
        time: when it was asked for, with a zone.
        column: ``seller`` or ``request``.
        sha256: hash of the key of that seller or request, in hexadecimal digits.
    """

    time: datetime
    column: str
    sha256: str


def record_erasure(path: Path, selection: Selection) -> None:
    """Append the erasure of a seller or a request to the list, durably."""
    column = "seller" if selection.seller else "request"
    values = {
        "time": datetime.now(UTC).isoformat(),
        "column": column,
        "sha256": _hash(selection.seller or selection.request),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, f"{json.dumps(values)}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def find_erased(
    path: Path,
    folder: Path,
    database: EventDatabase,
    others: Mapping[str, Set[str]] | None = None,
) -> Iterator[Selection]:
    """Give what is there again of sellers and requests in a list, from before their erasures.

    ``others`` has keys that are elsewhere, by ``seller`` and ``request``: a backup of snapshots
    may bring back a seller whom the database has forgotten. Drains the log in ``folder`` first.
    Raises ``InputError`` for a list that cannot be read.
    """
    erasures = _read(path)
    drain_all(folder, database)
    for column in ("seller", "request"):
        found = database.read_keys(column) | (others or {}).get(column, set())
        keys = {_hash(key): key for key in found}
        for erasure in erasures:
            if erasure.column == column and erasure.sha256 in keys:
                yield Selection(**{column: keys[erasure.sha256]}, before=erasure.time)


def _read(path: Path) -> list[Erasure]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [_parse(line) for line in lines]
    except FileNotFoundError:
        return []
    except (OSError, KeyError, TypeError, ValueError):
        raise InputError(
            f"{path} is no list of erasures, with lines such as"
            ' {"time": "2026-01-31T12:00:00+00:00", "column": "seller", "sha256": "..."}'
        ) from None


def _parse(line: str) -> Erasure:
    values = json.loads(line)
    time = datetime.fromisoformat(values["time"])
    return Erasure(time, values["column"], values["sha256"])


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
