"""The job of ``listrec ingest``: a source in, a snapshot out, every row accounted for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from common.errors import InputError
from common.photos.photo_root import PhotoRoot, open_photo_root
from common.progress import Progress
from common.snapshot import COLUMNS, SCHEMA, SPLITS, Snapshot, SnapshotManifest
from common.splits import GROUP_KEY, ROW_KEY, RULE, Splitter
from common.store.artifacts import MANIFEST, checksum
from common.store.new_folder import check_free, new_folder
from ingest.files import photo_root_of
from ingest.photo_store import PhotoStore, ValidatedRow
from ingest.profile import ProfileCounts, write_report
from ingest.rows import Row, validate
from ingest.shards import ShardRow, SnapshotWriter, to_shard_row
from ingest.source import FIELDS, RawRow, Source
from ingest.tables import open_source

BATCH_ROWS = 4096
PROFILE = "profile.md"


@dataclass(frozen=True, slots=True)
class Options:
    """How to read and split; ``mapping`` is field -> column, ``currency`` that of bare prices.

    ``photos`` is the folder or zip archive that the paths of photos lead into; without it they
    start where the table is. ``by_row`` splits row by row and holds no group together; with
    ``priced_from`` rows without a price, or with one below it, are rejected.
    """

    mapping: Mapping[str, str] | None = None
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
    seed: int = 0
    currency: str = "USD"
    photos: Path | None = None
    by_row: bool = False
    priced_from: float | None = None


def ingest_file(path: Path, out: Path, options: Options, progress: Progress) -> Snapshot:
    """Turn a table into a snapshot at ``out``; raises ``InputError`` when either cannot be used."""
    check_free(out)
    source = open_source(path, options.mapping)
    if source.missing and not options.mapping:
        raise InputError(
            f"{path} looks like a {source.kind} table and lacks the column"
            f" {', '.join(source.missing)}: add it, or say with --map what the others are"
        )
    provenance = {
        "name": path.name,
        "checksum": checksum(path),
        "columns": dict(source.columns),
    }
    root = photo_root_of(path) if options.photos is None else open_photo_root(options.photos)
    return ingest_source(source, provenance, root, out, options, progress)


def ingest_source(
    source: Source,
    provenance: Mapping[str, object],
    photo_root: PhotoRoot | None,
    out: Path,
    options: Options,
    progress: Progress,
) -> Snapshot:
    """Turn an opened source into a snapshot at ``out``.

    ``provenance`` says where the rows come from: ``name`` and ``checksum`` at least.
    """
    with new_folder(out) as folder:
        tally = ProfileCounts()
        counts = dict.fromkeys(("read", "accepted", "rejected", *SPLITS), 0)
        splitter = Splitter(options.fractions, options.seed, options.by_row)
        with SnapshotWriter(folder) as writer, PhotoStore(folder, photo_root) as album:
            for batch in source.batches(BATCH_ROWS):
                judged = album.keep((raw, _judge(raw, options)) for raw in batch)
                _sort(judged, writer, splitter, tally, counts)
                _miss(album, writer, tally)
                progress(f"{counts['read']:,} rows", source.fraction())
        _check_counts(counts, tally, str(provenance["name"]))
        described = {**provenance, "kind": source.kind}
        _describe(folder, described, counts, tally, album.counts(), options)
    return Snapshot.open(out, verify=False)


def _judge(raw: RawRow, options: Options) -> Row | list[str]:
    judged = validate(raw, options.currency)
    if options.priced_from is None or not isinstance(judged, Row):
        return judged
    price = judged.listing.price
    if price is None:
        return ["price is missing"]
    return judged if price >= options.priced_from else [f"price {price:g} is below the least"]


def _sort(
    judged: Iterable[ValidatedRow],
    writer: SnapshotWriter,
    splitter: Splitter,
    tally: ProfileCounts,
    counts: dict[str, int],
) -> None:
    """Put every row of a batch into its split or among the rejected."""
    accepted: dict[str, list[ShardRow]] = {split: [] for split in SPLITS}
    rejected: list[tuple[RawRow, list[str]]] = []
    for raw, row in judged:
        counts["read"] += 1
        if isinstance(row, Row):
            accepted[splitter.split(row.listing)].append(to_shard_row(row))
        else:
            rejected.append((raw, row))
            tally.reject(row)
    for split, rows in accepted.items():
        writer.accept(split, rows)
        tally.accept(rows)
        counts[split] += len(rows)
        counts["accepted"] += len(rows)
    writer.reject(rejected)
    counts["rejected"] += len(rejected)


def _miss(album: PhotoStore, writer: SnapshotWriter, tally: ProfileCounts) -> None:
    """Write down the photos that could not be stored of the rows so far."""
    if problems := album.problems():
        writer.miss(problems)
        tally.miss(problem.reason for problem in problems)


def _check_counts(counts: Mapping[str, int], tally: ProfileCounts, name: str) -> None:
    if not counts["read"]:
        raise InputError(f"{name} has a header and no rows")
    if not counts["accepted"]:
        reason = tally.reasons.most_common(1)[0][0]
        raise InputError(
            f"none of the {counts['read']} rows of {name} can be used; most often: {reason}"
        )


def _describe(
    folder: Path,
    source: Mapping[str, object],
    counts: Mapping[str, int],
    tally: ProfileCounts,
    photos: Mapping[str, int],
    options: Options,
) -> None:
    """Write the profile and, last, the manifest."""
    files = _checksums(folder)
    split = {
        "rule": RULE,
        "fractions": list(options.fractions),
        "seed": options.seed,
        "group_key": ROW_KEY if options.by_row else GROUP_KEY,
    }
    content = json.dumps({"schema": SCHEMA, "files": files, "split": split}, sort_keys=True)
    manifest = SnapshotManifest(
        id=hashlib.sha256(content.encode()).hexdigest()[:16],
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        source=source,
        rows=counts,
        coverage={name: tally.coverage[name] for name in FIELDS if name in COLUMNS.names},
        currencies={code: bins.total() for code, bins in sorted(tally.prices.items())},
        photos=photos,
        split=split,
    )
    (folder / PROFILE).write_text(write_report(manifest, tally), encoding="utf-8")
    manifest = replace(manifest, files=_checksums(folder))
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _checksums(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".parquet", ".zip", ".md"))
    return {path.relative_to(folder).as_posix(): checksum(path) for path in paths}
