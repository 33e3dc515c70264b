"""``listrec suggest``: suggestions for one listing; ``cli/suggest_table.py`` is for tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.answers import as_json, show
from cli.options import parse_pairs, refuse_options, split_words
from common.errors import InputError
from common.settings import Settings

if TYPE_CHECKING:
    from common.listing import Listing, Suggestions

TABLE_OPTIONS = ("--input", "--map", "--photos-in", "--known", "--out", "--workers")
"""Options that this command had when it answered tables too."""


@click.command()
@click.option("--title", default="", help="The listing's title.")
@click.option("--description", default="", help="The listing's description.")
@click.option(
    "--photo",
    "photos",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A photo of the item; may be repeated.",
)
@click.option(
    "--set",
    "confirmed",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A field that the seller has confirmed; may be repeated.",
)
@click.option(
    "--models", "names", default="", help="Ask only these models: category,price."
)
@click.option("--json", "json_wanted", is_flag=True, help="Print one JSON object.")
@click.option("--server", default="", metavar="HOST:PORT", help="Ask a running server.")
@click.option(
    "--seller",
    default="",
    metavar="ID",
    help="Ask --server as this seller, who may be in experiments.",
)
@click.option(
    "--release",
    default="",
    metavar="ID",
    help="Ask this release; the champion by default.",
)
@click.option(
    "--timeout", default=10.0, show_default=True, help="Seconds to wait for --server."
)
@refuse_options(
    TABLE_OPTIONS,
    "is for tables: use 'listrec suggest-table TABLE --out FILE';"
    " 'listrec suggest' answers for one listing",
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
    seller: str,
    release: str,
    timeout: float,
) -> None:
    """Suggest category, brand, price and shipping for one listing.

    The champion answers in this process, or in a running server with --server. With --release
    another release does; a server must hold it (listrec serve --also). For every row of a table use
    'listrec suggest-table'. Fields, JSON and messages are described in docs/suggest.md.

    \b
    Examples:
      listrec suggest --title "Nike running shoes size 9"
      listrec suggest --title "ankle boots" --set condition=new --set category=Women/Shoes/Boots
      listrec suggest --photo front.jpg --photo back.jpg --title "phone 128 gb" --json
      listrec suggest --title "ankle boots" --server localhost:50051
      listrec suggest --title "ankle boots" --server localhost:50051 --seller u-1042
    """
    if not (title or description or photos):
        raise click.UsageError(
            "describe the listing with --title, --description or --photo"
        )
    if seller and not server:
        raise click.UsageError(
            "--seller needs --server: a server knows which experiments run"
        )
    listing = _listing(title, description, photos, confirmed)
    listing = replace(listing, seller_id=seller or None)
    models = split_words(names)

    # A server has its release in memory; loading one here takes most of the command's time.
    if server:
        answers = _ask_server(server, listing, models, timeout, release)
    else:
        answers = _ask_release(settings, listing, models, release)

    if json_wanted:
        click.echo(as_json(answers))
    else:
        show(answers, confirmed=listing)


def _listing(
    title: str, description: str, photos: Sequence[Path], confirmed: Sequence[str]
) -> Listing:
    """Parse the options by the rules for a table's row; raises ``InputError`` for illegal ones."""
    from common.listing import Photo
    from ingest.form import listing_from_options

    for path in photos:
        if not path.is_file():
            raise InputError(f"there is no photo {path}")
    fields = parse_pairs("--set", "FIELD=VALUE", confirmed)
    listing = listing_from_options(title, description, fields)
    return replace(listing, photos=tuple(Photo(path=str(path)) for path in photos))


def _ask_server(
    server: str, listing: Listing, names: Sequence[str], timeout: float, release: str
) -> Suggestions:
    from serving.channels import ClientCredentials
    from serving.client import Client

    credentials = ClientCredentials.from_environment(os.environ)
    with Client(server, credentials) as client:
        return client.suggest(listing, names, timeout, release)


def _ask_release(
    settings: Settings, listing: Listing, names: Sequence[str], release: str
) -> Suggestions:
    """Load a release, by default the champion, and ask it."""
    from common.store.release import ReleaseStore
    from models.suggester import load

    fetched = ReleaseStore(settings.store).fetch(settings.cache, release or None)
    suggester = load(fetched, commission=settings.commission)
    return suggester.suggest(listing, names)
