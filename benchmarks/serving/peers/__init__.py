"""Other serving frameworks on the same models; each is run by an environment of its own."""
