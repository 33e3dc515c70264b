"""What ``listrec ingest`` prints of the snapshot that it made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common.snapshot import SPLITS, Snapshot, SnapshotManifest
from ingest.outcomes import OUTCOMES


def summarise(snapshot: Snapshot, out: Path) -> Iterator[str]:
    """Yield counts of rows, cells and photos, where things are, and the next command."""
    manifest = snapshot.manifest
    yield from _summarise_rows(manifest, out)
    yield from _summarise_cells(manifest.cells, out)
    yield from _summarise_photos(manifest, out)
    yield f"snapshot {snapshot.id} is at {out}; what is in it: {out / 'profile.md'}"
    yield _next_step(snapshot, out)


def _summarise_rows(manifest: SnapshotManifest, out: Path) -> Iterator[str]:
    rows = manifest.rows
    merged = f", {rows['merged']:,} merged" if rows["merged"] else ""
    why = f" ({out / 'rejected.parquet'})" if rows["rejected"] else ""
    yield (
        f"read {rows['read']:,} rows: {rows['accepted']:,} accepted,"
        f" {rows['rejected']:,} rejected{why}{merged}"
    )

    splits = ", ".join(f"{rows[split]:,} {split}" for split in SPLITS)
    yield f"split into {splits}"
    for sentence in manifest.split.get("unusual", ()):
        yield f"note: {sentence}"


def _summarise_cells(
    cells: Mapping[str, Mapping[str, Any]], out: Path
) -> Iterator[str]:
    n_dropped = sum(counts["dropped"] for counts in cells.values())
    if n_dropped:
        n_read = sum(counts["read"] for counts in cells.values())
        dropped = out / "dropped_cells.parquet"
        yield f"{n_dropped:,} of {n_read:,} cells dropped ({dropped})"

    for name, counts in cells.items():
        if counts.get("cut"):
            yield f"{counts['cut']:,} cells of {name} are too long and cut"


def _next_step(snapshot: Snapshot, out: Path) -> str:
    """Return the command that follows, or what is missing for it."""
    from pipelines.training.targets import ENCODERS, choose, unlabelled

    models = [target for target in choose(["all"]) if target != ENCODERS]
    if unlabelled(models, snapshot.manifest.coverage) == models:
        return (
            f"no row has anything that a model could learn to suggest ({', '.join(models)}): name"
            " its columns, such as --map category=COLUMN, before training"
        )
    return f"next: listrec train all --snapshot {out}"


def _summarise_photos(manifest: SnapshotManifest, out: Path) -> Iterator[str]:
    photos = manifest.photos
    n_named = photos["referenced"]
    if not n_named:
        return

    counts = [f"{photos['stored']:,} stored"]
    for status in ("missing", "addresses", "broken", "left_out"):
        count = photos.get(status)
        if count:
            words = status.replace("_", " ")
            counts.append(f"{count:,} {words}")

    yield f"{n_named:,} photos named: {', '.join(counts)}"
    if len(counts) > 1:
        yield f"why photos are not there: {out / 'photo_problems.parquet'}"
    if photos.get("addresses"):
        yield (
            "photos are addresses, which are not fetched; download them, and name the files in"
            " the table"
        )
    # All of them missing is a wrong folder rather than missing files.
    if photos["missing"] == n_named:
        remedy = "--photos-in says which folder or .zip they are in"
        if manifest.source["kind"] == OUTCOMES:
            remedy = "LISTREC_KEEP_LISTINGS must be that of the gateway"
        yield f"none of the photos was found: {remedy}"
