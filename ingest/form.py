"""One listing given on the command line, validated by the rules for a row of a table."""

from __future__ import annotations

from collections.abc import Mapping

from common.errors import InputError
from common.listing import CONFIRMABLE, Listing
from ingest.readings import DEFAULT_READINGS
from ingest.rows import parse_cells
from ingest.source import RawRow


def listing_from_options(
    title: str, description: str, confirmed: Mapping[str, str]
) -> Listing:
    """Return the listing with its confirmed fields; raises ``InputError`` with every reason.

    Only confirmed fields are validated: a title may be anything while it is being typed.
    """
    unknown = [name for name in confirmed if name not in CONFIRMABLE]
    if unknown:
        raise InputError(
            f"{', '.join(map(repr, unknown))} cannot be set; there are {', '.join(CONFIRMABLE)}"
        )

    values = {"title": title, "description": description, **confirmed}
    row = parse_cells(RawRow(line=0, values=values), DEFAULT_READINGS)
    reasons = [cell.reason for cell in row.dropped if cell.field in confirmed]
    if reasons:
        raise InputError("; ".join(reasons))
    return row.listing
