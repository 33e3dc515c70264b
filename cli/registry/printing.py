"""How the commands of the registry print: JSON for programs, lines for people."""

from __future__ import annotations

import json
from typing import Any

import click

from common.settings import Settings
from common.store.release import ReleaseStore

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""Option of commands that programs use too."""


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=2))


def reconcile_aliases(settings: Settings) -> bool:
    """Point mlflow's aliases at the champion and print each that moved; tell whether any did."""
    from pipelines.tracking.registry import reconcile

    moved = reconcile(settings, ReleaseStore(settings.store))
    for sentence in moved:
        click.echo(sentence)
    return bool(moved)
