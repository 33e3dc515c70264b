"""What this room reads of the database of events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from common.kept_listing import KeptListing


class OutcomeDatabase(Protocol):
    """Events and kept listings in a range of time; ``EventDatabase`` is one."""

    def read(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Give the rows of events in the order of time."""

    def read_listings(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[KeptListing]:
        """Give kept listings."""
