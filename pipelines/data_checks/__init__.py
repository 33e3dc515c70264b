"""Whether a snapshot looks like the one that the champion was trained on."""
