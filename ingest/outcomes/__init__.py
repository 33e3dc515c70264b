"""Kept listings, and what became of their suggestions, as a source of training rows.

``source`` makes a snapshot of them; ``without_rows`` and ``replacement`` remove the rows of a
seller from such a snapshot.
"""

OUTCOMES = "outcomes"
"""The source in commands and settings, and its kind in the manifest of a snapshot."""
