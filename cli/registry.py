"""``listrec registry``: what was released, what is served, and how to go back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from common.settings import Settings
from common.store.release import ReleaseStore

if TYPE_CHECKING:
    from common.store.release import Release


@click.group()
def registry() -> None:
    """List releases, show one, promote one, go back.

    \b
    Examples:
      listrec registry list
      listrec registry promote 0123456789abcdef
      listrec registry rollback
    """


@registry.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_obj
def list_releases(settings: Settings, as_json: bool) -> None:
    """List releases, newest first, with their artifacts; the champion has a star."""
    store = ReleaseStore(settings.store)
    champion = store.champion()
    releases = sorted(map(store.read, store.releases()), key=lambda r: r.created_at, reverse=True)
    if as_json:
        _print_json([{**asdict(r), "champion": r.id == champion} for r in releases])
    elif not releases:
        click.echo("Nothing has been released yet: run 'listrec train all --snapshot DIR'.")
    for release in () if as_json else releases:
        click.echo(_line(release, champion))


@registry.command()
@click.argument("release", required=False)
@click.option("--cards", is_flag=True, help="Print the model cards too.")
@click.pass_obj
def show(settings: Settings, release: str | None, cards: bool) -> None:
    """Show a release, the champion by default."""
    store = ReleaseStore(settings.store)
    found = store.read(release)
    click.echo(_line(found, store.champion()))
    for artifact in (*found.encoders, *found.models.values()) if cards else ():
        click.echo("\n" + (store.card(artifact) or f"Artifact {artifact} has no model card."))


@registry.command()
@click.argument("release")
@click.pass_obj
def promote(settings: Settings, release: str) -> None:
    """Make a release the champion; servers follow."""
    ReleaseStore(settings.store).promote(release)
    click.echo(f"Release {release} is now the champion.")
    _follow(settings)


@registry.command()
@click.pass_obj
def rollback(settings: Settings) -> None:
    """Make the champion before this one the champion again."""
    release = ReleaseStore(settings.store).rollback()
    click.echo(f"Release {release} is the champion again.")
    _follow(settings)


@registry.command()
@click.pass_obj
def reconcile(settings: Settings) -> None:
    """Bring mlflow's aliases back in line with the champion, after a crash between the two."""
    if not _follow(settings):
        click.echo("Every alias points at the champion already.")


def _follow(settings: Settings) -> bool:
    from pipelines.tracking.registry import reconcile

    moved = reconcile(settings, ReleaseStore(settings.store))
    for sentence in moved:
        click.echo(sentence)
    return bool(moved)


def _line(release: Release, champion: str | None) -> str:
    star = "*" if release.id == champion else " "
    parts = {"encoders": ",".join(release.encoders), **release.models}
    artifacts = "\n".join(f"    {name:<10} {artifact}" for name, artifact in parts.items())
    return f"{star} {release.id}  {release.created_at}\n{artifacts}"


def _print_json(value: object) -> None:
    import json

    click.echo(json.dumps(value, indent=2))
