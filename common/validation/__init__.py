"""The rules for the fields of a listing, shared by the cells of a table and by requests.

A model is asked about the values it was trained on, so ``ingest.rows`` and ``serving.validation``
parse with the same functions: ``texts`` for free text and short labels, ``values`` for fields with
rules of their own, ``photo_names`` for photos.
"""
