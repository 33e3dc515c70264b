"""From a shop's table to a snapshot: every row is validated, then split or rejected, and counted.

The way of a row: ``files`` and ``tables`` open the source, ``records`` parses lines into cells,
``matching`` names the cells after our fields, ``rows`` validates them, ``photo_store`` stores the
photos, ``shards`` writes, and ``profile`` counts. ``ingest.ingest`` calls them in this order.
"""
