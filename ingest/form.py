"""One listing given on the command line, validated by the rules for a row of a table."""

from __future__ import annotations

from collections.abc import Mapping

from common.errors import InputError
from common.listing import CONFIRMABLE, Listing
from ingest.rows import parse_leniently
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

    # With a legal title in place of the one given, all reasons are about confirmed fields.
    _, reasons = parse_leniently(RawRow(line=1, values={"title": "any", **confirmed}))
    if reasons:
        raise InputError("; ".join(reasons))

    values = {"title": title, "description": description, **confirmed}
    listing, _ = parse_leniently(RawRow(line=1, values=values))
    return listing
