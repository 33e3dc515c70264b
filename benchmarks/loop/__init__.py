"""Sixty simulated days of a shop: sellers, suggestions, training, monitoring and an experiment."""
