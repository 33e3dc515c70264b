"""Experiments over sellers: their files, what may change in them, and who gets which variant."""
