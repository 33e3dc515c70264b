"""Training runs as the store keeps them: what their steps did, and how they ended."""
