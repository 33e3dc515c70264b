"""``listrec doctor``: whether everything that training and releasing need is in order."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

import click

from cli.registry.printing import json_option, print_json
from common.errors import ListrecError
from common.settings import Settings


@click.command()
@click.option("--address", metavar="HOST:PORT", help="Ask this server for its release.")
@json_option
@click.pass_obj
def doctor(settings: Settings, address: str | None, as_json: bool) -> None:
    """Check store, mlflow, champion, aliases, clock, disk, runs, experiments and a named server.

    Ends with exit code 1 where there is a problem; warnings alone end with 0.
    """
    from pipelines.registry.doctor import PROBLEM, examine

    ask = partial(_served_release, address) if address else None
    checks = []
    for check in examine(settings, ask, datetime.now(UTC)):
        checks.append(check)
        if not as_json:
            click.echo(f"{check.state:<8} {check.name:<11} {check.message}")
            if check.remedy:
                click.echo(f"{'':<20} {check.remedy}")

    if as_json:
        print_json([asdict(check) for check in checks])
    problems = [check.name for check in checks if check.state == PROBLEM]
    if problems:
        raise ListrecError(f"there are problems: {', '.join(problems)}")


def _served_release(address: str) -> str:
    """Return the release that a server answers with."""
    from common.listing import Listing
    from serving.channels import ClientCredentials
    from serving.client import Client

    credentials = ClientCredentials.from_environment(os.environ)
    with Client(address, credentials) as client:
        return client.suggest(Listing(title="shoes")).release
