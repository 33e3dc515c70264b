"""Features of a listing: normalised text, hashed n-grams and fields, vocabulary and style."""
