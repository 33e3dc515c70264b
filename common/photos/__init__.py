"""Photos from bytes to pixels: one code path for ingest, training and serving.

``reading`` fetches the bytes of a ``Photo``, ``decoding`` turns them into an RGB image of bounded
size whatever the format, ``preprocessing`` into what an encoder wants. What cannot be used raises
``PhotoError`` with its reason; nobody loses a listing over a photo.
"""
