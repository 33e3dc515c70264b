"""The report of a comparison: one HTML page that holds everything it shows."""
