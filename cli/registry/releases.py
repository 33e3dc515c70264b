"""``listrec registry list`` and ``show``: the releases of a store."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.registry.printing import json_option, print_json
from common.settings import Settings
from common.store.release import ReleaseStore

if TYPE_CHECKING:
    from common.store.release import Release


@click.command("list")
@json_option
@click.pass_obj
def list_releases(settings: Settings, as_json: bool) -> None:
    """List releases, newest first, with their artifacts; the champion has a star."""
    store = ReleaseStore(settings.store)
    champion = store.champion()
    releases = [store.read(release) for release in store.releases()]
    releases.sort(key=lambda release: release.created_at, reverse=True)

    if as_json:
        print_json(
            [{**asdict(item), "champion": item.id == champion} for item in releases]
        )
        return
    if not releases:
        click.echo(
            "Nothing has been released yet: run 'listrec train all --snapshot DIR'."
        )
    for release in releases:
        click.echo(_format_release(release, champion))


@click.command()
@click.argument("release", required=False)
@click.option("--cards", is_flag=True, help="Print the model cards too.")
@json_option
@click.pass_obj
def show(settings: Settings, release: str | None, cards: bool, as_json: bool) -> None:
    """Show a release, the champion by default."""
    store = ReleaseStore(settings.store)
    manifest = store.read(release)
    champion = store.champion()
    refs = (*manifest.encoders, *manifest.models.values()) if cards else ()
    texts = {ref: store.card(ref) for ref in refs}

    if as_json:
        record = {**asdict(manifest), "champion": manifest.id == champion}
        print_json(record | ({"cards": texts} if cards else {}))
        return
    click.echo(_format_release(manifest, champion))
    for ref, text in texts.items():
        click.echo("\n" + (text or f"Artifact {ref} has no model card."))


def _format_release(release: Release, champion: str | None) -> str:
    """Return a line for the release, with a star if it is the champion, and one a part."""
    star = "*" if release.id == champion else " "
    lines = [f"{star} {release.id}  {release.created_at}"]

    parts = {"encoders": ",".join(release.encoders), **release.models}
    for name, artifact in parts.items():
        lines.append(f"    {name:<10} {artifact}")
    return "\n".join(lines)
