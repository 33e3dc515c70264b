"""``listrec registry``: what has been trained and released, and which release is served."""

from __future__ import annotations

import click

from cli.registry import champion, lineage, maintenance, releases, runs


@click.group()
def registry() -> None:
    """List releases and runs, change the champion, hold promotions, clean up.

    \b
    Examples:
      listrec registry list
      listrec registry promote 0123456789abcdef
      listrec registry rollback --reason "prices of shoes are too high"
      listrec registry runs
    """


COMMANDS: tuple[click.Command, ...] = (
    releases.list_releases,
    releases.show,
    lineage.diff,
    lineage.lineage,
    runs.list_all,
    champion.promote,
    champion.rollback,
    champion.hold_promotions,
    champion.history,
    maintenance.reconcile,
    maintenance.register,
    maintenance.gc,
    maintenance.crash_points,
)
"""Every command, in the order in which they are used."""

for command in COMMANDS:
    registry.add_command(command)
