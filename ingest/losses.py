"""What a table lost on its way into a snapshot, in sentences, where that is more than a little."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.snapshot import SnapshotManifest

MAX_LOST_SHARE = 0.01
"""Share of rejected rows, or of dropped cells of a field, above which ingest speaks of it."""


def losses(manifest: SnapshotManifest) -> list[str]:
    """Return a sentence for rejected rows and for each field with many dropped cells."""
    rows = manifest.rows
    sentences = []
    if rows["rejected"] > MAX_LOST_SHARE * rows["read"]:
        share = rows["rejected"] / rows["read"]
        sentences.append(
            f"{rows['rejected']:,} of {rows['read']:,} rows ({share:.0%}) are rejected"
        )
    for name, counts in manifest.cells.items():
        if counts["dropped"] > MAX_LOST_SHARE * counts["read"]:
            sentences.append(_dropped_cells(name, counts))
    return sentences


def _dropped_cells(name: str, counts: Mapping[str, Any]) -> str:
    share = counts["dropped"] / counts["read"]
    return (
        f"{counts['dropped']:,} of {counts['read']:,} cells of {name} ({share:.0%}) are"
        f" dropped, most often: {counts['reason']}"
    )
