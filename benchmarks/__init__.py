"""Measurements on synthetic and real listings, beside simpler methods."""
