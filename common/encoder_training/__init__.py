"""Training and export of the encoders; with `common.nets.train_*`, the place where torch lives."""
