"""Text and fields of a listing as model input."""
