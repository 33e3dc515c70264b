"""Time and memory as the number of rows grows."""
