"""Kept listings, and what became of their suggestions, as a source of training rows.

``source.ingest_outcomes`` makes a snapshot of them; ``erasure`` and ``without_rows`` remove rows of
a seller from such a snapshot.
"""

OUTCOMES = "outcomes"
"""The source in commands and settings, and its kind in the manifest of a snapshot."""
