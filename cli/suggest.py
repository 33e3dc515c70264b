"""``listrec suggest``: suggestions for one listing, or for every row of a table."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.answers import as_json, show
from common.errors import InputError
from common.settings import Settings

if TYPE_CHECKING:
    from common.listing import Listing, Suggestions
    from common.store.release import FetchedRelease


@click.command()
@click.option("--title", default="", help="What the seller would write as a title.")
@click.option("--description", default="", help="And as a description.")
@click.option(
    "--photo",
    "photos",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A photo of it; may be repeated.",
)
@click.option(
    "--set", "confirmed", multiple=True, metavar="FIELD=VALUE", help="A field already chosen."
)
@click.option("--models", "names", default="", help="Ask only these: category,price.")
@click.option("--json", "json_wanted", is_flag=True, help="Print one JSON object.")
@click.option("--server", default="", metavar="HOST:PORT", help="Ask a running server instead.")
@click.option("--timeout", default=10.0, show_default=True, help="Seconds to wait for --server.")
@click.option(
    "--input", "table", type=click.Path(path_type=Path), help="CSV, TSV, JSONL or Parquet."
)
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Where a field is read from."
)
@click.option(
    "--photos-in", type=click.Path(path_type=Path), help="Folder or .zip of the table's photos."
)
@click.option("--known", help="Columns to take as chosen: category,brand,shipping; or all.")
@click.option("--out", type=click.Path(path_type=Path), help="Ends in .parquet, .jsonl or .csv.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that answer a long table; each loads the release.  [default: one a core]",
)
@click.pass_obj
def suggest(
    settings: Settings,
    title: str,
    description: str,
    photos: tuple[Path, ...],
    confirmed: tuple[str, ...],
    names: str,
    json_wanted: bool,
    server: str,
    timeout: float,
    table: Path | None,
    mapping: tuple[str, ...],
    photos_in: Path | None,
    known: str | None,
    out: Path | None,
    workers: int | None,
) -> None:
    """Suggest category, brand, price and shipping for one listing, or for a table of them.

    The champion answers in this process, or with --server a running one. Of a table, models see
    titles, descriptions and photos only, and the columns named by --known. See docs/suggest.md.

    \b
    Examples:
      listrec suggest --title "Nike running shoes size 9"
      listrec suggest --title "ankle boots" --set condition=new --set category=Women/Shoes/Boots
      listrec suggest --photo front.jpg --photo back.jpg --title "phone 128 gb" --json
      listrec suggest --input listings.csv --out answers.parquet
      listrec suggest --input test.tsv --known category,brand --out answers.parquet
    """
    asked = tuple(filter(None, (name.strip() for name in names.split(","))))
    if table is not None:
        if title or description or photos or confirmed or server or json_wanted:
            raise click.UsageError(
                "--input takes its listings from a table: only --map, --known, --photos-in,"
                " --models, --out and --workers go with it"
            )
        if out is None:
            raise click.UsageError("--input needs --out, the file to write the answers to")
        count = workers or os.cpu_count() or 1
        _suggest_table(settings, table, photos_in, mapping, known or "none", asked, out, count)
        return
    if mapping or any(each is not None for each in (known, out, photos_in, workers)):
        raise click.UsageError("--map, --known, --photos-in, --out and --workers go with --input")
    if not (title or description or photos):
        raise click.UsageError("say what is listed with --title, show it with --photo, or give a"
                               " table with --input")  # fmt: skip
    listing = _listing(title, description, photos, confirmed)
    answers = _suggest_one(settings, listing, asked, server, timeout)
    if json_wanted:
        click.echo(as_json(answers))
    else:
        show(answers)


def _suggest_one(
    settings: Settings, listing: Listing, names: tuple[str, ...], server: str, timeout: float
) -> Suggestions:
    if server:
        from serving.client import Client

        with Client(server) as client:
            return client.suggest(listing, names, timeout)
    from models.suggester import load

    return load(_fetch(settings)).suggest(listing, names)


def _suggest_table(
    settings: Settings,
    path: Path,
    photos_in: Path | None,
    mapping: tuple[str, ...],
    known: str,
    names: tuple[str, ...],
    out: Path,
    workers: int,
) -> None:
    from cli.progress import progress
    from common.photos.places import open_photo_root
    from ingest.columns import parse_map
    from ingest.files import photo_root_of
    from ingest.tables import open_source
    from models.suggester import load
    from pipelines.batch import predict as table

    fields = table.parse_known_fields(known)
    source = open_source(path, parse_map(mapping))
    photos = photo_root_of(path) if photos_in is None else open_photo_root(photos_in)
    champion = partial(load, _fetch(settings))
    ask = table.BatchRequest(fields, names, photos)
    with progress(f"suggest {path.name}") as report:
        rows = table.write(source, champion, out, ask, report, workers)
    click.echo(f"{out}: answers to {rows:,} rows", err=True)


def _fetch(settings: Settings) -> FetchedRelease:
    """The champion, on this machine."""
    from common.store.release import ReleaseStore

    return ReleaseStore(settings.store).fetch(settings.cache)


def _listing(
    title: str, description: str, photos: tuple[Path, ...], confirmed: tuple[str, ...]
) -> Listing:
    """Read the options as a row of a table is read; what is wrong ends the command."""
    from common.listing import Photo
    from ingest.form import listing_from_options

    for path in photos:
        if not path.is_file():
            raise InputError(f"there is no photo {path}")
    listing = listing_from_options(title, description, _pairs(confirmed))
    return replace(listing, photos=tuple(Photo(path=str(path)) for path in photos))


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not (name and separator and value):
            raise click.UsageError(f"--set FIELD=VALUE was expected, not {word!r}")
        pairs[name.strip()] = value.strip()
    return pairs
