"""The description of a snapshot that was just written: its profile and its manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from common.snapshot import COLUMNS, SCHEMA, SnapshotManifest
from common.store.artifacts import MANIFEST, checksum
from common.store.atomic import write_atomically
from ingest.profile.counts import ProfileCounts
from ingest.profile.page import write_page
from ingest.profile.report import write_report
from ingest.source import FIELDS

PROFILE, PROFILE_PAGE = "profile.md", "profile.html"


def write_description(
    folder: Path,
    source: Mapping[str, object],
    profile: ProfileCounts,
    photos: Mapping[str, int],
    split: Mapping[str, object],
    price_basis: str,
) -> None:
    """Write the profile and, last, the manifest of a snapshot whose rows are in ``folder``.

    ``source`` says where the rows come from, ``photos`` counts them by what became of them, and
    ``split`` says how the rows were split, and ``price_basis`` what their prices are.
    """
    manifest = draft_manifest(source, profile, photos, split, price_basis)
    manifest = replace(manifest, id=_snapshot_id(folder, split, price_basis))
    write_profile(folder, manifest, profile)

    # Last, because a folder without a manifest is no snapshot.
    _write_manifest(folder, replace(manifest, files=_checksums(folder)))


def draft_manifest(
    source: Mapping[str, object],
    profile: ProfileCounts,
    photos: Mapping[str, int],
    split: Mapping[str, object],
    price_basis: str,
) -> SnapshotManifest:
    """Return the manifest of counted rows, without the id and the files of a snapshot."""
    now = datetime.now(UTC)
    fields = [name for name in FIELDS if name in COLUMNS.names]
    currencies = sorted(profile.prices.items())
    return SnapshotManifest(
        id="",
        created_at=now.isoformat(timespec="seconds"),
        source=source,
        rows=profile.rows,
        coverage={name: profile.coverage[name] for name in fields},
        currencies={code: prices.total() for code, prices in currencies},
        photos=photos,
        split=split,
        cells=profile.cells(),
        price_basis=price_basis,
    )


def write_profile(
    folder: Path, manifest: SnapshotManifest, profile: ProfileCounts
) -> None:
    """Write the profile as Markdown, and as a page with plots."""
    reports = {PROFILE: write_report, PROFILE_PAGE: write_page}
    for name, write in reports.items():
        # Names of columns may hold halves of characters, which UTF-8 cannot encode.
        text = write(manifest, profile).encode(errors="replace")
        write_atomically(folder / name, text)


def _write_manifest(folder: Path, manifest: SnapshotManifest) -> None:
    values = asdict(manifest)
    text = json.dumps(values, indent=2, ensure_ascii=False)
    path = folder / MANIFEST
    path.write_text(text + "\n", encoding="utf-8")


def _snapshot_id(folder: Path, split: Mapping[str, object], price_basis: str) -> str:
    """Hash the rows, what their prices are, and the split; the profile is not written yet."""
    content = {
        "schema": SCHEMA,
        "files": _checksums(folder),
        "split": split,
        "price_basis": price_basis,
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _checksums(folder: Path) -> dict[str, str]:
    suffixes = (".parquet", ".zip", ".md", ".html")
    checksums = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in suffixes:
            name = path.relative_to(folder).as_posix()
            checksums[name] = checksum(path)
    return checksums
