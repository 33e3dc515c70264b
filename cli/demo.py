"""``listrec demo``: the whole path, from rows to answers, by the commands a person would type."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.answers import show
from common.errors import InputError, UnavailableError
from common.listing import Listing, top_category
from common.settings import Settings

if TYPE_CHECKING:
    from serving.client import Client

LISTREC = (sys.executable, "-c", "from cli.main import run; run()")
"""The command as a process, whether it is installed or only imported."""

SHOWN = ("condition",)
"""What the models are told beside title and description; the rest is shown beside the answers."""

ASKED = 3
"""Listings that are asked about."""

HASTY = """\
# A demonstration should not take long: photos are seen less often, fewer nets and trees are grown.
encoders: {photo: {images_seen: 8000}}
category: {ngrams: {n_seeds: 1}}
brand: {ngrams: {n_seeds: 1}}
price: {boosted_trees: {n_folds: 2, n_estimators: 100, quantile: {n_estimators: 50}}}
"""
"""Settings of training on the synthetic shop."""


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Your rows instead, as of ingest.")
@click.option("--rows", default=4000, show_default=True, help="Size of the synthetic shop.")
@click.pass_obj
def demo(settings: Settings, data: Path | None, rows: int) -> None:
    """Make a snapshot, train, release, serve and ask, in one go.

    Runs the commands ingest, train and serve as you would and shows each before it does. Without
    --data the rows are those of a synthetic shop. A second run takes the snapshot of the first.

    \b
    Examples:
      listrec demo
      listrec demo --data train.tsv
    """
    from common.snapshot import Snapshot

    snapshot = _ingest(settings, data, rows)
    hasty = () if data else ("--config", _short(_hasten(settings)))
    _run(settings, "train", "all", "--snapshot", _short(snapshot), *hasty)
    unseen = Snapshot.open(snapshot).read("test")
    with _serving(settings) as address:
        _ask(address, choose(unseen))
        _ask_by_photo(address, unseen, settings.home / "demo")
    _conclude(settings)


def choose(listings: Sequence[Listing]) -> list[Listing]:
    """Pick listings to ask about: complete ones, of different languages and categories.

    They are the first of their kind, so that nobody picks those with good answers.
    """
    complete = [row for row in listings if row.title and row.category and row.brand and row.price]
    chosen: list[Listing] = []
    for kind in (_language, top_category, lambda row: row.listing_id):
        for row in complete or listings:
            seen = {None, *map(kind, chosen)}
            if len(chosen) < ASKED and kind(row) not in seen:
                chosen.append(row)
    return chosen


def _language(listing: Listing) -> str | None:
    return listing.language


def _ingest(settings: Settings, data: Path | None, rows: int) -> Path:
    """Make the snapshot of these rows, or find it: its folder is named after them."""
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


def _hasten(settings: Settings) -> Path:
    """Write ``HASTY`` to a file and return its path."""
    path = settings.home / "demo" / "settings.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HASTY, encoding="utf-8")
    return path


def _run(settings: Settings, *words: str) -> None:
    from cli.main import listrec

    _say(*words)
    listrec.main(list(words), prog_name="listrec", standalone_mode=False, obj=settings)


@contextmanager
def _serving(settings: Settings) -> Iterator[str]:
    """Serve the champion in a process of its own; yields its address."""
    words = ("serve", "--host", "127.0.0.1", "--port", "0")
    _say(*words)
    log = settings.home / "logs" / "demo-serve.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [*LISTREC, *words], stdout=subprocess.PIPE, stderr=errors, text=True
        ) as server,
    ):
        try:
            line = server.stdout.readline() if server.stdout else ""
            if not line:
                raise UnavailableError(f"the server did not start; its log is {log}")
            click.echo(line.rstrip())
            yield line.split()[-1]
        finally:
            server.send_signal(signal.SIGTERM)


def _ask(address: str, examples: Sequence[Listing]) -> None:
    from serving.client import Client

    click.echo(f"\nThree listings that no model was trained on, asked about at {address}.")
    click.echo("Models see title, description, photos and condition.\n")
    with Client(address) as client:
        for listing in examples:
            _ask_one(client, listing.only(*SHOWN), listing)


def _ask_by_photo(address: str, rows: Sequence[Listing], folder: Path) -> None:
    """Ask about the first listing with a photo, hiding its text; the photo is put into a folder."""
    from common.photos.reading import read_bytes
    from serving.client import Client

    listing = next((row for row in rows if row.photos and row.category), None)
    if listing is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / Path(listing.photos[0].path).name
    path.write_bytes(read_bytes(listing.photos[0]))
    click.echo(f"And one of which models see a photo and nothing else: {_short(path)}\n")
    with Client(address) as client:
        _ask_one(client, Listing(photos=listing.photos[:1]), listing)


def _ask_one(client: Client, asked: Listing, listing: Listing) -> None:
    show(client.suggest(asked, timeout=10), chosen=listing)
    click.echo()


def _conclude(settings: Settings) -> None:
    """Say how to go on from here."""
    listrec, mlflow = _program("listrec"), _program("mlflow")
    database = f"sqlite:///{settings.home / 'mlflow.db'}"
    # An address of one's own may hold a password, which does not belong on a screen.
    uri = database if settings.tracking_uri == database else '"$MLFLOW_TRACKING_URI"'
    click.echo("The server was stopped. To keep one running, and to ask it from another shell:")
    click.echo(f"  {listrec} serve")
    click.echo(f'  {listrec} suggest --server 127.0.0.1:50051 --title "Nike running shoes size 9"')
    click.echo("To ask without a server, or about every row of a table:")
    click.echo(f'  {listrec} suggest --title "Nike running shoes size 9" --set condition=good')
    click.echo(f"  {listrec} suggest-table listings.csv --out answers.parquet")
    click.echo("To look at what was trained:")
    click.echo(f"  {listrec} registry show --cards")
    click.echo(f"  {mlflow} ui --backend-store-uri {uri}")


def _program(name: str) -> str:
    """How to call a program of this environment from the current folder."""
    program = Path(sys.executable).with_name(name)
    return name if shutil.which(name) == str(program) else shlex.quote(_short(program))


def _short(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _say(*words: str) -> None:
    click.secho(f"\n$ listrec {shlex.join(words)}", bold=True)
