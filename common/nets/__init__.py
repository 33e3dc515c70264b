"""A small network over text, confirmed fields and vectors: numpy to predict, torch to train."""
