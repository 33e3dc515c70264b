"""Events of suggestions as tables for analysis: what sellers were shown, chose, listed and sold."""
