"""A synthetic market: listings with the habits of real ones, and with known ground truth."""
