"""Options of commands that read a table: what is said of it, where recognition is not to decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from common.errors import InputError
from ingest.options import CHOICES

if TYPE_CHECKING:
    from ingest.options import ReadOptions

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--map",
        "mapping",
        multiple=True,
        metavar="FIELD=COLUMN",
        help="Read a field from this column; FIELD= leaves it out. May be repeated.",
    ),
    click.option("--form", default="", help="Export form of the table, or none."),
    click.option("--encoding", default="", help="Encoding of the text, such as cp932."),
    click.option(
        "--delimiter", default="", help="Character between cells; \\t is a tab."
    ),
    click.option("--currency", default="", help="Currency of prices without one."),
    click.option(
        "--decimal",
        type=click.Choice(CHOICES["decimal"]),
        help="Decimal mark of prices.",
    ),
    click.option(
        "--prices",
        type=click.Choice(CHOICES["prices"]),
        help="What prices are: of the item alone, or with the fee that the buyer pays.",
    ),
    click.option(
        "--dates",
        type=click.Choice(CHOICES["dates"]),
        help="Order of dates such as 05/06/2024.",
    ),
    click.option(
        "--category-separator", default="", help="Stands between levels of a category."
    ),
    click.option(
        "--empty-brand",
        type=click.Choice(CHOICES["empty_brand"]),
        help="What an empty brand cell means.",
    ),
)

_NAMES = (
    "form",
    "encoding",
    "delimiter",
    "currency",
    "decimal",
    "dates",
    "category_separator",
    "empty_brand",
    "prices",
)
"""Parameters of the options that are fields of ``ReadOptions`` as they are."""


def reading_options(command: Command) -> Command:
    """Add the options; the command gets them as ``reading``, a ``ReadOptions``."""

    @wraps(command)
    def with_reading(*arguments: Any, **options: Any) -> Any:
        """Collect the options in one argument."""
        mapping = options.pop("mapping")
        given = {name: options.pop(name) or "" for name in _NAMES}
        return command(*arguments, reading=_to_options(mapping, given), **options)

    decorated: Any = with_reading
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


def parse_currency(text: str) -> str:
    """Return the currency of ``--currency``, or an empty text where none is given."""
    from common.validation import values

    try:
        return values.parse_currency(text) or ""
    except ValueError as error:
        raise InputError(f"--currency {error}") from None


def _to_options(mapping: tuple[str, ...], given: dict[str, str]) -> ReadOptions:
    from ingest.columns import parse_map
    from ingest.options import ReadOptions

    given["currency"] = parse_currency(given["currency"])
    # A shell passes the two characters, which no table has between its cells.
    given["delimiter"] = given["delimiter"].replace("\\t", "\t")
    return ReadOptions(mapping=parse_map(mapping), **given)
