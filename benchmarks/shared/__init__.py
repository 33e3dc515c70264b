"""Folds, the cache of results, and Markdown."""
