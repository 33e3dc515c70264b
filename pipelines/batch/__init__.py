"""Predictions for every row of a table."""
