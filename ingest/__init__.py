"""From a shop's table to a snapshot: every row and every cell is used, or listed with a reason.

The way of a row: ``files`` opens the table as records, ``exports`` knows the forms of shops'
systems, ``columns`` names the cells after our fields, ``readings`` decides what they mean, and
``tables`` joins these. ``rows`` parses the cells, ``spellings`` settles labels, ``photo_store``
stores the photos, ``shards`` writes, and ``profile`` counts. ``ingest.ingest`` calls them.
"""
