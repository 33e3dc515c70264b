"""How good the suggestions of a shop are now, and whether its models should be retrained."""
