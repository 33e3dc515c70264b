"""The shipping model."""
