"""``Selection``: which events and kept listings are erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_

from common.errors import InputError
from common.event_database.tables import without_zone


@dataclass(frozen=True, slots=True)
class Selection:
    """Events and kept listings that meet all conditions that are given, at least one.

    Attributes:
        seller: the shop's key of their seller; empty for any.
        request: id of their request; empty for any.
        before: the first time that is not selected, with a zone; ``None`` for any.
    """

    seller: str = ""
    request: str = ""
    before: datetime | None = None

    def __post_init__(self) -> None:
        if not (self.seller or self.request or self.before):
            raise InputError(
                "nothing says what to erase: name the key that the shop gave the seller, such as"
                " u-1042, the id of a request, or a time"
            )

    def of(self, table: Table) -> ColumnElement[bool]:
        """Return the condition for rows of a table of events or of listings."""
        conditions = []
        if self.seller:
            conditions.append(table.c.seller == self.seller)
        if self.request:
            conditions.append(table.c.request == self.request)
        if self.before:
            conditions.append(table.c.time < without_zone(self.before))
        return and_(*conditions)
