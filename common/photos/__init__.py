"""Photos from bytes to pixels: one code path for ingest, training and serving.

A photo takes these steps, in this order:

1. ``reading``: read the bytes, from the request, a file, or a member of a zip archive.
2. ``formats``: recognise the format by how the file starts.
3. ``stripping``: strip what costs time and no pixel depends on, such as colour profiles and
   previews (``jpeg`` for JPEG, ``chunks`` for PNG and WebP, ``exif`` for the orientation).
4. ``decoding``: decode the rest within ``limits`` (``frames`` for WebP and AVIF), upright and on
   white (``flattening``), and
5. shrink it to a bounded size.
6. ``preprocessing``: resize, crop and normalise the pixels as one encoder wants them.

``checking`` takes the photos of a request or of a table through steps 1 to 5 before any model is
asked; the pixels then travel in ``Photo.pixels``, so that a photo is decoded once. ``photo_names``
reads the names of photos in a cell of a table, and ``photo_root`` keeps their paths inside one
folder, where ``finding`` looks for the files they mean (``stored_names``); ``archive`` writes the
photos of a snapshot.

A photo that cannot be used raises ``PhotoError`` with the reason; no listing is lost over a photo.
"""
