"""From bytes to records by column: compression, archives, encodings, layouts and formats.

``open_records`` recognises all of them; ``options`` overrule it. Nothing here knows our fields.
"""

from ingest.files.archives import photo_root_of
from ingest.files.open import open_records, open_together
from ingest.files.record_file import Record, RecordFile

__all__ = ["Record", "RecordFile", "open_records", "open_together", "photo_root_of"]
