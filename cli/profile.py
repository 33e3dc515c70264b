"""``listrec profile``: what is in a table or a snapshot, without making a snapshot of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import photos_in_option
from cli.progress import progress
from cli.reading import reading_options
from common.errors import InputError

if TYPE_CHECKING:
    from ingest.options import ReadOptions
    from ingest.profile.table_profile import TableProfile
    from pipelines.data_checks.side_by_side import SideBySide


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for profile.md and profile.html, as ingest writes them.",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the page with plots to this file.",
)
@click.option(
    "--compare",
    type=click.Path(path_type=Path),
    metavar="SNAPSHOT",
    help="Show a snapshot beside it, and what differs too much.",
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="ROWS",
    help="Count only so many rows, drawn at random from the whole table.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@reading_options
@photos_in_option
def profile(
    source: Path,
    out: Path | None,
    html: Path | None,
    compare: Path | None,
    sample: int | None,
    as_json: bool,
    reading: ReadOptions,
    photos_in: Path | None,
) -> None:
    """Show what is in SOURCE, a table or a snapshot; nothing is kept of it.

    A table is read as 'listrec ingest' reads it, with the same options: rows that can be used,
    columns and what they mean, labels, categories, brands, prices, shipping, dates, photos, and
    what looks wrong, each with what to do about it. The first 200 photos are tried.

    With --compare a snapshot, such as that of the champion, stands beside it. Differences for
    which a training run would stop are listed: see docs/operations.md.

    \b
    Examples:
      listrec profile train.tsv
      listrec profile shop.csv --currency JPY --html shop.html
      listrec profile snapshots/today --out profiles/today
      listrec profile export.csv.gz --sample 100000
      listrec profile tonight.csv --compare snapshots/today
      listrec profile snapshots/today --json
    """
    found = _profile(source, reading, sample, photos_in)
    compared = _compare(found, source, compare) if compare else None

    _write(found, out, html)
    if as_json:
        _print_json(found, compared)
        return
    for line in _describe(found, compared):
        click.echo(line)


def _profile(
    source: Path, reading: ReadOptions, sample: int | None, photos_in: Path | None
) -> TableProfile:
    """Return the profile of a snapshot or of a table."""
    from common.snapshot import Snapshot
    from ingest.options import ReadOptions as Options
    from ingest.profile_file import profile_file
    from ingest.profile_snapshot import is_snapshot, profile_snapshot

    if not is_snapshot(source):
        with progress(f"profile {source.name}") as report:
            return profile_file(source, reading, report, sample, photos_in)

    if sample or photos_in or reading != Options():
        raise InputError(
            f"{source} is a snapshot, which is counted whole and whose columns are decided: options"
            " of reading, --sample and --photos-in are for tables"
        )
    return profile_snapshot(Snapshot.open(source, verify=False))


def _compare(found: TableProfile, source: Path, other: Path) -> SideBySide:
    """Compare a profile with a snapshot, as a training run does before it trains."""
    from common.snapshot import Snapshot
    from pipelines.data_checks.config import DataConfig
    from pipelines.data_checks.profile import profile as profile_of
    from pipelines.data_checks.side_by_side import side_by_side
    from pipelines.data_checks.table_profile import profile_table

    before = profile_of(Snapshot.open(other, verify=False))
    if found.manifest.id:
        now = profile_of(Snapshot.open(source, verify=False))
    else:
        now = profile_table(found)
    return side_by_side(before, now, DataConfig())


def _write(found: TableProfile, out: Path | None, html: Path | None) -> None:
    """Write the reports that are asked for, and say where they are."""
    from common.store.atomic import write_atomically
    from ingest.description import write_profile
    from ingest.profile.page import write_page

    if out is not None:
        write_profile(out, found.manifest, found.counts)
        click.echo(f"{out / 'profile.md'} and {out / 'profile.html'}", err=True)
    if html is not None:
        page = write_page(found.manifest, found.counts)
        write_atomically(html, page.encode(errors="replace"))
        click.echo(f"{html}: the profile with plots", err=True)


def _print_json(found: TableProfile, compared: SideBySide | None) -> None:
    from ingest.profile.as_json import as_json

    values = as_json(found)
    if compared:
        values["compared"] = asdict(compared)
    click.echo(json.dumps(values, indent=2))


def _describe(found: TableProfile, compared: SideBySide | None) -> Iterator[str]:
    from ingest.profile.terminal import describe_profile
    from pipelines.data_checks.side_by_side import describe

    yield from describe_profile(found)
    if compared:
        yield ""
        yield from describe(compared)
