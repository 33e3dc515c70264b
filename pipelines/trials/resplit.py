"""Makes a snapshot for trials from the training and validation rows of another one.

Training blends and calibrates on validation rows and finally learns from them, so settings cannot
be compared on these. The new snapshot takes validation rows of its own from the training rows, and
its test rows are the validation rows of the original. The original test rows are not read.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from common.errors import ArtifactError, InputError
from common.groups import SAMPLE_ROWS
from common.listing import Listing, Photo
from common.photos.archive import FOLDER as PHOTOS
from common.snapshot import Snapshot
from common.splits import Splitter, fit_splitter
from common.store.artifacts import MANIFEST, checksum
from common.store.new_folder import new_folder

SEED = 0
BATCH_ROWS = 8_192
KEYS = ("listing_id", "title", "description", "photos", "seller_id")
"""Columns that decide which rows belong to one group; see ``common.groups``."""


def resplit(snapshot: Snapshot, out: Path) -> Snapshot:
    """Write the snapshot for trials at ``out``, or open the one that is there already.

    Groups stay on one side. The share of validation rows is that of the original, and photos are
    linked, not copied. Raises ``InputError`` for too few rows, ``ArtifactError`` for damaged ones.
    """
    if not (out / MANIFEST).exists():
        if not snapshot.count("validation"):
            raise InputError(
                f"snapshot {snapshot.path} has no validation rows, which trials are measured on:"
                " ingest with another --split"
            )
        with new_folder(out) as folder:
            _write_snapshot(snapshot, folder)
    return Snapshot.open(out, verify=False)


def _write_snapshot(snapshot: Snapshot, folder: Path) -> None:
    n_train = snapshot.count("train")
    n_validation = snapshot.count("validation")
    # The new validation rows are as large a share of the rows to learn from as the old ones.
    share = n_train / max(n_train + n_validation, 1)

    splitter = _fit_splitter(snapshot, share)
    rows = _divide_training_rows(snapshot, folder, splitter)
    if not all(rows.values()):
        raise InputError(
            f"snapshot {snapshot.path} has too few rows to take validation rows from"
        )

    _copy_test_rows(snapshot, folder)
    _link_photos(snapshot, folder)
    rows |= {"test": n_validation, "accepted": n_train + n_validation}
    _write_manifest(snapshot, folder, rows)


def _fit_splitter(snapshot: Snapshot, share: float) -> Splitter:
    """Return the splitter that keeps a share of the training rows for training."""
    listings = chain.from_iterable(map(_keys, _batches(snapshot)))
    sample = list(islice(listings, SAMPLE_ROWS))
    fractions = (share, 1 - share, 0.0)
    splitter, _ = fit_splitter(sample, fractions, SEED)
    return splitter


def _divide_training_rows(
    snapshot: Snapshot, folder: Path, splitter: Splitter
) -> dict[str, int]:
    """Write every training row to the new training or validation rows; return both counts."""
    counts = {"train": 0, "validation": 0}
    writers: dict[str, pq.ParquetWriter] = {}
    try:
        for batch in _batches(snapshot):
            splits = pa.array([splitter.split(listing) for listing in _keys(batch)])
            for split in counts:
                part = batch.filter(pc.equal(splits, split))
                if split not in writers:
                    writers[split] = _open_shard(folder / split, batch.schema)
                writers[split].write_batch(part)
                counts[split] += part.num_rows
    finally:
        for writer in writers.values():
            writer.close()
    return counts


def _open_shard(folder: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Create the folder of a split, with one file, and open the file for writing."""
    folder.mkdir()
    return pq.ParquetWriter(folder / "part-00000.parquet", schema, compression="zstd")


def _copy_test_rows(snapshot: Snapshot, folder: Path) -> None:
    """Make the validation rows of the original the new test rows."""
    (folder / "test").mkdir()
    for shard in _shards(snapshot, "validation"):
        shutil.copyfile(shard, folder / "test" / shard.name)


def _link_photos(snapshot: Snapshot, folder: Path) -> None:
    """Let the new snapshot use the photos of the original, if it has any."""
    photos = snapshot.path / PHOTOS
    if photos.is_dir():
        (folder / PHOTOS).symlink_to(photos.absolute())


def _write_manifest(snapshot: Snapshot, folder: Path, rows: Mapping[str, int]) -> None:
    """Write the manifest; the id depends on the original snapshot and on the rows."""
    files = {}
    for path in sorted(folder.glob("*/*.parquet")):
        files[path.relative_to(folder).as_posix()] = checksum(path)

    content = json.dumps({"of": snapshot.id, "files": files}, sort_keys=True)
    manifest = replace(
        snapshot.manifest,
        id=hashlib.sha256(content.encode()).hexdigest()[:16],
        source={**snapshot.manifest.source, "carved_from": snapshot.id},
        rows=dict(rows),
        photos={},
        files=files,
    )
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest)), encoding="utf-8")


def _batches(snapshot: Snapshot) -> Iterator[Any]:
    for shard in _shards(snapshot, "train"):
        with pq.ParquetFile(shard) as table:
            yield from table.iter_batches(BATCH_ROWS)


def _shards(snapshot: Snapshot, split: str) -> Iterator[Path]:
    """Yield the files of a split, each checked before it is read."""
    for name, expected in sorted(snapshot.manifest.files.items()):
        if not name.startswith(f"{split}/"):
            continue
        path = snapshot.path / name
        if checksum(path) != expected:
            raise ArtifactError(
                f"file {name} of snapshot {snapshot.path} does not match its checksum"
            )
        yield path


def _keys(batch: Any) -> Iterator[Listing]:
    """Yield listings with only the fields that decide their group."""
    columns = [batch.column(name).to_pylist() for name in KEYS]
    for listing_id, title, description, photos, seller in zip(*columns, strict=True):
        yield Listing(
            title=title,
            description=description,
            photos=tuple(Photo(path=path) for path in photos or ()),
            listing_id=listing_id,
            seller_id=seller,
        )
