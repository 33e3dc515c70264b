"""The category model."""
