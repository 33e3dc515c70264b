"""Experiments in the suggester: who is in which, and what a variant changes of an answer."""
