"""Results and their cache, folds of listings, command lines and Markdown of all benchmarks."""
