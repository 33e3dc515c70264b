"""Trials of settings: trained on a part of the rows, measured on validation rows."""
