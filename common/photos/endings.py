"""The endings of photo files' names."""

ENDING = r"\.(?:jpe?g|jfif|png|webp|gif|avif|bmp|tiff?|hei[cf])"
"""Pattern of the ending of a photo file's name, in any case."""
