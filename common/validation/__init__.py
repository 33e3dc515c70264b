"""What a field may hold: the same rules for a table's cells and for a request's fields."""
