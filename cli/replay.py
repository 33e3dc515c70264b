"""``listrec replay``: what a challenger would have been worth, from the exploration's events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import events_option
from cli.registry.printing import json_option, print_json
from common.errors import InputError
from common.events import DRAWN_FIELD
from common.experiments import published
from common.experiments.definition import PAGE
from common.settings import Settings
from common.store.storage import Storage

if TYPE_CHECKING:
    from pipelines.replay.challengers import Rank, ReleaseReplay
    from pipelines.replay.replay import Replay

DAYS = 56
"""Days of events by default, as many as the weekly report compares."""

_day = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--release", help="Replay the categories of this release of the store.")
@click.option(
    "--top-k",
    type=click.IntRange(min=1),
    help="Let the first categories count only; 1 with --release.",
)
@click.option(
    "--since", type=_day, help=f"First day (UTC); {DAYS} days before --until."
)
@click.option("--until", type=_day, help="First day (UTC) that is left out; now.")
@events_option
@json_option
@click.pass_obj
def replay(
    settings: Settings,
    release: str | None,
    top_k: int | None,
    since: datetime | None,
    until: datetime | None,
    file: Path | None,
    as_json: bool,
) -> None:
    """Tell how often sellers would have accepted other categories, without showing them.

    With --release, the categories of another release, in place of those in use: from sellers of the
    exploration, whose listings must be kept (LISTREC_KEEP_LISTINGS). With --top-k alone, a shorter
    list of the same categories. See docs/replay.md.

    \b
    Examples:
      listrec replay --release 4f2a9c0d11e35b76
      listrec replay --release 4f2a9c0d11e35b76 --top-k 3 --since 2026-11-01
      listrec replay --top-k 3 --events november.parquet --json
    """
    from pipelines.outcomes.event_reader import open_events
    from pipelines.outcomes.other_variants import find_other_variants
    from pipelines.replay.challengers import replay_cut, replay_release
    from pipelines.replay.sentences import describe_cut, describe_release
    from pipelines.weekly_report.report import as_json as to_json

    if not (release or top_k):
        raise click.UsageError("name a challenger: --release ID, or --top-k K")
    start, end = _range(since, until)
    events = open_events(settings.events, file)(start, end)
    others = find_other_variants(
        published.read(Storage(settings.store)), (PAGE, DRAWN_FIELD)
    )
    result: Replay | ReleaseReplay
    if release:
        rank = _ranker(settings, release, start)
        result = replay_release(events, rank, top_k or 1, others)
        lines = describe_release(result, release, top_k or 1)
    else:
        result = replay_cut(events, top_k or 1, others)
        lines = describe_cut(result, top_k or 1)
    if as_json:
        print_json(to_json(result))
    else:
        for line in lines:
            click.echo(line)


def _range(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """Return the range of the options, in UTC."""
    end = until.replace(tzinfo=UTC) if until else datetime.now(UTC)
    start = since.replace(tzinfo=UTC) if since else end - timedelta(days=DAYS)
    if start >= end:
        raise InputError(
            f"nothing was shown from {start:%Y-%m-%d} on and before {end:%Y-%m-%d}: --since must be"
            " earlier than --until"
        )
    return start, end


def _ranker(settings: Settings, release: str, since: datetime) -> Rank:
    """Return what asks a release about listings that were kept from a time on."""
    from common.event_database.database import EventDatabase
    from common.store.release import ReleaseStore
    from ingest.outcomes.photos import StoredPhotos
    from models.suggester import load
    from pipelines.replay.release_rankings import rank_kept_listings

    if not settings.keep_listings:
        raise InputError(
            "--release needs the listings that the gateway keeps: set LISTREC_KEEP_LISTINGS here as"
            " it is for the gateway"
        )
    fetched = ReleaseStore(settings.store).fetch(settings.cache, release)
    suggester = load(fetched, [DRAWN_FIELD])

    def rank(requests: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the categories by request."""
        every = EventDatabase(settings.events).read_listings(since)
        kept = (each for each in every if each.request in requests)
        photos = StoredPhotos(Storage(settings.keep_listings))
        return rank_kept_listings(suggester, kept, photos)

    return rank
