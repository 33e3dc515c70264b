"""What is measured of one server, and the store that an interrupted run goes on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.serving.load import Load
from benchmarks.shared import result_cache


@dataclass(frozen=True, slots=True)
class Cell:
    """One server under one load.

    Attributes:
        server: name of the server.
        kind: kind of the requests, one of ``benchmarks.serving.requests.KINDS``.
        load: what callers saw.
        cpu_ms: processor milliseconds of the server for each answer.
    """

    server: str
    kind: str
    load: Load
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a server needs.

    Attributes:
        server: name of the server.
        start_seconds: seconds until it was ready.
        memory: MB of each process after all loads but those of 10 MB photos, a process before its
            children.
    """

    server: str
    start_seconds: float
    memory: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Everything about one server.

    Attributes:
        server: name of the server.
        cells: its loads.
        footprint: what it needs; ``None`` where nothing was started.
        failure: a sentence about why it could not be measured, else empty.
    """

    server: str
    cells: tuple[Cell, ...] = ()
    footprint: Footprint | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class RowStore:
    """Rows of an unfinished run, a file each.

    Attributes:
        folder: folder of the files.
        fingerprint: hash of the code, the release and the options; other rows are not read.
    """

    folder: Path
    fingerprint: str

    def load(self, server: str) -> Row | None:
        """Return the row of a server, or ``None`` if it was not measured yet."""
        path = self._path(server)
        return _parse(result_cache.load(path)) if path.exists() else None

    def store(self, row: Row) -> None:
        """Store a row."""
        self.folder.mkdir(parents=True, exist_ok=True)
        result_cache.store(self._path(row.server), asdict(row))

    def clear(self) -> None:
        """Remove all rows: the next run measures everything again."""
        for path in self.folder.glob("*.json"):
            path.unlink()

    def _path(self, server: str) -> Path:
        name = "-".join(server.replace(",", "").split())
        return self.folder / f"{name}-{self.fingerprint}.json"


def _parse(values: Mapping[str, Any]) -> Row:
    footprint = values["footprint"]
    if footprint:
        memory = tuple(footprint["memory"])
        footprint = Footprint(**{**footprint, "memory": memory})
    cells = tuple(
        Cell(**{**cell, "load": Load(**cell["load"])}) for cell in values["cells"]
    )
    return Row(values["server"], cells, footprint, values["failure"])
