"""What a profile is made of: the description of a table or a snapshot, and counts of its rows."""

from __future__ import annotations

from dataclasses import dataclass

from common.snapshot import SnapshotManifest
from ingest.profile.counts import ProfileCounts


@dataclass(frozen=True, slots=True)
class TableProfile:
    """The profile of a table or of a snapshot.

    Attributes:
        manifest: That of the snapshot; of a table without an id, a split and files.
        counts: Counts of the rows.
    """

    manifest: SnapshotManifest
    counts: ProfileCounts
