"""The brand model."""
