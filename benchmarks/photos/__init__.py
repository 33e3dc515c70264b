"""Photo encoders on real photos."""
