"""Offline replay: what another ranking of categories would have been worth, from logged events."""
