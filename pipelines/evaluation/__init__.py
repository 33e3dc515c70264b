"""Compares two versions of a model, or looks at one, listing by listing."""
