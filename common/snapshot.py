"""A dated, validated, split set of labelled listings on disk, never changed after it is written.

``manifest.json`` says what it holds; each split is a folder of Parquet shards. It is written by
``ingest.ingest``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from common.errors import ArtifactError, InputError
from common.listing import CONFIRMABLE, Listing, Photo
from common.store.artifacts import MANIFEST, checksum

SCHEMA = 2
"""Version of the layout; a snapshot of a newer one is refused. One of version 1 has no photos."""

SPLITS = ("train", "validation", "test")
"""Parts of a snapshot; every group of rows lies in one of them."""

COLUMNS = pa.schema(
    [
        ("listing_id", pa.string()),
        ("title", pa.string()),
        ("description", pa.string()),
        ("photos", pa.list_(pa.string())),
        *((name, pa.float64() if name == "price" else pa.string()) for name in CONFIRMABLE),
        ("seller_id", pa.string()),
        ("listed_at", pa.timestamp("us", tz="UTC")),
        ("sold_at", pa.timestamp("us", tz="UTC")),
    ]
)
"""Columns of a shard: the fields of the form; an absent label is null."""

_OFTEN = [name for name in (*CONFIRMABLE, "seller_id") if name != "price"]
_READ = [name for name in COLUMNS.names if name not in ("listed_at", "sold_at")]


@dataclass(frozen=True, slots=True)
class SnapshotManifest:
    """What a snapshot holds and where it came from.

    ``rows`` counts ``read``, ``accepted``, ``rejected`` and each split; ``coverage`` counts the
    rows that have each field; ``currencies`` counts priced rows; ``source`` has its ``name``,
    ``kind``, ``checksum`` and ``columns``; ``split`` its ``rule``, ``fractions``, ``seed`` and
    ``group_key``; ``photos`` counts those that rows name, ``referenced``, and what became of them;
    ``files`` maps each file's path to its SHA-256. The ``id`` is a hash of the
    rows and the split, not of the date.
    """

    id: str
    created_at: str
    source: Mapping[str, Any]
    rows: Mapping[str, int]
    coverage: Mapping[str, int]
    currencies: Mapping[str, int]
    split: Mapping[str, Any]
    photos: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot; its rows are read from disk each time they are asked for."""

    path: Path
    manifest: SnapshotManifest

    @classmethod
    def open(cls, path: Path, *, verify: bool = True) -> Snapshot:
        """Open a snapshot folder and check its files against their checksums.

        Raises ``InputError`` when there is none, ``ArtifactError`` when it is damaged or newer
        than this installation.
        """
        if not (path / MANIFEST).is_file():
            raise InputError(f"there is no snapshot at {path}: make one with listrec ingest")
        snapshot = cls(path, _read_manifest(path))
        for name, expected in snapshot.manifest.files.items():
            if not (path / name).is_file():
                raise ArtifactError(f"snapshot {path} lacks its file {name}")
            if verify and checksum(path / name) != expected:
                raise ArtifactError(f"file {name} of snapshot {path} does not match its checksum")
        return snapshot

    @property
    def id(self) -> str:
        """Hash of the content: the same rows, split the same way, have the same id."""
        return self.manifest.id

    def count(self, split: str) -> int:
        """Number of listings of a split."""
        return self.manifest.rows[_check(split)]

    def batches(self, split: str, size: int = 4096) -> Iterator[list[Listing]]:
        """Read a split's finished listings in their stable order, at most ``size`` at a time."""
        for shard in self._shards(split):
            yield from self._listings(shard, size)

    def read(self, split: str) -> list[Listing]:
        """Read a whole split into memory."""
        return [listing for batch in self.batches(split) for listing in batch]

    def columns(self, split: str, names: Sequence[str]) -> Iterator[list[list[Any]]]:
        """Read only the named columns of a split, shard by shard: the cells of each, in order."""
        for shard in self._shards(split):
            with self._open(shard) as table:
                read = table.read(columns=list(names))
                yield [_cells(read.column(name).combine_chunks()) for name in names]

    def _shards(self, split: str) -> list[str]:
        prefix = f"{_check(split)}/"
        return [name for name in sorted(self.manifest.files) if name.startswith(prefix)]

    @contextmanager
    def _open(self, shard: str) -> Iterator[pq.ParquetFile]:
        try:
            with pq.ParquetFile(self.path / shard, read_dictionary=_OFTEN) as table:
                yield table
        except (pa.ArrowException, OSError) as error:
            raise ArtifactError(
                f"file {shard} of snapshot {self.path} cannot be read: {error}"
            ) from None

    def _listings(self, shard: str, size: int) -> Iterator[list[Listing]]:
        folder = f"{self.path.as_posix()}/" if self.manifest.schema > 1 else ""
        with self._open(shard) as table:
            for batch in table.iter_batches(size, columns=_READ):
                columns = [_cells(batch.column(name)) for name in _READ]
                yield [_listing(cells, folder) for cells in zip(*columns, strict=True)]


def _read_manifest(path: Path) -> SnapshotManifest:
    try:
        values = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        schema = int(values["schema"])
        known = schema <= SCHEMA
        manifest = SnapshotManifest(**values) if known else None
    except (OSError, ValueError, TypeError, KeyError):
        raise ArtifactError(f"{path} holds no readable snapshot manifest") from None
    if manifest is None:
        raise ArtifactError(
            f"snapshot {path} has schema {schema}, newer than {SCHEMA} known here:"
            " update this installation"
        )
    return manifest


def _cells(column: pa.Array) -> list[Any]:
    """The cells of a column; a word that comes again is the same object, and held once."""
    if not pa.types.is_dictionary(column.type):
        return cast(list[Any], column.to_pylist())
    words = [*map(sys.intern, column.dictionary.to_pylist()), None]
    return [words[place] for place in column.indices.fill_null(-1).to_numpy().tolist()]


def _listing(cells: tuple[Any, ...], folder: str) -> Listing:
    """The listing of a row; without a folder of photos their paths lead nowhere."""
    values = dict(zip(_READ, cells, strict=True))
    values["photos"] = tuple([Photo(path=folder + path) for path in values["photos"] if folder])
    return Listing(**values)


def _check(split: str) -> str:
    if split not in SPLITS:
        raise InputError(f"there is no split {split!r}; there are {', '.join(SPLITS)}")
    return split
