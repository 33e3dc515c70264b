"""The profile of a snapshot: counts of its rows, what looks wrong, and reports for people."""
