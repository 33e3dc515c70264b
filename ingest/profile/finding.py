"""Something that looks wrong with a table, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

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


def severity_of(lost: int, total: int) -> int:
    """Return how serious it is that ``lost`` of ``total`` rows, cells or photos are not used."""
    return SERIOUS if lost > SERIOUS_LOST_SHARE * total else WARNING
