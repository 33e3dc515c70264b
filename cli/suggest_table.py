"""``listrec suggest-table``: suggestions for every row of a table.

A command of its own beside ``listrec suggest``, since none of its options makes sense for one
listing, nor the other way round. The name begins with ``suggest`` so that both stand together in
the list of commands and in a shell's completion.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import photos_in_option, split_words
from cli.progress import progress
from cli.reading import reading_options
from common.settings import Settings

if TYPE_CHECKING:
    from common.photos.photo_root import PhotoRoot
    from ingest.options import ReadOptions


@click.command("suggest-table")
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="File to write; ends in .parquet, .jsonl or .csv.",
)
@reading_options
@click.option(
    "--known",
    default="none",
    show_default=True,
    help="Columns that the seller has confirmed: category,brand,shipping; or all.",
)
@photos_in_option
@click.option(
    "--models", "names", default="", help="Ask only these models: category,price."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes for a long table; each loads the release.  [default: one a core]",
)
@click.pass_obj
def suggest_table(
    settings: Settings,
    table: Path,
    out: Path,
    reading: ReadOptions,
    known: str,
    photos_in: Path | None,
    names: str,
    workers: int | None,
) -> None:
    """Suggest category, brand, price and shipping for every row of TABLE.

    TABLE is read as listrec ingest reads it. The champion answers; one row is written for each
    listing, in order. Models see titles, descriptions and photos, and the columns that --known
    names; all other columns are ignored. The columns of --out are described in docs/suggest.md.

    \b
    Examples:
      listrec suggest-table listings.csv --out answers.parquet
      listrec suggest-table test.tsv --known category,brand --out answers.parquet
      listrec suggest-table shop.jsonl --map title=name --map listing_id=sku --out answers.csv
      listrec suggest-table shop.csv --photos-in photos.zip --models price --out prices.jsonl
    """
    from common.store.release import ReleaseStore
    from ingest.tables import open_table
    from models.suggester import load
    from pipelines.batch.predict import answer_table
    from pipelines.batch.request import BatchRequest, parse_known_fields

    fields = parse_known_fields(known)
    source = open_table(table, reading)
    load_champion = partial(load, ReleaseStore(settings.store).fetch(settings.cache))
    request = BatchRequest(fields, split_words(names), _photo_root(table, photos_in))

    if workers is None:
        workers = os.cpu_count() or 1
    with progress(f"suggest {table.name}") as report:
        rows = answer_table(source, load_champion, out, request, report, workers)
    click.echo(f"{out}: answers to {rows:,} rows", err=True)


def _photo_root(table: Path, photos_in: Path | None) -> PhotoRoot:
    """Open the folder or archive that the paths of photos lead into."""
    from common.photos.photo_root import open_photo_root
    from ingest.files import photo_root_of

    return photo_root_of(table) if photos_in is None else open_photo_root(photos_in)
