"""``listrec registry``: lists, shows, promotes and rolls back releases."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from common.progress import ignore_progress
from common.settings import Settings
from common.store.release import ReleaseStore

if TYPE_CHECKING:
    from common.store.release import Release


@click.group()
def registry() -> None:
    """List releases, show one, promote one, roll back, register what waits.

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
    releases = [store.read(release) for release in store.releases()]
    releases.sort(key=lambda release: release.created_at, reverse=True)

    if as_json:
        records = [
            {**asdict(item), "champion": item.id == champion} for item in releases
        ]
        click.echo(json.dumps(records, indent=2))
        return
    if not releases:
        click.echo(
            "Nothing has been released yet: run 'listrec train all --snapshot DIR'."
        )
    for release in releases:
        click.echo(_format_release(release, champion))


@registry.command()
@click.argument("release", required=False)
@click.option("--cards", is_flag=True, help="Print the model cards too.")
@click.pass_obj
def show(settings: Settings, release: str | None, cards: bool) -> None:
    """Show a release, the champion by default."""
    store = ReleaseStore(settings.store)
    manifest = store.read(release)
    click.echo(_format_release(manifest, store.champion()))
    if not cards:
        return

    for artifact in (*manifest.encoders, *manifest.models.values()):
        card = store.card(artifact) or f"Artifact {artifact} has no model card."
        click.echo("\n" + card)


@registry.command()
@click.argument("release")
@click.option("--expect", metavar="CHAMPION", help="Refuse if another one is champion.")
@click.pass_obj
def promote(settings: Settings, release: str, expect: str | None) -> None:
    """Make a release the champion; servers follow."""
    # The pointer decides what is served; mlflow's aliases follow it, and may do so later.
    ReleaseStore(settings.store).promote(release, expect)
    click.echo(f"Release {release} is now the champion.")
    _reconcile_aliases(settings)


@registry.command()
@click.pass_obj
def rollback(settings: Settings) -> None:
    """Make the previous champion the champion again."""
    release = ReleaseStore(settings.store).rollback()
    click.echo(f"Release {release} is the champion again.")
    _reconcile_aliases(settings)


@registry.command()
@click.pass_obj
def reconcile(settings: Settings) -> None:
    """Point mlflow's aliases at the champion again, after a crash between the two."""
    if not _reconcile_aliases(settings):
        click.echo("Every alias points at the champion already.")


@registry.command()
@click.argument("run")
@click.pass_obj
def register(settings: Settings, run: str) -> None:
    """Register and release what RUN trained, where mlflow did not answer at its end.

    The message of that run has its name. Nothing is trained again; gates and the trial in the
    real server apply as ever.
    """
    from pipelines.training.process import Context
    from pipelines.training.register_steps import register_pending

    context = Context(settings, ReleaseStore(settings.store), ignore_progress, _say)
    release = register_pending(context, run).get("release")
    if release:
        click.echo(f"Release {release} is now the champion.")
    else:
        click.echo(
            "The encoders are registered; the next run may train models on them."
        )


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _reconcile_aliases(settings: Settings) -> bool:
    """Point mlflow's aliases at the champion; tell whether any moved."""
    from pipelines.tracking.registry import reconcile

    moved = reconcile(settings, ReleaseStore(settings.store))
    for sentence in moved:
        click.echo(sentence)
    return bool(moved)


def _format_release(release: Release, champion: str | None) -> str:
    """Return a line for the release, with a star if it is the champion, and one a part."""
    star = "*" if release.id == champion else " "
    lines = [f"{star} {release.id}  {release.created_at}"]

    parts = {"encoders": ",".join(release.encoders), **release.models}
    for name, artifact in parts.items():
        lines.append(f"    {name:<10} {artifact}")
    return "\n".join(lines)
