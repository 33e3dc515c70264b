"""The price model."""
