"""``listrec demo``: the whole path from rows to suggestions, by the commands a user would type."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.answers import show
from cli.demo_server import PAGE_PORT, DemoServer, print_command, serving
from common.errors import InputError
from common.listing import Listing, top_category
from common.settings import Settings

if TYPE_CHECKING:
    from serving.client import Client

CONFIRMED_FIELDS = ("condition",)
"""Confirmed fields in a request; the others are printed beside the suggestions."""

N_EXAMPLES = 3
"""Number of listings to suggest for."""

FAST_CONFIG = """\
# A demonstration should not take long: photos are seen less often, fewer trees are grown.
encoders: {photo: {images_seen: 8000}}
price: {boosted_trees: {n_estimators: 100, quantile: {n_estimators: 50}}}
"""
"""Settings of training on the synthetic shop."""


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Use these rows instead, any table that ingest takes.",
)
@click.option(
    "--rows", default=4000, show_default=True, help="Size of the synthetic shop."
)
@click.option(
    "--serve", "keeps_serving", is_flag=True, help="Go on serving, with the page."
)
@click.pass_obj
def demo(settings: Settings, data: Path | None, rows: int, keeps_serving: bool) -> None:
    """Make a snapshot, train, release, serve and suggest, in one go.

    Prints and runs the commands ingest, train and serve. Without --data the rows are those of a
    synthetic shop. A second run takes the snapshot of the first. With --serve it ends with Ctrl-C,
    and the seller's page is open until then.

    \b
    Examples:
      listrec demo
      listrec demo --serve
      listrec demo --data train.tsv
    """
    from common.snapshot import Snapshot

    snapshot = _ingest(settings, data, rows)
    words = ["train", "all", "--snapshot", _short(snapshot)]
    # The user's own rows deserve the settings of a real training run.
    if data is None:
        words += ["--config", _short(_write_fast_config(settings))]
    _run(settings, *words)

    test_rows = Snapshot.open(snapshot).read("test")
    with serving(settings, with_page=keeps_serving) as server:
        _suggest_for(server.address, choose(test_rows))
        _suggest_by_photo(server.address, test_rows, settings.home / "demo")
        if keeps_serving:
            _print_page(server)
            # Ctrl-C reaches the server too, which ends with its requests answered.
            with suppress(KeyboardInterrupt):
                server.process.wait()
    _print_next_steps(settings)


def choose(listings: Sequence[Listing]) -> list[Listing]:
    """Pick complete listings of different languages and categories.

    They are the first of their kind, so that nobody can pick those with good suggestions.
    """
    # Only a complete listing has a seller's choice to stand beside every suggestion.
    complete = [
        row
        for row in listings
        if row.title and row.category and row.brand and row.price
    ]
    chosen: list[Listing] = []
    for kind in (_language, top_category, _listing_id):
        for row in complete or listings:
            kinds = {None, *map(kind, chosen)}
            if len(chosen) < N_EXAMPLES and kind(row) not in kinds:
                chosen.append(row)
    return chosen


def _language(listing: Listing) -> str | None:
    return listing.language


def _listing_id(listing: Listing) -> str:
    return listing.listing_id


def _ingest(settings: Settings, data: Path | None, rows: int) -> Path:
    """Make the snapshot of these rows, unless its folder, named after them, is there already."""
    if data is None:
        snapshot = settings.home / "snapshots" / f"demo-synthetic-{rows}"
        words = ["synthetic", "--rows", str(rows), "--photos"]
    else:
        if not data.is_file():
            raise InputError(f"there is no file {data}")
        from common.store.artifacts import checksum

        snapshot = settings.home / "snapshots" / f"demo-{checksum(data)[:16]}"
        words = [str(data)]

    if snapshot.exists():
        click.echo(f"These rows are already a snapshot: {_short(snapshot)}")
    else:
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        _run(settings, "ingest", *words, "--out", _short(snapshot))
    return snapshot


def _write_fast_config(settings: Settings) -> Path:
    """Write ``FAST_CONFIG`` to a file and return its path."""
    path = settings.home / "demo" / "settings.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FAST_CONFIG, encoding="utf-8")
    return path


def _run(settings: Settings, *words: str) -> None:
    from cli.main import listrec

    print_command(*words)
    listrec.main(list(words), prog_name="listrec", standalone_mode=False, obj=settings)


def _suggest_for(address: str, examples: Sequence[Listing]) -> None:
    """Print suggestions for the examples, beside what the seller chose."""
    from serving.client import Client

    click.echo(
        f"\nThree listings that no model was trained on, asked about at {address}."
    )
    click.echo("Models see title, description, photos and condition.\n")
    with Client(address) as client:
        for listing in examples:
            _show(client, listing.only(*CONFIRMED_FIELDS), listing)


def _suggest_by_photo(address: str, rows: Sequence[Listing], folder: Path) -> None:
    """Print suggestions for the first photo of a listing without its text.

    The photo is written to the folder, for the user to look at.
    """
    from common.photos.reading import read_bytes
    from serving.client import Client

    listing = next((row for row in rows if row.photos and row.category), None)
    if listing is None:
        return

    photo = listing.photos[0]
    path = folder / Path(photo.path).name
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(read_bytes(photo))

    click.echo(
        f"And one of which models see a photo and nothing else: {_short(path)}\n"
    )
    with Client(address) as client:
        _show(client, Listing(photos=(photo,)), listing)


def _show(client: Client, request: Listing, chosen: Listing) -> None:
    show(client.suggest(request, timeout=10), chosen=chosen)
    click.echo()


def _print_page(server: DemoServer) -> None:
    """Print where the page is, and how to see what was chosen on it."""
    listrec = _program("listrec")
    for line in (
        "The seller's page, for you to list an item on:",
        f"  {server.page}",
        "What was shown there and chosen, from another shell, some seconds later:",
        f"  {listrec} events show",
        "The console: releases, runs, what sellers do, and costs:",
        f"  {server.console}",
        "Ctrl-C ends the server.",
    ):
        click.echo(line)


def _print_next_steps(settings: Settings) -> None:
    """Print the commands that use what the demo made."""
    listrec = _program("listrec")
    mlflow = _program("mlflow")
    database = f"sqlite:///{settings.home / 'mlflow.db'}"
    # An address of one's own may hold a password, which does not belong on a screen.
    uri = database if settings.tracking_uri == database else '"$MLFLOW_TRACKING_URI"'

    for line in (
        "The server was stopped. To keep one running, with the seller's page, and to see what"
        " sellers choose:",
        f"  {listrec} serve --http {PAGE_PORT}",
        f"  http://127.0.0.1:{PAGE_PORT}/",
        f"  {listrec} events show",
        "To ask it from another shell:",
        f'  {listrec} suggest --server 127.0.0.1:50051 --title "Nike running shoes size 9"',
        "To ask without a server, or about every row of a table:",
        f'  {listrec} suggest --title "Nike running shoes size 9" --set condition=good',
        f"  {listrec} suggest-table listings.csv --out answers.parquet",
        "To look at what was trained:",
        f"  {listrec} registry show --cards",
        f"  {mlflow} ui --backend-store-uri {uri}",
    ):
        click.echo(line)


def _program(name: str) -> str:
    """Return the shortest command that runs a program of this environment."""
    program = Path(sys.executable).with_name(name)
    if shutil.which(name) == str(program):
        return name
    return shlex.quote(_short(program))


def _short(path: Path) -> str:
    """Return a path relative to the current folder, if it is inside."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
