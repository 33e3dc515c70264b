"""A validated, split set of labelled listings on disk, never changed after it is written.

``manifest.json`` describes it; each split is a folder of Parquet shards. ``ingest.ingest`` writes
snapshots, and this module reads them.
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
from common.listing import CONFIRMABLE, ITEM, NUMBER_FIELDS, PRICE_BASES, Listing, Photo
from common.store.artifacts import MANIFEST, checksum, newer_schema

SCHEMA = 3
"""Version of the layout; a newer one is refused. A snapshot of version 1 has no photos, and before
version 3 none says what its prices are."""

SPLITS = ("train", "validation", "test")
"""Parts of a snapshot; all rows of a group are in the same one."""

COLUMNS = pa.schema(
    [
        ("listing_id", pa.string()),
        ("title", pa.string()),
        ("description", pa.string()),
        ("photos", pa.list_(pa.string())),
        *(
            (name, pa.float64() if name in NUMBER_FIELDS else pa.string())
            for name in CONFIRMABLE
        ),
        ("seller_id", pa.string()),
        ("listed_at", pa.timestamp("us", tz="UTC")),
        ("sold_at", pa.timestamp("us", tz="UTC")),
    ]
)
"""Columns of a shard; a missing label is null."""

_REPETITIVE = [
    name for name in (*CONFIRMABLE, "seller_id") if name not in NUMBER_FIELDS
]
"""Columns of few different values, which are decoded as dictionaries of them."""

_LISTING_COLUMNS = [
    name for name in COLUMNS.names if name not in ("listed_at", "sold_at")
]


@dataclass(frozen=True, slots=True)
class SnapshotManifest:
    """The description of a snapshot.

    Attributes:
        id: hash of the rows and the split, and not of the date.
        created_at: time of writing, ISO 8601.
        source: ``name``, ``kind``, ``checksum`` and ``columns`` of the table.
        rows: number of records ``read``, of them ``accepted``, ``rejected`` and ``merged`` into
            accepted ones, and number of accepted rows in each split.
        coverage: number of rows that have each field.
        currencies: number of priced rows in each currency.
        split: ``rule``, ``fractions``, ``seed`` and ``group_key`` of the split.
        photos: number of photos ``referenced`` by rows, of different ones, and of each status.
        files: SHA-256 of each file, by its path.
        cells: by field, number of cells of accepted rows ``read``, of them ``used`` and
            ``dropped``, with the commonest ``reason`` of the dropped ones; of too long texts,
            number of those that are ``cut``.
        price_basis: what its prices are, one of ``PRICE_BASES``; empty where it was not asked yet.
        schema: version of the layout.
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
    cells: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    price_basis: str = ""
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot; each call reads its rows from the disk."""

    path: Path
    manifest: SnapshotManifest

    @classmethod
    def open(cls, path: Path, *, verify: bool = True) -> Snapshot:
        """Open a snapshot folder and check its files against their checksums.

        Raises ``InputError`` when there is none, ``ArtifactError`` when it is damaged or newer
        than this installation.
        """
        if not (path / MANIFEST).is_file():
            raise InputError(
                f"there is no snapshot at {path}: make one with listrec ingest"
            )

        manifest = read_manifest(path)
        for name, expected in manifest.files.items():
            file = path / name
            if not file.is_file():
                raise ArtifactError(f"snapshot {path} lacks its file {name}")
            # Reading every file of a large snapshot takes long: not every caller asks for it.
            if verify and checksum(file) != expected:
                raise ArtifactError(
                    f"file {name} of snapshot {path} does not match its checksum"
                )
        return cls(path, manifest)

    @property
    def id(self) -> str:
        """Hash of the content: the same rows, split the same way, have the same id."""
        return self.manifest.id

    @property
    def price_basis(self) -> str:
        """What the prices are, one of ``PRICE_BASES``; those of an old snapshot are of the item."""
        return self.manifest.price_basis or ITEM

    def count(self, split: str) -> int:
        """Return the number of listings of a split."""
        return self.manifest.rows[_check_split(split)]

    def batches(self, split: str, size: int = 4096) -> Iterator[list[Listing]]:
        """Yield the finished listings of a split in a stable order, at most ``size`` at a time."""
        # A snapshot of version 1 holds paths of photos, and no photos.
        has_photos = self.manifest.schema > 1
        root = f"{self.path.as_posix()}/" if has_photos else None

        for shard in self._shards(split):
            with self._open(shard) as table:
                names = _existing(table, _LISTING_COLUMNS)
                for batch in table.iter_batches(size, columns=names):
                    yield _to_listings(batch, root)

    def read(self, split: str) -> list[Listing]:
        """Return all listings of a split."""
        listings: list[Listing] = []
        for batch in self.batches(split):
            listings += batch
        return listings

    def columns(self, split: str, names: Sequence[str]) -> Iterator[list[list[Any]]]:
        """Yield the values of the named columns of a split, in their order, shard by shard."""
        for shard in self._shards(split):
            with self._open(shard) as table:
                arrays = table.read(columns=_existing(table, names))
                # A snapshot that was written before a field was known has no column for it.
                missing = [None] * len(arrays)
                columns: list[list[Any]] = []
                for name in names:
                    if name not in arrays.column_names:
                        columns.append(missing)
                        continue
                    column = arrays.column(name).combine_chunks()
                    columns.append(_to_values(column))
                yield columns

    def _shards(self, split: str) -> list[str]:
        prefix = f"{_check_split(split)}/"
        names = sorted(self.manifest.files)
        return [name for name in names if name.startswith(prefix)]

    @contextmanager
    def _open(self, shard: str) -> Iterator[pq.ParquetFile]:
        try:
            with pq.ParquetFile(
                self.path / shard, read_dictionary=_REPETITIVE
            ) as table:
                yield table
        except (pa.ArrowException, OSError) as error:
            raise ArtifactError(
                f"file {shard} of snapshot {self.path} cannot be read: {error}"
            ) from None


def read_manifest(path: Path) -> SnapshotManifest:
    """Return the manifest of a snapshot folder; raises ``ArtifactError`` if it cannot be read."""
    try:
        values = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        schema = int(values["schema"])
        if schema <= SCHEMA:
            return _check_manifest(SnapshotManifest(**values))
    except (OSError, ValueError, TypeError, KeyError):
        raise ArtifactError(f"{path} holds no readable snapshot manifest") from None
    raise ArtifactError(newer_schema(f"snapshot {path}", schema, SCHEMA))


def _check_manifest(manifest: SnapshotManifest) -> SnapshotManifest:
    """Return the manifest; raises ``ValueError`` for a basis of prices that is not known here."""
    if manifest.price_basis not in ("", *PRICE_BASES):
        raise ValueError(manifest.price_basis)
    return manifest


def _existing(table: pq.ParquetFile, names: Sequence[str]) -> list[str]:
    """Return those of the named columns that a shard has."""
    known = set(table.schema_arrow.names)
    return [name for name in names if name in known]


def _to_listings(batch: pa.RecordBatch, root: str | None) -> list[Listing]:
    """Return the listings of a batch; ``root`` precedes the paths of photos, if there are any."""
    names = batch.schema.names
    columns = [_to_values(batch.column(name)) for name in names]
    listings = []
    for row in zip(*columns, strict=True):
        fields = dict(zip(names, row, strict=True))
        paths = fields["photos"] if root else ()
        photos = [Photo(path=f"{root}{path}") for path in paths]
        fields["photos"] = tuple(photos)
        listings.append(Listing(**fields))
    return listings


def _to_values(column: pa.Array) -> list[Any]:
    """Return the values of a column; equal labels are one object, to save memory."""
    if not pa.types.is_dictionary(column.type):
        return cast(list[Any], column.to_pylist())

    interned = map(sys.intern, column.dictionary.to_pylist())
    labels = [*interned, None]
    # A missing label has the last index: that of None.
    numbers = column.indices.fill_null(-1)
    indices = numbers.to_numpy().tolist()
    return [labels[index] for index in indices]


def _check_split(split: str) -> str:
    if split not in SPLITS:
        raise InputError(f"there is no split {split!r}; there are {', '.join(SPLITS)}")
    return split
