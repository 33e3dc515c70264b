"""What a table lost on its way into a snapshot, in sentences, where that is more than a little."""

from __future__ import annotations

from common.snapshot import SnapshotManifest
from ingest.profile.wording import part

MAX_LOST_SHARE = 0.01
"""Share of rejected rows, or of dropped cells of a field, above which ingest speaks of it."""


def losses(manifest: SnapshotManifest, *, with_examples: bool = True) -> list[str]:
    """Return a sentence for rejected rows and for each field with many dropped cells.

    ``with_examples`` says whether a sentence has the commonest reason, with a cell as an example.
    """
    rows = manifest.rows
    sentences = []
    if rows["rejected"] > MAX_LOST_SHARE * rows["read"]:
        rejected = part(rows["rejected"], rows["read"])
        sentences.append(f"{rejected} rows are rejected")

    for name, counts in manifest.cells.items():
        n_dropped, n_read = counts["dropped"], counts["read"]
        if n_dropped > MAX_LOST_SHARE * n_read:
            dropped = part(n_dropped, n_read)
            # One reason is enough to act on; the profile has the others.
            reason = f", most often: {counts['reason']}" if with_examples else ""
            sentences.append(f"{dropped} cells of {name} are dropped{reason}")
    return sentences
