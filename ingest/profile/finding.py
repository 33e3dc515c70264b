"""Something that looks wrong with a table, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from common.snapshot import SnapshotManifest

NOTE, WARNING, SERIOUS = 1, 2, 3
"""Severities: worth knowing; some rows teach nothing or the wrong thing; much is lost or wrong."""

SERIOUS_LOST_SHARE = 0.1
"""Share of rows, of a field's cells, or of photos whose loss is serious."""

SEVERITIES = {SERIOUS: "serious", WARNING: "warning", NOTE: "note"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that looks wrong.

    Attributes:
        severity: ``NOTE``, ``WARNING`` or ``SERIOUS``.
        sentence: What looks wrong, with its count and an example; no full stop.
        remedy: An option or a correction of the table, no full stop; empty where the sentence
            has it.
    """

    severity: int
    sentence: str
    remedy: str

    @property
    def word(self) -> str:
        """The severity in a word."""
        return SEVERITIES[self.severity]


def listed_in(manifest: SnapshotManifest, name: str, how: str = "") -> str:
    """Say in which file of a snapshot all cases are; a table has none before it is ingested."""
    all_of_them = f"each of them {how}".rstrip()
    if manifest.id:
        return f"{name} has {all_of_them}"
    return f"listrec ingest lists {all_of_them} in {name}"


def severity_of(lost: int, total: int) -> int:
    """Return how serious it is that ``lost`` of ``total`` rows, cells or photos are not used."""
    return SERIOUS if lost > SERIOUS_LOST_SHARE * total else WARNING
