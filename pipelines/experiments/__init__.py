"""Experiments: how long they take, what their variants change, and when one has to stop."""
