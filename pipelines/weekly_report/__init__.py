"""A week of suggestions in figures that a product manager reads."""
