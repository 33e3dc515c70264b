"""Kept listings, and what became of their suggestions, as a source of training rows.

``source.ingest_outcomes`` makes a snapshot of them; ``erasure`` and ``without_rows`` remove rows of
a seller from such a snapshot.
"""
