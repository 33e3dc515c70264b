"""Accuracy of shipping fees and payers on real rows, beside simple and learned baselines."""
