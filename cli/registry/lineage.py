"""``listrec registry diff`` and ``lineage``: what releases are made of."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from cli.registry.printing import json_option, print_json
from common.settings import Settings
from common.store.release import ReleaseStore

if TYPE_CHECKING:
    from pipelines.registry.lineage import Lineage


@click.command()
@click.argument("first")
@click.argument("second")
@json_option
@click.pass_obj
def diff(settings: Settings, first: str, second: str, as_json: bool) -> None:
    """Show what differs between two releases: artifacts, rows, sizes, settings, metrics."""
    from pipelines.registry.difference import compare

    store = ReleaseStore(settings.store)
    differences = compare(store, first, second, datetime.now(UTC))
    if as_json:
        print_json([asdict(item) for item in differences])
        return
    if not differences:
        click.echo(f"Releases {first} and {second} have the same artifacts.")
    part = ""
    for item in differences:
        if item.part != part:
            part = item.part
            click.echo(part)
        values = f"{_format(item.before)} -> {_format(item.after)}"
        click.echo(f"    {item.name:<28} {values}")


@click.command()
@click.argument("release", required=False)
@json_option
@click.pass_obj
def lineage(settings: Settings, release: str | None, as_json: bool) -> None:
    """Show where a release comes from, and what used it; the champion by default."""
    from pipelines.registry.lineage import trace

    found = trace(ReleaseStore(settings.store), release, datetime.now(UTC))
    if as_json:
        print_json(asdict(found))
    else:
        _print_lineage(found)


def _print_lineage(found: Lineage) -> None:
    click.echo(f"release {found.release}, published {found.created_at}")
    click.echo(f"    by run {', '.join(found.runs) or 'unknown'}")
    for part in found.parts:
        click.echo(f"  {part.name} {part.artifact}")
        click.echo(f"    snapshot {part.snapshot or 'unknown'}")
        if part.encoders:
            click.echo(f"    encoders {', '.join(part.encoders)}")
        commit = f" of commit {part.commit}" if part.commit else ""
        click.echo(f"    run {part.run or 'unknown'}{commit}")
        if part.releases:
            click.echo(f"    also in {', '.join(part.releases)}")
    for move in found.moves:
        click.echo(f"  {move.at}  champion {move.previous or 'none'} -> {move.release}")


def _format(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
