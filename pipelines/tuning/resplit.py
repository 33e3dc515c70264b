"""Makes of a snapshot one that trials may be measured on: its own test rows are not in it.

Training blends and calibrates on validation rows and learns from them in the end, so settings
cannot be compared on those. The carved snapshot has validation rows of its own, taken from the
training rows, and is tested on the validation rows of the whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from common.errors import ArtifactError, InputError
from common.listing import Listing, Photo
from common.photos.archive import FOLDER as PHOTOS
from common.snapshot import Snapshot
from common.splits import Splitter
from common.store.artifacts import MANIFEST, checksum
from common.store.new_folder import new_folder

SEED = 0
BATCH_ROWS = 8_192
KEYS = ("listing_id", "title", "description", "photos", "seller_id")
"""What ties rows together; see ``common.splits``."""


def resplit(snapshot: Snapshot, out: Path) -> Snapshot:
    """Write the carved snapshot at ``out``, or open it where it is already; groups stay together.

    Validation rows are as large a share of what is learned from as in the whole. Photos stay where
    they are. Raises ``InputError`` where rows are too few, ``ArtifactError`` for damaged ones.
    """
    if not (out / MANIFEST).exists():
        if not snapshot.count("validation"):
            raise InputError(
                f"snapshot {snapshot.path} has no validation rows, which trials are measured on:"
                " ingest with another --split"
            )
        with new_folder(out) as folder:
            _write(snapshot, folder)
    return Snapshot.open(out, verify=False)


def _write(snapshot: Snapshot, folder: Path) -> None:
    train, held = snapshot.count("train"), snapshot.count("validation")
    share = train / max(train + held, 1)
    splitter = Splitter((share, 1 - share, 0.0), SEED)
    rows = _divide(snapshot, folder, splitter)
    if not all(rows.values()):
        raise InputError(f"snapshot {snapshot.path} has too few rows to take validation rows from")
    (folder / "test").mkdir()
    for shard in _shards(snapshot, "validation"):
        shutil.copyfile(shard, folder / "test" / shard.name)
    if (snapshot.path / PHOTOS).is_dir():
        (folder / PHOTOS).symlink_to((snapshot.path / PHOTOS).absolute())
    files = {path.relative_to(folder).as_posix(): checksum(path) for path in _tables(folder)}
    name = json.dumps({"of": snapshot.id, "files": files}, sort_keys=True)
    manifest = replace(
        snapshot.manifest,
        id=hashlib.sha256(name.encode()).hexdigest()[:16],
        source={**snapshot.manifest.source, "carved_from": snapshot.id},
        rows={**rows, "test": held, "accepted": train + held},
        photos={},
        files=files,
    )
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest)), encoding="utf-8")


def _divide(snapshot: Snapshot, folder: Path, splitter: Splitter) -> dict[str, int]:
    """Put every training row among the carved training or validation rows; count both."""
    counts = dict.fromkeys(("train", "validation"), 0)
    writers: dict[str, pq.ParquetWriter] = {}
    try:
        for batch in _batches(snapshot):
            splits = pa.array([splitter.split(listing) for listing in _keyed(batch)])
            for split in counts:
                part = batch.filter(pc.equal(splits, split))
                if split not in writers:
                    (folder / split).mkdir()
                    path = folder / split / "part-00000.parquet"
                    writers[split] = pq.ParquetWriter(path, batch.schema, compression="zstd")
                writers[split].write_batch(part)
                counts[split] += part.num_rows
    finally:
        for writer in writers.values():
            writer.close()
    return counts


def _batches(snapshot: Snapshot) -> Iterator[Any]:
    for shard in _shards(snapshot, "train"):
        with pq.ParquetFile(shard) as table:
            yield from table.iter_batches(BATCH_ROWS)


def _shards(snapshot: Snapshot, split: str) -> Iterator[Path]:
    """The files of a split, each checked before it is read."""
    for name, expected in sorted(snapshot.manifest.files.items()):
        if name.startswith(f"{split}/"):
            path = snapshot.path / name
            if checksum(path) != expected:
                raise ArtifactError(
                    f"file {name} of snapshot {snapshot.path} does not match its checksum"
                )
            yield path


def _tables(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*/*.parquet"))


def _keyed(batch: Any) -> Iterator[Listing]:
    """Listings with nothing but what ties them to others."""
    columns = [batch.column(name).to_pylist() for name in KEYS]
    for name, title, description, photos, seller in zip(*columns, strict=True):
        yield Listing(
            title=title,
            description=description,
            photos=tuple(Photo(path=path) for path in photos or ()),
            listing_id=name,
            seller_id=seller,
        )
