"""What a table lost on its way into a snapshot, in sentences, where that is more than a little."""

from __future__ import annotations

from common.snapshot import SnapshotManifest
from ingest.profile.wording import part

MAX_LOST_SHARE = 0.01
"""Share of rejected rows, or of dropped cells of a field, above which ingest speaks of it."""


def losses(manifest: SnapshotManifest) -> list[str]:
    """Return a sentence for rejected rows and for each field with many dropped cells."""
    rows = manifest.rows
    sentences = []
    if rows["rejected"] > MAX_LOST_SHARE * rows["read"]:
        sentences.append(f"{part(rows['rejected'], rows['read'])} rows are rejected")

    for name, counts in manifest.cells.items():
        if counts["dropped"] > MAX_LOST_SHARE * counts["read"]:
            dropped = part(counts["dropped"], counts["read"])
            sentences.append(
                f"{dropped} cells of {name} are dropped, most often: {counts['reason']}"
            )
    return sentences
