"""The rules for the fields of a listing, shared by the cells of a table and by requests.

A model is asked about the values it was trained on, so ``ingest.rows`` and ``serving.validation``
parse with the same functions: ``texts`` for free text and short labels, ``brands``, ``categories``,
``conditions`` and ``payers`` for fields with a vocabulary, ``values`` for prices and codes and for
the table of all parsers. ``folding`` tells which spellings are the same label. Photos have rules of
their own in ``common.photos``.
"""
