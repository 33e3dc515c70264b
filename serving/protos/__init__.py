"""The messages servers exchange: ``listing.proto`` and the code generated from it."""
