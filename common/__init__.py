"""What every room shares: the vocabulary, features, encoders, artifacts, snapshots, releases."""
