"""Trees of categories: their nodes, and the tree that this package brings."""
