"""What the cells of a table mean, decided from whole columns.

A decimal mark, a currency, an order of day and month and a separator of categories are facts of a
column: ``1.299`` is 1299 in one table and 1.299 in the next. ``read_columns`` decides them from a
sample, states each with its evidence, and returns a parser for each field.
"""

from ingest.readings.columns import DEFAULT_READINGS, read_columns
from ingest.readings.prices import settle_currency
from ingest.readings.reading import Amount, CellParser, Reading, Readings

__all__ = [
    "DEFAULT_READINGS",
    "Amount",
    "CellParser",
    "Reading",
    "Readings",
    "read_columns",
    "settle_currency",
]
