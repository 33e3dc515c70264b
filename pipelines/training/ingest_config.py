"""Settings of the snapshot that a run makes for itself: its sources, its days, and its reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.config import build
from common.errors import InputError
from ingest.outcomes import OUTCOMES

if TYPE_CHECKING:
    from ingest.ingest import Options
    from ingest.options import ReadOptions

INGEST = "ingest"
"""The section of the settings, beside those of the targets."""

_TABLE_ONLY = (
    "photos_in",
    "map",
    "form",
    "encoding",
    "delimiter",
    "decimal",
    "prices",
    "dates",
    "category_separator",
    "empty_brand",
)


@dataclass(frozen=True, slots=True)
class IngestConfig:
    """What ``listrec ingest`` takes as arguments; see its options.

    Attributes:
        sources: paths, patterns and addresses of tables that are one table; or ``outcomes``, which
            is what sellers listed. It takes dates, split, seed, strict and currency.
        since: first day whose rows are taken, UTC: 2026-11-01.
        until: day whose rows, and those after it, are not taken.
        days: number of whole days before today, UTC, whose rows are taken, in place of both.
        split: shares of train, validation and test rows.
        seed: seed of the split.
        strict: whether a table is refused of which more than 1 % of rows or cells are lost.
        photos_in: folder or zip archive of the photos.
        map: column of each field; an empty one leaves the field out.
        form: export form, or ``none``.
        encoding: encoding of the text.
        delimiter: character between cells.
        currency: currency of prices without one.
        decimal: decimal mark of prices.
        prices: what prices are.
        dates: order of dates.
        category_separator: what stands between levels of a category.
        empty_brand: what an empty brand cell means.
    """

    sources: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    days: int = 0
    split: str = "0.8,0.1,0.1"
    seed: int = 0
    strict: bool = False
    photos_in: str = ""
    map: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    encoding: str = ""
    delimiter: str = ""
    currency: str = ""
    decimal: str = ""
    prices: str = ""
    dates: str = ""
    category_separator: str = ""
    empty_brand: str = ""


def ingest_config(overrides: Mapping[str, Any]) -> IngestConfig:
    """Return the settings of a snapshot; raises ``InputError`` for those that cannot be used."""
    # YAML takes 2026-11-01 for a date.
    texts = {
        name: str(value) if isinstance(value, date) else value
        for name, value in overrides.items()
    }
    config = build(IngestConfig, texts, INGEST)
    if not config.sources or not all(isinstance(s, str) for s in config.sources):
        raise InputError(
            "ingest.sources must list paths or addresses of tables, such as"
            " ['s3://shop/exports/2026-*.csv.gz'], or be ['outcomes']"
        )
    for name in _TABLE_ONLY:
        if is_of_outcomes(config) and getattr(config, name):
            raise InputError(f"ingest.{name} is for tables: leave it out for outcomes")
    if config.days < 0 or (config.days and (config.since or config.until)):
        raise InputError(
            "ingest.days is a number of days such as 90, in place of since and until"
        )
    to_options(config, datetime.now(UTC))
    return config


def is_of_outcomes(config: IngestConfig) -> bool:
    """Tell whether the rows are what sellers listed, and not tables."""
    return config.sources == (OUTCOMES,)


def require_rows(snapshot: str, config: Mapping[str, Any]) -> None:
    """Raise ``InputError`` where neither a snapshot nor settings say which rows to learn from."""
    if not snapshot and INGEST not in config:
        raise InputError(
            "say which rows to learn from with --snapshot DIR, a folder made by 'listrec ingest',"
            " or with a section 'ingest' of the settings"
        )


def to_options(config: IngestConfig, now: datetime) -> Options:
    """Return the options of the ingest that begins ``now``; raises ``InputError`` as above."""
    from common.splits import parse_fractions
    from ingest.date_range import range_of_days
    from ingest.ingest import Options

    since, until = _day(config.since, "since"), _day(config.until, "until")
    if config.days:
        # The rows of today are not complete yet.
        until = datetime.combine(now.astimezone(UTC).date(), time())
        since = until - timedelta(config.days)
    return Options(
        reading=_reading(config),
        fractions=parse_fractions(config.split),
        seed=config.seed,
        photos=Path(config.photos_in) if config.photos_in else None,
        dates=range_of_days(since, until),
    )


def _day(text: str, name: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), time()) if text else None
    except ValueError:
        raise InputError(
            f"ingest.{name} must be a day such as 2026-11-01, not {text!r}"
        ) from None


def _reading(config: IngestConfig) -> ReadOptions:
    from common.validation import values
    from ingest.columns import parse_map
    from ingest.options import CHOICES, ReadOptions

    for name, choices in CHOICES.items():
        value = getattr(config, name)
        if value and value not in choices:
            raise InputError(
                f"ingest.{name} is one of {', '.join(choices)}, not {value!r}"
            )
    try:
        currency = values.parse_currency(config.currency) or ""
    except ValueError as error:
        raise InputError(f"ingest.currency {error}") from None
    return ReadOptions(
        mapping=parse_map(f"{name}={column}" for name, column in config.map.items()),
        encoding=config.encoding,
        delimiter=config.delimiter,
        form=config.form,
        currency=currency,
        decimal=config.decimal,
        dates=config.dates,
        category_separator=config.category_separator,
        empty_brand=config.empty_brand,
        prices=config.prices,
    )
