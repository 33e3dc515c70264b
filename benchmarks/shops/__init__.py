"""Our models beside tuned peers in every shop of a file: one command, one line for a shop."""
