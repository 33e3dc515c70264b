"""Files on disk and in object storage: artifacts, releases, packed arrays, atomic writes.

``atomic`` and ``new_folder`` write what must be whole; ``artifacts`` is the layout of a trained
encoder or model, ``packed_arrays`` that of its arrays; ``storage`` reaches files by URL, in a
``folder`` or a ``bucket``, and ``release`` keeps artifacts, releases and the champion there.
"""
